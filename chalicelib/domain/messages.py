"""This is where a message to one phone is described, in nobody's dialect."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from .abuse import ALLOWED, Decision

if TYPE_CHECKING:
    from .phones import PhoneNumber
    from .wordings import Wording


class Channel(StrEnum):
    """How a message reaches a phone; the values are LeanCloud's ``smsType``."""

    SMS = "sms"
    VOICE = "voice"


class Kind(StrEnum):
    """What a message is for, as carriers sort them (验证类, 通知类, 营销类)."""

    VERIFICATION = "verification"
    NOTICE = "notice"
    MARKETING = "marketing"


@dataclass(frozen=True, slots=True)
class Message:
    """One text, or one speech, to one phone.

    *id* names its record, and *app* whose it is: no two messages bear one id, so that a carrier
    or a team's own function can tell a repetition.
    *text* is what is shown or read out, *wording* what it was made of: half of the world's
    suppliers take no texts, but the id of a template and its values.  *code* is empty, and
    *expires_at* None, for what carries no code; a late message can be let die with its code.
    *test* marks a test number, which no carrier is to be bothered with.  *route* names the
    senders to ask, in their order; None leaves it to the deployment.  *address* is where it was
    asked for, and *decision* what was held against that, for the record alone.
    """

    id: str
    app: str
    to: PhoneNumber
    text: str = field(repr=False)
    channel: Channel
    wording: Wording
    code: str = field(default="", repr=False)
    expires_at: datetime | None = None
    test: bool = False
    route: tuple[str, ...] | None = None
    address: str = ""
    decision: Decision = ALLOWED

    @property
    def masked_text(self) -> str:
        """The text with its code struck out, as it may be kept."""
        return self.text.replace(self.code, "*" * len(self.code)) if self.code else self.text


@dataclass(frozen=True, slots=True)
class Sent:
    """A sender took the message; *message_id* is the carrier's name for it."""

    sender: str
    message_id: str


class SendError(Exception):
    """A sender did not take the message.

    SendError
    ├── Unavailable    nothing left the house; another sender may do better
    │   └── Declined   this sender takes other messages, but not this one
    ├── Rejected       the number or the text is refused; no other will do better
    └── Unknown        no answer came after the request was out: it may be on its way
        └── Broken     it failed in a way that nobody foresaw: a fault of ours
    """

    def __init__(self, reason: str, *, sender: str = "") -> None:
        super().__init__(f"{sender}: {reason}" if sender else reason)
        self.reason = reason
        self.sender = sender


class Unavailable(SendError):
    """Busy, broken, or over its own quota."""


class Declined(Unavailable):
    """Not this message: its country, its price, its channel.  The sender itself is well."""


class Rejected(SendError):
    """Refused for a reason that no other sender can cure."""


class Unknown(SendError):
    """It may have been sent; sending again would be a second text."""


class Broken(Unknown):
    """A fault of ours while a sender was at work; its cause is for the log."""
