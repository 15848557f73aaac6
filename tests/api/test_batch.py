"""Several requests that come as one are answered one by one."""

from typing import Any

import pytest

from tests.conftest import Decisions, Desk
from tests.faults import refusal
from tests.people import NAME, signed_up
from tests.wire import PHONE

MISSING = {"method": "GET", "path": "/1.1/users/nobody"}


def new(name: str, **fields: Any) -> dict[str, Any]:
    """A sign-up, as PHP's SDK puts it."""
    body = {"username": name, "password": "x", **fields}
    return {"method": "POST", "path": "/1.1/classes/_User", "body": body}


def test_each_request_has_its_own_outcome_in_their_order(desk: Desk) -> None:
    person = signed_up(desk, mobilePhoneNumber=PHONE)

    answer = person.door.post(
        "batch",
        requests=[
            new("a"),
            new(NAME),
            new("b", mobilePhoneNumber=PHONE),
            {"method": "put", "path": f"/1.1/users/{person.id}", "body": {"coins": 3}},
            {
                "method": "PUT",
                "path": f"/1/classes/_User/{person.id}?where=%7B%22coins%22%3A4%7D",
                "body": {"coins": 5},
            },
            {
                "method": "PUT",
                "path": f"//1.1/users/{person.id}",
                "body": {"coins": {"__op": "Increment", "amount": 1}},
                "params": {"fetchWhenSave": True, "where": {"coins": 3}},
            },
            {"method": "GET", "path": f"/1.1/users/{person.id}", "params": {"keys": "coins"}},
            MISSING,
            {"method": "GET", "path": "/1.1/classes/Todo/1"},
            {"method": "POST", "path": "/1.1/batch", "body": {"requests": []}},
            {"method": "POST", "path": "/1.1/requestSmsCode", "body": {"mobilePhoneNumber": PHONE}},
            {"method": "DELETE", "path": f"/1.1/users/{person.id}", "body": {}},
        ],
    )

    assert answer.status == 200
    outcomes = [one["error"]["code"] if "error" in one else one["success"] for one in answer.json]
    assert outcomes[0]["sessionToken"]
    assert outcomes[1:3] == [202, 214]
    assert set(outcomes[3]) == {"objectId", "updatedAt"}
    assert outcomes[4] == 305
    assert outcomes[5]["coins"] == 4
    assert set(outcomes[6]) == {"coins", "objectId", "createdAt", "updatedAt"}
    assert outcomes[7:] == [None, 101, 101, 101, {}]
    assert desk.letters() == []
    for one in answer.json:
        if "error" in one:
            assert isinstance(one["error"]["error"], str)


@pytest.mark.parametrize(
    "said",
    [
        None,
        {},
        "x",
        [1],
        [None],
        [[MISSING]],
        [MISSING] * 51,
        [new(f"u{place}") for place in range(11)],
    ],
)
@pytest.mark.parametrize("path", ["batch", "batch/save"])
def test_what_is_no_batch_is_refused(desk: Desk, path: str, said: Any) -> None:
    assert desk.door.post(path, requests=said).status == 400
    assert desk.master.get("users", count=1).json["count"] == 0


def test_fifty_requests_are_answered(desk: Desk) -> None:
    assert desk.door.post("batch", requests=[MISSING] * 50).json == [{"success": None}] * 50


def test_a_fault_of_ours_in_one_loses_none_of_the_others(desk: Desk, decisions: Decisions) -> None:
    desk.faults.next("dynamodb.TransactWriteItems", refusal("ValidationException"))

    first, second = desk.door.post("batch", requests=[new("a"), new("b")]).json

    assert first["error"]["code"] == 1
    assert second["success"]["username"] == "b"
    assert decisions("crash")


def test_what_is_saved_is_named_by_the_clients_own_ids(desk: Desk) -> None:
    requests = [new("a", __internalId="cid-1"), new("b", __internalId="cid-2")]

    answer = desk.door.post("batch/save", requests=requests)

    assert {id: one["username"] for id, one in answer.json.items()} == {"cid-1": "a", "cid-2": "b"}
    assert "__internalId" not in answer.json["cid-1"]


def test_a_refusal_of_one_to_save_is_the_answer_to_all(desk: Desk) -> None:
    signed_up(desk)

    answer = desk.door.post("batch/save", requests=[new(NAME, __internalId="cid-1")])

    assert (answer.status, answer.code) == (400, 202)


def test_a_batch_has_the_rights_of_whoever_sends_it(desk: Desk) -> None:
    person = signed_up(desk)
    other = signed_up(desk, "jerry")
    asked = [{"method": "PUT", "path": f"/1.1/users/{person.id}", "body": {"x": 1}}]

    assert other.door.post("batch", requests=asked).json[0]["error"]["code"] == 206
    assert desk.door.post("batch", requests=asked).json[0]["error"]["code"] == 206
    assert "success" in desk.master.post("batch", requests=asked).json[0]
    listed = [{"method": "GET", "path": "/1.1/users"}]
    assert desk.door.post("batch", requests=listed).json[0]["error"]["code"] == 403
    assert len(desk.master.post("batch", requests=listed).json[0]["success"]["results"]) == 2


