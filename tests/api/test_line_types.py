"""Numbers that are not people's phones: the carrier is asked once, and what it says is heeded."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from botocore.exceptions import ConnectTimeoutError

from chalicelib.domain.abuse import Strain
from chalicelib.domain.apps import App
from chalicelib.domain.settings import Settings
from chalicelib.flows.clock import clock as moment
from chalicelib.local.embedded import APP_ID
from chalicelib.local.messaging import EndUserMessaging, Hitch
from chalicelib.store.defence_tables import LookupRow
from chalicelib.store.ledgers import DynamoLedgers
from chalicelib.store.tables import RecordRow
from tests.api.test_captchas import proved
from tests.conftest import Clock, Decisions, Desk, Opener
from tests.faults import Fault, garbled, no_answer, refusal
from tests.people import signed_up, verified
from tests.wire import PHONE, Door

LOOKUP = "pinpoint-sms-voice-v2.CarrierLookup"
ALL = "landline, voip, prepaid, other, invalid"


@pytest.mark.parametrize(
    ("kind", "refused", "channel", "code"),
    [
        ("MOBILE", ALL, "sms", 0),
        ("LANDLINE", "landline", "sms", 154),
        ("LANDLINE", "landline, voip", "voice", 0),
        ("VOIP", "voip", "sms", 154),
        ("VOIP", "voip", "voice", 154),
        ("VOIP", "landline, prepaid, other, invalid", "sms", 0),
        ("PREPAID", "prepaid", "sms", 154),
        ("OTHER", "other", "sms", 154),
        ("INVALID", "invalid", "voice", 154),
        ("SATELLITE", "other", "sms", 154),
        ("SATELLITE", "landline, voip, prepaid, invalid", "sms", 0),
    ],
)
def test_what_is_no_phone_gets_nothing_if_it_is_refused(
    messaging: EndUserMessaging, open_desk: Opener, kind: str, refused: str, channel: str, code: int
) -> None:
    desk = open_desk(f"refused_lines={refused}")
    messaging.lines[PHONE] = kind

    assert desk.send(smsType=channel) == code

    assert len(desk.letters()) == (code == 0)
    assert messaging.lookups == [PHONE]


Ask = Callable[[Desk], int]


def texted(desk: Desk) -> int:
    return desk.send()


def called(desk: Desk) -> int:
    return desk.send(smsType="voice")


def by_master(desk: Desk) -> int:
    return desk.master.post("requestSmsCode", mobilePhoneNumber=PHONE).code


def to_a_test_number(desk: Desk) -> int:
    return desk.send("+19490008888")


@pytest.mark.parametrize(
    ("settings", "ask", "code", "asked"),
    [
        ("", texted, 0, 0),
        ("refused_lines=voip", texted, 0, 1),
        ("refused_lines=voip", by_master, 0, 0),
        ("refused_lines=voip", to_a_test_number, 0, 0),
        ("refused_lines=landline", called, 0, 0),
        ("refused_lines=landline, voip", called, 0, 1),
        ("refused_lines=voip safe_list=+86*", texted, 0, 0),
        ("refused_lines=voip safe_list=203.0.113.0/24", texted, 0, 0),
        ("refused_lines=voip block_list=+86*", texted, 154, 0),
        ("refused_lines=voip destinations=HK", texted, 1, 0),
        ("refused_lines=voip captcha_required=true", texted, 608, 0),
    ],
)
def test_it_is_asked_when_nothing_else_decides(
    messaging: EndUserMessaging, open_desk: Opener, settings: str, ask: Ask, code: int, asked: int
) -> None:
    desk = open_desk(settings)

    assert ask(desk) == code

    assert len(messaging.lookups) == asked


def test_who_is_challenged_must_show_a_token_first(
    messaging: EndUserMessaging, open_desk: Opener
) -> None:
    desk = open_desk("refused_lines=voip defence=challenge")
    messaging.lines[PHONE] = "VOIP"
    over = Strain(30, 20, moment() + timedelta(hours=1))
    DynamoLedgers().stand(APP_ID, {"region CN": over}, now=moment())

    assert desk.send() == 608
    assert messaging.lookups == []

    assert desk.send(validate_token=proved(desk)) == 154
    assert messaging.lookups == [PHONE]


def test_it_is_asked_once_in_thirty_days(
    messaging: EndUserMessaging, open_desk: Opener, clock: Clock
) -> None:
    desk = open_desk("refused_lines=voip")
    ported = "+8618612345679"
    messaging.lines[ported] = "VOIP"

    assert [desk.send(), desk.send(ported)] == [0, 154]
    for days, code in ((0.001, 0), (29.9, 0)):
        clock.pass_(days=days)
        assert [desk.send(), desk.send(ported)] == [code, 154]
    assert messaging.lookups == [PHONE, ported]

    messaging.lines[ported] = "MOBILE"
    clock.pass_(days=0.2)
    assert [desk.send(), desk.send(ported)] == [0, 0]
    assert messaging.lookups == [PHONE, ported] * 2


def test_what_one_app_has_learnt_all_know(messaging: EndUserMessaging, open_desk: Opener) -> None:
    desk = open_desk("refused_lines=voip")
    messaging.lines[PHONE] = "VOIP"
    other = App.create("Other", id="another-app-1234", key="another-app-key")
    chosen = Settings.read({"plain_signatures": "true", "refused_lines": "voip"})
    desk.service.directory.create(other.with_settings(chosen).with_approved("Other", now=moment()))
    theirs = Door({"X-LC-Id": "another-app-1234", "X-LC-Key": "another-app-key"})

    assert desk.send() == 154
    assert theirs.post("requestSmsCode", mobilePhoneNumber=PHONE).code == 154

    assert messaging.lookups == [PHONE]


@pytest.mark.parametrize(("silent", "code"), [("false", 154), ("true", 0)])
def test_a_refusal_is_on_the_record_with_its_reason(
    messaging: EndUserMessaging,
    open_desk: Opener,
    decisions: Decisions,
    silent: str,
    code: int,
) -> None:
    desk = open_desk(f"refused_lines=voip defence_silent={silent} prices=CN=0.05")
    messaging.lines[PHONE] = "VOIP"

    assert desk.send() == code

    assert desk.letters() == []
    [row] = RecordRow.scan()
    assert row.verdict == "blocked"
    assert json.loads(row.reasons) == [["line", "voip", 0, 0]]
    assert str(row.saved) == "0.05"
    [judged] = decisions("judged")
    assert (judged["verdict"], judged["reasons"]) == ("blocked", ["line voip"])
    assert PHONE.removeprefix("+86") not in json.dumps(decisions())


@pytest.mark.parametrize(
    "hitch",
    [
        Hitch("ThrottlingException"),
        Hitch("AccessDeniedException"),
        Hitch("ValidationException", "INVALID_PARAMETER"),
        Hitch("ServiceQuotaExceededException", status=402),
        Hitch("InternalServerException", status=500),
        Hitch("SomethingNew", status=418),
        Hitch(lost=True),
        Hitch(delay=timedelta(seconds=5)),
    ],
    ids=lambda hitch: hitch.code or ("lost" if hitch.lost else "slow"),
)
def test_a_lookup_that_fails_holds_nobody_up_and_is_tried_again(
    messaging: EndUserMessaging, open_desk: Opener, decisions: Decisions, hitch: Hitch
) -> None:
    desk = open_desk("refused_lines=voip limit_number=")
    messaging.lines[PHONE] = "VOIP"
    messaging.meet(hitch)

    assert desk.send() == 0

    assert desk.faults.calls[LOOKUP] == 1, "it is not tried again at once"
    [failed] = decisions("lookup_failed")
    assert failed["reason"]
    assert PHONE.removeprefix("+86") not in json.dumps(failed)
    assert desk.send() == 154


@pytest.mark.parametrize("fault", [garbled, no_answer(ConnectTimeoutError)])
def test_no_answer_is_no_kind_of_line(
    messaging: EndUserMessaging, open_desk: Opener, decisions: Decisions, fault: Fault
) -> None:
    desk = open_desk(f"refused_lines={ALL}")
    desk.faults.next(LOOKUP, fault)

    assert desk.send() == 0

    assert len(decisions("lookup_failed")) == 1
    assert list(LookupRow.scan()) == []


def test_what_cannot_be_looked_up_is_not_asked_for_either(
    messaging: EndUserMessaging, open_desk: Opener, decisions: Decisions
) -> None:
    desk = open_desk("refused_lines=voip")
    LookupRow.delete_table()

    assert desk.send() == 0

    assert messaging.lookups == []
    assert len(decisions("lookup_failed")) == 1


def test_what_cannot_be_kept_is_heeded_all_the_same(
    messaging: EndUserMessaging, open_desk: Opener, decisions: Decisions
) -> None:
    desk = open_desk("refused_lines=voip")
    messaging.lines[PHONE] = "VOIP"
    desk.faults.next("dynamodb.PutItem", refusal("AccessDeniedException"))

    assert desk.send() == 154

    assert len(decisions("lookup_failed")) == 1


def test_where_nobody_can_be_asked_nobody_is(open_desk: Opener, decisions: Decisions) -> None:
    desk = open_desk(f"refused_lines={ALL}")

    assert desk.send() == 0

    assert desk.faults.calls[LOOKUP] == 0
    assert decisions("lookup_failed") == []


def test_what_is_kept_goes_away_after_thirty_days(
    messaging: EndUserMessaging, open_desk: Opener, clock: Clock
) -> None:
    desk = open_desk("refused_lines=voip")
    began = moment()

    desk.send()

    [row] = LookupRow.scan()
    assert (row.key, row.line) == (PHONE, "mobile")
    assert row.purge_at == began + timedelta(days=30)


@pytest.mark.parametrize("path", ["requestLoginSmsCode", "requestPasswordResetBySmsCode"])
def test_a_discreet_app_asks_of_known_and_unknown_numbers(
    messaging: EndUserMessaging, open_desk: Opener, path: str
) -> None:
    desk = open_desk("discreet=true refused_lines=voip limit_number=")
    desk.service.gates.even_after = timedelta(0)
    known, unverified, unknown = PHONE, "+8618600000001", "+8618600000002"
    verified(desk, known)
    signed_up(desk, "jerry", mobilePhoneNumber=unverified)
    phones = (known, unverified, unknown)
    messaging.lines.update(dict.fromkeys(phones, "VOIP"))

    answers = [desk.door.post(path, mobilePhoneNumber=phone) for phone in phones]

    assert [answer.code for answer in answers] == [154, 154, 154]
    assert messaging.lookups == list(phones)


@pytest.mark.parametrize("words", ["mobile", "VOIP", "voip; landline", "fax"])
def test_only_kinds_that_there_are_can_be_refused(desk: Desk, words: str) -> None:
    read = desk.console.get("settings").json

    said = desk.console.ask(
        "PUT", "settings", version=read["version"], settings={"refused_lines": words}
    )

    assert said.code == 1
    assert f"any of {ALL}" in said.json["error"]


def test_the_kinds_are_said_in_one_order(desk: Desk) -> None:
    desk.console.set(refused_lines="voip,landline")

    assert desk.console.get("settings").json["settings"]["refused_lines"] == "landline, voip"


def test_an_address_has_so_many_numbers_looked_up_as_it_may_send_to(
    messaging: EndUserMessaging, open_desk: Opener
) -> None:
    desk = open_desk("refused_lines=voip limit_address=3/1h")
    numbers = [f"+86186123456{place:02}" for place in range(5)]
    messaging.lines.update(dict.fromkeys(numbers, "VOIP"))

    assert [desk.send(number) for number in numbers] == [154, 154, 154, 601, 601]
    assert messaging.lookups == numbers[:3]


def test_nobody_is_looked_up_for_a_token_that_is_not_good(
    messaging: EndUserMessaging, open_desk: Opener
) -> None:
    desk = open_desk("refused_lines=voip")

    assert desk.send(validate_token=f"{'a' * 32}.{'b' * 32}") == 608
    assert messaging.lookups == []
