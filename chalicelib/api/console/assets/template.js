// One template: what is in use, what waits, what would change, and what an administrator decides.

import { ask, get } from './api.js'
import { Difference } from './differences.js'
import { Findings, Marks, placed } from './marked.js'
import { Confirm, Waiting, explained, html, useLoaded, useState } from './parts.js'
import { Reasons, Rejecting, State } from './reviews.js'
import { moment, t } from './words.js'

const MOST_REASONS = 10

export const path = (name) => `console/api/templates/${encodeURIComponent(name)}`

export function Template({ name, tell, gone }) {
  const loaded = useLoaded(() => get(path(name)), [name])
  const [state, set] = useState({})
  const template = loaded.value
  if (loaded.fault?.status === 404) return html`<p role="status">${t('template.gone', { name })}</p>`
  if (!template) return html`<${Waiting} of=${loaded} />`
  const { inUse, waiting } = template
  const barred = template.findings.some((one) => one.severity === 'error')

  const act = async (verb, body) => {
    set({ asking: state.asking, busy: true })
    try {
      if (verb === 'delete') await ask('DELETE', path(name), { version: template.version })
      else await ask('POST', `${path(name)}/${verb}`, { body, version: template.version })
      set({})
      if (verb === 'delete') return gone(t('template.did.delete', { name }))
      tell(t(`template.did.${verb === 'reject' && !waiting ? 'withdraw' : verb}`))
    } catch (fault) {
      // Who is asked stays asked, of how it stands now.
      set({ asking: state.asking, fault: worded(fault) })
    }
    loaded.again()
  }
  const asked = { busy: state.busy, no: () => set({}) }
  return html`
    <h2>${name}</h2>
    ${!state.asking && state.fault && html`<p role="alert" class="fault">${state.fault}</p>`}
    <div class="row decide">
      ${waiting && !barred && html`<button class=${waiting.state === 'pending' ? 'first' : ''} disabled=${state.busy}
        onClick=${() => act('approve')}>${t('template.approve')}</button>`}
      ${waiting?.state !== 'rejected' && html`<button disabled=${state.busy}
        onClick=${() => set({ asking: 'reject' })}>${t(waiting ? 'template.reject' : 'template.withdraw')} …</button>`}
      <a class="button" href="#templates/${encodeURIComponent(name)}/edit">${t('template.edit')}</a>
      <button class="danger" disabled=${state.busy} onClick=${() => set({ asking: 'delete' })}>${t('template.delete')} …</button>
    </div>
    <div class="pair">
      ${[waiting, inUse].filter(Boolean).map((version) => html`<${Version} key=${version.state} version=${version}
        findings=${version === (waiting || inUse) ? template.findings : null} />`)}
    </div>
    ${inUse && waiting && html`<${Change} inUse=${inUse} waiting=${waiting} />`}
    ${state.asking === 'reject' && html`<${Rejecting} ...${asked} title=${t(waiting ? 'template.sure.reject' : 'template.sure.withdraw', { name })}
      act=${t(waiting ? 'template.reject' : 'template.withdraw')} most=${MOST_REASONS} said=${state.fault}
      yes=${(reasons) => act('reject', { reasons })}>
      <p>${t(waiting ? 'template.about.reject' : 'template.about.withdraw')}</p>
      <p class="bubble" lang="">${(waiting || inUse).source}</p>
    <//>`}
    ${state.asking === 'delete' && html`<${Confirm} ...${asked} title=${t('template.sure.delete', { name })}
      act=${t('template.delete')} yes=${() => act('delete')}>
      <p>${t('template.about.delete')}</p>
      <p class="bubble" lang="">${(waiting || inUse).source}</p>
      ${state.fault && html`<p role="alert" class="fault">${state.fault}</p>`}
    <//>`}`
}

const worded = (fault) =>
  fault.status === 409 ? t('template.stale') : fault.said?.findings ? t('template.barred') : explained(fault)

function Version({ version, findings }) {
  const text = version.source
  const places = findings && placed(findings, text, text)
  return html`<section class="sums version" aria-label=${t(`template.is.${version.state}`)}>
    <h2><${State} of=${version.state} /></h2>
    <p class="bubble" lang="">${places ? html`<${Marks} text=${text} places=${places} />` : text}</p>
    <${Reasons} of=${version.reasons.filter((one) => !findings?.some((found) => found.text === one))} />
    ${places && html`<${Findings} places=${places} />`}
    <dl class="facts">${facts(version).map(([name, said]) => html`<div><dt>${t(`template.${name}`)}</dt><dd>${said}</dd></div>`)}</dl>
  </section>`
}

/** What there is to say of a version besides its text. */
export const facts = ({ kind, note, registered, createdAt }) => [
  ['kind', t(`template.kind.${kind}`)],
  ['note', note || '–'],
  ['registered', Object.entries(registered).map(([sender, { id, parameters }]) =>
    `${sender}: ${[id, ...parameters].join(', ')}`).join('; ') || '–'],
  ...(createdAt ? [['at', moment(createdAt)]] : []),
]

/** What would be otherwise once *waiting* is in use. */
function Change({ inUse, waiting }) {
  const [before, after] = [facts(inUse), facts(waiting)]
  const others = after.map(([name, said], at) => [name, before[at][1], said])
    .filter(([name, was, said]) => name !== 'at' && was !== said)
  return html`<section aria-labelledby="change">
    <h2 id="change">${t('template.change')}</h2>
    ${inUse.source === waiting.source
      ? html`<p class="quiet">${t('template.same')}</p>`
      : html`<${Difference} before=${inUse.source} after=${waiting.source} />`}
    ${others.length > 0 && html`<dl class="facts changes">${others.map(([name, was, said]) => html`<div>
      <dt>${t(`template.${name}`)}</dt>
      <dd><del><span class="unseen">${t('difference.gone')} </span>${was}</del>${' '}<ins><span class="unseen">${t('difference.new')} </span>${said}</ins></dd>
    </div>`)}</dl>`}
  </section>`
}
