"""This is where an app's money is kept: each purse in shards, each charge one transaction.

The common road is one write with no read before it: a shard picked at random pays alone.  A
write that is refused has the purses read, the domain decides, and a second write holds if
what it takes is there still.  A transaction's token makes it one, however often it is tried.
"""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from ..domain.codes import random_token
from ..domain.errors import Busy, InsufficientBalance, SpendCapReached
from ..domain.purses import SHARDS, Charge, day_of
from . import edge, transactions
from .alarms import ring
from .edge import Contended, Refused
from .tables import PurseRow
from .tills import (
    BALANCE,
    CappedTill,
    Items,
    Plan,
    PrepaidTill,
    allowance_of,
    allowance_on,
    balance_of,
    changes,
    key_of,
    keys_of,
)

#: How often other payments may come between.
_RACES = 12
#: How many shards are tried before the purses are looked at, if other payments are on these.
_TRIES_UNSEEN = 3

Tills = Sequence[PrepaidTill | CappedTill]


class DynamoPurses:
    """Purses as items, one a shard: `app#balance#3`, `app#2026-11-25#3`."""

    def charge(
        self,
        app: str,
        amount: Decimal,
        *,
        prepaid: bool,
        daily_cap: Decimal | None,
        alarm_below: Decimal | None,
        now: datetime,
    ) -> Charge:
        if amount < 0:
            raise ValueError("a charge is not negative")
        tills: Tills = [
            *([PrepaidTill(app, amount, alarm_below)] if prepaid else []),
            *([] if daily_cap is None else [CappedTill(app, amount, daily_cap, now)]),
        ]
        if not amount or not tills:
            return Charge(app, amount)
        charge = Charge(app, amount, tuple(till.purse for till in tills))
        try:
            alarm = not _paid_unseen(tills) and _paid_seen(tills)
        except InsufficientBalance as refusal:
            if alarm_below is not None and refusal.alarm is not None:
                refusal.alarm = ring(app, alarm_below, now=now)
            raise
        if alarm_below is not None and alarm:
            return replace(charge, alarm=ring(app, alarm_below, now=now))
        return charge

    def give_back(self, charge: Charge) -> None:
        if not charge.purses:
            return
        for attempt in range(_RACES):
            # Into any shard: the sum counts, and what several paid is in one hand again.
            keys = [key_of(charge.app, purse, _any_shard()) for purse in charge.purses]
            more = [PurseRow.left.add(charge.amount)]
            try:
                return transactions.write(
                    PurseRow, [transactions.updating(PurseRow, key, more) for key in keys]
                )
            except Contended:
                edge.pause(attempt)
        raise _in_demand()

    def top_up(
        self, app: str, amount: Decimal, *, id: str, alarm_below: Decimal | None = None
    ) -> None:
        """Add *amount* to the balance, or take it if negative; once for each *id*, for ever.

        Without an id, each call is one of its own.  A top-up that brings the balance to
        *alarm_below* arms the alarm again.  Raises InsufficientBalance when it would fall below
        zero, ValueError if *id* was of another amount, and Busy.
        """
        key = f"{app}#top-up#{id or random_token()}"
        noted = transactions.updating(
            PurseRow, key, [PurseRow.amount.set(amount)], PurseRow.key.does_not_exist()
        )
        for attempt in range(_RACES):
            if made := edge.get(PurseRow, key):
                if PurseRow.from_raw_data(dict(made)).amount != amount:
                    raise ValueError(f"the top-up {id} was of another amount")
                return None
            seen = balance_of(app, _at_once(app, BALANCE))
            if amount < 0:
                after = seen.pay(-amount, _any_order())
            else:
                after = seen.top_up(amount, threshold=alarm_below)
            try:
                return transactions.write(PurseRow, [noted, *changes(app, seen, after)])
            except (Refused, Contended):
                edge.pause(attempt)
        raise _in_demand()

    def balance(self, app: str) -> Decimal:
        """What is left of the money paid in advance, at one moment."""
        return balance_of(app, _at_once(app, BALANCE)).left

    def spent_on(self, app: str, at: datetime) -> Decimal:
        """What was spent under a cap on the day of *at*, in UTC; of the last three days."""
        purse = allowance_on(day_of(at))
        return allowance_of(app, purse, _at_once(app, purse)).spent


def _paid_unseen(tills: Tills) -> bool:
    """Whether shards picked at random, one a purse, have paid."""
    for _ in range(_TRIES_UNSEEN):
        try:
            transactions.write(PurseRow, [till.unseen(_any_shard()) for till in tills])
        except Contended:
            continue
        except Refused:
            return False
        return True
    return False


def _paid_seen(tills: Tills) -> bool:
    """Pay on sight of the purses; whether that may be cause for alarm.

    Raises InsufficientBalance, SpendCapReached or Busy.
    """
    keys = [key for till in tills for key in keys_of(till.app, till.purse)]
    for attempt in range(_RACES):
        try:
            try:
                plans = _plans(tills, edge.get_many(PurseRow, keys))
            except (InsufficientBalance, SpendCapReached):
                # Read one after the other, shards miss money that was moving meanwhile.
                plans = _plans(tills, transactions.snapshot(PurseRow, keys))
            transactions.write(PurseRow, [write for plan in plans for write in plan.writes])
        except (Refused, Contended):
            edge.pause(attempt)
        else:
            return any(plan.alarm for plan in plans)
    raise _in_demand()


def _plans(tills: Tills, items: Items) -> list[Plan]:
    return [till.seen(items, _any_order()) for till in tills]


def _at_once(app: str, purse: str) -> Items:
    """The items of *purse*, all as they stand at one moment; raises Busy or OutOfService."""
    for attempt in range(_RACES):
        try:
            return transactions.snapshot(PurseRow, keys_of(app, purse))
        except Contended:
            edge.pause(attempt)
    raise _in_demand()


def _any_shard() -> int:
    return random.randrange(SHARDS)  # noqa: S311  to keep payments apart


def _any_order() -> list[int]:
    return random.sample(range(SHARDS), SHARDS)


def _in_demand() -> Busy:
    return Busy("a purse in great demand", retry_after=timedelta(seconds=1))
