"""This is where a purse's shards are read from their items, and its rules become conditions.

Every condition is about what the shard itself holds, not about what was read of it: so
payments that meet on a purse stand in each other's way only where the money ends.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import reduce
from operator import and_

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from ..domain.purses import NOTHING, SHARDS, Alarm, Allowance, Balance, day_of, reserve
from . import edge
from .tables import PurseRow
from .transactions import Write, updating

#: The purse of what is paid in advance.
BALANCE = "balance"

#: How long a day's shards are kept after the cap last changed: for who asks what was spent.
_KEPT_FOR = timedelta(days=3)

Items = Mapping[str, edge.Item]


def allowance_on(day: date) -> str:
    """The purse of *day*."""
    return day.isoformat()


def keys_of(app: str, purse: str) -> list[str]:
    """Where the shards of *purse* are."""
    return [key_of(app, purse, shard) for shard in range(SHARDS)]


def key_of(app: str, purse: str, shard: int) -> str:
    return f"{app}#{purse}#{shard}"


def balance_of(app: str, items: Items) -> Balance:
    """The balance that *items* say."""
    rows = _rows(app, BALANCE, items)
    return Balance(tuple(row.left or NOTHING for row in rows), rows[0].told)


def allowance_of(app: str, purse: str, items: Items) -> Allowance:
    """The allowance that *items* say; raises Contended if its cap changed while they were read."""
    rows = _rows(app, purse, items)
    if len({row.cap for row in rows}) > 1:
        raise edge.Contended
    return Allowance(tuple(row.left or NOTHING for row in rows), rows[0].cap)


def alarm_of(item: edge.Item) -> Alarm | None:
    """The alarm that was told of the balance *item* is the first shard of."""
    row = PurseRow.from_raw_data(dict(item))
    if not row.key.endswith(f"#{BALANCE}#0") or None in (row.told, row.told_left, row.told_at):
        return None
    return Alarm(row.told_left, row.told, row.told_at)


@dataclass(frozen=True, slots=True)
class Plan:
    """The writes by which a purse pays, and whether they may be cause for *alarm*."""

    writes: list[Write]
    alarm: bool = False


@dataclass(frozen=True, slots=True)
class PrepaidTill:
    """Takes *amount* from the balance; below *threshold* an alarm is due."""

    app: str
    amount: Decimal
    threshold: Decimal | None

    @property
    def purse(self) -> str:
        return BALANCE

    def unseen(self, shard: int) -> Write:
        """*shard* pays, if it can without a look at the others."""
        enough = PurseRow.left >= self.amount + reserve(self.threshold)
        if self.threshold is not None:
            told = PurseRow.told <= self.threshold
            enough |= told & (PurseRow.left >= self.amount)
        key = key_of(self.app, self.purse, shard)
        return updating(PurseRow, key, [PurseRow.left.add(-self.amount)], enough)

    def seen(self, items: Items, order: Sequence[int]) -> Plan:
        """How the purse pays, now that *items* say what is in it."""
        balance = balance_of(self.app, items)
        after = balance.pay(self.amount, order, threshold=self.threshold)
        alarm = after.perhaps_alarming(self.threshold)
        return Plan(list(changes(self.app, balance, after)), alarm)


@dataclass(frozen=True, slots=True)
class CappedTill:
    """Takes *amount* from what is left of the day's *cap*."""

    app: str
    amount: Decimal
    cap: Decimal
    now: datetime

    @property
    def purse(self) -> str:
        return allowance_on(day_of(self.now))

    def unseen(self, shard: int) -> Write:
        """*shard* pays, if it can without a look at the others."""
        key = key_of(self.app, self.purse, shard)
        return updating(PurseRow, key, [PurseRow.left.add(-self.amount)], self._good(self.amount))

    def seen(self, items: Items, order: Sequence[int]) -> Plan:
        """How the purse pays, now that *items* say what is in it."""
        allowance = allowance_of(self.app, self.purse, items)
        after = allowance.pay(self.amount, order, cap=self.cap, now=self.now)
        cut = after.cap != allowance.cap
        return Plan(list((self._cut if cut else self._pieces)(allowance, after)))

    def _good(self, amount: Decimal) -> Condition:
        good: Condition = (PurseRow.left >= amount) & (PurseRow.cap <= self.cap)
        return good

    def _pieces(self, seen: Allowance, after: Allowance) -> Iterator[Write]:
        for shard, more in enumerate(_more(seen, after)):
            if more:
                key = key_of(self.app, self.purse, shard)
                yield updating(PurseRow, key, [PurseRow.left.add(more)], self._good(-more))

    def _cut(self, seen: Allowance, after: Allowance) -> Iterator[Write]:
        """The rest of another cap in all shards, of which no other cap was cut meanwhile."""
        for shard, more in enumerate(_more(seen, after)):
            actions = [
                PurseRow.left.add(more),
                PurseRow.cap.set(self.cap),
                PurseRow.purge_at.set(self.now + _KEPT_FOR),
            ]
            same = PurseRow.cap.does_not_exist() if seen.cap is None else PurseRow.cap == seen.cap
            condition = _all([same, *_enough(more)])
            yield updating(PurseRow, key_of(self.app, self.purse, shard), actions, condition)


def changes(app: str, seen: Balance, after: Balance) -> Iterator[Write]:
    """The writes that make *after* of the balance *seen*, and let stand what came between."""
    armed = seen.told != after.told
    for shard, more in enumerate(_more(seen, after)):
        actions: list[Action] = [PurseRow.left.add(more)] if more else []
        actions += [PurseRow.told.remove()] if armed else []
        if actions:
            yield updating(PurseRow, key_of(app, BALANCE, shard), actions, _all(_enough(more)))


def _more(seen: Balance | Allowance, after: Balance | Allowance) -> list[Decimal]:
    """What is added to each shard."""
    return [new - old for old, new in zip(seen.shards, after.shards, strict=True)]


def _enough(more: Decimal) -> list[Condition]:
    """What keeps a shard from falling below zero when *more* is added, which may be less."""
    return [PurseRow.left >= -more] if more < 0 else []


def _all(conditions: list[Condition]) -> Condition | None:
    return reduce(and_, conditions) if conditions else None


def _rows(app: str, purse: str, items: Items) -> list[PurseRow]:
    found = [items.get(key, {"key": {"S": key}}) for key in keys_of(app, purse)]
    return [PurseRow.from_raw_data(dict(item)) for item in found]
