"""This is where users sign up, log in, and are read and changed.

A user's path has two spellings, `/users` and `/classes/_User`: SDKs know the one or the other.
"""

from collections.abc import Callable
from typing import Any

from chalice.app import Blueprint

from ..domain.errors import BadRequest, MissingPhoneNumber
from ..domain.instants import iso
from ..domain.user_errors import EmailDisabled, MissingPassword, MissingUsername, UserNotFound
from ..domain.users import User
from ..flows.logins import Name, Number
from ..flows.people import Caller, SignedIn
from ..wiring import service
from . import bodies
from .call import Call
from .http import Answer, Created, Json, View, endpoint, guessing, resource

routes = Blueprint(__name__)

#: The views of users by method and path, as a batch calls them.
VIEWS: dict[tuple[str, str], View] = {}


def of_users(method: str, path: str = "") -> Callable[[View], View]:
    """Let a view answer below both spellings of the users' path."""

    def register(view: View) -> View:
        for base in ("/1.1/users", "/1.1/classes/_User"):
            VIEWS[method, base + path] = view
        return view

    return register


@of_users("POST")
def sign_up(call: Call) -> Json:
    """A new user; or, by `authData`, a known one."""
    signed_in = service().sign_ups.sign_up(
        call.app,
        call.body,
        caller=caller_of(call, session=False),
        known_only=call.switch("failOnNotExist"),
        now=call.at,
    )
    return _entered(signed_in)


@endpoint(routes, "POST", "/1.1/usersByMobilePhone")
@guessing
def users_by_mobile_phone(call: Call) -> Json:
    """Whose number it is, or a new user, by a code that came to it."""
    number = Number(call.phone, call.phone_said, call.text("smsCode"))
    signed_in = service().logins.or_sign_up(
        call.app, number, call.body, caller=caller_of(call), now=call.at
    )
    return _entered(signed_in)


def login(call: Call) -> Answer:
    """Let a user in: by name, e-mail or number with a password, or by number with a code."""
    logins = service().logins
    password, code = call.given.get("password"), call.text("smsCode")
    username, email = call.text("username"), call.text("email")
    if password in (None, "") and code:
        return _by_code(call)
    phone = None if username or email else call.possible_phone
    if not (username or email or phone):
        raise MissingUsername if password or not code else MissingPhoneNumber
    if password in (None, ""):
        raise MissingPassword
    name = Name(username, email, phone)
    return _entered(logins.by_password(call.app, name, password, now=call.at))


@guessing
def _by_code(call: Call) -> Answer:
    number = Number(call.phone, call.phone_said, call.text("smsCode"))
    signed_in = service().logins.by_code(call.app, number, master=call.master, now=call.at)
    return _entered(signed_in)


resource(routes, "/1.1/login", {"GET": login, "POST": login})


@endpoint(routes, "GET", "/1.1/users/me")
def me(call: Call) -> Json:
    """Whose session it is; 211 is what SDKs take for "not logged in"."""
    people = service().people
    user = people.by_session(call.app, call.session)
    if user is None:
        raise UserNotFound("no session")
    return {**user.shown(whole=True), "sessionToken": call.session}


@of_users("GET", "/{id}")
def read(call: Call, id: str) -> Json:
    """A user, as the caller may see them."""
    keys = call.text("keys")
    return service().users.read(call.app, id, caller=caller_of(call), keys=keys)


@of_users("PUT", "/{id}")
def update(call: Call, id: str) -> Json:
    """Change a user's fields."""
    user, token = service().users.update(
        call.app,
        id,
        call.body,
        caller=caller_of(call),
        where=where(call),
        now=call.at,
    )
    whole = call.switch("fetchWhenSave") or call.switch("new")
    said = user.shown(whole=True) if whole else changed(user)
    return {**said, "sessionToken": token} if token else said


@of_users("DELETE", "/{id}")
def delete(call: Call, id: str) -> Json:
    """Delete a user."""
    service().users.delete(call.app, id, caller=caller_of(call))
    return {}


@of_users("PUT", "/{id}/updatePassword")
def update_password(call: Call, id: str) -> Json:
    """Change a password for whoever knows the old one."""
    old, new = call.given.get("old_password"), call.given.get("new_password")
    signed_in = service().users.update_password(
        call.app, id, old, new, caller=caller_of(call), now=call.at
    )
    return {**changed(signed_in.user), "sessionToken": signed_in.token}


@of_users("PUT", "/{id}/refreshSessionToken")
def refresh_session_token(call: Call, id: str) -> Json:
    """A new session token; the old ones end."""
    return _whole(service().users.refresh(call.app, id, caller=caller_of(call), now=call.at))


@of_users("GET")
def list_users(call: Call) -> Json:
    """The users, to the master key alone."""
    return service().lists.find(
        call.app,
        master=call.master,
        where=where(call),
        limit=call.number("limit"),
        skip=call.number("skip"),
        order=call.text("order"),
        keys=call.text("keys"),
        count=call.number("count"),
    )


@endpoint(routes, "POST", "/1.1/logout")
def logout(call: Call) -> Json:
    """Nothing: other devices share the token."""
    return {}


def _no_email(call: Call) -> Json:
    """This service sends no e-mail."""
    raise EmailDisabled


for _path in ("requestPasswordReset", "requestEmailVerify"):
    resource(routes, f"/1.1/{_path}", {"POST": _no_email})


def caller_of(call: Call, *, session: bool = True) -> Caller:
    """Who calls; a stale session is none, and blocks nothing."""
    user = service().people.by_session(call.app, call.session) if session else None
    token = call.given.get("validate_token")
    return Caller(user, call.master, token if isinstance(token, str) else "", call.address)


def where(call: Call) -> dict[str, Any]:
    """The parameter `where`: an object, or its JSON."""
    said = call.query.get("where")
    if said is None:
        return {}
    if isinstance(said, str):
        return bodies.parse(said.encode())
    if not isinstance(said, dict):
        raise BadRequest("where must be an object.", field="where")
    return said


def _entered(signed_in: SignedIn) -> Json:
    said = _whole(signed_in)
    return (
        Created(said, path=f"/1.1/classes/_User/{signed_in.user.id}") if signed_in.created else said
    )


def _whole(signed_in: SignedIn) -> Json:
    return {**signed_in.user.shown(whole=True), "sessionToken": signed_in.token}


def changed(user: User) -> Json:
    """What SDKs read of a user that has changed."""
    return {"objectId": user.id, "updatedAt": iso(user.updated_at)}


for _path in dict.fromkeys(path for _, path in VIEWS):  # after /users/me, which is no id
    resource(routes, _path, {method: view for (method, at), view in VIEWS.items() if at == _path})
