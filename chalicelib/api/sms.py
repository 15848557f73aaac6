"""This is where codes are asked for and handed back."""

from chalice.app import Blueprint

from ..domain.messages import Channel
from ..flows.verification import CodeRequest
from ..wiring import service
from .call import Call
from .http import Json, endpoint

routes = Blueprint(__name__)

#: LeanCloud's default and longest life of a code, in minutes.
DEFAULT_TTL, LONGEST_TTL = 10, 30


@endpoint(routes, "POST", "/1.1/requestSmsCode")
def request_sms_code(call: Call) -> Json:
    """Send a verification code to a phone."""
    service().verification.request_code(
        call.app,
        CodeRequest(
            phone=call.phone,
            channel=call.choice("smsType", Channel, default=Channel.SMS),
            ttl=call.minutes("ttl", default=DEFAULT_TTL, most=LONGEST_TTL),
            master=call.master,
            name=call.text("name"),
            op=call.text("op"),
            signature=call.text("sign"),
            template=call.text("template"),
            validate_token=call.text("validate_token"),
        ),
        now=call.at,
    )
    return {}


@endpoint(routes, "POST", "/1.1/verifySmsCode/{code}")
def verify_sms_code(call: Call, code: str) -> Json:
    """Check a code, once."""
    service().verification.verify_code(call.app, call.phone, code, master=call.master, now=call.at)
    return {}
