// The administrator's API, asked with the keys that this tab holds.

const BASE = new URL('../../..', import.meta.url)
const KEPT = 'countersign.keys'

/** A refusal: its code, HTTP status and text, and what came with it. */
export class Refusal extends Error {
  constructor(status, said) {
    super(said.error || `HTTP ${status}`)
    this.status = status
    this.code = said.code
    this.said = said
  }
}

/** What the tab keeps; nothing where the browser forbids that. */
function kept() {
  try {
    return sessionStorage
  } catch {
    return null
  }
}

let held = JSON.parse(kept()?.getItem(KEPT) || 'null')

/** The keys of this tab, or null: a session's, never a cookie's. */
export const keys = () => held

export function keep(keys) {
  held = keys
  kept()?.setItem(KEPT, JSON.stringify(keys))
}

export function forget() {
  held = null
  kept()?.removeItem(KEPT)
}

let toldOut = () => {}

/** Have *told* hear of each refusal that means that the keys do not open any more. */
export function whenOut(told) {
  toldOut = told
  return () => { toldOut = () => {} }
}

/** What the API answers; throws Refusal, or TypeError where nothing answers. */
export async function ask(method, path, { query, body, version } = {}) {
  const url = new URL(path, BASE)
  for (const [name, value] of Object.entries(query || {})) {
    if (value !== '' && value != null) url.searchParams.set(name, value)
  }
  const used = keys()
  const headers = { 'X-LC-Id': used?.id, 'X-LC-Key': `${used?.master},master` }
  if (body) headers['Content-Type'] = 'application/json'
  if (version) headers['If-Match'] = `"${version}"`
  const answer = await fetch(url, { method, headers, body: body && JSON.stringify(body) })
  if (!answer.ok) throw heard(new Refusal(answer.status, await answer.json().catch(() => ({}))), used)
  return answer
}

/** *refusal*, of which the page hears if *used* were the keys and do not open. */
function heard(refusal, used) {
  // By its code: a firewall's refusal says nothing of keys.
  if ([401, 403].includes(refusal.code) && used && used === held) toldOut(refusal)
  return refusal
}

export async function get(path, query) {
  return (await ask('GET', path, { query })).json()
}

/** Let the browser save all pages of what the API answers as a file of that name. */
export async function save(path, query, name) {
  // By this alone does Excel know CSV for UTF-8.
  const parts = name.endsWith('.csv') ? ['\ufeff'] : []
  let next = query.next
  do {
    const page = await ask('GET', path, { query: { ...query, next } })
    parts.push(await page.blob())
    next = page.headers.get('X-Next')
  } while (next)
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob(parts, { type: parts.at(-1).type }))
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}
