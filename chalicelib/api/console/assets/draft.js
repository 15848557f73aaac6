// A template as somebody writes it: the first version of one, or the next.

import { ask, get, keys } from './api.js'
import { Difference } from './differences.js'
import { exampleOf } from './examples.js'
import { Source, placed } from './marked.js'
import { Field, Waiting, explained, html, useEffect, useLoaded, useRef, useState } from './parts.js'
import { Preview, usePreview } from './preview.js'
import { Rows, registeredBy, rowsOf, twice } from './registered.js'
import { facts, path } from './template.js'
import { t } from './words.js'

const KINDS = ['verification', 'notice', 'marketing']
const FIELDS = ['name', 'kind', 'source', 'note', 'registered']

/** What the words hold in double braces, of which one pair is theirs to fill in. */
const TAGS = { code: '{code}', order_id: '{order_id}', else: '{else}' }

/** What was written and not submitted, by app and name: it stays while another section is looked at. */
const unsaved = new Map()
/** Forget all of it: whoever wrote it leaves. */
export const discard = () => unsaved.clear()

const kept = (name) => `${keys()?.id} ${name}`

const latest = (template) => template.waiting || template.inUse

/** A version's fields as they are typed; a field for text knows one kind of line's end. */
const typedOf = ({ kind, source, note, registered }) =>
  ({ kind, source: source.replace(/\r\n?/g, '\n'), note, registered: rowsOf(registered) })

async function load(name) {
  const [{ signatures }, { settings }, template] = await Promise.all([
    get('console/api/signatures'),
    get('console/api/settings'),
    name ? get(path(name)) : null,
  ])
  const fresh = template
    ? { template, typed: typedOf(latest(template)) }
    : { template: null, typed: { name: '', kind: 'notice', source: '', note: '', registered: [] } }
  const approved = signatures.filter((one) => one.state === 'approved')
  return {
    // What was typed is a change of what was read then: if that stands no more, it will be said.
    start: unsaved.get(kept(name)) || fresh,
    signatures: [...new Map(approved.map((one) => [one.name, one.text]))],
    number: exampleOf(settings.home_region),
  }
}

export function Draft({ name, over }) {
  const loaded = useLoaded(() => load(name), [name])
  if (loaded.fault?.status === 404) return html`<p role="status">${t('template.gone', { name })}</p>`
  if (!loaded.value) return html`<${Waiting} of=${loaded} />`
  return html`<h2>${name || t('templates.new')}</h2><${Form} ...${loaded.value} over=${over} />`
}

