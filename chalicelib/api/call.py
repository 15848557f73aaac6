"""This is where a request is read: who asks, and for what. Wire names end here."""

import binascii
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from chalice.app import Request

from ..domain import addresses
from ..domain.apps import App, Credentials
from ..domain.errors import (
    BadRequest,
    InvalidPhoneNumber,
    Malformed,
    MissingPhoneNumber,
    Refusal,
    Unauthorized,
)
from ..domain.phones import PhoneNumber
from ..flows.clock import clock
from ..flows.ports import Apps
from . import bodies

E = TypeVar("E", bound=StrEnum)

#: Names of three generations, newest first.
_HEADERS = {
    "app_id": ("x-lc-id", "x-avoscloud-application-id", "x-uluru-application-id"),
    "key": ("x-lc-key", "x-avoscloud-application-key", "x-uluru-application-key"),
    "sign": ("x-lc-sign", "x-avoscloud-request-sign"),
    "master_key": ("x-avoscloud-master-key", "x-uluru-master-key"),
    "session": ("x-lc-session", "x-avoscloud-session-token", "x-uluru-session-token"),
}
#: The same within the body of a text/plain POST.
_IN_BODY = {
    "app_id": "_ApplicationId",
    "key": "_ApplicationKey",
    "master_key": "_MasterKey",
    "session": "_SessionToken",
}

_NUMBER = re.compile(r"[0-9]+(\.[0-9]*)?")


