// What became of messages: those of a phone, or of a day.

import { get, save } from './api.js'
import { Decision, held, whence } from './decision.js'
import { More, usePaged } from './paged.js'
import { Field, Table, Waiting, explained, html, useLoaded, useState } from './parts.js'
import { Reason } from './reasons.js'
import { count, moment, money, t } from './words.js'

const STATES = ['refused', 'pending', 'undelivered', 'delivered', 'verified']
const STEPS = ['requested', 'accepted', 'carrier', 'device', 'verified']
const PAGE = 50

export function Records({ rest }) {
  const [query, look] = useState({ day: new Date().toISOString().slice(0, 10) })
  if (rest[0]) return html`<${One} id=${rest[0]} />`
  return html`
    <${Search} query=${query} look=${look} />
    <${Found} query=${query} key=${JSON.stringify(query)} />`
}

function Search({ query, look }) {
  const [by, choose] = useState(query.phone ? 'phone' : 'day')
  const submit = (event) => {
    event.preventDefault()
    look(Object.fromEntries(new FormData(event.target)))
  }
  return html`<form class="search" onSubmit=${submit}>
    <fieldset>
      <legend>${t('records.by')}</legend>
      ${['day', 'phone'].map((one) => html`<label>
        <input type="radio" name="" checked=${by === one} onChange=${() => choose(one)} />
        ${t(`records.by.${one}`)}</label>`)}
    </fieldset>
    ${by === 'day'
      ? html`
        <${Field} name=${t('records.day')}>
          <input name="day" type="date" required value=${query.day || new Date().toISOString().slice(0, 10)} />
        <//>
        <${Field} name=${t('records.state')}>
          <select name="state" value=${query.state || ''}>
            <option value="">${t('records.any')}</option>
            ${STATES.map((one) => html`<option value=${one}>${t(`state.${one}`)}</option>`)}
          </select>
        <//>`
      : html`<${Field} name=${t('records.phone')}>
          <input name="phone" type="tel" required autocomplete="off" value=${query.phone || ''} />
        <//>`}
    <button class="first">${t('records.find')}</button>
  </form>`
}

/** The first page of what was found, and what is asked for behind it. */
function Found({ query }) {
  const found = usePaged(async (next) => {
    const page = await get('console/api/records', { ...query, limit: PAGE, next })
    return { rows: page.records, next: page.next }
  })
  const { rows, next, done } = found
  if (!rows.length && !next) return done ? html`<p role="status">${t('records.none')}</p>` : html`<${Waiting} of=${found.loaded} />`
  return html`
    <p role="status">${rows.length ? t('records.found', { many: found.many }) : t('records.none-yet')}</p>
    <${Export} query=${query} />
    ${rows.length > 0 && html`<${Table} caption=${t('tab.records')} rows=${rows} columns=${[
      [t('record.at'), (row) => html`<a href="#records/${row.id}">${moment(row.timeline.requested)}</a>`],
      [t('record.state'), (row) => html`<${State} of=${row} />`],
      [t('record.phone'), (row) => row.phone],
      [t('record.sender'), (row) => row.sender || '–'],
      [t('record.template'), (row) => row.template || t('record.built-in')],
      [t('record.segments'), (row) => count(row.segments), true],
      [t('record.price'), (row) => money(row.price), true],
    ]} />`}
    <${More} of=${found} />`
}

/** Takes all records away that were looked for, also those of which there is more. */
function Export({ query }) {
  const [state, set] = useState({})
  const take = async () => {
    set({ busy: true })
    try {
      await save('console/api/records.csv', query, 'records.csv')
      set({})
    } catch (fault) {
      set({ fault })
    }
  }
  return html`<div>
    <button disabled=${state.busy} onClick=${take}>${t(state.busy ? 'records.exporting' : 'records.export')}</button>
    ${state.fault && html`<p role="alert" class="fault">${explained(state.fault)}</p>`}
  </div>`
}

/** How a record stands, and whether that is because it was held back. */
const State = ({ of: { state, decision } }) => html`<span class="state ${state}">${t(`state.${state}`)}</span>${
  held(decision) && html` · <span class="held">${t('record.held')}</span>`}`

function One({ id }) {
  const loaded = useLoaded(() => get(`console/api/records/${encodeURIComponent(id)}`), [id])
  const record = loaded.value?.record
  const back = html`<p><a href="#records">${t('records.back')}</a></p>`
  if (!record) return html`${back}<${Waiting} of=${loaded} />`
  // Why it was held back is said of the decision, with its figures.
  const why = held(record.decision) ? [] : [record.error, record.word].filter(Boolean)
  const facts = [
    ['state', html`<${State} of=${record} />`],
    ...(why.length ? [['why', why.map((one, at) => html`${at > 0 && html`<br />`}<${Reason} of=${one} />`)]] : []),
    ['decision', html`<${Decision} of=${record.decision} />`],
    ...(held(record.decision) ? [['saved', money(record.decision.saved)]] : []),
    ['phone', record.phone],
    ['address', whence(record.address) || '–'],
    ['channel', t(`channel.${record.channel}`)],
    ['sender', record.sender || '–'],
    ['template', record.template || t('record.built-in')],
    ['segments', count(record.segments)],
    ['price', money(record.price)],
    ['text', html`<q lang="">${record.text}</q>`],
    ...['first', 'second'].filter((one) => record[one]).map((one) => [
      one, html`<a href="#records/${record[one]}">${record[one]}</a>`,
    ]),
  ]
  return html`${back}
    <dl class="facts">${facts.map(([name, value]) => html`<div><dt>${t(`record.${name}`)}</dt><dd>${value}</dd></div>`)}</dl>
    <h2>${t('record.timeline')}</h2>
    <ol class="timeline">${STEPS.filter((step) => record.timeline[step]).map((step) => html`<li>
      <strong>${t(`record.${step}`)}</strong>
      <time datetime=${record.timeline[step]}>${moment(record.timeline[step])}</time>
    </li>`)}</ol>`
}
