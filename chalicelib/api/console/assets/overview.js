// What was sent, what became of it, and what somebody should look at.

import { attention } from './attention.js'
import { get } from './api.js'
import { country } from './places.js'
import { Table, Waiting, html, useEffect, useLoaded, useRef } from './parts.js'
import { count, money, share, t } from './words.js'

const DAY = 24 * 60 * 60 * 1000
/** By what messages are counted, each with how its names are said. */
const KEYS = {
  country: (name) => country(name) || '–',
  sender: (name) => name || '–',
  channel: (name) => t(`channel.${name}`),
  template: (name) => name || t('record.built-in'),
}
const SUMS = ['sent', 'delivered', 'verified', 'failed', 'segments', 'barred']
const MONEY = ['cost', 'saved']

const dayOf = (at) => new Date(at).toISOString().slice(0, 10)

/** What is said of messages that were held back only where there are any, each with how. */
const HELD = [['barred', count], ['saved', money]]

/** The sum of *tallies*. */
const sum = (tallies) =>
  tallies.reduce(
    (all, one) => {
      for (const name of SUMS) all[name] += one[name]
      for (const name of MONEY) all[name] += Number(one[name])
      return all
    },
    Object.fromEntries([...SUMS, ...MONEY].map((name) => [name, 0]))
  )

/** The sums of *tallies* by what *key* has in each, the largest first. */
const by = (tallies, key) =>
  [...new Set(tallies.map((one) => one[key]))]
    .map((name) => ({ name, ...sum(tallies.filter((one) => one[key] === name)) }))
    .sort((one, other) => other.sent - one.sent)

/** All templates: those that wait may be on the last page of them. */
async function templates() {
  const found = []
  let next = ''
  do {
    const page = await get('console/api/templates', { after: next })
    found.push(...page.templates)
    next = page.next
  } while (next)
  return found
}

/** What waits for a review, by name, and where that is done. */
const pending = (written, signatures) => [
  ...written.filter((one) => one.waiting?.state === 'pending').map((one) => ({ name: one.name, place: `templates/${one.name}` })),
  ...signatures.filter((one) => one.state === 'pending').map((one) => ({ name: one.name, place: `signatures/${one.id}` })),
]

async function load() {
  const now = Date.now()
  const days = Array.from({ length: 30 }, (_, back) => dayOf(now - (29 - back) * DAY))
  const [{ counters }, written, { signatures }, balance, { deliveries, next }] =
    await Promise.all([
      get('console/api/counters', { from: days[0], to: days[29] }),
      templates(),
      get('console/api/signatures'),
      get('console/api/balance'),
      get('console/api/deliveries', { state: 'dead' }),
    ])
  const today = sum(counters.filter((one) => one.day === days[29]))
  const month = sum(counters)
  const waiting = pending(written, signatures)
  const dead = { many: deliveries.length, more: Boolean(next) }
  return { counters, days, today, month, attention: attention({ waiting, dead, balance, today, month }) }
}

export function Overview() {
  const loaded = useLoaded(load, [])
  const found = loaded.value
  if (!found) return html`<${Waiting} of=${loaded} />`
  return html`
    <section aria-labelledby="attention">
      <h2 id="attention">${t('attention')}</h2>
      ${found.attention.length
        ? html`<ul class="attention">${found.attention.map((one) => html`<li>${one}</li>`)}</ul>`
        : html`<p>${t('attention.none')}</p>`}
    </section>
    <div class="pair">
      <${Sums} title=${t('overview.today')} tally=${found.today} />
      <${Sums} title=${t('overview.month')} tally=${found.month} />
    </div>
    ${found.month.sent || found.month.barred
      ? html`<${Days} found=${found} />
          ${Object.keys(KEYS).map((key) => html`<${Tallies} caption=${t(`by.${key}`)}
            head=${t(`record.${key}`)} rows=${by(found.counters, key)} said=${KEYS[key]} />`)}`
      : html`<p>${t('overview.none')}</p>`}
    <p class="quiet">${t('overview.utc')}</p>`
}

