"""Money under parallel payments and lost replies, on a database that is atomic as DynamoDB is."""

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError, EndpointConnectionError, ReadTimeoutError

from chalicelib.domain.errors import Busy, InsufficientBalance, OutOfService, Refusal
from chalicelib.domain.purses import SHARDS, Charge
from chalicelib.store import edge
from chalicelib.store.purses import DynamoPurses
from chalicelib.store.tables import PurseRow
from tests.conftest import Desk, of_dynamodb_local, opened
from tests.contract.test_races import CALLERS, at_once
from tests.faults import Fault, Faults, cancelled, lost_reply, no_answer, refusal

pytestmark = pytest.mark.dynamodb_local

#: In the future, for DynamoDB Local purges by the true time.
NOON = datetime(2040, 1, 2, 12, tzinfo=UTC)
ONE = Decimal(1)
ROUNDS = 3
WRITE, READ, SNAPSHOT = (
    "dynamodb.TransactWriteItems",
    "dynamodb.BatchGetItem",
    "dynamodb.TransactGetItems",
)

_apps = count()


@pytest.fixture(scope="module")
def desk(dynamodb_local: str) -> Iterator[Desk]:
    """One for all tests here: each has an app of its own."""
    with opened(**of_dynamodb_local(dynamodb_local)) as desk:
        yield desk


@pytest.fixture
def faults(desk: Desk) -> Iterator[Faults]:
    """Faults of the database."""
    desk.faults.mend()
    yield desk.faults
    desk.faults.mend()


class Till:
    """An app of its own, and what it lets be charged."""

    def __init__(self, balance: str | None = None, cap: str | None = None, alarm: str = "") -> None:
        self.app = f"app{next(_apps)}"
        self.purses = DynamoPurses()
        self.prepaid = balance is not None
        self.cap = Decimal(cap) if cap else None
        self.alarm = Decimal(alarm) if alarm else None
        if balance and Decimal(balance):
            self.top_up(balance)

    def charge(self, amount: Decimal = ONE, *, cap: str = "", now: datetime = NOON) -> Charge:
        return self.purses.charge(
            self.app,
            amount,
            prepaid=self.prepaid,
            daily_cap=Decimal(cap) if cap else self.cap,
            alarm_below=self.alarm,
            now=now,
        )

    def code(self, amount: Decimal = ONE, **given: Any) -> int:
        """0, or the number of the refusal."""
        try:
            self.charge(amount, **given)
        except Refusal as refused:
            return refused.code
        return 0

    def top_up(self, amount: str, id: str = "") -> None:
        self.purses.top_up(self.app, Decimal(amount), id=id, alarm_below=self.alarm)

    @property
    def balance(self) -> Decimal:
        return self.purses.balance(self.app)

    @property
    def spent(self) -> Decimal:
        return self.purses.spent_on(self.app, NOON)

    def shards(self, purse: str = "balance") -> list[Decimal]:
        keys = [f"{self.app}#{purse}#{shard}" for shard in range(SHARDS)]
        return [Decimal(item["left"]["N"]) for item in edge.get_many(PurseRow, keys).values()]

    def lay(self, *left: str) -> None:
        """Put so much into the shards of the balance, and no more."""
        for shard, one in enumerate(left):
            edge.put(PurseRow(key=f"{self.app}#balance#{shard}", left=Decimal(one)))


@pytest.mark.parametrize(
    ("balance", "cap", "code"),
    [
        ("10", None, 160),
        (None, "10", 154),
        ("10", "10", 160),
        ("10", "30", 160),
        ("30", "10", 154),
        ("10.999999", None, 160),
        (None, "10.999999", 154),
    ],
)
def test_of_many_messages_with_money_for_ten_ten_are_paid(
    faults: Faults, balance: str | None, cap: str | None, code: int
) -> None:
    for _ in range(ROUNDS):
        till = Till(balance, cap)

        paid = at_once([till.code] * CALLERS)

        assert paid == {0: 10, code: CALLERS - 10}
        assert cap is None or till.spent == 10
        assert balance is None or till.balance == Decimal(balance) - 10


