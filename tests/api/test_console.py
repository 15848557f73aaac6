"""The administrator's doors: settings, previews, money, and one text to many."""

import time
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.domain.messages import Message, Sent
from chalicelib.domain.phones import PhoneNumber
from chalicelib.domain.settings import Settings
from chalicelib.senders.inbox import Inbox
from chalicelib.store.tables import LineRow, PurseRow, RecordRow
from tests.conftest import Clock, Decisions, Desk, Opener
from tests.faults import refusal
from tests.wire import PHONE

NOTICE = "您的订单{{order_id}}已经发货。"


def record() -> RecordRow:
    """The one that was filed last."""
    return max(RecordRow.scan(), key=lambda row: row.at)


def test_settings_are_read_and_changed(desk: Desk) -> None:
    read = desk.console.get("settings").json
    assert read["settings"]["review"] == "auto"
    assert set(read["settings"]) >= set(read["help"])

    said = {"review": "manual", "prepaid": True, "longest_value": 20}
    changed = desk.console.ask("PUT", "settings", version=read["version"], settings=said)

    assert changed.json["settings"]["prepaid"] == "true"
    assert changed.json["settings"]["longest_value"] == "20"
    assert changed.json["settings"]["home_region"] == "CN", "the others stay"
    stale = desk.console.ask("PUT", "settings", version=read["version"], settings={"company": "x"})
    assert stale.code == 409
    assert stale.json["current"]["settings"]["review"] == "manual"
    assert desk.console.ask("PUT", "settings", settings={}).code == 428


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"review": "perhaps"}, "review"),
        ({"nothing": "x"}, "nothing"),
        ({"prices": []}, "prices"),
        ({"company": None}, "company"),
        ([], "settings"),
        ("x", "settings"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(desk: Desk, settings: Any, field: str) -> None:
    version = desk.console.get("settings").json["version"]

    answer = desk.console.ask("PUT", "settings", version=version, settings=settings)

    assert answer.code == 1
    assert answer.json["field"] == field
    assert desk.console.get("settings").json["version"] == version


def test_a_preview_says_all_and_sends_nothing(desk: Desk) -> None:
    seen = desk.console.post(
        "preview",
        source="订单{{a}}{{b}}已经发货。",
        variables={"a": 1, "b": "x"},
        mobilePhoneNumber=PHONE,
    ).json

    assert seen["text"] == "【Countersign】订单1x已经发货。"
    assert [finding["rule"] for finding in seen["findings"]] == ["adjacent"]
    assert (seen["encoding"], seen["units"], seen["segments"]) == ("ucs2", 22, 1)
    assert seen["sender"] == "inbox"
    assert Decimal(seen["price"]) > 0
    assert seen["currency"] == "USD"
    assert not desk.tray.letters
    assert not [*LineRow.scan(), *RecordRow.scan()]
    assert desk.console.get("templates").json == {"templates": []}


def test_a_preview_is_of_a_template_a_source_or_the_built_in_text(open_desk: Opener) -> None:
    desk = open_desk("review=manual")
    desk.console.template("t", NOTICE)
    phone = {"mobilePhoneNumber": PHONE}

    waiting = desk.console.post("preview", template="t", variables={"order_id": 7}, **phone).json
    assert waiting["text"] == "【Countersign】您的订单7已经发货。"
    builtin = desk.console.post("preview", op="付款", ttl=5, **phone).json
    assert "进行付款操作，您的验证码是：000000，请在5分钟内" in builtin["text"]
    voice = desk.console.post("preview", smsType="voice", **phone).json
    assert (voice["text"], voice["segments"], voice["encoding"]) == ("000000", 1, "")
    long = desk.console.post("preview", source="字" * 100, **phone).json
    assert long["segments"] == 2
    assert Decimal(long["price"]) == 2 * Decimal(waiting["price"])


@pytest.mark.parametrize(
    ("source", "code", "variables"),
    [
        ("{{#if b}}{{b}}{{else}}{{name}}{{/if}}", None, ["b"]),
        ("{{order_id}}, {{name}}{{#if b}}!{{/if}}", 606, ["order_id", "b"]),
        ("{{order_id", 606, None),
    ],
)
def test_a_preview_names_the_values_that_a_request_gives(
    desk: Desk, source: str, code: int | None, variables: list[str] | None
) -> None:
    answer = desk.console.post("preview", source=source, mobilePhoneNumber=PHONE)

    assert (answer.json.get("code"), answer.json["variables"]) == (code, variables)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"source": NOTICE}, 606),
        ({"source": "{{"}, 606),
        ({"source": "字" * 400}, 606),
        ({"source": NOTICE, "template": "t"}, 1),
        ({"template": "none"}, 604),
        ({"sign": "none"}, 600),
        ({"source": "x", "kind": "advert"}, 1),
        ({"source": "x", "smsType": "voice"}, 1),
        ({"source": "x", "kind": "marketing"}, 605),
        ({"surce": "x"}, 1),
        ({"source": ""}, 1),
        ({"mobilePhoneNumber": "+12065550123"}, 1),
        ({"mobilePhoneNumber": "12"}, 127),
        ({"mobilePhoneNumber": None}, 212),
    ],
)
def test_a_preview_is_refused_as_the_send_would_be(
    desk: Desk, fields: dict[str, Any], code: int
) -> None:
    answer = desk.console.post("preview", **{"mobilePhoneNumber": PHONE, **fields})

    assert answer.code == code
    if code == 606 or "marketing" in fields.values():
        assert "findings" in answer.json


