// The number of a user, set by an administrator; nobody's change is overwritten.

import { Confirm, Field, explained, html, useState } from './parts.js'
import { t } from './words.js'

/** What the API says of a number, said beside it. */
const FAULTS = { 127: 'users.fault.127', 214: 'users.fault.214' }
const STALE = 305

/** *write* takes what is to be and as what the user was; *read* gives them as they stand. */
export function Phone({ user, read, write, changed }) {
  const [typed, type] = useState(user.mobilePhoneNumber || '')
  const [verified, check] = useState(user.mobilePhoneVerified)
  const [state, set] = useState({ read: user })
  // What else was done meanwhile, such as a logout, is in nobody's way; another's number is.
  const seen = sameNumber(user, state.read) && user.updatedAt > state.read.updatedAt ? user : state.read
  const same = typed.trim() === (user.mobilePhoneNumber || '') && verified === user.mobilePhoneVerified

  const save = async () => {
    const number = typed.trim()
    set({ ...state, busy: true, fault: null, said: '' })
    const body = {
      mobilePhoneNumber: number || { __op: 'Delete' },
      mobilePhoneVerified: Boolean(number) && verified,
    }
    // The version that was read: a change of another's since then is not overwritten.
    const where = JSON.stringify({ updatedAt: seen.updatedAt })
    try {
      await write(body, { where })
      const current = await read()
      set({ read: current, said: t(number ? 'users.did.phone' : 'users.did.unphone') })
      check(current.mobilePhoneVerified)
      changed()
    } catch (fault) {
      if (fault.code !== STALE) return set({ read: state.read, fault })
      const current = await read().catch(() => null)
      set({ read: current ?? state.read, current, fault })
      changed()
    }
  }
  const submit = (event) => {
    event.preventDefault()
    if (typed.trim() || !user.mobilePhoneNumber) save()
    else set({ ...state, asking: true })
  }
  const { fault, current } = state
  const words = fault && (fault.code === STALE ? '' : FAULTS[fault.code] ? t(FAULTS[fault.code]) : explained(fault))
  return html`
    <h2>${t('users.phone')}</h2>
    <form class="search" onSubmit=${submit}>
      <${Field} name=${t('users.mobilePhoneNumber')}>
        <input name="mobilePhoneNumber" type="tel" autocomplete="off" value=${typed} aria-invalid=${words ? 'true' : null}
          aria-describedby=${words ? 'phone-fault' : 'phone-about'} onInput=${(event) => type(event.target.value)} />
      <//>
      <label class="choice"><input name="verified" type="checkbox" checked=${verified}
        onChange=${(event) => check(event.target.checked)} /> ${t('users.is-verified')}</label>
      <button class="first" disabled=${state.busy || (same && !current)}>${t('users.set')}</button>
    </form>
    ${words && html`<p role="alert" class="fault" id="phone-fault">${words}</p>`}
    ${fault?.code === STALE && html`<div role="alert" class="theirs">
      <p>${t('users.stale')}</p>
      ${current && html`<dl class="facts">
        <div><dt>${t('users.current')}</dt><dd>${said(current.mobilePhoneNumber, current.mobilePhoneVerified)}</dd></div>
        <div><dt>${t('users.yours')}</dt><dd>${said(typed.trim(), verified)}</dd></div>
      </dl>`}
    </div>`}
    <p role="status" hidden=${!state.said}>${state.said}</p>
    <p class="quiet" id="phone-about">${t('users.about.phone')}</p>
    ${state.asking && html`<${Confirm} title=${t('users.sure.unphone')} act=${t('users.unphone')}
      no=${() => set({ ...state, asking: false })} yes=${() => { set({ ...state, asking: false }); save() }}>
      <p>${t('users.about.unphone')}</p>
    <//>`}`
}

const sameNumber = (one, other) =>
  one.mobilePhoneNumber === other.mobilePhoneNumber && one.mobilePhoneVerified === other.mobilePhoneVerified

const said = (number, verified) =>
  number ? `${number} (${t(verified ? 'users.verified' : 'users.unverified')})` : t('users.no-number')