function Sums({ title, tally }) {
  const facts = [
    [t('tally.sent'), count(tally.sent)],
    [t('tally.delivered'), count(tally.delivered)],
    [t('tally.verified'), count(tally.verified)],
    [t('tally.conversion'), share(tally.verified, tally.sent)],
    [t('tally.failed'), count(tally.failed)],
    [t('tally.cost'), money(tally.cost)],
    ...HELD.filter(([name]) => tally[name]).map(([name, said]) => [t(`tally.${name}`), said(tally[name])]),
  ]
  return html`<section class="sums" aria-label=${title}>
    <h2>${title}</h2>
    <dl>${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
  </section>`
}

/** A colour of the page's style as a canvas takes it. */
function colour(name) {
  const probe = document.createElement('i')
  probe.style.color = `var(${name})`
  document.body.append(probe)
  const said = getComputedStyle(probe).color
  probe.remove()
  return said
}

/** A chart of the days, and for who cannot see one the table of them is behind it. */
function Days({ found }) {
  const place = useRef()
  const days = found.days.map((day) => ({
    name: day,
    ...sum(found.counters.filter((one) => one.day === day)),
  }))
  useEffect(() => {
    const axis = {
      stroke: colour('--quiet'),
      grid: { stroke: colour('--line') },
      ticks: { stroke: colour('--line') },
    }
    const bars = uPlot.paths.bars({ size: [0.7, 40] })
    const half = DAY / 2000
    // Where no day is pointed at, the legend tells of the last.
    const told = (words) => (_, __, ___, place) => words(days.at(place ?? -1))
    const chart = new uPlot(
      {
        width: place.current.clientWidth,
        height: 220,
        scales: {
          x: { range: (_, first, last) => [first - half, last + half] },
          y: { range: (_, least, most) => [0, Math.max(5, most * 1.1)] },
        },
        axes: [{ ...axis, values: '{M}-{D}' }, { ...axis, size: 60 }],
        series: [
          { label: t('tally.day'), value: told((day) => day.name) },
          { label: t('tally.sent'), value: told((day) => count(day.sent)), stroke: colour('--accent'), fill: colour('--faint'), paths: bars },
          { label: t('tally.verified'), value: told((day) => count(day.verified)), stroke: colour('--good'), width: 2 },
        ],
        tzDate: (at) => uPlot.tzDate(new Date(at * 1000), 'UTC'),
      },
      [
        found.days.map((day) => Date.parse(day) / 1000),
        days.map((day) => day.sent),
        days.map((day) => day.verified),
      ],
      place.current
    )
    const fitted = new ResizeObserver(() => chart.setSize({ width: place.current.clientWidth, height: 220 }))
    fitted.observe(place.current)
    return () => { fitted.disconnect(); chart.destroy() }
  }, [found])
  return html`<section aria-labelledby="days">
    <h2 id="days">${t('overview.days')}</h2>
    <div ref=${place} aria-hidden="true"></div>
    <details><summary>${t('overview.table')}</summary>
      <${Tallies} caption=${t('overview.days')} head=${t('tally.day')} rows=${days.filter((day) => day.sent || day.barred).reverse()} />
    </details>
  </section>`
}

/** What *rows* come to, each under its name as that is *said*. */
function Tallies({ caption, head, rows, said = (name) => name }) {
  return html`<${Table} caption=${caption} rows=${rows} columns=${[
    [head, (row) => said(row.name)],
    ...['sent', 'delivered', 'verified'].map((name) => [t(`tally.${name}`), (row) => count(row[name]), true]),
    [t('tally.conversion'), (row) => share(row.verified, row.sent), true],
    [t('tally.failed'), (row) => count(row.failed), true],
    [t('tally.cost'), (row) => money(row.cost), true],
    ...HELD.filter(([name]) => rows.some((row) => row[name]))
      .map(([name, said]) => [t(`tally.${name}`), (row) => said(row[name]), true]),
  ]} />`
}
