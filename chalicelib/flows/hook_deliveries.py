"""This is where events are delivered to hooks: in order, again when it failed, and for a day.

A lane is run by one at a time, who claims it.  Whatever dies in the middle, the stream tells of the
delivery again, and a hook may be told of an event twice, but never not at all.
"""

import time
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ..domain.apps import App
from ..domain.errors import Conflict, Refusal
from ..domain.hook_deliveries import DeliveryState, HookDelivery, Outcome
from ..domain.hooks import Hook, HookKind
from ..domain.timers import Task, Timer
from . import ports
from .clock import clock
from .hook_ports import Caller, Deliveries

#: Of so many lanes in a row a hook must not be reached, until it rests, so that not every event
#: waits for it in vain.  Each rest in a row is twice as long, up to the longest.
UNREACHED = 3
FIRST_REST, LONGEST_REST = timedelta(seconds=10), timedelta(minutes=5)

#: How long a lane is its runner's at the most: as long as the function lives.
CLAIMED_FOR = timedelta(seconds=60)
#: When to come again to a lane that somebody else runs, or a hook that had its share of time.
AGAIN_AFTER = timedelta(seconds=5)

#: Seconds for which a batch of deliveries is worked at, and those of them for one hook, lest one
#: that is slow hold up the others.
BATCH_TAKES, HOOK_TAKES = 40.0, 8.0

_Key = tuple[str, str]


class OutOfTime(Exception):
    """There is no time for it now: what is left of a batch is to come again."""


@dataclass(eq=False, repr=False)
class Budget:
    """The time there is for one batch."""

    ends: float = field(default_factory=lambda: time.monotonic() + BATCH_TAKES)
    spent: dict[_Key, float] = field(default_factory=lambda: defaultdict(float))


@dataclass(frozen=True, slots=True)
class Rest:
    """That a hook was not reached in *lanes*, one after the other, at last for what *word* says.

    It is left in peace *until* a moment, for so long as it *takes*.
    """

    lanes: frozenset[str]
    word: str
    until: datetime
    takes: timedelta = timedelta(0)


@dataclass(eq=False, repr=False)
class HookDeliveries:
    """Delivers events."""

    apps: ports.Apps
    deliveries: Deliveries
    timers: ports.Timers
    callers: Mapping[HookKind, Caller]
    log: ports.Log
    _rests: dict[_Key, Rest] = field(default_factory=dict)

    def run(self, told: HookDelivery, budget: Budget) -> None:
        """Deliver what is due in the lane of *told*; raises OutOfTime."""
        if time.monotonic() > budget.ends:
            raise OutOfTime
        app, lane, now = told.app, told.lane, clock()
        if not self.deliveries.claim(app, lane, until=now + CLAIMED_FOR, now=now):
            # Whoever runs it may have looked already, and does not see what is new.
            if not told.state.open:
                raise OutOfTime
            self._set(told, now + AGAIN_AFTER)
            return
        try:
            self._run(app, lane, budget)
        except Exception:
            with suppress(Refusal):  # it ends by itself
                self.deliveries.let_go(app, lane)
            raise
        self.deliveries.let_go(app, lane)

    def _run(self, app: str, lane: str, budget: Budget) -> None:
        known = self.apps.find(app)
        for delivery in self.deliveries.open(app, lane):
            now = clock()
            hook = known.hook(delivery.hook) if known else None
            if hook is None:  # what is remembered may be older than the hook
                known = self.apps.read(app)
                hook = known.hook(delivery.hook) if known else None
            if known is None or hook is None:
                self._keep(delivery, delivery.dropped("no such hook", now=now))
            elif delivery.waits(now):
                if delivery.holds_back:
                    return
            elif not self._tried(known, hook, delivery, budget, now=now):
                return

    def _tried(
        self, app: App, hook: Hook, delivery: HookDelivery, budget: Budget, *, now: datetime
    ) -> bool:
        """Try a delivery; whether those behind it are to be tried, too."""
        key, rest = (app.id, hook.name), self._rests.get((app.id, hook.name))
        if budget.spent[key] > HOOK_TAKES:
            self._later(delivery, delivery.postponed(until=now + AGAIN_AFTER))
            return False
        if rest and rest.until > now:
            spared = delivery.spared(f"rests after {rest.word}", until=rest.until, now=now)
            self._logged(spared, "hook_spared")
            self._later(delivery, spared)
            return not spared.state.open
        began = time.monotonic()
        outcome = self.callers[hook.kind].call(app, hook, delivery.body, now=now)
        budget.spent[key] += time.monotonic() - began
        self._rested(key, delivery, outcome)
        after = delivery.tried(outcome, now=clock())
        self._logged(after, "hook_failed")
        self._later(delivery, after)
        # Behind what the hook refuses others may be welcome; behind what did not reach it, none.
        return not after.state.open or (outcome.refused and not after.holds_back)

    def _later(self, before: HookDelivery, after: HookDelivery) -> None:
        """Keep how a delivery stands; first of all its timer, without which it would be stuck."""
        if after.due_at:
            self._set(after, after.due_at)
        self._keep(before, after)

    def _set(self, delivery: HookDelivery, due_at: datetime) -> None:
        self.timers.set(Timer(Task.HOOK, delivery.app, delivery.id, due_at), now=clock())

    def _keep(self, before: HookDelivery, after: HookDelivery) -> None:
        try:
            self.deliveries.change(before, after)
        except Conflict:  # somebody was quicker, and the stream tells of what they did
            self.log("delivery_moved", app=after.app, id=after.event, hook=after.hook)

    def _rested(self, key: _Key, delivery: HookDelivery, outcome: Outcome) -> None:
        """Let a hook rest that is not reached.  A sandbox knows only its own failures."""
        if outcome.delivered or outcome.refused:
            self._rests.pop(key, None)
            return
        last, now = self._rests.get(key), clock()
        lanes = (last.lanes if last else frozenset()) | {delivery.lane}
        if len(lanes) < UNREACHED:
            self._rests[key] = Rest(lanes, outcome.word, now)
            return
        takes = min(last.takes * 2, LONGEST_REST) if last and last.takes else FIRST_REST
        self._rests[key] = Rest(lanes, outcome.word, now + takes, takes)

    def _logged(self, after: HookDelivery, open: str) -> None:
        """Say how a delivery stands; *open* is what to say of one that is to be tried again."""
        event = {
            DeliveryState.DELIVERED: "hook_delivered",
            DeliveryState.DEAD: "hook_dead",
        }.get(after.state, open)
        self.log(
            event,
            app=after.app,
            type=after.type,
            hook=after.hook,
            id=after.event,
            phone=after.phone.masked if after.phone else None,
            tries=after.tries,
            reason=after.word,
        )
