"""A send that is more likely pumped than asked for, and what an app does about it."""

from collections.abc import Callable
from itertools import count
from typing import Any

import phonenumbers
import pytest

from chalicelib.api.events import changed, record_changed
from chalicelib.local.streams import event, told
from chalicelib.store.tables import LineRow, RecordRow
from tests.api.test_captchas import proved
from tests.conftest import Clock, Decisions, Desk, Opener
from tests.faults import refusal
from tests.wire import MASTER, Answer, Door

pytestmark = pytest.mark.usefixtures("clock")

#: Small budgets, so that a few sends spend them.
SMALL = "budget_floor=4 budget_address=4"

E164 = phonenumbers.PhoneNumberFormat.E164

_places = count()


def phone() -> str:
    """A number in mainland China far from all others."""
    return f"+86186{next(_places) * 1000:08}"


def asked(door: Door, to: str = "", **fields: Any) -> Answer:
    return door.post("requestSmsCode", mobilePhoneNumber=to or phone(), **fields)


def somewhere(place: int) -> Door:
    return Door(address=f"198.51.{place}.7")


def heard() -> None:
    """Let the change streams of lines and records be heard."""
    assert changed(event(told(LineRow)), None) == {"batchItemFailures": []}
    assert record_changed(event(told(RecordRow)), None) == {"batchItemFailures": []}


def spend(many: int, door: Callable[[int], Door] = somewhere) -> None:
    """Ask for codes that do not come back, each from an address of its own."""
    for place in range(many):
        assert asked(door(place)).code == 0
        heard()


def noted(desk: Desk) -> Any:
    """The record against which something was held, or else any, as an administrator sees it."""
    records = desk.console.find("records", day="2040-01-02").json["records"]
    return max(records, key=lambda record: len(record["decision"]["reasons"]))


@pytest.mark.parametrize(
    ("defence", "code", "verdict"),
    [
        ("off", 0, "allowed"),
        ("watch", 0, "watched"),
        ("challenge", 608, "challenged"),
        ("slow", 601, "slowed"),
        ("block", 154, "blocked"),
        ("auto", 0, "watched"),
    ],
)
def test_what_is_over_a_regions_budget_is_dealt_with_as_set(
    open_desk: Opener, clock: Clock, defence: str, code: int, verdict: str
) -> None:
    desk = open_desk(f"{SMALL} defence={defence}")
    spend(5)
    clock.pass_(seconds=1)

    answer = asked(somewhere(99))

    assert answer.code == code
    record = noted(desk)
    assert record["decision"]["verdict"] == verdict
    if code:
        assert record["state"] == "refused"
        assert float(record["decision"]["saved"]) > 0
        assert record["price"] == "0"
    if verdict != "allowed":
        [reason] = record["decision"]["reasons"]
        assert reason == {"cause": "region", "what": "CN", "got": 5, "most": 4}
    assert ("Retry-After" in answer.headers) == (code in (601, 154))


def test_by_default_an_app_is_watched_for_a_fortnight(open_desk: Opener, clock: Clock) -> None:
    open_desk(SMALL)
    spend(1)
    clock.pass_(days=13, hours=23, minutes=30)
    spend(5)
    assert asked(somewhere(99)).code == 0

    clock.pass_(minutes=30)

    assert asked(somewhere(99)).code == 608


def test_codes_that_come_back_make_room(open_desk: Opener) -> None:
    desk = open_desk(f"{SMALL} defence=block budget_share=50")
    for _ in range(20):
        to = phone()
        assert asked(somewhere(1), to).code == 0
        assert desk.verify(desk.code(to), to) == 0
        heard()

    spend(10)
    assert asked(somewhere(99)).code == 0
    heard()
    assert asked(somewhere(99)).code == 154


def test_a_budget_is_a_sliding_days(open_desk: Opener, clock: Clock) -> None:
    open_desk(f"{SMALL} defence=slow")
    spend(5)

    refused = asked(somewhere(99))

    assert refused.code == 601
    clock.pass_(seconds=int(refused.headers["Retry-After"]))
    assert asked(somewhere(99)).code == 0


