// What became of what hooks are told, and what is done about what none of them took.

import { ask, get } from './api.js'
import { More, usePaged } from './paged.js'
import { Confirm, Field, Table, Waiting, explained, html, useEffect, useLoaded, useRef, useState } from './parts.js'
import { Reason } from './reasons.js'
import { count, moment, t } from './words.js'

const STATES = ['dead', 'due', 'waiting', 'delivered', 'dropped']
const path = (id, verb = '') => `console/api/deliveries/${encodeURIComponent(id)}${verb && `/${verb}`}`

/** All dead letters there are, oldest first: in that order they are told again. */
async function letters() {
  const found = []
  let next = ''
  do {
    const page = await get('console/api/deliveries', { state: 'dead', next })
    found.unshift(...page.deliveries.reverse())
    next = page.next
  } while (next)
  return found
}

export function Deliveries() {
  const [state, choose] = useState('dead')
  const [turns, turn] = useState(0)
  const [some, see] = useState(false)
  return html`<section aria-labelledby="deliveries">
    <h2 id="deliveries">${t('deliveries')}</h2>
    <p class="quiet">${t('deliveries.help')}</p>
    <div class="search row">
      <${Field} name=${t('deliveries.state')}>
        <select value=${state} onChange=${(event) => choose(event.target.value)}>
          ${STATES.map((one) => html`<option value=${one}>${t(`deliveries.state.${one}`)}</option>`)}
        </select>
      <//>
      <button onClick=${() => turn(turns + 1)}>${t('deliveries.refresh')}</button>
    </div>
    ${state === 'dead' && html`<${Everything} some=${some} over=${() => turn(turns + 1)} />`}
    <${Found} state=${state} see=${see} key=${`${state} ${turns}`} />
  </section>`
}

/** Replay or drop all dead letters. */
function Everything({ some, over }) {
  const [asked, sure] = useState(null)
  const [told, tell] = useState({})
  const [busy, work] = useState(false)
  const look = async (verb) => {
    tell({})
    try {
      const found = await letters()
      if (found.length) sure({ verb, found })
      else over()
    } catch (fault) {
      tell({ fault })
    }
  }
  const act = async () => {
    const { verb, found } = asked
    let done = 0
    work(true)
    try {
      for (const one of found) {
        // Somebody else may have been quicker, or its 30 days are over.
        await ask('POST', path(one.id, verb)).catch((fault) => { if (fault.status !== 404) throw fault })
        tell({ text: t('deliveries.progress', { many: count((done += 1)) }) })
      }
      tell({ text: t(`deliveries.done-${verb}`, { many: count(done) }) })
    } catch (fault) {
      tell({ fault, text: t('deliveries.stopped', { many: count(done) }) })
    }
    work(false)
    sure(null)
    over()
  }
  return html`<div>
    ${some && html`<div class="row">
      <button onClick=${() => look('replay')}>${t('deliveries.replay-all')}</button>
      <button onClick=${() => look('drop')}>${t('deliveries.drop-all')}</button>
    </div>`}
    <p role="status">${told.text || ''}</p>
    ${told.fault && html`<p role="alert" class="fault">${explained(told.fault)}</p>`}
    ${asked && html`<${Confirm} title=${t(`deliveries.${asked.verb}-all`)} act=${t(`deliveries.${asked.verb}-all`)}
      busy=${busy} yes=${act} no=${() => sure(null)}>
      <p>${t(`deliveries.sure-${asked.verb}-all`, { many: count(asked.found.length) })}</p>
      ${busy && html`<p>${told.text}</p>`}
    <//>`}
  </div>`
}

/** The deliveries in a state, page by page. */
function Found({ state, see }) {
  const found = usePaged(async (next) => {
    const page = await get('console/api/deliveries', { state, next })
    return { rows: page.deliveries, next: page.next }
  })
  const { rows, next, done } = found
  useEffect(() => { if (done) see(rows.length > 0) }, [done])
  if (!rows.length && !next) return done ? html`<p role="status">${t('deliveries.none')}</p>` : html`<${Waiting} of=${found.loaded} />`
  return html`
    <p role="status">${t('deliveries.found', { many: found.many })}</p>
    ${rows.length > 0 && html`<${Table} caption=${t(`deliveries.state.${state}`)} rows=${rows} columns=${[
      [t('delivery.at'), (row) => html`<a href="#hooks/${row.id}">${moment(row.at)}</a>`],
      [t('delivery.hook'), (row) => row.hook],
      [t('delivery.type'), (row) => t(`event.${row.type}`)],
      [t('delivery.phone'), (row) => row.phone || '–'],
      [t('delivery.tries'), (row) => count(row.tries), true],
      [t('delivery.word'), (row) => html`<${Reason} of=${row.word} />`],
      ...(state === 'waiting' ? [[t('delivery.due'), (row) => moment(row.dueAt)]] : []),
    ]} />`}
    <${More} of=${found} />`
}

/** One of them, with what is told. */
export function Delivery({ id }) {
  const [turns, turn] = useState(0)
  const loaded = useLoaded(() => get(path(id)), [turns])
  const [asked, sure] = useState(false)
  const [busy, work] = useState(false)
  const [told, tell] = useState({})
  const status = useRef()
  const found = loaded.value
  useEffect(() => { if (told.text) status.current?.focus() }, [told])
  const act = async (verb, text) => {
    work(true)
    try {
      await ask('POST', path(id, verb))
      tell({ text })
    } catch (fault) {
      tell({ fault })
    }
    work(false)
    sure(false)
    turn(turns + 1)
  }
  const row = found?.delivery
  const facts = row && [
    ['state', t(`deliveries.state.${row.state}`)],
    ['hook', row.hook],
    ['type', t(`event.${row.type}`)],
    ['event', html`<code>${row.event}</code>`],
    ['phone', row.phone || '–'],
    ['at', moment(row.at)],
    ['tries', count(row.tries)],
    ['word', html`<${Reason} of=${row.word} />`],
    ...(row.triedAt ? [['tried', moment(row.triedAt)]] : []),
    ...(row.dueAt ? [['due', moment(row.dueAt)]] : []),
  ]
  return html`<section>
    <p><a href="#hooks">${t('deliveries.back')}</a></p>
    <p role="status" tabindex="-1" ref=${status}>${told.text || ''}</p>
    ${told.fault && html`<p role="alert" class="fault">${explained(told.fault)}</p>`}
    <${Waiting} of=${loaded} />
    ${row && html`
      <dl class="facts">${facts.map(([name, value]) => html`<div><dt>${t(`delivery.${name}`)}</dt><dd>${value}</dd></div>`)}</dl>
      <h2 id="told">${t('delivery.body')}</h2>
      <pre class="body" tabindex="0" role="region" aria-labelledby="told">${JSON.stringify(found.body, null, 2)}</pre>
      <div class="row">
        <button class="first" disabled=${busy} onClick=${() => act('replay', t('delivery.replayed'))}>${t('delivery.replay')}</button>
        ${!['delivered', 'dropped'].includes(row.state) && html`
          <button disabled=${busy} onClick=${() => sure(true)}>${t('delivery.drop')}</button>`}
      </div>`}
    ${asked && html`<${Confirm} title=${t('delivery.drop')} act=${t('delivery.drop')} busy=${busy}
      yes=${() => act('drop', t('delivery.dropped'))} no=${() => sure(false)}><p>${t('delivery.sure-drop')}</p><//>`}
  </section>`
}
