"""Users are changed at the door: by themselves, by the master key, and by nobody else."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from tests.conftest import Clock, Desk
from tests.people import NAME, PASSWORD, Person, logged_in, signed_up, verified, within
from tests.wire import PHONE, Answer

BARE = PHONE.removeprefix("+86")
OTHER = "+8613812345678"
MAIL = "tom@example.com"
DELETE = {"__op": "Delete"}


def put(person: Person, said: dict[str, Any], base: str = "users", query: str = "") -> Answer:
    """A change of *person* by themselves."""
    target = f"/1.1/{base}/{person.id}{query}"
    return person.door.send("PUT", target, json.dumps(said).encode())


def op(name: str, **more: Any) -> dict[str, Any]:
    """One of LeanCloud's operations."""
    return {"__op": name, **more}


#: A field as it is, a change, and the field then; None where there is none.
CHANGES: list[tuple[Any, Any, Any]] = [
    (None, "x", "x"),
    ("x", "昵称", "昵称"),
    ("x", "", ""),
    ("x", 7, 7),
    ("x", 0.5, 0.5),
    ("x", False, False),
    ("x", [], []),
    ("x", {}, {}),
    ("x", [{"y": None}], [{"y": None}]),
    ("x", {"__type": "Date", "iso": "2015-06-21T18:02:52.249Z"}, ...),
    ("x", {"__type": "Pointer", "className": "Post", "objectId": "1"}, ...),
    ("x", {"__type": "GeoPoint", "latitude": 39.9, "longitude": 116.4}, ...),
    ("x", {"__type": "Bytes", "base64": "eA=="}, ...),
    ("x", None, None),
    ("x", DELETE, None),
    (None, DELETE, None),
    (None, op("Increment", amount=2), 2),
    (5, op("Increment"), 6),
    (5, op("Increment", amount=-7), -2),
    (5, op("Increment", amount=0.5), 5.5),
    (5, op("Decrement", amount=2), 3),
    (None, op("Decrement"), -1),
    (None, op("Add", objects=[1]), [1]),
    ([1, "a"], op("Add", objects=[1, {"b": 2}]), [1, "a", 1, {"b": 2}]),
    (None, op("AddUnique", objects=[1, 1, 2]), [1, 2]),
    ([1, True], op("AddUnique", objects=[True, 1.5, {"b": 1}, 1]), [1, True, 1.5, {"b": 1}]),
    ([1, 2, 1, True], op("Remove", objects=[1]), [2, True]),
    (None, op("Remove", objects=[1]), []),
    ([], op("Remove", objects=[]), []),
    (6, op("BitAnd", value=3), 2),
    (6, op("BitOr", value=1), 7),
    (6, op("BitXor", value=3), 5),
    (None, op("BitOr", value=4), 4),
    ([1], op("Batch", ops=[op("Add", objects=[2]), op("Remove", objects=[1])]), [2]),
    ([1], op("Batch", ops=[DELETE, op("Add", objects=[2])]), [2]),
    ([1], op("Batch", ops=[]), [1]),
]


@pytest.mark.parametrize(("before", "change", "after"), CHANGES)
def test_a_field_is_changed_as_it_is_said(desk: Desk, before: Any, change: Any, after: Any) -> None:
    person = signed_up(desk, **({} if before is None else {"x": before}))

    assert put(person, {"x": change}).code == 0

    seen = person.seen()
    wanted = change if after is ... else after
    assert seen.get("x") == wanted
    assert ("x" in seen) == (wanted is not None)
    if wanted is not None:
        assert json.dumps(seen["x"]) == json.dumps(wanted), "1 is not true"


