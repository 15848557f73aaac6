"""What a receipt may make of a record, and what a record counts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise, permutations

import pytest

from chalicelib.domain.costs import Cost
from chalicelib.domain.counters import Heading, Tally, step
from chalicelib.domain.exports import COLUMNS, csv_header, csv_lines, json_lines
from chalicelib.domain.messages import Channel, Kind
from chalicelib.domain.phones import PhoneNumber
from chalicelib.domain.receipts import Receipt
from chalicelib.domain.records import Record, Status

NOON = datetime(2040, 1, 2, 12, tzinfo=UTC)
PENDING = Record(
    "f00d",
    "an-app-of-ours",
    PhoneNumber("+8618612345678"),
    Channel.SMS,
    "【Shop】******",
    Status.PENDING,
    NOON,
    Kind.VERIFICATION,
    "",
    "Shop",
    Cost(2, Decimal("0.08")),
    sender="eum",
    message_id="m1",
)
REFUSED = PENDING.refused(sender="eum", error="OPTED_OUT")


def receipt(status: Status | None, **facts: object) -> Receipt:
    """A receipt for PENDING's message."""
    return replace(Receipt("eum", "m1", status, NOON, record="f00d"), **facts)  # type: ignore[arg-type]


QUEUED = receipt(Status.PENDING, word="QUEUED")
LOST = receipt(Status.UNDELIVERED, word="UNREACHABLE")
TAKEN = receipt(Status.DELIVERED, word="SUCCESSFUL", carrier_at=NOON + timedelta(seconds=1))
ARRIVED = receipt(
    Status.DELIVERED,
    word="DELIVERED",
    device_at=NOON + timedelta(seconds=2),
    price=Decimal("0.07"),
)


@pytest.mark.parametrize(
    ("status", "names", "yields_to"),
    [
        (Status.REFUSED, "调用失败", ""),
        (Status.PENDING, "等待回执", "undelivered delivered verified"),
        (Status.UNDELIVERED, "投递失败", "delivered verified"),
        (Status.DELIVERED, "发送成功", "verified"),
        (Status.VERIFIED, "验证成功", ""),
    ],
)
def test_a_state_has_its_name_and_yields_forward_alone(
    status: Status, names: str, yields_to: str
) -> None:
    assert status.shown == names
    assert status.yields_to == {Status(one) for one in yields_to.split()}
    for other in Status:
        assert (status in other.overcomes) == (other in status.yields_to)


@pytest.mark.parametrize("before", Status)
@pytest.mark.parametrize("said", [*Status, None])
def test_a_record_moves_if_its_state_yields_and_else_stays(
    before: Status, said: Status | None
) -> None:
    record = replace(PENDING, status=before)

    after = record.received(receipt(said)).status

    assert after == (said if said in before.yields_to else before)


@pytest.mark.parametrize("order", list(permutations([QUEUED, LOST, TAKEN, ARRIVED, None])))
def test_the_order_of_receipts_makes_no_difference(order: list[Receipt | None]) -> None:
    record = PENDING

    for one in [*order, *order]:
        record = record.received(one) if one else record.verified(NOON + timedelta(seconds=9))

    assert record.status is Status.VERIFIED
    assert record.carrier_at == NOON + timedelta(seconds=1)
    assert record.device_at == NOON + timedelta(seconds=2)
    assert record.verified_at == NOON + timedelta(seconds=9)
    assert record.billed == Decimal("0.07")


def test_a_word_is_of_the_state_it_led_to() -> None:
    assert PENDING.received(QUEUED).word == "QUEUED"
    assert PENDING.received(QUEUED).received(ARRIVED).word == "DELIVERED"
    assert PENDING.received(ARRIVED).received(QUEUED).word == "DELIVERED"
    assert PENDING.received(ARRIVED).received(LOST).word == "DELIVERED"


def test_the_price_a_carrier_bills_stands_beside_the_estimate() -> None:
    billed = PENDING.received(ARRIVED)

    assert (PENDING.price, billed.price, billed.cost.price) == (
        Decimal("0.08"),
        Decimal("0.07"),
        Decimal("0.08"),
    )


def test_the_first_that_is_heard_of_a_time_stays() -> None:
    again = replace(ARRIVED, device_at=NOON + timedelta(hours=1), price=Decimal(9))

    assert PENDING.received(ARRIVED).received(again) == PENDING.received(ARRIVED)


def test_there_is_no_news_of_a_message_that_nobody_took() -> None:
    assert REFUSED.received(ARRIVED) == REFUSED
    assert REFUSED.verified(NOON) == REFUSED


def test_a_record_whose_carrier_did_not_answer_learns_its_message() -> None:
    silent = replace(PENDING, message_id="", error="ReadTimeoutError")

    assert silent.received(QUEUED).message_id == "m1"


@pytest.mark.parametrize(
    ("record", "tally"),
    [
        (None, Tally()),
        (REFUSED, Tally(failed=1)),
        (PENDING, Tally(sent=1, segments=2, cost=Decimal("0.08"))),
        (PENDING.received(LOST), Tally(1, 0, 0, 1, 2, Decimal("0.08"))),
        (PENDING.received(TAKEN), Tally(1, 1, 0, 0, 2, Decimal("0.08"))),
        (PENDING.received(ARRIVED), Tally(1, 1, 0, 0, 2, Decimal("0.07"))),
        (PENDING.verified(NOON), Tally(1, 1, 1, 0, 2, Decimal("0.08"))),
    ],
)
def test_a_record_counts_as_it_stands(record: Record | None, tally: Tally) -> None:
    assert Tally.of(record) == tally


def test_the_steps_of_a_record_add_up_to_what_it_counts() -> None:
    walk = [None, PENDING]
    walk += [PENDING.received(LOST), PENDING.received(LOST).received(ARRIVED)]
    walk.append(walk[-1].verified(NOON))  # type: ignore[union-attr]

    steps = list(pairwise(walk))

    total = sum((Tally.of(after) - Tally.of(before) for before, after in steps), Tally())
    assert total == Tally.of(walk[-1])
    assert len({step(before, after) for before, after in steps if after}) == len(steps)


def test_a_record_counts_for_the_day_and_place_of_its_request() -> None:
    late = replace(PENDING, at=datetime(2040, 1, 2, 23, 59, tzinfo=UTC)).verified(
        datetime(2040, 1, 3, tzinfo=UTC)
    )

    heading = Heading.of(late)

    assert (str(heading.day), heading.country, heading.sender) == ("2040-01-02", "CN", "eum")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_spreadsheet_runs_what_is_exported(start: str) -> None:
    harmful = replace(PENDING, text=f'{start}cmd|" /C calc"!A0')

    line = csv_lines([harmful])

    assert f"'{start}cmd" in line
    assert line.count('""') >= 2, "quotes are doubled"


def test_an_export_shows_a_record_whole_but_for_its_number() -> None:
    record = PENDING.received(ARRIVED)

    header, line = csv_header(), csv_lines([record])

    assert tuple(header.strip().split(",")) == COLUMNS
    assert "186****5678" in line
    assert "发送成功" in line
    assert "2040-01-02T12:00:02.000Z" in line
    assert PENDING.to.e164 not in line + json_lines([record])
    assert '"price": "0.07", "estimate": "0.08"' in json_lines([record])
