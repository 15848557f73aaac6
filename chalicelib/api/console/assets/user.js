// One user: what is known of them, and what an administrator may do for them.

import { ask, get } from './api.js'
import { Confirm, Waiting, explained, html, useLoaded, useState } from './parts.js'
import { Phone } from './phone.js'
import { moment, t } from './words.js'

/** Shown in words of their own; all else is the app's, and shown as it is kept. */
const KNOWN = [
  ...['objectId', 'username', 'mobilePhoneNumber', 'mobilePhoneVerified', 'email', 'emailVerified'],
  ...['authData', 'createdAt', 'updatedAt'],
]

const path = (id) => `1.1/users/${encodeURIComponent(id)}`

export function User({ id, gone }) {
  const loaded = useLoaded(() => get(path(id)), [id])
  const [state, set] = useState({})
  const user = loaded.value
  if (loaded.fault?.code === 211) return html`<p role="status">${t('users.nobody', { id })}</p>`
  if (!user) return html`<${Waiting} of=${loaded} />`
  const name = user.username || user.mobilePhoneNumber || user.objectId

  const act = async (verb) => {
    set({ asking: state.asking, busy: true })
    try {
      await ACTS[verb](user)
      if (verb === 'delete') return gone(name)
      set({ said: t(`users.did.${verb}`) })
      loaded.again()
    } catch (fault) {
      set({ fault })
    }
  }
  return html`
    <h2>${name}</h2>
    <${Facts} user=${user} />
    <p role="status" hidden=${!state.said}>${state.said}</p>
    ${state.fault && html`<p role="alert" class="fault">${explained(state.fault)}</p>`}
    <${Phone} user=${user} read=${() => get(path(id))} changed=${loaded.again}
      write=${(body, query) => ask('PUT', path(id), { body, query })} />
    <h2>${t('users.acts')}</h2>
    <ul class="acts">
      ${Object.keys(ACTS).map((verb) => html`<li>
        <button disabled=${state.busy} class=${verb === 'delete' ? 'danger' : ''}
          onClick=${() => (verb === 'unlock' ? act(verb) : set({ asking: verb }))}>${t(`users.${verb}`)}</button>
        <span class="quiet">${t(`users.about.${verb}`)}</span>
      </li>`)}
    </ul>
    ${state.asking && html`<${Confirm} title=${t(`users.sure.${state.asking}`, { name })} busy=${state.busy}
      act=${t(`users.${state.asking}`)} yes=${() => act(state.asking)} no=${() => set({})}>
      <p>${t(`users.about.${state.asking}`)}</p>
    <//>`}`
}

const ACTS = {
  unlock: (user) => ask('POST', `console/api/users/${encodeURIComponent(user.objectId)}/unlock`),
  // The new token is nobody's to see: who logs in again is handed it.
  logout: (user) => ask('PUT', `${path(user.objectId)}/refreshSessionToken`),
  delete: (user) => ask('DELETE', path(user.objectId)),
}

function Facts({ user }) {
  const verified = (value, is) =>
    value ? html`${value} <span class=${`state ${is ? 'verified' : ''}`}>(${t(is ? 'users.verified' : 'users.unverified')})</span>` : '–'
  const own = Object.entries(user).filter(([name]) => !KNOWN.includes(name))
  // What a platform handed over opens the user's account there: who they are linked to is enough.
  const links = Object.keys(user.authData || {}).join(', ')
  const facts = [
    ['objectId', html`<code>${user.objectId}</code>`],
    ['username', user.username || '–'],
    ['mobilePhoneNumber', verified(user.mobilePhoneNumber, user.mobilePhoneVerified)],
    ['email', verified(user.email, user.emailVerified)],
    ...(links ? [['authData', links]] : []),
    ['createdAt', moment(user.createdAt)],
    ['updatedAt', moment(user.updatedAt)],
  ].map(([key, value]) => [t(`users.${key}`), value])
  return html`<dl class="facts">
    ${[...facts, ...own.map(([key, value]) => [html`<code>${key}</code>`, told(value)])].map(
      ([key, value]) => html`<div><dt>${key}</dt><dd>${value}</dd></div>`
    )}
  </dl>`
}

const told = (value) => (typeof value === 'string' ? value : html`<code>${JSON.stringify(value)}</code>`)
