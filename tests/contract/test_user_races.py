"""Forty-eight at once, and processes that die: of users there is one of each, whole or not at all.

On DynamoDB Local, whose transactions are DynamoDB's.
"""

import json
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError

from chalicelib.store.user_tables import ClaimRow, UserRow
from tests.api.test_sms import wrong
from tests.conftest import Clock, Desk, Opener, of_dynamodb_local
from tests.contract.test_races import CALLERS, at_once
from tests.faults import Fault, Killed, cancelled, killed, lost_reply, no_answer
from tests.people import NAME, PASSWORD, Person, logged_in, signed_up, verified
from tests.wire import PHONE

pytestmark = pytest.mark.dynamodb_local

TRANSACTION = "dynamodb.TransactWriteItems"
ROUNDS = 5


@pytest.fixture
def true_desk(open_desk: Opener, dynamodb_local: str) -> Desk:
    """A desk on DynamoDB Local, with no limits on sending."""
    unlimited = "limit_number= limit_signature= limit_verification= unverified_reset=true"
    return open_desk(unlimited, **of_dynamodb_local(dynamodb_local))


def whole(desk: Desk) -> None:
    """Every claim is its user's, and every user has theirs."""
    users = {row.key: row for row in UserRow.scan()}
    app = desk.door.headers["X-LC-Id"]
    claims = {row.key.removeprefix(f"{app}#"): row for row in ClaimRow.scan()}
    held = {}
    for row in users.values():
        id = row.key.removeprefix(f"{app}#")
        user = desk.service.people.users.find(app, id)
        held |= {str(claim): holding for claim, holding in user.claims.items()}
    assert {key: (row.user, bool(row.proved)) for key, row in claims.items()} == {
        key: (holding.user, holding.proved) for key, holding in held.items()
    }


def said(desk: Desk, path: str, **fields: Any) -> Callable[[], int]:
    return lambda: desk.door.post(path, **fields).code


def test_one_of_many_sign_ups_with_one_number_wins(true_desk: Desk) -> None:
    for turn in range(ROUNDS):
        phone = f"+861861234{turn:04}"

        answers = at_once(
            [
                said(
                    true_desk,
                    "users",
                    username=f"user {turn} {place}",
                    password="x",
                    mobilePhoneNumber=phone,
                    email=f"{turn}.{place}@example.com",
                )
                for place in range(CALLERS)
            ]
        )

        assert answers == {0: 1, 214: CALLERS - 1}
    assert len(list(UserRow.scan())) == ROUNDS
    whole(true_desk)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"username": "one"}, 202),
        ({"email": "one@example.com"}, 203),
    ],
)
def test_one_of_many_sign_ups_with_one_name_or_address_wins(
    true_desk: Desk, fields: dict[str, str], code: int
) -> None:
    answers = at_once(
        [
            said(true_desk, "users", **{"username": f"u{place}", "password": "x", **fields})
            for place in range(CALLERS)
        ]
    )

    assert answers == {0: 1, code: CALLERS - 1}
    whole(true_desk)


def test_many_who_come_by_one_link_are_one_user(true_desk: Desk) -> None:
    auth = {"anonymous": {"id": "one"}}

    answers = at_once([said(true_desk, "users", authData=auth)] * CALLERS)

    assert answers == {0: CALLERS}
    assert len(list(UserRow.scan())) == 1
    whole(true_desk)


def test_one_of_many_who_hand_in_a_code_signs_up(true_desk: Desk) -> None:
    for turn in range(ROUNDS):
        phone = f"+861861234{turn:04}"
        true_desk.send(phone)
        handed = {"mobilePhoneNumber": phone, "smsCode": true_desk.code(phone)}

        answers = at_once([said(true_desk, "usersByMobilePhone", **handed)] * 5)

        assert answers == {0: 1, 603: 4}
    whole(true_desk)


@pytest.mark.parametrize("path", ["verifyMobilePhone", "resetPasswordBySmsCode"])
def test_one_of_many_right_codes_has_its_effect(true_desk: Desk, path: str) -> None:
    asking = {
        "verifyMobilePhone": "requestMobilePhoneVerify",
        "resetPasswordBySmsCode": "requestPasswordResetBySmsCode",
    }[path]
    for turn in range(ROUNDS):
        phone = f"+861861234{turn:04}"
        signed_up(true_desk, f"user{turn}", mobilePhoneNumber=phone)
        true_desk.door.post(asking, mobilePhoneNumber=phone)
        code = true_desk.code(phone)
        calls = [
            said(true_desk, f"{path}/{guess}", mobilePhoneNumber=phone, password=f"pw{place}")
            for place, guess in enumerate([code, code, *wrong(code, 20), code])
        ]

        answers = at_once(calls)

        assert answers[0] <= 1
        assert answers[0] + answers[603] == len(calls)
    whole(true_desk)


def test_two_who_prove_one_number_in_turn_leave_it_to_one(true_desk: Desk) -> None:
    """A wish, a change and a sign-up by code, all for one number at once."""
    for turn in range(ROUNDS):
        phone = f"+861861234{turn:04}"
        signed_up(true_desk, f"wisher{turn}", mobilePhoneNumber=phone)
        people = [signed_up(true_desk, f"user{turn}.{place}") for place in range(4)]
        true_desk.send(phone)
        first = true_desk.code(phone)
        people[0].door.post("requestChangePhoneNumber", mobilePhoneNumber=phone)
        second = true_desk.code(phone)

        def change(person: Person, phone: str = phone, code: str = second) -> int:
            return person.door.post("changePhoneNumber", mobilePhoneNumber=phone, code=code).code

        answers = at_once(
            [
                *(lambda person=person, change=change: change(person) for person in people),
                said(true_desk, "usersByMobilePhone", mobilePhoneNumber=phone, smsCode=first),
            ]
        )

        assert answers[0] >= 1, answers
        assert set(answers) <= {0, 214, 603}
        holder = [row for row in UserRow.scan() if row.phone == phone]
        assert len(holder) == 1
        assert holder[0].phone_verified
    whole(true_desk)


