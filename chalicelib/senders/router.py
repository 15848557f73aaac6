"""This is where a message is given its way: which senders are asked, in which order."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from ..domain.messages import Message, Sent, Unavailable
from ..flows.ports import Sender
from .breaker import Breaker
from .inbox import Inbox

#: How long all attempts take together at the most: none is begun that could end later.
ALL_TAKE = timedelta(seconds=8)


@dataclass(eq=False, repr=False)
class Router:
    """All senders as one: each is asked at most once, until one takes the message.

    The order is that of the message's route, or else the deployment's; who failed often in
    the last minute is asked last.  Test numbers never get past the inbox.  Rejected stops at
    once, because a bad number stays bad and a second carrier would only charge us to say so.
    Unknown stops too: the text may be on its way, and nobody gets two.
    """

    inbox: Inbox
    carriers: Mapping[str, Breaker]

    def rest(self, message: Message) -> timedelta:
        """How long until the first sender on its route that carries *message* is back."""
        rests = [carrier.rest for carrier in self._on_route(message) if carrier.takes_on(message)]
        return min(filter(None, rests), default=timedelta(0))

    def carries(self, message: Message) -> bool:
        return self.choose(message) is not None

    def choose(self, message: Message) -> str | None:
        """The name of the sender that is asked first; None when nobody carries *message*."""
        return next((sender.name for sender in self._order(message)), None)

    def others(self, message: Message, than: str) -> tuple[str, ...]:
        """The names of the senders on its route but the one named *than*, in their order."""
        names = self.carriers if message.route is None else message.route
        return tuple(name for name in names if name != than)

    def send(self, message: Message) -> Sent:
        faults, begun = [], time.monotonic()
        for sender in self._order(message):
            elapsed = timedelta(seconds=time.monotonic() - begun)
            if elapsed + sender.takes > ALL_TAKE:
                faults.append(Unavailable("no time left", sender=sender.name))
                continue
            try:
                return sender.send(message)
            except Unavailable as fault:
                faults.append(fault)
        reasons = "; ".join(str(fault) for fault in faults)
        raise Unavailable(reasons or f"no sender carries {message.channel}")

    def _order(self, message: Message) -> Sequence[Sender]:
        if self.inbox.carries(message):
            return [self.inbox]
        asked = [carrier for carrier in self._on_route(message) if carrier.carries(message)]
        return sorted(asked, key=lambda carrier: carrier.ailing)

    def _on_route(self, message: Message) -> Sequence[Breaker]:
        names = self.carriers if message.route is None else message.route
        # A sender this deployment does not have is one that it lost: the others are asked.
        return [self.carriers[name] for name in names if name in self.carriers]