@pytest.mark.parametrize(
    ("before", "change"),
    [
        ("x", op("Increment")),
        (True, op("Increment")),
        ([], op("Increment")),
        (1, op("Increment", amount="1")),
        (1, op("Increment", amount=None)),
        (1, op("Increment", amount=True)),
        (1e299, op("Increment", amount=1e300)),
        ("x", op("Add", objects=[1])),
        ({"a": 1}, op("Remove", objects=[1])),
        ([], op("Add", objects="x")),
        ([], op("AddUnique")),
        (1.5, op("BitAnd", value=1)),
        (1, op("BitAnd", value="1")),
        (1, op("BitOr")),
        ([], op("Batch", ops={})),
        ([], op("Batch", ops=[op("Batch", ops=[op("Increment")])])),
        (1, op("AddRelation", objects=[])),
        (1, op("")),
        (1, {"__op": None}),
        (1, {"__op": ["Delete"]}),
    ],
)
def test_an_operation_that_does_not_fit_changes_nothing(
    desk: Desk, before: Any, change: Any
) -> None:
    person = signed_up(desk, x=before, y="y")

    answer = put(person, {"y": "z", "x": change})

    assert (answer.code, answer.json["field"]) == (111, "x")
    assert (person.seen()["x"], person.seen()["y"]) == (before, "y")


def test_dotted_keys_reach_into_objects(desk: Desk) -> None:
    person = signed_up(desk, address={"city": "北京", "lines": {"1": "a"}}, n=7)

    assert put(person, {"address.city": "上海", "address.lines.2": "b", "new.a.b": 1}).code == 0
    assert put(person, {"address.lines.1": DELETE, "address.n": op("Increment")}).code == 0

    seen = person.seen()
    assert seen["address"] == {"city": "上海", "lines": {"2": "b"}, "n": 1}
    assert seen["new"] == {"a": {"b": 1}}
    assert put(person, {"n.x": 1}).code == 111
    for key in ("a..b", ".a", "a.", "a.$b", "a. b", "a" + ".b" * 20):
        assert put(person, {key: 1}).code == 105, key
    assert person.seen() == {**seen, "updatedAt": person.seen()["updatedAt"]}


@pytest.mark.parametrize(
    ("where", "code"),
    [
        ({}, 0),
        ({"balance": 10}, 0),
        ({"balance": 10.0}, 0),
        ({"balance": "10"}, 305),
        ({"balance": {"$gte": 10}}, 0),
        ({"balance": {"$gt": 10}}, 305),
        ({"balance": {"$lte": 10, "$gt": 9}}, 0),
        ({"balance": {"$lt": 10}}, 305),
        ({"balance": {"$ne": 10}}, 305),
        ({"balance": {"$in": [9, 10]}}, 0),
        ({"balance": {"$nin": [9, 10]}}, 305),
        ({"balance": {"$exists": True}, "debt": {"$exists": False}}, 0),
        ({"balance": 10, "username": "jerry"}, 305),
        ({"debt": None}, 0),
        ({"tags": "a"}, 0),
        ({"tags": {"$all": ["a", "b"]}}, 0),
        ({"tags": {"$all": ["a", "c"]}}, 305),
        ({"deep.er": 1}, 0),
        ({"deep.er.still": 1}, 305),
        ({"mobilePhoneVerified": False, "username": NAME}, 0),
        ({"sessionToken": {"$exists": True}}, 305),
        ({"password": {"$exists": True}}, 305),
        ({"balance": {"$near": 10}}, 1),
        ({"balance": {"$in": 10}}, 1),
    ],
)
def test_a_change_can_depend_on_how_the_user_stands(
    desk: Desk, where: dict[str, Any], code: int
) -> None:
    person = signed_up(desk, balance=10, tags=["a", "b"], deep={"er": 1})
    query = f"?where={quote(json.dumps(where))}"

    answer = put(person, {"balance": op("Decrement", amount=10)}, query=query)

    assert answer.code == code
    if code == 305:
        assert answer.json["error"] == "No effect on updating/deleting a document."
    assert person.seen()["balance"] == (10 if code else 0)


@pytest.mark.parametrize(
    ("where", "code"), [("[]", 107), ("7", 107), ("{", 107), ("[" * 5000, 107)]
)
def test_a_condition_that_is_none_changes_nothing(desk: Desk, where: str, code: int) -> None:
    person = signed_up(desk)

    assert put(person, {"x": 1}, query=f"?where={quote(where)}").code == code
    assert "x" not in person.seen()


