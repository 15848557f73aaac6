"""LeanCloud's Python SDK at the end of a pipe: every line that comes in is one call of it.

    python client.py SERVER APP_ID APP_KEY [MASTER_KEY]

A line `["send", {"phone": "18612345678"}]` is answered with what the SDK gave, `{"value": …}`,
or with what it raised, `{"code": …, "error": …}`.  It judges nothing: the tests do.
"""

import json
import os
import sys

import leancloud
from leancloud import cloud

_captcha = None


def send(phone, token=None):
    """Ask for a code in the plain way."""
    return cloud.request_sms_code(phone, validate_token=token)


def send_with(phone, smsType="sms", template=None, sign=None, **options):
    """Ask for a code with options, which this SDK takes partly as `params`."""
    return cloud.request_sms_code(
        phone, sms_type=smsType, template=template, sign=sign, params=options
    )


def verify(phone, code):
    """Hand a code back."""
    return cloud.verify_sms_code(phone, code)


def captcha(**options):
    """Ask for a captcha, which the calls below then mean."""
    global _captcha
    _captcha = cloud.request_captcha(**options)
    return {"token": _captcha.token, "url": _captcha.url}


def solve(reading):
    """Take a reading of the captcha for a validate token."""
    return _captcha.verify(reading)


def now():
    """What the server's clock says."""
    return cloud.get_server_time().isoformat()


CALLS = {call.__name__: call for call in (send, send_with, verify, captcha, solve, now)}


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
