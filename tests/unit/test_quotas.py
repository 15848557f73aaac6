"""Limits on sending: sliding windows, as data."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.messages import Channel, Kind
from chalicelib.domain.quotas import Limit, Limits, Quota

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_the_eleventh_code_of_the_day_waits_for_the_first_to_age() -> None:
    ten = [NOON + hour * HOUR for hour in reversed(range(10))]
    (limit,) = Limit.parse("10/1d")

    assert limit.wait(ten, now=NOON + 10 * HOUR) == timedelta(hours=14)
    assert limit.wait(ten[:9], now=NOON + 10 * HOUR) == timedelta(0)
    assert limit.wait(ten, now=NOON + 24 * HOUR) == timedelta(0)


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("", ()),
        ("1/10s", (Limit(1, timedelta(seconds=10)),)),
        (" 3/1h ,5/1d", (Limit(3, HOUR), Limit(5, timedelta(days=1)))),
        ("20/90m", (Limit(20, timedelta(minutes=90)),)),
    ],
)
def test_limits_are_read_and_written_alike(text: str, limits: tuple[Limit, ...]) -> None:
    assert Limit.parse(text) == limits
    assert Limit.parse(", ".join(map(str, limits))) == limits


@pytest.mark.parametrize(
    "text",
    ["1", "0/1d", "21/1d", "1/0s", "1/2d", "-1/1d", "1/1w", "1/1", "x", "1/1d;2/1d", "1.5/1d"],
)
def test_what_is_no_limit_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"limit|window"):
        Limit.parse(text)


def test_a_quota_waits_for_the_longest_of_its_limits() -> None:
    quota = Quota("voice", Limit.parse("1/30s, 3/1h, 5/1d"))
    times = [NOON - timedelta(minutes=minutes) for minutes in (0, 10, 20)]

    assert quota.wait(times, now=NOON) == timedelta(minutes=40)
    assert quota.wait(times[:1], now=NOON) == timedelta(seconds=30)
    assert quota.wait((), now=NOON) == timedelta(0)
    assert quota.depth == 5
    assert Quota("none", ()).depth == 1


def test_signatures_have_limits_of_their_own_and_calls_one_more() -> None:
    one, other, call = (
        {
            quota.scope
            for quota in Limits().quotas(
                kind=Kind.VERIFICATION, channel=channel, signature=signature
            )
        }
        for signature, channel in (
            ("天天商城", Channel.SMS),
            ("京东", Channel.SMS),
            ("天天商城", Channel.VOICE),
        )
    )

    assert one & other == {"number"}
    assert call - one == {"voice"}
    assert all(scope.isascii() and "." not in scope for scope in one | other | call)
