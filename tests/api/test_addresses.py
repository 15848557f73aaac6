"""What one address may do, whichever numbers it names."""

from collections import Counter
from itertools import count

import pytest

from tests.conftest import Clock, Desk, Opener
from tests.faults import refusal
from tests.wire import KEY, MASTER, Answer, Door

LIMITS = "limit_address=30/1h, 100/1d limit_guesses=20/1h limit_captchas=30/1m"
SETTINGS = f"{LIMITS} limit_code_only="

_places = count()


@pytest.fixture
def desk(open_desk: Opener) -> Desk:
    return open_desk(SETTINGS)


def asked(door: Door) -> Answer:
    """A code, asked for a number that nobody named yet."""
    return door.post("requestSmsCode", mobilePhoneNumber=f"+86186{next(_places):08}")


def guessed(door: Door, phone: str = "+8618612340000") -> Answer:
    return door.post("verifySmsCode/000000", mobilePhoneNumber=phone)


def codes(answers: list[Answer]) -> Counter[int]:
    return Counter(answer.code for answer in answers)


def test_an_address_asks_for_thirty_codes_an_hour(desk: Desk, clock: Clock) -> None:
    assert codes([asked(desk.door) for _ in range(30)]) == {0: 30}
    clock.pass_(minutes=20)

    refused = asked(desk.door)

    assert (refused.code, refused.headers["Retry-After"]) == (601, "2400")
    assert asked(Door(address="198.51.100.1")).code == 0
    clock.pass_(minutes=40)
    assert asked(desk.door).code == 0


def test_an_address_asks_for_a_hundred_codes_a_day(desk: Desk, clock: Clock) -> None:
    for _ in range(4):
        assert codes([asked(desk.door) for _ in range(25)]) == {0: 25}
        clock.pass_(hours=1)

    refused = asked(desk.door)

    assert (refused.code, refused.headers["Retry-After"]) == (601, str(20 * 3600))
    clock.pass_(hours=20)
    assert codes([asked(desk.door) for _ in range(25)]) == {0: 25}
    assert asked(desk.door).code == 601


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("203.0.113.7", "::ffff:203.0.113.7", True),
        ("203.0.113.7", "203.0.113.8", False),
        ("", "unknown", True),
    ],
)
def test_a_subscriber_has_one_address(
    open_desk: Opener, one: str, other: str, *, same: bool
) -> None:
    open_desk("limit_address=1/1h")
    asked(Door(address=one))

    assert asked(Door(address=other)).code == (601 if same else 0)


def test_a_header_is_nobodys_address(open_desk: Opener) -> None:
    open_desk("limit_address=1/1h")
    asked(Door())

    refused = asked(Door(KEY | {"X-Forwarded-For": "198.51.100.1", "X-Real-Ip": "198.51.100.1"}))

    assert refused.code == 601


def test_a_trusted_proxy_says_whose_call_it_is(open_desk: Opener) -> None:
    open_desk("limit_address=1/1h", TRUSTED_PROXIES="192.0.2.0/24, 2001:db8::/32")

    def by(proxy: str, client: str) -> int:
        return asked(Door(KEY | {"X-Forwarded-For": client}, address=proxy)).code

    assert by("192.0.2.1", "198.51.100.1") == 0
    assert by("192.0.2.2", "6.6.6.6, 198.51.100.1") == 601
    assert by("192.0.2.1", "198.51.100.2") == 0
    assert by("203.0.113.7", "198.51.100.3") == 0
    assert by("203.0.113.7", "198.51.100.4") == 601


def test_the_master_key_is_nobodys_address(desk: Desk) -> None:
    master = Door(MASTER)

    assert codes([asked(master) for _ in range(40)]) == {0: 40}
    assert codes([guessed(master) for _ in range(25)]) == {603: 25}
    assert asked(desk.door).code == 0


def test_what_is_safe_or_a_test_number_is_not_limited(open_desk: Opener) -> None:
    desk = open_desk("limit_address=1/1h limit_number= limit_signature= safe_list=198.51.100.0/24")

    assert codes([asked(Door(address="198.51.100.9")) for _ in range(3)]) == {0: 3}
    assert [desk.send("+19490008888") for _ in range(3)] == [0, 0, 0]


