"""This is where a message is handed to a sender, and where it is written down what became of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from ..domain.costs import FREE, Cost
from ..domain.errors import SendFailed
from ..domain.messages import Broken, Message, Rejected, SendError, Sent, Unavailable, Unknown
from ..domain.receipts import NotFiled, Receipt
from ..domain.records import KEPT_FOR, Record, Status
from .clock import clock
from .ports import Crashed, Feedback, Log, Records, Senders

Listener = Callable[[Message, Sent, datetime], None]

#: When to ask again after every sender failed, if none says how long it rests.
RETRY_AFTER = timedelta(seconds=10)

#: A message's record is filed within seconds.  A carrier's word on one that has none after this
#: is of somebody else's message: the logs of an account tell of all that it sends.
FILED_WITHIN = timedelta(minutes=1)


@dataclass(eq=False, repr=False)
class Delivery:
    """Hands messages over, and writes down what became of each.

    *listeners* are told of every message that went out: the desk's, in local work.  *feedback*
    are the senders, by name, that like to hear of the codes that came back.
    """

    sender: Senders
    records: Records
    log: Log
    crashed: Crashed
    listeners: Sequence[Listener] = ()
    feedback: Mapping[str, Feedback] = field(default_factory=dict)

    def ready(self, draft: Message) -> None:
        """Raises SendFailed when nobody would take such a message: before anything is spent."""
        if not self.sender.carries(draft):
            rest = self.sender.rest(draft)
            raise SendFailed(
                "every sender rests" if rest else f"no sender carries {draft.channel}",
                retry_after=rest or None,
            )

    def dispatch(
        self,
        message: Message,
        *,
        cost: Cost,
        now: datetime,
        kept_for: timedelta = KEPT_FOR,
        first: str = "",
    ) -> None:
        """Send *message* and file its record, which is *kept_for* so long.

        *first* is the record of the same code's first message, if this is the second.

        Raises SendFailed when every sender definitely refused it, and nothing else.  When no
        answer came, or one that is a fault of ours, it may be on its way: that counts as sent,
        for nobody is to get two.
        """
        record = Record.of(message, cost=cost, at=now, first=first)
        try:
            sent = self.sender.send(message)
        except Unknown as fault:
            if isinstance(fault, Broken):
                self.crashed(fault.__cause__ or fault, app=record.app, record=record.id)
            self._file(replace(record, sender=fault.sender, error=fault.reason), kept_for)
        except (Unavailable, Rejected) as fault:
            self._file(record.refused(sender=fault.sender, error=fault.reason), kept_for)
            rest = self.sender.rest(message) or RETRY_AFTER
            wait = rest if isinstance(fault, Unavailable) else None
            raise SendFailed(str(fault), retry_after=wait) from fault
        except Exception as fault:
            self.crashed(fault, app=record.app, record=record.id)
            self._file(replace(record, error=type(fault).__name__), kept_for)
        else:
            taken = replace(record, sender=sent.sender, message_id=sent.message_id)
            self._file(replace(taken, accepted_at=clock()), kept_for)
            for listener in self.listeners:
                listener(message, sent, now)

    def hold_back(self, message: Message, *, now: datetime, kept_for: timedelta) -> None:
        """File that *message* was held back, with the decision on it: no sender was asked."""
        record = Record.of(message, cost=FREE, at=now)
        self._file(record.refused(error=f"held back: {message.decision.verdict}"), kept_for)

    def receive(self, receipt: Receipt) -> None:
        """Write down what a carrier says of a message: in any order, and as often as it likes.

        Raises NotFiled for one that is perhaps still to be filed: it is to be told again.
        """
        told = {"sender": receipt.sender, "message_id": receipt.message_id, "word": receipt.word}
        if receipt.status is None:
            self.log("receipt_unknown", record=receipt.record, **told)
            return
        try:
            before = self.records.receive(receipt)
        except NotFiled:
            if clock() - receipt.at < FILED_WITHIN:
                raise
            self.log("receipt_unfiled", **told)
            return
        if before is None:  # it waits for its record
            self.log("receipt_early", record=receipt.record, **told)
            return
        told["sender"] = before.sender or receipt.sender
        self._moved("receipt", before, before.received(receipt), **told)

    def verified(self, app: str, id: str, at: datetime) -> None:
        """Write down that the code of message *id* came back, and let its carrier know.

        Of a code that was sent twice one message is said to have brought it.
        """
        id = self._brought(id)
        before = self.records.verified(id, at)
        if before is None:
            self.log("verified_early", app=app, record=id)
            return
        after = before.verified(at)
        self._moved("record_verified", before, after)
        if after.status is Status.VERIFIED:
            self.tell(after, received=True)

    def _brought(self, id: str) -> str:
        """The second message, if there is one and the first is not known to have arrived."""
        first = self.records.find(id)
        if first is None or not first.second or first.status is Status.VERIFIED:
            return id
        second = self.records.find(first.second)
        if second is None or second.status is Status.REFUSED:
            return id
        arrived = first.status is Status.DELIVERED and second.status is not Status.VERIFIED
        return id if arrived else second.id

    def tell(self, record: Record, *, received: bool) -> None:
        """Tell a carrier that wants to know whether the code of a message came back."""
        carrier = self.feedback.get(record.sender)
        if carrier is None or not record.message_id:
            return
        facts = {"app": record.app, "record": record.id, "sender": record.sender}
        try:
            carrier.feedback(record.message_id, received=received)
        except SendError as fault:
            self.log("feedback_failed", **facts, received=received, reason=fault.reason)
        else:
            self.log("feedback", **facts, received=received)

    def _moved(self, event: str, before: Record, after: Record, **told: str) -> None:
        self.log(
            event,
            app=after.app,
            record=after.id,
            phone=after.to.masked,
            status=after.status,
            before=before.status,
            **told,
        )

    def _file(self, record: Record, kept_for: timedelta) -> None:
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
            self.records.put(record, kept_for=kept_for)
        except Exception as fault:
            # The text is out and its code is good: the client must not hear otherwise.
            self.crashed(fault, app=record.app, record=record.id)
            self.log("record_lost", app=record.app, record=record.id, reason=type(fault).__name__)
