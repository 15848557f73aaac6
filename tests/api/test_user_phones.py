"""A number is whose owner proves it, by a code, exactly once."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from botocore.exceptions import ReadTimeoutError

from chalicelib.domain import sessions
from chalicelib.local.pump import Pump
from chalicelib.store.tables import LineRow, RecordRow
from chalicelib.store.user_tables import ClaimRow, PointerRow, UserRow
from tests.api.test_sms import wrong
from tests.conftest import Clock, Decisions, Desk, Opener
from tests.faults import lost_reply
from tests.people import NAME, PASSWORD, logged_in, meanwhile, signed_up, verified, within
from tests.wire import KEY, MASTER, PHONE, Answer, Door

UNLIMITED = "limit_number= limit_signature= limit_verification="
OTHER = "+8618600000001"


def reset(
    desk: Desk, code: str, password: Any = "new", door: Door | None = None, **said: Any
) -> int:
    """0, or the number of the refusal."""
    body = json.dumps({"password": password, **said}).encode()
    path = f"/1.1/resetPasswordBySmsCode/{code}"
    return (door or desk.door).send("PUT", path, body).code


def alone(desk: Desk, code: str, door: Door | None = None, **headers: str) -> Answer:
    """A code handed in to verify a phone, without its number."""
    return (door or desk.door).send("POST", f"/1.1/verifyMobilePhone/{code}", b"null", **headers)


def sent(desk: Desk, path: str, phone: str = PHONE, door: Door | None = None) -> str:
    """The code that was asked for just now by *path*."""
    assert (door or desk.door).post(path, mobilePhoneNumber=phone).code == 0
    return desk.code(phone)


@pytest.fixture
def desk(open_desk: Opener) -> Desk:
    return open_desk(UNLIMITED)


def test_a_number_is_verified_by_its_code_once(desk: Desk) -> None:
    person = signed_up(desk, mobilePhoneNumber=PHONE)
    code = sent(desk, "requestMobilePhoneVerify")

    answer = desk.door.post(f"verifyMobilePhone/{code}", mobilePhoneNumber=PHONE)

    assert set(answer.json) == {"objectId", "updatedAt"}
    assert answer.json["objectId"] == person.id
    assert person.seen()["mobilePhoneVerified"] is True
    assert desk.door.post(f"verifyMobilePhone/{code}", mobilePhoneNumber=PHONE).code == 603


def test_a_number_that_is_verified_is_sent_nothing_more(desk: Desk) -> None:
    verified(desk)

    assert desk.door.post("requestMobilePhoneVerify", mobilePhoneNumber=PHONE).raw == b"{}"
    assert desk.letters() == []


def test_a_code_alone_verifies_the_number_it_was_sent_to(desk: Desk) -> None:
    person = signed_up(desk, mobilePhoneNumber=PHONE)
    other = signed_up(desk, "jerry", mobilePhoneNumber=OTHER)
    first, second = (sent(desk, "requestMobilePhoneVerify", phone) for phone in (PHONE, OTHER))

    assert alone(desk, second).json["objectId"] == other.id
    assert alone(desk, first).json["objectId"] == person.id
    assert alone(desk, first).code == 603


def test_a_code_sent_twice_is_found_as_long_as_it_lives(desk: Desk, clock: Clock) -> None:
    signed_up(desk, mobilePhoneNumber=PHONE)
    first = sent(desk, "requestMobilePhoneVerify")
    clock.pass_(minutes=9)
    assert sent(desk, "requestMobilePhoneVerify") == first
    clock.pass_(minutes=9)

    assert alone(desk, first).code == 0


def test_no_two_open_codes_of_a_purpose_are_the_same(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a hundred codes in all, thirty that are out would meet in nearly every run."""
    monkeypatch.setattr("chalicelib.domain.codes._SPACE", 100)
    monkeypatch.setattr("chalicelib.domain.codes._FAIR", 2**32 // 100 * 100)
    codes = set()
    for place in range(30):
        phone = f"+86186000000{place:02}"
        signed_up(desk, f"user{place}", "x", mobilePhoneNumber=phone)
        answer = desk.door.post("requestMobilePhoneVerify", mobilePhoneNumber=phone)
        if answer.code == 0:
            codes.add(desk.code(phone))
        else:
            assert answer.code == 601, "five draws and none was free"
            codes.add(phone)

    assert len(codes) == 30


def test_calls_with_a_code_alone_are_ten_an_hour_and_address(desk: Desk, clock: Clock) -> None:
    signed_up(desk, mobilePhoneNumber=PHONE)
    code = sent(desk, "requestMobilePhoneVerify")
    for place, guess in enumerate(wrong(code, 10)):
        assert (alone(desk, guess).code if place % 2 else reset(desk, guess)) == 603

    refused = alone(desk, code)

    assert refused.code == 601
    assert int(refused.headers["Retry-After"]) <= 3600
    assert reset(desk, code) == 601
    assert desk.door.post(f"verifyMobilePhone/{code}", mobilePhoneNumber=PHONE).code == 0
    clock.pass_(hours=1)
    assert alone(desk, code).code == 603


def test_a_code_alone_can_be_too_little(open_desk: Opener) -> None:
    desk = open_desk(f"code_only=false {UNLIMITED}")
    person = signed_up(desk, mobilePhoneNumber=PHONE)
    code = sent(desk, "requestMobilePhoneVerify")

    assert alone(desk, code).code == 212
    assert reset(desk, code) == 212
    assert list(PointerRow.scan()) == []
    assert alone(desk, code, person.door).code == 0, "a session says whose it is"


def test_a_session_says_whose_number_a_code_is_of(desk: Desk) -> None:
    person = signed_up(desk, mobilePhoneNumber=PHONE)
    code = sent(desk, "requestMobilePhoneVerify")
    for guess in wrong(code, 3):
        assert alone(desk, guess, person.door).code == 603

    assert alone(desk, code, person.door).code == 0
    assert person.seen()["mobilePhoneVerified"] is True


def test_who_is_logged_in_can_reset_anothers_password_by_the_code_alone(desk: Desk) -> None:
    person = signed_up(desk, mobilePhoneNumber=OTHER)
    verified(desk, username="jerry")
    code = sent(desk, "requestPasswordResetBySmsCode")

    assert reset(desk, code, door=person.door) == 0

    assert logged_in(desk, username="jerry", password="new") == 0


@pytest.mark.parametrize("method", ["PUT", "POST"])
@pytest.mark.parametrize("numbered", [True, False])
def test_a_password_is_reset_and_every_session_ends(
    desk: Desk, method: str, numbered: bool
) -> None:
    person = verified(desk)
    code = sent(desk, "requestPasswordResetBySmsCode")
    said = {"password": "new", **({"mobilePhoneNumber": PHONE} if numbered else {})}

    path = f"/1.1/resetPasswordBySmsCode/{code}"
    answer = desk.door.send(method, path, json.dumps(said).encode())

    assert answer.raw == b"{}"
    assert person.door.get("users/me").code == 211
    assert logged_in(desk, username=NAME, password=PASSWORD) == 210
    assert logged_in(desk, mobilePhoneNumber=PHONE, password="new") == 0
    assert reset(desk, code, mobilePhoneNumber=PHONE) == 603


@pytest.mark.parametrize(
    ("password", "code"), [("", 201), (None, 201), ("  ", 218), (7, 218), ("x" * 300, 218)]
)
def test_a_bad_new_password_burns_no_code(desk: Desk, password: object, code: int) -> None:
    verified(desk)
    given = sent(desk, "requestPasswordResetBySmsCode")

    assert reset(desk, given, password, mobilePhoneNumber=PHONE) == code

    assert reset(desk, given, mobilePhoneNumber=PHONE) == 0


@pytest.mark.parametrize(("switch", "code"), [("false", 215), ("true", 0)])
def test_a_password_is_reset_by_a_number_that_is_not_verified_or_is_not(
    open_desk: Opener, switch: str, code: int
) -> None:
    desk = open_desk(f"unverified_reset={switch} {UNLIMITED}")
    person = signed_up(desk, mobilePhoneNumber=PHONE)

    answer = desk.door.post("requestPasswordResetBySmsCode", mobilePhoneNumber=PHONE)

    assert answer.code == code
    if code:
        assert reset(desk, "123456", mobilePhoneNumber=PHONE) == 215
        return
    assert reset(desk, desk.code(), mobilePhoneNumber=PHONE) == 0
    assert desk.door.get(f"users/{person.id}").json["mobilePhoneVerified"] is True


@pytest.mark.parametrize(("switch", "letters"), [("false", 1), ("true", 2)])
def test_whose_password_was_reset_is_told(open_desk: Opener, switch: str, letters: int) -> None:
    """Within the minute in which nothing else goes to that number, and without a link."""
    desk = open_desk(f"reset_notice={switch}")
    verified(desk)
    code = sent(desk, "requestPasswordResetBySmsCode")

    assert reset(desk, code, mobilePhoneNumber=PHONE) == 0

    told = desk.letters()
    assert len(told) == letters
    if letters == 2:
        assert told[0].message.text == (
            "【Countersign】您的“Countersign”密码已重设。如非本人操作，请尽快联系我们。"
        )


@pytest.mark.parametrize(("switch", "letters"), [("false", 0), ("true", 1)])
def test_whoever_registers_or_changes_a_number_is_sent_a_code(
    open_desk: Opener, switch: str, letters: int
) -> None:
    desk = open_desk(f"verify_on_sign_up={switch} {UNLIMITED}")
    person = signed_up(desk, mobilePhoneNumber=PHONE)
    assert len(desk.letters()) == letters
    person.put(nickname="x")
    person.put(mobilePhoneNumber=PHONE.removeprefix("+86"))
    assert len(desk.letters()) == letters, "it is the same number"

    person.put(mobilePhoneNumber=OTHER)

    assert len(desk.letters(OTHER)) == letters
    if letters:
        code = desk.code(OTHER)
        assert desk.letters(OTHER)[0].message.text == (
            f"【Countersign】欢迎使用“Countersign”服务，您的验证码是 {code}，请输入完成验证。"
        )
        assert alone(desk, code, person.door).code == 0


def test_a_sign_up_stands_though_its_code_cannot_be_sent(
    open_desk: Opener, decisions: Decisions
) -> None:
    desk = open_desk("verify_on_sign_up=true")
    signed_up(desk, mobilePhoneNumber="+4915112345678")

    assert decisions("verify_unsent")[0]["refusal"] == "InternationalSmsDisabled"


def test_a_sign_up_sends_nothing_past_a_captcha(open_desk: Opener) -> None:
    desk = open_desk("verify_on_sign_up=true captcha_required=true")
    signed_up(desk, mobilePhoneNumber=PHONE)

    assert desk.letters() == []
    for path in (
        "requestMobilePhoneVerify",
        "requestLoginSmsCode",
        "requestPasswordResetBySmsCode",
    ):
        verified(desk, f"+861860000{len(path):04}", path)
    assert desk.door.post("requestMobilePhoneVerify", mobilePhoneNumber=PHONE).code == 608


@pytest.mark.parametrize("ttl", [None, 10, "5", 30, 360, 360.0, 100000])
def test_a_number_is_changed_by_the_code_that_came_to_the_new_one(desk: Desk, ttl: Any) -> None:
    person = verified(desk)
    said = {"mobilePhoneNumber": OTHER, **({} if ttl is None else {"ttl": ttl})}
    assert person.door.post("requestChangePhoneNumber", **said).raw == b"{}"
    code = desk.code(OTHER)
    assert person.door.post("changePhoneNumber", mobilePhoneNumber=PHONE, code=code).code == 603

    answer = person.door.post("changePhoneNumber", mobilePhoneNumber=OTHER, code=code)

    assert set(answer.json) == {"objectId", "updatedAt"}
    seen = person.seen()
    assert (seen["mobilePhoneNumber"], seen["mobilePhoneVerified"]) == (OTHER, True)
    assert logged_in(desk, mobilePhoneNumber=PHONE, password=PASSWORD) == 213, "it is free again"


@pytest.mark.parametrize(
    ("ttl", "minutes"), [(None, 6), (1, 1), (10, 10), (360, 6), (1800, 30), (9999, 30), ("7", 7)]
)
def test_a_code_to_change_a_number_lives_in_minutes_or_in_seconds(
    desk: Desk, clock: Clock, ttl: Any, minutes: int
) -> None:
    """Two SDKs always say 360, the guides say 10."""
    person = verified(desk)
    said = {"mobilePhoneNumber": OTHER, **({} if ttl is None else {"ttl": ttl})}
    person.door.post("requestChangePhoneNumber", **said)
    handed = {"mobilePhoneNumber": OTHER, "code": desk.code(OTHER)}
    clock.pass_(minutes=minutes)

    assert person.door.post("changePhoneNumber", **handed).code == 603
    clock.pass_(seconds=-1)
    assert person.door.post("changePhoneNumber", **handed).code == 0


@pytest.mark.parametrize("ttl", [0, -1, "x", True, [5], {}])
def test_a_life_that_is_none_is_refused(desk: Desk, ttl: Any) -> None:
    person = verified(desk)
    said = {"mobilePhoneNumber": OTHER, "ttl": ttl}

    assert person.door.post("requestChangePhoneNumber", **said).code == 1


def test_nobody_changes_a_number_without_a_session(desk: Desk) -> None:
    verified(desk)
    for door in (desk.door, desk.master, within("x" * 25), Door({**KEY, "X-LC-Session": ""})):
        for path in ("requestChangePhoneNumber", "changePhoneNumber"):
            answer = door.post(path, mobilePhoneNumber=OTHER, code="123456")
            assert (answer.status, answer.code) == (403, 206)


def test_a_proved_number_is_not_given_to_another(desk: Desk) -> None:
    person = verified(desk)
    other = verified(desk, OTHER, "jerry")

    assert other.door.post("requestChangePhoneNumber", mobilePhoneNumber=PHONE).code == 214
    assert other.put(mobilePhoneNumber=PHONE).code == 214
    code = sent(desk, "requestChangePhoneNumber", "+8618600000009", other.door)
    person.put(mobilePhoneNumber="+8618600000009")
    verified_again = b'{"mobilePhoneVerified":true}'
    Door(MASTER).send("PUT", f"/1.1/users/{person.id}", verified_again)
    handed = {"mobilePhoneNumber": "+8618600000009", "code": code}
    assert other.door.post("changePhoneNumber", **handed).code == 214


def test_a_number_that_was_only_wished_for_is_whoevers_code_it_is(
    desk: Desk, decisions: Decisions
) -> None:
    """Somebody registers with a number that is not theirs, and waits."""
    squatter = signed_up(desk, "squatter", "known", mobilePhoneNumber=PHONE)
    desk.send()

    answer = desk.door.post("usersByMobilePhone", mobilePhoneNumber=PHONE, smsCode=desk.code())

    assert answer.status == 201
    assert answer.json["objectId"] != squatter.id
    assert answer.json["mobilePhoneVerified"] is True
    assert "mobilePhoneNumber" not in squatter.seen()
    assert logged_in(desk, mobilePhoneNumber=PHONE, password="known") == 210
    assert logged_in(desk, username="squatter", password="known") == 0
    assert decisions("phone_moved")[0]["user"] == squatter.id


def test_a_wish_gives_way_to_a_change_too(desk: Desk) -> None:
    squatter = signed_up(desk, "squatter", mobilePhoneNumber=OTHER)
    person = verified(desk)
    code = sent(desk, "requestChangePhoneNumber", OTHER, person.door)

    handed = {"mobilePhoneNumber": OTHER, "code": code}
    assert person.door.post("changePhoneNumber", **handed).code == 0

    assert "mobilePhoneNumber" not in squatter.seen()
    found = desk.door.post("login", mobilePhoneNumber=OTHER, password=PASSWORD).json
    assert found["objectId"] == person.id


def test_who_is_logged_in_and_proves_their_wish_stays_who_they_are(desk: Desk) -> None:
    person = signed_up(desk, mobilePhoneNumber=PHONE)
    desk.send()
    said = {"mobilePhoneNumber": PHONE, "smsCode": desk.code()}

    answer = person.door.post("usersByMobilePhone", **said)

    assert (answer.status, answer.json["objectId"]) == (200, person.id)
    assert person.seen()["mobilePhoneVerified"] is True


def test_a_name_that_looks_like_somebodys_number_catches_no_login(desk: Desk) -> None:
    bare = PHONE.removeprefix("+86")
    for name in (PHONE, bare, f" {bare}", f"{bare[:3]} {bare[3:]}", f"0086{bare}"):
        answer = desk.door.post("users", username=name, password="known")
        assert answer.code in (0, 217)
    own = desk.door.post("users", username=bare, password="known", mobilePhoneNumber=bare)
    assert own.status == 201, "with the number as a wish of their own"
    desk.send()
    made = desk.door.post("usersByMobilePhone", mobilePhoneNumber=bare, smsCode=desk.code()).json
    assert made["objectId"] != own.json["objectId"]
    assert made["username"] != bare, "the name is gone, and the number is not"

    assert logged_in(desk, username=bare, password="known") == 210
    person = within(made["sessionToken"])
    said = b'{"password":"mine"}'
    assert person.send("PUT", f"/1.1/users/{made['objectId']}", said).code == 0
    found = desk.door.post("login", username=bare, password="mine").json
    assert found["objectId"] == made["objectId"]


def test_signing_up_by_code_makes_a_user_and_logs_them_in_again(desk: Desk) -> None:
    desk.send()
    bare = PHONE.removeprefix("+86")
    said = {"mobilePhoneNumber": bare, "nickname": "昵称", "smsCode": desk.code()}
    made = desk.door.post("usersByMobilePhone", **said)
    assert made.status == 201
    assert made.json["username"] == bare
    assert made.json["nickname"] == "昵称"
    assert made.headers["Location"] == f"/1.1/classes/_User/{made.json['objectId']}"
    assert len(made.json["sessionToken"]) == sessions.LENGTH
    assert desk.door.post("usersByMobilePhone", **said).code == 603

    code = sent(desk, "requestLoginSmsCode")
    again = {"mobilePhoneNumber": PHONE, "smsCode": code, "nickname": "no", "password": "no"}
    known = desk.door.post("usersByMobilePhone", **again)

    assert known.status == 200
    assert known.json["objectId"] == made.json["objectId"]
    assert known.json["nickname"] == "昵称"
    assert logged_in(desk, mobilePhoneNumber=PHONE, password="no") == 210


@pytest.mark.parametrize(
    ("said", "code"),
    [({"username": NAME}, 202), ({"email": "x"}, 125), ({"username": " "}, 217), ({"a b": 1}, 105)],
)
def test_a_sign_up_that_fails_burns_no_code(desk: Desk, said: dict[str, Any], code: int) -> None:
    signed_up(desk)
    desk.send()
    handed = {"mobilePhoneNumber": PHONE, "smsCode": desk.code()}

    assert desk.door.post("usersByMobilePhone", **handed, **said).code == code

    assert desk.door.post("usersByMobilePhone", **handed).status == 201


def test_five_guesses_are_all_a_code_takes(desk: Desk) -> None:
    signed_up(desk, mobilePhoneNumber=PHONE)
    code = sent(desk, "requestMobilePhoneVerify")
    for guess in wrong(code, 5):
        assert desk.door.post(f"verifyMobilePhone/{guess}", mobilePhoneNumber=PHONE).code == 603

    assert desk.door.post(f"verifyMobilePhone/{code}", mobilePhoneNumber=PHONE).code == 603


@pytest.mark.parametrize("path", ["verifyMobilePhone", "resetPasswordBySmsCode"])
@pytest.mark.parametrize("guess", ["", "1", "12345x", "１２３４５６", "1234567", "null", "%20"])
def test_what_is_no_code_is_a_wrong_one(desk: Desk, path: str, guess: str) -> None:
    verified(desk)
    said = json.dumps({"mobilePhoneNumber": PHONE, "password": "x"}).encode()
    answer = desk.door.send("POST", f"/1.1/{path}/{quote(guess, safe='%')}", said)

    assert answer.code in (603, 404)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("requestMobilePhoneVerify", 213),
        ("requestLoginSmsCode", 213),
        ("requestPasswordResetBySmsCode", 213),
        ("verifyMobilePhone/123456", 213),
        ("resetPasswordBySmsCode/123456", 213),
        ("usersByMobilePhone", 603),
    ],
)
def test_a_number_nobody_has_is_said_to_be_so(desk: Desk, path: str, code: int) -> None:
    said = {"mobilePhoneNumber": PHONE, "password": "x", "smsCode": "123456"}

    assert desk.door.post(path, **said).code == code
    assert desk.door.post(path, **{**said, "mobilePhoneNumber": "12"}).code == 127
    assert desk.letters() == []