def test_seven_wrong_passwords_of_many_are_judged(true_desk: Desk, clock: Clock) -> None:
    signed_up(true_desk)

    answers = at_once(
        [lambda: logged_in(true_desk, username=NAME, password="wrong") for _ in range(CALLERS)]
    )

    assert answers == {210: 7, 219: CALLERS - 7}
    assert logged_in(true_desk, username=NAME, password=PASSWORD) == 219
    clock.pass_(minutes=15)
    assert logged_in(true_desk, username=NAME, password=PASSWORD) == 0


def test_ten_code_only_calls_of_many_are_judged(true_desk: Desk) -> None:
    answers = at_once(
        [said(true_desk, f"verifyMobilePhone/{place:06}") for place in range(CALLERS)]
    )

    assert answers == {603: 10, 601: CALLERS - 10}


def test_no_increment_of_many_is_lost(true_desk: Desk) -> None:
    person = signed_up(true_desk)
    increment = {"coins": {"__op": "Increment", "amount": 1}}

    answers = at_once([lambda: person.put(**increment).code for _ in range(8)])

    assert answers == {0: 8}
    assert person.seen()["coins"] == 8


def test_of_two_who_swap_names_neither_is_left_without(true_desk: Desk) -> None:
    tom, jerry = signed_up(true_desk, "a"), signed_up(true_desk, "b")

    for _ in range(ROUNDS):
        at_once([lambda: tom.put(username="b").code, lambda: jerry.put(username="a").code])
        at_once([lambda: tom.put(username="c").code, lambda: jerry.put(username="c").code])
        at_once([lambda: tom.put(username="a").code, lambda: jerry.put(username="b").code])

    assert len({row.username for row in UserRow.scan()}) == 2
    whole(true_desk)


ENDS: dict[str, Callable[[], Fault]] = {
    "killed before": killed,
    "killed after": lambda: killed(after=True),
    "its reply is lost": lambda: lost_reply(ReadTimeoutError),
    "it times out": lambda: no_answer(ReadTimeoutError),
    "it cannot be reached": lambda: no_answer(ConnectTimeoutError),
    "it meets another": lambda: cancelled("TransactionConflict"),
}


#: What a call asks that a fault may meet: a guess or a try counted, the change, a try forgotten.
STEPS = {"guess": "dynamodb.UpdateItem", "change": TRANSACTION, "success": "dynamodb.DeleteItem"}
CALLS = ["sign up", "by code", "verify", "reset", "change", "put", "delete", "takeover"]
#: Only transactions are cancelled because they meet another.
CASES = [
    (call, step, end)
    for call in CALLS
    for step in STEPS
    for end in ENDS
    if step == "change" or end != "it meets another"
]


@pytest.mark.parametrize(("call", "step", "end"), CASES)
def test_a_call_that_fails_at_any_step_leaves_users_whole(
    true_desk: Desk, call: str, step: str, end: str
) -> None:
    other = "+8618600000001"
    person = None
    if call == "verify":
        person = signed_up(true_desk, mobilePhoneNumber=PHONE)
    elif call in ("reset", "change", "put", "delete"):
        person = verified(true_desk)
    if call == "takeover":
        signed_up(true_desk, "squatter", mobilePhoneNumber=PHONE)
    door = person.door if person else true_desk.door
    asked = {
        "by code": ("requestSmsCode", PHONE),
        "takeover": ("requestSmsCode", PHONE),
        "verify": ("requestMobilePhoneVerify", PHONE),
        "reset": ("requestPasswordResetBySmsCode", PHONE),
        "change": ("requestChangePhoneNumber", other),
    }.get(call)
    code = ""
    if asked:
        assert door.post(asked[0], mobilePhoneNumber=asked[1]).code == 0
        code = true_desk.code(asked[1])

    def run() -> int:
        if call == "sign up":
            fields = {"username": NAME, "password": "x", "mobilePhoneNumber": PHONE}
            return door.post("users", **fields).code
        if call in ("by code", "takeover"):
            return door.post("usersByMobilePhone", mobilePhoneNumber=PHONE, smsCode=code).code
        if call == "verify":
            return door.post(f"verifyMobilePhone/{code}", mobilePhoneNumber=PHONE).code
        if call == "reset":
            fields = {"mobilePhoneNumber": PHONE, "password": "new"}
            return door.post(f"resetPasswordBySmsCode/{code}", **fields).code
        if call == "change":
            return door.post("changePhoneNumber", mobilePhoneNumber=other, code=code).code
        path = f"/1.1/users/{person.id if person else ''}"
        if call == "put":
            body = json.dumps({"username": "new", "email": "new@example.com"}).encode()
            return door.send("PUT", path, body).code
        return door.send("DELETE", path).code

    true_desk.faults.next(STEPS[step], ENDS[end]())
    answer = None
    with suppress(Killed):
        answer = run()
    true_desk.faults.mend()

    whole(true_desk)
    assert answer in (0, None), "what fails once is tried again"
    if answer is None:
        again = run()
        done = {"sign up": {0, 202, 214}, "put": {0}, "delete": {0, 206}}
        assert again in done.get(call, {0, 603})
        whole(true_desk)
    counted = Counter(row.username for row in UserRow.scan())
    assert all(times == 1 for times in counted.values())
