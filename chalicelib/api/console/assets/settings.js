// How the app behaves: every setting, what it is for, and whether it is as it was by default.

import { get, ask, keys } from './api.js'
import { Balance } from './balance.js'
import { GROUPS, groupOf } from './catalogue.js'
import { Control, compound, said } from './controls.js'
import { Waiting, explained, html, useEffect, useLoaded, useState } from './parts.js'
import { useLayoutEffect } from './vendor/preact-htm.js'
import { language, t } from './words.js'
import * as helps from './words/helps.js'

/** What was typed and is not saved, of which app: it stays while another section is looked at. */
let unsaved = null

/** Forget it: whoever typed it leaves. */
export const discard = () => { unsaved = null }

async function load() {
  const [read, { signatures }] = await Promise.all([
    get('console/api/settings'),
    get('console/api/signatures'),
  ])
  const known = unsaved?.app === keys()?.id ? unsaved : null
  unsaved = null
  return {
    help: read.help,
    defaults: read.defaults,
    signatures: signatures.filter((one) => one.state === 'approved').map((one) => one.name),
    // What was typed is a change of what was read then: if that stands no more, it will be said.
    start: known || { app: keys()?.id, version: read.version, was: read.settings, typed: {} },
  }
}

/** The names under which *one* and *other* say different things. */
const differing = (one, other) => Object.keys(one).filter((name) => one[name] !== other[name])

export function Settings({ rest }) {
  const loaded = useLoaded(load, [])
  if (!loaded.value) return html`<${Waiting} of=${loaded} />`
  const group = Object.hasOwn(GROUPS, rest[0]) ? rest[0] : 'service'
  return html`<${Groups} ...${loaded.value} group=${group} />`
}

function Groups({ start, defaults, help, signatures, group }) {
  const [form, set] = useState({ ...start, faults: {}, theirs: {} })
  const [shown, show] = useState('')
  const changed = Object.keys(form.typed)
  // At once: nobody is held back who leaves as soon as all is saved.
  useLayoutEffect(() => {
    unsaved = changed.length ? form : null
    const leaving = (event) => changed.length && event.preventDefault()
    addEventListener('beforeunload', leaving)
    return () => removeEventListener('beforeunload', leaving)
  }, [form])
  useEffect(() => { // once the group is there in which the refused one is
    if (!shown || groupOf(shown) !== group) return
    document.getElementById(`setting-${shown}`)?.focus()
    show('')
  }, [shown, group])

  const type = (name, text) => set((now) => {
    const { [name]: _, ...typed } = now.typed
    const { [name]: __, ...faults } = now.faults
    return { ...now, saved: false, faults, typed: text === now.was[name] ? typed : { ...typed, [name]: text } }
  })
  const save = async (event) => {
    event?.preventDefault()
    if (changed.length && !form.saving) {
      set({ ...form, saving: true })
      set(await saved({ ...form, saved: false, stale: null, fault: null, faults: {}, theirs: {} }, (name) => {
        location.hash = `settings/${groupOf(name)}`
        show(name)
      }))
    }
  }
  const revert = () => set({ ...form, typed: {}, faults: {}, theirs: {}, stale: null, fault: null })

  return html`<section>
    <nav class="groups" aria-label=${t('settings.groups')}>
      ${Object.keys(GROUPS).map((one) => html`<a href="#settings/${one}" aria-current=${one === group ? 'true' : null}>
        ${t(`settings.group.${one}`)}${changed.some((name) => groupOf(name) === one) && html` <span title=${t('settings.unsaved')}>•</span>`}</a>`)}
    </nav>
    <h2>${t(`settings.group.${group}`)}</h2>
    ${group === 'money' && html`<${Balance} />`}
    <form class="settings" noValidate onSubmit=${save}>
      ${Object.keys(GROUPS[group]).map((name) => html`<${Setting} key=${name} name=${name} form=${form}
        usual=${defaults[name]} type=${type} help=${help} signatures=${signatures} />`)}
      <${Bar} form=${form} changed=${changed} discard=${revert} />
    </form>
  </section>`
}