def test_a_users_code_is_sent_though_the_general_codes_are_switched_off(
    open_desk: Opener,
) -> None:
    desk = open_desk("sms_enabled=false")
    signed_up(desk, mobilePhoneNumber=PHONE)

    assert sent(desk, "requestMobilePhoneVerify")


def test_a_user_who_is_deleted_between_guess_and_effect_is_211_and_burns_no_code(
    desk: Desk,
) -> None:
    person = signed_up(desk, mobilePhoneNumber=PHONE)
    code = sent(desk, "requestMobilePhoneVerify")
    meanwhile(desk, lambda: person.door.send("DELETE", f"/1.1/users/{person.id}"))

    answer = desk.door.post(f"verifyMobilePhone/{code}", mobilePhoneNumber=PHONE)

    assert answer.code == 211
    (line,) = LineRow.scan()
    assert line.verify_phone.redeemed is None
    assert list(UserRow.scan()) == []
    assert list(ClaimRow.scan()) == []


def test_a_record_is_verified_by_the_effect_of_its_code(desk: Desk) -> None:
    signed_up(desk, mobilePhoneNumber=PHONE)
    code = sent(desk, "requestMobilePhoneVerify")
    pump = Pump()
    pump.turn()
    assert desk.door.post(f"verifyMobilePhone/{code}", mobilePhoneNumber=PHONE).code == 0

    pump.turn()

    (record,) = RecordRow.scan()
    assert record.status == "verified"


