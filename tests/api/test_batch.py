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
        [{"method": "POST", "path": "/1.1/users", "body": []}],
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
