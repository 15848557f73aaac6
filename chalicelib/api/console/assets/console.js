// The page: who enters, and which section is shown.

import { forget, get, keep, keys } from './api.js'
import { render } from './vendor/preact-htm.js'
import { Field, explained, html, useEffect, useState } from './parts.js'
import { Overview } from './overview.js'
import { Records } from './records.js'
import { Templates } from './templates.js'
import { Signatures } from './signatures.js'
import { Send } from './send.js'
import { Users } from './users.js'
import { Settings } from './settings.js'
import { Hooks } from './hooks.js'
import { LANGUAGES, choose, language, t } from './words.js'

const SECTIONS = { overview: Overview, records: Records, templates: Templates, signatures: Signatures, send: Send, users: Users, settings: Settings, hooks: Hooks }

/** The section that the address names, and the rest of it. */
const named = () => {
  const [section, ...rest] = location.hash.replace(/^#/, '').split('/')
  return { section: SECTIONS[section] ? section : 'overview', rest: rest.map(decodeURIComponent) }
}

function Entrance({ enter }) {
  const [fault, said] = useState(null)
  const submit = async (event) => {
    event.preventDefault()
    const form = new FormData(event.target)
    keep({ id: form.get('id').trim(), master: form.get('master').trim() })
    try {
      await get('console/api/settings')
      enter()
    } catch (refused) {
      forget()
      said(refused)
    }
  }
  return html`<main class="entrance">
    <h1>Countersign</h1>
    <form onSubmit=${submit}>
      <${Field} name=${t('app.id')}><input name="id" required autocomplete="username" spellcheck=${false} /><//>
      <${Field} name=${t('app.master')}>
        <input name="master" type="password" required autocomplete="off" />
      <//>
      <button class="first">${t('app.enter')}</button>
      <p class="quiet">${t('app.stays')}</p>
      ${fault && html`<p role="alert" class="fault">${explained(fault)}</p>`}
    </form>
    <${Languages} />
  </main>`
}

function Languages() {
  return html`<label class="language"><span class="unseen">${t('app.language')}</span>
    <select value=${language} onChange=${(event) => choose(event.target.value)}>
      ${Object.entries(LANGUAGES).map(([code, name]) => html`<option value=${code} lang=${code}>${name}</option>`)}
    </select>
  </label>`
}

function Console() {
  const [inside, come] = useState(Boolean(keys()))
  const [place, go] = useState(named())
  useEffect(() => {
    const moved = () => go(named())
    addEventListener('hashchange', moved)
    return () => removeEventListener('hashchange', moved)
  }, [])
  useEffect(() => {
    document.title = inside ? `${t(`tab.${place.section}`)} · Countersign` : 'Countersign'
  }, [inside, place.section])
  if (!inside) return html`<${Entrance} enter=${() => come(true)} />`
  const leave = () => { forget(); come(false) }
  const Section = SECTIONS[place.section]
  return html`
    <header>
      <strong>Countersign</strong>
      <code title=${t('app.id')}>${keys().id}</code>
      <${Languages} />
      <button onClick=${leave}>${t('app.leave')}</button>
    </header>
    <nav aria-label=${t('app.sections')}>
      ${Object.keys(SECTIONS).map((name) => html`<a href="#${name}"
        aria-current=${name === place.section ? 'page' : null}>${t(`tab.${name}`)}</a>`)}
    </nav>
    <main><h1>${t(`tab.${place.section}`)}</h1><${Section} rest=${place.rest} /></main>`
}

render(html`<${Console} />`, document.getElementById('console'))
