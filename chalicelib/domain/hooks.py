"""This is where a hook is: a place of the team's own that is told of an app's events."""

import hashlib
import hmac
import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

from .errors import BadRequest
from .events import EventType

#: As many fit an app's item with room.
MOST = 10

_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
_KEY = re.compile(r"[!-~]{1,256}")
#: The service may invoke functions whose names begin so, and no others: see the policies.
FUNCTION = re.compile(
    r"(?:arn:[a-z-]+:lambda:[a-z0-9-]+:[0-9]{12}:function:)?countersign-[A-Za-z0-9_-]{1,52}"
    r"(?::[A-Za-z0-9_$-]{1,128})?"
)
_BUS = re.compile(r"default|countersign-[A-Za-z0-9_.-]{1,240}")
_HOST = re.compile(r"(?=.{1,253}$)[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")
_PATH = re.compile(r"(/[A-Za-z0-9._~-]{1,100}){0,10}/?")
#: What a hook is told of, if nobody says what.
_ONVERIFIED = frozenset({EventType.PHONE_VERIFIED})
#: Below are other protocols' ports.
_LEAST_PORT = 1024


class HookKind(StrEnum):
    """What sort of place it is."""

    FUNCTION = "function"  # a Lambda function, invoked asynchronously
    URL = "url"  # a LeanEngine app, in whatever container
    BUS = "bus"  # an EventBridge bus


@dataclass(frozen=True, slots=True)
class Hook:
    """A place that is told of some *events* of an app.

    *address* is a function's name or ARN, the URL at which a LeanEngine app is reached, or the
    name of a bus.  *key* is the hook key of a LeanEngine app, by which it knows who calls it.
    """

    name: str
    kind: HookKind
    address: str
    events: frozenset[EventType] = _ONVERIFIED
    key: str = field(default="", repr=False)

    @classmethod
    def create(
        cls,
        name: str,
        kind: str,
        address: str,
        *,
        events: Iterable[str] = (),
        key: str = "",
        before: "Hook | None" = None,
        nearby: bool = False,
    ) -> "Hook":
        """A hook in the place of the one *before*, whose key stays if none is given.

        Raises BadRequest, which names the field.  *nearby* lets a URL be this machine's.
        """
        if not _NAME.fullmatch(name):
            raise BadRequest("name: a letter, then up to 39 of a to z, 0 to 9 and -.", field="name")
        if kind not in list(HookKind):
            raise BadRequest(f"kind: one of {', '.join(HookKind)}.", field="kind")
        key = key.strip() or (before.key if before and before.kind == kind else "")
        hook = cls(name, HookKind(kind), address.strip(), _events(events) or _ONVERIFIED, key)
        hook._check(nearby=nearby)
        return hook

    def _check(self, *, nearby: bool) -> None:
        if self.kind is HookKind.URL:
            _check_url(self.address, nearby=nearby)
            if not _KEY.fullmatch(self.key):
                raise BadRequest(
                    "key: the LeanEngine app's hook key, 1 to 256 ASCII characters.", field="key"
                )
            return
        form, said = {
            HookKind.FUNCTION: (FUNCTION, "a function whose name begins with countersign-"),
            HookKind.BUS: (_BUS, "default, or a bus whose name begins with countersign-"),
        }[self.kind]
        if not form.fullmatch(self.address):
            raise BadRequest(f"address: {said}.", field="address")
        if self.key:
            raise BadRequest("key: only a url has one.", field="key")


def sign(master_key: str, name: str, *, millis: int) -> str:
    """LeanEngine's `__sign`: that whoever calls the hook *name* knows the master key.

    ``{millis},{HMAC-SHA1(master key, "name:millis") in hexadecimal}``, as LeanCloud's runtimes
    compute it.
    """
    said = f"{name}:{millis}".encode()
    return f"{millis},{hmac.new(master_key.encode(), said, hashlib.sha1).hexdigest()}"


def _events(names: Iterable[str]) -> frozenset[EventType]:
    names = list(names)
    for name in names:
        if name not in list(EventType):
            raise BadRequest(f"events: any of {', '.join(EventType)}.", field="events")
    return frozenset(map(EventType, names))


def _check_url(url: str, *, nearby: bool) -> None:
    """What a URL's name resolves to is looked at when it is called; here, what it says."""
    fault = "address: an https URL such as https://engine.example.com, without a query."
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadRequest(fault, field="address") from error
    if nearby and parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost"):
        return
    named = parts.scheme == "https" and _HOST.fullmatch(parts.hostname or "")
    plain = "@" not in parts.netloc and not parts.query and not parts.fragment
    plain = plain and re.fullmatch("[!-~]+", url) is not None
    if not named or not plain or not _PATH.fullmatch(parts.path) or len(url) > 500:
        raise BadRequest(fault, field="address")
    if port not in (None, 443) and not (port or 0) >= _LEAST_PORT:
        raise BadRequest("address: port 443, or one from 1024.", field="address")
    try:
        ipaddress.ip_address(parts.hostname or "")
    except ValueError:
        return
    raise BadRequest("address: a name, not an IP address.", field="address")
