"""This is where it stands what became of a message."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from .abuse import ALLOWED, Decision
from .costs import Cost
from .messages import Channel, Kind, Message
from .phones import PhoneNumber
from .settings import RECORD_DAYS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .receipts import Receipt
    from .values import Value

#: How long a record is kept where no app says otherwise.
KEPT_FOR = timedelta(days=RECORD_DAYS)


class Status(StrEnum):
    """The states of a send record, with the console's names for them."""

    REFUSED = "refused"  # 调用失败: nothing left the house, nothing is billed
    PENDING = "pending"  # 等待回执: handed over, or perhaps so
    UNDELIVERED = "undelivered"  # 投递失败: the carrier gave up, so far as it knows
    DELIVERED = "delivered"  # 发送成功: the carrier says that it arrived
    VERIFIED = "verified"  # 验证成功: its code came back, so it did arrive

    @property
    def shown(self) -> str:
        """The console's name for it."""
        return _SHOWN[self]

    @property
    def yields_to(self) -> frozenset[Status]:
        """What a receipt may make of it: a record only ever moves forward."""
        return _YIELDS_TO[self]

    @property
    def overcomes(self) -> frozenset[Status]:
        """The states that yield to it."""
        return frozenset(one for one in Status if self in one.yields_to)


_SHOWN = {
    Status.REFUSED: "调用失败",
    Status.PENDING: "等待回执",
    Status.UNDELIVERED: "投递失败",
    Status.DELIVERED: "发送成功",
    Status.VERIFIED: "验证成功",
}

_YIELDS_TO = {
    Status.REFUSED: frozenset[Status](),
    Status.PENDING: frozenset({Status.UNDELIVERED, Status.DELIVERED, Status.VERIFIED}),
    # Carriers give up too early at times, and a later try gets through.
    Status.UNDELIVERED: frozenset({Status.DELIVERED, Status.VERIFIED}),
    Status.DELIVERED: frozenset({Status.VERIFIED}),
    Status.VERIFIED: frozenset[Status](),
}


@dataclass(frozen=True, slots=True)
class Record:
    """What became of one message; *id* is that of the request that sent it.

    *message_id* is the carrier's name for the message, *error* what the senders said of it as it
    was sent, *word* what the carrier said of it since.  *template* is a template's name,
    *signature* the text in 【】.  *cost* is what it was charged, *billed* what the carrier says
    that it bills.  A code dies at *expires_at*; *values* are what its wording was filled with.
    Of a code that was sent twice *first* and *second* name the other record.  *address* is where
    it was asked for, by which sends are counted, and *decision* what was held against it.

    The request came *at* a moment; *accepted_at* is when a sender took it, *carrier_at* when
    the operator did, *device_at* when the phone had it, *verified_at* when its code came back:
    each is the first that was heard of it, None as long as nothing was.
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
    expires_at: datetime | None = None
    values: Mapping[str, Value] = field(default_factory=dict, repr=False)
    first: str = ""
    second: str = ""
    address: str = ""
    decision: Decision = ALLOWED
    sender: str = ""
    message_id: str = ""
    error: str = ""
    word: str = ""
    billed: Decimal | None = None
    accepted_at: datetime | None = None
    carrier_at: datetime | None = None
    device_at: datetime | None = None
    verified_at: datetime | None = None

    @classmethod
    def of(cls, message: Message, *, cost: Cost, at: datetime, first: str = "") -> Record:
        """A record of *message*, which is on its way; it holds the text without the code."""
        wording = message.wording
        return cls(
            message.id,
            message.app,
            message.to,
            message.channel,
            message.masked_text,
            Status.PENDING,
            at,
            wording.kind,
            wording.template,
            wording.signature.text,
            cost,
            expires_at=message.expires_at,
            values=wording.values if message.code else {},
            first=first,
            address=message.address,
            decision=message.decision,
        )

    @property
    def day(self) -> date:
        """The day it counts for, in UTC: that of the request, whenever its receipts come."""
        return self.at.astimezone(UTC).date()

    @property
    def price(self) -> Decimal:
        """What the carrier bills, or the estimate as long as it has not said."""
        return self.cost.price if self.billed is None else self.billed

    @property
    def barred(self) -> bool:
        """Whether it was held back, and no sender asked."""
        return self.decision.saved is not None

    @property
    def wanting(self) -> bool:
        """Whether its code may go another way: it is not known to have come, and goes but once.

        Of one that names no sender nobody can say which way would be another.
        """
        waits = self.status in (Status.PENDING, Status.UNDELIVERED)
        return waits and bool(self.sender) and not self.first and not self.second

    def refused(self, *, sender: str = "", error: str) -> Record:
        """The record of a message nobody took: the only kind that costs nothing."""
        free = Cost(self.cost.segments, Decimal(0))
        return replace(self, status=Status.REFUSED, cost=free, sender=sender, error=error)

    def received(self, receipt: Receipt) -> Record:
        """The record once *receipt* has come, be it late, again, or after what came later.

        It moves if its state yields.  If not, what the receipt tells of times and price is
        news all the same; but there is no news of a message that nobody took.
        """
        if receipt.status is None or self.status is Status.REFUSED:
            return self
        moved = receipt.status in self.status.yields_to
        return replace(
            self,
            status=receipt.status if moved else self.status,
            word=receipt.word if moved or not self.word else self.word,
            message_id=self.message_id or receipt.message_id,
            billed=receipt.price if self.billed is None else self.billed,
            carrier_at=self.carrier_at or receipt.carrier_at,
            device_at=self.device_at or receipt.device_at,
        )

    def verified(self, at: datetime) -> Record:
        """The record once the code of its message came back, *at* a moment."""
        if self.status is Status.REFUSED:
            return self
        return replace(self, status=Status.VERIFIED, verified_at=self.verified_at or at)
