"""This is where it is counted how often an address may do a thing, in one write and no read.

A window is a list of moments, the latest first: that the thirtieth of them is an hour old is a
question about one place, which DynamoDB answers as it writes.  What is too old falls off by a
second write once the list is twice as long as it need be.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import reduce
from operator import and_

from pynamodb.expressions.condition import Condition, size
from pynamodb.expressions.operand import Path

from ..domain.codes import random_token
from ..domain.errors import Busy
from ..domain.quotas import Quota
from . import edge
from .attributes import millis
from .defence_tables import WindowRow

#: Longer than any limit looks back.
_KEPT_FOR = timedelta(days=2)
#: More than the writes that could come between: each of them was let through by itself.
_RACES = 64

_TIMES = Path(["times"])


class DynamoWindows:
    """Windows as items: `app#sends#203.0.113.7`."""

    def take(self, key: str, quota: Quota, *, now: datetime) -> None:
        writer = random_token()
        kept = [WindowRow.writer.set(writer), WindowRow.purge_at.set(now + _KEPT_FOR)]
        times = (_TIMES | []).prepend([millis(now)])
        try:
            edge.update(WindowRow, key, [_TIMES.set(times), *kept], _room(quota, writer, now))
        except edge.Refused as refused:
            self._decide(key, quota, writer, refused.item, now=now)

    @staticmethod
    def _decide(key: str, quota: Quota, writer: str, item: edge.Item, *, now: datetime) -> None:
        for _ in range(_RACES):
            row = WindowRow.from_raw_data(dict(item))
            if row.writer == writer:
                return  # our write stood; its reply was lost
            times = list(row.times)
            quota.admit(times, now=now)
            actions = [
                _TIMES.set([millis(at) for at in (now, *times)][: quota.depth]),
                WindowRow.writer.set(writer),
                WindowRow.purge_at.set(now + _KEPT_FOR),
            ]
            try:
                edge.update(WindowRow, key, actions, WindowRow.writer == row.writer)
                return
            except edge.Refused as refused:
                item = refused.item
        raise Busy("a window in great demand", retry_after=timedelta(seconds=1))

    def look(self, key: str, quota: Quota, *, now: datetime) -> None:
        quota.admit(_times(edge.get(WindowRow, key)), now=now)

    def give_back(self, key: str, *, at: datetime) -> None:
        for _ in range(_RACES):
            item = edge.get(WindowRow, key)
            times = [millis(one) for one in _times(item)]
            if not item or millis(at) not in times:
                return
            place = _TIMES[times.index(millis(at))]
            actions = [place.remove(), WindowRow.writer.set(random_token())]
            try:
                edge.update(WindowRow, key, actions, WindowRow.writer == item["writer"]["S"])
                return
            except edge.Refused:
                continue  # another came between, or our first write stood


def _times(item: edge.Item | None) -> Sequence[datetime]:
    return list(WindowRow.from_raw_data(dict(item)).times) if item else []


def _room(quota: Quota, writer: str, now: datetime) -> Condition:
    """That every limit has room, that the list is short, and that this is no second try."""
    rooms = [
        _TIMES[limit.count - 1].does_not_exist()
        | (_TIMES[limit.count - 1] <= millis(now - limit.per))
        for limit in quota.limits
    ]
    short = _TIMES.does_not_exist() | (size(_TIMES) < 2 * quota.depth)
    fresh = WindowRow.writer.does_not_exist() | (WindowRow.writer != writer)
    met: Condition = reduce(and_, rooms, short & fresh)
    return met
