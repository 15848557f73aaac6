"""This is where it stands how instants and exact numbers are kept."""

from datetime import UTC, datetime
from decimal import Decimal

from pynamodb.attributes import Attribute
from pynamodb.constants import NUMBER


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


def millis(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def instant(millis: int) -> datetime:
    return datetime.fromtimestamp(millis // 1000, UTC).replace(microsecond=millis % 1000 * 1000)
