"""This is where an administrator sees a message before anybody else does."""

from datetime import timedelta

from chalice.app import Blueprint

from ...domain.challenges import LONGEST_TTL
from ...domain.errors import BadRequest
from ...domain.handlebars import LONGEST
from ...domain.messages import Channel, Kind
from ...flows.wordings import Words
from ...wiring import service
from ..call import Call
from ..http import Json, administrator
from ..sms import DEFAULT_TTL
from .fields import only, optional, table

routes = Blueprint(__name__)


@administrator(routes, "POST", "/console/api/preview")
def preview(call: Call) -> Json:
    """A message as it would go out: its text, findings, variables, segments, price and sender.

    Of `source` and `kind`, of a `template` by name (the version that waits, if one does), or of
    the built-in text.  Nothing is sent or stored.
    """
    only(
        call,
        *("template", "source", "kind", "sign", "variables", "name", "op"),
        *("mobilePhoneNumber", "smsType", "ttl"),
    )
    words = Words(
        to=call.phone,
        channel=call.choice("smsType", Channel, default=Channel.SMS),
        template=optional(call, "template") or "",
        signature=optional(call, "sign") or "",
        name=optional(call, "name") or "",
        op=optional(call, "op") or "",
        variables=table(call, "variables"),
    )
    source = optional(call, "source", most=LONGEST)
    if source is not None and (words.template or not source.strip()):
        raise BadRequest("Either source or template.", field="source")
    seen = service().previews.preview(
        service().apps.read(call.app.id),
        words,
        source=source,
        kind=call.choice("kind", Kind, default=Kind.NOTICE),
        ttl=call.minutes("ttl", default=DEFAULT_TTL, most=LONGEST_TTL // timedelta(minutes=1)),
        now=call.at,
    )
    return {
        "text": seen.text,
        "findings": seen.findings,
        "variables": seen.variables,
        "encoding": seen.encoding,
        "units": seen.units,
        "segments": seen.cost.segments,
        "price": seen.cost.price,
        "currency": "USD",
        "sender": seen.sender,
    }
