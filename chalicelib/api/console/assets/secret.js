// A secret, which is never shown: whether there is one, and what takes its place.

import { html } from './parts.js'
import { t } from './words.js'

/** What the API shows in the place of one; sent back, it leaves that as it is. */
const MASK = '********'

export function Secret({ name, value, set, marks }) {
  const kept = value === MASK
  return html`<input ...${marks} id="setting-${name}" name=${name} type="password" autocomplete="new-password"
      spellcheck=${false} placeholder=${kept ? MASK : null} value=${kept ? '' : value}
      onInput=${(event) => set(event.target.value)} />
    <p class="quiet">${kept ? t('settings.secret-kept') : value ? t('settings.secret-new') : t('settings.secret-none')}</p>`
}
