"""This is where an administrator's signatures are made, reviewed, and taken away."""

from chalice.app import Blueprint

from ...domain.apps import App
from ...domain.errors import NotFound
from ...domain.signatures import MOST_REASONS, Signature
from ...wiring import service
from ..call import Call
from ..http import Created, Json, administrator
from .fields import only, optional, text, texts, version

routes = Blueprint(__name__)

_PATH = "/console/api/signatures"


@administrator(routes, "GET", _PATH)
def list_signatures(call: Call) -> Json:
    """All signatures, oldest first."""
    app = service().apps.read(call.app.id)
    return {"version": str(app.version), "signatures": app.signatures}


@administrator(routes, "POST", _PATH)
def add_signature(call: Call) -> Json:
    """Make a signature; several may bear one name, and the newest approved is meant."""
    only(call, "name", "text", "note")
    app, signature = service().apps.add_signature(
        call.app.id,
        name=text(call, "name"),
        text=text(call, "text"),
        note=optional(call, "note") or "",
        seen=call.version,
        now=call.at,
    )
    return Created(_shown(app, signature))


@administrator(routes, "GET", f"{_PATH}/{{id}}")
def read_signature(call: Call, id: str) -> Json:
    """One signature."""
    app = service().apps.read(call.app.id)
    return _shown(app, app.signature(id))


@administrator(routes, "DELETE", f"{_PATH}/{{id}}")
def drop_signature(call: Call, id: str) -> Json:
    """Take a signature away."""
    app = service().apps.drop_signature(call.app.id, id, seen=version(call))
    return {"version": str(app.version)}


@administrator(routes, "POST", f"{_PATH}/{{id}}/{{verb}}")
def review_signature(call: Call, id: str, verb: str) -> Json:
    """submit, approve, or reject a signature."""
    apps, app = service().apps, call.app.id
    if verb == "submit":
        only(call, "text", "note")
        said, note = optional(call, "text") or "", optional(call, "note")
        changed = apps.submit_signature(app, id, text=said, note=note, seen=version(call))
    elif verb == "approve":
        only(call)
        changed = apps.approve_signature(app, id, seen=version(call))
    elif verb == "reject":
        only(call, "reasons")
        reasons = texts(call, "reasons", most=MOST_REASONS)
        changed = apps.reject_signature(app, id, reasons, seen=version(call))
    else:
        raise NotFound("no such verb")
    return _shown(*changed)


def _shown(app: App, signature: Signature) -> Json:
    return {"version": str(app.version), "signature": signature}
