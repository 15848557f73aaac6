"""This is where an administrator's signatures are made, reviewed, and taken away."""

from collections.abc import Callable

from chalice.app import Blueprint

from ...domain.apps import App
from ...domain.errors import NotFound
from ...domain.signatures import Signature
from ...wiring import service
from ..call import Call
from ..http import Created, Json, administrator
from .fields import only, optional, text, texts, version

routes = Blueprint(__name__)

_PATH = "/console/api/signatures"

Change = Callable[[App, Signature], Signature]


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
    changes = {"submit": _submitted, "approve": _approved, "reject": _rejected}
    if verb not in changes:
        raise NotFound("no such verb")
    app, signature = service().apps.change_signature(
        call.app.id, id, changes[verb](call), seen=version(call)
    )
    return _shown(app, signature)


def _submitted(call: Call) -> Change:
    only(call, "text", "note")
    text, note = optional(call, "text") or "", optional(call, "note")
    return lambda app, signature: signature.submitted(
        text,
        note,
        state=app.settings.review.verdict(()),
        plain=app.settings.plain_signatures,
    )


def _approved(call: Call) -> Change:
    only(call)
    return lambda app, signature: signature.approved(plain=app.settings.plain_signatures)


def _rejected(call: Call) -> Change:
    only(call, "reasons")
    reasons = texts(call, "reasons", most=10)
    return lambda app, signature: signature.rejected(reasons)


def _shown(app: App, signature: Signature) -> Json:
    return {"version": str(app.version), "signature": signature}
