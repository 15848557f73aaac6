"""This is where what a hook is told is signed, so that it knows who tells it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..domain.apps import App
from ..domain.events import EventType
from ..domain.hooks import sign

#: The name of LeanCloud's hook, as its runtimes sign it.
ON_VERIFIED = "__on_verified_sms"


def signed(app: App, said: Mapping[str, Any], *, now: datetime) -> dict[str, Any]:
    """What is *said*; of a verified phone with LeanEngine's `__sign`, which PHP's runtime reads."""
    if said["type"] != EventType.PHONE_VERIFIED.said:
        return dict(said)
    mark = sign(app.master_keys[0], ON_VERIFIED, millis=round(now.timestamp() * 1000))
    return {**said, "object": {**said["object"], "__sign": mark}}
