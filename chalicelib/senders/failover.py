"""This is where several senders stand as one."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from ..domain.messages import Message, Sent, Unavailable
from ..flows.ports import Sender


@dataclass(eq=False, repr=False)
class Failover:
    """The first of *senders* that carries a message and is not Unavailable sends it.

    Rejected stops at once, because a bad number stays bad and a second carrier would only
    charge us to say so.  Unknown stops too: the text may be on its way, and nobody gets two.
    """

    senders: tuple[Sender, ...]

    name: ClassVar[str] = "failover"

    @property
    def rest(self) -> timedelta:
        rests = [sender.rest for sender in self.senders]
        return min(filter(None, rests), default=timedelta(0))

    def carries(self, message: Message) -> bool:
        return any(sender.carries(message) for sender in self.senders)

    def choose(self, message: Message) -> str | None:
        """The name of the sender that is asked first; None when nobody carries *message*."""
        return next((sender.name for sender in self.senders if sender.carries(message)), None)

    def send(self, message: Message) -> Sent:
        faults = []
        for sender in self.senders:
            if not sender.carries(message):
                continue
            try:
                return sender.send(message)
            except Unavailable as fault:
                faults.append(fault)
        reasons = "; ".join(str(fault) for fault in faults)
        raise Unavailable(reasons or f"no sender carries {message.channel}")