def test_a_record_tells_what_was_sent_and_what_it_cost(open_desk: Opener, clock: Clock) -> None:
    desk = open_desk("prices=CN=0.05 test_numbers=+19490008888=246810")
    desk.console.template("t", NOTICE)
    desk.send(template="t", order_id="7" * 60)

    row = record()
    assert (row.kind, row.template, row.signature) == ("notice", "t", "Countersign")
    assert (row.segments, row.price) == (2, Decimal("0.10"))
    desk.console.set(segment_rule="leancloud")
    clock.pass_(minutes=1)
    desk.send(template="t", order_id="7" * 46)
    assert record().segments == 1, "seventy characters, as LeanCloud counts"
    clock.pass_(minutes=1)
    desk.send("+19490008888")
    assert record().price == 0, "a test number costs nothing"


def test_what_nobody_took_costs_nothing(open_desk: Opener) -> None:
    desk = open_desk("prices=CN=0.05 prepaid=true", SENDERS="sns")
    desk.console.post("balance", amount="0.05")
    desk.faults.next("sns.Publish", refusal("Throttled", xml=True))

    assert desk.send() == 602

    assert record().price == 0
    assert desk.console.get("balance").json["balance"] == "0.05"
    assert desk.send() == 0
    assert desk.console.get("balance").json["balance"] == "0"


def test_an_app_that_pays_in_advance_sends_while_its_money_lasts(
    open_desk: Opener, decisions: Decisions
) -> None:
    desk = open_desk("prices=CN=0.05 prepaid=true balance_alarm=0.12")
    answer = desk.door.post("requestSmsCode", mobilePhoneNumber=PHONE)
    assert answer.json == {"code": 160, "error": "Insufficient balance."}
    assert len(decisions("balance_low")) == 1
    assert desk.console.post("balance", amount=0.2, id="first").json["balance"] == "0.2"
    assert desk.console.post("balance", amount=0.2, id="first").json["balance"] == "0.2", "once"
    assert desk.console.post("balance", amount=0.3, id="first").json["field"] == "id"

    phones = [f"+861861234{place:04}" for place in range(5)]
    assert [desk.send(phone) for phone in phones] == [0, 0, 0, 0, 160]

    assert len(decisions("balance_low")) == 2, "once each time it falls below"
    assert decisions("balance_low")[-1]["left"] == "0.1"
    assert desk.console.get("balance").json["balance"] == "0"
    desk.console.post("balance", amount="1")
    assert desk.send(phones[4]) == 0, "no limit was spent"
    assert desk.console.post("balance", amount="-0.95").json["balance"] == "0"