def test_a_lost_reply_of_the_guess_is_no_second_guess(desk: Desk) -> None:
    person = signed_up(desk, mobilePhoneNumber=PHONE)
    code = sent(desk, "requestMobilePhoneVerify")
    desk.faults.next("dynamodb.UpdateItem", lost_reply(ReadTimeoutError))

    assert desk.door.post(f"verifyMobilePhone/{code}", mobilePhoneNumber=PHONE).code == 0
    assert person.seen()["mobilePhoneVerified"] is True


TESTED = "+19490008888"


@pytest.mark.parametrize("way", ["write", "ask", "hand in"])
def test_nobody_who_is_there_takes_a_test_number(desk: Desk, way: str) -> None:
    """Everybody who tests knows its code: it would open them to all of these."""
    tom = signed_up(desk, mobilePhoneNumber=PHONE)
    answers = {
        "write": lambda: tom.put(mobilePhoneNumber=TESTED),
        "ask": lambda: tom.door.post("requestChangePhoneNumber", mobilePhoneNumber=TESTED),
        "hand in": lambda: tom.door.post(
            "changePhoneNumber", mobilePhoneNumber=TESTED, code="246810"
        ),
    }

    assert answers[way]().code == 127


def test_a_new_user_is_tried_with_a_test_number_and_the_log_tells(
    desk: Desk, decisions: Decisions
) -> None:
    assert desk.send(TESTED) == 0
    said = {"mobilePhoneNumber": TESTED, "smsCode": "246810"}

    assert desk.door.post("usersByMobilePhone", said).code == 0

    [told] = decisions("test_number")
    assert told["phone"] == "+194****8888"


def test_the_master_key_may_give_a_test_number_to_anybody(desk: Desk) -> None:
    tom = signed_up(desk, mobilePhoneNumber=PHONE)

    said = json.dumps({"mobilePhoneNumber": TESTED}).encode()
    assert desk.master.send("PUT", f"/1.1/users/{tom.id}", said).code == 0