function Form({ start, signatures, number, over }) {
  const [template, stands] = useState(start.template)
  const [typed, set] = useState(start.typed)
  const [trial, attempt] = useState({ number, sign: '', typed: {} })
  const [told, tell] = useState({})
  const [busy, work] = useState(false)
  const form = useRef(null)
  const seen = usePreview({ source: typed.source, kind: typed.kind, ...trial })
  const name = template?.name ?? ''
  const changed = typed !== start.typed

  useEffect(() => {
    if (changed) unsaved.set(kept(name), { template, typed })
    const leaving = (event) => changed && event.preventDefault()
    addEventListener('beforeunload', leaving)
    return () => removeEventListener('beforeunload', leaving)
  }, [typed, template])
  useEffect(() => { if (told.field) form.current.querySelector(`[name=${told.field}]`)?.focus() }, [told])

  const type = (field, value) => {
    if (told.field === field) tell({})
    set({ ...typed, [field]: value })
  }
  const leave = (to, said) => { unsaved.delete(kept(name)); over(to, said) }
  const save = async (event) => {
    event.preventDefault()
    const double = twice(typed.registered)
    if (double !== undefined) return tell({ field: 'registered', text: t('template.fault.twice', { sender: double }) })
    const wanted = { kind: typed.kind, source: typed.source, note: typed.note, registered: registeredBy(typed.registered) }
    // What is left out stays as it was: an empty source would be none of these.
    if (!wanted.source.trim()) return tell({ field: 'source', text: t('template.fault.empty') })
    work(true)
    try {
      const answer = template
        ? await ask('POST', `${path(name)}/submit`, { body: wanted, version: template.version })
        : await ask('POST', 'console/api/templates', { body: { name: typed.name.trim(), ...wanted } })
      const made = await answer.json()
      leave(made.name, t(`template.did.submit.${latest(made).state}`))
    } catch (fault) {
      work(false)
      refused(fault)
    }
  }
  const refused = (fault) => {
    const { current, field } = fault.said || {}
    if (fault.status === 409 && !template) return tell({ field: 'name', text: t('template.taken'), current })
    if (fault.status === 409) {
      stands(current)
      return tell({ text: t('template.stale-draft'), current })
    }
    if (fault.status === 404) return tell({ text: t('template.gone', { name }) })
    tell({ field: FIELDS.includes(field) ? field : '', text: worded(fault) })
  }
  const fault = (field) => told.field === field && html`<p role="alert" class="fault" id="fault-${field}">${told.text}</p>`
  const marks = (field) => ({
    name: field,
    autocomplete: 'off',
    'aria-invalid': told.field === field ? 'true' : null,
    'aria-describedby': `help-${field} fault-${field}`,
  })
  const write = (field) => (event) => type(field, event.target.value)
  return html`<form class="draft" ref=${form} noValidate onSubmit=${save} aria-label=${name || t('templates.new')}>
    <div>
      ${!template && html`<div>
        <${Field} name=${t('template.name')}><input ...${marks('name')} value=${typed.name} onInput=${write('name')} spellcheck=${false} /><//>
        <p class="quiet" id="help-name">${t('template.name-help')}</p>${fault('name')}
      </div>`}
      <div>
        <${Field} name=${t('template.kind')}><select ...${marks('kind')} value=${typed.kind} onChange=${write('kind')}>
          ${KINDS.map((one) => html`<option value=${one}>${t(`template.kind.${one}`)}</option>`)}
        </select><//>
        <p class="quiet" id="help-kind">${t(`template.kind-help.${typed.kind}`, TAGS)}</p>${fault('kind')}
      </div>
      <div>
        <${Source} text=${typed.source} type=${(text) => type('source', text)} marks=${marks('source')}
          places=${placed(seen.findings, seen.of, typed.source)} help=${t('template.source-help', TAGS)} />${fault('source')}
      </div>
    </div>
    <${Preview} seen=${seen} trial=${trial} set=${attempt} signatures=${signatures} />
    <div>
      <div>
        <${Field} name=${t('template.note')}><input ...${marks('note')} value=${typed.note} onInput=${write('note')} /><//>
        <p class="quiet" id="help-note">${t('template.note-help')}</p>${fault('note')}
      </div>
      <div><${Rows} rows=${typed.registered} set=${(rows) => type('registered', rows)} fault=${told.field === 'registered'} />${fault('registered')}</div>
      ${told.text && !told.field && html`<p role="alert" class="fault">${told.text}</p>`}
      ${told.current && html`<${Theirs} current=${told.current} typed=${typed} />`}
      <div class="row">
        <button class="first" disabled=${busy}>${t('template.submit')}</button>
        <button type="button" disabled=${busy} onClick=${() => leave(name)}>${t('template.discard')}</button>
      </div>
    </div>
  </form>`
}

/** A refusal beside its field, in the reader's words. */
function worded(fault) {
  const { field } = fault.said || {}
  if (fault.code === 606) return t('template.fault.source')
  if (field === 'name') return t('template.fault.name')
  const [, variable] = /no variable '(.*)'/.exec(fault.message) || []
  if (field === 'registered') return variable ? t('template.fault.variable', { variable }) : t('template.fault.registered')
  if (field === 'note') return t('template.fault.note')
  return explained(fault)
}

/** How somebody else has left it, and what is typed otherwise. */
function Theirs({ current, typed }) {
  const theirs = latest(current)
  return html`<section class="theirs" aria-label=${t('template.now')}>
    <strong>${t('template.now')}</strong>
    ${' '}<a href="#templates/${encodeURIComponent(current.name)}">${current.name}</a>
    <dl class="facts">
      <div><dt>${t('template.state')}</dt><dd>${t(`review.${theirs.state}`)}</dd></div>
      <div><dt>${t('template.source')}</dt><dd lang="">${theirs.source}</dd></div>
      ${facts(theirs).map(([name, said]) => html`<div><dt>${t(`template.${name}`)}</dt><dd>${said}</dd></div>`)}
    </dl>
    ${theirs.source !== typed.source && html`<p>${t('template.yours')}</p><${Difference} before=${theirs.source} after=${typed.source} />`}
  </section>`
}
