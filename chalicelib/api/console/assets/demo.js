// The guide's page: a captcha is read, a code is sent, and handed back; by the SDK, as it is.

import { render } from './vendor/preact-htm.js'
import { Field, Languages, html, useEffect, useRef, useState } from './parts.js'
import { worded } from './refusals.js'
import { Snippet } from './snippet.js'
import { t } from './words.js'

const BASE = new URL('../../..', import.meta.url).href.replace(/\/$/, '')
const KEPT = 'countersign.demo'
/** Seconds until a number may be sent another code. */
const PAUSE = 60

/** A refusal without the address that the SDK puts behind it. */
const why = ({ code, message, rawMessage }) => worded({ number: code, text: rawMessage ?? message })

function Demo() {
  const [keys, open] = useState(JSON.parse(sessionStorage.getItem(KEPT) || 'null'))
  const [fault, say] = useState('')
  useEffect(() => {
    document.title = t('demo.title')
  }, [])
  const start = (event) => {
    event.preventDefault()
    const { appId, appKey } = Object.fromEntries(new FormData(event.target))
    sessionStorage.setItem(KEPT, JSON.stringify({ appId: appId.trim(), appKey: appKey.trim() }))
    // The SDK takes keys once in the life of a page.
    location.reload()
  }
  const change = () => {
    sessionStorage.removeItem(KEPT)
    open(null)
  }
  return html`<main class="entrance">
    <h1>${t('demo.title')}</h1>
    ${keys
      ? html`<${Steps} keys=${keys} say=${say} />
          <${Snippet} ...${keys} serverURL=${BASE} />
          <p><button onClick=${change}>${t('demo.change')}</button></p>`
      : html`<form onSubmit=${start}>
          <${Field} name=${t('app.id')}><input name="appId" required spellcheck=${false} autocomplete="off" /><//>
          <${Field} name=${t('demo.key')}><input name="appKey" required spellcheck=${false} autocomplete="off" /><//>
          <button class="first">${t('demo.start')}</button>
        </form>`}
    ${fault && html`<p role="alert" class="fault">${fault}</p>`}
    <${Languages} />
  </main>`
}

/** What is asked of a person, one after the other. */
function Steps({ keys, say }) {
  const [token, read] = useState('')
  const [sent, send] = useState('')
  const [verified, verify] = useState(false)
  const picture = useRef(), reading = useRef(), button = useRef()
  const heard = (promise, then) => promise.then(
    (value) => { say(''); then(value) },
    (refused) => say(why(refused))
  )
  useEffect(() => {
    if (!AV.applicationId) AV.init({ ...keys, serverURL: BASE })
    let captcha
    heard(AV.Captcha.request(), (asked) => {
      captcha = asked
      captcha.bind(
        { textInput: reading.current, image: picture.current, verifyButton: button.current },
        { success: (said) => { say(''); read(said) }, error: (refused) => say(why(refused)) }
      )
    })
    return () => captcha?.unbind()
  }, [])
  const asked = (event) => {
    event.preventDefault()
    const phone = new FormData(event.target).get('phone').trim()
    heard(AV.Cloud.requestSmsCode({ mobilePhoneNumber: phone }, { validateToken: token }), () => send(phone))
  }
  const back = (event) => {
    event.preventDefault()
    heard(AV.Cloud.verifySmsCode(new FormData(event.target).get('code').trim(), sent), () => verify(true))
  }
  if (verified) return html`<p role="status" class="state verified">${t('demo.verified', { phone: sent })}</p>`
  if (sent) {
    return html`<form onSubmit=${back}>
      <p role="status">${t('demo.sent', { phone: sent })}</p>
      <${Field} name=${t('demo.code')}>
        <input name="code" required inputmode="numeric" autocomplete="one-time-code" pattern="[0-9]{6}" autofocus />
      <//>
      <button class="first">${t('demo.verify')}</button>
      <${Pause} over=${() => { send(''); read(''); location.reload() }} />
    </form>`
  }
  return html`
    <div class="captcha" hidden=${Boolean(token)}>
      <img ref=${picture} alt=${t('demo.picture')} width="85" height="30" />
      <${Field} name=${t('demo.reading')}><input ref=${reading} autocomplete="off" spellcheck=${false} /><//>
      <button ref=${button} type="button" class="first">${t('demo.read')}</button>
    </div>
    ${token && html`<form onSubmit=${asked}>
      <${Field} name=${t('demo.phone')}><input name="phone" type="tel" required autocomplete="tel" autofocus /><//>
      <button class="first">${t('demo.send')}</button>
    </form>`}`
}

/** How long a person waits for another code. */
function Pause({ over }) {
  const [left, wait] = useState(PAUSE)
  useEffect(() => {
    const clock = setInterval(() => wait((one) => Math.max(0, one - 1)), 1000)
    return () => clearInterval(clock)
  }, [])
  return html`<button type="button" disabled=${left > 0} onClick=${over}>${left ? t('demo.wait', { left }) : t('demo.another')}</button>`
}

render(html`<${Demo} />`, document.getElementById('demo'))