#: What a single request of a batch may lack, and the number of its refusal.
MALFORMED: list[tuple[dict[str, Any], int]] = [
    ({"path": None}, 1),
    ({"path": ""}, 1),
    ({"path": 7}, 1),
    ({"path": ["/1.1/users"]}, 1),
    ({"path": "/"}, 101),
    ({"path": "//[x/1.1/users"}, 101),
    ({"path": "https://sms.example.com/1.1/users"}, 101),
    ({"path": "/api/1.1/users"}, 101),
    ({"path": "/1.1/login"}, 101),
    ({"path": "/1.1/users/a/b/c"}, 101),
    ({"path": "/1.1/users/{id}?where=%ff", "method": "PUT"}, 107),
    ({"path": "/1.1/users/{id}?where=[", "method": "PUT"}, 107),
    ({"path": "/1.1/users/{id}", "method": "PUT", "params": {"where": 7}}, 1),
    ({"path": "/1.1/users/{id}", "method": "PUT", "params": {"where": {"x": 1}}}, 305),
    ({"method": None}, 101),
    ({"method": 7}, 101),
    ({"method": ["POST"]}, 101),
    ({"method": "PATCH"}, 101),
    ({"params": [1]}, 1),
    ({"params": "x"}, 1),
]


@pytest.mark.parametrize(("said", "code"), MALFORMED)
def test_a_request_that_is_malformed_spoils_itself_alone(
    desk: Desk, said: dict[str, Any], code: int
) -> None:
    person = signed_up(desk)
    one = {**new("a", __internalId="cid-1"), **said}
    if isinstance(one["path"], str):
        one["path"] = one["path"].replace("{id}", person.id)

    first, second = person.door.post("batch", requests=[one, new("b")]).json
    alone = person.door.post("batch/save", requests=[one])

    assert first["error"]["code"] == code
    assert set(first["error"]) - {"field"} == {"code", "error"}
    assert second["success"]["username"] == "b"
    assert (alone.status, alone.json) == (404 if code == 101 else 400, first["error"])
    assert desk.master.get("users", limit=0, count=1).json["count"] == 2


def test_a_fault_of_ours_in_a_save_is_the_answer_to_all(desk: Desk) -> None:
    desk.faults.next("dynamodb.TransactWriteItems", refusal("ValidationException"))

    answer = desk.door.post("batch/save", requests=[new("a", __internalId="cid-1")])

    assert (answer.status, answer.code) == (500, 1)


def test_an_outage_in_one_is_told_of_that_one(desk: Desk) -> None:
    signed_up(desk)
    desk.faults.next("dynamodb.GetItem", *[refusal("InternalServerError", 500)] * 4)

    answer = desk.door.post("batch", requests=[MISSING, MISSING])

    unserved = {"code": 503, "error": "Service temporarily unavailable."}
    assert (answer.status, answer.json) == (200, [{"error": unserved}, {"success": None}])


def test_a_session_within_a_batch_is_nobodys(desk: Desk) -> None:
    """The batch's own session counts, and no other one."""
    person, other = signed_up(desk), signed_up(desk, "jerry")
    path = f"/1.1/users/{person.id}"
    asked = [
        {"method": "PUT", "path": f"{path}?session_token={person.token}", "body": {"x": 1}},
        {
            "method": "PUT",
            "path": path,
            "params": {"session_token": person.token},
            "body": {"_SessionToken": person.token, "x": 1},
        },
    ]

    for door in (desk.door, other.door):
        codes = [one["error"]["code"] for one in door.post("batch", requests=asked).json]
        assert codes == [206, 206]
    assert "x" not in person.seen()


@pytest.mark.parametrize("id", [None, "", 7, ["a"], "error"])
def test_what_is_saved_needs_an_id_that_an_answer_can_say(desk: Desk, id: Any) -> None:
    """With `error` in it an answer is a refusal to half of the SDKs."""
    answer = desk.door.post("batch/save", requests=[new("a", __internalId=id)])

    assert (answer.status, answer.code) == (400, 1)
    assert desk.master.get("users", limit=0, count=1).json["count"] == 0


@pytest.mark.parametrize("target", ["/1/batch", "//1.1/batch", "/1.1/batch/", "/1.1/batch?"])
def test_a_batch_is_reached_by_every_spelling_of_its_path(desk: Desk, target: str) -> None:
    answer = desk.door.send("POST", target, b'{"requests":[]}')

    assert (answer.status, answer.raw) == (200, b"[]")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_what_is_said_in_a_path_and_in_its_parameters_is_one_thing(desk: Desk) -> None:
    person = signed_up(desk, x=1)
    path = f"/1.1/users/{person.id}"
    whole = [
        {"method": "put", "path": f"{path}?fetchWhenSave=true", "body": {"x": 2}},
        {"method": "Put", "path": path, "params": {"fetchWhenSave": True}, "body": {"x": 2}},
        {"method": "PUT", "path": path, "params": {"new": "true"}, "body": {"x": 2}},
    ]
    plain = [{"method": "PUT", "path": path, "body": {"x": 3, "fetchWhenSave": True}}]

    for one in person.door.post("batch", requests=whole).json:
        assert (one["success"]["x"], one["success"]["username"]) == (2, NAME)
    (one,) = person.door.post("batch", requests=plain).json
    assert set(one["success"]) == {"objectId", "updatedAt"}


@pytest.mark.parametrize(("body", "code"), [([], 200), ([1], 1), ("x", 1), (7, 1), (True, 1)])
def test_a_body_that_is_no_object_is_refused_alone(desk: Desk, body: Any, code: int) -> None:
    """PHP writes an object without keys as a list."""
    bad = {"method": "POST", "path": "/1.1/users", "body": body}

    first, second = desk.door.post("batch", requests=[bad, new("a")]).json

    assert first["error"]["code"] == code
    assert second["success"]["username"] == "a"


def test_ids_that_are_doubled_or_missing_save_nobody(desk: Desk) -> None:
    for second in ({"__internalId": "cid-1"}, {}):
        requests = [new("a", __internalId="cid-1"), new("b", **second)]
        assert desk.door.post("batch/save", requests=requests).code == 1

    assert desk.master.get("users", count=1).json["count"] == 0
