"""This is where an administrator sends one text to many."""

import math

from chalice.app import Blueprint

from ...domain import segments
from ...domain.errors import Refusal
from ...flows.notices import Foreseen, Notice
from ...wiring import service
from ..call import Call
from ..http import Json, administrator, envelope
from .fields import only, optional, table, text, texts

routes = Blueprint(__name__)

_PATH = "/console/api/notices"
_FIELDS = ("template", "sign", "variables", "mobilePhoneNumbers")

#: LeanCloud's page for this took as many as one pasted; this is what fourteen seconds can carry.
MOST = 100


@administrator(routes, "POST", _PATH)
def send_notices(call: Call) -> Json:
    """Send a notice or marketing to up to 100 numbers; one answer for each, in their order."""
    only(call, *_FIELDS)
    numbers = texts(call, "mobilePhoneNumbers", most=MOST)
    answers = service().notices.send(call.app, _notice(call), numbers, now=call.at)
    return {
        "results": [
            {"mobilePhoneNumber": number, **_said(refusal)}
            for number, refusal in zip(numbers, answers, strict=True)
        ]
    }


@administrator(routes, "POST", f"{_PATH}/preview")
def preview_notices(call: Call) -> Json:
    """What `send_notices` would do now, number by number, and which values the template takes.

    Without numbers it is the values alone.  Nothing is sent, spent or stored.
    """
    only(call, *_FIELDS)
    asked = call.given.get("mobilePhoneNumbers") not in (None, [])
    numbers = texts(call, "mobilePhoneNumbers", most=MOST) if asked else ()
    names, foreseen = service().notices.foresee(call.app, _notice(call), numbers, now=call.at)
    return {
        "variables": names,
        "currency": "USD",
        "results": [
            {"mobilePhoneNumber": number, **_foreseen(one)}
            for number, one in zip(numbers, foreseen, strict=True)
        ],
    }


def _notice(call: Call) -> Notice:
    return Notice(
        template=text(call, "template"),
        signature=optional(call, "sign") or "",
        variables=table(call, "variables"),
    )


def _foreseen(one: Foreseen) -> Json:
    said = {**_said(one.refusal), "repeats": one.repeats}
    if one.phone:
        said |= {"number": one.phone.e164, "country": one.phone.region}
    if one.draft and one.cost:
        counted = segments.count(one.draft.text)
        said |= {
            "text": one.draft.text,
            "encoding": counted.encoding,
            "units": counted.units,
            "segments": one.cost.segments,
            "price": one.cost.price,
            "sender": service().delivery.sender.choose(one.draft),
        }
    return said


def _said(refusal: Refusal | None) -> Json:
    if refusal is None:
        return {"code": 0}
    wait = refusal.retry_after
    later = {} if wait is None else {"retryAfter": math.ceil(wait.total_seconds())}
    return {**envelope(refusal), **later}
