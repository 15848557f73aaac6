// Signatures: which there are and where each stands; one of them; one being made.

import { get } from './api.js'
import { Confirm, Table, Waiting, explained, html, useEffect, useLoaded, useState } from './parts.js'
import { Reasons, Rejecting, State, useTold } from './reviews.js'
import { Making, change } from './signature.js'
import { count, moment, t } from './words.js'

const NEW = '+'
const MOST_REASONS = 3

/** Of several that bear one name the last approved is meant. */
const meant = (all, one) => all.findLast((other) => other.name === one.name && other.state === 'approved') === one

const standing = (all, one) => (one.state === 'approved' && !meant(all, one) ? 'replaced' : one.state)

export function Signatures({ rest: [id, more] }) {
  const loaded = useLoaded(() => get('console/api/signatures'), [])
  const { said, tell } = useTold([id, more].join('/'))
  // What was just submitted stands there at once, and is asked for besides.
  const [made, put] = useState(null)
  useEffect(() => put(null), [loaded.value])
  if (!loaded.value) return html`<${Waiting} of=${loaded} />`
  const found = made ? joined(loaded.value, made) : loaded.value
  const go = (to, words, answer = null) => {
    put(answer)
    tell(words, `${to}/`)
    location.hash = to ? `signatures/${to}` : 'signatures'
    loaded.again()
  }
  const one = found.signatures.find((other) => other.id === id)
  const shared = { version: found.version, over: go, again: loaded.again }
  const back = html`<p><a href="#signatures">${t('signatures.back')}</a></p>`
  if (id === NEW) return html`${back}<${Making} key=${more} ...${shared} named=${more || ''} />`
  if (id && !one) return html`${back}${said}<p role="status">${t(loaded.loading ? 'app.loading' : 'signature.gone')}</p>`
  if (more === 'edit') return html`${back}<${Making} key=${id} ...${shared} signature=${one} />`
  return html`${one && back}${said}${one
    ? html`<${Signature} key=${id} ...${shared} one=${one} all=${found.signatures} tell=${(words) => tell(words, `${id}/`)} />`
    : html`<${List} all=${found.signatures} />`}`
}

const joined = ({ signatures }, { version, signature }) => ({
  version,
  signatures: signatures.some((one) => one.id === signature.id)
    ? signatures.map((one) => (one.id === signature.id ? signature : one))
    : [...signatures, signature],
})

function List({ all }) {
  return html`
    <p><a class="button first" href="#signatures/${NEW}">${t('signatures.new')}</a></p>
    ${all.length
      ? html`<${Table} caption=${t('signatures.found', { many: count(all.length) })} rows=${all} columns=${[
        [t('signature.name'), (row) => html`<a href="#signatures/${row.id}">${row.name}</a>`],
        [t('signature.text'), (row) => html`<span lang="">【${row.text}】</span>`],
        [t('signature.state'), (row) => html`<${State} of=${row.state} words=${standing(all, row)} />`],
        [t('signature.note'), (row) => html`<span class="excerpt">${row.note || '–'}</span>`],
        [t('signature.at'), (row) => moment(row.createdAt)],
      ]} />`
      : html`<p role="status">${t('signatures.none')}</p>`}`
}

function Signature({ one, all, version, tell, over, again }) {
  const [state, set] = useState({})
  const { id, name, text } = one
  const act = async (verb, body) => {
    set({ asking: state.asking, busy: true })
    try {
      if (verb === 'delete') await change('DELETE', '', one, version)
      else await change('POST', `/${verb}`, one, version, body)
      if (verb === 'delete') return over('', t('signature.did.delete', { text }))
      set({})
      tell(t(`signature.did.${verb === 'reject' && one.state === 'approved' ? 'withdraw' : verb}`))
    } catch (fault) {
      set({ asking: state.asking, fault: fault.status === 409 ? t('signature.stale') : explained(fault) })
    }
    again()
  }
  const no = one.state === 'approved' ? 'withdraw' : 'reject'
  const asked = { busy: state.busy, no: () => set({}) }
  const facts = [
    ['state', html`<${State} of=${one.state} words=${standing(all, one)} /><${Reasons} of=${one.reasons} />`],
    ['name', name],
    ['note', one.note || '–'],
    ['at', moment(one.createdAt)],
  ]
  return html`
    <h2 lang="">【${text}】</h2>
    ${!state.asking && state.fault && html`<p role="alert" class="fault">${state.fault}</p>`}
    <div class="row decide">
      ${one.state !== 'approved' && html`<button class=${one.state === 'pending' ? 'first' : ''} disabled=${state.busy}
        onClick=${() => act('approve')}>${t('signature.approve')}</button>`}
      ${one.state !== 'rejected' && html`<button disabled=${state.busy} onClick=${() => set({ asking: 'reject' })}>${t(`signature.${no}`)} …</button>`}
      <a class="button" href=${one.state === 'approved' ? `#signatures/${NEW}/${encodeURIComponent(name)}` : `#signatures/${id}/edit`}>
        ${t(one.state === 'approved' ? 'signature.another' : 'signature.edit')}</a>
      <button class="danger" disabled=${state.busy} onClick=${() => set({ asking: 'delete' })}>${t('signature.delete')} …</button>
    </div>
    <dl class="facts">${facts.map(([key, said]) => html`<div><dt>${t(`signature.${key}`)}</dt><dd>${said}</dd></div>`)}</dl>
    ${state.asking === 'reject' && html`<${Rejecting} ...${asked} title=${t(`signature.sure.${no}`, { text })} act=${t(`signature.${no}`)}
      most=${MOST_REASONS} said=${state.fault} yes=${(reasons) => act('reject', { reasons })}>
      <p>${t(`signature.about.${no}`)}</p>
    <//>`}
    ${state.asking === 'delete' && html`<${Confirm} ...${asked} title=${t('signature.sure.delete', { text })} act=${t('signature.delete')}
      yes=${() => act('delete')}>
      <p>${t('signature.about.delete', { name })}</p>
      ${state.fault && html`<p role="alert" class="fault">${state.fault}</p>`}
    <//>`}`
}
