"""This is where an event is: something that became true, as an app's hooks are told of it.

It is told as this JSON, in which every field is always present:

    version   1; it grows only if a field is taken away or changes its meaning
    type      what happened: see `EventType`
    object    of what, by type: the folder `schemas` has a JSON Schema for each
    app       the app's id
    phone     the phone in E.164, such as "+8618612345678"; null where it is about none
    event     the event's id: the same id is the same event, however often it is told
    at        when it became true, such as "2026-11-21T08:00:00.000Z"

No code, password, session token or `authData` is ever in it.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from .instants import iso
from .phones import PhoneNumber

#: Bytes of JSON: Lambda and EventBridge take 256 KB, and something is added to it.
LONGEST = 240_000

#: What is told of a user in any case.
_ALWAYS = frozenset(
    {
        "__type",
        "className",
        "objectId",
        "username",
        "mobilePhoneNumber",
        "mobilePhoneVerified",
        "email",
        "emailVerified",
        "createdAt",
        "updatedAt",
    }
)

#: LeanCloud's word for a phone that was verified, as its `onVerified` says it.
_SMS = "sms"


class EventType(StrEnum):
    """What may happen, in the order in which it does."""

    SENT = "sent"  # a message was handed to a carrier
    DELIVERED = "delivered"  # its carrier says that it arrived, or its code came back
    UNDELIVERED = "undelivered"  # nobody took it, or its carrier says that it did not arrive
    CODE_VERIFIED = "code_verified"  # a code came back, whatever it was for
    PHONE_VERIFIED = "phone_verified"  # a user's phone became verified: LeanCloud's onVerified
    GUESSES_SPENT = "guesses_spent"  # the last guess at a code was wrong
    LIMIT_HIT = "limit_hit"  # a message was refused, for there were too many; once an hour
    BALANCE_LOW = "balance_low"  # the balance fell below the setting balance_alarm
    TEMPLATE_DECIDED = "template_decided"  # a template was approved or rejected
    LOGIN_LOCKED = "login_locked"  # too many wrong passwords or codes
    CONVERSION_LOW = "conversion_low"  # too few codes of a region came back; once an hour

    @property
    def said(self) -> str:
        """The event's `type` on the wire."""
        return _SMS if self is EventType.PHONE_VERIFIED else self.value

    @property
    def function(self) -> str:
        """The LeanEngine function that is called: ``onVerified/sms``, else such as ``onSent``."""
        if self is EventType.PHONE_VERIFIED:
            return "onVerified/sms"
        return "on" + "".join(part.capitalize() for part in self.value.split("_"))


@dataclass(frozen=True, slots=True)
class Event:
    """Something that became true *at* a moment; *id* follows from what it was, and from no clock.

    *since* is where it stands among those of its phone, which is not always when it happened.
    """

    type: EventType
    app: str
    id: str
    at: datetime
    since: datetime
    phone: PhoneNumber | None
    object: Mapping[str, Any] = field(repr=False)

    @classmethod
    def of(
        cls,
        type: EventType,
        app: str,
        *facts: str,
        at: datetime,
        phone: PhoneNumber | None = None,
        object: Mapping[str, Any],
        since: datetime | None = None,
    ) -> "Event":
        """The event that *facts* make: the same ones, told again, make the same event."""
        id = hashlib.sha256("\0".join((type, app, *facts)).encode()).hexdigest()[:32]
        return cls(type, app, id, at, since or at, phone, object)

    @property
    def lane(self) -> str:
        """What it is told in order with: its phone, but for what is told once of many."""
        if self.phone is None or self.type is EventType.LIMIT_HIT:
            return self.id
        return self.phone.e164

    @property
    def body(self) -> dict[str, Any]:
        """What hooks are told: of a user's own fields, nothing if they are too many."""
        said = self._body(self.object)
        if len(as_json(said)) <= LONGEST:
            return said
        kept = {name: value for name, value in self.object.items() if name in _ALWAYS}
        return self._body({**kept, "__truncated": True})

    def _body(self, object: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "version": 1,
            "type": self.type.said,
            "object": dict(object),
            "app": self.app,
            "phone": self.phone.e164 if self.phone else None,
            "event": self.id,
            "at": iso(self.at),
        }


def as_json(body: Mapping[str, Any]) -> bytes:
    """*body* as it goes out: in its own letters, but for half ones, which a user may hold."""
    try:
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(body, separators=(",", ":")).encode()