@dataclass(frozen=True, slots=True)
class Call:
    """One request as the views see it: which app, whether by its master key, and what is given.

    *at* is when it came: the one look at the clock.  Parameters of the body come before those of
    the query; *queried* names those that came by the query alone.  *version* is the one a change
    is based on: If-Match, or the parameter of that name.  *session* is the session token, of
    the query before the one of the header, which may be another's and older.  *address* is the
    caller's; *body* and *query* are what was given by the one and the other.
    """

    app: App
    master: bool
    at: datetime
    given: Mapping[str, Any] = field(repr=False)
    queried: frozenset[str] = frozenset()
    version: str = ""
    session: str = field(default="", repr=False)
    address: str = ""
    body: Mapping[str, Any] = field(default_factory=dict, repr=False)
    query: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def read(
        cls, request: Request, apps: Apps, trusted: Sequence[addresses.Network] = ()
    ) -> "Call":
        """Read *request*; raises Unauthorized, Malformed or BadRequest.

        Of the *trusted* proxies it is believed who they say has called.
        """
        now = clock()
        headers = request.headers
        old_browser = headers.get("content-type", "").lower().startswith("text/plain")
        # Some SDKs send a GET with a body: it says nothing.
        body = bodies.parse(_raw(request)) if request.method != "GET" or old_browser else {}
        said = {
            name: next((headers[key] for key in keys if headers.get(key)), "")
            for name, keys in _HEADERS.items()
        }
        if old_browser:
            for name, key in _IN_BODY.items():
                said[name] = said[name] or _plain(body.get(key))
        body = {name: value for name, value in body.items() if not re.match("_[^_]", name)}
        query: dict[str, Any] = dict(read_query(request))
        if request.method == "GET":  # of an old browser, which has no other place for it
            query, body = {**query, **body}, {}
        session = query.get("session_token") or said.pop("session")
        said.pop("session", None)
        credentials = Credentials(**said)
        app = apps.find(credentials.app_id) if App.named(credentials.app_id) else None
        if app is None:
            raise Unauthorized("no such app")
        master = app.recognise(credentials, now=now)
        given = {**query, **body}
        version = _version(headers.get("if-match", "")) or _version(given.get("version"))
        source = str((request.context.get("identity") or {}).get("sourceIp") or "")
        address = addresses.caller(source, headers.get("x-forwarded-for", ""), trusted)
        queried = frozenset(query) - frozenset(body)
        return cls(app, master, now, given, queried, version, session, address, body, query)

    @property
    def facts(self) -> dict[str, str]:
        """What the log may know of the call."""
        try:
            return {"app": self.app.id, "phone": self.phone.masked}
        except Refusal:
            return {"app": self.app.id}

    def text(self, name: str) -> str:
        """A parameter that is text; empty when it is not there."""
        value = self.given.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise BadRequest(f"{name} must be a string.", field=name)
        return value

    def choice(self, name: str, choices: type[E], *, default: E) -> E:
        """A parameter that is one of a few words."""
        word = self.text(name)
        try:
            return choices(word) if word else default
        except ValueError:
            raise BadRequest(f"{name} must be one of: {', '.join(choices)}.", field=name) from None

    def minutes(self, name: str, *, default: int, most: int) -> timedelta:
        """A life in whole minutes, as number or as text; a longer one is cut to *most*."""
        value = self.given.get(name)
        if value is None:
            return timedelta(minutes=default)
        number = _number(value)
        if number is None or number <= 0:
            raise BadRequest(f"{name} must be a number of minutes from 1 to {most}.", field=name)
        return timedelta(minutes=most if number > most else math.ceil(number))

    def number(self, name: str) -> float | None:
        """A number, as number or as text; None for anything else, as SDKs send anything else."""
        return _number(self.given.get(name))

    def switch(self, name: str) -> bool:
        """A parameter of the query that says yes, as JSON or as text; anything else is no."""
        return self.query.get(name) in (True, "true")

    @property
    def possible_phone(self) -> PhoneNumber | None:
        """As `phone`; None when there is none."""
        try:
            return self.phone
        except MissingPhoneNumber:
            return None

    @property
    def phone_said(self) -> str:
        """`mobilePhoneNumber` as its owner writes it."""
        said = str(self.given.get("mobilePhoneNumber", "")).strip()
        try:
            same = PhoneNumber.parse(said, self.app.settings.home_region) == self.phone
        except InvalidPhoneNumber:
            same = False
        return said if same else self.phone.e164

    @property
    def phone(self) -> PhoneNumber:
        """`mobilePhoneNumber`; raises MissingPhoneNumber or InvalidPhoneNumber."""
        value = self.given.get("mobilePhoneNumber")
        if isinstance(value, int | float) and not isinstance(value, bool) and value % 1 == 0:
            value = str(int(value))
        if value is None or value == "":
            raise MissingPhoneNumber
        if not isinstance(value, str):
            raise InvalidPhoneNumber("not a string")
        if "mobilePhoneNumber" in self.queried and value.startswith(" "):
            value = f"+{value.lstrip()}"  # a plus that was not encoded arrives as a blank
        country = self.given.get("IDD")  # how older SDKs said the country code
        if isinstance(country, str) and country.startswith("+") and "+" not in value:
            value = f"{country}{value.strip()}"
        return PhoneNumber.parse(value, self.app.settings.home_region)


def read_query(request: Request) -> dict[str, str]:
    """The query's parameters; raises BadRequest for one that is given twice."""
    query = request.query_params
    if query is None:
        return {}
    if any(len(query.getlist(name)) != 1 for name in query):
        raise BadRequest("A parameter is given more than once.")
    try:
        "".join((*query.keys(), *query.values())).encode()
    except UnicodeEncodeError as fault:
        raise BadRequest("The query is not UTF-8.") from fault
    return dict(query)


def _raw(request: Request) -> bytes:
    try:
        raw = request.raw_body
    except (binascii.Error, UnicodeError) as fault:
        raise Malformed("not base64") from fault
    return raw if isinstance(raw, bytes) else raw.encode()


def _version(said: object) -> str:
    """The version in `W/"7"`, in `"7"`, or by itself, as number or as text."""
    if isinstance(said, bool) or not isinstance(said, str | int):
        return ""
    return str(said)[:200].strip().removeprefix("W/").strip('"')


def _plain(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(value: object) -> float | None:
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        return float(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value) if abs(value) < 1e18 else math.inf if value > 0 else -math.inf
    return None
