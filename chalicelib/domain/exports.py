"""This is where records are written down to be taken away: one line each, as CSV or as JSON."""

import csv
import io
import json
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from .abuse import Decision
from .instants import iso
from .records import Record

COLUMNS = (
    *("id", "phone", "channel", "kind", "template", "signature", "text", "state", "stateName"),
    *("sender", "messageId", "word", "error", "segments", "price", "estimate"),
    *("requested", "accepted", "carrier", "device", "verified"),
    *("address", "verdict", "reasons", "saved"),
)

#: What a spreadsheet takes for the beginning of a formula (OWASP, CSV Injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_header() -> str:
    """The first line of a CSV file."""
    return _csv([COLUMNS])


def csv_lines(records: Iterable[Record]) -> str:
    """*records* as lines of CSV (RFC 4180), none of which a spreadsheet would run."""
    return _csv(map(_harmless, _cells(record).values()) for record in records)


def json_lines(records: Iterable[Record]) -> str:
    """*records* as lines of JSON."""
    return "".join(f"{json.dumps(_cells(record), ensure_ascii=False)}\n" for record in records)


def _cells(record: Record) -> dict[str, str]:
    """Everything as text: a price as a number would not stay exact."""
    cells = (
        *(record.id, record.to.masked, record.channel, record.kind, record.template),
        *(record.signature, record.text, record.status, record.status.shown),
        *(record.sender, record.message_id, record.word, record.error),
        *(str(record.cost.segments), _price(record.price), _price(record.cost.price)),
        *map(_instant, (record.at, record.accepted_at, record.carrier_at)),
        *map(_instant, (record.device_at, record.verified_at)),
        *(record.address, record.decision.verdict, _reasons(record.decision)),
        "" if record.decision.saved is None else _price(record.decision.saved),
    )
    return dict(zip(COLUMNS, cells, strict=True))


def _reasons(decision: Decision) -> str:
    return "; ".join(f"{one.cause} {one.what} {one.got}/{one.most}" for one in decision.reasons)


def _price(price: Decimal) -> str:
    return f"{price.normalize():f}"


def _instant(at: datetime | None) -> str:
    return iso(at) if at else ""


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _csv(rows: Iterable[Iterable[str]]) -> str:
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue()
