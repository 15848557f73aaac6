// What the sections of the page are made of.

import { html, useEffect, useLayoutEffect, useRef, useState } from './vendor/preact-htm.js'
import { Refusal } from './api.js'
import { worded } from './refusals.js'
import { LANGUAGES, choose, language, t } from './words.js'

export { html, useEffect, useRef, useState }

/** What a fault is in the reader's words, with what the service says more than those. */
export function explained(fault) {
  if (!(fault instanceof Refusal)) return t('fault.silent')
  if (fault.code === 401 || fault.code === 403) return t('fault.keys', { code: fault.code })
  return worded({ number: fault.code ?? fault.status, text: fault.message, field: fault.said.field })
}

/** What was asked for by `load`, again whenever one of `on` changes. */
export function useLoaded(load, on) {
  const [state, set] = useState({})
  const [tries, again] = useState(0)
  useEffect(() => {
    let wanted = true
    set((before) => ({ ...before, fault: null, loading: true }))
    load().then(
      (value) => wanted && set({ value }),
      (fault) => wanted && set({ fault })
    )
    return () => { wanted = false }
  }, [...on, tries])
  return { ...state, again: () => again(tries + 1) }
}

/** What stands where something is loaded: a word, a fault with a way to try again, or nothing. */
export function Waiting({ of }) {
  if (of.fault) {
    return html`<p role="alert" class="fault">${explained(of.fault)}
      <button onClick=${of.again}>${t('app.again')}</button></p>`
  }
  return of.loading ? html`<p role="status">${t('app.loading')}</p>` : null
}

/** A field with its name above it. */
export function Field({ name, children }) {
  return html`<label class="field"><span>${name}</span>${children}</label>`
}

/** The languages there are, to choose one. */
export function Languages() {
  return html`<label class="language"><span class="unseen">${t('app.language')}</span>
    <select value=${language} onChange=${(event) => choose(event.target.value)}>
      ${Object.entries(LANGUAGES).map(([code, name]) => html`<option value=${code} lang=${code}>${name}</option>`)}
    </select>
  </label>`
}

/** A table: columns are [title, cell of a row, whether it is a number]; scrolled where it is wide. */
export function Table({ caption, columns, rows }) {
  return html`<div class="wide" tabindex="0" role="region" aria-label=${caption}>
    <table>
      <caption>${caption}</caption>
      <thead><tr>
        ${columns.map(([title, , number]) => html`<th scope="col" class=${number ? 'number' : ''}>${title}</th>`)}
      </tr></thead>
      <tbody>
        ${rows.map((row) => html`<tr key=${row.id ?? row.name}>
          ${columns.map(([, cell, number]) => html`<td class=${number ? 'number' : ''}>${cell(row)}</td>`)}
        </tr>`)}
      </tbody>
    </table>
  </div>`
}

/** Asks before something is done that cannot be undone; Escape says no, and focus goes back. */
export function Confirm({ title, act, busy, yes, no, children }) {
  const shown = useRef(null)
  const open = useRef(true)
  useLayoutEffect(() => {
    const dialog = shown.current
    dialog.showModal()
    return () => { open.current = false; dialog.close() }
  }, [])
  // A browser closes it at a second Escape whatever is said of the first.
  const closed = () => { if (open.current) busy ? shown.current.showModal() : no() }
  return html`<dialog ref=${shown} aria-label=${title} onClose=${closed}
    onCancel=${(event) => { if (busy) event.preventDefault() }}>
    <h2>${title}</h2>
    ${children}
    <div class="answers">
      <button type="button" disabled=${busy} onClick=${no}>${t('app.cancel')}</button>
      <button type="button" class="first" disabled=${busy} onClick=${yes}>${act}</button>
    </div>
  </dialog>`
}
