"""This is where an administrator's signatures are made, reviewed, and taken away."""

from dataclasses import replace
from typing import Any

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


def _submitted(call: Call) -> Any:
    """With a text of its own it is another one's text: its name and place stay."""
    only(call, "text", "note")
    said, note = optional(call, "text"), optional(call, "note")

    def change(app: App, signature: Signature) -> Signature:
        settings = app.settings
        submitted = Signature.create(
            signature.name,
            said or signature.text,
            state=settings.review.verdict(()),
            now=call.at,
            plain=settings.plain_signatures,
            note=signature.note if note is None else note,
        )
        return replace(submitted, id=signature.id)

    return change


def _approved(call: Call) -> Any:
    only(call)
    return lambda app, signature: signature.approved()


def _rejected(call: Call) -> Any:
    only(call, "reasons")
    reasons = texts(call, "reasons", most=10)
    return lambda app, signature: signature.rejected(reasons)


def _shown(app: App, signature: Signature) -> Json:
    return {"version": str(app.version), "signature": signature}
