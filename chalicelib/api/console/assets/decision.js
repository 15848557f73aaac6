// What was decided on a message before it was sent, and why.

import { html } from './parts.js'
import { count, t } from './words.js'

/** Whether a message was held back, so that no sender was asked. */
export const held = (decision) => decision.saved !== null

/** An address as sends are counted by it: of IPv6 a network, which a list names with its length. */
export function whence(address) {
  if (address === 'nowhere') return t('record.nowhere')
  return address.includes(':') ? `${address}/64` : address
}

/** How what a reason is about is said, where that is not as the API says it. */
const SAID = {
  region: (code) => (code === '*' ? t('record.abroad') : code),
  address: whence,
  line: (kind) => t(`choice.refused_lines.${kind}`),
}

/** The verdict, and each reason for it with its figures. */
export function Decision({ of: { verdict, reasons } }) {
  return html`${t(`verdict.${verdict}`)}
    ${reasons.length > 0 && html`<ul class="causes">${reasons.map(({ cause, what, got, most }) => html`<li>
      ${t(`cause.${cause}`, { what: SAID[cause]?.(what) ?? what, got: count(got), most: count(most) })}</li>`)}</ul>`}`
}
