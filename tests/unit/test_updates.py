"""What a client's changes make of a document: values, operations and dotted keys."""

import json
from contextlib import suppress
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chalicelib.domain.updates import LARGEST, updated
from chalicelib.domain.user_errors import InvalidKey, TooLarge, WrongType

DATE = {"__type": "Date", "iso": "2026-11-21T08:00:00.000Z"}

scalars = some.none() | some.booleans() | some.integers(-9, 9) | some.text(max_size=3)
values = some.recursive(
    scalars, lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(), inner)
)
lists = some.lists(values, max_size=6)
names = some.sampled_from(["a", "b", "a.b", "b.c.d"])
changes = values | some.builds(
    lambda name, objects: op(name, objects=objects),
    some.sampled_from(["Add", "AddUnique", "Remove"]),
    lists,
)


def op(name: str, **said: object) -> dict[str, object]:
    """An operation as SDKs send it."""
    return {"__op": name, **said}


def batch(*ops: object) -> dict[str, object]:
    return op("Batch", ops=list(ops))


def texts(listed: list[Any]) -> list[str]:
    """What is in a list, as JSON tells it apart."""
    return [json.dumps(one, sort_keys=True) for one in listed]


def becomes(before: object, change: object) -> Any:
    """What the field *a* becomes; None where it is not there."""
    document = {} if before is None else {"a": before}
    return updated(document, {"a": change}).get("a")


@pytest.mark.parametrize(
    "value",
    ["x", "", 0, 1.5, False, [], [1, None], {}, {"b": None}, {"b": {"c": 1}}, DATE, "null", "天"]
    + [{"b": {"__op": "Delete"}}, [{"__op": "Delete"}]],
)
def test_a_value_takes_the_place_of_what_was_there_whatever_it_was(value: object) -> None:
    for before in (None, "old", 1, [1], {"old": 1}):
        assert becomes(before, value) == value


@pytest.mark.parametrize(
    ("before", "change", "after"),
    [
        (1, op("Delete"), None),
        (None, op("Delete"), None),
        (1, None, None),
        (None, None, None),
        (None, op("Increment"), 1),
        (1, op("Increment"), 2),
        (1, op("Increment", amount=41), 42),
        (1, op("Increment", amount=-3), -2),
        (1, op("Increment", amount=0.5), 1.5),
        (0.5, op("Increment", amount=0), 0.5),
        (None, op("Decrement"), -1),
        (5, op("Decrement", amount=7), -2),
        (2**60, op("Increment"), 2**60 + 1),
        (None, op("Add", objects=[1, 1]), [1, 1]),
        ([1], op("Add", objects=[1, {"b": 2}]), [1, 1, {"b": 2}]),
        ([1], op("Add", objects=[]), [1]),
        (None, op("AddUnique", objects=[2, 1, 2]), [2, 1]),
        ([1, 2], op("AddUnique", objects=[1, 3]), [1, 2, 3]),
        ([3, 2, 1], op("AddUnique", objects=[3, 1]), [3, 2, 1]),
        ([1], op("AddUnique", objects=[True, "1", [1]]), [1, True, "1", [1]]),
        ([{"b": 1, "c": 2}], op("AddUnique", objects=[{"c": 2, "b": 1}]), [{"b": 1, "c": 2}]),
        (None, op("Remove", objects=[1]), []),
        ([1, 2, 1, 3], op("Remove", objects=[1, 4]), [2, 3]),
        ([1, 0, True, "1", None], op("Remove", objects=[True, None]), [1, 0, "1"]),
        ([DATE, {"b": 1}], op("Remove", objects=[DATE]), [{"b": 1}]),
        (6, op("BitAnd", value=3), 2),
        (6, op("BitOr", value=3), 7),
        (6, op("BitXor", value=3), 5),
        (None, op("BitOr", value=4), 4),
        (None, op("BitAnd", value=4), 0),
    ],
)
def test_an_operation_changes_what_is_there(before: object, change: object, after: object) -> None:
    made = becomes(before, change)

    assert made == after
    assert json.dumps(made) == json.dumps(after), "1 is not true"


