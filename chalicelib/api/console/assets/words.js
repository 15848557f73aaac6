// The page's words, in the language that was chosen, or that the browser asks for.

import * as app from './words/app.js'
import * as demo from './words/demo.js'
import * as overview from './words/overview.js'
import * as records from './words/records.js'
import * as decisions from './words/decisions.js'
import * as templates from './words/templates.js'
import * as signatures from './words/signatures.js'
import * as send from './words/send.js'
import * as users from './words/users.js'
import * as settings from './words/settings.js'
import * as catalogue from './words/catalogue.js'
import * as hooks from './words/hooks.js'
import * as refusals from './words/refusals.js'

const KEPT = 'countersign.language'
const ALL = [
  ...[app, demo, overview, records, decisions, templates, signatures, send, users],
  ...[settings, catalogue, hooks, refusals],
]
const WORDS = Object.fromEntries(
  ['en', 'zh'].map((one) => [one, Object.assign({}, ...ALL.map((words) => words[one]))])
)

export const LANGUAGES = { en: 'English', zh: '中文' }

/** What was chosen, if anything is kept at all. */
function chosen() {
  try {
    return localStorage.getItem(KEPT)
  } catch {
    return null
  }
}

const asked = /^zh/i.test(navigator.language) ? 'zh' : 'en'

export const language = Object.hasOwn(LANGUAGES, chosen() ?? '') ? chosen() : asked
document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'

export function choose(one) {
  try {
    localStorage.setItem(KEPT, one)
  } catch {
    // Then the language stays the one that the browser asks for.
  }
  location.reload()
}

/** The words for *key*, with each {name} filled in. */
export function t(key, values = {}) {
  const words = WORDS[language][key] ?? WORDS.en[key] ?? key
  return words.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '')
}

const number = new Intl.NumberFormat(language === 'zh' ? 'zh-CN' : 'en')

/** A count as the reader writes it. */
export const count = (many) => number.format(many)

/** Dollars, which the API tells as text for they are exact. */
export const money = (said) =>
  new Intl.NumberFormat(language === 'zh' ? 'zh-CN' : 'en', {
    style: 'currency',
    currency: 'USD',
    maximumFractionDigits: 4,
  }).format(Number(said || 0))

const narrow = matchMedia('(max-width: 40rem)')

/** A moment in the reader's own time, shorter on a phone; empty for none. */
export const moment = (iso) =>
  iso
    ? new Date(iso).toLocaleString(language === 'zh' ? 'zh-CN' : 'en', {
        dateStyle: narrow.matches ? 'short' : 'medium',
        timeStyle: 'medium',
      })
    : ''

/** A share of a whole; a dash for a share of nothing. */
export const share = (part, whole) =>
  whole ? `${number.format(Math.round((part / whole) * 1000) / 10)} %` : '–'
