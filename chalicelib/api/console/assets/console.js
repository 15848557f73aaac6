// The page: who enters, and which section is shown.

import { forget, get, keep, keys, whenOut } from './api.js'
import { GROUPS } from './catalogue.js'
import { render } from './vendor/preact-htm.js'
import { discard as discardDrafts } from './draft.js'
import { Field, Languages, explained, html, useEffect, useRef, useState } from './parts.js'
import { Overview } from './overview.js'
import { Records } from './records.js'
import { NEW, Templates } from './templates.js'
import { Signatures } from './signatures.js'
import { Send } from './send.js'
import { Users } from './users.js'
import { Settings, discard as discardSettings } from './settings.js'
import { Hooks } from './hooks.js'
import { t } from './words.js'

const SECTIONS = { overview: Overview, records: Records, templates: Templates, signatures: Signatures, send: Send, users: Users, settings: Settings, hooks: Hooks }

/** A part of the address; as it stands where it is no encoded text. */
const decoded = (part) => {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** The section that the address names, and the rest of it. */
const named = () => {
  const [section, ...rest] = location.hash.replace(/^#/, '').split('/')
  return { section: Object.hasOwn(SECTIONS, section) ? section : 'overview', rest: rest.map(decoded) }
}

/** What the window is called at a place, the nearest first. */
function titled({ section, rest: [name] }) {
  const group = section === 'settings'
  const thing = group ? Object.hasOwn(GROUPS, name) && t(`settings.group.${name}`) : name === NEW ? t('templates.new') : name
  return [thing, t(`tab.${section}`), 'Countersign'].filter(Boolean).join(' · ')
}

function Entrance({ enter, out }) {
  const [fault, said] = useState(out && explained(out))
  const submit = async (event) => {
    event.preventDefault()
    const form = new FormData(event.target)
    const typed = { id: form.get('id').trim(), master: form.get('master').trim() }
    // No header can hold it, and the browser would say no more than that.
    if (Object.values(typed).some((one) => /[^\x21-\x7e]/.test(one))) return said(t('fault.letters'))
    keep(typed)
    try {
      await get('console/api/settings')
      enter()
    } catch (refused) {
      forget()
      said(explained(refused))
    }
  }
  return html`<main class="entrance">
    <h1>Countersign</h1>
    ${fault && html`<p role="alert" class="fault">${fault}</p>`}
    <form onSubmit=${submit}>
      <${Field} name=${t('app.id')}><input name="id" required autocomplete="username" spellcheck=${false} /><//>
      <${Field} name=${t('app.master')}>
        <input name="master" type="password" required autocomplete="off" />
      <//>
      <button class="first">${t('app.enter')}</button>
      <p class="quiet">${t('app.stays')}</p>
    </form>
    <${Languages} />
  </main>`
}

function Console() {
  const [inside, come] = useState(Boolean(keys()))
  const [out, tell] = useState(null)
  const [place, go] = useState(named())
  const heading = useRef(null)
  const arrived = useRef(false)
  useEffect(() => whenOut((refusal) => { forget(); tell(refusal); come(false) }), [])
  useEffect(() => {
    const moved = () => go(named())
    addEventListener('hashchange', moved)
    return () => removeEventListener('hashchange', moved)
  }, [])
  useEffect(() => {
    document.title = inside ? titled(place) : 'Countersign'
  }, [inside, place])
  useEffect(() => {
    // The link that led here may be gone, and the reader's place with it.
    if (arrived.current && document.activeElement === document.body) heading.current?.focus()
    arrived.current = true
  }, [place])
  if (!inside) return html`<${Entrance} out=${out} enter=${() => { tell(null); come(true) }} />`
  const leave = () => {
    forget()
    discardDrafts()
    discardSettings()
    come(false)
  }
  const Section = SECTIONS[place.section]
  return html`
    <header>
      <strong>Countersign</strong>
      <code title=${t('app.id')}>${keys()?.id}</code>
      <${Languages} />
      <button onClick=${leave}>${t('app.leave')}</button>
    </header>
    <nav aria-label=${t('app.sections')}>
      ${Object.keys(SECTIONS).map((name) => html`<a href="#${name}"
        aria-current=${name === place.section ? 'page' : null}>${t(`tab.${name}`)}</a>`)}
    </nav>
    <main><h1 ref=${heading} tabindex="-1">${t(`tab.${place.section}`)}</h1><${Section} rest=${place.rest} /></main>`
}

render(html`<${Console} />`, document.getElementById('console'))
