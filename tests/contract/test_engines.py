"""Real LeanEngine apps, in Node and in Python, take what we tell them, and nothing forged."""

import json
import os
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from queue import Empty, Queue
from threading import Thread
from typing import Any

import pytest

from chalicelib.local.embedded import APP_ID, APP_KEY, MASTER_KEY
from chalicelib.local.pump import Pump
from tests.api.test_hook_deliveries import signs_up, states
from tests.conftest import Clock, Desk
from tests.hooks import pumped
from tests.sdks import ENGINES, require

HOOK_KEY = "the-hook-key-of-the-team"

pytestmark = pytest.mark.sdk


@dataclass
class Engine:
    """A LeanEngine app at *address*, and what its handlers were given."""

    address: str
    lines: "Queue[str]" = field(repr=False)

    def heard(self) -> dict[str, Any]:
        """What a handler was given next."""
        return dict(json.loads(self.lines.get(timeout=10)))

    def heard_nothing(self) -> bool:
        try:
            self.lines.get(timeout=0.3)
        except Empty:
            return True
        return False

    def ask(self, path: str, body: dict[str, Any], **headers: str) -> int:
        """The status of a POST such as anybody could make."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(
            self.address + path,
            json.dumps(body).encode(),
            {"Content-Type": "application/json", "X-LC-Id": APP_ID, **named},
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code


@contextmanager
def running(kind: str, **environ: str) -> Iterator[Engine]:
    require(kind)
    own = {
        "LEANCLOUD_APP_ID": APP_ID,
        "LEANCLOUD_APP_KEY": APP_KEY,
        "LEANCLOUD_APP_MASTER_KEY": MASTER_KEY,
        "LEANCLOUD_APP_HOOK_KEY": HOOK_KEY,
        "LEANCLOUD_API_SERVER": "http://127.0.0.1:1",
        **environ,
    }
    process = subprocess.Popen(
        ENGINES[kind],
        env={"PATH": os.environ["PATH"], **own},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout
    lines: Queue[str] = Queue()

    def read(stream: Any = process.stdout) -> None:
        for line in stream:
            lines.put(line)

    reading = Thread(target=read, daemon=True)
    reading.start()
    try:
        port = lines.get(timeout=30).split()[1]
        yield Engine(f"http://127.0.0.1:{port}", lines)
    finally:
        process.terminate()
        process.wait(10)
        reading.join(5)
        process.stdout.close()


Start = Callable[..., Engine]


@pytest.fixture
def start() -> Iterator[Start]:
    with ExitStack() as stack:
        yield lambda kind, **environ: stack.enter_context(running(kind, **environ))


def hooked(desk: Desk, engine: Engine, *events: str, key: str = HOOK_KEY) -> None:
    more: dict[str, Any] = {"events": list(events)} if events else {}
    fields = {"kind": "url", "address": engine.address, "key": key, **more}
    assert desk.console.ask("PUT", "hooks/engine", **fields).code == 0


@pytest.mark.parametrize("kind", ENGINES)
def test_on_verified_goes_on_unchanged(desk: Desk, clock: Clock, start: Start, kind: str) -> None:
    engine = start(kind)
    hooked(desk, engine)

    id = signs_up(desk)
    pumped(desk)

    assert engine.heard() == {
        "hook": "onVerified",
        "id": id,
        "name": "+8618612345678",
        "phone": "+8618612345678",
        "verified": True,
    }
    assert states(desk) == {"delivered": 1}


@pytest.mark.parametrize("kind", ENGINES)
def test_any_other_event_calls_the_cloud_function_of_its_name(
    desk: Desk, clock: Clock, start: Start, kind: str
) -> None:
    engine = start(kind)
    hooked(desk, engine, "sent")

    assert desk.send() == 0
    pumped(desk)

    said = engine.heard()
    assert len(said.pop("event")) == 32
    assert said == {"hook": "onSent", "phone": "+8618612345678", "sender": "inbox"}
    assert states(desk) == {"delivered": 1}


@pytest.mark.parametrize("kind", ENGINES)
def test_a_handler_that_fails_is_asked_again(
    desk: Desk, clock: Clock, start: Start, kind: str
) -> None:
    engine = start(kind, FAIL="1")
    hooked(desk, engine)
    pump = Pump()

    signs_up(desk)
    pumped(desk, pump)
    clock.pass_(seconds=10)
    pumped(desk, pump)

    assert engine.heard()["id"] == engine.heard()["id"]
    assert states(desk) == {"waiting": 1}


@pytest.mark.parametrize("kind", ENGINES)
def test_without_the_right_hook_key_we_are_not_let_in_either(
    desk: Desk, clock: Clock, start: Start, kind: str
) -> None:
    engine = start(kind)
    hooked(desk, engine, key="another")

    signs_up(desk)
    pumped(desk)

    assert engine.heard_nothing()
    [waiting] = desk.console.find("deliveries", state="waiting").json["deliveries"]
    assert waiting["word"] == "HTTP 401"


USER = {"objectId": "1", "username": "mallory", "__type": "Object", "className": "_User"}
FORGED: dict[str, tuple[str, dict[str, Any], dict[str, str]]] = {
    "no hook key": ("onVerified/sms", {"object": USER}, {"X_LC_Key": APP_KEY}),
    "a wrong hook key": (
        "onVerified/sms",
        {"object": USER},
        {"X_LC_Key": APP_KEY, "X_LC_Hook_Key": "x"},
    ),
    "a wrong app key": (
        "onVerified/sms",
        {"object": USER},
        {"X_LC_Key": "x", "X_LC_Hook_Key": HOOK_KEY},
    ),
    "a function, with what every client has": (
        "onSent",
        {"phone": "+86", "event": "e", "object": {"sender": "x"}},
        {"X_LC_Key": APP_KEY},
    ),
}


@pytest.mark.parametrize("kind", ENGINES)
@pytest.mark.parametrize(("path", "body", "headers"), FORGED.values(), ids=FORGED)
def test_what_is_forged_is_refused(
    start: Start, kind: str, path: str, body: dict[str, Any], headers: dict[str, str]
) -> None:
    engine = start(kind)

    assert engine.ask(f"/1.1/functions/{path}", body, **headers) >= 400
    assert engine.heard_nothing()
