// By what a setting is changed: a control for each kind, of the text that the API has for it.

import { kindOf, moreOf } from './catalogue.js'
import { Entries } from './entries.js'
import { html } from './parts.js'
import { Secret } from './secret.js'
import { TestNumbers } from './test-numbers.js'
import { language, t } from './words.js'

const UNITS = { s: 'second', m: 'minute', h: 'hour', d: 'day' }

/** A setting's text as a person says it. */
export function said(name, text) {
  if (kindOf(name) === 'switch') return text === 'true' ? t('settings.on') : t('settings.off')
  if (!text) return t('settings.nothing')
  if (kindOf(name) === 'choice') return t(`choice.${name}.${text}`)
  return text
}

/** Limits such as 1/30s, 3/1h as a person says them; empty for what is none. */
export function limitSaid(text) {
  if (!text.trim()) return t('settings.no-limit')
  const parts = text.split(',').map((part) => /^([1-9]\d{0,2})\/([1-9]\d{0,3})([smhd])$/.exec(part.trim()))
  if (!parts.every(Boolean)) return ''
  return parts
    .map(([, many, length, unit]) => {
      const style = { style: 'unit', unit: UNITS[unit], unitDisplay: 'long' }
      const time = new Intl.NumberFormat(language === 'zh' ? 'zh-CN' : 'en', style).format(length)
      return t('settings.limit', { many, time })
    })
    .join(t('settings.and'))
}

/** Whether a setting's control is several, which a name stands above. */
export const compound = (name) => ['several', 'hours', 'numbers'].includes(kindOf(name))

/** The control of a setting: `set` is told its new text, `marks` are what a reader hears with it. */
export function Control({ name, value, set, signatures, marks }) {
  const more = moreOf(name)
  const typed = (event) => set(event.target.value)
  const field = { ...marks, id: `setting-${name}`, name, value, onInput: typed, autocomplete: 'off' }
  switch (kindOf(name)) {
    case 'switch':
      return html`<input ...${marks} id=${field.id} name=${name} type="checkbox" role="switch"
        checked=${value === 'true'} onChange=${(event) => set(String(event.target.checked))} />`
    case 'number':
      return html`<input ...${field} type="number" step="1" min=${more.min} max=${more.max} />`
    case 'amount':
      return html`<input ...${field} inputmode="decimal" />`
    case 'choice':
      return html`<select ...${field}>
        ${more.map((one) => html`<option value=${one}>${t(`choice.${name}.${one}`)}</option>`)}
      </select>`
    case 'signature':
      return html`<select ...${field}>
        <option value="">${t('settings.first-signature')}</option>
        ${[...new Set([...signatures, value].filter(Boolean))].map((one) => html`<option value=${one}>${one}</option>`)}
      </select>`
    case 'long':
      return html`<textarea ...${field} rows="3" spellcheck=${false} />`
    case 'entries':
      return html`<${Entries} name=${name} value=${value} set=${set} marks=${marks} />`
    case 'secret':
      return html`<${Secret} name=${name} value=${value} set=${set} marks=${marks} />`
    case 'limit':
      return html`<input ...${field} spellcheck=${false} /><p class="quiet">${limitSaid(value)}</p>`
    case 'several':
      return html`<${Several} name=${name} value=${value} set=${set} choices=${more} marks=${marks} />`
    case 'hours':
      return html`<${Hours} name=${name} value=${value} set=${set} marks=${marks} />`
    case 'numbers':
      return html`<${TestNumbers} name=${name} value=${value} set=${set} marks=${marks} />`
    default:
      return html`<input ...${field} spellcheck=${false} />`
  }
}

const parts = (value, by) => value.split(by).map((part) => part.trim()).filter(Boolean)

function Several({ name, value, set, choices, marks }) {
  const chosen = parts(value, ',')
  const turn = (one, to) => set(choices.filter((other) => (other === one ? to : chosen.includes(other))).join(', '))
  return html`<div role="group" id="setting-${name}" tabindex="-1" ...${marks}>
    ${choices.map((one) => html`<label class="choice">
      <input type="checkbox" value=${one} checked=${chosen.includes(one)}
        onChange=${(event) => turn(one, event.target.checked)} />
      ${t(`choice.${name}.${one}`)}</label>`)}
  </div>`
}

function Hours({ name, value, set, marks }) {
  const [from = '', to = ''] = value.split('-')
  const join = (one, other) => set(one || other ? `${one}-${other}` : '')
  return html`<div role="group" id="setting-${name}" tabindex="-1" class="row" ...${marks}>
    <label class="field"><span>${t('settings.from')}</span>
      <input type="time" value=${from} onInput=${(event) => join(event.target.value, to)} /></label>
    <label class="field"><span>${t('settings.until')}</span>
      <input type="time" value=${to} onInput=${(event) => join(from, event.target.value)} /></label>
  </div>`
}
