"""What a client may send for a user's field, and what no client can break with it."""

import itertools
import json
import time
from typing import Any
from urllib.parse import quote

import pytest

from tests.conftest import Clock, Desk
from tests.people import Person, signed_up
from tests.wire import PHONE, Answer

#: Of every JSON type one, and what databases take for more than a value.
ODD: list[Any] = [None, True, 0, -1.5, 10**25, "", "x", [], ["x"], {}, {"a": 1}, {"$gt": ""}]
ODD += [{"__op": "Delete"}, {"__op": 7}, {"__op": "Add", "objects": 7}, {"__type": "Date"}]
FIELDS = {
    "users": ["username", "password", "email", "mobilePhoneNumber", "authData", "ACL", "error"],
    "usersByMobilePhone": ["mobilePhoneNumber", "smsCode", "username", "password", "IDD"],
    "login": ["username", "email", "mobilePhoneNumber", "password", "smsCode"],
    "batch": ["requests"],
    "batch/save": ["requests"],
    "requestMobilePhoneVerify": ["mobilePhoneNumber", "validate_token"],
    "requestLoginSmsCode": ["mobilePhoneNumber", "validate_token"],
    "requestPasswordResetBySmsCode": ["mobilePhoneNumber", "validate_token"],
    "requestChangePhoneNumber": ["mobilePhoneNumber", "ttl", "validate_token"],
    "changePhoneNumber": ["mobilePhoneNumber", "code"],
    "verifyMobilePhone/123456": ["mobilePhoneNumber"],
    "resetPasswordBySmsCode/123456": ["mobilePhoneNumber", "password"],
    "requestPasswordReset": ["email"],
    "users/{id}": ["username", "password", "email", "mobilePhoneNumber", "authData", "ACL", "x"],
    "users/{id}/updatePassword": ["old_password", "new_password"],
}


def put(person: Person, body: bytes, query: str = "") -> Answer:
    """A change of *person*, by themselves, to the byte."""
    return person.door.send("PUT", f"/1.1/users/{person.id}{query}", body)


@pytest.mark.parametrize("path", FIELDS)
def test_no_type_of_a_field_is_a_fault_of_ours(desk: Desk, clock: Clock, path: str) -> None:
    method = "PUT" if "{id}" in path else "POST"
    person = signed_up(desk)
    for place, (name, value) in enumerate(itertools.product(FIELDS[path], ODD)):
        whole = {"username": f"u{place}", "password": "x", "mobilePhoneNumber": PHONE}
        said = {**({} if method == "PUT" else whole), name: value}
        target = f"/1.1/{path.format(id=person.id)}"

        answer = person.door.send(method, target, json.dumps(said).encode())

        assert answer.status < 500, (said, answer.json)
        if answer.status >= 400:
            assert answer.code > 0, "the envelope is whole"
        elif method == "PUT":
            person = signed_up(desk, f"t{place}")  # the session may have ended
        clock.pass_(hours=1)


def test_an_odd_platform_is_no_fault_of_ours(desk: Desk) -> None:
    for value in ODD:
        for auth in ({"weixin": value}, {"weixin": {"uid": value, "openid": value}}):
            assert desk.door.post("users", authData=auth).status < 500
            assert desk.door.send("PUT", "/1.1/users/x", b"{}").code == 206


@pytest.mark.parametrize("where", [*ODD, "{", "[]", '{"a":', {"a": {"$in": 7}}, {"$or": [7]}])
def test_an_odd_condition_is_no_fault_of_ours(desk: Desk, where: Any) -> None:
    said = where if isinstance(where, str) else json.dumps(where)
    person = signed_up(desk)

    assert put(person, b'{"a":1}', f"?where={quote(said)}").status < 500
    assert desk.master.get("users", where=said).status < 500


@pytest.mark.parametrize("body", [b'{"x":1e999}', b'{"x":[{"y":-1e999}]}', b'{"x":NaN}'])
def test_a_number_that_json_has_not_gets_in_nowhere(desk: Desk, body: bytes) -> None:
    person = signed_up(desk)

    assert put(person, body).status == 400
    assert b"Infinity" not in person.door.get("users/me").raw


@pytest.mark.parametrize(
    "body", [b'{"n":' + b"9" * 4000 + b"}", b'{"n":' + b"9" * 5000 + b"}", b'{"n":-0.0}']
)
def test_a_number_of_any_size_can_be_told_again(desk: Desk, body: bytes) -> None:
    person = signed_up(desk)

    assert put(person, body).status in (200, 400)
    for change in ({"__op": "Increment"}, {"__op": "BitAnd", "value": 1}, {"__op": "Delete"}):
        assert put(person, json.dumps({"n": change}).encode()).status < 500
        assert person.door.get("users/me").status == 200


