"""This is where an administrator says who is told of an app's events."""

from chalice.app import Blueprint

from ...domain.errors import NotFound
from ...domain.events import EventType
from ...domain.hooks import Hook
from ...wiring import service
from ..call import Call
from ..http import Json, administrator
from .fields import only, optional, text, texts

routes = Blueprint(__name__)

_PATH = "/console/api/hooks"


@administrator(routes, "GET", _PATH)
def list_hooks(call: Call) -> Json:
    """All hooks of the app; their keys stay with us."""
    only(call)
    app = service().apps.read(call.app.id)
    return {"version": str(app.version), "hooks": app.hooks}


@administrator(routes, "PUT", f"{_PATH}/{{name}}")
def set_hook(call: Call, name: str) -> Json:
    """Make a hook, or let it be another; a key that is not given stays."""
    only(call, "kind", "address", "events", "key")
    apps = service().apps
    hook = Hook.create(
        name,
        text(call, "kind"),
        text(call, "address"),
        events=texts(call, "events", most=len(EventType)) if "events" in call.given else (),
        key=optional(call, "key") or "",
        before=apps.read(call.app.id).hook(name),
        nearby=not service().config.deployed,
    )
    app = apps.set_hook(call.app.id, hook, seen=call.version)
    return {"version": str(app.version), "hook": hook}


@administrator(routes, "DELETE", f"{_PATH}/{{name}}")
def drop_hook(call: Call, name: str) -> Json:
    """Take a hook away; what is on its way to it is dropped."""
    only(call)
    apps = service().apps
    if apps.read(call.app.id).hook(name) is None:
        raise NotFound("no such hook")
    app = apps.drop_hook(call.app.id, name, seen=call.version)
    return {"version": str(app.version)}
