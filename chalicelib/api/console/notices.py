"""This is where an administrator sends one text to many."""

import math

from chalice.app import Blueprint

from ...domain.errors import Refusal
from ...flows.notices import Notice
from ...wiring import service
from ..call import Call
from ..http import Json, administrator, envelope
from .fields import only, optional, table, text, texts

routes = Blueprint(__name__)

#: LeanCloud's page for this took as many as one pasted; this is what fourteen seconds can carry.
MOST = 100


@administrator(routes, "POST", "/console/api/notices")
def send_notices(call: Call) -> Json:
    """Send a notice or marketing to up to 100 numbers; one answer for each, in their order."""
    only(call, "template", "sign", "variables", "mobilePhoneNumbers")
    numbers = texts(call, "mobilePhoneNumbers", most=MOST)
    notice = Notice(
        template=text(call, "template"),
        signature=optional(call, "sign") or "",
        variables=table(call, "variables"),
    )
    answers = service().notices.send(call.app, notice, numbers, now=call.at)
    return {
        "results": [
            {"mobilePhoneNumber": number, **_said(refusal)}
            for number, refusal in zip(numbers, answers, strict=True)
        ]
    }


def _said(refusal: Refusal | None) -> Json:
    if refusal is None:
        return {"code": 0}
    wait = refusal.retry_after
    later = {} if wait is None else {"retryAfter": math.ceil(wait.total_seconds())}
    return {**envelope(refusal), **later}
