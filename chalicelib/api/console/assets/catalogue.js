// What can be set: in which group, and by what kind of control.

const onOff = ['switch']

/** The settings of each group, as [kind, what else the control has to know]. */
export const GROUPS = {
  service: {
    sms_enabled: onOff,
    international_allowed: onOff,
    destinations: ['long'],
    home_region: ['text'],
    loose_numbers: onOff,
    test_numbers: ['numbers'],
    fresh_signs: onOff,
    record_days: ['number', { min: 1, max: 400 }],
  },
  captcha: {
    captcha_enabled: onOff,
    captcha_required: onOff,
    captcha_adaptive: onOff,
    captcha_service: ['choice', ['picture', 'turnstile', 'hcaptcha', 'recaptcha']],
    captcha_site_key: ['text'],
    captcha_secret: ['secret'],
    captcha_score: ['number', { min: 0, max: 100 }],
  },
  limits: {
    limit_number: ['limit'],
    limit_signature: ['limit'],
    limit_verification: ['limit'],
    limit_notice: ['limit'],
    limit_marketing: ['limit'],
    limit_voice: ['limit'],
    limit_code_only: ['limit'],
    limit_address: ['limit'],
    limit_guesses: ['limit'],
    limit_captchas: ['limit'],
    code_misses: ['number', { min: 10, max: 300 }],
  },
  defence: {
    defence: ['choice', ['auto', 'off', 'watch', 'challenge', 'slow', 'block']],
    defence_silent: onOff,
    budget_floor: ['number', { min: 1, max: 100000 }],
    budget_address: ['number', { min: 1, max: 100000 }],
    budget_share: ['number', { min: 1, max: 1000 }],
    breaking: ['choice', ['off', 'alarm', 'block']],
    refused_lines: ['several', ['landline', 'voip', 'prepaid', 'other', 'invalid']],
    safe_list: ['entries'],
    block_list: ['entries'],
  },
  sending: {
    routes: ['long'],
    fallback_after: ['number', { min: 15, max: 120 }],
    fallback: ['choice', ['sender', 'voice']],
  },
  texts: {
    review: ['choice', ['auto', 'manual']],
    default_signature: ['signature'],
    plain_signatures: onOff,
    longest_value: ['number', { min: 1, max: 400 }],
    forbidden_words: ['long'],
    marketing_words: ['long'],
    company: ['text'],
    marketing_hours: ['hours'],
    opt_out_zh: ['text'],
    opt_out_en: ['text'],
  },
  money: {
    prepaid: onOff,
    balance_alarm: ['amount'],
    daily_cap: ['amount'],
    prices: ['long'],
    segment_rule: ['choice', ['carrier', 'leancloud']],
  },
  users: {
    sign_up_enabled: onOff,
    third_party_enabled: onOff,
    verify_on_sign_up: onOff,
    verified_login_only: onOff,
    sms_login: onOff,
    unverified_reset: onOff,
    code_only: onOff,
    force_relogin: onOff,
    old_password_required: onOff,
    password_least: ['number', { min: 1, max: 64 }],
    common_passwords: onOff,
    reset_notice: onOff,
    discreet: onOff,
  },
  hooks: {
    on_verified: ['several', ['verify', 'change', 'sign_up', 'reset']],
    before_send: ['text'],
    before_send_open: onOff,
  },
}

const ALL = Object.assign({}, ...Object.values(GROUPS))

export const kindOf = (name) => ALL[name][0]
export const moreOf = (name) => ALL[name][1]

/** The group in which a setting is; nothing for what is none. */
export const groupOf = (name) => Object.keys(GROUPS).find((group) => name in GROUPS[group])