@pytest.mark.parametrize(
    ("before", "change"),
    [
        *((before, op("Increment")) for before in ("1", True, [1], {"b": 1}, DATE)),
        *((1, op("Increment", amount=amount)) for amount in ("1", True, None, [1], {}, 1e300)),
        *((before, op("Decrement")) for before in ("1", False, [])),
        (10**400, op("Increment", amount=1.5)),
        *(
            (before, op(name, objects=[1]))
            for name in ("Add", "AddUnique", "Remove")
            for before in ("1", 1, True, {"b": 1})
        ),
        *(
            ([1], op(name, **said))
            for name in ("Add", "AddUnique", "Remove")
            for said in ({}, {"objects": 1}, {"objects": "ab"}, {"objects": {"b": 1}})
        ),
        *(
            (before, op(name, value=value))
            for name in ("BitAnd", "BitOr", "BitXor")
            for before, value in ((1.0, 1), ("1", 1), (True, 1), (1, 1.0), (1, "1"), (1, None))
        ),
        *((1, op("Batch", **said)) for said in ({}, {"ops": None}, {"ops": op("Increment")})),
        ("x", batch(op("Increment"))),
        (1, batch(op("Increment"), op("Add", objects=[1]))),
        (1, batch(op("Increment"), batch(op("Increment")))),
        (1, batch(*[op("Increment")] * 11)),
        *((1, {"__op": name}) for name in ("increment", "", "__proto__", "AddRelation")),
        *((1, {"__op": name}) for name in (None, 1, [], {}, True)),
    ],
)
def test_an_operation_on_another_type_is_refused(before: object, change: object) -> None:
    with pytest.raises(WrongType) as refused:
        becomes(before, change)

    assert refused.value.code == 111
    assert refused.value.more == {"field": "a"}


@pytest.mark.parametrize(
    ("before", "change", "after"),
    [
        (1, batch(), 1),
        (None, batch(), None),
        (1, batch(op("Increment"), op("Increment", amount=2)), 4),
        ([1, 2], batch(op("Add", objects=[3]), op("Remove", objects=[1])), [2, 3]),
        ("x", batch(op("Delete"), op("Increment")), 1),
        (1, batch(op("Increment"), op("Delete")), None),
        (0, batch(*[op("Increment")] * 10), 10),
    ],
)
def test_several_operations_at_once_are_done_one_after_another(
    before: object, change: object, after: object
) -> None:
    assert becomes(before, change) == after


@pytest.mark.parametrize(
    ("document", "changes", "after"),
    [
        ({}, {"a.b": 1}, {"a": {"b": 1}}),
        ({"a": {"c": 2}}, {"a.b": 1}, {"a": {"b": 1, "c": 2}}),
        ({"a": {"b": {"c": 1}}}, {"a.b.c": op("Increment")}, {"a": {"b": {"c": 2}}}),
        ({"a": {"b": 1, "c": 2}}, {"a.b": op("Delete")}, {"a": {"c": 2}}),
        ({"a": {"b": 1, "c": 2}}, {"a.b": None}, {"a": {"c": 2}}),
        ({"a": {"b": 1}}, {"a.b": None}, {"a": {}}),
        ({}, {"a.1": 1, "a.b-c": 2, "a._d": 3}, {"a": {"1": 1, "b-c": 2, "_d": 3}}),
        ({}, {"a.b": 1, "a.c": 2}, {"a": {"b": 1, "c": 2}}),
        ({"a": 1}, {"b": 2, "a": None}, {"b": 2}),
        ({}, {"a" + ".b" * 10: 1}, json.loads('{"a":' + '{"b":' * 10 + "1" + "}" * 11)),
    ],
)
def test_a_dotted_key_reaches_into_an_object(
    document: dict[str, Any], changes: dict[str, Any], after: dict[str, Any]
) -> None:
    assert updated(document, changes) == after


@pytest.mark.parametrize("before", ["x", 1, True, [{"b": 1}], 0, ""])
def test_a_dotted_key_reaches_into_nothing_else(before: object) -> None:
    with pytest.raises(WrongType) as refused:
        updated({"a": before}, {"a.b": 1})

    assert refused.value.more == {"field": "a.b"}


