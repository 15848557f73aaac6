// The administrator's API, asked with the keys that this tab holds.

const BASE = new URL('../..', import.meta.url)
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

/** The keys of this tab, or null: a session's, never a cookie's. */
export function keys() {
  return JSON.parse(sessionStorage.getItem(KEPT) || 'null')
}

export function keep(keys) {
  sessionStorage.setItem(KEPT, JSON.stringify(keys))
}

export function forget() {
  sessionStorage.removeItem(KEPT)
}

/** What the API answers; throws Refusal, or TypeError where nothing answers. */
export async function ask(method, path, { query, body, version } = {}) {
  const url = new URL(path, BASE)
  for (const [name, value] of Object.entries(query || {})) {
    if (value !== '' && value != null) url.searchParams.set(name, value)
  }
  const { id, master } = keys() || {}
  const headers = { 'X-LC-Id': id, 'X-LC-Key': `${master},master` }
  if (body) headers['Content-Type'] = 'application/json'
  if (version) headers['If-Match'] = `"${version}"`
  const answer = await fetch(url, { method, headers, body: body && JSON.stringify(body) })
  if (!answer.ok) throw new Refusal(answer.status, await answer.json().catch(() => ({})))
  return answer
}

export async function get(path, query) {
  return (await ask('GET', path, { query })).json()
}

/** Let the browser save what the API answers as a file of that name. */
export async function save(path, query, name) {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(await (await ask('GET', path, { query })).blob())
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}
