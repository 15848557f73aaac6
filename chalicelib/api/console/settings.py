"""This is where an administrator reads and changes an app's settings."""

from dataclasses import fields

from chalice.app import Blueprint

from ...domain.apps import App
from ...domain.errors import BadRequest
from ...domain.settings import Settings
from ...wiring import service
from ..call import Call
from ..http import Json, administrator
from .fields import only, table, version

routes = Blueprint(__name__)

_PATH = "/console/api/settings"


@administrator(routes, "GET", _PATH)
def read_settings(call: Call) -> Json:
    """Every setting as text, what it is by default, and what each is for."""
    return _shown(service().apps.read(call.app.id))


@administrator(routes, "PUT", _PATH)
def change_settings(call: Call) -> Json:
    """Change the settings that are named; the others stay."""
    only(call, "settings")
    texts = {}
    for name, value in table(call, "settings").items():
        if isinstance(value, bool):
            value = "true" if value else "false"
        elif isinstance(value, int | float):
            value = str(value)
        if not isinstance(value, str):
            raise BadRequest(f"{name} must be a string.", field=name)
        texts[name] = value
    return _shown(service().apps.set(call.app.id, texts, seen=version(call)))


def _shown(app: App) -> Json:
    return {
        "version": str(app.version),
        "settings": app.settings.texts(),
        "defaults": Settings().texts(),
        "help": {item.name: item.metadata["help"] for item in fields(Settings) if item.metadata},
    }
