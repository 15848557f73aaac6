"""Money in shards: which of them pay, when it is enough, and when somebody is told."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chalicelib.domain.errors import InsufficientBalance, SpendCapReached
from chalicelib.domain.purses import (
    NOTHING,
    SHARDS,
    Allowance,
    Balance,
    day_of,
    reserve,
    until_midnight,
)

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
ORDER = range(SHARDS)
ONE = Decimal(1)

amounts = some.decimals("0.000001", "1000", places=6)
orders = some.permutations(ORDER)


def shards(*left: str) -> tuple[Decimal, ...]:
    """What is left in the first shards; nothing in the others."""
    return tuple(map(Decimal, left)) + (NOTHING,) * (SHARDS - len(left))


def test_the_first_shard_that_can_pay_pays_alone() -> None:
    balance = Balance(shards("0.5", "3", "9"))

    assert balance.pay(ONE, ORDER).shards == shards("0.5", "2", "9")
    assert balance.pay(ONE, ORDER[::-1]).shards == shards("0.5", "3", "8")


def test_a_shard_that_keeps_its_reserve_pays_before_one_that_does_not() -> None:
    threshold = Decimal(8)

    assert Balance(shards("1.5", "2")).pay(ONE, ORDER, threshold=threshold).shards == shards(
        "1.5", "1"
    )
    assert Balance(shards("1.5", "1")).pay(ONE, ORDER, threshold=threshold).shards == shards(
        "0.5", "1"
    )


def test_where_none_can_pay_alone_the_richest_pay_together() -> None:
    balance = Balance(shards("0.2", "0.6", "0.1", "0.7"))

    assert balance.pay(ONE, ORDER).shards == shards("0.2", "0.3", "0.1", "0")
    assert balance.pay(Decimal("1.6"), ORDER).left == 0


def test_what_all_together_cannot_pay_is_refused() -> None:
    with pytest.raises(InsufficientBalance) as refused:
        Balance(shards("0.2", "0.6")).pay(Decimal("0.800001"), ORDER)

    assert (refused.value.code, refused.value.text) == (160, "Insufficient balance.")
    assert refused.value.alarm is None


@given(some.lists(amounts), some.lists(some.tuples(amounts, orders)))
def test_a_balance_pays_exactly_what_it_has(
    top_ups: Sequence[Decimal], payments: Sequence[tuple[Decimal, list[int]]]
) -> None:
    balance = Balance()
    for amount in top_ups:
        balance = balance.top_up(amount)
    left = sum(top_ups, NOTHING)
    for amount, order in payments:
        try:
            balance = balance.pay(amount, order)
        except InsufficientBalance:
            assert amount > left
        else:
            left -= amount
        assert balance.left == left >= 0
        assert min(balance.shards) >= 0


@given(some.lists(some.tuples(amounts, amounts, orders, some.booleans())))
def test_no_payment_takes_a_day_above_the_cap_it_was_made_under_however_the_cap_changes(
    payments: Sequence[tuple[Decimal, Decimal, list[int], bool]],
) -> None:
    allowance, spent = Allowance(), NOTHING
    for amount, cap, order, given_back in payments:
        try:
            allowance = allowance.pay(amount, order, cap=cap, now=NOON)
        except SpendCapReached:
            assert spent + amount > cap
            continue
        spent += amount
        assert spent <= cap
        if given_back:
            left = list(allowance.shards)
            left[order[0]] += amount
            allowance = replace(allowance, shards=tuple(left))
            spent -= amount
        assert allowance.spent == spent
        assert min(allowance.shards) >= 0


def test_a_higher_cap_leaves_the_shards_alone_until_they_are_used_up() -> None:
    """So sandboxes that do not agree on the cap yet do not undo each other's work."""
    opened = Allowance().pay(Decimal(2), ORDER, cap=Decimal(10), now=NOON)
    assert opened == Allowance((ONE,) * SHARDS, Decimal(10))

    paid = opened.pay(ONE, ORDER, cap=Decimal(20), now=NOON)
    assert paid == Allowance((NOTHING,) + (ONE,) * (SHARDS - 1), Decimal(10))

    raised = paid.pay(Decimal(9), ORDER, cap=Decimal(20), now=NOON)
    assert raised == Allowance((ONE,) * SHARDS, Decimal(20))


