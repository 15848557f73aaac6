"""The users are listed for the master key, and found by what is one user's alone."""

import json
from typing import Any

import pytest

from tests.conftest import Clock, Desk
from tests.people import NAME, Person, signed_up, verified
from tests.wire import PHONE, Answer

BARE = PHONE.removeprefix("+86")
MAIL = "tom@example.com"


@pytest.fixture
def tom(desk: Desk) -> Person:
    """Somebody of whom all is known, beside somebody of whom little is."""
    signed_up(desk, "jerry", score=1)
    return verified(desk, phone=BARE, email=MAIL, score=2)


def many(desk: Desk, clock: Clock) -> list[Person]:
    """Five users, a second apart."""
    people = []
    for place in range(5):
        people.append(signed_up(desk, f"u{place}", score=place % 2, rank=5 - place))
        clock.pass_(seconds=1)
    return people


def listed(desk: Desk, base: str = "users", **query: Any) -> Answer:
    where = query.pop("where", None)
    return desk.master.get(base, **query, **({"where": json.dumps(where)} if where else {}))


def names(desk: Desk, **query: Any) -> str:
    """The last letters of their names, in their order."""
    answer = listed(desk, **query)
    assert answer.code == 0, answer.json
    return "".join(user["username"][-1] for user in answer.json["results"])


@pytest.mark.parametrize("base", ["users", "classes/_User"])
def test_no_client_lists_users(desk: Desk, tom: Person, base: str) -> None:
    for door in (desk.door, tom.door):
        for query in ({}, {"where": json.dumps({"objectId": tom.id})}, {"count": 1, "limit": 0}):
            answer = door.get(base, **query)
            assert (answer.code, answer.status) == (403, 403)
            assert answer.json["error"] == "Forbidden to read/write by class permissions"
    assert listed(desk, base).code == 0


@pytest.mark.parametrize(
    "where",
    [
        {"objectId": "{id}"},
        {"objectId": {"$in": ["{id}", "{id}", "nobody", "a b"]}},
        {"username": NAME},
        {"email": MAIL},
        {"mobilePhoneNumber": PHONE},
        {"mobilePhoneNumber": BARE},
        {"mobilePhoneNumber": " 86 186-1234-5678"},
        {"sessionToken": "{token}"},
        {"username": NAME, "mobilePhoneNumber": PHONE},
        {"username": NAME, "mobilePhoneNumber": BARE},
        {"objectId": "{id}", "sessionToken": "{token}"},
        {"username": NAME, "email": MAIL, "score": {"$gt": 1}},
    ],
)
def test_a_user_is_found_by_each_thing_that_is_theirs(
    desk: Desk, tom: Person, where: dict[str, Any]
) -> None:
    said = json.loads(json.dumps(where).replace("{id}", tom.id).replace("{token}", tom.token))

    results = listed(desk, where=said).json["results"]

    assert results == [tom.seen()]
    assert not {"password", "sessionToken"} & set(results[0])


@pytest.mark.parametrize(
    "where",
    [
        {"objectId": "nobody"},
        {"objectId": {"$in": []}},
        {"objectId": {"$in": [7, None, {}]}},
        {"username": NAME.upper()},
        {"username": ""},
        {"username": NAME, "score": 1},
        {"username": NAME, "email": "jerry@example.com"},
        {"mobilePhoneNumber": "12"},
        {"mobilePhoneNumber": "+8613812345678"},
        {"email": MAIL.upper()},
        {"sessionToken": "x" * 25},
        {"sessionToken": "not a token"},
        {"sessionToken": ""},
    ],
)
def test_who_is_not_there_is_not_listed(desk: Desk, tom: Person, where: dict[str, Any]) -> None:
    assert listed(desk, where=where, count=1).json == {"results": [], "count": 0}


