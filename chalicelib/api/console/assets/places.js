// Countries, as the reader calls them.

import { language } from './words.js'

const NAMES = new Intl.DisplayNames([language === 'zh' ? 'zh-CN' : 'en'], { type: 'region' })

/** The name of a region by its ISO 3166 code; whatever is no code stays as it is. */
export const country = (code) => (/^[A-Z]{2}$/.test(code) ? NAMES.of(code) : code)