def test_an_address_has_a_budget_of_its_own(open_desk: Opener) -> None:
    desk = open_desk("budget_floor=100 budget_address=4 defence=block")
    spend(5, lambda place: desk.door)

    assert asked(desk.door).code == 154
    assert noted(desk)["decision"]["reasons"][0] == {
        "cause": "address",
        "what": "203.0.113.7",
        "got": 5,
        "most": 4,
    }
    assert asked(somewhere(1)).code == 0


def test_numbers_beside_each_other_count_threefold(open_desk: Opener) -> None:
    open_desk("budget_floor=8 defence=block")
    for place in range(4):
        assert asked(somewhere(place), f"+861861234000{place}").code == 0
        heard()

    assert asked(somewhere(99)).code == 154


def test_an_address_that_asks_for_many_regions_counts_threefold(open_desk: Opener) -> None:
    desk = open_desk("international_allowed=true budget_address=10 budget_floor=99 defence=block")
    abroad = ["+85291234567", "+12125550123", "+447911123456", "+4915112345678", "+33612345678"]
    for to in (phone(), *abroad[:4]):
        assert asked(desk.door, to).code == 0
        heard()
    assert asked(desk.door, "+819012345678").code == 0
    heard()

    assert asked(desk.door).code == 154


@pytest.mark.parametrize(
    "exempt",
    [
        lambda: asked(Door(MASTER)),
        lambda: asked(somewhere(1), "+19490008888"),
        lambda: asked(Door(address="192.0.2.9")),
        lambda: asked(somewhere(1), "+8613800138000"),
        lambda: asked(somewhere(1), "+8613912345678"),
    ],
    ids=["master key", "test number", "safe address", "safe number", "safe prefix"],
)
def test_nothing_is_held_against_some(open_desk: Opener, exempt: Callable[[], Answer]) -> None:
    safe = "192.0.2.0/24 # office; +8613800138000 until 2040-01-02; +86139*"
    open_desk(f"{SMALL} defence=block safe_list={safe}")
    spend(5)
    assert asked(somewhere(99)).code == 154

    assert exempt().code == 0


def test_a_notice_spends_no_budget_and_is_judged_by_it(open_desk: Opener) -> None:
    desk = open_desk(f"{SMALL} defence=block")
    desk.console.template("t", "{{order_id}} is out.")
    for place in range(9):
        assert asked(somewhere(place), template="t", order_id="1").code == 0
        heard()
    assert asked(somewhere(99)).code == 0

    spend(4)

    assert asked(somewhere(99), template="t", order_id="1").code == 154


@pytest.mark.parametrize(
    ("entry", "barred"),
    [
        ("+8613800138000", True),
        ("+86138* # pumped", True),
        ("203.0.113.0/24", True),
        ("203.0.113.7 until 2040-01-02", True),
        ("203.0.113.7 until 2040-01-01", False),
        ("+86139*", False),
        ("203.0.114.0/24", False),
        ("2001:db8::/32", False),
    ],
)
def test_what_is_listed_gets_nothing(open_desk: Opener, entry: str, *, barred: bool) -> None:
    desk = open_desk(f"block_list={entry}")

    answer = asked(desk.door, "+8613800138000")

    assert answer.code == (154 if barred else 0)
    if barred:
        assert noted(desk)["decision"]["reasons"][0]["cause"] == "barred"
        assert "13800138000" not in str(noted(desk))


def test_a_captcha_opens_the_way(open_desk: Opener) -> None:
    desk = open_desk(f"{SMALL} defence=challenge")
    spend(5)
    assert asked(somewhere(99)).code == 608

    before = len(desk.tray.letters)

    assert asked(somewhere(99), validate_token=proved(desk)).code == 0
    assert len(desk.tray.letters) == before + 1


