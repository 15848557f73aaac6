"""This is where an event is announced: a delivery is kept for each hook that is told of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from ..domain.apps import App
from ..domain.events import Event
from ..domain.hook_deliveries import HookDelivery
from . import ports
from .clock import clock
from .hook_ports import Deliveries


@dataclass(eq=False, repr=False)
class Announcements:
    """Announces events.  A delivery that is kept will be made, whatever happens to its hook."""

    apps: ports.Apps
    deliveries: Deliveries
    log: ports.Log

    def wanted(self, id: str) -> App | None:
        """The app *id*, if it has hooks."""
        app = self.apps.find(id)
        return app if app and app.hooks else None

    def announce(self, app: App, events: Iterable[Event]) -> None:
        """Keep what the hooks of *app* are to be told; the same *events* again change nothing."""
        for event in events:
            for hook in app.hooks:
                if event.type in hook.events:
                    self._keep(HookDelivery.of(event, hook, now=clock()))

    def _keep(self, delivery: HookDelivery) -> None:
        if self.deliveries.put(delivery):
            self.log(
                "announced",
                app=delivery.app,
                type=delivery.type,
                hook=delivery.hook,
                id=delivery.event,
                phone=delivery.phone.masked if delivery.phone else None,
            )
