"""This is where it is kept what kind of line a number is, whichever app it was asked for."""

from datetime import datetime

from ..domain.line_types import KNOWN_FOR, LineType
from ..domain.phones import PhoneNumber
from . import edge
from .defence_tables import LookupRow


class DynamoLookups:
    """What was learnt of numbers, as items: `+8618612345678`."""

    def find(self, phone: PhoneNumber, *, now: datetime) -> LineType | None:
        item = edge.get(LookupRow, phone.e164)
        if not item:
            return None
        row = LookupRow.from_raw_data(dict(item))
        return LineType.read(row.line) if now < row.asked_at + KNOWN_FOR else None

    def keep(self, phone: PhoneNumber, line: LineType, *, now: datetime) -> None:
        row = LookupRow(phone.e164, line=line.value, asked_at=now, purge_at=now + KNOWN_FOR)
        edge.put(row)
