// Who is told of the app's events, and by what.

import { ask, get } from './api.js'
import { Deliveries, Delivery } from './deliveries.js'
import { Confirm, Field, Waiting, explained, html, useEffect, useLoaded, useRef, useState } from './parts.js'
import { t } from './words.js'

const KINDS = ['url', 'function', 'bus']
export const EVENTS = [
  'phone_verified', 'sent', 'delivered', 'undelivered', 'code_verified',
  'guesses_spent', 'limit_hit', 'balance_low', 'template_decided', 'login_locked',
  'conversion_low',
]

const path = (name) => `console/api/hooks/${encodeURIComponent(name)}`
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other)

/** Make a change of the hooks as read; if others' came first, what stands now, unless `may` it go on. */
async function change(method, name, { body, version, may }) {
  try {
    await ask(method, path(name), { body, version })
    return {}
  } catch (fault) {
    if (fault.status !== 409) return { fault }
    const read = await get('console/api/hooks')
    const now = read.hooks.find((one) => one.name === name)
    return may(now) ? change(method, name, { body, version: read.version, may }) : { stale: true, read, now }
  }
}

export function Hooks({ rest }) {
  if (rest[0]) return html`<${Delivery} id=${rest[0]} key=${rest[0]} />`
  return html`<${Registered} /><${Deliveries} />`
}

