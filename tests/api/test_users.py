"""Users at the door: they sign up, are seen as far as is right, and go."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Desk, Opener
from tests.people import NAME, PASSWORD, logged_in, signed_up, verified, within
from tests.wire import PHONE, Answer

BARE = PHONE.removeprefix("+86")
OTHER = "+8613812345678"
MAIL = "tom@example.com"
WHO = {"username": NAME, "password": PASSWORD, "mobilePhoneNumber": BARE, "nickname": "昵称"}
WEIXIN = {"weixin": {"openid": "o-1", "access_token": "t", "expires_in": 7200}}
ANONYMOUS = {"anonymous": {"id": "0f1e2d3c-0000-4000-8000-000000000000"}}


def count(desk: Desk) -> int:
    """How many users there are."""
    found: int = desk.master.get("users", limit=0, count=1).json["count"]
    return found


def raw(desk: Desk, target: str, body: Any, **headers: str) -> Answer:
    """A POST that is sent as it stands."""
    return desk.door.send("POST", target, json.dumps(body).encode(), **headers)


def of_batch(base: str, **more: object) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """The request in a batch that makes a user."""
    return lambda who: {"requests": [{"path": base, "method": "POST", "body": who, **more}]}


Shape = tuple[str, Callable[[dict[str, Any]], Any], Callable[[Any], Any]]
SHAPES: dict[str, Shape] = {
    "users": ("/1.1/users?", lambda who: who, lambda said: said),
    "class": ("/1.1/classes/_User", lambda who: who, lambda said: said),
    "class and query": (
        "/1.1/classes/_User?fetchWhenSave=false",
        lambda who: who,
        lambda said: said,
    ),
    "batch": ("/1.1/batch", of_batch("/1.1/classes/_User"), lambda said: said[0]["success"]),
    "batch save": (
        "/1.1/batch/save",
        lambda who: of_batch("/1.1/users", new=True)({**who, "__internalId": "7"}),
        lambda said: said["7"],
    ),
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_a_sign_up_makes_one_user_in_each_of_its_five_shapes(desk: Desk, shape: Shape) -> None:
    target, body, success = shape

    answer = raw(desk, target, body(WHO))

    assert answer.status == (200 if "batch" in target else 201)
    made = success(answer.json)
    kept = {name: said for name, said in WHO.items() if name != "password"}
    assert {name: made[name] for name in kept} == kept
    assert {made["mobilePhoneVerified"], made["emailVerified"]} == {False}
    assert within(made["sessionToken"]).get("users/me").json["objectId"] == made["objectId"]
    assert logged_in(desk, username=NAME, password=PASSWORD) == 0
    assert logged_in(desk, mobilePhoneNumber=PHONE, password=PASSWORD) == 0
    assert count(desk) == 1


#: What is wrong with a sign-up beside a user who has the name, the number and the address.
WRONG: list[tuple[dict[str, Any], int]] = [
    ({"username": None}, 200),
    ({"username": ""}, 200),
    ({"username": None, "password": None}, 200),
    ({"password": None}, 201),
    ({"password": ""}, 201),
    ({"username": NAME}, 202),
    ({"email": MAIL}, 203),
    ({"mobilePhoneNumber": PHONE}, 214),
    ({"mobilePhoneNumber": BARE}, 214),
    ({"mobilePhoneNumber": " 186-1234-5678"}, 214),
    ({"mobilePhoneNumber": int(BARE)}, 214),
    ({"email": "tom"}, 125),
    ({"email": "tom@example"}, 125),
    ({"email": "a b@example.com"}, 125),
    ({"email": "tom@example..com"}, 125),
    ({"email": "x" * 65 + "@example.com"}, 125),
    ({"email": "tom@" + "x" * 260 + ".com"}, 125),
    ({"email": ["tom@example.com"]}, 125),
    ({"mobilePhoneNumber": "12"}, 127),
    ({"mobilePhoneNumber": "+86 010 6255 2345"}, 127),
    ({"mobilePhoneNumber": "+8008108888"}, 127),
    ({"mobilePhoneNumber": [PHONE]}, 127),
    ({"mobilePhoneNumber": True}, 127),
    ({"username": "  "}, 217),
    ({"username": "a\nb"}, 217),
    ({"username": "a\u200bb"}, 217),
    ({"username": "\u202ebob"}, 217),
    ({"username": "x" * 257}, 217),
    ({"username": 7}, 217),
    ({"username": {"$ne": ""}}, 217),
    ({"username": "13812345678"}, 217),  # a number, and not their own
    ({"password": " "}, 218),
    ({"password": 12345678}, 218),
    ({"password": {"__op": "Delete"}}, 218),
    ({"password": "x" * 257}, 218),
    ({"error": "x"}, 105),
    ({"a b": 1}, 105),
    ({"a.$b": 1}, 105),
    ({"1st": 1}, 105),
    ({"": 1}, 105),
    ({"x" * 129: 1}, 105),
    ({"score": {"__op": "Increment", "amount": "1"}}, 111),
    ({"score": {"__op": "Conquer"}}, 111),
    ({"authData": "weixin"}, 111),
    ({"authData": {"weixin": "o-1"}}, 111),
    ({"authData": {"weixin": {"access_token": "t"}}}, 250),
    ({"authData": {"weixin": {"openid": ""}}}, 250),
    ({"authData": {"weixin": {"openid": "x" * 257}}}, 250),
    ({"authData": {"a-b": {"uid": "1"}}}, 105),
]


@pytest.mark.parametrize(("said", "code"), WRONG)
def test_a_sign_up_that_is_wrong_is_refused_and_makes_nobody(
    desk: Desk, said: dict[str, Any], code: int
) -> None:
    person = signed_up(desk, email=MAIL, mobilePhoneNumber=PHONE)

    who = {"username": "jerry", "password": "x", **said}
    answer = desk.door.post("users", {key: one for key, one in who.items() if one is not None})

    assert (answer.code, answer.status) == (code, 400)
    assert count(desk) == 1
    assert within(person.token).get("users/me").code == 0


@pytest.mark.parametrize(
    "username",
    ["TOM", "Tom", "tom ", "汤姆", "tom@example.com", "a#b", "x" * 256, BARE, "👩‍💻"[:1]],
)
def test_names_are_their_own_to_the_letter(desk: Desk, username: str) -> None:
    signed_up(desk)
    person = signed_up(desk, username, password="another", mobilePhoneNumber=PHONE)

    assert person.seen()["username"] == username
    assert logged_in(desk, username=username, password="another") == 0
    assert desk.door.post("users", username=username, password="x").code in (202, 217)


def test_the_app_can_be_closed_to_new_users(open_desk: Opener) -> None:
    desk = open_desk("sign_up_enabled=false")
    desk.send()
    by_code = {"mobilePhoneNumber": PHONE, "smsCode": desk.code()}
    tries = [("users", WHO), ("users", {"authData": WEIXIN}), ("usersByMobilePhone", by_code)]
    for path, said in tries:
        answer = desk.door.post(path, said)
        assert (answer.code, answer.status) == (403, 403), path
        assert answer.json["error"] == "Forbidden to read/write by class permissions"

    assert desk.master.post("users", WHO).status == 201
    assert logged_in(desk, username=NAME, password=PASSWORD) == 0, "who is known comes in"


def test_third_parties_can_be_shut_out(open_desk: Opener) -> None:
    desk = open_desk("third_party_enabled=false")

    for auth in (WEIXIN, ANONYMOUS):
        assert desk.door.post("users", authData=auth).code == 207
    assert desk.door.post("users", WHO).status == 201
    assert desk.master.post("users", authData=WEIXIN).status == 201


@pytest.mark.parametrize("token", ["0", "", "x" * 25, "another's"])
def test_a_sign_up_looks_at_no_session(desk: Desk, token: str) -> None:
    other = signed_up(desk, "jerry")
    token = other.token if token == "another's" else token

    made = within(token).post("users", WHO)

    assert made.status == 201
    assert made.json["objectId"] != other.id
    assert made.json["sessionToken"] != other.token
    assert other.seen()["username"] == "jerry"


@pytest.mark.parametrize(
    "auth", [WEIXIN, ANONYMOUS, {"qq": {"uid": 7}}, {"_weixin_unionid": {"uid": "u"}}]
)
def test_a_platforms_user_is_made_once_and_known_then(desk: Desk, auth: dict[str, Any]) -> None:
    known_only = "/1.1/users?failOnNotExist=true"
    assert raw(desk, known_only, {"authData": auth}).code == 211
    assert count(desk) == 0

    made = desk.door.post("users", authData=auth, nickname="x")
    again = desk.door.post("users", authData=auth, nickname="y")

    assert (made.status, again.status) == (201, 200)
    assert len(made.json["username"]) == 25
    for name in ("objectId", "sessionToken", "username", "nickname"):
        assert again.json[name] == made.json[name]
    assert raw(desk, known_only, {"authData": auth}).json["objectId"] == made.json["objectId"]
    assert logged_in(desk, username=made.json["username"], password="") == 201
    assert count(desk) == 1


def test_a_union_id_is_one_person_in_several_apps_of_a_platform(desk: Desk) -> None:
    union = {"unionid": "u-1", "platform": "weixin"}
    made = desk.door.post("users", authData={"wxapp": {"openid": "a", **union}})
    again = desk.door.post("users", authData={"wxmini": {"openid": "b", **union}})

    assert again.status == 200
    assert again.json["objectId"] == made.json["objectId"]
    assert set(again.json["authData"]) == {"wxapp", "wxmini"}


def test_what_a_platform_says_anew_is_kept(desk: Desk) -> None:
    desk.door.post("users", authData=WEIXIN)

    again = desk.door.post("users", authData={"weixin": {"openid": "o-1", "access_token": "new"}})

    assert again.json["authData"]["weixin"]["access_token"] == "new"


def test_links_of_two_people_are_nobodys_login(desk: Desk) -> None:
    desk.door.post("users", authData=WEIXIN)
    desk.door.post("users", authData=ANONYMOUS)

    assert desk.door.post("users", authData={**WEIXIN, **ANONYMOUS}).code == 208
    assert count(desk) == 2


#: What a client would like to say of itself, and must not be believed.
ASSIGNED: list[tuple[str, Any]] = [
    ("objectId", "000000000000000000000000"),
    ("createdAt", "2001-01-01T00:00:00.000Z"),
    ("createdAt", {"__type": "Date", "iso": "2001-01-01T00:00:00.000Z"}),
    ("updatedAt", "2001-01-01T00:00:00.000Z"),
    ("sessionToken", "a" * 25),
    ("sessionToken.x", "a" * 25),
    ("mobilePhoneVerified", True),
    ("mobilePhoneVerified", {"__op": "Increment"}),
    ("mobilePhoneVerified.x", True),
    ("emailVerified", True),
    ("salt", "x"),
    ("bcryptPassword", "$2b$04$" + "x" * 53),
    ("argon2Password", "$argon2id$x"),
    ("smsCode", "123456"),
    ("validate_token", "x"),
    ("className", "_Role"),
    ("__type", "Pointer"),
    ("__internalId", "x"),
    ("__children", [{"className": "_Role", "cid": "1", "key": "x"}]),
    ("__before", "x"),
    ("_id", "000000000000000000000000"),
    ("_r", ["*"]),
    ("_MasterKey", "x"),
]


@pytest.mark.parametrize(("name", "value"), ASSIGNED)
def test_a_client_cannot_say_what_the_service_alone_knows(
    desk: Desk, name: str, value: Any
) -> None:
    plain = signed_up(desk, "jerry", email="jerry@example.com", mobilePhoneNumber=OTHER)
    person = signed_up(desk, email=MAIL, mobilePhoneNumber=PHONE, **{name: value})
    assert person.put(**{name: value}).code == 0

    seen = person.seen()
    assert set(seen) == set(plain.seen())
    assert seen["objectId"] == person.id
    assert seen["mobilePhoneVerified"] is seen["emailVerified"] is False
    assert "2001" not in (seen["createdAt"][:4], seen["updatedAt"][:4])
    assert within("a" * 25).get("users/me").code == 211
    assert logged_in(desk, username=NAME, password=PASSWORD) == 0


@pytest.mark.parametrize(
    "name",
    ["passwordHash", "hash", "seals", "session", "masked", "nonce", "version", "id", "app", "key"]
    + ["phone", "phone_verified", "created_at", "fields", "auth", "roles", "isAdmin"],
)
def test_a_field_of_the_apps_own_is_nothing_else(desk: Desk, name: str) -> None:
    plain = signed_up(desk, "jerry").seen()
    value = {"x": [True, 7, None, "y"]}
    person = signed_up(desk, **{name: value})

    seen = person.seen()
    assert seen[name] == value
    assert set(seen) - {name} == set(plain)
    assert seen["mobilePhoneVerified"] is False
    assert logged_in(desk, username=NAME, password=PASSWORD) == 0
    assert "ETag" not in person.door.get(f"users/{person.id}").headers


@pytest.mark.parametrize("value", [True, False])
def test_the_master_key_says_what_is_verified(desk: Desk, value: bool) -> None:
    said = {**WHO, "email": MAIL, "mobilePhoneVerified": value, "emailVerified": value}

    made = desk.master.post("users", said).json

    assert made["mobilePhoneVerified"] is made["emailVerified"] is value
    flipped = {"mobilePhoneVerified": not value, "emailVerified": "yes", "objectId": "x"}
    path = f"/1.1/users/{made['objectId']}"
    assert desk.master.send("PUT", path, json.dumps(flipped).encode()).code == 0
    seen = desk.master.send("GET", path).json
    assert (seen["mobilePhoneVerified"], seen["emailVerified"]) == (not value, value)
    assert seen["objectId"] == made["objectId"]


@pytest.mark.parametrize("base", ["users", "classes/_User"])
def test_strangers_see_neither_number_nor_address_nor_links(desk: Desk, base: str) -> None:
    said = {"email": MAIL, "mobilePhoneNumber": PHONE, "nickname": "x", "authData": WEIXIN}
    person = signed_up(desk, **said, ACL={"*": {"read": True}})
    whole = {"email", "mobilePhoneNumber", "authData", "ACL"}
    path = f"{base}/{person.id}"

    for viewer in (desk.door, signed_up(desk, "jerry").door, within("0")):
        seen = viewer.get(path).json
        assert not whole & set(seen)
        assert (seen["username"], seen["nickname"]) == (NAME, "x")
    for viewer in (person.door, desk.master):
        seen = viewer.get(path).json
        assert whole <= set(seen)
        assert "sessionToken" not in seen


@pytest.mark.parametrize(
    ("acl", "stranger", "friend"),
    [
        ({}, 211, 211),
        ({"*": {"write": True}}, 211, 211),
        ({"*": {"read": False}}, 211, 211),
        ({"*": {"read": "true"}}, 211, 211),
        ({"{friend}": {"read": True}}, 211, 0),
        ({"*": {"read": True}}, 0, 0),
    ],
)
def test_an_acl_hides_a_user_from_all_whom_it_does_not_name(
    desk: Desk, acl: dict[str, Any], stranger: int, friend: int
) -> None:
    known = signed_up(desk, "jerry")
    named = {key.format(friend=known.id): rights for key, rights in acl.items()}
    person = signed_up(desk, ACL=named)

    assert desk.door.get(f"users/{person.id}").code == stranger
    assert known.door.get(f"classes/_User/{person.id}").code == friend
    assert person.door.get(f"users/{person.id}").json["ACL"] == named
    assert desk.master.get(f"users/{person.id}").code == 0
    assert person.door.get("users/me").code == 0


@pytest.mark.parametrize(
    "id", ["000000000000000000000000", "x", "a" * 65, "é", "%00", "a%20b", "me"]
)
@pytest.mark.parametrize("base", ["users", "classes/_User"])
def test_who_is_not_there_is_not_found(desk: Desk, base: str, id: str) -> None:
    answer = desk.master.send("GET", f"/1.1/{base}/{id}")

    assert (answer.code, answer.status) == (211, 400)
    assert answer.json["error"] == "Could not find user."


def test_whoever_goes_frees_name_number_address_and_links(desk: Desk) -> None:
    person = verified(desk, email=MAIL, authData=WEIXIN)
    other = signed_up(desk, "jerry")
    path = f"/1.1/users/{person.id}"
    for stranger in (desk.door, other.door, within("0")):
        answer = stranger.send("DELETE", path, b"{}")
        assert (answer.code, answer.status) == (206, 403)

    assert person.door.send("DELETE", path, b"{}").raw == b"{}"

    assert person.door.get("users/me").code == 211
    assert person.door.send("DELETE", path).code == 206
    assert desk.master.send("DELETE", path).code == 211
    assert logged_in(desk, username=NAME, password=PASSWORD) == 211
    assert logged_in(desk, mobilePhoneNumber=PHONE, password=PASSWORD) == 213
    again = signed_up(desk, email=MAIL, mobilePhoneNumber=PHONE, authData=WEIXIN)
    assert again.id != person.id
    assert again.seen()["mobilePhoneVerified"] is False
    assert desk.master.send("DELETE", f"/1.1/classes/_User/{again.id}", b"null").code == 0
    assert count(desk) == 1