def test_a_days_spending_ends_at_the_cap(open_desk: Opener, clock: Clock) -> None:
    desk = open_desk("prices=CN=0.05 daily_cap=0.1")
    phones = [f"+861861234{place:04}" for place in range(4)]

    assert [desk.send(phone) for phone in phones] == [0, 0, 154, 154]

    read = desk.console.get("balance").json
    assert (read["spentToday"], read["dailyCap"]) == ("0.1", "0.1")
    desk.console.set(daily_cap="0.15")
    assert [desk.send(phone) for phone in phones[2:]] == [0, 154]
    clock.pass_(hours=12)
    assert desk.send(phones[3]) == 0, "days begin at midnight UTC"


@pytest.mark.parametrize("settings", ["prepaid=true prices=CN=0.05", "daily_cap=1 prices=CN=0.05"])
def test_what_crashes_before_a_sender_is_asked_costs_nothing(
    open_desk: Opener, monkeypatch: pytest.MonkeyPatch, settings: str
) -> None:
    desk = open_desk(settings)
    desk.console.post("balance", amount=1)
    with monkeypatch.context() as broken:
        broken.setattr("chalicelib.flows.delivery.Record.of", None)
        assert desk.send() == 1

    read = desk.console.get("balance").json
    assert (read["balance"], read["spentToday"]) == ("1", "0")
    assert desk.send() == 0, "no limit was spent"


def test_a_sender_that_crashes_may_have_sent(
    open_desk: Opener, monkeypatch: pytest.MonkeyPatch, decisions: Decisions
) -> None:
    desk = open_desk("prepaid=true prices=CN=0.05")
    desk.console.post("balance", amount=1)
    monkeypatch.setattr("chalicelib.senders.inbox.Sent", None)

    assert desk.send() == 0
    assert desk.console.get("balance").json["balance"] == "0.95"
    assert record().error == "TypeError"
    assert decisions("crash")


def test_money_that_does_not_come_back_is_told(open_desk: Opener, decisions: Decisions) -> None:
    desk = open_desk("prepaid=true prices=CN=0.05", SENDERS="sns")
    desk.console.post("balance", amount=1)
    transact = "dynamodb.TransactWriteItems"

    def refused_and_gone(request: Any) -> Any:
        desk.faults.always(transact, refusal("AccessDeniedException"))
        return refusal("Throttled", xml=True)(request)

    desk.faults.next("sns.Publish", refused_and_gone)
    assert desk.send() == 602

    (lost,) = decisions("charge_lost")
    assert lost["price"] == "0.05"
    desk.faults.mend()
    assert desk.send() == 0, "the limit came back all the same"


def test_a_longer_text_of_a_resend_spends_nothing_when_it_is_refused(
    desk: Desk, clock: Clock
) -> None:
    """It says the true remainder of the code's life, which can have a digit more."""
    desk.console.set(longest_value=400)
    desk.console.template("t", "{{a}}：{{code}}，{{ttl}}", "verification")
    room = 400 - len("【Countersign】：000000，1")
    assert desk.send(ttl=30) == 0
    clock.pass_(minutes=2)

    assert desk.send(template="t", a="字" * room, ttl=1) == 606

    assert desk.send() == 0


def test_without_cap_and_balance_no_purse_is_asked(desk: Desk) -> None:
    desk.send()

    assert not list(PurseRow.scan())
    assert not desk.faults.calls["dynamodb.TransactWriteItems"]


def test_a_fault_of_one_number_is_its_own(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, decisions: Decisions
) -> None:
    desk.console.template("t", NOTICE)
    reach = Settings.reach

    def broken(self: Settings, phone: PhoneNumber, *said: Any, **more: Any) -> None:
        if phone.e164.endswith("7"):
            raise RuntimeError("a bug")
        reach(self, phone, *said, **more)

    monkeypatch.setattr(Settings, "reach", broken)
    phones = [f"1861234000{place}" for place in range(10)]
    answer = desk.console.post(
        "notices", template="t", variables={"order_id": 1}, mobilePhoneNumbers=phones
    )

    assert [one["code"] for one in answer.json["results"]] == [0] * 7 + [1] + [0] * 2
    assert len(decisions("crash")) == 1


