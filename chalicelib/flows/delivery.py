"""This is where a message is handed to a sender and its record filed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ..domain.costs import Cost
from ..domain.errors import Busy, OutOfService, SendFailed
from ..domain.messages import Message, Rejected, Sent, Unavailable, Unknown
from ..domain.records import Record, Status
from .ports import Crashed, Log, Records, Senders

Listener = Callable[[Message, Sent, datetime], None]


@dataclass(eq=False, repr=False)
class Delivery:
    """Hands messages over, and writes down what became of each.

    *listeners* are told of every message that went out: the desk's, in local work.
    """

    sender: Senders
    records: Records
    log: Log
    crashed: Crashed
    listeners: Sequence[Listener] = ()

    def ready(self, draft: Message) -> None:
        """Raises SendFailed when nobody would take such a message: before anything is spent."""
        if not self.sender.carries(draft):
            rest = self.sender.rest
            raise SendFailed(
                "every sender rests" if rest else f"no sender carries {draft.channel}",
                retry_after=rest or None,
            )

    def dispatch(self, message: Message, *, id: str, app: str, cost: Cost, now: datetime) -> None:
        """Send *message* and file its record under *id*.

        Raises SendFailed when every sender definitely refused it, and nothing else.  When no
        answer came, or one that is a fault of ours, it may be on its way: that counts as sent,
        for nobody is to get two.
        """
        record = Record.of(message, id=id, app=app, cost=cost, at=now)
        try:
            sent = self.sender.send(message)
        except Unknown as fault:
            self._file(replace(record, sender=fault.sender, error=fault.reason))
        except (Unavailable, Rejected) as fault:
            self._file(record.refused(sender=fault.sender, error=fault.reason))
            raise SendFailed(str(fault)) from fault
        except Exception as fault:
            self.crashed(fault, app=app, record=id)
            self._file(replace(record, error=type(fault).__name__))
        else:
            self._file(replace(record, sender=sent.sender, message_id=sent.message_id))
            for listener in self.listeners:
                listener(message, sent, now)

    def _file(self, record: Record) -> None:
        self.log(
            "sent" if record.status is Status.PENDING else "not_sent",
            app=record.app,
            record=record.id,
            phone=record.to.masked,
            channel=record.channel,
            sender=record.sender,
            message_id=record.message_id,
            reason=record.error,
        )
        try:
            self.records.put(record)
        except (Busy, OutOfService) as fault:
            # The text is out and its code is good: the client must not hear otherwise.
            self.log("record_lost", app=record.app, record=record.id, reason=fault.reason)
