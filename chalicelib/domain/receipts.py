"""This is where a receipt is: a carrier's later word on a message (接收回执)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from .records import Status


class NotFiled(Exception):
    """A receipt came for a message that is on no record yet: it is to come again."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a carrier says of a message that *sender* gave it, *at* a moment.

    It may come late, twice, out of order, and before the message's record is filed.  *record* is
    the id of that record, if the carrier takes such a thing along with a message, else empty.
    *word* is what the carrier said and *status* what we call that: PENDING for a word that
    decides nothing, None for one we do not know.  *carrier_at* is when the operator took the
    message, *device_at* when the phone had it, as far as this receipt tells; *price* is what is
    billed for it, in US dollars.
    """

    sender: str
    message_id: str
    status: Status | None
    at: datetime
    record: str = ""
    word: str = ""
    price: Decimal | None = None
    carrier_at: datetime | None = None
    device_at: datetime | None = None
