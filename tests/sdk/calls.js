/**
 * The calls of LeanCloud's JavaScript SDK that the tests make, in Node and in a page alike.
 *
 * A line `["send", {"phone": "18612345678"}]` is answered with what the SDK gave, `{"value": …}`,
 * or with what it threw, `{"code": …, "error": …}`.  It judges nothing: the tests do.
 */

/** What answers lines with the SDK *AV*; *options* are those of `AV.init`. */
function answering(AV, options) {
  AV.init(options)
  if (options.masterKey) AV.Cloud.useMasterKey()

  let captcha

  /** All that the SDK keeps of a user. */
  const whole = (user) => user && { ...user.toJSON(), sessionToken: user.getSessionToken() }

  const calls = {
    /** Ask for a code in the plain way. */
    send: ({ phone, token }) => AV.Cloud.requestSmsCode(phone, { validateToken: token }),

    /** Ask for a code with options, in the SDK's other form: one object. */
    send_with: ({ phone, ...options }) =>
      AV.Cloud.requestSmsCode({ mobilePhoneNumber: phone, ...options }),

    /** Hand a code back. */
    verify: ({ phone, code }) => AV.Cloud.verifySmsCode(code, phone),

    /** Ask for a captcha, which the calls below then mean. */
    captcha: async (options) => {
      captcha = await AV.Captcha.request(options)
      return { token: captcha.captchaToken, url: captcha.url }
    },

    /** Ask for another picture; its address. */
    refresh: () => captcha.refresh(),

    /** Take a reading of the captcha for a validate token. */
    solve: ({ reading }) => captcha.verify(reading),

    /** What the server's clock says. */
    now: async () => (await AV.Cloud.getServerDate()).toISOString(),

    /** Sign up; who does is then the current user, whom most calls below mean. */
    sign_up: async ({ username, password, ...fields }) =>
      whole(await AV.User.signUp(username, password, fields)),

    /** Give the current user, who has none, a name and a password. */
    settle: async (fields) => whole(await AV.User.current().signUp(fields)),

    /** Log in. */
    log_in: async ({ username, password }) => whole(await AV.User.logIn(username, password)),

    log_in_by_phone: async ({ phone, password }) =>
      whole(await AV.User.logInWithMobilePhone(phone, password)),

    log_in_by_code: async ({ phone, code }) =>
      whole(await AV.User.logInWithMobilePhoneSmsCode(phone, code)),

    /** Sign up by a code alone, or log in. */
    enter: async ({ phone, code, ...fields }) =>
      whole(await AV.User.signUpOrlogInWithMobilePhone(phone, code, fields)),

    log_in_anonymously: async () => whole(await AV.User.loginAnonymously()),

    /** Log in with what another platform says. */
    log_in_with: async ({ platform, data, ...options }) =>
      whole(await AV.User.loginWithAuthData(data, platform, options)),

    link: async ({ platform, data }) =>
      whole(await AV.User.current().associateWithAuthData(data, platform)),

    unlink: async ({ platform }) => whole(await AV.User.current().dissociateAuthData(platform)),

    /** Ask for the code that verifies a number. */
    ask_to_verify: ({ phone, token }) =>
      AV.User.requestMobilePhoneVerify(phone, { validateToken: token }),

    /** Hand it back; this SDK does not say for which number. */
    verify_phone: ({ code }) => AV.User.verifyMobilePhone(code),

    /** Ask for the code that logs in. */
    ask_to_log_in: ({ phone, token }) =>
      AV.User.requestLoginSmsCode(phone, { validateToken: token }),

    /** Ask for the code that sets another password. */
    ask_to_reset: ({ phone, token }) =>
      AV.User.requestPasswordResetBySmsCode(phone, { validateToken: token }),

    /** Hand it back; this SDK does not say for which number. */
    reset: ({ code, password }) => AV.User.resetPasswordBySmsCode(code, password),

    /** Ask for the code that changes the number; the SDK takes the ttl itself from the options. */
    ask_to_change: ({ phone, ttl, token }) =>
      AV.User.requestChangePhoneNumber(phone, ttl, { ttl, validateToken: token }),

    change_phone: ({ phone, code }) => AV.User.changePhoneNumber(phone, code),

    /** Be whom a session token is of. */
    become: async ({ token }) => whole(await AV.User.become(token)),

    authenticated: () => AV.User.current().isAuthenticated(),

    refresh_session: async () => whole(await AV.User.current().refreshSessionToken()),

    update_password: async ({ old, password }) => {
      await AV.User.current().updatePassword(old, password)
      return whole(AV.User.current())
    },

    /** Save the current user with changes, each a method's name and arguments. */
    save: async ({ changes, fetch, where }) => {
      const user = AV.User.current()
      for (const [how, ...what] of changes) user[how === 'add_unique' ? 'addUnique' : how](...what)
      const query = where && new AV.Query('_User')
      for (const name in where) query.equalTo(name, where[name])
      return whole(await user.save(null, { fetchWhenSave: fetch, query }))
    },

    /** Sign users up in one request. */
    save_all: async ({ users }) =>
      (await AV.Object.saveAll(users.map((fields) => new AV.User(fields)))).map(whole),

    fetch: async () => whole(await AV.User.current().fetch()),

    /** Fetch another user. */
    look_up: async ({ id }) => whole(await AV.Object.createWithoutData('_User', id).fetch()),

    /** Change another user. */
    alter: async ({ id, ...fields }) =>
      whole(await AV.Object.createWithoutData('_User', id).save(fields)),

    destroy: async () => void (await AV.User.current().destroy()),

    log_out: () => AV.User.logOut(),

    /** Who the SDK thinks is logged in. */
    current: () => whole(AV.User.current()),
  }

  return async (line) => {
    const [name, options] = JSON.parse(line)
    try {
      return JSON.stringify({ value: await calls[name](options) })
    } catch (fault) {
      if (typeof fault.code !== 'number') return JSON.stringify({ crash: String(fault) })
      // What the server said stands there without the SDK's own addition.
      return JSON.stringify({ code: fault.code, error: fault.rawMessage || fault.message })
    }
  }
}

if (typeof module === 'object') module.exports = answering