def test_a_captcha_may_be_asked_for_before_a_budget_is_spent(open_desk: Opener) -> None:
    desk = open_desk(f"{SMALL} captcha_adaptive=true defence=off")
    spend(2)
    assert asked(somewhere(99)).code == 0
    heard()

    assert asked(somewhere(99)).code == 608
    assert noted(desk)["decision"]["verdict"] == "challenged"


@pytest.mark.parametrize("defence", ["slow", "block"])
def test_who_is_barred_silently_hears_that_all_is_well(open_desk: Opener, defence: str) -> None:
    desk = open_desk(f"{SMALL} defence={defence} defence_silent=true")
    spend(5)
    sent = len(desk.tray.letters)

    answer = asked(somewhere(99))

    assert (answer.code, answer.json) == (0, {})
    assert len(desk.tray.letters) == sent
    assert noted(desk)["state"] == "refused"


def test_what_is_held_back_spends_its_record_and_its_addresses_limit(open_desk: Opener) -> None:
    desk = open_desk(f"{SMALL} defence=block limit_address=30/1h")
    spend(5)
    asked(somewhere(99))
    desk.faults.calls.clear()

    assert asked(somewhere(99)).code == 154

    assert dict(desk.faults.calls) == {"dynamodb.PutItem": 1, "dynamodb.UpdateItem": 1}


@pytest.mark.parametrize(("defence", "code"), [("block", 154), ("challenge", 608)])
def test_who_asks_again_and_again_is_held_to_the_limit(
    open_desk: Opener, defence: str, code: int
) -> None:
    open_desk(f"{SMALL} defence={defence} limit_address=3/1h")
    spend(5)

    assert [asked(somewhere(99)).code for _ in range(5)] == [code, code, code, 601, 601]


def test_who_can_be_shown_no_captcha_is_not_asked_for_one_by_default(
    open_desk: Opener, clock: Clock
) -> None:
    desk = open_desk(f"{SMALL} captcha_enabled=false")
    spend(1)
    clock.pass_(days=14, hours=1)
    spend(5)
    assert asked(somewhere(99)).code == 0

    desk.console.set(captcha_enabled="true")

    assert asked(somewhere(99)).code == 608


def test_regions_abroad_have_a_budget_together(open_desk: Opener) -> None:
    """Five floors: two codes to each of fifteen countries are within every one's own."""
    open_desk("destinations=* defence=block budget_floor=4 limit_address=")
    codes = (1, 7, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 45, 46, 47, 48, 351, 352, 353, 354, 356)
    numbers = [
        phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
        for region in map(phonenumbers.region_code_for_country_code, codes)
    ]
    answers = []
    for place, number in enumerate(numbers + [None]):
        to = phonenumbers.format_number(number, E164) if number else phone()
        answers.append(asked(somewhere(place), to).code)
        heard()
    assert answers == [0] * 22

    assert asked(somewhere(99), "+8801812345678").code == 154
    assert asked(somewhere(99)).code == 0, "at home all is well"


def test_a_code_counts_though_a_ledger_was_busy_at_first(open_desk: Opener) -> None:
    desk = open_desk(f"{SMALL} defence=block")
    for place in range(5):
        assert asked(somewhere(place)).code == 0
    batch = event(told(RecordRow))
    throttled = refusal("ProvisionedThroughputExceededException")
    for many in range(3, 30, 5):
        desk.faults.after(many, throttled)
        record_changed(batch, None)
    assert record_changed(batch, None) == {"batchItemFailures": []}

    assert asked(somewhere(99)).code == 154


def test_a_standing_forgets_addresses_that_are_quiet(open_desk: Opener, clock: Clock) -> None:
    desk = open_desk("budget_address=1 budget_floor=1000 defence=block")
    for place in range(60):
        spend(2, lambda _, place=place: somewhere(place))
    ledgers = desk.service.sends.defence.ledgers
    assert len(ledgers.standing("countersign-local-app").addresses) == 60
    clock.pass_(hours=25)

    spend(4, lambda place: somewhere(200 + place % 2))

    assert set(ledgers.standing("countersign-local-app").addresses) == {
        "198.51.200.7",
        "198.51.201.7",
    }


