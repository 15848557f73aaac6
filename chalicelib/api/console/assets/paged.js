// What is asked for page by page: each page once, and what is there already stays there.

import { Waiting, html, useLoaded, useState } from './parts.js'
import { count, t } from './words.js'

/** The rows there are so far; `load` is told where a page begins, and gives its rows and the next one. */
export function usePaged(load) {
  const [from, go] = useState('')
  const [before, keep] = useState([])
  const loaded = useLoaded(async () => ({ from, ...(await load(from)) }), [from])
  // Until a page is there, what was loaded is the page before it.
  const page = loaded.value?.from === from ? loaded.value : null
  const rows = [...before, ...(page?.rows || [])]
  const next = page?.next || ''
  return {
    loaded,
    rows,
    next,
    done: Boolean(page),
    many: next ? `${count(rows.length)}+` : count(rows.length),
    more: () => { keep(rows); go(next) },
  }
}

/** What stands below the rows: the way to more of them. */
export function More({ of }) {
  return html`<${Waiting} of=${of.loaded} />
    ${of.next && html`<button onClick=${of.more}>${t('records.more')}</button>`}`
}
