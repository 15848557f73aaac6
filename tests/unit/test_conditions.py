"""Whether a document is as a `where` says."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chalicelib.domain.conditions import met
from chalicelib.domain.errors import BadRequest

DATE = {"__type": "Date", "iso": "2026-11-21T08:00:00.000Z"}

values = some.none() | some.booleans() | some.integers() | some.text(max_size=3)
lists = some.lists(values, max_size=4)

DOCUMENT: dict[str, Any] = {
    "name": "Ann",
    "age": 30,
    "half": 0.5,
    "zero": 0,
    "on": True,
    "off": False,
    "none": None,
    "empty": "",
    "tags": ["a", "b", 1],
    "nothing": [],
    "at": DATE,
    "home": {"city": "Xi'an", "geo": {"lat": 34}, "rooms": [1, 2]},
    "authData": {"weixin": {"uid": "1"}},
}


@pytest.mark.parametrize(
    ("where", "is_met"),
    [
        ({}, True),
        ({"name": "Ann"}, True),
        ({"name": "ann"}, False),
        ({"name": "Ann", "age": 30}, True),
        ({"name": "Ann", "age": 31}, False),
        ({"age": 30.0}, True),
        ({"age": "30"}, False),
        ({"zero": False}, False),
        ({"off": 0}, False),
        ({"on": 1}, False),
        ({"on": True}, True),
        ({"empty": None}, False),
        ({"none": None}, True),
        ({"missing": None}, True),
        ({"name": None}, False),
        ({"missing": ""}, False),
        ({"tags": "a"}, True),
        ({"tags": 1}, True),
        ({"tags": True}, False),
        ({"tags": "c"}, False),
        ({"tags": ["a", "b", 1]}, True),
        ({"tags": ["b", "a", 1]}, False),
        ({"nothing": []}, True),
        ({"nothing": None}, False),
        ({"at": DATE}, True),
        ({"home": {"rooms": [1, 2], "geo": {"lat": 34}, "city": "Xi'an"}}, True),
        ({"home": {"city": "Xi'an"}}, False),
        ({"home": {}}, False),
        ({"home.city": "Xi'an"}, True),
        ({"home.geo.lat": 34}, True),
        ({"home.rooms": 2}, True),
        ({"home.none": None}, True),
        ({"name.first": None}, True),
        ({"name.first": "Ann"}, False),
        ({"tags.0": "a"}, False),
        ({"authData.weixin.uid": "1"}, True),
    ],
)
def test_what_is_there_is_equal_or_not(where: dict[str, Any], is_met: bool) -> None:
    assert met(where, DOCUMENT) is is_met


@pytest.mark.parametrize(
    ("name", "asked", "is_met"),
    [
        ("name", {"$ne": "Bob"}, True),
        ("name", {"$ne": "Ann"}, False),
        ("missing", {"$ne": "Ann"}, True),
        ("missing", {"$ne": None}, False),
        ("tags", {"$ne": "a"}, False),
        ("age", {"$gt": 29}, True),
        ("age", {"$gt": 30}, False),
        ("age", {"$gte": 30}, True),
        ("age", {"$gte": 30.5}, False),
        ("age", {"$lt": 30}, False),
        ("age", {"$lt": 30.5}, True),
        ("age", {"$lte": 30}, True),
        ("age", {"$gte": 30, "$lt": 40}, True),
        ("age", {"$gte": 30, "$lt": 30}, False),
        ("name", {"$gt": "Amy"}, True),
        ("name", {"$lt": "Amy"}, False),
        ("age", {"$gt": "1"}, False),
        ("name", {"$gt": 1}, False),
        ("on", {"$gt": 0}, False),
        ("age", {"$gt": True}, False),
        ("missing", {"$lt": 1}, False),
        ("none", {"$lte": None}, False),
        ("age", {"$in": [29, 30]}, True),
        ("age", {"$in": []}, False),
        ("age", {"$in": ["30", True]}, False),
        ("tags", {"$in": ["c", "b"]}, True),
        ("missing", {"$in": [None]}, True),
        ("age", {"$nin": [29, 30]}, False),
        ("age", {"$nin": []}, True),
        ("missing", {"$nin": [1]}, True),
        ("tags", {"$nin": ["b"]}, False),
        ("tags", {"$all": ["a", 1]}, True),
        ("tags", {"$all": ["a", "c"]}, False),
        ("name", {"$all": ["Ann"]}, True),
        ("missing", {"$all": ["a"]}, False),
        ("name", {"$exists": True}, True),
        ("name", {"$exists": False}, False),
        ("missing", {"$exists": True}, False),
        ("missing", {"$exists": False}, True),
        ("empty", {"$exists": True}, True),
        ("home.geo.lat", {"$gt": 33, "$exists": True}, True),
        ("home.geo.lon", {"$exists": False}, True),
    ],
)
def test_a_comparison_is_met_or_not(name: str, asked: dict[str, Any], is_met: bool) -> None:
    assert met({name: asked}, DOCUMENT) is is_met


@pytest.mark.parametrize(
    "where",
    [
        {"name": {"$regex": ".*"}},
        {"name": {"$where": "1"}},
        {"name": {"$": 1}},
        {"name": {"$GT": 1}},
        {"name": {"$ne": "Bob", "$size": 1}},
        {"age": {"$gt": 1, "x": 2}},
        {"home": {"city": "Xi'an", "$ne": 1}},
        {"age": {"$in": 30}},
        {"age": {"$in": None}},
        {"age": {"$nin": "30"}},
        {"tags": {"$all": {"a": 1}}},
        {"$or": [{"name": "Ann"}]},
        {"$and": []},
        {"$or": None},
        {"name": "Bob", "age": {"$regex": "."}},
        {"missing.more": {"$select": {}}},
    ],
)
def test_what_cannot_be_asked_is_refused_whatever_else_is_not_met(where: dict[str, Any]) -> None:
    """A condition on a change that nobody reads must not pass for one that is met, or is not."""
    with pytest.raises(BadRequest, match=r"where: \$?\w* is not understood") as refused:
        met(where, DOCUMENT)

    assert refused.value.more == {"field": "where"}
    assert len(refused.value.text) < 60


@given(values, values | lists)
def test_a_comparison_and_its_contrary_are_never_of_one_mind(asked: Any, value: Any) -> None:
    for document in ({"a": value}, {}):
        assert met({"a": {"$ne": asked}}, document) is not met({"a": asked}, document)
        assert met({"a": {"$nin": [asked]}}, document) is not met({"a": {"$in": [asked]}}, document)
        assert met({"a": {"$in": [asked]}}, document) is met({"a": asked}, document)
        assert met({"a": {"$all": [asked]}}, document) is met({"a": asked}, document)


@given(some.dictionaries(some.sampled_from(["a", "b", "c"]), values | lists))
def test_a_document_is_as_itself_says(document: dict[str, Any]) -> None:
    assert met(document, document)
