"""Users are let in, strangers are not, and neither learns what is none of theirs."""

import json
import time
from datetime import timedelta

import pytest

from chalicelib.store.user_tables import ClaimRow, TryRow, UserRow
from tests.conftest import Clock, Decisions, Desk, Opener
from tests.people import NAME, PASSWORD, Person, logged_in, signed_up, verified, within
from tests.wire import PHONE

UNLIMITED = "limit_number= limit_signature="
BARE = PHONE.removeprefix("+86")


def asked(desk: Desk, phone: str = PHONE) -> str:
    """The code to log in with that was asked for just now."""
    assert desk.door.post("requestLoginSmsCode", mobilePhoneNumber=phone).code == 0
    return desk.code(phone)


@pytest.mark.parametrize(
    "said",
    [
        {"username": NAME},
        {"email": "tom@example.com"},
        {"mobilePhoneNumber": PHONE},
        {"mobilePhoneNumber": BARE},
        {"username": NAME, "email": "no@example.com", "mobilePhoneNumber": "+8618600000000"},
        {"username": "", "email": "tom@example.com", "nickname": ["x"], "objectId": 7},
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_password_opens_by_name_address_and_number(
    desk: Desk, method: str, said: dict[str, object]
) -> None:
    person = signed_up(desk, email="tom@example.com", mobilePhoneNumber=BARE)
    if method == "GET":
        if any(not isinstance(value, str) for value in said.values()):
            return
        answer = desk.door.get("login", password=PASSWORD, **said)
    else:
        answer = desk.door.post("login", password=PASSWORD, **said)

    assert answer.status == 200
    assert answer.json["objectId"] == person.id
    assert answer.json["sessionToken"] == person.token, "all devices share it"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({}, 200),
        ({"username": NAME}, 201),
        ({"username": NAME, "password": ""}, 201),
        ({"password": PASSWORD}, 200),
        ({"smsCode": "123456"}, 212),
        ({"username": NAME, "password": "wrong"}, 210),
        ({"username": NAME.upper(), "password": PASSWORD}, 211),
        ({"username": NAME, "password": PASSWORD.upper()}, 210),
        ({"username": NAME, "password": f" {PASSWORD}"}, 210),
        ({"username": NAME, "password": True}, 210),
        ({"username": NAME, "password": [PASSWORD]}, 210),
        ({"username": NAME, "password": {"$ne": ""}}, 210),
        ({"username": NAME, "password": "x" * 257}, 210),
        ({"username": [NAME], "password": PASSWORD}, 1),
        ({"email": "no@example.com", "password": PASSWORD}, 211),
        ({"mobilePhoneNumber": "+8618600000000", "password": PASSWORD}, 213),
        ({"mobilePhoneNumber": "12", "password": PASSWORD}, 127),
        ({"mobilePhoneNumber": PHONE, "smsCode": 123456}, 1),
        ({"mobilePhoneNumber": PHONE, "smsCode": "123456"}, 215),
        ({"mobilePhoneNumber": "+8618600000000", "smsCode": "123456"}, 213),
    ],
)
def test_what_is_wrong_is_refused_with_its_number(
    desk: Desk, said: dict[str, object], code: int
) -> None:
    signed_up(desk, mobilePhoneNumber=PHONE)

    assert logged_in(desk, **said) == code


def test_a_user_without_a_password_is_not_opened_by_any(desk: Desk) -> None:
    desk.send()
    made = desk.door.post("usersByMobilePhone", mobilePhoneNumber=PHONE, smsCode=desk.code())
    assert made.status == 201

    assert logged_in(desk, mobilePhoneNumber=PHONE, password="") == 201
    for password in ("None", "null", " ", "\0", PHONE):
        assert logged_in(desk, mobilePhoneNumber=PHONE, password=password) == 210


def test_a_stale_session_does_not_bar_a_login(desk: Desk) -> None:
    signed_up(desk)

    for token in ("0", "", "x" * 25, "\x7f", "a" * 5000):
        assert within(token).post("login", username=NAME, password=PASSWORD).code == 0


