// Templates: which there are and where each stands; one of them; one being written.

import { get } from './api.js'
import { Draft } from './draft.js'
import { More, usePaged } from './paged.js'
import { Table, Waiting, html } from './parts.js'
import { State, useTold } from './reviews.js'
import { Template } from './template.js'
import { moment, t } from './words.js'

/** Stands in the address for a template that has no name yet: no name has it. */
export const NEW = '+'

export function Templates({ rest: [name, edit] }) {
  const writing = name === NEW || edit === 'edit'
  const { said, tell } = useTold(writing ? `${name} …` : name)
  const go = (to, words) => {
    tell(words, to || undefined)
    location.hash = to ? `templates/${encodeURIComponent(to)}` : 'templates'
  }
  return html`
    ${name && html`<p><a href="#templates">${t('templates.back')}</a></p>`}
    ${said}
    ${writing
      ? html`<${Draft} key=${name} name=${name === NEW ? '' : name} over=${go} />`
      : name
        ? html`<${Template} key=${name} name=${name} tell=${(words) => tell(words, name)} gone=${(words) => go('', words)} />`
        : html`<${List} />`}`
}

function List() {
  const found = usePaged(async (after) => {
    const page = await get('console/api/templates', { after })
    return { rows: page.templates, next: page.next }
  })
  const { rows, next, done } = found
  if (!rows.length && !done) return html`<${Waiting} of=${found.loaded} />`
  const latest = (row) => row.waiting || row.inUse
  return html`
    <p><a class="button first" href="#templates/${NEW}">${t('templates.new')}</a></p>
    ${rows.length
      ? html`<${Table} caption=${t('templates.found', { many: found.many })} rows=${rows} columns=${[
        [t('template.name'), (row) => html`<a href="#templates/${encodeURIComponent(row.name)}">${row.name}</a>`],
        [t('template.state'), (row) => html`<${States} of=${row} />`],
        [t('template.kind'), (row) => t(`template.kind.${latest(row).kind}`)],
        [t('template.source'), (row) => html`<span class="excerpt" lang="">${latest(row).source}</span>`],
        [t('template.at'), (row) => moment(latest(row).createdAt)],
      ]} />`
      : !next && html`<p role="status">${t('templates.none')}</p>`}
    <${More} of=${found} />`
}

/** Where a template stands: what is in use, and what came of the version after it. */
export function States({ of: { inUse, waiting } }) {
  return html`${inUse && html`<${State} of="approved" />`}${inUse && waiting && ' · '}${waiting && html`<${State} of=${waiting.state} />`}`
}