function Registered() {
  const [turns, turn] = useState(0)
  const loaded = useLoaded(() => get('console/api/hooks'), [turns])
  const [edited, edit] = useState(null)
  const [asked, sure] = useState(null)
  const [busy, work] = useState(false)
  const [told, tell] = useState(null)
  const heading = useRef()
  const found = loaded.value
  // Where the button was that led here may be nothing any more.
  useEffect(() => { if (told) heading.current?.focus() }, [told])
  if (!found && !loaded.loading) return html`<${Waiting} of=${loaded} />`
  const over = (said) => { edit(null); sure(null); tell(said || {}); turn(turns + 1) }
  const remove = async () => {
    work(true)
    const { fault, stale, now } = await change('DELETE', asked.name, {
      version: found.version,
      may: (now) => same(now, asked),
    }).catch((fault) => ({ fault }))
    work(false)
    const name = asked.name
    if (fault?.status === 404 || (stale && !now)) return over({ text: t('hooks.gone', { name }) })
    if (fault || stale) return over({ fault: fault ? explained(fault) : t('hooks.stale-remove', { name }) })
    over({ text: t('hooks.removed', { name }) })
  }
  return html`<section aria-labelledby="hooks-list">
    <h2 id="hooks-list" tabindex="-1" ref=${heading}>${t('hooks.list')}</h2>
    <p role="status">${told?.text || ''}</p>
    ${told?.fault && html`<p role="alert" class="fault">${told.fault}</p>`}
    <${Waiting} of=${loaded} />
    ${found && (found.hooks.length
      ? html`<ul class="pair hooks">${found.hooks.map((hook) => html`<li class="panel" key=${hook.name}>
        <h3>${hook.name}</h3>
        <${Facts} hook=${hook} />
        <div class="row">
          <button aria-label=${t('hooks.change-of', { name: hook.name })}
            onClick=${() => { tell(null); edit({ hook, version: found.version, taken: [] }) }}>${t('hooks.change')}</button>
          <button aria-label=${t('hooks.remove-of', { name: hook.name })} onClick=${() => sure(hook)}>${t('hooks.remove')}</button>
        </div>
      </li>`)}</ul>`
      : html`<p>${t('hooks.none')}</p>`)}
    ${found && !edited && html`<button class="first" onClick=${() => {
      tell(null)
      edit({ hook: null, version: found.version, taken: found.hooks.map((hook) => hook.name) })
    }}>${t('hooks.add')}</button>`}
    ${edited && html`<${Editor} key=${edited.hook?.name} ...${edited} over=${over} />`}
    ${asked && html`<${Confirm} title=${t('hooks.remove-of', { name: asked.name })} act=${t('hooks.remove')}
      busy=${busy} yes=${remove} no=${() => sure(null)}><p>${t('hooks.sure', { name: asked.name })}</p><//>`}
  </section>`
}

/** The hook as somebody wants it; `hook` is how it was read, or nothing for a new one. */
function Editor({ hook, version, taken, over }) {
  const [was, stands] = useState({ hook, version })
  const [typed, set] = useState({ kind: 'url', name: '', address: '', events: ['phone_verified'], ...hook, key: '' })
  const [told, tell] = useState({})
  const [busy, work] = useState(false)
  const first = useRef()
  const form = useRef()
  useEffect(() => first.current.focus(), [])
  useEffect(() => { if (told.field) form.current.querySelector(`[name=${told.field}]`)?.focus() }, [told])
  const type = (field) => (event) => set({ ...typed, [field]: event.target.value })
  const save = async (event) => {
    event.preventDefault()
    const name = typed.name.trim()
    if (!hook && taken.includes(name)) return tell({ field: 'name', text: t('hooks.taken') })
    work(true)
    const { kind, address, events, key } = typed
    const body = { kind, address, events, ...(kind === 'url' && key ? { key } : {}) }
    const { fault, stale, read, now } = await change('PUT', name, {
      body,
      version: was.version,
      // A key is not shown: one that is typed may be another than what somebody else has just set.
      may: (now) => same(now ?? null, was.hook) && !key,
    }).catch((fault) => ({ fault }))
    work(false)
    if (stale) {
      stands({ hook: now ?? null, version: read.version })
      return tell({ stale: now ? t('hooks.stale', { name }) : t('hooks.stale-gone', { name }) })
    }
    if (fault) return tell({ field: fault.said?.field, text: explained(fault) })
    over({ text: t('hooks.saved', { name }) })
  }
  const fault = (field) => told.field === field && html`<p role="alert" class="fault" id="fault-${field}">${told.text}</p>`
  const marks = (field) => ({
    name: field,
    'aria-invalid': told.field === field ? 'true' : null,
    'aria-describedby': `help-${field} fault-${field}`,
    autocomplete: 'off',
    spellcheck: false,
  })
  const known = ['name', 'kind', 'address', 'events', 'key'].includes(told.field)
  return html`<form class="panel" ref=${form} noValidate onSubmit=${save} aria-label=${hook ? t('hooks.change-of', { name: hook.name }) : t('hooks.add')}>
    <h3>${hook ? t('hooks.change-of', { name: hook.name }) : t('hooks.add')}</h3>
    ${told.stale && html`<div role="alert" class="fault"><p>${told.stale}</p></div>
      ${was.hook && html`<section class="theirs" aria-label=${t('hooks.now')}>
        <strong>${t('hooks.now')}</strong><${Facts} hook=${was.hook} /></section>`}`}
    ${!hook && html`<div>
      <${Field} name=${t('hook.name')}><input ref=${first} ...${marks('name')} value=${typed.name} onInput=${type('name')} /><//>
      <p class="quiet" id="help-name">${t('hook.name-help')}</p>${fault('name')}
    </div>`}
    <div>
      <${Field} name=${t('hook.kind')}>
        <select ref=${hook ? first : null} ...${marks('kind')} value=${typed.kind} onChange=${type('kind')}>
          ${KINDS.map((one) => html`<option value=${one}>${t(`hook.kind.${one}`)}</option>`)}
        </select>
      <//>${fault('kind')}
    </div>
    <div>
      <${Field} name=${t('hook.address')}><input ...${marks('address')} value=${typed.address} onInput=${type('address')} /><//>
      <p class="quiet" id="help-address">${t(`hook.kind.${typed.kind}-help`)}</p>${fault('address')}
    </div>
    ${typed.kind === 'url' && html`<div>
      <${Field} name=${t('hook.key')}><input ...${marks('key')} type="password" value=${typed.key} onInput=${type('key')} autocomplete="new-password" /><//>
      <p class="quiet" id="help-key">${t('hook.key-help')} ${was.hook?.hasKey ? t('hook.key-stays') : ''}</p>${fault('key')}
    </div>`}
    <div>
      <fieldset class="choices"><legend>${t('hook.events')}</legend>
        ${EVENTS.map((one) => html`<label class="choice"><input type="checkbox" name="events" value=${one}
          checked=${typed.events.includes(one)} onChange=${(event) => set({
            ...typed,
            events: EVENTS.filter((other) => (other === one ? event.target.checked : typed.events.includes(other))),
          })} /><span>${t(`event.${one}`)} <code>${one}</code></span></label>`)}
      </fieldset>${fault('events')}
    </div>
    ${told.text && !known && html`<p role="alert" class="fault">${told.text}</p>`}
    <div class="row">
      <button class="first" disabled=${busy}>${t('hooks.save')}</button>
      <button type="button" disabled=${busy} onClick=${() => over()}>${t('app.cancel')}</button>
    </div>
  </form>`
}

/** What a hook is, but for its name. */
function Facts({ hook }) {
  const facts = [
    ['kind', t(`hook.kind.${hook.kind}`)],
    ['address', hook.address],
    ['events', EVENTS.filter((one) => hook.events.includes(one)).map((one) => t(`event.${one}`)).join(' · ')],
    ...(hook.hasKey ? [['key', t('hook.has-key')]] : []),
  ]
  return html`<dl class="facts">${facts.map(([name, value]) =>
    html`<div><dt>${t(`hook.${name}`)}</dt><dd>${value}</dd></div>`)}</dl>`
}