/** The form once it was tried to save it; `shown` is told which setting to look at, if it was not. */
async function saved(form, shown) {
  try {
    const answer = await ask('PUT', 'console/api/settings', { body: { settings: form.typed }, version: form.version })
    const { version, settings } = await answer.json()
    return { ...form, saving: false, version, was: settings, typed: {}, saved: true }
  } catch (fault) {
    const { current, field } = fault.said || {}
    if (current) {
      const names = differing(form.was, current.settings)
      const now = { ...form, version: current.version, was: current.settings }
      // A signature or a hook, which is of the same version, is none of what is changed here.
      if (!names.length) return saved(now, shown)
      const theirs = Object.fromEntries(names.map((name) => [name, current.settings[name]]))
      const typed = Object.fromEntries(Object.entries(form.typed).filter(([name, text]) => text !== now.was[name]))
      shown(names.find((name) => name in typed) ?? names[0])
      return { ...now, saving: false, typed, theirs, stale: names }
    }
    if (!groupOf(field)) return { ...form, saving: false, fault }
    shown(field)
    return { ...form, saving: false, faults: { [field]: fault } }
  }
}

function Setting({ name, form, usual, type, help, signatures }) {
  const value = form.typed[name] ?? form.was[name]
  const differs = value !== usual
  const [fault, theirs] = [form.faults[name], form.theirs[name]]
  const label = `label-${name}`
  const marks = {
    'aria-describedby': `help-${name}${fault ? ` fault-${name}` : ''}${theirs != null ? ` theirs-${name}` : ''}`,
    ...(compound(name) ? { 'aria-labelledby': label } : { 'aria-invalid': fault ? 'true' : null }),
  }
  return html`<div class="setting">
    <div>
      ${compound(name)
        ? html`<strong id=${label}>${t(`setting.${name}`)}</strong>`
        : html`<label for="setting-${name}"><strong>${t(`setting.${name}`)}</strong></label>`}
      <code>${name}</code>
      <p class="quiet" id="help-${name}">${helps[language][name] ?? help[name]}</p>
    </div>
    <div class="control">
      <${Control} name=${name} value=${value} set=${(text) => type(name, text)} signatures=${signatures} marks=${marks} />
      ${theirs != null && html`<p class="theirs" id="theirs-${name}">${t('settings.theirs', { value: said(name, theirs) })}
        ${name in form.typed && html`<button type="button" onClick=${() => type(name, theirs)}>${t('settings.take')}</button>`}</p>`}
      ${fault && html`<p class="fault" role="alert" id="fault-${name}">${explained(fault)}</p>`}
      ${differs && html`<p class="differs">${t('settings.differs', { value: said(name, usual) })}
        <button type="button" aria-label=${t('settings.restore-of', { name: t(`setting.${name}`) })}
          onClick=${() => type(name, usual)}>${t('settings.restore')}</button></p>`}
    </div>
  </div>`
}

/** What is to be saved, and what became of saving it. */
function Bar({ form, changed, discard }) {
  const named = (names) => names.map((name) => t(`setting.${name}`)).join(t('settings.and'))
  return html`<div class=${changed.length ? 'bar' : 'bar still'}>
    ${form.stale && html`<p role="alert" class="fault">${t('settings.stale', { names: named(form.stale) })}</p>`}
    ${form.fault && html`<p role="alert" class="fault">${explained(form.fault)}</p>`}
    <p role="status">${changed.length ? t('settings.changes', { names: named(changed) }) : form.saved ? t('settings.saved') : ''}</p>
    ${changed.length > 0 && html`<div class="row">
      <button class="first" disabled=${form.saving}>${t('settings.save')}</button>
      <button type="button" disabled=${form.saving} onClick=${discard}>${t('settings.discard')}</button>
    </div>`}
  </div>`
}
