"""This is where it is decided which timers a message needs, and what happens when one is due."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ..domain.messages import Kind
from ..domain.records import Record, Status
from ..domain.timers import Task, Timer
from . import ports
from .delivery import Delivery
from .fallbacks import Fallbacks
from .hook_ports import Deliveries
from .openings import Openings


@dataclass(eq=False, repr=False)
class Timers:
    """Looks after a code that was sent: whether it is to go another way, and how it ended.

    A timer is set from the change stream of the records: the request that sent the code waits
    for none of it, and a record that is filed has its timers.
    """

    apps: ports.Apps
    timers: ports.Timers
    delivery: Delivery
    openings: Openings
    fallbacks: Fallbacks
    deliveries: Deliveries

    def record_changed(self, before: Record | None, after: Record | None, *, now: datetime) -> None:
        """Set the timers of a record that was just filed, perhaps twice if it is told twice.

        Its state is not always that of a text on its way: what was heard early is in it.
        """
        if before is not None or after is None or after.status is Status.REFUSED:
            return
        if after.kind is not Kind.VERIFICATION or after.expires_at is None:
            return
        if after.status is Status.VERIFIED:
            self.delivery.tell(after, received=True)
            return
        if after.sender in self.delivery.feedback:
            self._set(Task.EXPIRY, after, after.expires_at, now)
        app = self.apps.find(after.app)
        if app and app.settings.fallback_after and after.wanting:
            wait = timedelta(seconds=app.settings.fallback_after)
            self._set(Task.FALLBACK, after, after.at + wait, now)

    def due(self, timer: Timer, *, now: datetime) -> None:
        """Do what *timer* is for, or set it again if it came too early."""
        if now < timer.due_at:
            self.timers.set(timer, now=now)
        elif timer.task is Task.EXPIRY:
            self.openings.expired(timer.app, timer.subject, now=now)
        elif timer.task is Task.FALLBACK:
            self.fallbacks.attempt(timer.app, timer.subject, now=now)
        else:
            self.deliveries.wake(timer.app, timer.subject)

    def _set(self, task: Task, record: Record, due_at: datetime, now: datetime) -> None:
        self.timers.set(Timer(task, record.app, record.id, due_at), now=now)
