"""This is where the desk hears what an app's functions are told: none of them can run here."""

import sys
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chalice.app import Blueprint, Request

from ..api.http import Answer, as_json, public
from ..domain.apps import App
from ..domain.events import EventType
from ..domain.hook_deliveries import Outcome
from ..domain.hooks import Hook, HookKind
from ..hooks.signed import signed
from ..wiring.service import Service

routes = Blueprint(__name__)


@dataclass(frozen=True, slots=True)
class Ears:
    """The latest thousand events that any function of the desk was told of, newest first."""

    heard: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=1000))

    def call(self, app: App, hook: Hook, said: Mapping[str, Any], *, now: datetime) -> Outcome:
        body = signed(app, said, now=now)
        self.heard.appendleft({"function": hook.address, "body": body})
        with suppress(OSError):  # nobody may be reading any more
            sys.stdout.write(f"→ {hook.address} hears {body['type']} of {body['phone']}\n")
            sys.stdout.flush()
        return Outcome(True, "heard at the desk")


ears = Ears()


def listen(service: Service, app: str) -> None:
    """Let the desk hear of all events of *app*, as a function of its own and as all others."""
    deliveries = service.hook_deliveries
    deliveries.callers = {**deliveries.callers, HookKind.FUNCTION: ears}
    hook = Hook.create("desk", HookKind.FUNCTION, "countersign-desk", events=EventType)
    service.apps.set_hook(app, hook, seen="")


@public(routes, "GET", "/local/events")
def events(request: Request) -> Answer:
    """All that functions were told, newest first."""
    return as_json(list(ears.heard))
