"""This is where the flows say what they ask of the outside world about hooks."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from ..domain.apps import App
from ..domain.hook_deliveries import DeliveryState, HookDelivery, Outcome
from ..domain.hooks import Hook


class Deliveries(Protocol):
    """The deliveries of events to hooks."""

    def put(self, delivery: HookDelivery) -> bool:
        """Keep a new one; False, and nothing is changed, if it was kept before."""

    def find(self, app: str, id: str) -> HookDelivery | None:
        """A delivery as it stands at this moment."""

    def open(self, app: str, lane: str) -> Iterator[HookDelivery]:
        """Those of a lane that are not over, in their order."""

    def change(self, before: HookDelivery, after: HookDelivery) -> None:
        """Keep what has changed; raises Conflict when *before* does not stand."""

    def claim(self, app: str, lane: str, *, until: datetime, now: datetime) -> bool:
        """Be the one who runs a lane, *until* then; False while somebody else is."""

    def let_go(self, app: str, lane: str) -> None:
        """Let others run a lane."""

    def wake(self, app: str, id: str) -> None:
        """Let one that waits be tried now; nothing happens if it is over."""

    def of(
        self, app: str, state: DeliveryState, *, before: str, most: int, now: datetime
    ) -> tuple[Sequence[HookDelivery], str]:
        """At most *most* in a *state* from before the place *before*, newest first.

        With the place to go on from; empty when there are no more.
        """


class Unanswered(Exception):
    """The function gave no answer, or none that is one; the text says why."""


class BeforeSend(Protocol):
    """A function of the team's that is asked before a message goes out."""

    def __call__(self, function: str, event: Mapping[str, Any]) -> Mapping[str, Any]:
        """What it answers, within a second; raises Unanswered."""


class Caller(Protocol):
    """Calls one kind of hook."""

    def call(self, app: App, hook: Hook, said: Mapping[str, Any], *, now: datetime) -> Outcome:
        """Tell *hook* what is *said* of an event; it never raises, and takes a few seconds."""
