"""How often somebody may try: the lock of a login."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chalicelib.domain import tries
from chalicelib.domain.tries import Rule, Tries
from chalicelib.domain.user_errors import LoginLocked

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
QUARTER = timedelta(minutes=15)
MOMENT = timedelta(milliseconds=1)


def minutes(*at: float) -> list[datetime]:
    return [NOON + minute * MINUTE for minute in at]


def after(times: list[datetime], rule: Rule = tries.login) -> Tries:
    """What stands once somebody has tried at *times*, all of which are let through."""
    stand: Tries = ()
    for at in times:
        stand = rule(stand, at)
    return stand


def locked(stand: Tries, now: datetime) -> timedelta:
    """How long the lock still holds at *now*; nothing if another try is let through."""
    try:
        tries.login(stand, now)
    except LoginLocked as refused:
        return refused.retry_after or timedelta(0)
    return timedelta(0)


@pytest.mark.parametrize(
    ("failed", "now", "wait"),
    [
        ([], 0, 0),
        ([0], 0, 0),
        ([0] * 6, 0, 0),
        ([0] * 7, 0, 15),
        ([0] * 7, 14, 1),
        ([0] * 7, 15, 0),
        ([0, 1, 2, 3, 4, 5], 6, 0),
        ([0, 1, 2, 3, 4, 5, 6], 6, 15),
        ([0, 1, 2, 3, 4, 5, 6], 20, 1),
        ([0, 1, 2, 3, 4, 5, 6], 21, 0),
        ([0, 2, 4, 6, 8, 10, 15], 16, 14),
        ([0, 2, 4, 6, 8, 10, 15.1], 16, 0),
        ([0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30], 31, 0),
        ([0, 3, 6, 9, 12, 15, 18, 18], 19, 14),
        ([0, 60, 61, 62, 63, 64, 65], 66, 0),
        ([0, 60, 61, 62, 63, 64, 65, 66], 67, 14),
        ([0, 0, 0, 0, 0, 0, 0, 16], 16, 0),
        ([0, 0, 0, 0, 0, 0, 0, 16, 16, 16, 16, 16, 16], 16, 0),
        ([0, 0, 0, 0, 0, 0, 0, 16, 16, 16, 16, 16, 16, 16], 17, 14),
    ],
)
def test_seven_failures_in_a_quarter_lock_for_another_after_the_last(
    failed: list[float], now: float, wait: float
) -> None:
    assert locked(after(minutes(*failed)), NOON + now * MINUTE) == wait * MINUTE


def test_a_locked_login_is_refused_with_the_time_to_wait() -> None:
    with pytest.raises(LoginLocked) as refused:
        tries.login(after([NOON] * 7), NOON + MINUTE)

    assert (refused.value.code, refused.value.retry_after) == (219, 14 * MINUTE)


def test_the_lock_ends_to_the_millisecond() -> None:
    stand = after([NOON] * 7)

    assert locked(stand, NOON + QUARTER - MOMENT) == MOMENT
    assert locked(stand, NOON + QUARTER) == timedelta(0)


def test_what_is_refused_prolongs_nothing() -> None:
    """A refused try is not one: nobody keeps another out by trying on."""
    stand = after(minutes(*range(7)))

    for minute in range(7, 21):
        assert locked(stand, NOON + minute * MINUTE) == (21 - minute) * MINUTE
    assert locked(stand, NOON + 21 * MINUTE) == timedelta(0)


def test_no_more_tries_are_remembered_than_the_rule_asks_for() -> None:
    stand = after(minutes(*range(0, 300, 3)))

    assert stand == tuple(reversed(minutes(*range(279, 300, 3))))
    assert len(stand) == tries.FAILURES == 7


@given(some.lists(some.integers(0, 1200), max_size=60))
def test_in_no_quarter_of_an_hour_are_more_than_seven_failures_let_through(
    pauses: list[int],
) -> None:
    """Whoever tries whenever they are let: the eighth is a quarter after the seventh."""
    now, stand = NOON, tries.login((), NOON)
    through = [NOON]
    for pause in pauses:
        now += timedelta(seconds=pause)
        if not locked(stand, now):
            stand = tries.login(stand, now)
            through.append(now)

    for first, eighth in zip(through, through[7:], strict=False):
        assert eighth - first >= QUARTER
