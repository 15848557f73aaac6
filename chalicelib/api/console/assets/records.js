// What became of messages: those of a phone, or of a day.

import { get, save } from './api.js'
import { Field, Table, Waiting, html, useLoaded, useState } from './parts.js'
import { count, moment, money, t } from './words.js'

const STATES = ['refused', 'pending', 'undelivered', 'delivered', 'verified']
const STEPS = ['requested', 'accepted', 'carrier', 'device', 'verified']
const PAGE = 100

export function Records({ rest }) {
  const [query, look] = useState({ day: new Date().toISOString().slice(0, 10) })
  if (rest[0]) return html`<${One} id=${rest[0]} />`
  return html`
    <${Search} look=${look} />
    <${Found} query=${query} key=${JSON.stringify(query)} />`
}

function Search({ look }) {
  const [by, choose] = useState('day')
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
          <input name="day" type="date" required value=${new Date().toISOString().slice(0, 10)} />
        <//>
        <${Field} name=${t('records.state')}>
          <select name="state">
            <option value="">${t('records.any')}</option>
            ${STATES.map((one) => html`<option value=${one}>${t(`state.${one}`)}</option>`)}
          </select>
        <//>`
      : html`<${Field} name=${t('records.phone')}>
          <input name="phone" type="tel" required autocomplete="off" />
        <//>`}
    <button class="first">${t('records.find')}</button>
  </form>`
}

/** The first page of what was found, and what is asked for behind it. */
function Found({ query }) {
  const [pages, turn] = useState([''])
  const loaded = useLoaded(async () => {
    const found = []
    let next = ''
    for (let page = 0; page < pages.length; page += 1) {
      const one = await get('console/api/records', { ...query, limit: PAGE, next: pages[page] })
      found.push(...one.records)
      next = one.next
    }
    return { found, next }
  }, [pages.length])
  const { found, next } = loaded.value || {}
  if (!found) return html`<${Waiting} of=${loaded} />`
  if (!found.length) return html`<p role="status">${t('records.none')}</p>`
  return html`
    <p role="status">${t('records.found', { many: next ? `${count(found.length)}+` : count(found.length) })}
      <button onClick=${() => save('console/api/records.csv', query, 'records.csv')}>${t('records.export')}</button></p>
    <${Table} caption=${t('tab.records')} rows=${found} columns=${[
      [t('record.at'), (row) => html`<a href="#records/${row.id}">${moment(row.timeline.requested)}</a>`],
      [t('record.phone'), (row) => row.phone],
      [t('record.state'), (row) => html`<span class="state ${row.state}">${t(`state.${row.state}`)}</span>`],
      [t('record.sender'), (row) => row.sender || '–'],
      [t('record.template'), (row) => row.template || t('record.built-in')],
      [t('record.segments'), (row) => count(row.segments), true],
      [t('record.price'), (row) => money(row.price), true],
    ]} />
    ${next && html`<button disabled=${loaded.loading} onClick=${() => turn([...pages, next])}>${t('records.more')}</button>`}
    <${Waiting} of=${loaded} />`
}

function One({ id }) {
  const loaded = useLoaded(() => get(`console/api/records/${encodeURIComponent(id)}`), [id])
  const record = loaded.value?.record
  if (!record) return html`<${Waiting} of=${loaded} />`
  const why = [record.error, record.word].filter(Boolean).join(' · ')
  const facts = [
    ['state', html`<span class="state ${record.state}">${t(`state.${record.state}`)}</span>`],
    ['phone', record.phone],
    ['channel', record.channel],
    ['sender', record.sender || '–'],
    ['template', record.template || t('record.built-in')],
    ['segments', count(record.segments)],
    ['price', money(record.price)],
    ['text', html`<q lang="">${record.text}</q>`],
    ...(why ? [['why', why]] : []),
    ...['first', 'second'].filter((one) => record[one]).map((one) => [
      one, html`<a href="#records/${record[one]}">${record[one]}</a>`,
    ]),
  ]
  return html`
    <dl class="facts">${facts.map(([name, value]) => html`<div><dt>${t(`record.${name}`)}</dt><dd>${value}</dd></div>`)}</dl>
    <h2>${t('record.timeline')}</h2>
    <ol class="timeline">${STEPS.filter((step) => record.timeline[step]).map((step) => html`<li>
      <strong>${t(`record.${step}`)}</strong>
      <time datetime=${record.timeline[step]}>${moment(record.timeline[step])}</time>
    </li>`)}</ol>`
}
