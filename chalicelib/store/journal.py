"""This is where a record is read from its item, and written as one."""

import json
from datetime import datetime
from decimal import Decimal

from ..domain.abuse import ALLOWED, Cause, Decision, Reason, Verdict
from ..domain.costs import Cost
from ..domain.messages import Channel, Kind
from ..domain.phones import PhoneNumber
from ..domain.records import Record, Status
from . import edge
from .indexes import day_key, message_key, phone_key, place_of
from .tables import RecordRow


def row_of(record: Record, *, purge_at: datetime) -> RecordRow:
    """The item that says what *record* says, with the keys by which it is found."""
    return RecordRow(
        id=record.id,
        app=record.app,
        phone=record.to.e164,
        channel=record.channel.value,
        text=record.text,
        status=record.status.value,
        at=record.at,
        kind=record.kind.value,
        template=record.template or None,
        signature=record.signature,
        segments=record.cost.segments,
        price=record.cost.price,
        sender=record.sender or None,
        message_id=record.message_id or None,
        error=record.error or None,
        word=record.word or None,
        billed=record.billed,
        expires_at=record.expires_at,
        values=json.dumps(dict(record.values), ensure_ascii=False) if record.values else None,
        first=record.first or None,
        second=record.second or None,
        address=record.address or None,
        verdict=record.decision.verdict.value if record.decision else None,
        reasons=_reasons(record.decision),
        saved=record.decision.saved,
        accepted_at=record.accepted_at,
        carrier_at=record.carrier_at,
        device_at=record.device_at,
        verified_at=record.verified_at,
        app_phone=phone_key(record.app, record.to),
        app_day=day_key(record),
        place=place_of(record),
        message=message_key(record.sender, record.message_id),
        purge_at=purge_at,
    )


def lives(item: edge.Item, now: datetime) -> bool:
    """Whether *item* is to be seen: DynamoDB purges what is past its time days later."""
    return int(item["purge_at"]["N"]) > now.timestamp()


def record_of(item: edge.Item) -> Record | None:
    """The record that *item* says; None if none is filed, though something may have been heard."""
    if "app" not in item:
        return None
    row = RecordRow.from_raw_data(dict(item))
    return Record(
        row.id,
        row.app,
        PhoneNumber(row.phone),
        Channel(row.channel),
        row.text,
        Status(row.status),
        row.at,
        Kind(row.kind or Kind.VERIFICATION),
        row.template or "",
        row.signature or "",
        Cost(int(row.segments or 0), row.price or Decimal(0)),
        expires_at=row.expires_at,
        values=json.loads(row.values) if row.values else {},
        first=row.first or "",
        second=row.second or "",
        address=row.address or "",
        decision=_decision(row),
        sender=row.sender or "",
        message_id=row.message_id or "",
        error=row.error or "",
        word=row.word or "",
        billed=row.billed,
        accepted_at=row.accepted_at,
        carrier_at=row.carrier_at,
        device_at=row.device_at,
        verified_at=row.verified_at,
    )


def _reasons(decision: Decision) -> str | None:
    said = [[one.cause, one.what, one.got, one.most] for one in decision.reasons]
    return json.dumps(said, separators=(",", ":")) if said else None


def _decision(row: RecordRow) -> Decision:
    if not row.verdict:
        return ALLOWED
    reasons = [
        Reason(Cause(cause), what, got, most)
        for cause, what, got, most in json.loads(row.reasons or "[]")
    ]
    return Decision(Verdict(row.verdict), tuple(reasons), saved=row.saved)
