/**
 * LeanCloud's JavaScript SDK at the end of a pipe: every line that comes in is one call of it.
 *
 *     node client.js SERVER APP_ID APP_KEY [MASTER_KEY]
 *
 * A line `["send", {"phone": "18612345678"}]` is answered with what the SDK gave, `{"value": …}`,
 * or with what it threw, `{"code": …, "error": …}`.  It judges nothing: the tests do.
 */

const readline = require('readline')

const AV = require('leancloud-storage')

let captcha

const calls = {
  /** Ask for a code in the plain way. */
  send: ({ phone, token }) => AV.Cloud.requestSmsCode(phone, { validateToken: token }),

  /** Ask for a code with options, in the SDK's other form: one object. */
  send_with: ({ phone, ...options }) =>
    AV.Cloud.requestSmsCode({ mobilePhoneNumber: phone, ...options }),

  /** Hand a code back. */
  verify: ({ phone, code }) => AV.Cloud.verifySmsCode(code, phone),

  /** Ask for a captcha, which the calls below then mean. */
  captcha: async (options) => {
    captcha = await AV.Captcha.request(options)
    return { token: captcha.captchaToken, url: captcha.url }
  },

  /** Ask for another picture; its address. */
  refresh: () => captcha.refresh(),

  /** Take a reading of the captcha for a validate token. */
  solve: ({ reading }) => captcha.verify(reading),

  /** What the server's clock says. */
  now: async () => (await AV.Cloud.getServerDate()).toISOString(),
}

/** What one line is answered with. */
async function answer(line) {
  const [name, options] = JSON.parse(line)
  try {
    return { value: await calls[name](options) }
  } catch (fault) {
    if (typeof fault.code !== 'number') return { crash: String(fault) }
    return { code: fault.code, error: fault.rawMessage }
  }
}

async function main() {
  const [serverURL, appId, appKey, masterKey] = process.argv.slice(2)
  AV.init({ appId, appKey, masterKey, serverURL })
  if (masterKey) AV.Cloud.useMasterKey()
  for await (const line of readline.createInterface({ input: process.stdin })) {
    console.log(JSON.stringify(await answer(line)))
  }
}

main()
