"""This is where an administrator's templates are submitted, reviewed, and taken away."""

from collections.abc import Mapping

from chalice.app import Blueprint

from ...domain.errors import BadRequest, NotFound
from ...domain.handlebars import LONGEST
from ...domain.messages import Kind
from ...domain.templates import Registered, Template
from ...flows.templates import PAGE, Draft, findings
from ...wiring import service
from ..call import Call
from ..http import Created, Json, administrator
from ..present import present
from .fields import only, optional, table, text, texts, version

routes = Blueprint(__name__)

_PATH = "/console/api/templates"
_FIELDS = ("kind", "source", "note", "registered")


@administrator(routes, "GET", _PATH)
def list_templates(call: Call) -> Json:
    """The templates by name, a hundred at a time: `after` is the last name of those before."""
    only(call, "after")
    listed = service().templates.of(call.app, after=optional(call, "after") or "")
    more = {"next": listed[-1].name} if len(listed) == PAGE else {}
    return {"templates": listed, **more}


@administrator(routes, "POST", _PATH)
def add_template(call: Call) -> Json:
    """Submit the first version of a template, or a new version of one that was read."""
    only(call, "name", *_FIELDS)
    name, templates = text(call, "name"), service().templates
    app = service().apps.read(call.app.id)
    if call.version:
        submitted = templates.submit(app, name, _draft(call), seen=call.version, now=call.at)
        return _shown(call, submitted)
    return Created(_shown(call, templates.create(app, name, _draft(call), now=call.at)))


@administrator(routes, "GET", f"{_PATH}/{{name}}")
def read_template(call: Call, name: str) -> Json:
    """One template, with what the rules find in its latest version."""
    return _shown(call, service().templates.read(call.app, name))


@administrator(routes, "DELETE", f"{_PATH}/{{name}}")
def drop_template(call: Call, name: str) -> Json:
    """Take a template away."""
    service().templates.drop(call.app, name, seen=version(call))
    return {}


@administrator(routes, "POST", f"{_PATH}/{{name}}/{{verb}}")
def review_template(call: Call, name: str, verb: str) -> Json:
    """submit a new version, or approve or reject the one that waits."""
    templates, app = service().templates, service().apps.read(call.app.id)
    if verb == "submit":
        only(call, *_FIELDS)
        changed = templates.submit(app, name, _draft(call), seen=version(call), now=call.at)
    elif verb == "approve":
        only(call)
        changed = templates.approve(app, name, seen=version(call))
    elif verb == "reject":
        only(call, "reasons")
        reasons = texts(call, "reasons", most=10)
        changed = templates.reject(app, name, reasons, seen=version(call))
    else:
        raise NotFound("no such verb")
    return _shown(call, changed)


def _draft(call: Call) -> Draft:
    kind = optional(call, "kind")
    if kind is not None and kind not in list(Kind):
        raise BadRequest(f"kind must be one of: {', '.join(Kind)}.", field="kind")
    return Draft(
        kind=Kind(kind) if kind else None,
        source=optional(call, "source", most=LONGEST),
        note=optional(call, "note"),
        registered=_registered(call),
    )


def _registered(call: Call) -> Mapping[str, Registered] | None:
    """`{"SENDER": {"id": "SMS_123", "parameters": ["code", "ttl"]}}`."""
    if call.given.get("registered") is None:
        return None
    registered = {}
    for sender, known in table(call, "registered").items():
        said: Json = {"parameters": [], **known} if isinstance(known, dict) else {}
        id, names = said.pop("id", None), said.pop("parameters", None)
        shaped = isinstance(id, str) and isinstance(names, list) and not said
        if not shaped or not Registered.by(sender):
            raise BadRequest(
                'registered must be like {"SENDER": {"id": "…", "parameters": ["…"]}}.',
                field="registered",
            )
        registered[sender] = Registered.create(id, tuple(map(str, names)))
    return registered


def _shown(call: Call, template: Template) -> Json:
    shown: Json = present(template)
    app = service().apps.read(call.app.id)
    latest = template.latest
    return {**shown, "findings": findings(app, latest) if latest else ()}
