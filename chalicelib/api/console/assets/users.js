// Users: one is looked up by what is theirs alone, and helped.

import { get } from './api.js'
import { Field, Waiting, html, useEffect, useRef, useState } from './parts.js'
import { User } from './user.js'
import { t } from './words.js'

const KINDS = { mobilePhoneNumber: 'tel', username: 'text', email: 'email', objectId: 'text' }

export function Users({ rest: [id] }) {
  const [said, tell] = useState('')
  const [looks, look] = useState(0)
  const place = useRef(null)
  // Whoever was shown is gone, and with them the button that was pressed.
  useEffect(() => { if (said && !id) place.current.focus() }, [said, id])
  const found = (one) => {
    tell('')
    look(looks + 1)
    location.hash = one ? `users/${encodeURIComponent(one)}` : 'users'
  }
  const gone = (name) => {
    location.hash = 'users'
    tell(t('users.deleted', { name }))
  }
  return html`
    <${Search} found=${found} />
    <p role="status" tabindex="-1" ref=${place} hidden=${!said}>${said}</p>
    ${id && html`<p><a href="#users">${t('users.back')}</a></p><${User} id=${id} key=${`${id} ${looks}`} gone=${gone} />`}`
}

function Search({ found }) {
  const [by, choose] = useState('mobilePhoneNumber')
  const [state, set] = useState({})
  const submit = async (event) => {
    event.preventDefault()
    const typed = new FormData(event.target).get('typed').trim()
    set({ loading: true })
    try {
      const { results } = await get('1.1/users', { where: JSON.stringify({ [by]: typed }) })
      set({ none: results.length ? '' : typed })
      found(results[0]?.objectId)
    } catch (fault) {
      set({ fault })
    }
  }
  return html`<form class="search" onSubmit=${submit}>
    <${Field} name=${t('users.by')}>
      <select name="by" value=${by} onChange=${(event) => { choose(event.target.value); set({}) }}>
        ${Object.keys(KINDS).map((one) => html`<option value=${one}>${t(`users.${one}`)}</option>`)}
      </select>
    <//>
    <${Field} name=${t(`users.${by}`)}>
      <input key=${by} name="typed" type=${KINDS[by]} required autocomplete="off" spellcheck=${false} />
    <//>
    <button class="first">${t('users.find')}</button>
    <${Waiting} of=${{ ...state, again: () => set({}) }} />
    ${state.none && html`<p role="status">${t(`users.none.${by}`, { typed: state.none })}</p>`}
  </form>`
}
