// What one text says otherwise than another: word by word, each tag as one.

import { html } from './parts.js'
import { t } from './words.js'

/** The words of *text*; its characters where the browser knows no words. */
function segments(text) {
  if (!Intl.Segmenter) return [...text]
  const words = new Intl.Segmenter('zh', { granularity: 'word' })
  return [...words.segment(text)].map((one) => one.segment)
}

const words = (text) =>
  text.split(/(\{{2,}[^{}]*\}*)/).flatMap((part) => (part.startsWith('{{') ? [part] : segments(part)))

/** *before* and *after* as runs of text, each with what became of it: 'same', 'gone' or 'new'. */
export function differences(before, after) {
  const [old, fresh] = [words(before), words(after)]
  // How many words both have in common from there on, at most.
  const common = Array.from({ length: old.length + 1 }, () => new Uint16Array(fresh.length + 1))
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = fresh.length - 1; j >= 0; j -= 1) {
      common[i][j] = old[i] === fresh[j] ? common[i + 1][j + 1] + 1 : Math.max(common[i + 1][j], common[i][j + 1])
    }
  }
  const runs = []
  const put = (what, text) => {
    if (runs.at(-1)?.what === what) runs.at(-1).text += text
    else runs.push({ what, text })
  }
  let [i, j] = [0, 0]
  while (i < old.length || j < fresh.length) {
    if (i < old.length && j < fresh.length && old[i] === fresh[j]) {
      put('same', old[i])
      i += 1
      j += 1
    } else if (j === fresh.length || (i < old.length && common[i + 1][j] >= common[i][j + 1])) {
      put('gone', old[i])
      i += 1
    } else {
      put('new', fresh[j])
      j += 1
    }
  }
  return runs
}

/** The text *after*, with what *before* had instead struck out. */
export function Difference({ before, after }) {
  return html`<p class="bubble" lang="">${differences(before, after).map(({ what, text }) => {
    if (what === 'same') return text
    // Few screen readers tell of del and ins by themselves.
    const said = html`<span class="unseen">${t(`difference.${what}`)} </span>`
    return what === 'gone' ? html`<del>${said}${text}</del>` : html`<ins>${said}${text}</ins>`
  })}</p>`
}