@pytest.mark.parametrize(
    "left",
    [
        ("0.3", "2.9", "0", "0.15", "4.4", "0.05", "1.2", "1"),
        ("1.25",) * SHARDS,
        ("10",),
        ("0.1",) * 7 + ("9.3",),
        ("0.999999", "0.000001", "8.5", "0.5"),
    ],
)
def test_no_money_is_stranded_in_fragments(faults: Faults, left: tuple[str, ...]) -> None:
    for _ in range(ROUNDS):
        till = Till("0")
        till.lay(*left)

        assert at_once([till.code] * CALLERS) == {0: 10, 160: CALLERS - 10}
        assert till.balance == 0


def test_messages_that_are_dearer_than_any_shard_are_paid_until_the_cap(faults: Faults) -> None:
    for _ in range(ROUNDS):
        till = Till(cap="10")

        paid = at_once([lambda till=till: till.code(Decimal(3))] * CALLERS)

        assert paid == {0: 3, 154: CALLERS - 3}
        assert till.code() == 0
        assert till.spent == 10


def test_charges_and_give_backs_at_once_conserve_the_money(faults: Faults) -> None:
    till = Till("20", "18")

    def some_messages() -> int:
        kept = 0
        for _ in range(5):
            with suppress(Refusal):
                charge = till.charge(Decimal("0.7"))
                kept += 1
                if random.random() < 0.7:
                    till.purses.give_back(charge)
                    kept -= 1
        return kept

    kept = sum(value * times for value, times in at_once([some_messages] * CALLERS).items())

    assert till.spent == kept * Decimal("0.7")
    assert till.balance == 20 - till.spent
    assert min(till.shards() + till.shards("2040-01-02")) >= 0


@pytest.mark.parametrize("purses", [{"balance": "8"}, {"cap": "8"}])
def test_nobody_is_refused_because_money_is_moving(faults: Faults, purses: dict[str, str]) -> None:
    """Eight callers with money for eight: whoever asks, his part is there."""
    till = Till(**purses)

    def back_and_forth() -> int:
        for _ in range(12):
            till.purses.give_back(till.charge())
        return 0

    assert at_once([back_and_forth] * 8) == {0: 8}


def test_what_is_given_back_can_be_spent_again(faults: Faults) -> None:
    till = Till("1", "1")

    till.purses.give_back(till.charge())

    assert till.code() == 0
    assert till.code() == 160


def test_a_charge_is_one_call_with_no_read_before_it(faults: Faults) -> None:
    till = Till("100", "100", alarm="10")
    till.charge()  # cuts the day's shards
    faults.calls.clear()

    till.charge()

    assert faults.calls == {WRITE: 1}


def test_what_costs_nothing_asks_aws_nothing(faults: Faults) -> None:
    for till, amount in ((Till(), ONE), (Till("0", "5"), Decimal(0))):
        faults.calls.clear()
        charge = till.charge(amount)
        till.purses.give_back(charge)
        assert faults.calls == {}


LOST = [lost_reply(ReadTimeoutError), lost_reply(ConnectionClosedError)]


@pytest.mark.parametrize("lost", LOST)
def test_a_charge_whose_replies_were_lost_is_charged_once(faults: Faults, lost: Fault) -> None:
    till = Till("100", "90")

    faults.next(WRITE, None, lost, lost)  # refused unseen, for the day's shards are to be cut
    till.charge()
    assert (till.balance, till.spent) == (99, 1)

    faults.next(WRITE, lost, lost)
    charge = till.charge()
    assert (till.balance, till.spent) == (98, 2)

    faults.next(WRITE, lost, lost)
    till.purses.give_back(charge)
    assert (till.balance, till.spent) == (99, 1)


@pytest.mark.parametrize("lost", LOST)
def test_a_charge_on_several_shards_whose_reply_was_lost_is_charged_once(
    faults: Faults, lost: Fault
) -> None:
    till = Till("0")
    till.lay(*["0.6"] * SHARDS)

    faults.next(WRITE, None, lost)
    till.charge()

    assert till.balance == Decimal("3.8")