def test_the_seventh_failure_locks_for_fifteen_minutes_after_the_last(
    desk: Desk, clock: Clock
) -> None:
    signed_up(desk, mobilePhoneNumber=PHONE)
    for place in range(7):
        by = {"username": NAME} if place % 2 else {"mobilePhoneNumber": PHONE}
        assert logged_in(desk, **by, password="wrong") == 210
        clock.pass_(minutes=2)

    for by in ({"username": NAME}, {"mobilePhoneNumber": PHONE}):
        answer = desk.door.post("login", **by, password=PASSWORD)
        assert answer.code == 219
        assert answer.json["error"] == "Tried too many times to signin."
        assert answer.headers["Retry-After"] == str(13 * 60)
        assert desk.door.get("login", **by, password=PASSWORD).code == 219
    clock.pass_(minutes=12, seconds=59)
    assert logged_in(desk, username=NAME, password=PASSWORD) == 219, "and that prolonged nothing"
    clock.pass_(seconds=1)
    assert logged_in(desk, username=NAME, password=PASSWORD) == 0


def test_six_failures_and_a_success_begin_anew(desk: Desk, clock: Clock) -> None:
    signed_up(desk)
    for _ in range(3):
        for _ in range(6):
            assert logged_in(desk, username=NAME, password="wrong") == 210
        assert logged_in(desk, username=NAME, password=PASSWORD) == 0
    assert list(TryRow.scan()) == []


def test_failures_that_are_far_between_lock_nobody(desk: Desk, clock: Clock) -> None:
    signed_up(desk)
    for _ in range(20):
        assert logged_in(desk, username=NAME, password="wrong") == 210
        clock.pass_(minutes=2, seconds=31)


def test_wrong_codes_lock_too(open_desk: Opener, clock: Clock) -> None:
    desk = open_desk(UNLIMITED)
    verified(desk)
    code = asked(desk)
    wrong = f"{(int(code) + 1) % 1000000:06}"

    for _ in range(7):
        assert logged_in(desk, mobilePhoneNumber=PHONE, smsCode=wrong) == 603

    assert logged_in(desk, mobilePhoneNumber=PHONE, smsCode=wrong) == 219
    assert logged_in(desk, username=NAME, password=PASSWORD) == 219
    desk.send()
    said = {"mobilePhoneNumber": PHONE, "smsCode": desk.code()}
    assert desk.door.post("usersByMobilePhone", **said).code == 219


def test_a_lock_ends_when_the_password_is_reset(open_desk: Opener, clock: Clock) -> None:
    desk = open_desk(UNLIMITED)
    verified(desk)
    for _ in range(8):
        logged_in(desk, username=NAME, password="wrong")
    desk.door.post("requestPasswordResetBySmsCode", mobilePhoneNumber=PHONE)

    said = json.dumps({"mobilePhoneNumber": PHONE, "password": "new"}).encode()
    assert desk.door.send("PUT", f"/1.1/resetPasswordBySmsCode/{desk.code()}", said).code == 0

    assert logged_in(desk, username=NAME, password="new") == 0


def test_old_passwords_are_guessed_no_more_often_than_logins(desk: Desk) -> None:
    person = signed_up(desk)
    for _ in range(7):
        said = {"old_password": "wrong", "new_password": "new"}
        assert person.put("/updatePassword", **said).code == 210

    assert person.put("/updatePassword", old_password=PASSWORD, new_password="new").code == 219


def test_a_verified_number_logs_in_by_a_code_from_either_call(
    open_desk: Opener, clock: Clock
) -> None:
    desk = open_desk(UNLIMITED)
    person = verified(desk)
    code = asked(desk)
    answer = desk.door.get("login", mobilePhoneNumber=PHONE, smsCode=code)
    assert (answer.status, answer.json["sessionToken"]) == (200, person.token)
    assert logged_in(desk, mobilePhoneNumber=PHONE, smsCode=code) == 603, "it opens once"

    desk.send()
    assert logged_in(desk, mobilePhoneNumber=BARE, smsCode=desk.code()) == 0
    assert desk.verify(desk.code()) == 603, "that was it"


def test_a_code_to_log_in_with_is_good_for_nothing_else(open_desk: Opener) -> None:
    desk = open_desk(UNLIMITED)
    person = verified(desk)
    code = asked(desk)

    said = json.dumps({"mobilePhoneNumber": PHONE, "password": "new"}).encode()
    assert desk.door.send("PUT", f"/1.1/resetPasswordBySmsCode/{code}", said).code == 603
    assert desk.door.post(f"verifyMobilePhone/{code}", mobilePhoneNumber=PHONE).code == 603
    assert person.door.post("changePhoneNumber", mobilePhoneNumber=PHONE, code=code).code == 603
    assert desk.verify(code) == 603
    assert desk.door.post("usersByMobilePhone", mobilePhoneNumber=PHONE, smsCode=code).code == 0


