"""What calls about users answer, field by field: what SDKs read, and nothing besides."""

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from tests.conftest import Clock, Desk, Opener
from tests.people import NAME, PASSWORD, Person, signed_up, verified, within
from tests.wire import PHONE, Answer, Door

BARE, OTHER = PHONE.removeprefix("+86"), "+8613812345678"
MAIL = "tom@example.com"
WEIXIN = {"weixin": {"openid": "o-1"}}
UNLIMITED = "limit_number= limit_signature="

#: A user as all see them; as they see themselves, if all is known; and what tells of a change.
BASE = {"objectId", "createdAt", "updatedAt", "username", "mobilePhoneVerified", "emailVerified"}
OWN = BASE | {"mobilePhoneNumber", "email", "nickname", "authData", "ACL"}
TOKEN = {"sessionToken"}
CHANGED = {"objectId", "updatedAt"}

Act = Callable[[Desk, Person], Answer]


@pytest.fixture
def desk(open_desk: Opener) -> Desk:
    return open_desk(UNLIMITED)


@pytest.fixture
def tom(desk: Desk) -> Person:
    """Somebody of whom all is known."""
    acl = {"*": {"read": True}}
    return verified(desk, BARE, email=MAIL, nickname="x", authData=WEIXIN, ACL=acl)


def put(door: Door, path: str, **fields: Any) -> Answer:
    return door.send("PUT", f"/1.1/{path}", json.dumps(fields).encode())


def coded(call: str, path: str, phone: str = PHONE, **fields: Any) -> Act:
    """A call with a code that *call* had sent to *phone*."""

    def act(desk: Desk, tom: Person) -> Answer:
        assert tom.door.post(call, mobilePhoneNumber=phone).code == 0
        code = desk.code(phone)
        said = {name: value.format(code=code) for name, value in fields.items()}
        method = "PUT" if path.startswith("reset") else "POST"
        body = json.dumps({"mobilePhoneNumber": phone, **said}).encode()
        return tom.door.send(method, f"/1.1/{path.format(code=code)}", body)

    return act


def verifying(desk: Desk, tom: Person) -> Answer:
    """Their number, of which the master key says that it is not verified."""
    assert put(desk.master, f"users/{tom.id}", mobilePhoneVerified=False).code == 0
    return coded("requestMobilePhoneVerify", "verifyMobilePhone/{code}")(desk, tom)


