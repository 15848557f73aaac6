"""This is where the desk makes the receipts that End User Messaging would send for a message."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from ..domain.errors import InvalidPhoneNumber
from ..domain.phones import PhoneNumber
from ..domain.segments import Encoding, count

Event = dict[str, Any]

#: What becomes of a message that nothing befalls.
DELIVERED = ("TEXT_PENDING", "TEXT_SUCCESSFUL", "TEXT_DELIVERED")
HEARD = ("VOICE_INITIATED", "VOICE_RINGING", "VOICE_ANSWERED", "VOICE_COMPLETED")

#: What AWS's simulator does not deliver: its user guide's destination numbers for failure.
SIMULATED = {
    "+33755512502": "TEXT_UNREACHABLE",
    "+61455944039": "TEXT_UNREACHABLE",
    "+85257048854": "TEXT_UNREACHABLE",
}

_UNDER_WAY = frozenset(
    {"TEXT_PENDING", "TEXT_QUEUED", "VOICE_ANSWERED", "VOICE_INITIATED", "VOICE_RINGING"}
)
_DETAIL_TYPES = {
    "TEXT": "Text Message Delivery Status Updated",
    "VOICE": "Voice Message Delivery Status Updated",
}


@dataclass(frozen=True, slots=True)
class Taken:
    """A message that was taken, as it was asked for by *operation*."""

    id: str
    operation: str
    asked: Mapping[str, Any]
    at: datetime

    @property
    def to(self) -> str:
        number: str = self.asked["DestinationPhoneNumber"]
        return number

    @property
    def spoken(self) -> bool:
        return "Voice" in self.operation


def receipts(taken: Taken, *, fate: str = "", pace: timedelta) -> Iterator[Event]:
    """The events EventBridge would hand on, one every *pace*.

    *fate* is the type of the last one, should the message not arrive.
    """
    course: tuple[str, ...] = HEARD if taken.spoken else DELIVERED
    if fate:
        course = (course[0], fate)
    for step, kind in enumerate(course, 1):
        yield _event(taken, kind, at=taken.at + step * pace)


def _event(taken: Taken, kind: str, *, at: datetime) -> Event:
    """One event, in the form of "Monitoring with EventBridge" in AWS's user guide."""
    channel, _, status = kind.partition("_")
    detail = {
        "eventType": kind,
        "eventVersion": "1.0",
        "eventTimestamp": _milliseconds(at),
        "isFinal": kind not in _UNDER_WAY,
        "originationPhoneNumber": taken.asked.get("OriginationIdentity", "NOTICE"),
        "isoCountryCode": region(taken.to),
        "messageId": taken.id,
        "messageRequestTimestamp": _milliseconds(taken.at),
        "messageStatus": status,
        "messageStatusDescription": status.capitalize().replace("_", " "),
        **({"context": dict(taken.asked["Context"])} if "Context" in taken.asked else {}),
    }
    if channel == "TEXT":
        detail |= _of_a_text(taken)
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": _DETAIL_TYPES[channel],
        "source": "aws.sms-voice",
        "account": "123456789012",
        "time": at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "region": "us-east-1",
        "resources": [],
        "detail": detail,
    }


def _of_a_text(taken: Taken) -> dict[str, Any]:
    """What is told of a text alone: what it is made of, and what it costs."""
    segments = count(taken.asked.get("MessageBody", ""))
    return {
        "messageEncoding": "GSM" if segments.encoding is Encoding.GSM7 else "Unicode",
        "messageType": taken.asked.get("MessageType", "TRANSACTIONAL"),
        "totalMessageParts": segments.count,
        "totalMessagePrice": 0.00581,
        "totalCarrierFee": 0.003,
    }


def region(number: str) -> str:
    """ISO 3166 code of where *number* is; ZZ if there is no such number."""
    try:
        return PhoneNumber.parse(number).region
    except InvalidPhoneNumber:
        return "ZZ"


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)