def test_a_lower_cap_is_cut_at_once() -> None:
    opened = Allowance().pay(Decimal(2), ORDER, cap=Decimal(10), now=NOON)

    assert opened.pay(Decimal("0.5"), ORDER, cap=Decimal("6.5"), now=NOON) == Allowance(
        (Decimal("0.5"),) * SHARDS, Decimal("6.5")
    )
    with pytest.raises(SpendCapReached):
        opened.pay(Decimal("0.5"), ORDER, cap=Decimal("2.4"), now=NOON)


def test_a_cap_that_is_reached_says_when_the_day_ends() -> None:
    with pytest.raises(SpendCapReached) as refused:
        Allowance().pay(Decimal(2), ORDER, cap=ONE, now=NOON)

    assert refused.value.code == 154
    assert refused.value.text == "Exceeded an application threshold setting."
    assert refused.value.retry_after == timedelta(hours=12)


@pytest.mark.parametrize(
    ("left", "told", "threshold", "alarming"),
    [
        ("5", None, None, False),
        ("5", None, "5", False),
        ("4.99", None, "5", True),
        ("4.99", "5", "5", False),
        ("4.99", "3", "5", False),
        ("2", "5", "3", True),
        ("0", None, "0", False),
    ],
)
def test_an_alarm_is_due_below_a_threshold_of_which_nobody_was_told(
    left: str, told: str | None, threshold: str | None, alarming: bool
) -> None:
    balance = Balance(shards(left), told and Decimal(told))

    assert balance.alarming(threshold and Decimal(threshold)) is alarming


def test_while_every_shard_keeps_its_reserve_nobody_need_look_at_the_whole() -> None:
    threshold = Decimal(8)
    even = Balance((Decimal("1.5"),) * SHARDS)

    assert not even.perhaps_alarming(threshold)
    assert even.pay(ONE, ORDER, threshold=threshold).perhaps_alarming(threshold)
    assert not replace(even, told=threshold).pay(ONE, ORDER).perhaps_alarming(threshold)
    assert not even.pay(ONE, ORDER).perhaps_alarming(None)


@pytest.mark.parametrize(
    ("amount", "threshold", "armed"),
    [("3", "5", False), ("4", "5", True), ("1", None, True)],
)
def test_a_top_up_to_the_threshold_arms_the_alarm(
    amount: str, threshold: str | None, armed: bool
) -> None:
    low = Balance(shards("1"), told=Decimal(5))

    topped = low.top_up(Decimal(amount), threshold=threshold and Decimal(threshold))

    assert (topped.told is None) is armed


def test_a_refusal_below_the_threshold_alarms_too() -> None:
    with pytest.raises(InsufficientBalance) as refused:
        Balance(shards("1")).pay(Decimal(2), ORDER, threshold=Decimal(3))

    assert refused.value.alarm == 1


def test_shards_that_all_keep_their_reserve_hold_the_threshold() -> None:
    assert reserve(Decimal(3)) * SHARDS == 3
    assert reserve(None) == 0


def test_days_are_of_utc() -> None:
    beijing = timezone(timedelta(hours=8))

    assert day_of(datetime(2026, 11, 26, 7, 59, tzinfo=beijing)) == date(2026, 11, 25)
    assert day_of(datetime(2026, 11, 26, 8, 0, tzinfo=beijing)) == date(2026, 11, 26)
    assert until_midnight(datetime(2026, 11, 26, 7, 59, tzinfo=beijing)) == timedelta(minutes=1)
