// What is left of the app's money, and how more is put in.

import { ask, get } from './api.js'
import { Confirm, Field, Waiting, explained, html, useLoaded, useRef, useState } from './parts.js'
import { money, t } from './words.js'

/** As the API takes one: what JavaScript reads besides is none. */
const AMOUNT = /^-?\d+(\.\d+)?$/

/** A name for one payment, so that asking twice does not pay twice. */
const fresh = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')

export function Balance() {
  const [turns, turn] = useState(0)
  const loaded = useLoaded(() => get('console/api/balance'), [turns])
  const [amount, type] = useState('')
  const [asked, put] = useState(false)
  const [busy, work] = useState(false)
  const [told, tell] = useState({})
  const id = useRef(fresh())
  const typed = (event) => {
    const text = event.target.value.trim()
    // The same amount again is the same payment, as long as nothing is known of it.
    if (text !== amount) id.current = fresh()
    tell({})
    type(text)
  }
  const pay = async () => {
    work(true)
    try {
      const answer = await ask('POST', 'console/api/balance', { body: { amount, id: id.current } })
      const { balance } = await answer.json()
      id.current = fresh()
      type('')
      tell({ done: t('balance.done', { left: money(balance) }) })
      turn(turns + 1)
    } catch (fault) {
      tell({ fault })
    }
    work(false)
    put(false)
  }
  const found = loaded.value
  if (!found) return html`<${Waiting} of=${loaded} />`
  const facts = [
    [t('balance.left'), money(found.balance)],
    // What is spent is counted where there is a most that may be.
    ...(found.dailyCap == null ? [] : [
      [t('balance.spent'), money(found.spentToday)],
      [t('balance.cap'), money(found.dailyCap)],
    ]),
  ]
  const value = Number(amount)
  const submit = (event) => {
    event.preventDefault()
    if (AMOUNT.test(amount)) put(true)
    else tell({ wrong: t('balance.wrong') })
  }
  return html`<section class="sums" aria-label=${t('balance.title')}>
    <dl>${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
    ${!found.prepaid && html`<p class="quiet">${t('balance.unused')}</p>`}
    <form class="search" noValidate onSubmit=${submit}>
      <${Field} name=${t('balance.amount')}>
        <input name="amount" value=${amount} onInput=${typed} inputmode="decimal" autocomplete="off"
          aria-invalid=${told.fault || told.wrong ? 'true' : null} aria-describedby="balance-said" />
      <//>
      <button>${t('balance.top-up')}</button>
    </form>
    <div id="balance-said">
      ${(told.fault || told.wrong) && html`<p role="alert" class="fault">${told.wrong || explained(told.fault)}</p>`}
      <p role="status">${told.done || ''}</p>
    </div>
    ${asked && html`<${Confirm} title=${t('balance.title')} act=${t('balance.top-up')} busy=${busy} yes=${pay} no=${() => put(false)}>
      <p>${value < 0
        ? t('balance.sure-out', { amount: money(-value) })
        : t('balance.sure', { amount: money(value) })}</p>
    <//>`}
  </section>`
}
