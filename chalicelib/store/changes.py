"""This is where a table's change stream is read: what an item was, and what it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..domain.lines import Line
from ..domain.phones import PhoneNumber
from ..domain.records import Record
from .items import line_of
from .journal import record_of


@dataclass(frozen=True, slots=True)
class LineChange:
    """A line that has changed, of *phone* in *app*."""

    app: str
    phone: PhoneNumber
    before: Line
    after: Line


@dataclass(frozen=True, slots=True)
class RecordChange:
    """A record that has changed: None where none is filed, or none is left."""

    before: Record | None
    after: Record | None


def line_change(told: Mapping[str, Any]) -> LineChange:
    """What an entry of the stream of lines tells; a line that is gone is an empty one."""
    entry = told["dynamodb"]
    app, _, phone = entry["Keys"]["key"]["S"].rpartition("#")
    before, after = (line_of(entry.get(name) or {}) for name in ("OldImage", "NewImage"))
    return LineChange(app, PhoneNumber(phone), before, after)


def record_change(told: Mapping[str, Any]) -> RecordChange:
    """What an entry of the stream of records tells."""
    entry = told["dynamodb"]
    return RecordChange(*(record_of(entry.get(name) or {}) for name in ("OldImage", "NewImage")))
