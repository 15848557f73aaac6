// What became of a message to many, number by number; what failed can be sent again.

import { Sending, foresee, why } from './foreseen.js'
import { Table, explained, html, useEffect, useRef, useState } from './parts.js'
import { count, money, t } from './words.js'

const unknown = (row) => row.vanished || (row.code === 1 && /^Internal/.test(row.error))
const failed = (row) => row.code !== 0 && !unknown(row)

export function Sent({ message, rows: first, again }) {
  const [rows, update] = useState(first)
  const [asking, ask] = useState(null)
  const [fault, said] = useState(null)
  const heading = useRef(null)
  useEffect(() => heading.current.focus(), [rows])
  const lost = rows.filter(failed)
  const open = rows.filter(unknown)
  const arrived = rows.filter((row) => row.code === 0)

  const merged = (news) => {
    const found = new Map(news.map((one) => [one.id, one]))
    update(rows.map((row) => found.get(row.id) ?? row))
  }
  const retry = async () => {
    said(null)
    try {
      const { results } = await foresee(message, lost.map((row) => row.number || row.mobilePhoneNumber))
      const seen = results.map((one, place) => ({ ...one, id: lost[place].id }))
      if (seen.some((one) => !one.code)) ask(seen)
      else {
        merged(seen)
        said(t('send.still'))
      }
    } catch (refused) {
      said(explained(refused))
    }
  }
  return html`
    <h2 tabindex="-1" ref=${heading}>${t('send.result', {
      sent: count(arrived.length), lost: count(lost.length), template: message.template,
    })}</h2>
    ${open.length > 0 && html`<p role="alert" class="fault">${t('send.open', { many: count(open.length) })}
      ${' '}<a href="#records">${t('tab.records')}</a></p>`}
    ${fault && html`<p role="alert" class="fault">${fault}</p>`}
    <div class="answers">
      ${lost.length > 0 && html`<button class="first" onClick=${retry}>${t('send.retry', { many: count(lost.length) })}</button>`}
      <button onClick=${again}>${t('send.new')}</button>
    </div>
    <${Table} caption=${t('send.results')} rows=${rows} columns=${[
      [t('send.number'), (row) => row.number || row.mobilePhoneNumber],
      [t('send.outcome'), (row) => html`<span class=${`state ${row.code ? 'refused' : 'delivered'}`}>
        ${t(row.code ? (unknown(row) ? 'send.unknown' : 'send.failed') : 'send.sent')}</span>
        ${row.code !== 0 && html`<span class="below said">${why(row)}</span>`}`],
      [t('send.price'), (row) => (row.code ? '–' : money(row.price)), true],
    ]} />
    ${asking && html`<${Sending} message=${message} results=${asking} cancel=${() => ask(null)}
      done=${(news) => { ask(null); merged(news) }}
      failed=${(refused) => { ask(null); said(explained(refused)) }} />`}`
}