def test_what_a_slow_carrier_leaves_no_time_for_is_told(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, decisions: Decisions
) -> None:
    desk.service.sends.send_within = timedelta(seconds=0.5)
    desk.console.template("t", NOTICE)
    send = Inbox.send

    def slowly(self: Inbox, message: Message) -> Sent:
        time.sleep(1)
        return send(self, message)

    said = {"template": "t", "variables": {"order_id": 1}}
    phones = [f"186123400{place:02}" for place in range(40)]
    with monkeypatch.context() as slow:
        slow.setattr(Inbox, "send", slowly)
        answer = desk.console.post("notices", **said, mobilePhoneNumbers=phones)

    codes = [one["code"] for one in answer.json["results"]]
    assert set(codes) == {0, 503}
    assert codes.count(0) == len(desk.tray.letters)
    assert len(decisions("refused")) == codes.count(503)
    desk.service.sends.send_within = timedelta(minutes=1)
    late = [phone for phone, code in zip(phones, codes, strict=True) if code]
    answer = desk.console.post("notices", **said, mobilePhoneNumbers=late)
    assert {one["code"] for one in answer.json["results"]} == {0}, "no limit was spent"


@pytest.mark.parametrize(
    "amount", [None, 0, "0", "x", [], True, "1e12", "nan", "inf", "0.0000001", 10**40]
)
def test_money_is_an_amount(desk: Desk, amount: Any) -> None:
    answer = desk.console.post("balance", amount=amount)

    assert answer.code == 1
    assert answer.json["field"] == "amount"


def test_a_balance_is_not_taken_below_nothing(desk: Desk) -> None:
    desk.console.post("balance", amount=1)

    assert desk.console.post("balance", amount="-1.01").code == 160
    assert desk.console.post("balance", amount="-1", id="x" * 65).code == 1
    assert desk.console.get("balance").json["balance"] == "1"


def test_one_text_goes_to_many_with_an_answer_for_each(open_desk: Opener) -> None:
    desk = open_desk("prices=CN=0.05 daily_cap=1")
    desk.console.template("t", NOTICE)
    phones = [f"186123400{place:02}" for place in range(20)]

    answer = desk.console.post(
        "notices",
        template="t",
        variables={"order_id": 7},
        mobilePhoneNumbers=[*phones, "12", "+12065550123", phones[0]],
    )

    results = answer.json["results"]
    assert [one["mobilePhoneNumber"] for one in results][:20] == phones
    assert [one["code"] for one in results[20:22]] == [127, 1]
    assert {one["code"] for one in [*results[:20], results[22]]} == {0}, "one phone, one text"
    assert all(one["error"] for one in results if one["code"])
    assert {letter.message.text for letter in desk.tray.letters} == {
        "【Countersign】您的订单7已经发货。"
    }
    assert len(desk.tray.letters) == 20
    spent = desk.console.post("notices", template="t", mobilePhoneNumbers=["13812345678"])
    assert spent.json["results"][0]["code"] == 606


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"template": "none"}, 604),
        ({"template": "signup"}, 604),
        ({"template": ""}, 1),
        ({"mobilePhoneNumbers": []}, 1),
        ({"mobilePhoneNumbers": [PHONE] * 101}, 1),
        ({"mobilePhoneNumbers": [1]}, 1),
        ({"mobilePhoneNumbers": PHONE}, 1),
        ({"variables": []}, 1),
        ({"sign": 5}, 1),
        ({"phones": [PHONE]}, 1),
    ],
)
def test_a_notice_that_cannot_go_out_is_refused_whole(
    desk: Desk, fields: dict[str, Any], code: int
) -> None:
    desk.console.template("t", NOTICE)
    desk.console.template("signup", "您的验证码是{{code}}。", "verification")
    said = {"template": "t", "mobilePhoneNumbers": [PHONE], "variables": {"order_id": 1}, **fields}

    assert desk.console.post("notices", **said).code == code
    assert not desk.tray.letters
