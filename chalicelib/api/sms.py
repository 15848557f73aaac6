"""This is where codes are asked for and handed back."""

from datetime import timedelta

from chalice.app import Blueprint

from ..domain.challenges import LONGEST_TTL
from ..domain.messages import Channel
from ..flows.sends import SendRequest
from ..flows.wordings import Words
from ..wiring import service
from .call import Call
from .http import Json, endpoint, guessing

routes = Blueprint(__name__)

#: LeanCloud's default life of a code, in minutes.
DEFAULT_TTL = 10


@endpoint(routes, "POST", "/1.1/requestSmsCode")
def request_sms_code(call: Call) -> Json:
    """Send a verification code, or the text of a template, to a phone."""
    template = call.text("template")
    words = Words(
        to=call.phone,
        channel=call.choice("smsType", Channel, default=Channel.SMS),
        template=template,
        signature=call.text("sign"),
        # To a template they are variables like others, or not looked at.
        name="" if template else call.text("name"),
        op="" if template else call.text("op"),
        variables=call.given,
    )
    request = SendRequest(
        words,
        ttl=call.minutes("ttl", default=DEFAULT_TTL, most=LONGEST_TTL // timedelta(minutes=1)),
        master=call.master,
        validate_token=call.text("validate_token"),
        address=call.address,
    )
    service().sends.send(call.app, request, now=call.at)
    return {}


@endpoint(routes, "POST", "/1.1/verifySmsCode/{code}")
@guessing
def verify_sms_code(call: Call, code: str) -> Json:
    """Check a code, once."""
    service().verification.verify_code(call.app, call.phone, code, master=call.master, now=call.at)
    return {}
