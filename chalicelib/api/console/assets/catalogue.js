// What can be set: in which group, by what kind of control, and what it is if nobody says.

const on = ['switch', 'true']
const off = ['switch', 'false']

/** The settings of each group, as [kind, default, what else the control has to know]. */
export const GROUPS = {
  service: {
    sms_enabled: on,
    international_allowed: off,
    home_region: ['text', 'CN'],
    loose_numbers: off,
    test_numbers: ['numbers', ''],
    fresh_signs: off,
    record_days: ['number', '60', { min: 1, max: 400 }],
  },
  captcha: {
    captcha_enabled: on,
    captcha_required: off,
  },
  limits: {
    limit_number: ['limit', '1/10s'],
    limit_signature: ['limit', '1/1m'],
    limit_verification: ['limit', '10/1d'],
    limit_notice: ['limit', '15/1d'],
    limit_marketing: ['limit', '15/1d'],
    limit_voice: ['limit', '1/30s, 3/1h, 5/1d'],
    limit_code_only: ['limit', '10/1h'],
    code_misses: ['number', '100', { min: 10, max: 300 }],
  },
  sending: {
    routes: ['long', ''],
    fallback_after: ['number', '', { min: 15, max: 120 }],
    fallback: ['choice', 'sender', ['sender', 'voice']],
  },
  texts: {
    review: ['choice', 'auto', ['auto', 'manual']],
    default_signature: ['signature', ''],
    plain_signatures: off,
    longest_value: ['number', '100', { min: 1, max: 400 }],
    forbidden_words: ['long', '房源, 借贷, 放贷, 网贷, 套现, 赌博'],
    marketing_words: [
      'long',
      '打折, 降价, 仅售, 中奖?, 优惠?, 抽奖, 促销, 秒杀, 抢购, 大促, 折扣?, 特价?, 低至?, 返现?, 封顶?, 畅销?, 新款?, 新品?',
    ],
    company: ['text', ''],
    marketing_hours: ['hours', '09:00-21:00'],
    opt_out_zh: ['text', '回复TD退订'],
    opt_out_en: ['text', 'Reply STOP to opt out'],
  },
  money: {
    prepaid: off,
    balance_alarm: ['amount', ''],
    daily_cap: ['amount', ''],
    prices: ['long', ''],
    segment_rule: ['choice', 'carrier', ['carrier', 'leancloud']],
  },
  users: {
    sign_up_enabled: on,
    third_party_enabled: on,
    verify_on_sign_up: off,
    verified_login_only: off,
    sms_login: on,
    unverified_reset: off,
    code_only: on,
    force_relogin: on,
    old_password_required: off,
    password_least: ['number', '1', { min: 1, max: 64 }],
    common_passwords: on,
    reset_notice: off,
    discreet: off,
  },
  hooks: {
    on_verified: ['several', 'verify, change, sign_up, reset', ['verify', 'change', 'sign_up', 'reset']],
    before_send: ['text', ''],
    before_send_open: on,
  },
}

const ALL = Object.assign({}, ...Object.values(GROUPS))

export const kindOf = (name) => ALL[name][0]
export const defaultOf = (name) => ALL[name][1]
export const moreOf = (name) => ALL[name][2]

/** The group in which a setting is; nothing for what is none. */
export const groupOf = (name) => Object.keys(GROUPS).find((group) => name in GROUPS[group])
