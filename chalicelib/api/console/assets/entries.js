// What is listed, one entry a line: a number, a prefix or an address, until when, and a note.

import { html } from './parts.js'
import { t } from './words.js'

/** Entries stand in the setting's text with this between them, and no note holds it. */
const BETWEEN = '; '

const ENTRY = /^([^\s#]+)\s+until\s+(\d{4}-\d{2}-\d{2})/

/** The entries whose last day, of UTC's, has passed: they are listed, and mean nothing any more. */
const expired = (lines) => {
  const today = new Date().toISOString().slice(0, 10)
  return lines.map((line) => ENTRY.exec(line.trim())).filter((found) => found && found[2] < today)
    .map(([, what]) => what)
}

export function Entries({ name, value, set, marks }) {
  const lines = value.split(BETWEEN)
  const gone = expired(lines)
  const told = gone.length ? `${marks['aria-describedby']} expired-${name}` : marks['aria-describedby']
  return html`<textarea ...${marks} aria-describedby=${told} id="setting-${name}" name=${name} rows="5" autocomplete="off"
      spellcheck=${false} value=${lines.join('\n')}
      onInput=${(event) => set(event.target.value.split('\n').join(BETWEEN))} />
    ${gone.length > 0 && html`<p class="fault" id="expired-${name}">${t('settings.expired-entries', { entries: gone.join(t('settings.and')) })}</p>`}`
}
