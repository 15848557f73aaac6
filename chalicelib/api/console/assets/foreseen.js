// What a message to many would come to, and the question whether it is to go out.

import { ask } from './api.js'
import { Confirm, Table, html, useEffect, useState } from './parts.js'
import { country } from './places.js'
import { worded } from './refusals.js'
import { count, language, money, t } from './words.js'

const PAUSE = 300

const post = async (path, message, numbers) => {
  const body = { ...message, mobilePhoneNumbers: numbers }
  return (await ask('POST', `console/api/${path}`, { body })).json()
}

/** What the API says of *message* to *numbers* before it is sent. */
export const foresee = (message, numbers) => post('notices/preview', message, numbers)

/** As `foresee`, whenever the typist pauses; *fresh* where it is of what stands there now. */
export function useForeseen(message, numbers) {
  const [state, set] = useState({})
  const [tries, again] = useState(0)
  const key = JSON.stringify([message, numbers])
  useEffect(() => {
    if (!message.template) return set({})
    let wanted = true
    set((before) => ({ ...before, loading: true }))
    const timer = setTimeout(() => foresee(message, numbers).then(
      (value) => wanted && set({ value, key }),
      (fault) => wanted && set({ fault })
    ), PAUSE)
    return () => { wanted = false; clearTimeout(timer) }
  }, [key, tries])
  return { ...state, fresh: state.key === key, again: () => again(tries + 1) }
}

/** What is wrong with the variable *name*, in words; empty for nothing. */
export function barred(results, name) {
  const about = new RegExp(`: (missing variable: )?${name}(?![\\p{L}\\p{N}_])`, 'u')
  const found = results.find((one) => one.code === 606 && about.test(one.error))
  if (!found) return ''
  return /missing variable/.test(found.error) ? t('send.missing') : t('send.why.606', { text: found.error })
}

/** Why a number gets nothing, or got nothing. */
export function why({ code, error, vanished, until }) {
  if (vanished || (code === 1 && /^Internal/.test(error))) return t('send.why.unknown')
  const [, special] = [[/International/, 'abroad'], [/too fast/, 'fast'], [/hour of the/, 'hours']]
    .find(([words]) => code === 1 && words.test(error)) || []
  const known = special || ([127, 142, 154, 160, 503, 600, 601, 602, 604, 605, 606].includes(code) && code)
  const said = known ? t(`send.why.${known}`, { text: error }) : worded({ number: code, text: error })
  return until ? html`${said} ${t('send.until', { at: until.toLocaleTimeString(language) })}` : said
}

/** The texts as they would arrive, each with what it is made of. */
export function Seen({ results, source, waiting }) {
  const texts = new Map()
  for (const one of results.filter((row) => !row.code && !row.repeats)) {
    texts.set(one.text, [...(texts.get(one.text) || []), one])
  }
  return html`<section class="sums" aria-label=${t('send.preview')} aria-busy=${waiting ? 'true' : null}>
    <h2>${t('send.preview')}</h2>
    ${!source && html`<p class="quiet">${t('send.no-template')}</p>`}
    ${source && !texts.size && html`<p class="bubble" lang="">${source}</p><p class="quiet">${t('send.no-text')}</p>`}
    ${[...texts].map(([text, [one, ...more]]) => html`<div key=${text}>
      <p class="bubble" lang="">${text}</p>
      <p class="quiet">${t('send.made', {
        units: count(one.units),
        encoding: t(`send.encoding.${one.encoding}`),
        segments: count(one.segments),
        many: count(more.length + 1),
      })}</p>
    </div>`)}
  </section>`
}

/** Each number as it was typed and as it is read, with its price or why it gets nothing. */
export function Told({ results }) {
  const rows = results.map((one, id) => ({ ...one, id }))
  return html`<${Table} caption=${t('send.read')} rows=${rows} columns=${[
    [t('send.number'), (row) => html`${row.number || '–'}
      ${row.number !== row.mobilePhoneNumber && html`<span class="below">${row.mobilePhoneNumber}</span>`}`],
    [t('send.note'), (row) => html`<span class=${`said ${row.code || !row.sender ? 'fault' : ''}`}>${note(row)}</span>`],
    [t('send.price'), (row) => (row.code || row.repeats ? '–' : money(row.price)), true],
    [t('send.country'), (row) => (row.country ? country(row.country) : '–')],
    [t('send.sender'), (row) => row.sender || '–'],
  ]} />`
}

const note = (row) =>
  row.code ? why(row) : t(row.repeats ? 'send.repeats' : row.sender ? 'send.ready' : 'send.nobody')

/** Asks whether *message* is to go out as *results* say, and sends it; hands each number's row on. */
export function Sending({ message, results, cancel, done, failed }) {
  const [busy, work] = useState(false)
  const rows = results.filter((one) => !one.repeats)
  const going = rows.filter((one) => !one.code)
  const yes = async () => {
    work(true)
    const answers = new Map()
    try {
      const said = await post('notices', message, going.map((one) => one.number))
      for (const one of said.results) answers.set(one.mobilePhoneNumber, one)
    } catch (fault) {
      if (fault.status < 500) return failed(fault)
      // Whoever hears nothing does not know: it may be on its way.
      for (const one of going) answers.set(one.number, { code: -1, vanished: true })
    }
    done(rows.map((one, place) => timed({ id: place, ...one, ...answers.get(one.number) })))
  }
  const sum = (name) => going.reduce((all, one) => all + Number(one[name]), 0)
  const facts = [
    ['count', count(going.length)],
    ...(rows.length > going.length ? [['left-out', count(rows.length - going.length)]] : []),
    ['template', message.template],
    ['segments', count(sum('segments'))],
    ['cost', money(sum('price'))],
  ]
  return html`<${Confirm} title=${t('send.sure', { many: count(going.length) })} busy=${busy} no=${cancel} yes=${yes}
    act=${busy ? t('send.busy') : t('send.act')}>
    <dl class="facts">${facts.map(([name, value]) => html`<div><dt>${t(`send.${name}`)}</dt><dd>${value}</dd></div>`)}</dl>
    ${[...new Set(going.map((one) => one.text))].map((text) => html`<p class="bubble" lang="">${text}</p>`)}
  <//>`
}

const timed = (row) =>
  row.retryAfter ? { ...row, until: new Date(Date.now() + row.retryAfter * 1000) } : row
