"""This is where an administrator sees messages in numbers."""

from chalice.app import Blueprint

from ...domain.counters import Tally
from ...wiring import service
from ..call import Call
from ..http import Json, administrator
from ..present import present
from .fields import day, only

routes = Blueprint(__name__)


@administrator(routes, "GET", "/console/api/counters")
def read_counters(call: Call) -> Json:
    """The counters of the days `from` to `to`, in UTC: at most 92."""
    only(call, "from", "to")
    found = service().counters.read(call.app.id, day(call, "from"), day(call, "to"))
    return {
        "counters": [
            {
                "day": str(heading.day),
                "country": heading.country,
                "sender": heading.sender,
                "channel": heading.channel,
                "template": heading.template,
                **present(tally),
            }
            for heading, tally in found.items()
        ],
        "total": sum(found.values(), Tally()),
        "currency": "USD",
    }
