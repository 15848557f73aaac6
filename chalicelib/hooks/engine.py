"""This is where a LeanEngine app is called, in whatever container it runs.

A verified phone calls its `onVerified`, as LeanCloud did; any other event calls the cloud function
of its name, such as `onSent`, with the event as its parameters.  What says who calls is all that
LeanCloud's runtimes look at: the app key, the hook key, and the `__sign` that PHP reads in a user.
A function that is no hook sees a `sign` among its parameters, of its own name and the event.
The master key does not go out, nor anything made with it that would open our own API.
"""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

from ..domain.apps import App
from ..domain.events import EventType, as_json
from ..domain.hook_deliveries import Outcome
from ..domain.hooks import Hook, sign
from .addresses import Forbidden, resolve
from .signed import signed

#: LeanCloud's for hooks that come after something.
SECONDS = 3.0

_LATE = Outcome(False, f"no answer in {SECONDS:.0f} seconds")

#: Answers that say nothing of the event, but that the app takes none now.
_NOT_NOW = frozenset({408, 425, 429, 502, 503, 504})


@dataclass(eq=False, repr=False)
class Engine:
    """Calls LeanEngine apps over HTTPS; *nearby* lets one be on this machine."""

    nearby: bool = False

    def call(self, app: App, hook: Hook, said: Mapping[str, Any], *, now: datetime) -> Outcome:
        told: list[Outcome] = []
        held = _Connection()

        def work() -> None:
            told.append(self._called(held, app, hook, said, now))

        # A name server has no time-out of its own, nor has an answer that comes byte by byte.
        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        thread.join(SECONDS)
        if told:
            return told[0]
        held.cut()
        return _LATE

    def _called(
        self, held: "_Connection", app: App, hook: Hook, said: Mapping[str, Any], now: datetime
    ) -> Outcome:
        type = next(one for one in EventType if one.said == said["type"])
        try:
            status = self._post(
                held,
                f"{hook.address.rstrip('/')}/1.1/functions/{type.function}",
                headers=_headers(app, hook),
                body=as_json(_marked(app, type, signed(app, said, now=now), now)),
            )
        except Forbidden as fault:
            return Outcome(False, str(fault))
        except (TimeoutError, urllib3.exceptions.TimeoutError):
            return _LATE
        except (urllib3.exceptions.HTTPError, HTTPException, OSError, ValueError) as fault:
            return Outcome(False, _name(fault))
        except Exception as fault:  # a fault of ours is no reason to try nothing else
            return Outcome(False, _name(fault), refused=True)
        if 200 <= status < 300:
            return Outcome(True, f"HTTP {status}")
        return Outcome(False, f"HTTP {status}", refused=status not in _NOT_NOW)

    def _post(
        self, held: "_Connection", url: str, *, headers: Mapping[str, str], body: bytes
    ) -> int:
        """The answer's status; what it says beside that is not read.  Follows no redirect."""
        parts = urlsplit(url)
        host, secure = parts.hostname or "", parts.scheme == "https"
        if not secure and not self.nearby:
            raise Forbidden("not https")
        port = parts.port or (443 if secure else 80)
        connection: HTTPConnection
        if secure:
            connection = HTTPSConnection(
                resolve(host, port),
                port,
                timeout=SECONDS,
                server_hostname=host,
                assert_hostname=host,
            )
        else:
            connection = HTTPConnection(host, port, timeout=SECONDS)
        with held.open(connection):
            named = {**headers, "Host": parts.netloc}
            connection.request("POST", parts.path, body=body, headers=named, preload_content=False)
            return connection.getresponse().status


class _Connection:
    """A connection that another thread may cut."""

    def __init__(self) -> None:
        self._connection: HTTPConnection | None = None
        self._over = False

    @contextmanager
    def open(self, connection: HTTPConnection) -> Iterator[None]:
        """Close *connection* in the end; raises OSError if it is too late for one."""
        self._connection = connection
        if self._over:
            raise TimeoutError
        try:
            yield
        finally:
            connection.close()

    def cut(self) -> None:
        """End whatever is on its way."""
        self._over = True
        connection = self._connection
        if connection and connection.sock:
            with suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)


def _marked(app: App, type: EventType, said: dict[str, Any], now: datetime) -> dict[str, Any]:
    """What is *said*, signed as a whole: any client may call a function that is no hook."""
    if type is EventType.PHONE_VERIFIED:
        return {**said, "__sign": said["object"]["__sign"]}
    millis = round(now.timestamp() * 1000)
    # Python's runtime drops parameters that begin with an underscore.
    name = f"{type.function}:{said['event']}"
    return {**said, "sign": sign(app.master_keys[0], name, millis=millis)}


def _name(fault: BaseException) -> str:
    """The name of a fault: what it says holds addresses."""
    return type(fault).__name__


def _headers(app: App, hook: Hook) -> dict[str, str]:
    # By the app key: it is public, and a signature made with the master key would open our own API.
    return {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Countersign",
        "X-LC-Id": app.id,
        "X-LC-Key": app.keys[0],
        "X-LC-Hook-Key": hook.key,
        "X-LC-Prod": "1",
    }