@pytest.mark.parametrize(("switch", "code"), [("true", 0), ("false", 119)])
def test_logging_in_by_code_can_be_switched_off(open_desk: Opener, switch: str, code: int) -> None:
    desk = open_desk(f"sms_login={switch} {UNLIMITED}")
    verified(desk)

    assert desk.door.post("requestLoginSmsCode", mobilePhoneNumber=PHONE).code == code
    desk.send()
    assert logged_in(desk, mobilePhoneNumber=PHONE, smsCode=desk.code()) == code
    assert desk.master.post("requestLoginSmsCode", mobilePhoneNumber=PHONE).code == 0


@pytest.mark.parametrize(("switch", "code"), [("false", 0), ("true", 215)])
def test_numbers_that_are_not_verified_can_be_barred(
    open_desk: Opener, switch: str, code: int
) -> None:
    desk = open_desk(f"verified_login_only={switch}")
    signed_up(desk, mobilePhoneNumber=PHONE)

    assert logged_in(desk, mobilePhoneNumber=PHONE, password=PASSWORD) == code
    assert logged_in(desk, username=NAME, password=PASSWORD) == 0
    assert desk.door.post("requestLoginSmsCode", mobilePhoneNumber=PHONE).code == 215


@pytest.mark.parametrize("switch", ["true", "false"])
def test_a_changed_password_ends_sessions_or_does_not(open_desk: Opener, switch: str) -> None:
    desk = open_desk(f"force_relogin={switch}")
    person = signed_up(desk)

    answer = person.put("/updatePassword", old_password=PASSWORD, new_password="new")

    assert set(answer.json) == {"objectId", "updatedAt", "sessionToken"}
    ended = switch == "true"
    assert (answer.json["sessionToken"] != person.token) == ended
    assert person.door.get("users/me").code == (211 if ended else 0)
    assert within(answer.json["sessionToken"]).get("users/me").code == 0
    again = Person(desk, person.id, answer.json["sessionToken"]).put(password="newer")
    assert again.code == 0
    assert ("sessionToken" in again.json) == ended
    assert logged_in(desk, username=NAME, password="newer") == 0


@pytest.mark.parametrize(("switch", "code"), [("false", 0), ("true", 119)])
def test_a_password_can_be_barred_from_plain_changes(
    open_desk: Opener, switch: str, code: int
) -> None:
    desk = open_desk(f"old_password_required={switch}")
    person = signed_up(desk)

    assert person.put(password="new").code == code
    assert logged_in(desk, username=NAME, password="new") == (210 if code else 0)
    assert desk.master.send("PUT", f"/1.1/users/{person.id}", b'{"password":"x"}').code == 0


@pytest.mark.parametrize(
    ("settings", "password", "code"),
    [
        ("", "x", 0),
        ("", "x" * 256, 0),
        ("", "字" * 86, 218),
        ("", "x" * 257, 218),
        ("", "", 201),
        ("", "  ", 218),
        ("", 12345678, 218),
        ("", True, 218),
        ("", ["x"], 218),
        ("", "password", 0),
        ("password_least=8", "1234567", 218),
        ("password_least=8", "password", 0),
        ("password_least=8 common_passwords=false", "password", 218),
        ("common_passwords=false", "PassWord", 218),
        ("common_passwords=false", "p4s.s word-of mine", 0),
    ],
)
def test_passwords_are_judged_as_the_app_says(
    open_desk: Opener, settings: str, password: object, code: int
) -> None:
    desk = open_desk(settings)

    answer = desk.door.post("users", username=NAME, password=password)

    assert answer.code == code
    if code == 0:
        assert logged_in(desk, username=NAME, password=password) == 0


def test_a_session_is_refreshed_by_its_user_and_the_master_key(desk: Desk) -> None:
    person = signed_up(desk)
    other = signed_up(desk, "jerry")
    path = f"/1.1/users/{person.id}/refreshSessionToken"
    assert other.door.send("PUT", path, b"null").code == 206
    assert desk.door.send("PUT", path, b"").code == 206

    fresh = person.door.send("PUT", path, b"null").json["sessionToken"]
    assert person.door.get("users/me").code == 211, "the old one ends"
    assert desk.master.send("PUT", path).code == 0
    assert within(fresh).get("users/me").code == 211


