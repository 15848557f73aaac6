"""Countersign: LeanCloud's SMS, captcha and phone-account API, from a team's own AWS account."""

import gc

# What is imported stays: collecting garbage in the midst of it is a fifth of a cold start.
gc.disable()

from chalice.app import CORSConfig

from chalicelib import logs
from chalicelib.api import captchas, console, events, sms, status
from chalicelib.api.gateway import App
from chalicelib.api.headers import ALLOWED, EXPOSED

app = App("countersign")
# Before the blueprints: a route registered earlier would have no CORS at all.
app.api.cors = CORSConfig(
    allow_origin="*", allow_headers=ALLOWED, expose_headers=EXPOSED, max_age=86400
)
for routes in (status.routes, sms.routes, captchas.routes, events.routes, *console.ROUTES):
    app.register_blueprint(routes)
logs.start()

gc.freeze()
gc.enable()
