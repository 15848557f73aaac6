"""This is where tries are counted: one write when there were none, else a second one.

A write that is refused brings the tries as they stand; then the domain's rule decides, and the
second write holds only if nothing came between.
"""

from datetime import datetime, timedelta

from pynamodb.expressions.condition import Condition

from ..domain.codes import random_token
from ..domain.errors import Busy
from ..domain.tries import Rule, Tries
from . import edge, transactions
from .transactions import Write
from .user_tables import TryRow

#: Longer than any rule looks back.
_KEPT_FOR = timedelta(days=2)
#: More than the tries that could come between: each spends something.
_RACES = 64


class DynamoTries:
    """Tries as items."""

    def take(self, key: str, rule: Rule, *, now: datetime) -> None:
        writer = random_token()
        times, condition = rule((), now), _none()
        for _ in range(_RACES):
            actions = [
                TryRow.times.set(list(times)),
                TryRow.writer.set(writer),
                TryRow.purge_at.set(now + _KEPT_FOR),
            ]
            try:
                edge.update(TryRow, key, actions, condition)
                return
            except edge.Refused as refused:
                if not refused.item:  # forgotten meanwhile
                    times, condition = rule((), now), _none()
                    continue
                row = TryRow.from_raw_data(dict(refused.item))
                if row.writer == writer:
                    return  # our write stood; its reply was lost
                times, condition = rule(tuple(row.times), now), TryRow.writer == row.writer
        raise Busy("tries in great number", retry_after=timedelta(seconds=1))

    def look(self, key: str, rule: Rule, *, now: datetime) -> None:
        item = edge.get(TryRow, key)
        rule(times_of(item) if item else (), now)

    def give_back(self, key: str, *, at: datetime) -> None:
        for _ in range(_RACES):
            item = edge.get(TryRow, key)
            row = TryRow.from_raw_data(dict(item)) if item else None
            if row is None or at not in row.times:
                return
            times = list(row.times)
            times.remove(at)
            actions = [TryRow.times.set(times), TryRow.writer.set(random_token())]
            try:
                edge.update(TryRow, key, actions, TryRow.writer == row.writer)
                return
            except edge.Refused:
                continue  # another try came between, or our first write stood

    def forget(self, key: str) -> None:
        edge.delete(TryRow, key)


def times_of(item: edge.Item) -> Tries:
    """The tries that *item* says, latest first."""
    return tuple(TryRow.from_raw_data(dict(item)).times or ())  # all may have been given back


def _none() -> Condition:
    return TryRow.key.does_not_exist()


def forgetting(key: str) -> Write:
    """The write that lets there be no tries."""
    return transactions.deleting(TryRow, key)
