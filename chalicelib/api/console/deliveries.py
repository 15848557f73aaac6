"""This is where an administrator sees what became of the events that hooks are told of."""

import json

from chalice.app import Blueprint

from ...domain.errors import BadRequest, NotFound
from ...domain.hook_deliveries import DeliveryState
from ...flows.dead_letters import MOST
from ...wiring import service
from ..call import Call
from ..http import Json, administrator
from .fields import only, optional, whole

routes = Blueprint(__name__)

_PATH = "/console/api/deliveries"


@administrator(routes, "GET", _PATH)
def list_deliveries(call: Call) -> Json:
    """The deliveries in a `state`, newest first; the dead letters if none is said."""
    only(call, "state", "limit", "next")
    state = optional(call, "state") or DeliveryState.DEAD
    if state not in list(DeliveryState):
        raise BadRequest(f"state must be one of: {', '.join(DeliveryState)}.", field="state")
    found, after = service().dead_letters.of(
        call.app.id,
        DeliveryState(state),
        before=optional(call, "next") or "",
        most=whole(call, "limit", default=MOST, most=MOST),
        now=call.at,
    )
    return {"deliveries": found, **({"next": after} if after else {})}


@administrator(routes, "GET", f"{_PATH}/{{id}}")
def read_delivery(call: Call, id: str) -> Json:
    """One delivery, with what is told: the hook has the whole number, this page a masked one."""
    only(call)
    found = service().dead_letters.read(call.app.id, id)
    told = json.dumps(found.body)
    return {
        "delivery": found,
        "body": json.loads(found.phone.masked_in(told) if found.phone else told),
    }


@administrator(routes, "POST", f"{_PATH}/{{id}}/{{verb}}")
def act_on_delivery(call: Call, id: str, verb: str) -> Json:
    """replay a delivery, or drop it."""
    only(call)
    letters = service().dead_letters
    if verb == "replay":
        return {"delivery": letters.replay(call.app.id, id)}
    if verb == "drop":
        return {"delivery": letters.drop(call.app.id, id)}
    raise NotFound("no such verb")