@pytest.mark.parametrize(
    "key",
    ["", ".", "a.", ".a", "a..b", "1a", "_a", "$a", "a$", "a b", "a-b", "a\n", "a.b\n", "天", "á"]
    + [
        "a\0",
        "a/b",
        "a.$b",
        "a.b c",
        "a.天",
        "__proto__",
        "a" * 129,
        "a." + "b" * 129,
        "a" + ".b" * 11,
    ],
)
def test_a_bad_key_is_refused(key: str) -> None:
    with pytest.raises(InvalidKey) as refused:
        updated({}, {"good": 1, key: 1})

    assert refused.value.code == 105
    assert len(refused.value.reason) <= 60


@pytest.mark.parametrize("key", ["a", "A", "ACL", "a_b", "a1", "a" * 128, "a." + "b" * 128])
def test_a_good_key_is_taken(key: str) -> None:
    assert updated({}, {key: 1})


def test_a_document_is_refused_when_it_has_become_too_large() -> None:
    """In bytes: a Chinese character has three of them."""
    room = LARGEST - len('{"a": ""}')

    assert updated({}, {"a": "x" * room})
    for text in ("x" * (room + 1), "天" * (room // 3 + 1)):
        with pytest.raises(TooLarge) as refused:
            updated({}, {"a": text})
        assert refused.value.code == 116
    full = {"a": "x" * room}
    with pytest.raises(TooLarge):
        updated(full, {"b": 1})
    assert updated(full, {"a": op("Delete")}) == {}


def test_long_lists_are_compared_quickly() -> None:
    """Two bodies' worth against what fits into a document: hours, were each put to each."""
    long = [*range(20_000)]

    assert becomes(long, op("AddUnique", objects=long)) == long
    assert becomes(long, op("Remove", objects=long)) == []


@given(lists, lists)
def test_adding_what_is_unique_twice_is_adding_it_once(before: list[Any], more: list[Any]) -> None:
    added = op("AddUnique", objects=more)
    once = becomes(before, added)

    assert texts(becomes(once, added)) == texts(once)
    assert texts(becomes(before, batch(added, added))) == texts(once)
    assert set(texts(once)) == {*texts(before), *texts(more)}
    assert len(set(texts(once))) == len(once)


@given(lists, lists)
def test_what_is_there_keeps_its_place_when_what_is_unique_is_added(
    before: list[Any], more: list[Any]
) -> None:
    first = dict.fromkeys(texts(before))

    assert texts(becomes(before, op("AddUnique", objects=more)))[: len(first)] == list(first)


@given(lists, lists)
def test_what_was_added_and_is_removed_is_gone(before: list[Any], more: list[Any]) -> None:
    removed = op("Remove", objects=more)
    left = [one for one in texts(before) if one not in texts(more)]

    for name in ("Add", "AddUnique"):
        after = becomes(becomes(before, op(name, objects=more)), removed)
        assert texts(after) == (left if name == "Add" else list(dict.fromkeys(left)))


@given(some.lists(some.integers(-(10**9), 10**9), max_size=5))
def test_increments_sum_up(amounts: list[int]) -> None:
    ops = [op("Increment", amount=amount) for amount in amounts]
    one_by_one: dict[str, Any] = {}
    for one in ops:
        one_by_one = updated(one_by_one, {"a": one})

    assert one_by_one.get("a", 0) == sum(amounts)
    assert becomes(0, batch(*ops)) == sum(amounts)
    back = [op("Decrement", amount=amount) for amount in amounts]
    assert becomes(0, batch(*ops, *back)) == 0


@given(
    some.dictionaries(some.sampled_from(["a", "b"]), values),
    some.dictionaries(names, changes, max_size=4),
)
def test_the_document_that_is_given_and_the_changes_stay_as_they_are(
    document: dict[str, Any], changes: dict[str, Any]
) -> None:
    given_document, given_changes = deepcopy(document), deepcopy(changes)

    with suppress(WrongType):
        updated(document, changes)

    assert document == given_document
    assert changes == given_changes


def test_nobody_elses_object_is_changed() -> None:
    inner = {"c": [1]}
    document = {"a": {"b": inner}, "d": [1]}

    after = updated(document, {"a.b.c": op("Add", objects=[2]), "d": op("Add", objects=[2])})

    assert after == {"a": {"b": {"c": [1, 2]}}, "d": [1, 2]}
    assert document == {"a": {"b": {"c": [1]}}, "d": [1]}
    assert inner == {"c": [1]}
