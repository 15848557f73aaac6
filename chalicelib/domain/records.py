"""This is where it stands what became of a message."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from .messages import Channel, Message
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
    """

    id: str
    app: str
    to: PhoneNumber
    channel: Channel
    text: str = field(repr=False)
    status: Status
    at: datetime
    sender: str = ""
    message_id: str = ""
    error: str = ""

    @classmethod
    def of(cls, message: Message, *, id: str, app: str, status: Status, at: datetime) -> "Record":
        """A record of *message* that holds its text without the code."""
        return cls(id, app, message.to, message.channel, message.masked_text, status, at)