@pytest.mark.parametrize("base", ["users", "classes/_User"])
def test_both_spellings_are_one_user_and_their_own_alone(desk: Desk, base: str) -> None:
    person, other = signed_up(desk), signed_up(desk, "jerry")
    path = f"/1.1/{base}/{person.id}"

    for stranger in (desk.door, other.door, within("0"), within("")):
        answer = stranger.send("PUT", path, b'{"nickname":"x"}')
        assert (answer.code, answer.status) == (206, 403)
        said = "The user cannot be altered by a client without the session."
        assert answer.json["error"] == said
    assert "nickname" not in person.seen()
    assert put(person, {"nickname": "y"}, base).code == 0
    assert desk.door.get(f"{base}/{person.id}").json["nickname"] == "y"
    assert desk.master.send("PUT", path, b'{"nickname":"z"}').code == 0
    assert person.seen()["nickname"] == "z"
    assert desk.master.send("PUT", f"/1.1/{base}/nobody", b'{"nickname":"z"}').code == 211
    assert person.door.send("PUT", f"/1.1/{base}/nobody", b'{"nickname":"z"}').code == 206


@pytest.mark.parametrize("query", ["?new=true", "?fetchWhenSave=true", "?new=false", ""])
def test_a_change_answers_with_the_whole_user_where_that_is_asked(desk: Desk, query: str) -> None:
    person = signed_up(desk, score=1)

    said = put(person, {"score": op("Increment")}, query=query).json

    seen = person.seen()
    whole = query.endswith("=true")
    assert said == (seen if whole else {key: seen[key] for key in ("objectId", "updatedAt")})
    assert seen["score"] == 2


def test_a_change_moves_the_time_of_the_change(desk: Desk, clock: Clock) -> None:
    person = signed_up(desk)
    before = person.seen()
    clock.pass_(seconds=1.5)

    answer = put(person, {"createdAt": "2001-01-01T00:00:00.000Z", "updatedAt": "x", "x": 1})

    assert before["createdAt"] == before["updatedAt"] == "2040-01-02T12:00:00.000Z"
    assert answer.json["updatedAt"] == "2040-01-02T12:00:01.500Z"
    assert person.seen() == {**before, "x": 1, "updatedAt": answer.json["updatedAt"]}


@pytest.mark.parametrize(
    ("name", "first", "second", "taken"),
    [
        ("username", NAME, "thomas", 202),
        ("email", MAIL, "thomas@example.com", 203),
        ("mobilePhoneNumber", PHONE, OTHER, 214),
    ],
)
def test_what_is_ones_own_is_nobody_elses_until_it_is_let_go(
    desk: Desk, name: str, first: str, second: str, taken: int
) -> None:
    person = signed_up(desk, **{"email": MAIL, "mobilePhoneNumber": PHONE})
    other = signed_up(desk, "jerry")
    assert put(other, {name: first}).code == taken
    assert put(other, {name: first, "x": 1}).code == taken
    assert "x" not in other.seen()
    assert put(person, {name: first}).code == 0, "their own, once more"

    assert put(person, {name: second}).code == 0

    assert person.seen()[name] == second
    assert logged_in(desk, **{name: second}, password=PASSWORD) == 0
    gone = {"username": 211, "email": 211, "mobilePhoneNumber": 213}[name]
    assert logged_in(desk, **{name: first}, password=PASSWORD) == gone
    assert put(other, {name: first}).code == 0
    assert put(person, {name: first}).code == taken
    assert person.seen()[name] == second


