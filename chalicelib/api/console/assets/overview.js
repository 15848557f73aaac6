// What was sent, what became of it, and what somebody should look at.

import { get } from './api.js'
import { Table, Waiting, html, useEffect, useLoaded, useRef } from './parts.js'
import { count, money, share, t } from './words.js'

const DAY = 24 * 60 * 60 * 1000
const SUMS = ['sent', 'delivered', 'verified', 'failed', 'segments']

const dayOf = (at) => new Date(at).toISOString().slice(0, 10)

/** The sum of *tallies*. */
const sum = (tallies) =>
  tallies.reduce(
    (all, one) => {
      for (const name of SUMS) all[name] += one[name]
      return { ...all, cost: all.cost + Number(one.cost) }
    },
    { ...Object.fromEntries(SUMS.map((name) => [name, 0])), cost: 0 }
  )

/** The sums of *tallies* by what *key* has in each, the largest first. */
const by = (tallies, key) =>
  [...new Set(tallies.map((one) => one[key]))]
    .map((name) => ({ name, ...sum(tallies.filter((one) => one[key] === name)) }))
    .sort((one, other) => other.sent - one.sent)

const arrived = (tally) => tally.delivered + tally.verified

async function load() {
  const now = Date.now()
  const days = Array.from({ length: 30 }, (_, back) => dayOf(now - (29 - back) * DAY))
  const [{ counters }, { templates }, { signatures }, balance, { deliveries, next }] =
    await Promise.all([
      get('console/api/counters', { from: days[0], to: days[29] }),
      get('console/api/templates'),
      get('console/api/signatures'),
      get('console/api/balance'),
      get('console/api/deliveries', { state: 'dead' }),
    ])
  const today = sum(counters.filter((one) => one.day === days[29]))
  const month = sum(counters)
  const waiting = [
    ...templates.filter((one) => one.waiting?.state === 'pending').map((one) => one.name),
    ...signatures.filter((one) => one.state === 'pending').map((one) => one.name),
  ]
  return { counters, days, today, month, attention: attention(waiting, balance, deliveries, next, today, month) }
}

/** What somebody should look at, each in a sentence. */
function attention(waiting, balance, dead, more, today, month) {
  const said = []
  if (waiting.length) said.push(t('attention.review', { many: waiting.length, names: waiting.join(', ') }))
  if (dead.length) said.push(t('attention.dead', { many: more ? `${dead.length}+` : dead.length }))
  if (balance.prepaid && Number(balance.balance) <= Number(balance.alarmBelow)) {
    said.push(t('attention.balance', { left: money(balance.balance) }))
  }
  const [now, usual] = [today, month].map((tally) => arrived(tally) / tally.sent)
  if (today.sent >= 20 && now < usual * 0.8) {
    said.push(t('attention.undelivered', {
      share: share(arrived(today), today.sent),
      usual: share(arrived(month), month.sent),
    }))
  }
  return said
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
    ${found.month.sent
      ? html`<${Days} found=${found} />
          ${['country', 'sender', 'channel'].map((key) => html`<${Tallies}
            caption=${t(`by.${key}`)} head=${t(`record.${key}`)} rows=${by(found.counters, key)} />`)}`
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
    const chart = new uPlot(
      {
        width: place.current.clientWidth,
        height: 220,
        scales: { y: { range: (_, least, most) => [0, Math.max(5, most * 1.1)] } },
        axes: [{ ...axis, values: '{M}-{D}' }, { ...axis, size: 60 }],
        series: [
          { label: t('tally.day'), value: '{YYYY}-{MM}-{DD}' },
          { label: t('tally.sent'), stroke: colour('--accent'), fill: colour('--faint'), paths: bars },
          { label: t('tally.verified'), stroke: colour('--good'), width: 2 },
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
      <${Tallies} caption=${t('overview.days')} head=${t('tally.day')} rows=${days.filter((day) => day.sent).reverse()} />
    </details>
  </section>`
}

function Tallies({ caption, head, rows }) {
  return html`<${Table} caption=${caption} rows=${rows} columns=${[
    [head, (row) => row.name || '–'],
    ...['sent', 'delivered', 'verified'].map((name) => [t(`tally.${name}`), (row) => count(row[name]), true]),
    [t('tally.conversion'), (row) => share(row.verified, row.sent), true],
    [t('tally.failed'), (row) => count(row.failed), true],
    [t('tally.cost'), (row) => money(row.cost), true],
  ]} />`
}
