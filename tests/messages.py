"""A message of each kind, for whoever sends one."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.domain.messages import Channel, Kind, Message, SendError, Sent
from chalicelib.domain.phones import PhoneNumber
from chalicelib.domain.reviews import State
from chalicelib.domain.signatures import Signature
from chalicelib.domain.wordings import Wording
from chalicelib.senders.breaker import Breaker
from chalicelib.senders.inbox import Inbox
from chalicelib.senders.router import Router

WORDING = Wording(
    Kind.VERIFICATION,
    Signature("1", "shop", "Shop", State.APPROVED, datetime(2026, 11, 21, tzinfo=UTC)),
    "{{code}}",
    "My Shop",
)

#: To Hong Kong, which every sender there is reaches.
MESSAGE = Message(
    id="f00dcafef00dcafef00dcafef00dcafe",
    app="countersign-local-app",
    to=PhoneNumber("+85291234567"),
    text="【Shop】135791",
    channel=Channel.SMS,
    wording=WORDING,
    code="135791",
    expires_at=datetime(2099, 11, 21, tzinfo=UTC),
)


def message(to: str = MESSAGE.to.e164, **changes: Any) -> Message:
    """A text with a code that lives ten minutes, but for *changes*."""
    lives = datetime.now(UTC) + timedelta(minutes=10)
    return replace(MESSAGE, **{"to": PhoneNumber(to), "expires_at": lives, **changes})


def call(to: str = MESSAGE.to.e164, **changes: Any) -> Message:
    """A call that reads out the code."""
    return message(to, channel=Channel.VOICE, text=MESSAGE.code, **changes)


def notice(to: str = MESSAGE.to.e164, kind: Kind = Kind.NOTICE, **wording: Any) -> Message:
    """A text of a template that carries no code."""
    worded = replace(WORDING, kind=kind, source="Sent.", template="Sent", **wording)
    return message(to, text="【Shop】Sent.", wording=worded, code="", expires_at=None)


@dataclass
class Double:
    """A sender that does as it is told."""

    name: str
    fault: SendError | None = None
    carried: bool = True
    sent: int = 0
    takes: timedelta = timedelta(seconds=3)

    def carries(self, message: Message) -> bool:
        return self.carried

    def send(self, message: Message) -> Sent:
        self.sent += 1
        if self.fault:
            raise self.fault
        return Sent(self.name, "1")


def routed(*senders: Any) -> Router:
    """A router with these, in their order, each behind a breaker."""
    return Router(Inbox(), {sender.name: Breaker(sender) for sender in senders})
