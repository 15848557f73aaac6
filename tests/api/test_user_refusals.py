"""Refusals about users: LeanCloud's numbers and words, in one form wherever they come from."""

from collections.abc import Callable

import pytest

from tests.conftest import Desk, Opener
from tests.people import NAME, Person, signed_up, verified, within
from tests.wire import PHONE, Answer, Door

OTHER = "+8613812345678"
MAIL = "tom@example.com"
SIGN_UP = {"username": "a", "password": "x"}
QQ = {"qq": {"uid": "1"}}

TEXTS = {
    1: "Please enable the option to verify user emails in application settings.",
    101: "Class or object doesn't exists.",
    105: "Invalid key name.",
    107: "Malformed json object. A json dictionary is expected.",
    111: "Field set to incorrect type.",
    116: "The object is too large.",
    119: "That operation isn't allowed for clients.",
    125: "The email address was invalid.",
    127: "The mobile phone number was invalid.",
    200: "Username is missing or empty",
    201: "Password is missing or empty.",
    202: "Username has already been taken.",
    203: "Email has already been taken.",
    206: "The user cannot be altered by a client without the session.",
    207: "Users can only be created through sign up.",
    208: "An existing account already linked to another user.",
    210: "The username and password mismatch.",
    211: "Could not find user.",
    212: "The mobile phone number is missing, and must be specified.",
    213: "A user with the specified mobile phone number was not found.",
    214: "Mobile phone number has already been taken.",
    215: "Mobile phone number isn't verified.",
    217: "Invalid username, it must be a non-blank string.",
    218: "Invalid password, it must be a non-blank string.",
    250: "Linked id missing from request",
    305: "No effect on updating/deleting a document.",
    401: "Unauthorized.",
    403: "Forbidden to read/write by class permissions",
    603: "Invalid SMS code.",
}
#: All others are HTTP 400.
STATUS = {101: 404, 206: 403, 401: 401, 403: 403}
SETTINGS = {119: "sms_login=false", 207: "third_party_enabled=false"}


def wished(desk: Desk) -> str:
    """A number that somebody has not proved to be theirs."""
    signed_up(desk, "b", mobilePhoneNumber=OTHER)
    return OTHER


def saved(door: Door, path: str) -> Answer:
    """The only one of a batch to save, whose refusal is the answer to all."""
    one = {"method": "GET", "path": path, "body": {"__internalId": "a"}}
    return door.post("batch/save", requests=[one])


