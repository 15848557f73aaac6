// What a review comes to, of a template or a signature, and how somebody says no.

import { Confirm, Field, html, useEffect, useRef, useState } from './parts.js'
import { t } from './words.js'

/** No reason is longer. */
const LONGEST = 200

/** What was done, told where that led; it is forgotten at the next place. */
export function useTold(here) {
  const [told, tell] = useState(null)
  const place = useRef(null)
  const shown = Boolean(told) && told.at === here
  useEffect(() => { if (told && !shown) tell(null) }, [here])
  // Whatever was pressed is gone, and with it the focus.
  useEffect(() => { if (shown) place.current.focus() }, [told, here])
  return {
    tell: (said, at) => tell(said ? { said, at } : null),
    said: html`<p role="status" tabindex="-1" ref=${place} hidden=${!shown}>${shown ? told.said : ''}</p>`,
  }
}

export function State({ of: state, words = state }) {
  return html`<span class="state ${state}">${t(`review.${words}`)}</span>`
}

/** Why something was rejected. */
export function Reasons({ of: reasons }) {
  return reasons.length > 0 && html`<ul class="reasons">${reasons.map((one) => html`<li>${one}</li>`)}</ul>`
}

/** Asks for reasons, of which the API takes *most*; *said* is what became of saying so. */
export function Rejecting({ title, act, busy, most, said, yes, no, children }) {
  const [typed, type] = useState('')
  const [fault, blame] = useState('')
  const field = useRef(null)
  const reject = () => {
    const reasons = typed.split('\n').map((line) => line.trim()).filter(Boolean)
    const wrong = !reasons.length || reasons.length > most
      ? t('review.reasons-many', { most })
      : reasons.some((one) => [...one].length > LONGEST) && t('review.reasons-long', { longest: LONGEST })
    blame(wrong || '')
    if (wrong) return field.current.focus()
    yes(reasons)
  }
  return html`<${Confirm} title=${title} act=${act} busy=${busy} yes=${reject} no=${no}>
    ${children}
    <${Field} name=${t('review.reasons')}>
      <textarea name="reasons" ref=${field} rows="4" value=${typed} aria-invalid=${fault ? 'true' : null}
        aria-describedby="reasons-help reasons-fault" onInput=${(event) => type(event.target.value)} />
    <//>
    <p class="quiet" id="reasons-help">${t('review.reasons-help', { most })}</p>
    <div id="reasons-fault">
      ${(fault || said) && html`<p role="alert" class="fault">${fault || said}</p>`}
    </div>
  <//>`
}