#: A call, the status of its answer, and all the keys there are in it.
ANSWERS: dict[str, tuple[Act, int, set[str]]] = {
    "a sign-up": (
        lambda desk, tom: desk.door.post("users", username="a", password="x"),
        201,
        BASE | TOKEN,
    ),
    "a sign-up with a number": (
        lambda desk, tom: desk.door.post(
            "classes/_User", username="a", password="x", mobilePhoneNumber=OTHER, nickname="y"
        ),
        201,
        BASE | TOKEN | {"mobilePhoneNumber", "nickname"},
    ),
    "a sign-up by a platform": (
        lambda desk, tom: desk.door.post("users", authData={"qq": {"uid": "1"}}),
        201,
        BASE | TOKEN | {"authData"},
    ),
    "a login by a platform": (
        lambda desk, tom: desk.door.post("users", authData=WEIXIN),
        200,
        OWN | TOKEN,
    ),
    "a sign-up by a code": (
        coded("requestSmsCode", "usersByMobilePhone", OTHER, smsCode="{code}"),
        201,
        BASE | TOKEN | {"mobilePhoneNumber"},
    ),
    "one's own number by a code": (
        coded("requestSmsCode", "usersByMobilePhone", smsCode="{code}"),
        200,
        OWN | TOKEN,
    ),
    "a login by name": (
        lambda desk, tom: desk.door.post("login", username=NAME, password=PASSWORD),
        200,
        OWN | TOKEN,
    ),
    "a login by code": (
        coded("requestLoginSmsCode", "login", smsCode="{code}"),
        200,
        OWN | TOKEN,
    ),
    "a login by query": (
        lambda desk, tom: desk.door.get("login", mobilePhoneNumber=BARE, password=PASSWORD),
        200,
        OWN | TOKEN,
    ),
    "me": (lambda desk, tom: tom.door.get("users/me"), 200, OWN | TOKEN),
    "me by query": (
        lambda desk, tom: desk.door.get("users/me", session_token=tom.token),
        200,
        OWN | TOKEN,
    ),
    "oneself": (lambda desk, tom: tom.door.get(f"users/{tom.id}"), 200, OWN),
    "oneself as a class": (lambda desk, tom: tom.door.get(f"classes/_User/{tom.id}"), 200, OWN),
    "another": (lambda desk, tom: desk.door.get(f"users/{tom.id}"), 200, BASE | {"nickname"}),
    "anyone, to the master key": (lambda desk, tom: desk.master.get(f"users/{tom.id}"), 200, OWN),
    "some keys": (
        lambda desk, tom: desk.door.get(f"users/{tom.id}", keys="nickname,email,password"),
        200,
        CHANGED | {"createdAt", "nickname"},
    ),
    "a change": (lambda desk, tom: tom.put(nickname="y"), 200, CHANGED),
    "a change of nothing": (lambda desk, tom: tom.put(), 200, CHANGED),
    "a change that lets go": (
        lambda desk, tom: tom.put(query="?new=true", nickname={"__op": "Delete"}),
        200,
        OWN - {"nickname"},
    ),
    "a change, whole": (
        lambda desk, tom: tom.put(query="?fetchWhenSave=true", nickname="y"),
        200,
        OWN,
    ),
    "a change by the master key": (
        lambda desk, tom: put(desk.master, f"users/{tom.id}?new=true", nickname="y"),
        200,
        OWN,
    ),
    "a new password": (lambda desk, tom: tom.put(password="y"), 200, CHANGED | TOKEN),
    "a new password for the old one": (
        lambda desk, tom: tom.put("/updatePassword", old_password=PASSWORD, new_password="y"),
        200,
        CHANGED | TOKEN,
    ),
    "a new session": (lambda desk, tom: tom.put("/refreshSessionToken"), 200, OWN | TOKEN),
    "a new session by the master key": (
        lambda desk, tom: put(desk.master, f"classes/_User/{tom.id}/refreshSessionToken"),
        200,
        OWN | TOKEN,
    ),
    "a code to verify": (
        lambda desk, tom: desk.door.post("requestMobilePhoneVerify", mobilePhoneNumber=PHONE),
        200,
        set(),
    ),
    "a code to log in": (
        lambda desk, tom: desk.door.post("requestLoginSmsCode", mobilePhoneNumber=PHONE),
        200,
        set(),
    ),
    "a code to reset": (
        lambda desk, tom: desk.door.post("requestPasswordResetBySmsCode", mobilePhoneNumber=PHONE),
        200,
        set(),
    ),
    "a code to change": (
        lambda desk, tom: tom.door.post("requestChangePhoneNumber", mobilePhoneNumber=OTHER),
        200,
        set(),
    ),
    "a verified number": (verifying, 200, CHANGED),
    "a changed number": (
        coded("requestChangePhoneNumber", "changePhoneNumber", OTHER, code="{code}"),
        200,
        CHANGED,
    ),
    "a reset": (
        coded("requestPasswordResetBySmsCode", "resetPasswordBySmsCode/{code}", password="y"),
        200,
        set(),
    ),
    "a logout": (lambda desk, tom: tom.door.send("POST", "/1.1/logout", b"null"), 200, set()),
    "the end": (lambda desk, tom: tom.door.send("DELETE", f"/1.1/users/{tom.id}"), 200, set()),
    "a list": (lambda desk, tom: desk.master.get("users"), 200, {"results"}),
    "a counted list": (
        lambda desk, tom: desk.master.get("classes/_User", count=1),
        200,
        {"results", "count"},
    ),
}

