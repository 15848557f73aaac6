// A message as it would go out, while its template is being written.

import { ask } from './api.js'
import { Field, explained, html, useEffect, useRef, useState } from './parts.js'
import { count, money, t } from './words.js'

const PAUSE = 300

/** What the API says of *source*, whenever the typist pauses.
 *
 * *typed* are values by name; one that nobody has typed is its own name.  `of` is the text that
 * `findings` are of, `names` are the variables it has.
 */
export function usePreview({ source, kind, sign, number, typed }) {
  const [state, set] = useState({ findings: [], of: '', names: [] })
  const [tries, again] = useState(0)
  const names = useRef([])
  const variables = Object.fromEntries(state.names.map((name) => [name, typed[name] ?? name]))
  useEffect(() => {
    if (!source.trim()) return set({ findings: [], of: '', names: [] })
    let wanted = true
    set((before) => ({ ...before, loading: true }))
    const timer = setTimeout(async () => {
      const body = { source, kind, sign, variables, mobilePhoneNumber: number }
      let value, fault
      try {
        value = await (await ask('POST', 'console/api/preview', { body })).json()
      } catch (refused) {
        fault = refused
      }
      if (!wanted) return
      const said = value ?? fault.said ?? {}
      const known = said.variables ?? names.current
      // Values for what has just been named are asked for at once, and nobody hears they lacked.
      const more = known.some((name) => !names.current.includes(name))
      names.current = known
      set((before) => ({
        findings: said.findings ?? before.findings,
        of: said.findings ? source : before.of,
        names: known,
        value: value ?? (more ? before.value : undefined),
        fault: more ? undefined : fault,
        loading: more,
      }))
    }, PAUSE)
    return () => { wanted = false; clearTimeout(timer) }
  }, [JSON.stringify([source, kind, sign, number, variables]), tries])
  return { ...state, variables, again: () => again(tries + 1) }
}

/** Beside which field a fault belongs: the number's, a variable's, or none. */
function blamed({ fault, names }) {
  if (!fault) return ''
  if ([127, 212].includes(fault.code) || (fault.code === 1 && /International/.test(fault.message))) return 'number'
  const about = fault.code === 606 && / SMS template: (?:missing variable: )?([\p{L}\p{N}_]+)/u.exec(fault.message)
  return about && names.includes(about[1]) ? `variable.${about[1]}` : ''
}

/** Why there is no text, in words. */
function why({ fault, findings }) {
  if (fault.code === 1 && /International/.test(fault.message)) return t('preview.fault.abroad')
  const barred = findings.some((one) => one.severity === 'error' && (fault.code === 606 || one.rule === 'company'))
  if (barred && [605, 606].includes(fault.code)) return t('preview.fault.errors')
  if ([127, 212, 605].includes(fault.code)) return t(`preview.fault.${fault.code}`)
  if (fault.code === 606) return t('preview.fault.606', { text: fault.message })
  return explained(fault)
}

/** The text that arrives and what it costs, and what it is tried with. */
export function Preview({ seen, trial, set, signatures }) {
  const { value, fault } = seen
  const at = blamed(seen)
  const words = fault && why(seen)
  const facts = value && [
    ['segments', count(value.segments)],
    ['price', money(value.price)],
    ['units', `${count(value.units)} (${t(`preview.encoding.${value.encoding}`)})`],
    ['sender', value.sender || t('preview.nobody')],
  ]
  const beside = (field) => at === field && words && html`<p class="fault" id="fault-${field}">${words}</p>`
  const marks = (field) => ({
    name: field,
    autocomplete: 'off',
    spellcheck: false,
    'aria-invalid': at === field ? 'true' : null,
    'aria-describedby': at === field ? `fault-${field}` : null,
  })
  // It stands within the form of what is written, which Enter is not to submit from here.
  const still = (event) => { if (event.key === 'Enter' && event.target.matches('input')) event.preventDefault() }
  return html`<section class="sums preview" aria-label=${t('preview.title')} aria-busy=${seen.loading ? 'true' : null} onKeyDown=${still}>
    <h2>${t('preview.title')}</h2>
    ${value ? html`<p class="bubble" lang="">${value.text}</p>` : !fault && html`<p class="quiet">${t('preview.empty')}</p>`}
    ${facts && html`<dl>${facts.map(([name, said]) => html`<div><dt>${t(`preview.${name}`)}</dt><dd>${said}</dd></div>`)}</dl>`}
    ${words && !at && html`<p class="fault" role="status">${words}
      ${words === t('preview.fault.605') && html`${' '}<a href="#signatures">${t('tab.signatures')}</a>`}
      ${!fault.code && html`<button type="button" onClick=${seen.again}>${t('app.again')}</button>`}</p>`}
    <h3>${t('preview.with')}</h3>
    <div><${Field} name=${t('preview.number')}>
      <input ...${marks('number')} type="tel" value=${trial.number} onInput=${(event) => set({ ...trial, number: event.target.value })} />
    <//>${beside('number')}</div>
    ${signatures.length > 1 && html`<${Field} name=${t('preview.signature')}>
      <select name="sign" value=${trial.sign} onChange=${(event) => set({ ...trial, sign: event.target.value })}>
        <option value="">${t('preview.usual')}</option>
        ${signatures.map(([name, text]) => html`<option value=${name}>${name} · 【${text}】</option>`)}
      </select>
    <//>`}
    ${seen.names.map((name) => html`<div key=${name}><${Field} name=${name}>
      <input ...${marks(`variable.${name}`)} value=${trial.typed[name] ?? name}
        onInput=${(event) => set({ ...trial, typed: { ...trial.typed, [name]: event.target.value } })} />
    <//>${beside(`variable.${name}`)}</div>`)}
  </section>`
}