BUSY = [
    cancelled("None", "TransactionConflict"),
    cancelled("ThrottlingError", "None"),
    refusal("ProvisionedThroughputExceededException"),
    refusal("TransactionInProgressException"),
    refusal("InternalServerError", 500),
    no_answer(EndpointConnectionError),
]


@pytest.mark.parametrize("fault", BUSY)
def test_a_purse_that_is_busy_twice_is_asked_a_third_time(faults: Faults, fault: Fault) -> None:
    till = Till("10", "10")

    faults.next(WRITE, fault, fault)
    charge = till.charge()
    assert (till.balance, till.spent) == (9, 1)

    faults.next(WRITE, fault, fault)
    till.purses.give_back(charge)
    assert (till.balance, till.spent) == (10, 0)

    faults.next(WRITE, fault, fault)
    till.top_up("5")
    assert till.balance == 15


def test_a_read_that_meets_a_write_is_made_again(faults: Faults) -> None:
    till = Till("1")
    till.charge()

    faults.next(SNAPSHOT, cancelled("TransactionConflict"))
    assert till.code() == 160

    faults.next(SNAPSHOT, cancelled("TransactionConflict"))
    assert till.balance == 0


@pytest.mark.parametrize(
    ("fault", "refused"),
    [
        (cancelled("TransactionConflict"), Busy),
        (cancelled("ThrottlingError"), Busy),
        (refusal("InternalServerError", 500), OutOfService),
        (refusal("AccessDeniedException"), OutOfService),
    ],
)
def test_a_purse_that_stays_out_of_reach_refuses_and_takes_nothing(
    faults: Faults, fault: Fault, refused: type[Refusal], monkeypatch: pytest.MonkeyPatch
) -> None:
    till = Till("10", "10")
    charge = till.charge()
    monkeypatch.setattr(edge, "pause", lambda _: None)
    faults.always(WRITE, fault)

    calls: list[Callable[[], object]] = [
        till.charge,
        lambda: till.purses.give_back(charge),
        lambda: till.top_up("1"),
    ]
    for call in calls:
        with pytest.raises(refused):
            call()

    faults.mend()
    assert (till.balance, till.spent) == (9, 1)


def test_a_top_up_is_made_once_for_each_id(faults: Faults) -> None:
    till = Till("0")

    faults.next(WRITE, *LOST)
    till.top_up("5", id="one")
    till.top_up("5", id="one")
    assert till.balance == 5
    with pytest.raises(ValueError, match="another amount"):
        till.top_up("6", id="one")

    till.top_up("6", id="two")
    at_once([lambda: till.top_up("7", id="three") or 0] * 16)
    assert till.balance == 18


def test_top_ups_without_an_id_are_each_one_of_its_own(faults: Faults) -> None:
    till = Till("0")

    faults.next(WRITE, *LOST)
    till.top_up("5")
    till.top_up("5")

    assert till.balance == 10


def test_a_correction_takes_money_out_but_never_more_than_there_is(faults: Faults) -> None:
    till = Till("5")
    till.charge(Decimal("0.25"))

    till.top_up("-4", id="mistaken")
    till.top_up("-4", id="mistaken")
    assert till.balance == Decimal("0.75")

    with pytest.raises(InsufficientBalance):
        till.top_up("-0.76")
    till.top_up("-0.75")
    assert till.balance == 0


def test_top_ups_and_charges_at_once_lose_nothing(faults: Faults) -> None:
    till = Till("10")
    calls: list[Callable[[], int]] = [till.code] * 40 + [lambda: till.top_up("5") or 0] * 4

    paid = at_once(calls)

    assert set(paid) <= {0, 160}
    assert till.balance == 30 - (paid[0] - 4)


def told(till: Till) -> int:
    """1 if a charge tells of a low balance, 0 if not, also when it is refused."""
    try:
        return int(till.charge().alarm is not None)
    except InsufficientBalance as refused:
        return int(refused.alarm is not None)


@pytest.mark.parametrize(("balance", "alarm"), [("60", "30"), ("48", "5"), ("20", "10")])
def test_one_of_many_tells_of_each_fall_below_the_threshold(
    faults: Faults, balance: str, alarm: str
) -> None:
    for _ in range(2):
        till = Till(balance, alarm=alarm)
        assert at_once([lambda till=till: told(till)] * CALLERS)[1] == 1

        till.top_up("1")
        assert at_once([lambda till=till: told(till)] * 4)[1] == 0, "it is low still"

        till.top_up(balance)
        assert at_once([lambda till=till: told(till)] * CALLERS)[1] == 1