TIME = r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
FORMS = {
    "objectId": r"[0-9a-f]{24}",
    "createdAt": TIME,
    "updatedAt": TIME,
    "sessionToken": r"[0-9a-z]{25}",
    "username": r".+",
    "mobilePhoneNumber": r"\+?\d+",
}


@pytest.mark.parametrize(("act", "status", "keys"), ANSWERS.values(), ids=ANSWERS)
def test_an_answer_has_these_fields_and_no_other(
    desk: Desk, tom: Person, act: Act, status: int, keys: set[str]
) -> None:
    answer = act(desk, tom)

    assert answer.status == status
    said = answer.json
    assert set(said) == keys
    for name in keys & set(FORMS):
        assert re.fullmatch(FORMS[name], said[name]), name
    for name in keys & {"mobilePhoneVerified", "emailVerified"}:
        assert type(said[name]) is bool
    headers = answer.headers
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert "ETag" not in headers
    location = f"/1.1/classes/_User/{said.get('objectId')}"
    assert headers.get("Location") == (location if status == 201 else None)


def test_the_session_is_the_same_wherever_it_is_told(desk: Desk, tom: Person) -> None:
    me = tom.door.get("users/me").json
    assert me == {**tom.seen(), "sessionToken": tom.token}

    for name in ("a login by name", "a login by query", "a login by code", "a login by a platform"):
        assert ANSWERS[name][0](desk, tom).json == me, name
    assert desk.master.get("users").json["results"] == [tom.seen()]


def test_a_sign_up_tells_what_is_there(desk: Desk) -> None:
    said = {"username": NAME, "nickname": "昵称", "tags": ["a"], "mobilePhoneNumber": BARE}

    made = desk.door.post("users", {**said, "password": PASSWORD})

    assert made.json == within(made.json["sessionToken"]).get("users/me").json
    assert {name: made.json[name] for name in said} == said
    assert "昵称".encode() in made.raw, "in the letters it was written with"


def test_an_id_begins_with_the_second_it_was_made_in(desk: Desk, clock: Clock) -> None:
    clock.pass_(milliseconds=7)
    made = desk.door.post("users", username=NAME, password=PASSWORD).json

    assert made["createdAt"] == made["updatedAt"] == "2040-01-02T12:00:00.007Z"
    second = datetime.fromisoformat("2040-01-02T12:00:00+00:00").timestamp()
    assert int(made["objectId"][:8], 16) == second


@pytest.mark.parametrize(
    "name", ["a change", "a verified number", "a changed number", "a new password", "a new session"]
)
def test_a_change_tells_when_it_was_and_of_whom(
    desk: Desk, clock: Clock, tom: Person, name: str
) -> None:
    clock.pass_(hours=1)

    said = ANSWERS[name][0](desk, tom).json

    seen = desk.master.get(f"users/{tom.id}").json
    assert (said["objectId"], said["updatedAt"]) == (tom.id, seen["updatedAt"])
    assert seen["updatedAt"] == "2040-01-02T13:00:00.000Z"
    assert seen["createdAt"] == "2040-01-02T12:00:00.000Z"


def test_a_new_session_is_good_and_the_old_one_is_not(desk: Desk, tom: Person) -> None:
    for name in ("a new session", "a new password", "a new password for the old one"):
        person = signed_up(desk, f"u{len(name)}")
        fresh = ANSWERS[name][0](desk, person).json["sessionToken"]

        assert fresh != person.token
        assert person.door.get("users/me").code == 211
        assert within(fresh).get("users/me").json["objectId"] == person.id


def test_a_logout_ends_no_session(desk: Desk, tom: Person) -> None:
    assert tom.door.send("POST", "/1.1/logout", b"null").raw == b"{}"
    assert tom.door.get("users/me").code == 0
    assert desk.door.post("logout").raw == b"{}", "nor does anybody's"
