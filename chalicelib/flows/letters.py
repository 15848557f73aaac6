"""This is where an administrator sees what became of events, and deals with dead letters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from ..domain.errors import BadRequest, Conflict, NotFound
from ..domain.hook_deliveries import DeliveryState, HookDelivery
from . import ports
from .clock import clock
from .hook_ports import Deliveries

#: Deliveries in one answer.
MOST = 100


@dataclass(eq=False, repr=False)
class Letters:
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
        if before and not before.startswith(f"{state}."):
            raise BadRequest("next is of another state.", field="next")
        return self.deliveries.of(app, state, before=before, most=most, now=now)

    def replay(self, app: str, id: str) -> HookDelivery:
        """Let a delivery be made anew, whatever became of it; raises NotFound."""
        after = self._changed(app, id, lambda before: before.replayed(now=clock()))
        self.log("hook_replayed", app=app, id=after.event, hook=after.hook)
        return after

    def drop(self, app: str, id: str) -> HookDelivery:
        """Let a delivery not be made any more; raises NotFound, or BadRequest if it was."""

        def dropped(before: HookDelivery) -> HookDelivery:
            if before.state is DeliveryState.DELIVERED:
                raise BadRequest("It was delivered.")
            return before.dropped(before.word or "by hand")

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