def test_a_limit_that_cannot_be_looked_up_holds_nobody_up(open_desk: Opener) -> None:
    desk = open_desk("limit_guesses=1/1h")
    desk.send()
    desk.faults.next("dynamodb.GetItem", *[refusal("InternalServerError", 500)] * 4)

    assert desk.verify(desk.code()) == 0


def test_what_no_carrier_took_is_given_back(open_desk: Opener) -> None:
    desk = open_desk("limit_address=1/1h", SENDERS="sns")
    desk.faults.next("sns.Publish", refusal("InvalidParameter", xml=True))

    assert asked(desk.door).code == 602
    assert asked(desk.door).code == 0
    assert asked(desk.door).code == 601


def test_a_number_that_asks_too_often_costs_its_address(open_desk: Opener) -> None:
    desk = open_desk("limit_address=2/1h")

    assert [desk.send(), desk.send(), desk.send()] == [0, 1, 601]


def test_an_address_hands_in_twenty_wrong_codes_an_hour(desk: Desk, clock: Clock) -> None:
    desk.send()
    right = desk.code()
    wrong = [guessed(desk.door, f"+861861234{place:04}") for place in range(20)]
    assert codes(wrong) == {603: 20}

    refused = desk.door.post(f"verifySmsCode/{right}", mobilePhoneNumber="+8618612345678")

    assert (refused.code, refused.headers["Retry-After"]) == (601, "3600")
    clock.pass_(minutes=60)
    assert guessed(desk.door).code == 603


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("verifySmsCode/000000", {"mobilePhoneNumber": "+8618612340000"}),
        ("usersByMobilePhone", {"mobilePhoneNumber": "+8618612340000", "smsCode": "000000"}),
        ("verifyMobilePhone/000000", {"mobilePhoneNumber": "+8618612345678"}),
        (
            "resetPasswordBySmsCode/000000",
            {"mobilePhoneNumber": "+8618612345678", "password": "x"},
        ),
        ("login", {"mobilePhoneNumber": "+8618612345678", "smsCode": "000000"}),
    ],
)
def test_wrong_codes_count_wherever_they_are_handed_in(
    open_desk: Opener, path: str, fields: dict[str, str]
) -> None:
    desk = open_desk("limit_guesses=1/1h discreet=true unverified_reset=true limit_voice=")
    desk.door.post("users", username="a", password="b", mobilePhoneNumber="+8618612345678")

    assert desk.door.post(path, fields).code == 603
    assert desk.door.post(path, fields).code == 601


def test_right_codes_are_no_guesses(open_desk: Opener, clock: Clock) -> None:
    desk = open_desk("limit_guesses=1/1h")

    for place in range(3):
        phone = f"+861861234{place:04}"
        desk.send(phone)
        assert desk.verify(desk.code(phone), phone) == 0


def test_an_address_is_offered_thirty_captchas_a_minute(desk: Desk, clock: Clock) -> None:
    assert codes([desk.door.get("requestCaptcha") for _ in range(30)]) == {0: 30}

    refused = desk.door.get("requestCaptcha")

    assert (refused.code, refused.headers["Retry-After"]) == (601, "60")
    clock.pass_(minutes=1)
    assert desk.door.get("requestCaptcha").code == 0


def test_a_limit_that_is_empty_is_none(open_desk: Opener) -> None:
    desk = open_desk("limit_address= limit_guesses= limit_captchas=")

    assert codes([asked(desk.door) for _ in range(40)]) == {0: 40}
    assert codes([guessed(desk.door) for _ in range(25)]) == {603: 25}


def test_a_send_costs_one_write_more(open_desk: Opener) -> None:
    desk = open_desk()
    spent = []
    for limits in ("", "30/1h, 100/1d"):
        desk.console.set(limit_address=limits)
        asked(desk.door)
        desk.faults.calls.clear()
        asked(desk.door)
        spent.append(Counter(desk.faults.calls))

    assert spent[1] - spent[0] == {"dynamodb.UpdateItem": 1}
    assert not spent[0] - spent[1]
