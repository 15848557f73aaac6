"""This is where timers are kept: an SQS queue, whose messages arrive when they are due."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from .. import aws
from ..domain.errors import OutOfService
from ..domain.timers import Task, Timer
from .attributes import instant, millis

#: SQS's longest delay, in seconds: what is due later is set again then.
_LONGEST = 900


@dataclass(eq=False, repr=False)
class SqsTimers:
    """Timers as messages of the queue *name*: each arrives at least once, and not before its time.

    Unless it is due later than SQS can wait: then it arrives early, to be set again.
    """

    name: str

    def set(self, timer: Timer, *, now: datetime) -> None:
        wait = math.ceil((timer.due_at - now).total_seconds())
        try:
            self._sqs.send_message(
                QueueUrl=self._url,
                MessageBody=_said(timer),
                DelaySeconds=max(0, min(wait, _LONGEST)),
            )
        except (BotoCoreError, ClientError) as fault:
            raise OutOfService(type(fault).__name__) from fault

    @cached_property
    def _url(self) -> str:
        url: str = self._sqs.get_queue_url(QueueName=self.name)["QueueUrl"]
        return url

    @cached_property
    def _sqs(self) -> Any:
        return aws.client("sqs", connect=1, read=2)


def _said(timer: Timer) -> str:
    due = millis(timer.due_at)
    return json.dumps({"task": timer.task, "app": timer.app, "subject": timer.subject, "due": due})


def timer_of(body: str) -> Timer:
    """The timer that a message says; raises ValueError for one that is none."""
    said = json.loads(body)
    if not isinstance(said, Mapping):
        raise ValueError("not an object")
    try:
        # Timers of a version before this one are on their way still.
        subject = said["record"] if "record" in said else said["subject"]
        return Timer(Task(said["task"]), said["app"], subject, instant(said["due"]))
    except (KeyError, TypeError) as fault:
        raise ValueError(f"lacks {fault}") from fault
