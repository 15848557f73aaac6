"""This is where it stands how instants, exact numbers and documents are kept."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from pynamodb.attributes import Attribute
from pynamodb.constants import NUMBER, STRING


class InstantAttribute(Attribute[datetime]):
    """An instant in UTC, kept as milliseconds since 1970."""

    attr_type = NUMBER

    def serialize(self, value: datetime) -> str:
        return str(millis(value))

    def deserialize(self, value: str) -> datetime:
        return instant(int(value))


class DecimalAttribute(Attribute[Decimal]):
    """An exact number: pynamodb's own goes through a float."""

    attr_type = NUMBER

    def serialize(self, value: Decimal) -> str:
        return format(value, "f")

    def deserialize(self, value: str) -> Decimal:
        return Decimal(value)


class DocumentAttribute(Attribute[Any]):
    """What JSON can say, as text: pynamodb's own takes six bytes for a letter beyond ASCII."""

    attr_type = STRING

    def serialize(self, value: Any) -> str:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        try:
            text.encode()
        except UnicodeEncodeError:  # half a letter, which others' exports may hold
            return json.dumps(value, separators=(",", ":"))
        return text

    def deserialize(self, value: str) -> Any:
        return json.loads(value)


def millis(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def instant(millis: int) -> datetime:
    return datetime.fromtimestamp(millis // 1000, UTC).replace(microsecond=millis % 1000 * 1000)
