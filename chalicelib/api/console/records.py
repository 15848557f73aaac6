"""This is where an administrator sees what became of messages."""

from chalice.app import Blueprint

from ...domain.errors import BadRequest
from ...domain.phones import PhoneNumber
from ...domain.records import Status
from ...domain.searches import Page, Search
from ...wiring import service
from ..call import Call
from ..http import Json, administrator
from .fields import day, only, optional, whole

routes = Blueprint(__name__)

_PATH = "/console/api/records"

#: How many a page may hold.
MOST = 1000


@administrator(routes, "GET", _PATH)
def list_records(call: Call) -> Json:
    """The records of a `phone`, or of a `day` and perhaps a `state`, newest first."""
    page = found(call, default=100)
    more = {"next": page.next} if page.next else {}
    return {"records": page.records, "currency": "USD", **more}


@administrator(routes, "GET", f"{_PATH}/{{id}}")
def read_record(call: Call, id: str) -> Json:
    """One record."""
    only(call)
    record = service().records.read(call.app.id, id, now=call.at)
    return {"record": record, "currency": "USD"}


def found(call: Call, *, default: int) -> Page:
    """The page that *call* asks for; raises BadRequest or InvalidPhoneNumber."""
    only(call, "phone", "day", "state", "limit", "next")
    return service().records.search(
        search(call),
        cursor=optional(call, "next") or "",
        limit=whole(call, "limit", default=default, most=MOST),
        now=call.at,
    )


def search(call: Call) -> Search:
    """What *call* looks for."""
    phone, state = optional(call, "phone", most=40), optional(call, "state")
    if bool(phone) == bool(call.given.get("day")):
        raise BadRequest("Either phone or day.", field="phone")
    if state and phone:
        raise BadRequest("state goes with day.", field="state")
    if state and state not in list(Status):
        raise BadRequest(f"state must be one of: {', '.join(Status)}.", field="state")
    if phone:
        # A plus that was not encoded arrives as a blank.
        typed = f"+{phone.lstrip()}" if phone.startswith(" ") else phone
        return Search(call.app.id, phone=PhoneNumber.parse(typed, call.app.settings.home_region))
    return Search(call.app.id, day=day(call, "day"), status=Status(state) if state else None)
