"""This is where messages are counted: by app, day, country, sender, channel and template."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from datetime import date, timedelta
from decimal import Decimal

from .messages import Channel
from .records import Record, Status

#: A counter takes some hundred changes a second in each of its shards.
SHARDS = 8

#: A quarter: what one asks to see at once.
LONGEST_SPAN = timedelta(days=92)

_DELIVERED = frozenset({Status.DELIVERED, Status.VERIFIED})
_FAILED = frozenset({Status.REFUSED, Status.UNDELIVERED})


@dataclass(frozen=True, slots=True)
class Heading:
    """What a counter counts; *country* is the region of the number, *sender* may be nobody.

    *template* is a template's name, empty for the built-in texts.
    """

    app: str
    day: date
    country: str
    sender: str
    channel: Channel
    template: str = ""

    @classmethod
    def of(cls, record: Record) -> Heading:
        country, template = record.to.region, record.template
        return cls(record.app, record.day, country, record.sender, record.channel, template)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many messages, what they were made of, and what they cost in US dollars.

    *sent* are those that somebody took.  Of these some are known to be *delivered*, and of those
    some *verified*.  *failed* are those the carrier gave up, and those nobody took.  *barred* were
    held back as more likely pumped than asked for, and would have cost *saved*.
    """

    sent: int = 0
    delivered: int = 0
    verified: int = 0
    failed: int = 0
    segments: int = 0
    cost: Decimal = Decimal(0)
    barred: int = 0
    saved: Decimal = Decimal(0)

    @classmethod
    def of(cls, record: Record | None) -> Tally:
        """What *record* counts as it stands; nothing for none."""
        if record is None:
            return cls()
        if record.barred:
            return cls(barred=1, saved=record.decision.saved or Decimal(0))
        sent = record.status is not Status.REFUSED
        return cls(
            sent=int(sent),
            delivered=int(record.status in _DELIVERED),
            verified=int(record.status is Status.VERIFIED),
            failed=int(record.status in _FAILED),
            segments=record.cost.segments if sent else 0,
            cost=record.price if sent else Decimal(0),
        )

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(one + more for one, more in zip(astuple(self), astuple(other), strict=True)))

    def __sub__(self, other: Tally) -> Tally:
        return Tally(*(one - less for one, less in zip(astuple(self), astuple(other), strict=True)))

    def __bool__(self) -> bool:
        return any(astuple(self))


def step(before: Record | None, after: Record) -> str:
    """The name of a record's step from *before* to *after*.

    A state never comes back and a bill comes once, so no record takes the same step twice: who
    is told of it again knows it by its name.
    """
    return f"{_standing(before)}>{_standing(after)}"


def _standing(record: Record | None) -> str:
    if record is None:
        return ""
    return (
        record.status if record.billed is None else f"{record.status}:{record.billed.normalize():f}"
    )
