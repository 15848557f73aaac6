"""This is where it stands how a record is found by another key than its own."""

from datetime import date, datetime
from typing import Any
from zlib import crc32

from pynamodb.attributes import UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection, KeysOnlyProjection

from ..domain.hook_deliveries import HookDelivery
from ..domain.phones import PhoneNumber
from ..domain.records import Record
from .attributes import millis

#: An app's day is kept in so many parts, that its messages need not queue for one partition.
SHARDS = 4

#: Beyond every place.
END = "~"


class ByPhone(GlobalSecondaryIndex[Any]):
    """The records of a number in an app; of keys alone, so that no receipt writes to it."""

    class Meta:
        index_name = "by_phone"
        projection = KeysOnlyProjection()

    app_phone = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)


class ByDay(GlobalSecondaryIndex[Any]):
    """The records of an app's day, with their states to choose from."""

    class Meta:
        index_name = "by_day"
        projection = IncludeProjection(["status"])

    app_day = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)


class ByMessage(GlobalSecondaryIndex[Any]):
    """The record of a carrier's message."""

    class Meta:
        index_name = "by_message"
        projection = KeysOnlyProjection()

    message = UnicodeAttribute(hash_key=True)


class ByApp(GlobalSecondaryIndex[Any]):
    """The users of an app by their first day; of keys alone, so that no change writes to it."""

    class Meta:
        index_name = "by_app"
        projection = KeysOnlyProjection()

    app_shard = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)


class ByStanding(GlobalSecondaryIndex[Any]):
    """The deliveries to an app's hooks by how they stand, and since when."""

    class Meta:
        index_name = "by_standing"
        projection = KeysOnlyProjection()

    app_shard = UnicodeAttribute(hash_key=True)
    standing = UnicodeAttribute(range_key=True)


def standing_of(delivery: HookDelivery) -> str:
    """Where a delivery stands among others: by state and place, and no two at one."""
    return f"{delivery.state}.{delivery.place}.{delivery.lane}"


def shard_key(app: str, id: str) -> str:
    return shard_keys(app)[crc32(id.encode()) % SHARDS]


def shard_keys(app: str) -> list[str]:
    """All parts of what an app has many of."""
    return [f"{app}#{shard}" for shard in range(SHARDS)]


def user_place(created_at: datetime, user: str) -> str:
    """Where a user stands among others: by their first day, and no two at one place."""
    return f"{millis(created_at):014}.{user}"


def phone_key(app: str, phone: PhoneNumber) -> str:
    return f"{app}#{phone.e164}"


def day_key(record: Record) -> str:
    return day_keys(record.app, record.day)[crc32(record.id.encode()) % SHARDS]


def day_keys(app: str, day: date) -> list[str]:
    """All parts of an app's day."""
    return [f"{app}#{day}#{shard}" for shard in range(SHARDS)]


def message_key(sender: str, message_id: str) -> str | None:
    return f"{sender}#{message_id}" if message_id else None


def place_of(record: Record) -> str:
    """Where a record stands among others: by its time, and no two at one place."""
    return f"{millis(record.at):014}.{record.id}"
