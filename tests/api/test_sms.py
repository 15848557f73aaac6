"""Codes at the door: sent, checked, limited, worded."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.codes import Keyring
from chalicelib.local.embedded import APP_ID
from chalicelib.store.apps import DynamoApps
from chalicelib.store.tables import CaptchaRow, LineRow, RecordRow
from tests.conftest import Clock, Desk, Opener
from tests.wire import PHONE, Door

OTHER = "+8613812345678"


def test_a_code_opens_once(desk: Desk) -> None:
    assert desk.send() == 0

    code = desk.code()

    assert desk.verify(code) == 0
    assert desk.verify(code) == 603


def test_the_answers_are_empty_objects(desk: Desk) -> None:
    assert desk.door.post("requestSmsCode", mobilePhoneNumber=PHONE).raw == b"{}"
    answer = desk.door.post(f"verifySmsCode/{desk.code()}", mobilePhoneNumber=PHONE)
    assert answer.raw == b"{}"


def test_a_code_is_bound_to_its_phone(desk: Desk) -> None:
    desk.send()
    desk.send(OTHER)

    assert desk.verify(desk.code(PHONE), OTHER) == (
        0 if desk.code(PHONE) == desk.code(OTHER) else 603
    )


@pytest.mark.parametrize(
    "spelling",
    [
        "18612345678",
        "+8618612345678",
        "8618612345678",
        "+86 186 1234 5678",
        "186-1234-5678",
        "(+86) 186 1234 5678",
        "０１８６１２３４５６７８",
        "  18612345678 ",
        "018612345678",
        18612345678,
        18612345678.0,
    ],
)
def test_every_spelling_of_a_phone_meets_one_limit_and_one_challenge(
    desk: Desk, spelling: Any
) -> None:
    desk.send(PHONE)

    assert desk.send(spelling) == 1
    assert desk.verify(desk.code(), spelling) == 0


@pytest.mark.parametrize(
    "query", ["+8618612345678", "%2B8618612345678", "18612345678", "%208618612345678"]
)
def test_the_phone_may_stand_in_the_query_with_its_plus_encoded_or_not(
    desk: Desk, query: str
) -> None:
    desk.send()

    target = f"/1.1/verifySmsCode/{desk.code()}?mobilePhoneNumber={query}"

    assert desk.door.send("POST", target, b"null").code == 0


def test_an_older_sdk_says_the_country_code_beside_the_number(desk: Desk) -> None:
    assert desk.door.post("requestSmsCode", mobilePhoneNumber="18612345678", IDD="+86").code == 0
    assert desk.letters(PHONE)


@pytest.mark.parametrize(
    ("phone", "code"),
    [
        (None, 212),
        ("", 212),
        ("12", 127),
        ("+86", 127),
        ("abc13812345678", 127),
        ("CODE#+8613812345678", 127),
        ("+8613812345678;ext=1", 127),
        ("13812345678x123", 127),
        ("tel:13812345678", 127),
        ("++8613812345678", 127),
        ("1381234567\u200b8", 127),
        ("\u202e13812345678", 127),
        ("١٣٨١٢٣٤٥٦٧٨", 127),
        ("13812345678\x00", 127),
        ("+860018612345678", 127),  # two national prefixes: it would have a second line
        ("+86 010 6255 2345", 127),  # a fixed line, for a text
        ("+19002345678", 127),  # premium
        ("+8008108888", 127),  # toll-free
        ("+449098790000", 127),  # premium
        ("+448431234567", 127),  # shared cost
        ("+881612345678", 127),  # satellite
        ("+870773111632", 127),  # satellite
        ("+8613812345678" * 3, 127),
        (True, 127),
        (1.5, 127),
        (["18612345678"], 127),
        ({"a": 1}, 127),
    ],
)
def test_what_is_no_phone_that_texts_reach_is_refused(desk: Desk, phone: Any, code: int) -> None:
    assert desk.send(phone) == code
    assert not desk.tray.letters


def test_a_fixed_line_can_be_called(desk: Desk) -> None:
    assert desk.send("+861062552345", smsType="voice") == 0


def test_numbers_abroad_need_their_switch(desk: Desk) -> None:
    answer = desk.door.post("requestSmsCode", mobilePhoneNumber="+12065550100")

    assert answer.code == 1
    assert answer.json["error"] == ("International SMS is disabled, please enable it in console.")


def test_a_country_code_that_many_share_is_not_one_country(open_desk: Opener) -> None:
    desk = open_desk("home_region=US")

    assert desk.send("+12065550100") == 0
    assert desk.send("+18762101234") == 1, "Jamaica"


def test_with_the_switch_on_numbers_abroad_are_texted_in_english(open_desk: Opener) -> None:
    desk = open_desk("international_allowed=true")

    assert desk.send("+12065550100") == 0

    text = desk.letters("+12065550100")[0].message.text
    assert text == (
        f"【Countersign】Your Countersign code is {desk.code('+12065550100')}, valid for 10 min."
    )


def test_bare_numbers_belong_to_the_home_region(open_desk: Opener) -> None:
    desk = open_desk("home_region=DE")

    assert desk.send("0151 23456789") == 0
    assert desk.letters("+4915123456789")


def test_a_setting_takes_numbers_that_are_merely_possible(open_desk: Opener) -> None:
    loose = open_desk("loose_numbers=true")

    assert loose.send("+8612012345678") == 0
    assert loose.send("+8008108888") == 127
    assert loose.send("+881612345678") == 127


def test_the_text_is_leanclouds_own(desk: Desk) -> None:
    desk.send(name="天天商城", op="付款", ttl=5)

    assert desk.letters()[0].message.text == (
        f"【Countersign】您正在使用天天商城服务进行付款操作，您的验证码是：{desk.code()}，"
        "请在5分钟内完成验证。"
    )


def test_a_name_arrives_as_it_was_typed(desk: Desk) -> None:
    assert desk.send(name="Tom & Jerry's <3") == 0

    assert "Tom & Jerry's <3" in desk.letters()[0].message.text


@pytest.mark.parametrize("field", ["name", "op"])
@pytest.mark.parametrize(
    "value",
    [
        "x" * 21,
        "【银行】",
        "bank】",
        "http://x.cn",
        "www.x.cn",
        "evil.com",
        "a\nb",
        "a\x07b",
        "\u202eabc",
        "a\u200bb",
        "a\u2028b",
        "\ufeffabc",
        "\ue000",
    ],
)
def test_a_client_cannot_put_links_or_signatures_or_what_is_not_seen_into_a_text(
    desk: Desk, field: str, value: str
) -> None:
    assert desk.send(**{field: value}) == 606
    assert not desk.tray.letters
    assert desk.send() == 0, "nothing was spent"


@pytest.mark.parametrize(
    ("ttl", "minutes"),
    [
        (None, 10),
        (5, 5),
        ("5", 5),
        (5.0, 5),
        ("5.0", 5),
        (1, 1),
        (30, 30),
        (31, 30),
        (360, 30),
        (0.5, 1),
        (10**30, 30),
        (10**400, 30),
        ("9" * 40, 30),
    ],
)
def test_the_text_says_how_long_the_code_lives(
    desk: Desk, clock: Clock, ttl: Any, minutes: int
) -> None:
    desk.send(ttl=ttl)
    assert f"请在{minutes}分钟内" in desk.letters()[0].message.text

    clock.pass_(minutes=minutes, seconds=-1)
    assert desk.verify("x") == 603
    assert desk.verify(desk.code()) == 0


@pytest.mark.parametrize(
    "ttl",
    [-1e18, -(10**400), 0, -1, "0", "-5", "abc", "", True, [], {}, "NaN", "1e3", "٥", 0.0, "inf"],
)
def test_a_life_that_is_none_is_refused_with_the_range(desk: Desk, ttl: Any) -> None:
    answer = desk.door.post("requestSmsCode", mobilePhoneNumber=PHONE, ttl=ttl)

    assert answer.code == 1
    assert "1 to 30" in answer.json["error"]
    assert not desk.tray.letters


def test_a_code_dies_at_the_end_of_its_life(desk: Desk, clock: Clock) -> None:
    desk.send(ttl=1)
    clock.pass_(minutes=1)

    assert desk.verify(desk.code()) == 603


@pytest.mark.parametrize(
    "guess",
    [
        "1",
        "1234567",
        "abcdef",
        "１２３４５６",
        "12345a",
        "+12345",
        "1_2345",
        "12%2034",
        "%00",
        "١٢٣٤٥٦",
        "......",
        "null",
        "true",
        "123456%0a",
    ],
)
def test_a_malformed_guess_is_a_wrong_code_and_costs_no_attempt(desk: Desk, guess: str) -> None:
    desk.send()
    for _ in range(6):
        answer = desk.door.send("POST", f"/1.1/verifySmsCode/{guess}?mobilePhoneNumber=18612345678")
        assert answer.code == 603

    assert desk.verify(desk.code()) == 0


@pytest.mark.parametrize("path", ["12/34", "12%2F34", "a/b/c", "", "?mobilePhoneNumber=1"])
def test_a_code_that_is_a_path_is_not_found(desk: Desk, path: str) -> None:
    answer = desk.door.send("POST", f"/1.1/verifySmsCode/{path}")

    assert answer.code in (404, 603)


def test_six_wrong_guesses_kill_a_code_and_a_right_one_after_them_is_wrong(desk: Desk) -> None:
    desk.send()
    code = desk.code()

    for guess in wrong(code, 5):
        assert desk.verify(guess) == 603

    assert desk.verify(code) == 603


def test_the_fifth_guess_may_be_the_right_one(desk: Desk) -> None:
    desk.send()
    for guess in wrong(desk.code(), 4):
        desk.verify(guess)

    assert desk.verify(desk.code()) == 0


def test_a_resend_carries_the_same_digits_and_refills_no_guess(desk: Desk, clock: Clock) -> None:
    desk.send()
    code = desk.code()
    for guess in wrong(code, 4):
        desk.verify(guess)
    clock.pass_(seconds=60)

    assert desk.send() == 0

    assert desk.code() == code
    assert desk.verify(wrong(code, 1)[0]) == 603
    assert desk.verify(code) == 603


def test_a_resend_makes_the_code_live_as_long_as_its_text_says(desk: Desk, clock: Clock) -> None:
    desk.send(ttl=10)
    clock.pass_(minutes=9)
    desk.send(ttl=5)
    clock.pass_(minutes=4, seconds=59)

    assert desk.verify(desk.code()) == 0


@pytest.mark.parametrize("end", ["opened", "used up", "expired"])
def test_a_code_that_is_over_is_replaced_by_another(desk: Desk, clock: Clock, end: str) -> None:
    desk.send(ttl=1)
    first = desk.code()
    guesses = {"opened": [first], "used up": wrong(first, 5), "expired": []}[end]
    for guess in guesses:
        desk.verify(guess)
    clock.pass_(seconds=60)
    codes = set()
    for _ in range(3):  # two of three in a row alike: once in a million
        desk.send(ttl=1)
        codes.add(desk.code())
        clock.pass_(seconds=60)

    assert codes - {first}
    desk.send(ttl=1)
    assert desk.verify(desk.code()) == 0


def test_a_hundred_failures_in_a_row_close_a_line_for_a_day(
    open_desk: Opener, clock: Clock
) -> None:
    desk = open_desk("limit_verification=")
    for _ in range(20):
        assert desk.send() == 0
        for guess in wrong(desk.code(), 5):
            assert desk.verify(guess) == 603
        clock.pass_(minutes=1)

    refused = desk.door.post("requestSmsCode", mobilePhoneNumber=PHONE)
    assert refused.code == 601
    assert int(refused.headers["Retry-After"]) == 24 * 3600 - 60
    clock.pass_(days=1)
    assert desk.send() == 0
    assert desk.verify(desk.code()) == 0


def test_the_hundredth_failure_closes_a_line_in_the_midst_of_a_challenge(
    open_desk: Opener, clock: Clock
) -> None:
    desk = open_desk("limit_verification=")
    for turn in range(33):
        desk.send()
        for guess in wrong(desk.code(), 3 if turn < 32 else 2):
            desk.verify(guess)
        clock.pass_(minutes=31)
    assert desk.send() == 0, "98 so far"
    code = desk.code()

    assert [desk.verify(guess) for guess in wrong(code, 2)] == [603, 603]
    assert desk.verify(code) == 603, "the third guess of five, and the right one"


def test_failures_are_counted_over_challenges_and_days(open_desk: Opener, clock: Clock) -> None:
    desk = open_desk()
    for _ in range(3):
        desk.send()
        for guess in wrong(desk.code(), 4):
            desk.verify(guess)
        clock.pass_(hours=20)
    desk.send()

    assert LineRow.get(f"countersign-local-app#{PHONE}").failures == 12


def test_a_resend_with_a_shorter_life_shortens_nothing_and_says_so(
    desk: Desk, clock: Clock
) -> None:
    desk.send(ttl=30)
    clock.pass_(minutes=5)
    desk.send(ttl=1)

    assert "请在25分钟内" in desk.letters()[0].message.text
    clock.pass_(minutes=24, seconds=59)
    assert desk.verify(desk.code()) == 0


def test_a_code_of_leading_zeros_is_sent_and_verified_whole(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Keyring, "derive", lambda *_: (7).to_bytes(4, "big") * 8)

    assert desk.send() == 0

    assert "：000007，" in desk.letters()[0].message.text
    assert desk.verify("7") == 603
    assert desk.verify("000007") == 0


def test_a_warm_call_asks_aws_for_no_more_than_it_must(open_desk: Opener) -> None:
    desk = open_desk(SENDERS="sns")
    desk.send("+8613812345678")
    desk.faults.calls.clear()

    desk.send()
    assert desk.faults.calls == {
        "dynamodb.UpdateItem": 1,
        "sns.Publish": 1,
        "dynamodb.PutItem": 1,
    }
    desk.faults.calls.clear()
    desk.verify(desk.code())
    assert desk.faults.calls == {"dynamodb.UpdateItem": 1}


def test_a_changed_setting_arrives_within_half_a_minute(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    desk.send("+8613812345678")
    other = DynamoApps()  # another sandbox's
    app = other.read(APP_ID)
    assert app
    other.change(app, app.with_settings(app.settings.set("sms_enabled", "false")))

    assert desk.send() == 0
    now += 31
    assert desk.send() == 119


def test_what_still_counts_is_not_swept(desk: Desk, clock: Clock) -> None:
    """`purge_at` is when DynamoDB may delete an item."""
    desk.send(ttl=30)
    desk.door.get("requestCaptcha")
    now = datetime(2040, 1, 2, 12, tzinfo=UTC)

    (line,), (captcha,), (record,) = LineRow.scan(), CaptchaRow.scan(), RecordRow.scan()

    assert line.purge_at >= now + timedelta(days=1, minutes=30)
    assert captcha.purge_at >= now + timedelta(seconds=60)
    assert record.purge_at == now + timedelta(days=60)


def test_a_success_forgives_the_failures_before_it(open_desk: Opener, clock: Clock) -> None:
    desk = open_desk("limit_verification=")
    for _ in range(30):
        assert desk.send() == 0
        for guess in wrong(desk.code(), 4):
            desk.verify(guess)
        assert desk.verify(desk.code()) == 0
        clock.pass_(minutes=1)


def test_the_limits_are_leanclouds(desk: Desk, clock: Clock) -> None:
    assert desk.send() == 0
    fast = desk.door.post("requestSmsCode", mobilePhoneNumber=PHONE)
    assert fast.code == 1
    assert fast.json["error"] == "SMS request too fast(1 request per 10s)."
    assert fast.headers["Retry-After"] == "60"
    clock.pass_(seconds=10)

    slower = desk.door.post("requestSmsCode", mobilePhoneNumber=PHONE)
    assert slower.code == 601
    assert slower.json["error"] == "Can't send SMS too frequently."
    assert slower.headers["Retry-After"] == "50"
    clock.pass_(seconds=50)

    assert desk.send() == 0


def test_the_eleventh_code_of_a_day_waits_for_the_first_to_age(desk: Desk, clock: Clock) -> None:
    for _ in range(10):
        assert desk.send() == 0
        clock.pass_(seconds=61)

    refused = desk.door.post("requestSmsCode", mobilePhoneNumber=PHONE)
    assert refused.code == 601
    assert refused.headers["Retry-After"] == str(24 * 3600 - 610)

    clock.pass_(seconds=24 * 3600 - 611)
    assert desk.send() == 601
    clock.pass_(seconds=1)
    assert desk.send() == 0
    assert desk.send() == 1, "the window slides: the second send is still in it"


def test_calls_have_limits_of_their_own_and_share_the_minute_with_texts(
    desk: Desk, clock: Clock
) -> None:
    assert desk.send(smsType="voice") == 0
    clock.pass_(seconds=30)
    assert desk.send(smsType="sms") == 601, "the minute counts calls too"
    for _ in range(2):
        clock.pass_(seconds=60)
        assert desk.send(smsType="voice") == 0
    clock.pass_(seconds=60)
    assert desk.send(smsType="voice") == 601, "three calls an hour"
    assert desk.send(smsType="sms") == 0


def test_settings_change_the_limits(open_desk: Opener, clock: Clock) -> None:
    desk = open_desk("limit_number=1/2s limit_signature=2/20s limit_verification=3/1h")

    waits = (0, 2, 20, 20, 3560)
    answers = []
    for wait in waits:
        clock.pass_(seconds=wait)
        answers.append(desk.send())

    assert answers == [0, 0, 0, 601, 0]


def test_a_call_reads_out_the_digits_and_nothing_else(desk: Desk) -> None:
    assert desk.send(smsType="voice") == 0

    letter = desk.letters()[0]
    assert letter.message.channel == "voice"
    assert letter.message.text == letter.message.code
    assert desk.verify(letter.message.code) == 0


@pytest.mark.parametrize("kind", ["SMS", "fax", "voice ", 1, ["voice"]])
def test_another_kind_of_message_is_refused(desk: Desk, kind: Any) -> None:
    assert desk.send(smsType=kind) == 1
    assert not desk.tray.letters


def test_no_unknown_template_or_signature_is_taken(desk: Desk) -> None:
    assert desk.send(template="Order_Notice", order_id="7623432424540") == 604
    assert desk.send(template="Order_Notice", sign="fakesign") == 604
    assert desk.send(template="no name/at all") == 604
    assert desk.send(sign="fakesign") == 600
    assert desk.send(sign="Countersign") == 0


@pytest.mark.parametrize("field", ["name", "op", "sign", "template", "validate_token", "smsType"])
@pytest.mark.parametrize("value", [1, True, [], {}, 1.5])
def test_a_field_of_another_type_is_refused(desk: Desk, field: str, value: Any) -> None:
    answer = desk.door.post("requestSmsCode", {"mobilePhoneNumber": PHONE, field: value})

    assert answer.status == 400
    assert answer.code == 1
    assert not desk.tray.letters


def test_null_fields_and_unknown_ones_are_ignored(desk: Desk) -> None:
    nothing = dict.fromkeys(("name", "op", "sign", "template", "validate_token", "smsType", "ttl"))
    said = {"mobilePhoneNumber": PHONE, "countryCode": "CN", "whatever": [1], **nothing}

    assert desk.door.post("requestSmsCode", said).code == 0


def test_a_test_number_gets_its_fixed_code_and_no_message(open_desk: Opener) -> None:
    desk = open_desk(SENDERS="sns")

    assert desk.send("+19490008888") == 0

    assert desk.faults.calls["sns.Publish"] == 0
    assert desk.verify("246811", "+19490008888") == 603
    assert desk.verify("246810", "+19490008888") == 0
    assert desk.verify("246810", "+19490008888") == 603
    assert desk.send("+19490008888") == 1, "limits hold for it too"


def test_a_test_number_is_one_until_its_day_is_over(open_desk: Opener, clock: Clock) -> None:
    desk = open_desk("test_numbers=+8618612340000=246810 until 2040-01-02", SENDERS="sns")
    assert desk.send("+8618612340000") == 0
    assert desk.verify("246810", "+8618612340000") == 0
    assert desk.faults.calls["sns.Publish"] == 0

    clock.pass_(days=1)

    assert desk.send("+8618612340000") == 0
    assert desk.faults.calls["sns.Publish"] == 1, "it is a number like any other"
    assert desk.verify("246810", "+8618612340000") == 603


def test_the_service_can_be_switched_off_for_clients(open_desk: Opener) -> None:
    desk = open_desk("sms_enabled=false")

    assert desk.send() == 119
    assert desk.verify("123456") == 119
    assert desk.master.post("requestSmsCode", mobilePhoneNumber=PHONE).code == 0
    assert desk.master.post(f"verifySmsCode/{desk.code()}", mobilePhoneNumber=PHONE).code == 0


def test_the_server_tells_the_time_to_anybody() -> None:
    answer = Door({}).get("date")

    assert answer.json["__type"] == "Date"
    assert len(answer.json["iso"]) == len("2026-11-21T07:41:00.949Z")
    assert answer.json["iso"].endswith("Z")


def wrong(code: str, count: int) -> list[str]:
    """*count* guesses that are not *code*."""
    return [f"{(int(code) + step) % 10**6:06}" for step in range(1, count + 1)]


def test_what_is_kept_holds_no_code(desk: Desk) -> None:
    desk.send(name="天天商城")
    desk.verify(desk.code())

    kept = json.dumps(tables_dump(), ensure_ascii=False)

    assert desk.code() not in kept
    assert "【Countersign】" in kept


def tables_dump() -> list[Any]:
    """All that the tables hold."""
    from chalicelib.store.tables import TABLES

    return [row.to_dynamodb_dict() for table in TABLES for row in table.scan()]
