"""This is where a Lambda function of the team's is told of an event, or asked before a send."""

import json
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
from ..flows.hook_ports import Unanswered
from .signed import signed

#: Lambda's faults that are of one event, and not of the function.
_OF_THE_EVENT = frozenset(
    {"InvalidRequestContentException", "RequestTooLargeException", "UnsupportedMediaTypeException"}
)


@dataclass(eq=False, repr=False)
class Function:
    """Invokes a function asynchronously: Lambda keeps the event, and tries it three times."""

    def call(self, app: App, hook: Hook, said: Mapping[str, Any], *, now: datetime) -> Outcome:
        try:
            answer = self._client.invoke(
                FunctionName=hook.address,
                InvocationType="Event",
                Payload=as_json(signed(app, said, now=now)),
            )
        except ClientError as fault:
            code = fault.response["Error"].get("Code", "")
            return Outcome(False, code, refused=code in _OF_THE_EVENT)
        except BotoCoreError as fault:
            return Outcome(False, type(fault).__name__)
        status = answer["StatusCode"]
        return Outcome(status == 202, f"HTTP {status}")

    @cached_property
    def _client(self) -> Any:
        return aws.client("lambda", connect=1, read=2)


@dataclass(eq=False, repr=False)
class AskFunction:
    """Invokes a function and waits for its answer, a second at the most."""

    def __call__(self, function: str, event: Mapping[str, Any]) -> Mapping[str, Any]:
        try:
            answer = self._client.invoke(FunctionName=function, Payload=as_json(event))
            payload = answer["Payload"].read()
        except ClientError as fault:
            raise Unanswered(fault.response["Error"].get("Code", "")) from fault
        except BotoCoreError as fault:
            raise Unanswered(type(fault).__name__) from fault
        if answer.get("FunctionError"):
            raise Unanswered("the function failed")
        try:
            said = json.loads(payload)
        except (ValueError, RecursionError) as fault:
            raise Unanswered("the answer is no JSON") from fault
        if said is None:
            return {}
        if not isinstance(said, Mapping):
            raise Unanswered("the answer is no object")
        return said

    @cached_property
    def _client(self) -> Any:
        return aws.client("lambda", connect=0.3, read=0.7)
