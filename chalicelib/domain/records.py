"""This is where it stands what became of a message."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from .costs import Cost
from .messages import Channel, Kind, Message
from .phones import PhoneNumber

#: Longer than the two months LeanCloud's console keeps its records.
KEPT_FOR = timedelta(days=90)


class Status(StrEnum):
    """The states of a send record, with the console's names for them."""

    PENDING = "pending"  # 等待回执: handed over, or perhaps so
    REFUSED = "refused"  # 调用失败: nothing left the house, nothing is billed


@dataclass(frozen=True, slots=True)
class Record:
    """What became of one message; *id* is that of the request that sent it.

    *message_id* is the carrier's name for the message, *error* what the senders said of it.
    *template* is a template's name, *signature* the text in 【】.
    """

    id: str
    app: str
    to: PhoneNumber
    channel: Channel
    text: str = field(repr=False)
    status: Status
    at: datetime
    kind: Kind
    template: str
    signature: str
    cost: Cost
    sender: str = ""
    message_id: str = ""
    error: str = ""

    @classmethod
    def of(cls, message: Message, *, id: str, app: str, cost: Cost, at: datetime) -> "Record":
        """A record of *message*, which is on its way; it holds the text without the code."""
        wording = message.wording
        return cls(
            id,
            app,
            message.to,
            message.channel,
            message.masked_text,
            Status.PENDING,
            at,
            wording.kind,
            wording.template,
            wording.signature.text,
            cost,
        )

    def refused(self, *, sender: str, error: str) -> "Record":
        """The record of a message nobody took: the only kind that costs nothing."""
        free = Cost(self.cost.segments, Decimal(0))
        return replace(self, status=Status.REFUSED, cost=free, sender=sender, error=error)
