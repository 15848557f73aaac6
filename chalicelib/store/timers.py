"""This is where timers are kept: an SQS queue, whose messages arrive when they are due."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ..domain.timers import Task, Timer
from .attributes import instant, millis
from .queues import Queue

#: SQS's longest delay, in seconds: what is due later is set again then.
_LONGEST = 900


@dataclass(eq=False, repr=False)
class SqsTimers:
    """Timers as messages of *queue*: each arrives at least once, and not before its time.

    Unless it is due later than SQS can wait: then it arrives early, to be set again.
    """

    queue: Queue

    def set(self, timer: Timer, *, now: datetime) -> None:
        wait = math.ceil((timer.due_at - now).total_seconds())
        self.queue.send(_said(timer), delay=max(0, min(wait, _LONGEST)))


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