def test_an_alarm_tells_what_is_left(faults: Faults) -> None:
    till = Till("10", alarm="8.5")

    assert [till.charge().alarm for _ in range(4)] == [None, 8, None, None]


def test_a_refusal_tells_of_a_balance_that_was_never_above_the_threshold(faults: Faults) -> None:
    till = Till("0", alarm="5")

    assert [told(till) for _ in range(3)] == [1, 0, 0]


def test_a_charge_stands_when_its_alarm_cannot_be_noted(faults: Faults) -> None:
    till = Till("100", alarm="99.5")

    faults.next(WRITE, None, None, *[cancelled("ThrottlingError")] * 4)
    assert till.charge().alarm is None
    faults.next(READ, None, *[refusal("InternalServerError", 500)] * 4)
    assert till.charge().alarm is None
    assert till.balance == 98

    assert till.charge().alarm == 97, "the next one tells"


def test_below_the_threshold_a_charge_is_one_call_again(faults: Faults) -> None:
    till = Till("10", alarm="9.5")
    assert told(till)
    faults.calls.clear()

    till.charge(Decimal("0.1"))

    assert faults.calls == {WRITE: 1}


def test_a_cap_that_is_lowered_in_the_middle_of_the_day_holds_at_once(faults: Faults) -> None:
    for _ in range(ROUNDS):
        till = Till(cap="20")
        assert at_once([till.code] * 6) == {0: 6}

        lowered = at_once([lambda till=till: till.code(cap="10")] * CALLERS)
        assert lowered == {0: 4, 154: CALLERS - 4}
        assert till.code(cap="5") == 154
        assert till.spent == 10

        raised = at_once([lambda till=till: till.code(cap="12.5")] * CALLERS)
        assert raised == {0: 2, 154: CALLERS - 2}


def test_a_cap_below_what_is_spent_lets_nothing_out_whatever_is_given_back(faults: Faults) -> None:
    till = Till(cap="20")
    charges = [till.charge() for _ in range(15)]

    for spent, charge in zip(range(14, 9, -1), charges, strict=False):
        till.purses.give_back(charge)
        assert till.spent == spent
        assert till.code(cap="10") == 154
    till.purses.give_back(charges[-1])
    assert till.code(cap="10") == 0
    assert till.code(cap="10") == 154


def test_sandboxes_that_do_not_agree_on_the_cap_yet_each_keep_their_own(faults: Faults) -> None:
    for _ in range(ROUNDS):
        till = Till()
        calls = [lambda till=till: till.code(cap="20")] * 24
        calls += [lambda till=till: 1000 * bool(till.code(cap="10"))] * 24

        answers = at_once(random.sample(calls, len(calls)))

        assert answers[0] == till.spent == 20
        assert 14 <= answers[1000] <= 24


def test_every_day_has_a_cap_of_its_own(faults: Faults) -> None:
    till = Till(cap="1")

    assert [till.code(now=NOON + timedelta(hours=hour)) for hour in (0, 11, 12, 13)] == [
        0,
        154,
        0,
        154,
    ]
    for row in PurseRow.scan():
        if row.key.startswith(f"{till.app}#2040"):
            assert row.purge_at > NOON + timedelta(days=2)


def test_a_balance_is_never_purged(faults: Faults) -> None:
    till = Till("5", alarm="9")
    till.charge()

    rows = [row for row in PurseRow.scan() if row.key.startswith(f"{till.app}#")]

    assert len(rows) == SHARDS + 1
    assert not any(row.purge_at for row in rows)


def test_amounts_are_exact(faults: Faults) -> None:
    """As floats, these would not add up."""
    till = Till("1000000.1", "1000000.3")

    for _ in range(3):
        till.charge(Decimal("0.1"))

    assert till.balance == Decimal("999999.8")
    assert till.spent == Decimal("0.3")
