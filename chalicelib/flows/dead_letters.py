"""This is where an administrator sees what became of events, and deals with dead letters."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product

from ..domain.errors import BadRequest, Conflict, NotFound
from ..domain.hook_deliveries import DeliveryState, HookDelivery
from . import ports
from .clock import clock
from .hook_ports import Deliveries

#: Deliveries in one answer.
MOST = 100
#: Longer than any wait, and a stream's own tries.
OVERDUE = timedelta(minutes=30)

_PLACE = re.compile(r"[a-z]+\.[0-9]{14}-[0-9]{2}-[0-9a-f]{32}\.[0-9a-f]{32}")


@dataclass(eq=False, repr=False)
class DeadLetters:
    """The deliveries to an app's hooks, one by one."""

    deliveries: Deliveries
    log: ports.Log

    def read(self, app: str, id: str) -> HookDelivery:
        """The delivery *id*; raises NotFound."""
        found = self.deliveries.find(app, id)
        if found is None:
            raise NotFound("no such delivery")
        return found

    def of(
        self, app: str, state: DeliveryState, *, before: str, most: int, now: datetime
    ) -> tuple[Sequence[HookDelivery], str]:
        """The deliveries in a *state*, newest first, and the place to go on from."""
        if before and not (_PLACE.fullmatch(before) and before.startswith(f"{state}.")):
            raise BadRequest("next is none that was given for that state.", field="next")
        return self.deliveries.of(app, state, before=before, most=most, now=now)

    def sweep(self, apps: Iterable[str], *, now: datetime) -> None:
        """Let be tried what should have been long ago: whose timer, or its telling, was lost."""
        for app, state in product(apps, (DeliveryState.DUE, DeliveryState.WAITING)):
            place = ""
            while True:
                found, place = self.deliveries.of(app, state, before=place, most=MOST, now=now)
                for one in found:
                    if (one.due_at or one.tried_at or one.since) < now - OVERDUE:
                        self.log("hook_overdue", app=app, id=one.event, hook=one.hook)
                        self.deliveries.wake(app, one.id)
                if not place:
                    break

    def replay(self, app: str, id: str) -> HookDelivery:
        """Let a delivery be made anew, whatever became of it; raises NotFound."""
        after = self._changed(app, id, lambda before: before.replayed(now=clock()))
        self.log("hook_replayed", app=app, id=after.event, hook=after.hook)
        return after

    def drop(self, app: str, id: str) -> HookDelivery:
        """Let a delivery not be made any more; raises NotFound, or BadRequest if it was made."""

        def dropped(before: HookDelivery) -> HookDelivery:
            if before.state is DeliveryState.DELIVERED:
                raise BadRequest("It was delivered.")
            return before.dropped("by hand", now=clock())

        after = self._changed(app, id, dropped)
        self.log("hook_dropped", app=app, id=after.event, hook=after.hook)
        return after

    def _changed(
        self, app: str, id: str, made: Callable[[HookDelivery], HookDelivery]
    ) -> HookDelivery:
        while True:
            before = self.read(app, id)
            after = made(before)
            try:
                self.deliveries.change(before, after)
            except Conflict:
                continue
            return after
