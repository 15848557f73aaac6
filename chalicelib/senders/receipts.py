"""This is where carriers' words on a message become ours: one table each."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from ..domain.receipts import Receipt
from ..domain.records import Status

#: What End User Messaging sends to EventBridge, as `detail-type`.
EUM_EVENTS = ["Text Message Delivery Status Updated", "Voice Message Delivery Status Updated"]

#: "Event types for SMS, MMS, and voice" of AWS's user guide; media and RCS are not sent by us.
EUM = {
    "TEXT_SENT": Status.PENDING,
    "TEXT_PENDING": Status.PENDING,
    "TEXT_QUEUED": Status.PENDING,
    # Accepted by the operator: in some countries as much as one ever hears.
    "TEXT_SUCCESSFUL": Status.DELIVERED,
    "TEXT_DELIVERED": Status.DELIVERED,
    "TEXT_INVALID": Status.UNDELIVERED,
    "TEXT_INVALID_MESSAGE": Status.UNDELIVERED,
    "TEXT_UNREACHABLE": Status.UNDELIVERED,
    "TEXT_CARRIER_UNREACHABLE": Status.UNDELIVERED,
    "TEXT_BLOCKED": Status.UNDELIVERED,
    "TEXT_CARRIER_BLOCKED": Status.UNDELIVERED,
    "TEXT_SPAM": Status.UNDELIVERED,
    "TEXT_TTL_EXPIRED": Status.UNDELIVERED,
    "TEXT_PROTECT_BLOCKED": Status.UNDELIVERED,
    # What AWS says after 72 hours without a word: nobody knows.
    "TEXT_UNKNOWN": Status.PENDING,
    "VOICE_INITIATED": Status.PENDING,
    "VOICE_RINGING": Status.PENDING,
    # Somebody lifted; whether the code was read out to the end comes with the next one.
    "VOICE_ANSWERED": Status.PENDING,
    "VOICE_COMPLETED": Status.DELIVERED,
    "VOICE_BUSY": Status.UNDELIVERED,
    "VOICE_NO_ANSWER": Status.UNDELIVERED,
    "VOICE_FAILED": Status.UNDELIVERED,
    "VOICE_TTL_EXPIRED": Status.UNDELIVERED,
}

#: The words that tell when the operator had it, and when the phone did.
_CARRIER = frozenset({"TEXT_SUCCESSFUL", "VOICE_RINGING"})
_DEVICE = frozenset({"TEXT_DELIVERED", "VOICE_COMPLETED"})

#: "Amazon SNS SMS delivery monitoring" of AWS's developer guide.
SNS = {"SUCCESS": Status.DELIVERED, "FAILURE": Status.UNDELIVERED}

#: A word is a word, and not a page.
_LONGEST = 200
#: Carriers repeat numbers and codes in their words: what is long enough for one is struck out.
_DIGITS = re.compile(r"\+?[0-9]{5,}")


def from_eum(detail: Mapping[str, Any]) -> Receipt:
    """What End User Messaging tells of a text or call; raises ValueError for what is none.

    What is not final yet may still fail, and a record does not go back: it waits.
    """
    try:
        word = str(detail["eventType"])[:_LONGEST]
        at = datetime.fromtimestamp(int(detail["eventTimestamp"]) / 1000, UTC)
        final = detail.get("isFinal", True) is not False
        status = EUM.get(word)
        return Receipt(
            "eum",
            str(detail["messageId"]),
            status if final or status is None else Status.PENDING,
            at,
            record=str((detail.get("context") or {}).get("record", "")),
            word=word,
            price=_eum_price(detail) if final else None,
            carrier_at=at if word in _CARRIER else None,
            device_at=at if word in _DEVICE else None,
        )
    except (ArithmeticError, AttributeError, KeyError, OSError, TypeError) as fault:
        raise ValueError(f"no event of End User Messaging: {type(fault).__name__}") from fault


def _eum_price(detail: Mapping[str, Any]) -> Decimal | None:
    """AWS's price and the operator's fee, which it bills apart."""
    said = [detail[name] for name in ("totalMessagePrice", "totalCarrierFee") if name in detail]
    return sum(map(_dollars, said), Decimal(0)) if said else None


def from_sns_log(line: str) -> Receipt:
    """What a line of SNS's delivery log tells of a text; raises ValueError for what is none."""
    try:
        said = json.loads(line)
        noted, told = said["notification"], said["delivery"]
        sent_at = datetime.fromisoformat(noted["timestamp"]).replace(tzinfo=UTC)
        word = f"{said['status']}: {told.get('providerResponse', '')}".removesuffix(": ")
        word = _DIGITS.sub("…", word)
        status = SNS.get(str(said["status"]))
        arrived = status is Status.DELIVERED
        return Receipt(
            "sns",
            str(noted["messageId"]),
            status,
            sent_at,
            word=word[:_LONGEST],
            price=_dollars(told["priceInUSD"]) if "priceInUSD" in told else None,
            carrier_at=_after(sent_at, told, "dwellTimeMs") if arrived else None,
            device_at=_after(sent_at, told, "dwellTimeMsUntilDeviceAck") if arrived else None,
        )
    except (ArithmeticError, AttributeError, KeyError, TypeError) as fault:
        raise ValueError(f"no line of SNS's delivery log: {type(fault).__name__}") from fault


def _after(sent_at: datetime, told: Mapping[str, Any], name: str) -> datetime | None:
    """*sent_at* and so many milliseconds, if the log says how many."""
    return sent_at + timedelta(milliseconds=int(told[name])) if name in told else None


def _dollars(said: object) -> Decimal:
    amount = Decimal(str(said))
    if not amount.is_finite() or not 0 <= amount < 1000:
        raise InvalidOperation("no price of a message")
    return amount
