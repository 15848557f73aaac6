// A template's source with what the rules find in it, at its places.

import { html, useRef } from './parts.js'
import { count, language, t } from './words.js'
import { findings as worded } from './words/templates.js'

/** Rules that are about all of a text. */
const WHOLE = ['company', 'no-code', 'segments']

/** The UTF-16 units of the first *many* of *characters*: the API counts whole characters. */
const units = (characters, many) => characters.slice(0, many).join('').length

/** *findings* of the text *was* with their places in *now*, to which somebody has typed on since. */
export function placed(findings, was, now) {
  const characters = [...was]
  const shorter = Math.min(was.length, now.length)
  let head = 0
  while (head < shorter && was[head] === now[head]) head += 1
  let tail = 0
  while (tail < shorter - head && was.at(-1 - tail) === now.at(-1 - tail)) tail += 1
  const grown = now.length - was.length
  return findings.flatMap((one) => {
    const from = units(characters, one.at)
    const to = units(characters, one.at + one.length)
    const found = { ...one, said: was.slice(from, to) }
    if (WHOLE.includes(one.rule) || (one.rule === 'length' && !one.at)) return [{ ...found, whole: true }]
    if (to <= head) return [{ ...found, from, to }]
    if (from >= was.length - tail) return [{ ...found, from: from + grown, to: to + grown }]
    return [] // just there somebody types
  })
}

/** *text* with a mark where each of *places* is; an error hides a warning. */
export function Marks({ text, places }) {
  const parts = places.filter((one) => !one.whole)
  const ends = [0, text.length, ...parts.flatMap((one) => [one.from, one.to])]
  const edges = [...new Set(ends)].sort((one, other) => one - other)
  return edges.slice(1).map((to, at) => {
    const [from, piece] = [edges[at], text.slice(edges[at], to)]
    const over = parts.filter((one) => one.from <= from && one.to >= to)
    if (!over.length) return piece
    return html`<mark class=${over.some((one) => one.severity === 'error') ? 'error' : 'warning'}>${piece}</mark>`
  })
}

/** What a finding says, in the reader's language. */
function saying({ rule, text, severity }) {
  const words = findingWords(rule, text, severity)
  const numbers = text.match(/\d+/g) || []
  return words ? words.replace(/\{(\d)\}/g, (_, at) => numbers[at] ?? '') : text
}

function findingWords(rule, text, severity) {
  const known = worded[language] || {}
  const long = rule === 'length' && !/signature/.test(text)
  return known[long ? 'long' : `${rule}.${severity}`] ?? known[long ? 'long' : rule]
}

/** The findings in sentences; *show* leads to the place of one. */
export function Findings({ places, show }) {
  const errors = places.filter((one) => one.severity === 'error').length
  const many = { errors: count(errors), warnings: count(places.length - errors) }
  return html`
    <p role="status" class="quiet">${t(places.length ? 'findings.many' : 'findings.none', many)}</p>
    <ul class="findings">${places.map((one) => html`<li class=${one.severity}>
      <strong>${t(`finding.${one.severity}`)}</strong>${' '}
      ${!one.whole && (show
        ? html`<button type="button" aria-label=${t('finding.show', { said: one.said })} onClick=${() => show(one)}>${one.said}</button>`
        : html`<q lang="">${one.said}</q>`)}
      <span>${' '}${saying(one)}</span>
    </li>`)}</ul>`
}

/** A field for the source, under which the marks lie; *places* are those of the text as it stands. */
export function Source({ text, places, type, marks, help }) {
  const area = useRef(null)
  const show = ({ from, to }) => {
    area.current.focus()
    area.current.setSelectionRange(from, to)
  }
  return html`
    <label class="field" for="source"><span>${t('template.source')}</span></label>
    <div class="marked">
      <div class="under" aria-hidden="true"><${Marks} text=${text} places=${places} />${' \u200b'}</div>
      <textarea id="source" ref=${area} ...${marks} lang="" value=${text} onInput=${(event) => type(event.target.value)} />
    </div>
    <p class="quiet" id="help-source">${help}</p>
    ${text.trim() && html`<${Findings} places=${places} show=${show} />`}`
}
