"""This is where users ask for codes to their phones, and hand them in."""

import math
from datetime import timedelta

from chalice.app import Blueprint

from ..domain.challenges import LONGEST_TTL
from ..domain.errors import BadRequest
from ..flows.phones import CHANGE_TTL, TTL, Asked
from ..flows.proofs import Handed
from ..wiring import service
from .call import Call
from .http import Json, endpoint, guessing, resource
from .users import changed

routes = Blueprint(__name__)

#: More minutes than a code may live are seconds: two SDKs always say 360.
_MOST_MINUTES = LONGEST_TTL // timedelta(minutes=1)


@endpoint(routes, "POST", "/1.1/requestMobilePhoneVerify")
def request_mobile_phone_verify(call: Call) -> Json:
    """Send a code to verify a number with."""
    service().phones.request_verify(call.app, _asked(call), now=call.at)
    return {}


@endpoint(routes, "POST", "/1.1/verifyMobilePhone/{code}")
@guessing
def verify_mobile_phone(call: Call, code: str) -> Json:
    """Verify a number."""
    return changed(service().proofs.verify(call.app, _handed(call, code), now=call.at))


@endpoint(routes, "POST", "/1.1/requestLoginSmsCode")
def request_login_sms_code(call: Call) -> Json:
    """Send a code to log in with."""
    service().phones.request_login(call.app, _asked(call), now=call.at)
    return {}


@endpoint(routes, "POST", "/1.1/requestPasswordResetBySmsCode")
def request_password_reset_by_sms_code(call: Call) -> Json:
    """Send a code to reset a password with."""
    service().phones.request_reset(call.app, _asked(call), now=call.at)
    return {}


@guessing
def reset_password_by_sms_code(call: Call, code: str) -> Json:
    """Set a new password."""
    handed, password = _handed(call, code), call.given.get("password")
    service().proofs.reset(call.app, handed, password, now=call.at)
    return {}


resource(
    routes,
    "/1.1/resetPasswordBySmsCode/{code}",
    # The Go SDK says POST.
    {"PUT": reset_password_by_sms_code, "POST": reset_password_by_sms_code},
)


@endpoint(routes, "POST", "/1.1/requestChangePhoneNumber")
def request_change_phone_number(call: Call) -> Json:
    """Send a code to a number that is to be the user's."""
    user = service().people.by_session(call.app, call.session)
    asked = _asked(call, ttl=_change_ttl(call))
    service().phones.request_change(call.app, asked, user=user, now=call.at)
    return {}


@endpoint(routes, "POST", "/1.1/changePhoneNumber")
@guessing
def change_phone_number(call: Call) -> Json:
    """Make a number the user's."""
    user = service().people.by_session(call.app, call.session)
    user = service().proofs.change(
        call.app, call.phone, call.phone_said, call.text("code"), user=user, now=call.at
    )
    return changed(user)


def _asked(call: Call, ttl: timedelta = TTL) -> Asked:
    return Asked(call.phone, call.master, ttl, call.text("validate_token"), call.address)


def _handed(call: Call, code: str) -> Handed:
    user = service().people.by_session(call.app, call.session)
    return Handed(code, call.possible_phone, user, call.address)


def _change_ttl(call: Call) -> timedelta:
    if call.given.get("ttl") is None:
        return CHANGE_TTL
    number = call.number("ttl")
    if number is None or number <= 0:
        raise BadRequest(f"ttl must be a number of minutes from 1 to {_MOST_MINUTES}.", field="ttl")
    if number <= _MOST_MINUTES:
        return timedelta(minutes=math.ceil(number))
    return min(timedelta(seconds=min(number, 1e6)), LONGEST_TTL)
