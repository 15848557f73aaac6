"""Countersign: LeanCloud's SMS, captcha and phone-account API, from a team's own AWS account."""

import gc

# What is imported stays: collecting garbage in the midst of it is a fifth of a cold start.
gc.disable()

from chalice.app import CORSConfig

from chalicelib import config, logs
from chalicelib.api import captchas, sms, status
from chalicelib.api.gateway import App
from chalicelib.api.headers import ALLOWED, EXPOSED


def rest(app: App) -> None:
    """The users' doors, the administrator's, and those of other functions."""
    from chalicelib.api import batch, console, events, phones, users

    for routes in (users.routes, phones.routes, batch.routes, events.routes, *console.ROUTES):
        app.register_blueprint(routes)


app = App("countersign", rest=rest)
# Before the blueprints: a route registered earlier would have no CORS at all.
app.api.cors = CORSConfig(
    allow_origin="*", allow_headers=ALLOWED, expose_headers=EXPOSED, max_age=86400
)
for routes in (status.routes, sms.routes, captchas.routes):
    app.register_blueprint(routes)
if not config.in_function():
    app.complete()  # whoever packages or serves it wants to see all of it
logs.start()

gc.freeze()
gc.enable()