@pytest.mark.parametrize("nothing", [None, "", DELETE])
def test_a_number_and_an_address_can_be_given_up_and_a_name_cannot(
    desk: Desk, nothing: Any
) -> None:
    person = verified(desk, email=MAIL)

    assert put(person, {"username": nothing}).code == 200
    assert put(person, {"password": nothing}).code in (201, 218)
    assert put(person, {"email": nothing, "mobilePhoneNumber": nothing}).code == 0

    seen = person.seen()
    assert not {"email", "mobilePhoneNumber"} & set(seen)
    assert seen["mobilePhoneVerified"] is False
    signed_up(desk, "jerry", email=MAIL, mobilePhoneNumber=PHONE)
    assert logged_in(desk, username=NAME, password=PASSWORD) == 0


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"email": "tom"}, 125),
        ({"email": 7}, 125),
        ({"mobilePhoneNumber": "12"}, 127),
        ({"mobilePhoneNumber": "+861062552345"}, 127),
        ({"mobilePhoneNumber": op("Increment")}, 127),
        ({"email": op("Add", objects=["x"])}, 125),
        ({"username": "\t"}, 217),
        ({"username": "13912345678"}, 217),
        ({"username": ["x"]}, 217),
        ({"username.x": 1}, 111),
        ({"password": "  "}, 218),
        ({"password": ""}, 201),
        ({"authData": 7}, 111),
        ({"authData.weixin": "x"}, 111),
        ({"authData.weixin.openid": 7.5}, 250),
        ({"authData": {"weixin": {}}}, 250),
        ({"error": 1}, 105),
        ({"error.x": 1}, 105),
    ],
)
def test_a_wrong_change_changes_nothing(desk: Desk, said: dict[str, Any], code: int) -> None:
    person = signed_up(desk)
    before = person.seen()

    answer = put(person, {"nickname": "x", **said})

    assert (answer.code, answer.status) == (code, 400)
    assert person.seen() == before
    assert person.door.get("users/me").code == 0


def test_a_number_is_verified_no_more_when_it_changes(desk: Desk) -> None:
    person = verified(desk)

    assert put(person, {"mobilePhoneNumber": f" {BARE} ", "x": 1}).code == 0
    assert person.seen()["mobilePhoneVerified"] is True, "it is the same phone"
    assert put(person, {"mobilePhoneNumber": OTHER}).code == 0

    assert person.seen()["mobilePhoneVerified"] is False
    assert put(person, {"mobilePhoneNumber": PHONE}).code == 0
    assert person.seen()["mobilePhoneVerified"] is False


def test_a_platform_is_linked_and_let_go(desk: Desk) -> None:
    person = signed_up(desk)
    weixin, qq = {"openid": "o-1", "access_token": "t"}, {"uid": "q-1"}
    assert put(person, {"authData": {"weixin": weixin}}).code == 0
    assert put(person, {"authData.qq": qq}).code == 0
    assert person.seen()["authData"] == {"weixin": weixin, "qq": qq}, "one beside the other"
    known = desk.door.post("users", authData={"weixin": weixin})
    assert (known.status, known.json["objectId"]) == (200, person.id)

    assert put(person, {"authData.weixin": DELETE}).code == 0

    assert person.seen()["authData"] == {"qq": qq}
    other = desk.door.post("users", authData={"weixin": weixin})
    assert other.status == 201
    assert put(person, {"authData": {"weixin": weixin}}).code == 208
    assert put(person, {"authData.weixin": weixin}).code == 208
    assert put(person, {"authData": {"qq": None}}).code == 0
    assert "authData" not in person.seen()
    assert desk.door.post("users", authData={"qq": qq}).status == 201
    again = Person(desk, other.json["objectId"], other.json["sessionToken"])
    assert put(again, {"authData": DELETE}).code == 0
    assert put(person, {"authData": {"weixin": weixin}}).code == 0


def test_whoever_came_by_a_platform_gets_a_name_and_a_password(desk: Desk) -> None:
    auth = {"anonymous": {"id": "0f1e2d3c"}}
    made = desk.door.post("users", authData=auth).json
    person = Person(desk, made["objectId"], made["sessionToken"])

    answer = put(person, {"username": NAME, "password": PASSWORD, "authData": {"anonymous": None}})

    assert answer.code == 0
    entered = desk.door.post("login", username=NAME, password=PASSWORD)
    assert entered.json["objectId"] == person.id
    assert within(answer.json["sessionToken"]).get("users/me").json["username"] == NAME
    assert desk.door.post("users", authData=auth).status == 201


@pytest.mark.parametrize("key", ["x", "x.y"])
def test_a_user_grows_to_a_size_and_no_further(desk: Desk, key: str) -> None:
    person = signed_up(desk)
    text = "字" * 10_000  # as JSON in ASCII nearly as long as a body may be

    codes = [put(person, {f"{key}{place}": text}).code for place in range(8)]

    assert codes == [0, 0, 0, 0, 0, 0, 116, 116]
    assert put(person, {f"{key}0": DELETE}).code == 0
    assert put(person, {f"{key}7": text}).code == 0
