// What somebody should look at, each with the way to where that is done.

import { html } from './parts.js'
import { count, money, share, t } from './words.js'

/** With fewer messages a bad day is as likely chance. */
const ENOUGH = 20

const link = (place, words) => html`<a href="#${place.split('/').map(encodeURIComponent).join('/')}">${words}</a>`

/** Each in a sentence: *waiting* are names and their places, *today* and *month* are tallies. */
export function attention({ waiting, dead, balance, today, month }) {
  const said = []
  if (waiting.length) said.push(review(waiting))
  if (dead.many) {
    said.push(link('hooks', t('attention.dead', { many: dead.more ? `${dead.many}+` : dead.many })))
  }
  if (balance.prepaid && Number(balance.balance) <= Number(balance.alarmBelow)) {
    said.push(link('settings/money', t('attention.balance', { left: money(balance.balance) })))
  }
  if (today.barred) {
    said.push(link('records', t('attention.barred', { many: count(today.barred), saved: money(today.saved) })))
  }
  const [now, usual] = [today, month].map((tally) => tally.delivered / tally.sent)
  if (today.sent >= ENOUGH && now < usual * 0.8) {
    said.push(link('records', t('attention.undelivered', {
      share: share(today.delivered, today.sent),
      usual: share(month.delivered, month.sent),
    })))
  }
  return said
}

function review(waiting) {
  const [before, after] = t('attention.review', { many: waiting.length, names: '{names}' }).split('{names}')
  const names = waiting.map(({ name, place }, at) => html`${at > 0 && t('attention.and')}${link(place, name)}`)
  return html`${before}${names}${after}`
}
