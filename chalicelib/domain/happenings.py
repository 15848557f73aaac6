"""This is where it is read from what has changed which events that makes."""

from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from .abuse import Broken
from .challenges import GUESSES, Challenge, Codebook
from .claims import Via
from .events import Event, EventType
from .instants import iso
from .lines import Line
from .openings import guessed, opened
from .phones import PhoneNumber
from .records import Record, Status
from .reviews import State
from .templates import Template, Version
from .tries import Tries, locked
from .users import User

#: Finds what opens a challenge.
Codebooks = Callable[[Challenge], Codebook]

#: A code that came back has arrived, whether its carrier says so or not.
_ARRIVED = frozenset({Status.DELIVERED, Status.VERIFIED})


def user_changed(before: User | None, after: User | None, via: frozenset[Via]) -> Iterator[Event]:
    """That a phone became verified, by a code and in one of the ways *via*."""
    if after is None or after.phone is None or after.proof is None or not after.phone_verified:
        return
    proof = after.proof
    verified = before is not None and before.phone_verified and before.phone == after.phone
    if verified or proof.via not in via or (before and before.proof == proof):
        return
    shown = {name: said for name, said in after.shown(whole=True).items() if name != "authData"}
    yield Event.of(
        EventType.PHONE_VERIFIED,
        after.app,
        after.id,
        proof.id,
        at=proof.at,
        phone=after.phone,
        object={**shown, "__type": "Object", "className": "_User"},
    )


def line_changed(
    app: str, phone: PhoneNumber, before: Line, after: Line, codebooks: Codebooks
) -> Iterator[Event]:
    """That a code came back, or that its last guess was wrong."""
    for purpose, challenge in guessed(before, after).items():
        codebook = codebooks(challenge)
        earlier = before.challenges.get(purpose)
        spent = len(earlier.tried) if earlier and earlier.nonce == challenge.nonce else 0
        if opened(before, after, purpose, codebook):
            type = EventType.CODE_VERIFIED
        elif spent < GUESSES <= len(challenge.tried) and not codebook.opened(purpose, challenge):
            type = EventType.GUESSES_SPENT
        else:
            continue
        assert after.failed_at, "a guess was counted at some time"  # noqa: S101
        yield Event.of(
            type,
            app,
            challenge.nonce,
            purpose,
            at=after.failed_at,
            phone=phone,
            object={"purpose": purpose.value, "record": challenge.record or None},
        )


def record_changed(before: Record | None, after: Record | None) -> Iterator[Event]:
    """That a message was sent, arrived, or did not."""
    if after is None:
        return
    if before is None and after.status is not Status.REFUSED:
        yield _of_record(EventType.SENT, after, after.accepted_at or after.at, since=after.at)
    if before is not None and before.status is after.status:
        return
    sent_at = after.accepted_at or after.at
    heard_at = after.device_at or after.carrier_at or after.verified_at or sent_at
    # A carrier's clock may be behind ours: nothing arrives before it is sent.
    since = max(heard_at, sent_at)
    if after.status in _ARRIVED and (before is None or before.status not in _ARRIVED):
        yield _of_record(EventType.DELIVERED, after, heard_at, since=since)
    elif after.status in (Status.UNDELIVERED, Status.REFUSED):
        yield _of_record(EventType.UNDELIVERED, after, heard_at, since=since)


def template_changed(
    before: Template | None, after: Template | None, *, at: datetime
) -> Iterator[Event]:
    """That a version of a template was approved or rejected, *at* a moment."""
    if after is None:
        return
    if after.in_use and (before is None or before.in_use != after.in_use):
        yield _decided(after, after.in_use, at)
    rejected = after.waiting and after.waiting.state is State.REJECTED
    if after.waiting and rejected and (before is None or before.waiting != after.waiting):
        yield _decided(after, after.waiting, at)


def tries_changed(
    app: str, key: str, before: Tries, after: Tries, user: User | None
) -> Iterator[Event]:
    """That logins of *user*, or of a name nobody has, were locked."""
    if locked(after) and not locked(before):
        yield Event.of(
            EventType.LOGIN_LOCKED,
            app,
            key,
            iso(after[0]),
            at=after[0],
            phone=user.phone if user else None,
            object={"user": user.id if user else None},
        )


def balance_low(app: str, left: Decimal, below: Decimal, *, at: datetime) -> Event:
    """That a balance fell below its threshold."""
    said = {"left": _money(left), "below": _money(below), "currency": "USD"}
    return Event.of(EventType.BALANCE_LOW, app, iso(at), at=at, object=said)


def conversion_low(app: str, region: str, broken: Broken, *, now: datetime) -> Event:
    """That too few of the codes sent to *region* came back: one event an hour."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    said = {"region": region, "sent": broken.sent, "redeemed": broken.redeemed}
    return Event.of(EventType.CONVERSION_LOW, app, region, iso(hour), at=now, object=said)


def limit_hit(app: str, phone: PhoneNumber, limit: str, *, now: datetime) -> Event:
    """That a message to *phone* was refused by a *limit*: one event an hour."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    facts = (phone.e164, limit, iso(hour))
    said = {"limit": limit}
    return Event.of(EventType.LIMIT_HIT, app, *facts, at=now, phone=phone, object=said, since=hour)


def _of_record(
    type: EventType, record: Record, at: datetime, *, since: datetime | None = None
) -> Event:
    said: dict[str, Any] = {
        "record": record.id,
        "state": record.status.value,
        "channel": record.channel.value,
        "kind": record.kind.value,
        "template": record.template or None,
        "signature": record.signature,
        "sender": record.sender or None,
        "messageId": record.message_id or None,
        "error": record.error or None,
        "word": record.word or None,
        "segments": record.cost.segments,
        "price": _money(record.price),
        "currency": "USD",
    }
    facts = (record.id, record.status) if type is EventType.UNDELIVERED else (record.id,)
    return Event.of(type, record.app, *facts, at=at, phone=record.to, object=said, since=since)


def _decided(template: Template, version: Version, at: datetime) -> Event:
    said = {
        "template": template.name,
        "version": str(template.version),
        "kind": version.kind.value,
        "state": version.state.value,
        "reasons": list(version.reasons),
        "note": version.note,
    }
    return Event.of(
        EventType.TEMPLATE_DECIDED,
        template.app,
        template.name,
        str(template.version),
        at=at,
        object=said,
    )


def _money(amount: Decimal) -> str:
    return f"{amount.normalize():f}"