def test_the_sessions_query_goes_before_its_header(desk: Desk) -> None:
    person, other = signed_up(desk), signed_up(desk, "jerry")

    assert other.door.get("users/me", session_token=person.token).json["objectId"] == person.id
    assert other.door.get("users/me", session_token="nosuch").code == 211
    assert other.door.post("logout").raw == b"{}"
    assert other.door.get("users/me").code == 0, "for other devices share it"


def test_the_tables_hold_no_password_and_no_session_token(desk: Desk) -> None:
    person = verified(desk)
    logged_in(desk, username=NAME, password=PASSWORD)

    kept = " ".join(
        str(row.to_dynamodb_dict()) for table in (UserRow, ClaimRow, TryRow) for row in table.scan()
    )

    assert PASSWORD not in kept
    assert person.token not in kept
    (user,) = UserRow.scan()
    assert user.password.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_the_log_tells_no_password_code_token_or_number(
    open_desk: Opener, decisions: Decisions
) -> None:
    desk = open_desk(UNLIMITED)
    person = verified(desk)
    code = asked(desk)
    logged_in(desk, mobilePhoneNumber=PHONE, smsCode=code)
    logged_in(desk, username=NAME, password="hunter2wrong")
    person.put("/updatePassword", old_password=PASSWORD, new_password="n3w-secret")

    said = json.dumps(decisions(), ensure_ascii=False)

    for secret in (PASSWORD, "hunter2wrong", "n3w-secret", person.token, PHONE, BARE, code):
        assert secret not in said


DISCREET = f"discreet=true {UNLIMITED}"


@pytest.fixture
def discreet(open_desk: Opener, clock: Clock) -> Desk:
    desk = open_desk(DISCREET)
    desk.service.gates.even_after = timedelta(0)
    return desk


@pytest.mark.parametrize(
    "path", ["requestMobilePhoneVerify", "requestLoginSmsCode", "requestPasswordResetBySmsCode"]
)
def test_a_discreet_app_answers_alike_for_known_and_unknown_numbers(
    open_desk: Opener, clock: Clock, path: str
) -> None:
    desk = open_desk("discreet=true")
    desk.service.gates.even_after = timedelta(0)
    known, unverified, unknown = PHONE, "+8618600000001", "+8618600000002"
    if path == "requestMobilePhoneVerify":
        signed_up(desk, mobilePhoneNumber=known)
        verified(desk, unverified, "jerry")  # to which nothing is to be sent either
    else:
        verified(desk, known)
        signed_up(desk, "jerry", mobilePhoneNumber=unverified)

    for wait in (0, 5, 11, 20, 40):
        clock.pass_(seconds=wait)
        answers = {
            phone: desk.door.post(path, mobilePhoneNumber=phone)
            for phone in (known, unverified, unknown)
        }
        told = {(one.status, one.raw, one.headers.get("Retry-After")) for one in answers.values()}
        assert len(told) == 1, (wait, told)

    assert desk.letters(known)
    assert not desk.letters(unverified)
    assert not desk.letters(unknown)


def test_a_discreet_app_answers_logins_alike(discreet: Desk) -> None:
    verified(discreet)
    unknown = "+8618600000002"
    for _ in range(7):
        assert logged_in(discreet, username="nobody", password="x") == 210
        assert logged_in(discreet, username=NAME, password="x") == 210
        assert logged_in(discreet, mobilePhoneNumber=unknown, password="x") == 210
    for said in ({"username": "nobody"}, {"username": NAME}, {"mobilePhoneNumber": unknown}):
        assert logged_in(discreet, **said, password="x") == 219
    another, verified_phone = "+8618600000003", "+8618600000004"
    verified(discreet, verified_phone, "jerry")
    for phone in (another, verified_phone):
        assert logged_in(discreet, mobilePhoneNumber=phone, smsCode="000000") == 603


def test_a_discreet_apps_requests_take_as_long_in_any_case(open_desk: Opener) -> None:
    """Compared within one run, and with more of a wait than the work could take."""
    desk = open_desk(DISCREET)
    desk.service.gates.even_after = timedelta(seconds=1)
    verified(desk)
    took = {}
    for phone in (PHONE, "+8618600000002"):
        begun = time.monotonic()
        assert desk.door.post("requestLoginSmsCode", mobilePhoneNumber=phone).code == 0
        took[phone] = time.monotonic() - begun

    assert all(seconds >= 1 for seconds in took.values())
