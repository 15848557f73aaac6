"""Ledgers under parallel writers and lost replies, and as a replay remembers them."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ReadTimeoutError

from chalicelib.domain.abuse import Broken, Strain
from chalicelib.flows.defence_ports import Ledgers
from chalicelib.flows.replays import Recollection
from chalicelib.store import edge
from chalicelib.store.defence_tables import LedgerRow
from chalicelib.store.ledgers import DynamoLedgers
from tests.conftest import Desk
from tests.contract.test_races import CALLERS, at_once
from tests.faults import lost_reply

pytestmark = pytest.mark.dynamodb_local

NOON = datetime(2040, 1, 2, 12, tzinfo=UTC)
APP = "an-app"


@pytest.fixture
def ledgers(true_desk: Desk) -> DynamoLedgers:
    return DynamoLedgers()


def sent(ledgers: Ledgers, writer: str, at: datetime = NOON, extra: int = 0) -> None:
    ledgers.sent(APP, "region CN", at, extra=extra, writer=writer)


def test_codes_that_are_noted_at_once_are_all_noted(ledgers: DynamoLedgers) -> None:
    calls: list[Callable[[], int]] = [
        lambda place=place: sent(ledgers, f"r{place}", extra=2) or 0 for place in range(CALLERS)
    ]
    at_once(calls)

    ledger, minutes = ledgers.sent(APP, "region CN", NOON, extra=0, writer="last")

    assert ledger.unverified(NOON) == CALLERS + 1 + 2 * CALLERS
    assert minutes.hour(NOON + timedelta(minutes=5)) == (CALLERS + 1, 0)


def test_a_code_whose_reply_was_lost_is_noted_once(true_desk: Desk, ledgers: DynamoLedgers) -> None:
    true_desk.faults.next("dynamodb.UpdateItem", lost_reply(ReadTimeoutError))

    ledger, _ = ledgers.sent(APP, "region CN", NOON, extra=2, writer="r>")

    assert ledger.unverified(NOON) == 3
    again, _ = ledgers.sent(APP, "region CN", NOON, extra=2, writer="r>")
    assert again == ledger


def test_standings_that_are_noted_at_once_all_stand(ledgers: DynamoLedgers) -> None:
    strain = Strain(21, 20, NOON + timedelta(hours=1))
    calls: list[Callable[[], int]] = [
        lambda place=place: (
            ledgers.stand(APP, {f"address 198.51.100.{place}": strain}, now=NOON) or 0
        )
        for place in range(CALLERS)
    ]
    at_once(calls)

    assert len(ledgers.read(APP).addresses) == CALLERS
    assert ledgers.read(APP).since == NOON


def test_pages_that_nobody_looks_at_are_torn_out(ledgers: DynamoLedgers) -> None:
    for hour in range(24 * 20):
        sent(ledgers, f"r{hour}", NOON + timedelta(hours=hour))
        ledgers.redeemed(APP, "region CN", NOON + timedelta(hours=hour), writer=f"r{hour}<")

    pages = edge.get(LedgerRow, f"{APP}#region CN") or {}
    assert len(pages) <= 2 * 25 + 16 + 2 * 2 + 3


@pytest.mark.parametrize("seed", range(3))
def test_a_replay_remembers_what_the_table_keeps(ledgers: DynamoLedgers, seed: int) -> None:
    dice, memory = random.Random(seed), Recollection()
    both: tuple[Ledgers, Ledgers] = (ledgers, memory)
    at = NOON
    for step in range(300):
        at += timedelta(minutes=dice.choice([0, 1, 7, 90]))
        subject = dice.choice(["region CN", "region *", "address 203.0.113.7"])
        region = dice.choice(["CN", "HK"]) if subject.startswith("address") else ""
        act = dice.randrange(6)
        extra, number = dice.choice([0, 2]), f"{dice.randrange(5):02}"
        strain = dice.choice([None, Strain(dice.randrange(9), 8, at + timedelta(hours=1))])
        said = []
        for one in both:
            if act in (0, 1, 2):
                said.append(
                    one.sent(APP, subject, at, extra=extra, region=region, writer=f"{step}>")[0]
                )
            elif act == 3:
                said.append(one.redeemed(APP, subject, at, region=region, writer=f"{step}<"))
            elif act == 4:
                said.append(one.beside(APP, "+861861234", number, at))
            else:
                one.begun(APP, now=at)
                one.stand(APP, {subject: strain}, now=at)
                one.broke(APP, "CN", Broken(1, 51, at), now=at)
                said.append(one.standing(APP))
        if act < 4:
            ours, theirs = said
            assert ours.unverified(at) == theirs.unverified(at)
            budget = {"floor": 1, "share": 0.5}
            assert ours.budget(at, **budget) == theirs.budget(at, **budget)
            assert ours.strange(at) == theirs.strange(at)
        else:
            assert said[0] == said[1]