@pytest.mark.parametrize("where", ['{"a":"\\ud800"}', '{"\\ud800":1}', '{"username":"\\ud800"}'])
def test_half_a_letter_in_a_condition_is_refused(desk: Desk, where: str) -> None:
    """UTF-8 has no lone surrogates: a body with one is refused, and so is a `where`."""
    person = signed_up(desk)

    assert put(person, b'{"a":1}', f"?where={quote(where)}").code == 107
    assert desk.master.get("users", where=where).code == 107


@pytest.mark.parametrize("version", ["1.0\r\nX-Evil: 1", "版本", 7, ["x"], {"a": 1}, "x" * 9000])
def test_a_field_named_version_reaches_no_header(desk: Desk, version: Any) -> None:
    person = signed_up(desk, version=version)

    for answer in (person.door.get("users/me"), desk.door.get(f"users/{person.id}")):
        assert answer.json["version"] == version
        assert "ETag" not in answer.headers


def test_more_links_than_one_write_holds_are_refused(desk: Desk) -> None:
    """DynamoDB writes a hundred items at once, and a user goes with all that is theirs."""
    links = [{f"p{place}": {"uid": "u"}} for place in range(120)]
    first, second = (
        {k: v for one in some for k, v in one.items()} for some in (links[:60], links[60:])
    )
    person = signed_up(desk)
    codes = [person.put(authData=some).status for some in (first, second)]
    assert max(codes) == 400, "both can be put, and not be taken away"
    assert person.door.send("DELETE", f"/1.1/users/{person.id}").code == 0

    many = {f"q{place}": {"uid": "u"} for place in range(99)}
    assert desk.door.post("users", authData=many).status == 400


@pytest.mark.parametrize(
    "change",
    [
        {"__op": "AddUnique", "objects": list(range(3000))},
        {"__op": "Remove", "objects": list(range(-1500, 0))},
    ],
)
def test_a_long_list_takes_no_long_time(desk: Desk, change: dict[str, Any]) -> None:
    """A function lives fourteen seconds, and a body may be four times as long."""
    person = signed_up(desk, x=list(range(3000)))

    begun = time.monotonic()
    assert person.put(x=change).code == 0

    assert time.monotonic() - begun < 2


def test_a_long_condition_takes_no_long_time(desk: Desk) -> None:
    person = signed_up(desk, x=list(range(3000)))
    params = {"where": {"x": {"$nin": list(range(-1500, 0))}}}
    one = {"method": "PUT", "path": f"/1.1/users/{person.id}", "body": {"y": 1}, "params": params}

    begun = time.monotonic()
    assert "success" in person.door.post("batch", requests=[one]).json[0]

    assert time.monotonic() - begun < 2


def test_a_parameter_is_not_a_field_of_the_same_name(desk: Desk) -> None:
    """`where` and the switches of a change come by the query; in the body they are fields."""
    person = signed_up(desk)
    query = "?where=" + quote('{"nickname":"nobody"}')

    assert put(person, b'{"where":"Beijing"}', query).code == 305
    answer = put(person, b'{"new":true,"fetchWhenSave":true}')

    assert set(answer.json) == {"objectId", "updatedAt"}
    seen = person.seen()
    assert (seen["new"], seen["fetchWhenSave"], seen.get("where")) == (True, True, None)


def test_a_new_user_keeps_nothing_of_the_query(desk: Desk) -> None:
    desk.send()
    said = json.dumps({"smsCode": desk.code(), "nickname": "x"}).encode()
    query = f"mobilePhoneNumber={quote(PHONE)}&fetchWhenSave=false&session_token=0&username=y"

    made = desk.door.send("POST", f"/1.1/usersByMobilePhone?{query}", said)

    assert made.status == 201
    assert not {"fetchWhenSave", "session_token", "IDD"} & set(made.json)
    assert made.json["nickname"] == "x"


@pytest.mark.parametrize("name", ["limit", "skip", "count"])
@pytest.mark.parametrize("value", [-(10**19), 10**19, -1, "x", None, [], True, 0.5])
def test_an_old_browsers_list_can_say_any_number(desk: Desk, name: str, value: Any) -> None:
    """A GET within a text/plain POST has JSON for its parameters."""
    said = json.dumps({"_method": "GET", name: value}).encode()

    answer = desk.master.send("POST", "/1.1/users", said, Content_Type="text/plain")

    assert answer.status < 500
