"""This is where events are delivered to hooks: in order, again when it failed, and for a day.

A lane is run by one at a time: its stream sees to that.  Whatever dies in the middle, the stream
tells of the delivery again, and a hook may be told of an event twice, but never not at all.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ..domain.apps import App
from ..domain.errors import Conflict
from ..domain.hook_deliveries import DeliveryState, HookDelivery, Outcome
from ..domain.hooks import Hook, HookKind
from ..domain.timers import Task, Timer
from . import ports
from .clock import clock
from .hook_ports import Caller, Deliveries

#: How long a hook rests that could not be reached, so that not every event waits for it in vain.
#: Each rest in a row is twice as long, up to the longest.
FIRST_REST, LONGEST_REST = timedelta(seconds=10), timedelta(minutes=5)


class OutOfTime(Exception):
    """There is no more time for a batch; what is left of it is to come again."""


@dataclass(frozen=True, slots=True)
class Rest:
    """That a hook is left in peace *until* a moment, for so long as it *takes*, after *word*."""

    until: datetime
    takes: timedelta
    word: str


@dataclass(eq=False, repr=False)
class HookDeliveries:
    """Delivers events."""

    apps: ports.Apps
    deliveries: Deliveries
    timers: ports.Timers
    callers: Mapping[HookKind, Caller]
    log: ports.Log
    _rests: dict[tuple[str, str], Rest] = field(default_factory=dict)

    def run(self, app: str, lane: str, *, until: float) -> None:
        """Deliver what is due in a lane; raises OutOfTime when `time.monotonic` is past *until*."""
        known = self.apps.find(app)
        for delivery in self.deliveries.open(app, lane):
            now = clock()
            hook = known.hook(delivery.hook) if known else None
            if hook is None:  # what is remembered may be older than the hook
                known = self.apps.read(app)
                hook = known.hook(delivery.hook) if known else None
            if known is None or hook is None:
                self._keep(delivery, delivery.dropped("no such hook"))
            elif delivery.waits(now):
                if delivery.holds_back:
                    return
            elif time.monotonic() > until:
                raise OutOfTime
            elif not self._tried(known, hook, delivery, now=now):
                return

    def _tried(self, app: App, hook: Hook, delivery: HookDelivery, *, now: datetime) -> bool:
        """Try a delivery; whether those behind it are to be tried, too."""
        rest = self._rests.get((app.id, hook.name))
        if rest and rest.until > now:
            outcome = Outcome(False, f"rests after {rest.word}")
            after = delivery.tried(outcome, now=now).postponed(until=rest.until)
        else:
            outcome = self.callers[hook.kind].call(app, hook, delivery.body, now=now)
            self._noted(app, hook, outcome, now=clock())
            after = delivery.tried(outcome, now=clock())
        self._told(after)
        self._later(delivery, after)
        # Behind what the hook refuses others may be welcome; behind what did not reach it, none.
        return not after.state.open or (outcome.refused and not after.holds_back)

    def _later(self, before: HookDelivery, after: HookDelivery) -> None:
        """Keep how a delivery stands; first of all its timer, without which it would be stuck."""
        if after.due_at:
            timer = Timer(Task.HOOK, after.app, after.id, after.due_at)
            self.timers.set(timer, now=clock())
        self._keep(before, after)

    def _keep(self, before: HookDelivery, after: HookDelivery) -> None:
        try:
            self.deliveries.change(before, after)
        except Conflict:  # an administrator was quicker
            self.log("delivery_moved", app=after.app, id=after.event, hook=after.hook)

    def _noted(self, app: App, hook: Hook, outcome: Outcome, *, now: datetime) -> None:
        """Let a hook rest that was not reached.  A sandbox knows only its own failures."""
        key = (app.id, hook.name)
        if outcome.delivered or outcome.refused:
            self._rests.pop(key, None)
            return
        last = self._rests.get(key)
        takes = min(last.takes * 2, LONGEST_REST) if last else FIRST_REST
        self._rests[key] = Rest(now + takes, takes, outcome.word)

    def _told(self, after: HookDelivery) -> None:
        event = {
            DeliveryState.DELIVERED: "hook_delivered",
            DeliveryState.DEAD: "hook_dead",
        }.get(after.state, "hook_failed")
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