def test_what_the_master_key_sends_is_held_against_nobody(open_desk: Opener) -> None:
    open_desk(f"{SMALL} defence=block safe_list=192.0.2.0/24")
    spend(6, lambda place: Door(MASTER))
    spend(6, lambda place: Door(address="192.0.2.9"))

    assert asked(somewhere(1)).code == 0


def test_silence_looks_like_any_other_send(open_desk: Opener) -> None:
    desk = open_desk(f"{SMALL} defence=block defence_silent=true")
    spend(5)
    to, sent = phone(), len(desk.tray.letters)

    assert [asked(somewhere(99), to).code for _ in range(3)] == [0, 1, 1]
    assert len(desk.tray.letters) == sent


def test_a_standing_is_looked_up_once_in_a_while(open_desk: Opener) -> None:
    desk = open_desk("defence=block")
    asked(somewhere(1))
    desk.faults.calls.clear()

    asked(somewhere(1))

    assert desk.faults.calls["dynamodb.GetItem"] == 0


def test_a_standing_that_cannot_be_read_holds_nobody_up(
    open_desk: Opener, decisions: Decisions, now: list[float]
) -> None:
    desk = open_desk("defence=block")
    asked(somewhere(1))
    now[0] += 6
    desk.faults.always("dynamodb.GetItem", refusal("InternalServerError", 500))

    assert asked(somewhere(1)).code == 0
    assert len(decisions("standing_unread")) == 1


@pytest.mark.parametrize(("breaking", "code"), [("off", 0), ("alarm", 0), ("block", 154)])
def test_a_region_that_converts_too_seldom_is_told_of(
    open_desk: Opener, clock: Clock, decisions: Decisions, breaking: str, code: int
) -> None:
    open_desk(f"budget_floor=1000 breaking={breaking}")
    for place in range(51):
        asked(somewhere(place))
    heard()
    assert decisions("conversion_low") == [], "they may be typing their codes"
    clock.pass_(minutes=5)
    asked(somewhere(99))
    heard()

    assert asked(somewhere(99)).code == code
    told = decisions("conversion_low")
    assert [(one["region"], one["sent"], one["redeemed"]) for one in told] == (
        [] if breaking == "off" else [("CN", 51, 0)]
    )
    clock.pass_(minutes=56)
    assert asked(somewhere(98)).code == (154 if code else 0)
    clock.pass_(minutes=5)
    assert asked(somewhere(97)).code == 0


@pytest.mark.parametrize(
    ("destinations", "to", "code"),
    [
        ("", "+85291234567", 1),
        ("international", "+85291234567", 0),
        ("international", "+12125550123", 0),
        ("international", "+8801712345678", 1),
        ("HK", "+85291234567", 0),
        ("HK", "+8618612345678", 1),
        ("*", "+8801712345678", 0),
        ("*, -high_risk", "+8801712345678", 1),
        ("*, -CA", "+12125550123", 0),
        ("*, -CA", "+14165550123", 1),
        ("CN; login: HK", "+85291234567", 1),
        ("CN; operation: HK", "+85291234567", 0),
    ],
)
def test_an_app_sends_to_regions_and_not_to_country_codes(
    open_desk: Opener, destinations: str, to: str, code: int
) -> None:
    setting = f"destinations={destinations}"
    if destinations == "international":
        setting = "international_allowed=true"
    desk = open_desk(setting)

    assert asked(desk.door, to).code == code


def test_a_budget_that_is_told_again_counts_once(open_desk: Opener) -> None:
    desk = open_desk(f"{SMALL} defence=block")
    for place in range(4):
        asked(somewhere(place))
    batch = event(told(RecordRow))

    for _ in range(3):
        assert record_changed(batch, None) == {"batchItemFailures": []}

    assert asked(somewhere(99)).code == 0
    assert desk.service.sends.defence.ledgers.standing("countersign-local-app").regions["CN"]
