"""This is where a captcha is asked for, shown, and answered."""

import re
from urllib.parse import unquote, urlencode

from chalice.app import Blueprint, Request, Response

from ..domain.captchas import Service, Widget
from ..domain.errors import BadRequest
from ..wiring import service
from .call import Call, read_query
from .http import Json, endpoint, public

routes = Blueprint(__name__)

_REQUEST, _IMAGE = "/1.1/requestCaptcha", "/1.1/captchaImage"


@endpoint(routes, "GET", _REQUEST)
def request_captcha(call: Call) -> Json:
    """Offer a picture to read, or say which service's widget to draw."""
    service().sends.addresses.offering(call.app, call.address, master=call.master, now=call.at)
    captcha = service().captchas.offer(
        call.app,
        width=call.number("width"),
        height=call.number("height"),
        size=call.number("size"),
        ttl=call.number("ttl"),
        master=call.master,
        now=call.at,
    )
    if isinstance(captcha, Widget):
        return {"captcha_service": captcha.service, "site_key": captcha.site_key}
    query = urlencode({"appId": captcha.app, "token": captcha.token})
    url = f"{_base(routes.current_request)}{_IMAGE}?{query}"
    return {"captcha_token": captcha.token, "captcha_url": url}


@public(routes, "GET", _IMAGE)
def captcha_image(request: Request) -> Response:
    """The picture, for an <img> on any page: no keys."""
    query = read_query(request)
    png = service().captchas.picture(query.get("appId", ""), query.get("token", ""))
    return Response(
        png,
        {
            "Content-Type": "image/png",
            "Cache-Control": "no-store",
            "Cross-Origin-Resource-Policy": "cross-origin",
        },
    )


@endpoint(routes, "POST", "/1.1/verifyCaptcha")
def verify_captcha(call: Call) -> Json:
    """Take a reading of the picture, or a token of the service's widget, for a validate token."""
    token, reading = call.text("captcha_token"), call.text("captcha_code")
    ours = call.app.settings.captcha_service is Service.PICTURE
    if not reading or (ours and not token):
        raise BadRequest("captcha_token and captcha_code are needed.")
    proof = service().captchas.verify(
        call.app, token, reading, address=call.address, master=call.master, now=call.at
    )
    return {"validate_token": str(proof)}


def _base(request: Request) -> str:
    """Where this service is reached: scheme, host, and the gateway's stage or base path."""
    if service().config.public_url:
        return service().config.public_url
    scheme = request.headers.get("x-forwarded-proto", "https")
    before = re.sub(r"/+1(\.1)?/+requestCaptcha/*$", "", unquote(request.context.get("path", "")))
    return f"{scheme}://{request.context.get('domainName', '')}{before}"
