"""This is where an event is put on a bus of EventBridge's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from .. import aws
from ..domain.apps import App
from ..domain.events import as_json
from ..domain.hook_deliveries import Outcome
from ..domain.hooks import Hook
from .signed import signed

#: By which rules know what comes from here; the detail type is the event's `type`.
SOURCE = "countersign"

#: Faults that are of one event, and not of the bus.
_OF_THE_EVENT = frozenset({"MalformedDetail", "InvalidArgument"})


@dataclass(eq=False, repr=False)
class Bus:
    """Puts events on a bus."""

    def call(self, app: App, hook: Hook, said: Mapping[str, Any], *, now: datetime) -> Outcome:
        entry = {
            "Source": SOURCE,
            "DetailType": said["type"],
            "Detail": as_json(signed(app, said, now=now)).decode(),
            "EventBusName": hook.address,
        }
        try:
            answer = self._client.put_events(Entries=[entry])
        except ClientError as fault:
            return Outcome(False, fault.response["Error"].get("Code", ""))
        except BotoCoreError as fault:
            return Outcome(False, type(fault).__name__)
        if answer["FailedEntryCount"]:
            code = str(answer["Entries"][0].get("ErrorCode", "refused"))
            return Outcome(False, code, refused=code in _OF_THE_EVENT)
        return Outcome(True, "put")

    @cached_property
    def _client(self) -> Any:
        return aws.client("events", connect=1, read=2)
