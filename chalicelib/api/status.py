"""This is where the service says what it is, how it is, and what it does not have."""

from datetime import UTC, datetime

from chalice.app import Blueprint, Request

from .. import VERSION
from ..domain.errors import MethodNotAllowed, NotFound
from ..domain.instants import iso
from ..store import health
from ..wiring import service
from .gateway import FALLBACK
from .http import Json, public

routes = Blueprint(__name__)

#: LeanCloud's own pages on the API that is answered here.
DOCUMENTATION = "https://github.com/leancloud/docs"


@public(routes, "GET", "/")
def about(request: Request) -> Json:
    """What answers here."""
    return {"name": "Countersign", "version": VERSION, "documentation": DOCUMENTATION}


@public(routes, "GET", "/health")
def table_health(request: Request) -> Json:
    """Whether the tables answer."""
    service()  # which knows what the tables are called
    health.probe()
    return {"status": "ok"}


@public(routes, "GET", "/1.1/date")
def date(request: Request) -> Json:
    """The server's time; some SDKs ask for it without any key."""
    return {"__type": "Date", "iso": iso(datetime.now(UTC))}


@public(routes, "GET", FALLBACK)
def unknown(request: Request) -> Json:
    """What nobody serves."""
    allowed = (request.uri_params or {}).get("allowed")
    raise MethodNotAllowed(allowed) if allowed else NotFound
