"""What a notice to many would come to is told before it is sent, number by number."""

from decimal import Decimal
from typing import Any

import pytest

from chalicelib.store.tables import LineRow, RecordRow
from tests.conftest import Clock, Desk, Opener
from tests.wire import KEY, PHONE, Console, Door

NOTICE = "{{#if name}}您的{{/if}}订单{{order_id}}已经发货{{#if more}}，{{more}}{{/if}}。"
ABROAD = "+12065550123"


def foreseen(desk: Desk, *numbers: str, **fields: Any) -> list[dict[str, Any]]:
    said = {"template": "t", "variables": {"order_id": 7}, **fields}
    answer = desk.console.post("notices/preview", **said, mobilePhoneNumbers=list(numbers))
    assert answer.code == 0, answer.json
    results: list[dict[str, Any]] = answer.json["results"]
    return results


def test_each_number_is_told_as_it_is_read_with_its_text_and_price(open_desk: Opener) -> None:
    desk = open_desk("prices=CN=0.05,US=0.01 international_allowed=true")
    desk.console.template("t", NOTICE)

    first, again, abroad, none = foreseen(desk, "186-1234 5678", PHONE, ABROAD, "12")

    assert first == {
        "mobilePhoneNumber": "186-1234 5678",
        "code": 0,
        "repeats": False,
        "number": PHONE,
        "country": "CN",
        "text": "【Countersign】您的订单7已经发货。",
        "encoding": "ucs2",
        "units": 23,
        "segments": 1,
        "price": "0.05",
        "sender": "inbox",
    }
    assert again == {**first, "mobilePhoneNumber": PHONE, "repeats": True}
    assert (abroad["country"], abroad["price"]) == ("US", "0.01")
    assert (none["code"], "number" in none, "text" in none) == (127, False, False)


def test_nothing_is_sent_spent_or_stored(open_desk: Opener) -> None:
    desk = open_desk("prepaid=true")
    desk.console.template("t", NOTICE)

    assert foreseen(desk, PHONE)[0]["code"] == 0

    assert not desk.tray.letters
    assert not [*LineRow.scan(), *RecordRow.scan()]
    assert desk.console.get("balance").json["balance"] == "0"


def test_the_price_foreseen_is_the_price_paid(open_desk: Opener) -> None:
    desk = open_desk("prices=CN=0.05 prepaid=true")
    desk.console.post("balance", amount="1")
    desk.console.template("t", NOTICE)
    said = {"variables": {"order_id": 7, "more": "字" * 60}}

    seen = foreseen(desk, PHONE, "18612345679", PHONE, **said)
    desk.console.post(
        "notices", template="t", **said, mobilePhoneNumbers=[PHONE, "18612345679", PHONE]
    )

    cost = sum(Decimal(one["price"]) for one in seen if not one["repeats"])
    assert Decimal(desk.console.get("balance").json["balance"]) == 1 - cost
    assert {letter.message.text for letter in desk.tray.letters} == {seen[0]["text"]}


def test_the_values_that_are_asked_for_are_named(desk: Desk) -> None:
    desk.console.template("t", NOTICE)

    answer = desk.console.post("notices/preview", template="t").json

    assert answer == {"variables": ["order_id", "more"], "currency": "USD", "results": []}


def test_the_version_in_use_is_what_is_foreseen(open_desk: Opener) -> None:
    desk = open_desk("review=manual")
    version = desk.console.template("t", NOTICE)["version"]
    version = desk.console.post("templates/t/approve", version=version).json["version"]
    desk.console.post("templates/t/submit", version=version, source="又{{other}}。")

    [seen] = foreseen(desk, PHONE)

    assert "订单7" in seen["text"]


@pytest.mark.parametrize(
    ("settings", "fields", "number", "code"),
    [
        ("", {"variables": {}}, PHONE, 606),
        ("", {"sign": "none"}, PHONE, 600),
        ("", {}, ABROAD, 1),
        ("sms_enabled=false", {}, PHONE, 0),
        ("company=Acme marketing_hours=09:00-10:00", {"template": "m"}, PHONE, 1),
        ("company=Acme", {"template": "m"}, PHONE, 0),
    ],
)
def test_what_bars_a_number_is_told_as_the_send_would(
    open_desk: Opener, clock: Clock, settings: str, fields: dict[str, Any], number: str, code: int
) -> None:
    desk = open_desk(f"limit_number= limit_signature= {settings}")
    desk.console.template("t", NOTICE)
    if "template" in fields:
        desk.console.template("m", "订单{{order_id}}享优惠。", kind="marketing")

    [seen] = foreseen(desk, number, **fields)

    said = {"template": "t", "variables": {"order_id": 7}, **fields}
    [sent] = desk.console.post("notices", **said, mobilePhoneNumbers=[number]).json["results"]
    assert seen["code"] == sent["code"] == code
    assert seen.get("error") == sent.get("error")
    assert seen.get("retryAfter") == sent.get("retryAfter")
    assert seen["number"] == number


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"template": "none"}, 604),
        ({"template": "signup"}, 604),
        ({"template": None}, 1),
        ({"mobilePhoneNumbers": [PHONE] * 101}, 1),
        ({"mobilePhoneNumbers": PHONE}, 1),
        ({"variables": []}, 1),
        ({"phones": [PHONE]}, 1),
    ],
)
def test_a_notice_that_cannot_go_out_is_refused_whole(
    desk: Desk, fields: dict[str, Any], code: int
) -> None:
    desk.console.template("t", NOTICE)
    desk.console.template("signup", "您的验证码是{{code}}。", "verification")

    said = {"template": "t", "mobilePhoneNumbers": [PHONE], **fields}
    assert desk.console.post("notices/preview", **said).code == code


def test_it_is_told_to_the_master_key_alone(desk: Desk) -> None:
    assert Console(Door(KEY)).post("notices/preview", template="t").status == 403
    assert Console(Door({})).post("notices/preview", template="t").status == 401
