// What the demo does, as a page of one's own needs it: to be copied as it stands.

import { html, useRef, useState } from './parts.js'
import { t } from './words.js'

const SDK = new URL('./vendor/av-min.js', import.meta.url).href

/** As JavaScript within HTML, where no text may end the script. */
const quoted = (text) => JSON.stringify(text).replaceAll('<', '\\u003c')

const snippet = ({ appId, appKey, serverURL }) => `<script src="${SDK}"></script>
<div id="captcha">
  <img id="captcha-image" alt="${t('demo.picture')}">
  <label>${t('demo.reading')} <input id="captcha-code" autocomplete="off"></label>
  <button id="captcha-verify">${t('demo.read')}</button>
</div>
<form id="send" hidden>
  <label>${t('demo.phone')} <input id="phone" type="tel" autocomplete="tel" required></label>
  <button>${t('demo.send')}</button>
</form>
<form id="verify" hidden>
  <label>${t('demo.code')} <input id="sms-code" inputmode="numeric" autocomplete="one-time-code" required></label>
  <button>${t('demo.verify')}</button>
</form>
<p id="said" role="status"></p>
<script>
  AV.init({ appId: ${quoted(appId)}, appKey: ${quoted(appKey)}, serverURL: ${quoted(serverURL)} })
  const at = (id) => document.getElementById(id)
  const say = (text) => { at('said').textContent = text }
  const failed = (fault) => say(fault.rawMessage || fault.message)
  const show = (step, text) => {
    for (const one of ['captcha', 'send', 'verify']) at(one).hidden = one !== step
    say(text)
  }
  let token, phone
  AV.Captcha.request().then((captcha) => captcha.bind(
    { textInput: 'captcha-code', image: 'captcha-image', verifyButton: 'captcha-verify' },
    { success: (validateToken) => { token = validateToken; show('send', '') }, error: failed }
  )).catch(failed)
  at('send').onsubmit = (event) => {
    event.preventDefault()
    phone = at('phone').value
    AV.Cloud.requestSmsCode({ mobilePhoneNumber: phone }, { validateToken: token })
      .then(() => show('verify', \`${t('demo.sent', { phone: '${phone}' })}\`)).catch(failed)
  }
  at('verify').onsubmit = (event) => {
    event.preventDefault()
    AV.Cloud.verifySmsCode(at('sms-code').value, phone)
      .then(() => show('', \`${t('demo.verified', { phone: '${phone}' })}\`)).catch(failed)
  }
</script>
`

export function Snippet(given) {
  const text = useRef(null)
  const [said, say] = useState('')
  const copy = async () => {
    say('')
    try {
      await navigator.clipboard.writeText(snippet(given))
      say(t('demo.copied'))
    } catch {
      // Where a browser lets no page write there, the person does.
      getSelection().selectAllChildren(text.current)
      say(t('demo.selected'))
    }
  }
  return html`<details><summary>${t('demo.snippet')}</summary>
    <p><button type="button" onClick=${copy}>${t('demo.copy')}</button> <span role="status">${said}</span></p>
    <pre tabindex="0"><code ref=${text}>${snippet(given)}</code></pre>
  </details>`
}
