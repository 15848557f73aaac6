"""This is where records are looked for by their indexes.

The parts of a day are read side by side and merged.  Places are in one order in all of them, so
a place is all that one must know to go on from there.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from heapq import merge
from math import isqrt
from operator import itemgetter
from typing import Any

from ..domain.records import Record, Status
from ..domain.searches import Page, Search
from . import edge
from .indexes import END, day_keys, message_key, phone_key
from .journal import lives, record_of
from .tables import RecordRow

#: How many pages of an index are read for one of ours: with a rare state most of them may hold
#: nothing that was asked for, and the function lives fourteen seconds.
_MOST_PAGES = 60
#: About as many as DynamoDB gives in one answer.
_LARGEST = 5000

#: How many items DynamoDB gives by their keys.
_BATCH = 100

#: A place, and the id of the record there; none where a page of the index ends.
Find = tuple[str, str]


def page(search: Search, *, before: str, limit: int, now: datetime) -> Page:
    """At most *limit* records after the place *before*, newest first.

    There may be fewer, and more to come: *next* is what tells.  Raises Busy or OutOfService.
    """
    ids: list[str] = []
    ends = 0
    for place, id in _finds(search, before or END, limit):
        if id:
            ids.append(id)
        else:
            ends += 1
        if len(ids) == limit or ends == _MOST_PAGES:
            return Page(_records(search, ids, now), place)
    return Page(_records(search, ids, now))


def id_of(sender: str, message_id: str) -> str | None:
    """The record of a carrier's message; None if none is filed, or not seen so yet."""
    key = message_key(sender, message_id)
    pages = _query("by_message", "message", key) if key else ()
    return next((item["id"]["S"] for page in pages for item in page["Items"]), None)


def _finds(search: Search, before: str, limit: int) -> Iterator[Find]:
    """What the index of *search* holds, in its order."""
    if search.phone:
        index, attribute, keys = "by_phone", "app_phone", [phone_key(search.app, search.phone)]
    else:
        assert search.day, "a search is of a number or of a day"  # noqa: S101
        index, attribute, keys = "by_day", "app_day", day_keys(search.app, search.day)
    # Ids are spread evenly over the parts: seldom has one more than its share and the root of all.
    share = limit if len(keys) == 1 else limit // len(keys) + isqrt(limit) + 1
    # Nobody knows how far apart those of one state are.
    size = _LARGEST if search.status else share
    parts = [_places(index, attribute, key, before, search.status, size) for key in keys]
    return merge(*parts, key=itemgetter(0), reverse=True)


def _places(
    index: str, attribute: str, key: str, before: str, status: Status | None, size: int
) -> Iterator[Find]:
    for page in _query(index, attribute, key, before=before, status=status or "", Limit=size):
        for item in page["Items"]:
            yield item["place"]["S"], item["id"]["S"]
        if last := page.get("LastEvaluatedKey"):
            yield last["place"]["S"], ""


def _query(
    index: str, attribute: str, key: str, *, before: str = "", status: str = "", **more: Any
) -> Iterator[Mapping[str, Any]]:
    """The pages of one key of an index, the newest first."""
    asked = {
        "IndexName": index,
        "KeyConditionExpression": "#key = :key",
        "ExpressionAttributeNames": {"#key": attribute},
        "ExpressionAttributeValues": {":key": {"S": key}},
        "ScanIndexForward": False,
        **more,
    }
    if before:
        asked["KeyConditionExpression"] += " AND #place < :before"
        asked["ExpressionAttributeNames"]["#place"] = "place"
        asked["ExpressionAttributeValues"][":before"] = {"S": before}
    if status:
        asked["FilterExpression"] = "#status = :status"
        asked["ExpressionAttributeNames"]["#status"] = "status"
        asked["ExpressionAttributeValues"][":status"] = {"S": status}
    return edge.pages(RecordRow, "Query", asked)


def _records(search: Search, ids: Sequence[str], now: datetime) -> tuple[Record, ...]:
    """The records of *ids*, in their order: those that are due to be purged are gone for us."""
    items: dict[str, edge.Item] = {}
    for start in range(0, len(ids), _BATCH):
        items |= edge.get_many(RecordRow, ids[start : start + _BATCH])
    kept = [items[id] for id in ids if id in items and lives(items[id], now)]
    found = filter(None, map(record_of, kept))
    # An index may be a moment behind.
    return tuple(one for one in found if search.status in (None, one.status))
