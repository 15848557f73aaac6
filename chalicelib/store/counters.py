"""This is where counters are kept, each in shards.

A change of a counter and the mark that its step was counted are one transaction: so whoever
tells of a step again, and however many tell of it at once, it counts once.
"""

import random
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime, timedelta
from decimal import Decimal

from ..domain.counters import SHARDS, Heading, Tally
from ..domain.errors import Busy
from ..domain.messages import Channel
from . import edge, transactions
from .tables import CounterRow

#: How often other changes may come between.
_RACES = 12

#: A change stream keeps what it tells for a day, and a function that fails may come back to it.
_MARKED_FOR = timedelta(days=8)
#: Years are compared.
_KEPT_FOR = timedelta(days=800)

#: What stands for a sender where nobody took a message.
_NOBODY = "-"


class DynamoCounters:
    """Counters as items: `app#3`, and in it `2040-01-02#CN#sns#sms#Order`."""

    def add(self, heading: Heading, tally: Tally, *, record: str, step: str, now: datetime) -> bool:
        mark = transactions.updating(
            CounterRow,
            record,
            [CounterRow.purge_at.set(now + _MARKED_FOR)],
            CounterRow.key.does_not_exist(),
            range=step,
        )
        more = [
            getattr(CounterRow, name).add(value) for name, value in asdict(tally).items() if value
        ]
        kept = CounterRow.purge_at.set(now + _KEPT_FOR)
        for attempt in range(_RACES):
            key = f"{heading.app}#{random.randrange(SHARDS)}"  # noqa: S311  to keep changes apart
            count = transactions.updating(CounterRow, key, [*more, kept], range=_name(heading))
            try:
                transactions.write(CounterRow, [mark, count])
            except edge.Refused:
                return False
            except edge.Contended:
                edge.pause(attempt)
            else:
                return True
        raise Busy("a counter in great demand", retry_after=timedelta(seconds=1))

    def counted(self, *, record: str, step: str) -> bool:
        return edge.get(CounterRow, record, range=step) is not None

    def read(self, app: str, first: date, last: date) -> dict[Heading, Tally]:
        found: dict[Heading, Tally] = {}
        for heading, tally in self._shards(app, first, last):
            found[heading] = found.get(heading, Tally()) + tally
        return found

    @staticmethod
    def _shards(app: str, first: date, last: date) -> Iterator[tuple[Heading, Tally]]:
        for shard in range(SHARDS):
            key = f"{app}#{shard}"
            for item in edge.query(CounterRow, key, first=f"{first}", last=f"{last}#~"):
                row = CounterRow.from_raw_data(dict(item))
                yield _heading(app, row.name), _tally(row)


def _tally(row: CounterRow) -> Tally:
    return Tally(
        sent=int(row.sent or 0),
        delivered=int(row.delivered or 0),
        verified=int(row.verified or 0),
        failed=int(row.failed or 0),
        segments=int(row.segments or 0),
        cost=row.cost or Decimal(0),
        barred=int(row.barred or 0),
        saved=row.saved or Decimal(0),
    )


def _name(heading: Heading) -> str:
    sender = heading.sender or _NOBODY
    parts = [str(heading.day), heading.country, sender, heading.channel, heading.template]
    return "#".join(parts)


def _heading(app: str, name: str) -> Heading:
    day, country, sender, channel, *template = name.split("#", 4)
    sender = "" if sender == _NOBODY else sender
    return Heading(app, date.fromisoformat(day), country, sender, Channel(channel), *template)
