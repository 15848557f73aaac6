"""Counters under replay and parallel workers, on a database that is atomic as DynamoDB is."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from botocore.exceptions import ReadTimeoutError

from chalicelib.api.events import record_changed
from chalicelib.domain.counters import SHARDS, Heading, Tally
from chalicelib.domain.messages import Channel
from chalicelib.domain.phones import PhoneNumber
from chalicelib.domain.receipts import Receipt
from chalicelib.domain.records import Record, Status
from chalicelib.local.streams import Entry, event, told
from chalicelib.store.counters import DynamoCounters
from chalicelib.store.records import DynamoRecords
from chalicelib.store.tables import CounterRow, RecordRow
from tests.conftest import Desk, of_dynamodb_local, opened
from tests.contract.test_races import CALLERS, at_once
from tests.contract.test_receipts_races import new
from tests.faults import cancelled, lost_reply

pytestmark = pytest.mark.dynamodb_local

NOON = datetime(2040, 1, 2, 12, tzinfo=UTC)
DAY = NOON.date()
RECORDS, WORKERS, BATCH = 300, 8, 25
HEADING = Heading("an-app", DAY, "CN", "eum", Channel.SMS)
ONE = Tally(sent=1, segments=2, cost=Decimal("0.040001"))


@pytest.fixture
def desk(dynamodb_local: str) -> Iterator[Desk]:
    with opened(**of_dynamodb_local(dynamodb_local)) as desk:
        yield desk


@pytest.fixture
def counters(desk: Desk) -> DynamoCounters:
    return DynamoCounters()


def lives(records: DynamoRecords, dice: random.Random) -> list[Record]:
    """Records of two days, countries, senders and channels, each of which went its way."""
    made = []
    for place in range(RECORDS):
        record = new(
            to=PhoneNumber(dice.choice(["+8618612345678", "+85291234567"])),
            sender=dice.choice(["eum", "sns"]),
            channel=dice.choice(list(Channel)),
            at=NOON + timedelta(days=place % 2),
        )
        if place % 10 == 0:
            record = record.refused(sender="", error="every sender")
        made.append(record)

    def live(record: Record) -> None:
        if dice.random() < 0.1:  # heard of before it was filed
            _hear(records, record, Status.DELIVERED)
        records.put(record)
        for status in (Status.UNDELIVERED, Status.DELIVERED, Status.UNDELIVERED):
            if dice.random() < 0.5:
                _hear(records, record, status)
        if dice.random() < 0.5:
            records.verified(record.id, NOON)

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(live, made))
    return made


def _hear(records: DynamoRecords, record: Record, status: Status) -> None:
    price = Decimal("0.051") if status is Status.DELIVERED else None
    if record.status is not Status.REFUSED:
        said = (record.sender, record.message_id, status, NOON)
        records.receive(Receipt(*said, record=record.id, word=status.upper(), price=price))


def batches(entries: list[Entry]) -> list[list[Entry]]:
    return [entries[start : start + BATCH] for start in range(0, len(entries), BATCH)]


def counted(records: DynamoRecords, ids: list[Record]) -> dict[Heading, Tally]:
    """What the records say as they stand."""
    found: dict[Heading, Tally] = {}
    for record in (records.find(one.id) for one in ids):
        assert record
        heading = Heading.of(record)
        found[heading] = found.get(heading, Tally()) + Tally.of(record)
    return found


def test_counters_are_exact_after_a_replay_of_everything_by_many_at_once(
    desk: Desk, counters: DynamoCounters
) -> None:
    """Every entry at least twice, in any order, in batches that are told at the same time."""
    dice, records = random.Random(3), DynamoRecords()
    made = lives(records, dice)
    entries = told(RecordRow)
    assert len(entries) > 2 * RECORDS
    shuffled = dice.sample(entries, len(entries))
    again = [*batches(entries), *batches(shuffled), *batches(entries[: len(entries) // 2])]
    dice.shuffle(again)

    with ThreadPoolExecutor(WORKERS) as pool:
        answers = list(pool.map(lambda batch: record_changed(event(batch), None), again))

    failed = [answer for answer in answers if answer["batchItemFailures"]]
    for batch, answer in zip(again, answers, strict=True):  # as Lambda would
        if answer in failed:
            assert record_changed(event(batch), None) == {"batchItemFailures": []}
    expected = counted(records, made)
    assert counters.read("an-app-of-ours", DAY, DAY + timedelta(days=1)) == expected
    assert sum(expected.values(), Tally()).failed >= RECORDS // 10
    record_changed(event(entries), None)
    assert counters.read("an-app-of-ours", DAY, DAY + timedelta(days=1)) == expected


def test_one_step_told_by_many_counts_once(counters: DynamoCounters) -> None:
    for turn in range(5):

        def add(turn: int = turn) -> int:
            return counters.add(HEADING, ONE, record=f"r{turn}", step=">pending", now=NOON)

        assert at_once([add] * CALLERS) == {True: 1, False: CALLERS - 1}

    assert counters.read("an-app", DAY, DAY) == {
        HEADING: Tally(5, 0, 0, 0, 10, Decimal("0.200005"))
    }


def test_many_steps_at_once_all_count(counters: DynamoCounters) -> None:
    def add(place: int) -> int:
        return counters.add(HEADING, ONE, record=f"r{place}", step=">pending", now=NOON)

    assert at_once([lambda place=place: add(place) for place in range(CALLERS)]) == {True: CALLERS}

    assert counters.read("an-app", DAY, DAY)[HEADING].sent == CALLERS
    shards = {row.key for row in CounterRow.scan() if row.key.startswith("an-app#")}
    assert 1 < len(shards) <= SHARDS


def test_a_lost_reply_or_a_contended_counter_counts_once(
    desk: Desk, counters: DynamoCounters
) -> None:
    write = "dynamodb.TransactWriteItems"
    desk.faults.next(write, cancelled("None", "TransactionConflict"), lost_reply(ReadTimeoutError))

    assert counters.add(HEADING, ONE, record="r", step=">pending", now=NOON)
    assert not counters.add(HEADING, ONE, record="r", step=">pending", now=NOON)

    assert counters.read("an-app", DAY, DAY) == {HEADING: ONE}


def test_days_are_read_from_the_first_to_the_last(counters: DynamoCounters) -> None:
    for day in range(1, 29):
        heading = Heading("an-app", date(2040, 2, day), "CN", "", Channel.VOICE)
        counters.add(heading, ONE, record=f"r{day}", step=">pending", now=NOON)

    found = counters.read("an-app", date(2040, 2, 9), date(2040, 2, 10))

    assert {heading.day.day for heading in found} == {9, 10}
    assert {heading.sender for heading in found} == {""}


def test_what_was_counted_before_templates_were_still_counts(counters: DynamoCounters) -> None:
    CounterRow("an-app#3", "2040-01-02#CN#eum#sms", sent=2).save()
    counters.add(HEADING, ONE, record="r", step=">pending", now=NOON)

    assert counters.read("an-app", DAY, DAY)[HEADING].sent == 3
