"""This is where a team's LeanEngine app in Python is, with the real `leancloud.Engine`.

Its environment is LeanEngine's own (LEANCLOUD_APP_ID, _KEY, _MASTER_KEY, _HOOK_KEY, _PORT).  It
says `listening PORT`, then what each of its handlers was given, a line of JSON each.
"""

import hashlib
import hmac
import json
import os
import sys
from wsgiref.simple_server import WSGIRequestHandler, make_server

import leancloud

engine = leancloud.Engine(fetch_user=False)


def say(**facts):
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


@engine.on_verified("sms")
def on_verified(user):
    say(
        hook="onVerified",
        id=user.id,
        name=user.get("username"),
        phone=user.get("mobilePhoneNumber"),
        verified=user.get("mobilePhoneVerified"),
    )
    if os.environ.get("FAIL"):
        raise leancloud.LeanEngineError("no")


def genuine(name, event, sign):
    """Whether a *sign* was made with the master key: any client may call what is no hook."""
    millis, _, given = sign.partition(",")
    key = os.environ["LEANCLOUD_APP_MASTER_KEY"].encode()
    made = hmac.new(key, f"{name}:{event}:{millis}".encode(), hashlib.sha1).hexdigest()
    return hmac.compare_digest(made, given)


@engine.define("onSent")
def on_sent(**params):
    if not genuine("onSent", params.get("event", ""), params.get("sign", "")):
        raise leancloud.LeanEngineError("not signed")
    say(
        hook="onSent",
        phone=params["phone"],
        event=params["event"],
        sender=params["object"]["sender"],
    )


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        """Nothing."""


if __name__ == "__main__":
    leancloud.init(
        os.environ["LEANCLOUD_APP_ID"],
        app_key=os.environ["LEANCLOUD_APP_KEY"],
        master_key=os.environ["LEANCLOUD_APP_MASTER_KEY"],
        hook_key=os.environ["LEANCLOUD_APP_HOOK_KEY"],
    )
    server = make_server(
        "127.0.0.1", int(os.environ.get("LEANCLOUD_APP_PORT", "0")), engine, handler_class=Quiet
    )
    sys.stdout.write(f"listening {server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()
