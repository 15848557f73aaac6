// A signature as somebody writes it: a new one, or one that is submitted again.

import { ask } from './api.js'
import { Field, explained, html, useEffect, useRef, useState } from './parts.js'
import { t } from './words.js'

const FIELDS = ['name', 'text', 'note']

const path = (id) => `console/api/signatures/${encodeURIComponent(id)}`

/** Make a change of *one* as it was read; if that stands no more, a Refusal with how it stands. */
export async function change(method, end, one, version, body) {
  try {
    return await (await ask(method, `${path(one.id)}${end}`, { body, version })).json()
  } catch (fault) {
    const { current } = fault.said || {}
    const now = current?.signatures.find((other) => other.id === one.id)
    // All of an app is of one version: what somebody else changed may be another thing.
    if (now && JSON.stringify(now) === JSON.stringify(one)) return change(method, end, one, current.version, body)
    throw Object.assign(fault, { now: now ? { one: now, version: current.version } : null })
  }
}

/** *signature* is submitted again; where there is none one is made, which bears the name *named*. */
export function Making({ signature, version, named, over }) {
  const [was, stands] = useState({ one: signature, version })
  const [typed, set] = useState({ name: named || signature?.name || '', text: signature?.text ?? '', note: signature?.note ?? '' })
  const [told, tell] = useState({})
  const [busy, work] = useState(false)
  const form = useRef(null)
  useEffect(() => { if (told.field) form.current.querySelector(`[name=${told.field}]`)?.focus() }, [told])

  const save = async (event) => {
    event.preventDefault()
    const [name, text] = [typed.name.trim(), typed.text.trim()]
    // What is left out of one that is there stays as it was.
    if (!text) return tell({ field: 'text', text: t('signature.fault.text') })
    work(true)
    try {
      const body = { text, note: typed.note }
      const made = signature
        ? await change('POST', '/submit', was.one, was.version, body)
        : await (await ask('POST', 'console/api/signatures', { body: { name, ...body } })).json()
      over(made.signature.id, t(`signature.did.submit.${made.signature.state}`), made)
    } catch (fault) {
      work(false)
      if (fault.now) stands(fault.now)
      if (fault.status === 409 || fault.status === 404) {
        return tell({ text: t(fault.now ? 'signature.stale-draft' : 'signature.gone'), now: fault.now?.one })
      }
      const { field } = fault.said || {}
      tell({ field: FIELDS.includes(field) ? field : '', text: worded(fault, field) })
    }
  }
  const fault = (field) => told.field === field && html`<p role="alert" class="fault" id="fault-${field}">${told.text}</p>`
  const marks = (field) => ({
    name: field,
    autocomplete: 'off',
    value: typed[field],
    'aria-invalid': told.field === field ? 'true' : null,
    'aria-describedby': `help-${field} fault-${field}`,
    onInput: (event) => {
      if (told.field === field) tell({})
      set({ ...typed, [field]: event.target.value })
    },
  })
  const title = signature ? `【${signature.text}】` : t('signatures.new')
  return html`<h2>${title}</h2><div class="message">
    <form ref=${form} noValidate onSubmit=${save} aria-label=${title}>
      ${!signature && html`<div>
        <${Field} name=${t('signature.name')}><input ...${marks('name')} spellcheck=${false} /><//>
        <p class="quiet" id="help-name">${t('signature.name-help')}</p>${fault('name')}
      </div>`}
      <div>
        <${Field} name=${t('signature.text')}><input ...${marks('text')} lang="" /><//>
        <p class="quiet" id="help-text">${t('signature.text-help')}</p>${fault('text')}
      </div>
      <div>
        <${Field} name=${t('signature.note')}><input ...${marks('note')} /><//>
        <p class="quiet" id="help-note">${t('signature.note-help')}</p>${fault('note')}
      </div>
      ${told.text && !told.field && html`<p role="alert" class="fault">${told.text}</p>`}
      ${told.now && html`<${Theirs} one=${told.now} />`}
      <div class="row">
        <button class="first" disabled=${busy}>${t('signature.submit')}</button>
        <button type="button" disabled=${busy} onClick=${() => over(signature?.id ?? '')}>${t('app.cancel')}</button>
      </div>
    </form>
    <section class="sums preview" aria-label=${t('preview.title')}>
      <h2>${t('preview.title')}</h2>
      <p class="bubble" lang="">【${typed.text.trim() || '…'}】${t('signature.example')}</p>
    </section>
  </div>`
}

/** A refusal beside its field, in the reader's words. */
function worded(fault, field) {
  if (field === 'name') return t('signature.fault.name')
  if (field === 'text') return t(/alone/.test(fault.message) ? 'signature.fault.plain' : 'signature.fault.text')
  if (field === 'note') return t('template.fault.note')
  if (field === 'signatures') return t('signature.fault.many')
  return explained(fault)
}

/** How somebody else has left it. */
function Theirs({ one }) {
  return html`<section class="theirs" aria-label=${t('signature.now')}>
    <strong>${t('signature.now')}</strong>
    <dl class="facts">${[['state', t(`review.${one.state}`)], ['text', one.text], ['note', one.note || '–']].map(
      ([key, said]) => html`<div><dt>${t(`signature.${key}`)}</dt><dd>${said}</dd></div>`
    )}</dl>
  </section>`
}