CALLS: list[tuple[int, Callable[[Desk, Person], Answer]]] = [
    (1, lambda desk, tom: desk.door.post("requestPasswordReset", email=MAIL)),
    (1, lambda desk, tom: desk.door.post("requestEmailVerify", email=MAIL)),
    (101, lambda desk, tom: saved(desk.door, "/1.1/classes/Todo/1")),
    (105, lambda desk, tom: tom.put(**{"a b": 1})),
    (107, lambda desk, tom: desk.door.send("POST", "/1.1/users", b'{"username":')),
    (107, lambda desk, tom: tom.door.send("PUT", f"/1.1/users/{tom.id}", b"[]")),
    (111, lambda desk, tom: tom.put(nickname={"__op": "Increment"})),
    (116, lambda desk, tom: tom.put(authData={f"p{n}": {"uid": "1"} for n in range(21)})),
    (119, lambda desk, tom: desk.door.post("requestLoginSmsCode", mobilePhoneNumber=PHONE)),
    (125, lambda desk, tom: tom.put(email="x")),
    (127, lambda desk, tom: tom.put(mobilePhoneNumber="x")),
    (200, lambda desk, tom: desk.door.post("users", password="x")),
    (200, lambda desk, tom: desk.door.post("login", password="x")),
    (201, lambda desk, tom: desk.door.post("users", username="a")),
    (201, lambda desk, tom: desk.door.post("login", username=NAME)),
    (202, lambda desk, tom: desk.door.post("users", {**SIGN_UP, "username": NAME})),
    (203, lambda desk, tom: desk.door.post("users", **SIGN_UP, email=MAIL)),
    (206, lambda desk, tom: within("0").send("PUT", f"/1.1/users/{tom.id}", b'{"x":1}')),
    (206, lambda desk, tom: desk.door.send("DELETE", f"/1.1/users/{tom.id}")),
    (206, lambda desk, tom: desk.door.post("requestChangePhoneNumber", mobilePhoneNumber=OTHER)),
    (207, lambda desk, tom: desk.door.post("users", authData=QQ)),
    (208, lambda desk, tom: signed_up(desk, "b").put(authData={"weixin": {"uid": "o-1"}})),
    (210, lambda desk, tom: desk.door.post("login", username=NAME, password="x")),
    (210, lambda desk, tom: tom.put("/updatePassword", old_password="x", new_password="y")),
    (211, lambda desk, tom: within("0").get("users/me")),
    (211, lambda desk, tom: desk.door.get("users/nobody")),
    (211, lambda desk, tom: desk.door.post("login", username="nobody", password="x")),
    (211, lambda desk, tom: desk.door.post("users?failOnNotExist=true", authData=QQ)),
    (212, lambda desk, tom: desk.door.post("requestLoginSmsCode")),
    (213, lambda desk, tom: desk.door.post("requestMobilePhoneVerify", mobilePhoneNumber=OTHER)),
    (214, lambda desk, tom: desk.door.post("users", **SIGN_UP, mobilePhoneNumber=PHONE)),
    (
        215,
        lambda desk, tom: desk.door.post("requestLoginSmsCode", mobilePhoneNumber=wished(desk)),
    ),
    (217, lambda desk, tom: tom.put(username=" ")),
    (218, lambda desk, tom: tom.put(password=" ")),
    (250, lambda desk, tom: tom.put(authData={"qq": {}})),
    (305, lambda desk, tom: tom.put(query="?where=%7B%22x%22%3A1%7D", x=2)),
    (401, lambda desk, tom: Door({"X-LC-Id": "nobody", "X-LC-Key": "x"}).get("users/me")),
    (403, lambda desk, tom: tom.door.get("users")),
    (603, lambda desk, tom: desk.door.post("verifyMobilePhone/000000", mobilePhoneNumber=PHONE)),
]


@pytest.mark.parametrize(
    ("code", "call"), CALLS, ids=[f"{place} {code}" for place, (code, _) in enumerate(CALLS)]
)
def test_a_refusal_has_its_number_and_leanclouds_words(
    open_desk: Opener, code: int, call: Callable[[Desk, Person], Answer]
) -> None:
    desk = open_desk(f"{SETTINGS.get(code, '')} limit_number= limit_signature=")
    tom = verified(desk, email=MAIL, nickname="x")
    auth = b'{"authData":{"weixin":{"uid":"o-1"}}}'
    assert desk.master.send("PUT", f"/1.1/users/{tom.id}", auth).code == 0

    answer = call(desk, tom)

    more = {"field": "nickname"} if code == 111 else {}
    assert answer.json == {**more, "code": code, "error": TEXTS[code]}
    assert answer.status == STATUS.get(code, 400)
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert not {"Location", "ETag"} & set(answer.headers)


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [
        ("GET", "/1.1/usersByMobilePhone", 405),
        ("PATCH", "/1.1/users", 405),
        ("PUT", "/1.1/users/me", 405),
        ("GET", "/1.1/users/x/updatePassword", 405),
        ("GET", "/1.1/users/x/y/z", 404),
        ("GET", "/1.1/classes/Todo", 404),
        ("POST", "/1.1/classes/_Role", 404),
    ],
)
def test_what_is_not_served_says_so_in_the_same_form(
    desk: Desk, method: str, target: str, status: int
) -> None:
    answer = desk.door.send(method, target, b"{}")

    assert (answer.status, answer.code) == (status, status)
    assert answer.headers["Cache-Control"] == "no-store"
