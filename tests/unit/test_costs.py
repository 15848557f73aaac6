"""What the bench makes of AWS's list prices."""

import json
from collections import Counter
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

import pytest

from bench import cost
from bench.plants import Used
from tools.package import ARCHITECTURES

LISTED = json.loads(cost.LIST.read_text("utf-8"))["prices"]


#: The last prices that changed, DynamoDB's, did so on that day.
LAST_CHANGE = date(2024, 11, 1)


@pytest.mark.parametrize("name", LISTED)
def test_a_price_says_where_and_when_it_was_read(name: str) -> None:
    price = cost.Price(**LISTED[name])
    source = urlsplit(price.source)

    assert source.scheme == "https"
    assert source.hostname in ("aws.amazon.com", "docs.aws.amazon.com")
    assert not price.via or urlsplit(price.via).scheme == "https"
    assert LAST_CHANGE <= date.fromisoformat(price.read) <= datetime.now(UTC).date()
    assert price.price > 0
    assert price.amount >= 1
    assert price.part
    assert price.unit


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_time_has_the_price_of_the_processor(architecture: str) -> None:
    listed = cost.prices(architecture)

    assert listed["gb_seconds"].price == LISTED[f"gb_seconds_{architecture}"]["price"]
    assert not [name for name in listed if name.startswith("gb_seconds_")]


def test_the_deployed_processor_has_a_price() -> None:
    assert cost.architecture() in ARCHITECTURES


@pytest.mark.parametrize(
    ("used", "dollars", "beyond"),
    [(0, 0, 0), (1e6, 3.0, 0), (3e6, 9.0, 3.0), (2e6, 6.0, 0), (2e6 + 1, 6.000003, 0.000003)],
)
def test_only_what_is_beyond_the_free_part_costs(
    used: float, dollars: float, beyond: float
) -> None:
    price = cost.Price("calls", "million", 1e6, 3.0, "", "", free=2e6)

    assert price.of(used) == pytest.approx(dollars)
    assert price.beyond_free(used) == pytest.approx(beyond)


def test_the_table_begins_with_the_dearest_and_adds_up() -> None:
    listed = {
        "cheap": cost.Price("cheap things", "", 1e6, 1.0, "", ""),
        "dear": cost.Price("dear things", "", 1e6, 9.0, "", ""),
        "unused": cost.Price("unused things", "", 1e6, 9.0, "", ""),
        "bytes": cost.Price("bytes", "", 1e9, 1.0, "", ""),
    }
    used = Used(Counter(cheap=9, dear=2, aws_calls=99), Counter(dear=1, bytes=4000))

    head, *lines = cost.table(used, listed)

    assert head.split() == ["part", "quantity", "afterwards", "dollars", "share"]
    assert [line.split() for line in lines] == [
        ["dear", "things", "3,000", "1,000", "0.0270", "68%"],
        ["cheap", "things", "9,000", "0.0", "0.0090", "22%"],
        ["bytes", "4.0", "MB", "4.0", "MB", "0.0040", "10%"],
        ["together", "0.0400", "100%"],
        ["of", "it", "what", "follows", "by", "itself:", "32%"],
    ]


def test_what_is_added_is_what_there_was_not_before() -> None:
    more = Used(Counter(calls=5, units=3), Counter(units=4)).less(
        Used(Counter(calls=2, units=3), Counter(units=5, calls=1))
    )

    assert more == Used(Counter(calls=3), Counter())
