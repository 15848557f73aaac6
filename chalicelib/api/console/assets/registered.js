// How suppliers that take no texts know a template: its id there, and its parameters in order.

import { html } from './parts.js'
import { t } from './words.js'

const HALVES = ['sender', 'id', 'parameters']

/** What the API says, as rows that can be typed in. */
export const rowsOf = (registered) =>
  Object.entries(registered).map(([sender, { id, parameters }]) => ({ sender, id, parameters: parameters.join(', ') }))

const filled = (rows) =>
  rows.map((row) => HALVES.map((half) => row[half].trim())).filter((row) => row.some(Boolean))

/** The rows as the API takes them. */
export const registeredBy = (rows) => Object.fromEntries(
  filled(rows).map(([sender, id, names]) => [sender, { id, parameters: names.split(/[\s,，、]+/).filter(Boolean) }])
)

/** A sender that has two rows, of which one would be lost; nothing if none has. */
export const twice = (rows) =>
  filled(rows).map(([sender]) => sender).find((sender, at, all) => all.indexOf(sender) !== at)

/** The rows, to be typed in. */
export function Rows({ rows, set, fault }) {
  const write = (place, half) => (event) =>
    set(rows.map((row, at) => (at === place ? { ...row, [half]: event.target.value } : row)))
  const remove = (place) => (event) => {
    event.target.closest('[role=group]').focus()
    set(rows.filter((_, at) => at !== place))
  }
  return html`<div role="group" tabindex="-1" aria-labelledby="registered" aria-describedby="registered-help">
    <strong id="registered">${t('template.registered')}</strong>
    <p class="quiet" id="registered-help">${t('template.registered-help')}</p>
    ${rows.map((row, place) => html`<div class="row" key=${place}>
      ${HALVES.map((half) => html`<label class="field"><span>${t(`registered.${half}`)}</span>
        <input name=${place || half !== 'sender' ? null : 'registered'} class=${half} value=${row[half]} autocomplete="off" spellcheck=${false}
          aria-invalid=${fault ? 'true' : null} aria-describedby=${fault ? 'fault-registered' : null} onInput=${write(place, half)} /></label>`)}
      <button type="button" aria-label=${t('registered.remove-of', { sender: row.sender })}
        onClick=${remove(place)}>${t('registered.remove')}</button>
    </div>`)}
    <button type="button" onClick=${() => set([...rows, { sender: '', id: '', parameters: '' }])}>${t('registered.add')}</button>
  </div>`
}
