"""The limits of an address under parallel calls, on a database that is atomic as DynamoDB is."""

from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ReadTimeoutError

from chalicelib.domain.errors import TooFrequent
from chalicelib.domain.quotas import Limit, Quota
from chalicelib.store.defence_tables import WindowRow
from chalicelib.store.windows import DynamoWindows
from tests.conftest import Desk
from tests.contract.test_races import CALLERS, at_once
from tests.faults import lost_reply
from tests.wire import Door

pytestmark = pytest.mark.dynamodb_local

NOON = datetime(2040, 1, 2, 12, tzinfo=UTC)
LIMITS = {"limit_address": "30/1h, 100/1d", "limit_guesses": "20/1h", "limit_captchas": "30/1m"}


@pytest.fixture
def desk(true_desk: Desk) -> Desk:
    true_desk.console.set(**LIMITS)
    return true_desk


def door(turn: int) -> Door:
    return Door(address=f"198.51.100.{turn}")


@pytest.mark.parametrize("turn", range(5))
def test_thirty_sends_of_many_go_out(desk: Desk, turn: int) -> None:
    def call(place: int) -> int:
        return door(turn).post("requestSmsCode", mobilePhoneNumber=f"+86186{place:08}").code

    assert at_once([lambda place=place: call(place) for place in range(CALLERS)]) == {
        0: 30,
        601: CALLERS - 30,
    }
    assert len(desk.tray.letters) == 30


@pytest.mark.parametrize("turn", range(5))
def test_twenty_wrong_codes_of_many_are_told_so(desk: Desk, turn: int) -> None:
    def call(place: int) -> int:
        return door(turn).post("verifySmsCode/000000", mobilePhoneNumber=f"+86186{place:08}").code

    assert at_once([lambda place=place: call(place) for place in range(CALLERS)]) == {
        603: 20,
        601: CALLERS - 20,
    }


@pytest.mark.parametrize("turn", range(5))
def test_thirty_captchas_of_many_are_offered(desk: Desk, turn: int) -> None:
    answers = at_once([lambda: door(turn).get("requestCaptcha").code] * CALLERS)

    assert answers == {0: 30, 601: CALLERS - 30}


def test_a_list_that_has_grown_long_is_cut(true_desk: Desk) -> None:
    windows, quota = DynamoWindows(), Quota("sends", Limit.parse("3/1m, 5/1h"))
    taken = []
    for second in range(0, 40 * 3600, 613):
        at = NOON + timedelta(seconds=second)
        try:
            windows.take("key", quota, now=at)
            taken.append(at)
        except TooFrequent:
            pass
        assert len(WindowRow.get("key").times) <= 2 * quota.depth

    assert len(taken) > 100
    for first, sixth in zip(taken, taken[5:], strict=False):
        assert sixth - first >= timedelta(hours=1)


def test_a_take_whose_reply_was_lost_counts_once(true_desk: Desk) -> None:
    windows, quota = DynamoWindows(), Quota("sends", Limit.parse("2/1h"))
    true_desk.faults.next("dynamodb.UpdateItem", lost_reply(ReadTimeoutError))

    windows.take("key", quota, now=NOON)

    assert list(WindowRow.get("key").times) == [NOON]


def test_what_is_given_back_is_free_again(true_desk: Desk) -> None:
    windows, quota = DynamoWindows(), Quota("sends", Limit.parse("48/1h", most=300))
    moments = [NOON + timedelta(milliseconds=place) for place in range(CALLERS)]
    for at in moments:
        windows.take("key", quota, now=at)

    at_once([lambda at=at: windows.give_back("key", at=at) or 0 for at in moments[::2]])

    assert list(WindowRow.get("key").times) == moments[::-2]
    windows.give_back("key", at=NOON + timedelta(hours=1))
    windows.give_back("nobody", at=NOON)
    assert len(WindowRow.get("key").times) == CALLERS // 2
