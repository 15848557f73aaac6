"""Ten thousand receipts on a database that is atomic as DynamoDB is."""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import permutations

import pytest
from botocore.exceptions import ReadTimeoutError

from chalicelib.domain.codes import random_token
from chalicelib.domain.costs import Cost
from chalicelib.domain.messages import Channel, Kind
from chalicelib.domain.phones import PhoneNumber
from chalicelib.domain.receipts import NotFiled, Receipt
from chalicelib.domain.records import Record, Status
from chalicelib.domain.searches import Search
from chalicelib.store import indexes, searches
from chalicelib.store.records import DynamoRecords
from chalicelib.store.tables import RecordRow
from tests.conftest import Desk, of_dynamodb_local, opened
from tests.contract.test_races import CALLERS, at_once
from tests.faults import lost_reply
from tests.wire import PHONE

pytestmark = pytest.mark.dynamodb_local

#: In the future, for DynamoDB Local purges by the true time.
NOON = datetime(2040, 1, 2, 12, tzinfo=UTC)
RECORDS, THREADS = 2500, 8

#: The later one wins.
_ORDER = (Status.PENDING, Status.UNDELIVERED, Status.DELIVERED, Status.VERIFIED)


@pytest.fixture(scope="module")
def desk(dynamodb_local: str) -> Iterator[Desk]:
    """One for all tests here."""
    with opened(**of_dynamodb_local(dynamodb_local)) as desk:
        yield desk


@pytest.fixture
def records(desk: Desk) -> Iterator[DynamoRecords]:
    desk.faults.mend()
    yield DynamoRecords()
    desk.faults.mend()


def new(**facts: object) -> Record:
    """A record of a text that is on its way."""
    record = Record(
        random_token(),
        "an-app-of-ours",
        PhoneNumber(PHONE),
        Channel.SMS,
        "【Shop】******",
        Status.PENDING,
        NOON,
        Kind.VERIFICATION,
        "",
        "Shop",
        Cost(1, Decimal("0.04")),
        sender="eum",
        message_id=random_token(),
    )
    return replace(record, **facts)  # type: ignore[arg-type]


def receipt(record: Record, status: Status, *, named: bool = True) -> Receipt:
    """What a carrier says of a record's message, by the record's name or the message's own."""
    arrived = status is Status.DELIVERED
    return Receipt(
        record.sender,
        record.message_id,
        status,
        NOON + timedelta(seconds=5),
        record=record.id if named else "",
        word=status.upper(),
        price=Decimal("0.05") if arrived else None,
        device_at=NOON + timedelta(seconds=4) if arrived else None,
    )


@dataclass(frozen=True)
class Story:
    """All that happens to one record, in whatever order."""

    record: Record
    heard: tuple[Status, ...]

    def calls(self, records: DynamoRecords) -> list[Callable[[], object]]:
        """Every receipt twice, and the filing, which comes late more often than not."""
        said: list[Callable[[], object]] = []
        for status in self.heard:
            if status is Status.VERIFIED:
                call = partial(records.verified, self.record.id, NOON + timedelta(seconds=9))
            else:
                call = partial(records.receive, receipt(self.record, status))
            said += [call, call]
        return [*said, partial(records.put, self.record)]

    @property
    def ends(self) -> Status:
        return max((Status.PENDING, *self.heard), key=_ORDER.index)


def test_ten_thousand_receipts_leave_exactly_the_right_states(records: DynamoRecords) -> None:
    dice = random.Random(7)
    stories = [Story(new(), tuple(dice.sample(_ORDER, 2))) for _ in range(RECORDS)]
    calls = [call for story in stories for call in story.calls(records)]
    dice.shuffle(calls)
    assert len(calls) == 10_000 + RECORDS

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda call: call(), calls))

    kept = {row.id: row for row in RecordRow.scan()}
    for story in stories:
        row = kept[story.record.id]
        assert row.status == story.ends, story
        assert (row.device_at is not None) == (Status.DELIVERED in story.heard), story
        assert (row.billed is not None) == (Status.DELIVERED in story.heard), story
        assert (row.verified_at is not None) == (Status.VERIFIED in story.heard), story
        assert (row.app, row.phone, row.text) == ("an-app-of-ours", PHONE, "【Shop】******")


