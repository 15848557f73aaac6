"""This is where an app's money is: purses in shards, and which shards a payment comes from.

A purse is one sum kept in several items, so that messages sent at the same time need not wait
for one another.  No shard is ever below zero: so no more is spent than was put in, whoever
spends in parallel.  Into a balance go top-ups; into a day's allowance goes the cap of that day.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from .errors import InsufficientBalance, SpendCapReached

#: A shard takes some hundred payments a second; and all of them fit one transaction with room.
SHARDS = 8

NOTHING = Decimal(0)
_EMPTY = (NOTHING,) * SHARDS


@dataclass(frozen=True, slots=True)
class Balance:
    """Money paid in advance, by shard.

    *told* is the threshold below which the balance fell and somebody was told; None when the
    alarm is armed.
    """

    shards: tuple[Decimal, ...] = _EMPTY
    told: Decimal | None = None

    @property
    def left(self) -> Decimal:
        return sum(self.shards, NOTHING)

    def pay(
        self, amount: Decimal, order: Sequence[int], *, threshold: Decimal | None = None
    ) -> "Balance":
        """The balance once *amount* is paid; raises InsufficientBalance.

        *order* is the one in which shards are looked at: a random one keeps payments apart.
        """
        paid = _paid(self.shards, amount, order, reserve=reserve(threshold))
        if paid is None:
            alarm = self.left if self.alarming(threshold) else None
            raise InsufficientBalance(f"{self.left} left of {amount} needed", alarm=alarm)
        return replace(self, shards=paid)

    def top_up(self, amount: Decimal, *, threshold: Decimal | None = None) -> "Balance":
        """The balance with *amount* more, an even part of it in each shard.

        With *threshold* in it again, the alarm is armed again.
        """
        told = self.told if self.left + amount < (threshold or NOTHING) else None
        return Balance(tuple(left + amount / SHARDS for left in self.shards), told)

    def alarming(self, threshold: Decimal | None) -> bool:
        """Whether somebody is to be told that less than *threshold* is left."""
        return self._armed(threshold) and self.left < (threshold or NOTHING)

    def perhaps_alarming(self, threshold: Decimal | None) -> bool:
        """Whether it may be so by now, if others have paid since this balance was read."""
        return self._armed(threshold) and min(self.shards) < reserve(threshold)

    def _armed(self, threshold: Decimal | None) -> bool:
        return threshold is not None and (self.told is None or self.told > threshold)


@dataclass(frozen=True, slots=True)
class Alarm:
    """That a balance had *left* less than *below*, and somebody was told of it *at* a moment."""

    left: Decimal
    below: Decimal
    at: datetime


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a day's cap, by shard; *cap* is the one they were cut from.

    That one is what was last needed, not always what is set: see `pay`.
    """

    shards: tuple[Decimal, ...] = _EMPTY
    cap: Decimal | None = None

    @property
    def left(self) -> Decimal:
        return sum(self.shards, NOTHING)

    @property
    def spent(self) -> Decimal:
        return (self.cap or NOTHING) - self.left

    def pay(
        self, amount: Decimal, order: Sequence[int], *, cap: Decimal, now: datetime
    ) -> "Allowance":
        """The allowance once *amount* is paid under *cap*; raises SpendCapReached.

        What was cut from a lower cap is good under a higher one, until it is used up.  Else
        the rest of *cap* is cut anew, in all shards at once, and is then what holds for those,
        too, who have not heard of a new cap: however it changes, no payment takes what is
        spent above the cap it was made under.
        """
        if self.cap is not None and self.cap <= cap:
            paid = _paid(self.shards, amount, order)
            if paid is not None:
                return replace(self, shards=paid)
        rest = cap - self.spent - amount
        if rest < 0:
            raise SpendCapReached(
                f"{self.spent} spent of {cap}, {amount} needed", retry_after=until_midnight(now)
            )
        return Allowance((rest / SHARDS,) * SHARDS, cap)


@dataclass(frozen=True, slots=True)
class Charge:
    """What a message was charged: *amount*, in each of the *purses* of *app*.

    *alarm* is what the balance has left, if it is for this charge to tell of it.
    """

    app: str
    amount: Decimal
    purses: tuple[str, ...] = ()
    alarm: Decimal | None = None


def reserve(threshold: Decimal | None) -> Decimal:
    """What each shard holds, if none is low, of a balance that is not below *threshold*.

    As long as a shard has that much left, nobody need look at the others.
    """
    return (threshold or NOTHING) / SHARDS


def day_of(now: datetime) -> date:
    """The day a cap counts for; days begin at midnight UTC."""
    return now.astimezone(UTC).date()


def until_midnight(now: datetime) -> timedelta:
    midnight = datetime.combine(day_of(now) + timedelta(days=1), datetime.min.time(), UTC)
    return midnight - now


def _paid(
    shards: Sequence[Decimal], amount: Decimal, order: Sequence[int], *, reserve: Decimal = NOTHING
) -> tuple[Decimal, ...] | None:
    """The shards once *amount* is paid; None if they hold less.

    One shard pays alone, if there is one; at best, one that keeps its *reserve*.  Else the
    richest pay together.
    """
    alone = [one for kept in (reserve, NOTHING) for one in order if shards[one] >= amount + kept]
    richest = sorted(order, key=lambda one: shards[one], reverse=True)
    left, due = list(shards), amount
    for one in alone[:1] or richest:
        piece = min(due, left[one])
        left[one] -= piece
        due -= piece
    return None if due else tuple(left)
