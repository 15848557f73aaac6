// Send online: one text to many numbers, seen before it goes out.

import { get } from './api.js'
import { Seen, Sending, Told, barred, foresee, useForeseen } from './foreseen.js'
import { numbersIn } from './numbers.js'
import { Field, Waiting, html, useLoaded, useState } from './parts.js'
import { Sent } from './sent.js'
import { count, money, t } from './words.js'

/** What the API takes at once. */
const MOST = 100

async function load() {
  const templates = []
  for (let after; after !== null; ) {
    const page = await get('console/api/templates', { after })
    templates.push(...page.templates)
    after = page.next ?? null
  }
  const { signatures } = await get('console/api/signatures')
  const approved = signatures.filter((one) => one.state === 'approved')
  return {
    // Codes are not sent to many.
    templates: templates.filter((one) => one.inUse && one.inUse.kind !== 'verification'),
    signatures: [...new Map(approved.map((one) => [one.name, one.text]))],
  }
}

export function Send() {
  const loaded = useLoaded(load, [])
  const [sent, show] = useState(null)
  if (!loaded.value) return html`<${Waiting} of=${loaded} />`
  if (sent) return html`<${Sent} ...${sent} again=${() => show(null)} />`
  if (!loaded.value.templates.length) {
    return html`<p role="status">${t('send.none')} <a href="#templates">${t('send.templates')}</a></p>`
  }
  return html`<${Composing} ...${loaded.value} sent=${show} />`
}

function Composing({ templates, signatures, sent }) {
  const [template, choose] = useState(templates.length === 1 ? templates[0].name : '')
  const [sign, bear] = useState('')
  const [values, fill] = useState({})
  const [typed, type] = useState('')
  const [asking, ask] = useState(null)
  const [fault, said] = useState(null)
  const numbers = numbersIn(typed)
  const message = { template, sign, variables: Object.fromEntries(Object.entries(values).filter(([, value]) => value)) }
  const foreseen = useForeseen(message, numbers.slice(0, MOST))
  const { variables = [], results = [] } = foreseen.value || {}
  const going = results.filter((one) => !one.code && !one.repeats)
  const ready = foreseen.fresh && going.length > 0 && numbers.length <= MOST
  const source = templates.find((one) => one.name === template)?.inUse.source

  const submit = async (event) => {
    event.preventDefault()
    said(null)
    try {
      // What is confirmed is how things stand now, not when the last letter was typed.
      ask((await foresee(message, numbers)).results)
    } catch (refused) {
      said(refused)
    }
  }
  return html`
    <form class="message" onSubmit=${submit}>
      <div>
        <${Field} name=${t('send.template')}>
          <select name="template" required value=${template} onChange=${(event) => choose(event.target.value)}>
            <option value="">${t('send.choose')}</option>
            ${templates.map((one) => html`<option value=${one.name}>${one.name} · ${t(`send.kind.${one.inUse.kind}`)}</option>`)}
          </select>
        <//>
        <${Field} name=${t('send.signature')}>
          <select name="sign" value=${sign} onChange=${(event) => bear(event.target.value)}>
            <option value="">${t('send.usual')}</option>
            ${signatures.map(([name, text]) => html`<option value=${name}>${name} · 【${text}】</option>`)}
          </select>
        <//>
        ${results.some((one) => one.code === 600) && html`<p role="alert" class="fault">${t('send.why.600')}</p>`}
        ${template && variables.map((name) => html`<${Variable} key=${name} name=${name} value=${values[name] ?? ''}
          fault=${barred(results, name)} change=${(value) => fill({ ...values, [name]: value })} />`)}
        <${Field} name=${t('send.numbers')}>
          <textarea name="numbers" rows="5" required autocomplete="off" spellcheck=${false}
            aria-describedby="separators" value=${typed} onInput=${(event) => type(event.target.value)} />
        <//>
        <p class="quiet" id="separators">${t('send.separators', { most: MOST })}</p>
        ${numbers.length > MOST && html`<p role="alert" class="fault">${t('send.many', { many: count(numbers.length), most: MOST })}</p>`}
        <${Waiting} of=${{ fault: fault || foreseen.fault, again: foreseen.again }} />
        <button class="first" disabled=${!ready}>${going.length
          ? t('send.send', { many: count(going.length), cost: money(sum(going)) })
          : t('send.act')}</button>
      </div>
      <${Seen} results=${results} source=${source} waiting=${foreseen.loading} />
    </form>
    ${template && results.length > 0 && html`<${Told} results=${results} />`}
    ${asking && html`<${Sending} message=${message} results=${asking} cancel=${() => ask(null)}
      done=${(rows) => sent({ message, rows })} failed=${(refused) => { ask(null); said(refused) }} />`}`
}

const sum = (rows) => rows.reduce((all, one) => all + Number(one.price), 0)

function Variable({ name, value, fault, change }) {
  const [visited, visit] = useState(false)
  const shown = fault && (visited || value) ? fault : ''
  return html`<div>
    <${Field} name=${name}>
      <input name=${`variable.${name}`} value=${value} autocomplete="off" aria-invalid=${shown ? 'true' : null}
        aria-describedby=${shown ? `fault.${name}` : null} onBlur=${() => visit(true)}
        onInput=${(event) => change(event.target.value)} />
    <//>
    ${shown && html`<p class="fault" role="alert" id=${`fault.${name}`}>${shown}</p>`}
  </div>`
}
