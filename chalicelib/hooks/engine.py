"""This is where a LeanEngine app is called, in whatever container it runs.

A verified phone calls its `onVerified`, as LeanCloud did; any other event calls the cloud function
of its name, such as `onSent`, with the event as its parameters.  What says who calls is all that
LeanCloud's runtimes look at: the app key, the hook key, and the `__sign` that PHP reads in a user.
A function that is no hook sees a `sign` among its parameters, of its own name.
The master key does not go out, nor anything made with it that would open our own API.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import urllib3

from ..domain.apps import App
from ..domain.events import EventType, as_json
from ..domain.hook_deliveries import Outcome
from ..domain.hooks import Hook, sign
from .addresses import Forbidden, resolve
from .signed import ON_VERIFIED, signed

#: LeanCloud's for hooks that come after something.
SECONDS = 3.0

#: Answers that say nothing of the event: not here, not you, not now, or not reached.
_ELSEWHERE = frozenset({401, 403, 404, 405, 407, 408, 421, 425, 429, 502, 503, 504})


@dataclass(eq=False, repr=False)
class Engine:
    """Calls LeanEngine apps over HTTPS; *nearby* lets one be on this machine."""

    nearby: bool = False

    def call(self, app: App, hook: Hook, said: Mapping[str, Any], *, now: datetime) -> Outcome:
        told: list[Outcome] = []

        def work() -> None:
            told.append(self._called(app, hook, said, now))

        # Name servers and slow answers have no time-out of their own.
        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        thread.join(SECONDS)
        return told[0] if told else Outcome(False, f"no answer in {SECONDS:.0f} seconds")

    def _called(self, app: App, hook: Hook, said: Mapping[str, Any], now: datetime) -> Outcome:
        type = next(one for one in EventType if one.said == said["type"])
        try:
            status = self._post(
                f"{hook.address.rstrip('/')}/1.1/functions/{type.function}",
                headers=_headers(app, hook),
                body=as_json(_marked(app, type, signed(app, said, now=now), now)),
            )
        except Forbidden as fault:
            return Outcome(False, str(fault))
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as fault:
            return Outcome(False, type_of(fault))
        except Exception as fault:  # a fault of ours is no reason to try nothing else
            return Outcome(False, type_of(fault), refused=True)
        if 200 <= status < 300:
            return Outcome(True, f"HTTP {status}")
        moved = 300 <= status < 400
        return Outcome(False, f"HTTP {status}", refused=not moved and status not in _ELSEWHERE)

    def _post(self, url: str, *, headers: Mapping[str, str], body: bytes) -> int:
        """The answer's status; what it says beside that is not read.  Follows no redirect."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        timeout = urllib3.Timeout(total=SECONDS)
        pool: urllib3.HTTPConnectionPool
        if parts.scheme == "https":
            address = resolve(host, parts.port or 443)
            pool = urllib3.HTTPSConnectionPool(
                address,
                parts.port or 443,
                timeout=timeout,
                retries=False,
                server_hostname=host,
                assert_hostname=host,
            )
        elif self.nearby:
            pool = urllib3.HTTPConnectionPool(host, parts.port or 80, timeout=timeout)
        else:
            raise Forbidden("not https")
        with pool:
            answer = pool.urlopen(
                "POST",
                parts.path,
                body=body,
                headers={**headers, "Host": parts.netloc},
                redirect=False,
                retries=False,
                preload_content=False,
            )
            answer.close()
            return answer.status


def _marked(app: App, type: EventType, said: dict[str, Any], now: datetime) -> dict[str, Any]:
    """What is *said*, signed as a whole: any client may call a function that is no hook."""
    millis = round(now.timestamp() * 1000)
    if type is EventType.PHONE_VERIFIED:
        return {**said, "__sign": sign(app.master_keys[0], ON_VERIFIED, millis=millis)}
    # Python's runtime drops parameters that begin with an underscore.
    return {**said, "sign": sign(app.master_keys[0], type.function, millis=millis)}


def type_of(fault: BaseException) -> str:
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
