// This is where a team's LeanEngine app in Node is, with the real `leanengine`.
//
// Its environment is LeanEngine's own (LEANCLOUD_APP_ID, _KEY, _MASTER_KEY, _HOOK_KEY, _PORT).  It
// says `listening PORT`, then what each of its handlers was given, a line of JSON each.

const http = require('http')
const connect = require('connect')
const AV = require('leanengine')

const say = (facts) => process.stdout.write(`${JSON.stringify(facts)}\n`)

AV.init({
  appId: process.env.LEANCLOUD_APP_ID,
  appKey: process.env.LEANCLOUD_APP_KEY,
  masterKey: process.env.LEANCLOUD_APP_MASTER_KEY,
  hookKey: process.env.LEANCLOUD_APP_HOOK_KEY,
  serverURL: process.env.LEANCLOUD_API_SERVER,
})

AV.Cloud.onVerified('sms', async (request) => {
  const user = request.object
  say({
    hook: 'onVerified',
    id: user.id,
    name: user.get('username'),
    phone: user.get('mobilePhoneNumber'),
    verified: user.get('mobilePhoneVerified'),
  })
  if (process.env.FAIL) throw new Error('no')
})

// Else any client that has the app key could call it.
AV.Cloud.define('onSent', { internal: true }, async (request) => {
  const { phone, event, object } = request.params
  say({ hook: 'onSent', phone, event, sender: object.sender })
})

const app = connect()
app.use(AV.express())
const server = http.createServer(app).listen(process.env.LEANCLOUD_APP_PORT || 0, '127.0.0.1', () => {
  process.stdout.write(`listening ${server.address().port}\n`)
})
