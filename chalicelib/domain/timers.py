"""This is where a timer is: what is to be looked after later, for one message."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Task(StrEnum):
    """What a timer is for."""

    FALLBACK = "fallback"  # the code is perhaps to be sent another way
    EXPIRY = "expiry"  # the code's life is over: its carrier is perhaps to hear of it
    HOOK = "hook"  # an event is to be told to a hook again


class Fallback(StrEnum):
    """Which other way a code is sent that did not arrive."""

    SENDER = "sender"  # the next sender of the route; by voice where there is none
    VOICE = "voice"


@dataclass(frozen=True, slots=True)
class Timer:
    """Something to look after at *due_at*, about *subject* of *app*.

    That is the id of a record; for a hook, of a delivery.
    """

    task: Task
    app: str
    subject: str
    due_at: datetime
