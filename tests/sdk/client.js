/**
 * LeanCloud's JavaScript SDK at the end of a pipe: every line that comes in is one call of it.
 *
 *     node client.js SERVER APP_ID APP_KEY [MASTER_KEY]
 */

const readline = require('readline')

const AV = require('leancloud-storage')

const answering = require('./calls')

async function main() {
  const [serverURL, appId, appKey, masterKey] = process.argv.slice(2)
  const answer = answering(AV, { appId, appKey, masterKey, serverURL })
  for await (const line of readline.createInterface({ input: process.stdin })) {
    console.log(await answer(line))
  }
}

main()
