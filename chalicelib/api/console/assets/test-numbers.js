// Test numbers: each with its code and, if it is none for ever, the last day on which it is one.

import { html, useState } from './parts.js'
import { t } from './words.js'

const ENTRY = /^([^=]*)=?\s*(.*?)(?:\s+until\s+(.*))?$/

/** The text's entries as [number, code, last day]. */
const entries = (text) =>
  text.split(',').map((part) => part.trim()).filter(Boolean)
    .map((part) => ENTRY.exec(part).slice(1).map((piece = '') => piece.trim()))

const joined = (rows) =>
  rows.filter((row) => row.some(Boolean))
    .map(([number, code, day]) => `${number}=${code}${day && ` until ${day}`}`)
    .join(', ')

/** Whether a last day has passed, of UTC's. */
const expired = (day) => Boolean(day) && day < new Date().toISOString().slice(0, 10)

export function TestNumbers({ name, value, set, marks }) {
  const [mine, keep] = useState(entries(value))
  // Rows that are still empty are in no text: mine stand for as long as they say the same.
  const rows = joined(mine) === value ? mine : entries(value)
  const turn = (next) => { keep(next); set(joined(next)) }
  const write = (place, piece) => (event) => {
    const text = event.target.value.replace(/[,=]/g, '').trim()
    turn(rows.map((row, at) => (at === place ? row.with(piece, text) : row)))
  }
  const remove = (place) => (event) => {
    event.target.closest('[role=group]').focus()
    turn(rows.filter((_, at) => at !== place))
  }
  return html`<div role="group" id="setting-${name}" tabindex="-1" ...${marks}>
    ${rows.map(([number, code, day], place) => html`<div class="row" key=${place}>
      <label class="field"><span>${t('settings.number')}</span>
        <input type="tel" value=${number} onInput=${write(place, 0)} autocomplete="off" placeholder="+19490008888" /></label>
      <label class="field"><span>${t('settings.code')}</span>
        <input class="code" value=${code} onInput=${write(place, 1)} autocomplete="off" inputmode="numeric" maxlength="6" /></label>
      <label class="field"><span>${t('settings.last-day')}</span>
        <input type="date" value=${day} onInput=${write(place, 2)} max="9999-12-31"
          aria-describedby=${expired(day) ? `expired-${place}` : null} /></label>
      <button type="button" onClick=${remove(place)} aria-label=${t('settings.remove', { number })}>${t('settings.remove-short')}</button>
      ${expired(day) && html`<p class="fault expired" id="expired-${place}">${t('settings.expired')}</p>`}
    </div>`)}
    <button type="button" onClick=${() => turn([...rows, ['', '', '']])}>${t('settings.add-number')}</button>
  </div>`
}
