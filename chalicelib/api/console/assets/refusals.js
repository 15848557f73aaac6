// What the service's refusals mean in the reader's words.

import { html } from './vendor/preact-htm.js'
import { language, t } from './words.js'
import { en as SAID } from './words/refusals.js'

/** The key of what *text* means if it is always said so, or of what its number means. */
function keyOf(number, text, field) {
  const of = `refusal.${number}`
  const keys = Object.keys(SAID).filter((key) => key === of || key.startsWith(`${of}.`))
  const always = keys.find((key) => SAID[key] === text)
  if (always) return { key: always, more: false }
  const known = [...(field ? [`${of}.field`] : []), of].find((key) => key in SAID)
  return { key: known ?? 'refusal', more: true }
}

/** A refusal in the reader's words, and in the service's own where it says more than those. */
export function worded({ number, text, field }) {
  if (language === 'en') return t('fault.said', { text, code: number })
  const { key, more } = keyOf(number, text, field)
  const words = t('fault.said', { text: t(key), code: number })
  // What an app's own function says is in a language of its own.
  return more ? html`<span>${words}<q lang=${number === 142 ? '' : 'en'}>${text}</q></span>` : words
}
