"""This is where an administrator does for users what their own API has no call for."""

from chalice.app import Blueprint

from ...wiring import service
from ..call import Call
from ..http import Json, administrator
from .fields import only

routes = Blueprint(__name__)


@administrator(routes, "POST", "/console/api/users/{id}/unlock")
def unlock_user(call: Call, id: str) -> Json:
    """Lift the lock of a user who failed too often to log in; nothing happens without one."""
    only(call)
    service().users.unlock(call.app, id)
    return {}