def test_all_at_once_a_record_ends_where_it_should(records: DynamoRecords) -> None:
    for _ in range(20):
        story = Story(new(), _ORDER)
        calls = story.calls(records) * (CALLERS // 9)
        random.shuffle(calls)

        at_once([lambda call=call: bool(call()) for call in calls])

        after = records.find(story.record.id)
        assert after
        assert after.status is Status.VERIFIED
        assert after.device_at == NOON + timedelta(seconds=4)
        assert after.verified_at == NOON + timedelta(seconds=9)


def test_the_database_and_the_rule_say_the_same(records: DynamoRecords) -> None:
    """Of every order of three receipts, without the record and with it."""
    for order in permutations(_ORDER[:3]):
        rule = new()
        records.put(rule)
        for status in order:
            told = receipt(rule, status)
            before = records.receive(told)
            assert before == rule
            rule = rule.received(told)
        assert records.find(rule.id) == rule


@pytest.mark.parametrize("status", Status)
def test_a_message_that_nobody_took_stays_so(records: DynamoRecords, status: Status) -> None:
    refused = new().refused(sender="eum", error="OPTED_OUT")
    records.put(refused)

    if status is not Status.REFUSED:
        records.receive(receipt(refused, status))
    records.verified(refused.id, NOON)

    assert records.find(refused.id) == refused


def test_a_receipt_that_names_no_record_finds_it_by_its_message(records: DynamoRecords) -> None:
    record = new(sender="sns")
    told = receipt(record, Status.DELIVERED, named=False)
    with pytest.raises(NotFiled):
        records.receive(told)

    records.put(record)

    assert records.receive(told) == record
    assert records.find(record.id) == record.received(told)
    with pytest.raises(NotFiled):
        records.receive(replace(told, sender="eum"))


def test_a_record_filed_again_after_a_lost_reply_undoes_nothing(
    desk: Desk, records: DynamoRecords
) -> None:
    record = new()
    desk.faults.next("dynamodb.PutItem", lost_reply(ReadTimeoutError))
    records.put(record)
    moved = record.received(receipt(record, Status.DELIVERED))
    records.receive(receipt(record, Status.DELIVERED))

    records.put(record)  # as a try would whose reply was lost, with the receipt between

    assert records.find(record.id) == moved


@pytest.mark.parametrize("filed", [True, False])
def test_a_receipt_whose_reply_was_lost_is_written_down_once(
    desk: Desk, records: DynamoRecords, filed: bool
) -> None:
    record = new()
    if filed:
        records.put(record)
    for status in (Status.UNDELIVERED, Status.DELIVERED, Status.PENDING):
        desk.faults.next("dynamodb.UpdateItem", lost_reply(ReadTimeoutError))
        records.receive(receipt(record, status))
    desk.faults.next("dynamodb.UpdateItem", lost_reply(ReadTimeoutError))

    records.put(record)

    after = records.find(record.id)
    assert after
    assert (after.status, after.word) == (Status.DELIVERED, "DELIVERED")


def test_a_receipt_on_the_common_road_is_one_write(desk: Desk, records: DynamoRecords) -> None:
    record = new()
    records.put(record)
    desk.faults.mend()

    records.receive(receipt(record, Status.DELIVERED))
    records.receive(receipt(record, Status.DELIVERED))

    assert desk.faults.calls == {"dynamodb.UpdateItem": 2}


@pytest.mark.parametrize("status", [None, Status.DELIVERED])
def test_pages_are_read_to_the_end_however_the_index_is_cut(
    monkeypatch: pytest.MonkeyPatch, desk: Desk, records: DynamoRecords, status: Status | None
) -> None:
    """With a day of hundreds, of which one in seven was delivered, and pages of a few."""
    monkeypatch.setattr(searches, "_MOST_PAGES", 3)
    monkeypatch.setattr(searches, "_LARGEST", 5)
    app = random_token()
    day = [new(app=app, at=NOON + timedelta(milliseconds=place // 3)) for place in range(300)]
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(records.put, day))
        list(pool.map(lambda one: records.receive(receipt(one, Status.DELIVERED)), day[::7]))

    found, before = [], ""
    while True:
        desk.faults.mend()
        search = Search(app, day=NOON.date(), status=status)
        page = records.search(search, before=before, limit=11, now=NOON)
        assert len(page.records) <= 11
        assert desk.faults.calls["dynamodb.Query"] <= indexes.SHARDS + 3
        found += [record.id for record in page.records]
        before = page.next
        if not before:
            break

    expected = day if status is None else day[::7]
    assert sorted(found) == sorted(record.id for record in expected)
    times = {record.id: record.at for record in day}
    assert [times[id] for id in found] == sorted((times[id] for id in found), reverse=True)
