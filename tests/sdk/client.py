"""LeanCloud's Python SDK at the end of a pipe: every line that comes in is one call of it.

    python client.py SERVER APP_ID APP_KEY [MASTER_KEY]

A line `["send", {"phone": "18612345678"}]` is answered with what the SDK gave, `{"value": …}`,
or with what it raised, `{"code": …, "error": …}`.  It judges nothing: the tests do.
"""

import json
import os
import sys
import uuid

import leancloud
from leancloud import User, cloud

_captcha = None

#: What lines may call.
CALLS = {}


def call(function):
    """Let lines call *function*."""
    CALLS[function.__name__] = function
    return function


def _whole(user):
    """All that the SDK keeps of a user."""
    return user and {**user.dump(), "sessionToken": user.session_token}


@call
def send(phone, token=None):
    """Ask for a code in the plain way."""
    return cloud.request_sms_code(phone, validate_token=token)


@call
def send_with(phone, smsType="sms", template=None, sign=None, **options):
    """Ask for a code with options, which this SDK takes partly as `params`."""
    return cloud.request_sms_code(
        phone, sms_type=smsType, template=template, sign=sign, params=options
    )


@call
def verify(phone, code):
    """Hand a code back."""
    return cloud.verify_sms_code(phone, code)


@call
def captcha(**options):
    """Ask for a captcha, which the calls below then mean."""
    global _captcha
    _captcha = cloud.request_captcha(**options)
    return {"token": _captcha.token, "url": _captcha.url}


@call
def solve(reading):
    """Take a reading of the captcha for a validate token."""
    return _captcha.verify(reading)


@call
def now():
    """What the server's clock says."""
    return cloud.get_server_time().isoformat()


@call
def sign_up(username, password, **fields):
    """Sign up; who does is then the current user, whom most calls below mean."""
    user = User(**fields)
    user.sign_up(username, password)
    return _whole(user)


@call
def settle(username, password):
    """Give the current user, who has none, a name and a password."""
    User.get_current().sign_up(username, password)
    return _whole(User.get_current())


@call
def log_in(username, password):
    """Log in."""
    user = User()
    user.login(username, password)
    return _whole(user)


@call
def log_in_by_phone(phone, password):
    return _whole(User.login_with_mobile_phone(phone, password))


@call
def log_in_by_code(phone, code):
    """This SDK has no method for it, but logs in with whatever a user holds."""
    user = User(mobilePhoneNumber=phone, smsCode=code)
    user.login()
    return _whole(user)


@call
def enter(phone, code):
    """Sign up by a code alone, or log in."""
    return _whole(User.signup_or_login_with_mobile_phone(phone, code))


@call
def log_in_anonymously():
    """As the other SDKs do, for this one has no method for it."""
    return _whole(User.login_with("anonymous", {"id": str(uuid.uuid4())}))


@call
def log_in_with(platform, data):
    """Log in with what another platform says."""
    return _whole(User.login_with(platform, data))


@call
def link(platform, data):
    return _whole(User.get_current().link_with(platform, data))


@call
def unlink(platform):
    return _whole(User.get_current().unlink_from(platform))


@call
def ask_to_verify(phone, token=None):
    """Ask for the code that verifies a number."""
    User.request_mobile_phone_verify(phone, validate_token=token)


@call
def verify_phone(phone, code):
    """Hand it back."""
    User.verify_mobile_phone_number(code, phone)


@call
def ask_to_log_in(phone, token=None):
    """Ask for the code that logs in."""
    User.request_login_sms_code(phone, validate_token=token)


@call
def ask_to_reset(phone, token=None):
    """Ask for the code that sets another password."""
    User.request_password_reset_by_sms_code(phone, validate_token=token)


@call
def reset(phone, code, password):
    """Hand it back."""
    User.reset_password_by_sms_code(code, password, phone)


@call
def ask_to_change(phone, ttl=None, token=None):
    """Ask for the code that changes the number."""
    User.request_change_phone_number(phone, ttl=ttl, validate_token=token)


@call
def change_phone(phone, code):
    User.change_phone_number(code, phone)


@call
def become(token):
    """Be whom a session token is of."""
    return _whole(User.become(token))


@call
def authenticated():
    return User.get_current().is_authenticated()


@call
def refresh_session():
    User.get_current().refresh_session_token()
    return _whole(User.get_current())


@call
def update_password(old, password):
    User.get_current().update_password(old, password)
    return _whole(User.get_current())


@call
def save(changes, fetch=False, where=None):
    """Save the current user with changes, each a method's name and arguments."""
    user = User.get_current()
    for how, *what in changes:
        getattr(user, how)(*what)
    query = where and leancloud.Query(User)
    for name, value in (where or {}).items():
        query.equal_to(name, value)
    if fetch or where:  # which a user's own `save` does not take
        leancloud.Object.save(user, where=query, fetch_when_save=fetch)
    else:
        user.save()
    return _whole(user)


@call
def save_all(users):
    """Sign users up in one request."""
    users = [User(**fields) for fields in users]
    leancloud.Object.save_all(users)
    return [_whole(user) for user in users]


@call
def fetch():
    User.get_current().fetch()
    return _whole(User.get_current())


@call
def look_up(id):
    """Fetch another user."""
    user = User.create_without_data(id)
    user.fetch()
    return _whole(user)


@call
def alter(id, **fields):
    """Change another user."""
    user = User.create_without_data(id)
    user.set(fields)
    user.save()
    return _whole(user)


@call
def destroy():
    User.get_current().destroy()


@call
def log_out():
    if User.get_current():
        User.get_current().logout()


@call
def current():
    """Who the SDK thinks is logged in."""
    return _whole(User.get_current())


def answer(line):
    """What one line is answered with."""
    name, arguments = json.loads(line)
    try:
        return {"value": CALLS[name](**arguments)}
    except leancloud.LeanCloudError as error:
        return {"code": error.code, "error": error.error}
    except Exception as crash:  # how this SDK takes an answer it cannot read
        return {"crash": repr(crash)}


if __name__ == "__main__":
    server, app_id, app_key, *master_key = sys.argv[1:]
    os.environ["LEANCLOUD_API_SERVER"] = server
    leancloud.init(app_id, app_key=app_key, master_key=next(iter(master_key), None))
    for line in sys.stdin:
        print(json.dumps(answer(line)), flush=True)
