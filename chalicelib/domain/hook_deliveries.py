"""This is where the delivery of an event to a hook is: what became of it, and when it is tried.

Deliveries of one phone to one hook stand in a lane, in the order in which things happened, and
are tried one after the other.  One that fails holds back those behind it, for they are to come in
order; but not one that the hook itself has refused a few times, for that may be so for ever.
"""

import hashlib
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from .events import Event, EventType
from .hooks import Hook
from .phones import PhoneNumber

#: The first wait after a failure; each one is twice as long, up to the longest.
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=15)
#: How long a delivery is tried before it is a dead letter.
TRIED_FOR = timedelta(hours=24)
#: How long it is spared tries, while its hook is not to be reached, before it is one, too.
SPARED_FOR = timedelta(hours=48)
#: How long one that is over can be looked at, and a dead letter be replayed.
SHOWN_FOR, DEAD_FOR = timedelta(days=7), timedelta(days=30)
_ID = re.compile("([0-9a-f]{32})-([0-9]{14}-[0-9]{2}-[0-9a-f]{32})")

#: So often a hook refuses an event before those behind it are tried all the same.
REFUSALS = 5


class DeliveryState(StrEnum):
    """How a delivery stands."""

    DUE = "due"  # to be tried now
    WAITING = "waiting"  # to be tried again later
    DELIVERED = "delivered"
    DEAD = "dead"  # given up: a dead letter
    DROPPED = "dropped"  # taken away by an administrator, or with its hook

    @property
    def open(self) -> bool:
        return self in (DeliveryState.DUE, DeliveryState.WAITING)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one try: *refused* says that the hook itself said no, in a word or two."""

    delivered: bool
    word: str
    refused: bool = False


@dataclass(frozen=True, slots=True)
class HookDelivery:
    """An event on its way to a hook, in a *lane* and at a *place* there.

    *tries* counts those since it was announced or replayed, also such as the hook was spared;
    *since* is when the first of them was made, or until then when that was.  *refusals* are those
    in which the hook answered and refused.  *body* is what is told, and *word* what came of the
    latest try.  *version* counts the changes.  It was over at *ended_at*.
    """

    app: str
    lane: str
    place: str
    hook: str
    type: EventType
    event: str
    phone: PhoneNumber | None
    at: datetime
    body: Mapping[str, Any] = field(repr=False)
    since: datetime
    state: DeliveryState = DeliveryState.DUE
    tries: int = 0
    refusals: int = 0
    due_at: datetime | None = None
    tried_at: datetime | None = None
    word: str = ""
    version: int = 0
    ended_at: datetime | None = None

    @classmethod
    def of(cls, event: Event, hook: Hook, *, now: datetime) -> "HookDelivery":
        """The delivery of *event* to *hook*; the same one, however often the event is told."""
        # In the key is no number, and none is guessed from it: it stands in addresses.
        rank = list(EventType).index(event.type)  # of what happened in one moment
        lane = f"{event.app}\0{hook.name}\0{event.lane}"
        return cls(
            event.app,
            hashlib.sha256(lane.encode()).hexdigest()[:32],
            f"{round(event.since.timestamp() * 1000):014}-{rank:02}-{event.id}",
            hook.name,
            event.type,
            event.id,
            event.phone,
            event.at,
            event.body,
            now,
        )

    @property
    def id(self) -> str:
        """By which it is found among the app's."""
        return f"{self.lane}-{self.place}"

    @staticmethod
    def parts(id: str) -> tuple[str, str]:
        """The lane and the place of an *id*; two empty ones for what is none."""
        found = _ID.fullmatch(id)
        return (found[1], found[2]) if found else ("", "")

    def waits(self, now: datetime) -> bool:
        """Whether its time is still to come."""
        return self.state is DeliveryState.WAITING and now < (self.due_at or now)

    @property
    def holds_back(self) -> bool:
        """Whether those behind it are not tried before it is delivered."""
        return self.refusals < REFUSALS

    def tried(self, outcome: Outcome, *, now: datetime) -> "HookDelivery":
        """The delivery once it was tried: delivered, to be tried again, or given up."""
        after = replace(
            self,
            tries=self.tries + 1,
            refusals=self.refusals + outcome.refused,
            # A day of its own has also who stood behind another for a day.
            since=self.since if self.tried_at else now,
            tried_at=now,
            word=outcome.word,
        )
        if outcome.delivered:
            return after._ended(DeliveryState.DELIVERED, now)
        if now - after.since >= TRIED_FOR:
            return after._ended(DeliveryState.DEAD, now)
        return after.postponed(until=now + wait(after.tries))

    def spared(self, word: str, *, until: datetime, now: datetime) -> "HookDelivery":
        """The delivery of which its hook is spared a try, for what *word* says, *until* then."""
        after = replace(self, tries=self.tries + 1, word=word)
        if now - self.since >= SPARED_FOR:
            return after._ended(DeliveryState.DEAD, now)
        return after.postponed(until=max(until, now + wait(after.tries)))

    def postponed(self, *, until: datetime) -> "HookDelivery":
        """The delivery that is to be tried again, but not before *until*."""
        return replace(self, state=DeliveryState.WAITING, due_at=until)

    def dropped(self, word: str, *, now: datetime) -> "HookDelivery":
        return replace(self, word=word)._ended(DeliveryState.DROPPED, now)

    def _ended(self, state: DeliveryState, now: datetime) -> "HookDelivery":
        return replace(self, state=state, due_at=None, ended_at=now)

    def due(self) -> "HookDelivery":
        return replace(self, state=DeliveryState.DUE, due_at=None)

    def replayed(self, *, now: datetime) -> "HookDelivery":
        """The delivery as if it were due for the first time."""
        after = replace(self, state=DeliveryState.DUE, tries=0, refusals=0, due_at=None)
        return replace(after, since=now, tried_at=None, ended_at=None, word="")

    @property
    def kept_for(self) -> timedelta:
        over = self.state in (DeliveryState.DELIVERED, DeliveryState.DROPPED)
        return SHOWN_FOR if over else DEAD_FOR


def wait(tries: int) -> timedelta:
    """How long to wait after so many *tries*; up to a fifth less, that not all come at once."""
    longest = min(FIRST_WAIT * 2 ** (min(tries, 10) - 1), LONGEST_WAIT)
    shortened: timedelta = longest * random.uniform(0.8, 1.0)  # noqa: S311  jitter
    return shortened