@pytest.mark.parametrize(
    "where",
    [
        {"score": 2},
        {"createdAt": {"$gt": "2001"}},
        {"$or": [{"username": NAME}]},
        {"username": {"$in": [NAME]}},
        {"username": {"$regex": ".*"}},
        {"username": {"$ne": ""}},
        {"username": 7},
        {"email": {"$exists": True}},
        {"mobilePhoneNumber": 18612345678},
        {"sessionToken": {"$ne": ""}},
        {"objectId": 7},
        {"objectId": {"$nin": []}},
        {"objectId": {"$in": "x"}},
        {"objectId": {"$in": ["x"] * 1001}},
        {"username": NAME, "score": {"$where": "1"}},
    ],
)
def test_what_no_index_has_is_refused_and_not_scanned_for(
    desk: Desk, tom: Person, where: dict[str, Any]
) -> None:
    answer = listed(desk, where=where)

    assert answer.code == 1
    assert answer.json["field"] == "where"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, "01234"),
        ({"order": "createdAt"}, "01234"),
        ({"order": "-createdAt"}, "43210"),
        ({"order": "username"}, "01234"),
        ({"order": "-username"}, "43210"),
        ({"order": "rank"}, "43210"),
        ({"order": "-rank"}, "01234"),
        ({"order": "score,-username"}, "42031"),
        ({"order": " -score , username "}, "13024"),
        ({"order": "nothing"}, "01234"),
        ({"order": "-,"}, "01234"),
        ({"limit": 2}, "01"),
        ({"limit": 0}, ""),
        ({"limit": "x"}, "01234"),
        ({"limit": 10**6}, "01234"),
        ({"skip": 3}, "34"),
        ({"skip": 9}, ""),
        ({"skip": 10**12}, ""),
        ({"limit": 2, "skip": 1, "order": "-createdAt"}, "32"),
        ({"limit": 2, "skip": 1, "order": "rank"}, "32"),
    ],
)
def test_users_come_in_pages_and_in_order(
    desk: Desk, clock: Clock, query: dict[str, Any], expected: str
) -> None:
    many(desk, clock)

    assert names(desk, **query) == expected
    assert listed(desk, **query, count=1).json["count"] == 5


def test_those_who_are_found_by_their_ids_are_ordered_and_cut_too(desk: Desk, clock: Clock) -> None:
    people = many(desk, clock)
    where = {"objectId": {"$in": [person.id for person in people[1:]]}, "score": {"$gte": 0}}

    assert names(desk, where=where, order="-username", skip=1, limit=2) == "32"
    assert listed(desk, where=where, limit=1, count=1).json["count"] == 4


def test_a_list_shows_the_fields_that_are_asked_for(desk: Desk, tom: Person) -> None:
    said = {"where": {"username": NAME}, "keys": "score, email,password,sessionToken,nothing"}

    assert listed(desk, **said).json["results"] == [
        {key: tom.seen()[key] for key in ("score", "email", "objectId", "createdAt", "updatedAt")}
    ]


def test_a_list_is_counted_only_where_that_is_asked(desk: Desk, tom: Person) -> None:
    assert set(listed(desk).json) == {"results"}
    assert set(listed(desk, count=0).json) == {"results"}
    assert listed(desk, count=1, limit=0).json == {"results": [], "count": 2}


def test_whoever_is_deleted_is_listed_no_more(desk: Desk, tom: Person) -> None:
    assert tom.door.send("DELETE", f"/1.1/users/{tom.id}").code == 0

    assert [user["username"] for user in listed(desk).json["results"]] == ["jerry"]
    assert listed(desk, where={"objectId": tom.id}).json["results"] == []
    assert listed(desk, count=1, limit=0).json["count"] == 1


def test_a_list_comes_in_a_batch_too(desk: Desk, tom: Person) -> None:
    params = {"where": {"username": NAME}, "limit": 1, "keys": "score"}
    one = {"method": "get", "path": "/1.1/users", "params": params}
    asked = {**one, "path": "/1.1/classes/_User?limit=1", "params": {"where": '{"username":"tom"}'}}

    for said in desk.master.post("batch", requests=[one, asked]).json:
        assert [user["score"] for user in said["success"]["results"]] == [2]
    refused = desk.door.post("batch", requests=[one]).json[0]["error"]
    assert refused == {"code": 403, "error": "Forbidden to read/write by class permissions"}
