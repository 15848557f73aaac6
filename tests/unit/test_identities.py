"""Who somebody is elsewhere: platforms and their ids."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chalicelib.domain.errors import Refusal
from chalicelib.domain.identities import links, merged
from chalicelib.domain.user_errors import InvalidKey, MissingLink, TooLarge, WrongType

auths = some.dictionaries(
    some.sampled_from(["weixin", "qq", "anonymous"]),
    some.none() | some.fixed_dictionaries({"uid": some.text("abc", min_size=1, max_size=3)}),
)


@pytest.mark.parametrize(
    ("auth", "found"),
    [
        ({}, {}),
        ({"weibo": {"uid": "1"}}, {"weibo": "1"}),
        ({"qq": {"openid": "o", "access_token": "t", "expires_in": 1}}, {"qq": "o"}),
        ({"anonymous": {"id": "u-u-i-d"}}, {"anonymous": "u-u-i-d"}),
        ({"x": {"uid": 1382}}, {"x": "1382"}),
        ({"x": {"uid": 0}}, {"x": "0"}),
        ({"x": {"id": "3", "openid": "2", "uid": "1"}}, {"x": "1"}),
        ({"x": {"id": "3", "openid": "2"}}, {"x": "2"}),
        ({"x": {"id": "3", "uid": ""}}, {"x": "3"}),
        ({"x": {"id": "3", "uid": None, "openid": True}}, {"x": "3"}),
        ({"x": {"uid": "a" * 256}}, {"x": "a" * 256}),
        ({"x": {"uid": "A#1"}, "X": {"uid": "a#1"}}, {"x": "A#1", "X": "a#1"}),
        ({"a" * 64: {"uid": "1"}}, {"a" * 64: "1"}),
        ({"_weixin_unionid": {"uid": "u"}}, {"_weixin_unionid": "u"}),
        (
            {"wxapp": {"openid": "o", "unionid": "u", "platform": "weixin"}},
            {"wxapp": "o", "_weixin_unionid": "u"},
        ),
        (
            {"wxapp": {"openid": "o", "unionid": "u", "platform": "weixin", "main_account": True}},
            {"wxapp": "o", "_weixin_unionid": "u"},
        ),
        ({"wxapp": {"openid": "o", "unionid": "u"}}, {"wxapp": "o"}),
        ({"wxapp": {"openid": "o", "unionid": "", "platform": "weixin"}}, {"wxapp": "o"}),
        ({"wxapp": {"openid": "o", "platform": "weixin"}}, {"wxapp": "o"}),
        ({"wxapp": {"openid": "o", "unionid": "u", "platform": 1}}, {"wxapp": "o"}),
    ],
)
def test_a_platform_knows_a_user_by_an_id(auth: dict[str, Any], found: dict[str, str]) -> None:
    assert links(auth) == found


def test_two_apps_of_one_platform_share_the_union_id() -> None:
    union = {"unionid": "u", "platform": "weixin"}

    one, other = (links({app: {"openid": app, **union}}) for app in ("wxapp", "wxmini"))

    assert set(one.items()) & set(other.items()) == {("_weixin_unionid", "u")}


@pytest.mark.parametrize(
    "own",
    [{"_weixin_unionid": {"uid": "own"}, "wx": 0}, {"wx": 0, "_weixin_unionid": {"uid": "own"}}],
)
def test_a_union_id_that_is_said_itself_stands_before_one_said_beside(own: dict[str, Any]) -> None:
    auth = {**own, "wx": {"openid": "o", "unionid": "beside", "platform": "weixin"}}

    assert links(auth)["_weixin_unionid"] == "own"


@pytest.mark.parametrize(
    ("auth", "refusal"),
    [
        ({"x": {}}, MissingLink),
        ({"x": {"access_token": "t"}}, MissingLink),
        ({"x": {"uid": ""}}, MissingLink),
        ({"x": {"uid": None}}, MissingLink),
        ({"x": {"uid": True}}, MissingLink),
        ({"x": {"uid": 1.5}}, MissingLink),
        ({"x": {"uid": ["1"]}}, MissingLink),
        ({"x": {"uid": {"$ne": ""}}}, MissingLink),
        ({"x": {"uid": "a" * 257}}, MissingLink),
        ({"good": {"uid": "1"}, "x": {}}, MissingLink),
        ({"x": {"uid": "1", "unionid": True, "platform": "weixin"}}, MissingLink),
        ({"x": {"uid": "1", "unionid": "a" * 257, "platform": "weixin"}}, MissingLink),
        ({"x": None}, WrongType),
        ({"x": "1"}, WrongType),
        ({"x": 1}, WrongType),
        ({"x": ["uid"]}, WrongType),
        *(({name: {"uid": "1"}}, InvalidKey) for name in ("", "a b", "a-b", "a.b", "a#b", "微信")),
        *(({name: {"uid": "1"}}, InvalidKey) for name in ("x\n", "$x", "a" * 65)),
        ({"x": {"uid": "1", "unionid": "u", "platform": "a#b"}}, InvalidKey),
        ({"x": {"uid": "1", "unionid": "u", "platform": "a" * 60}}, InvalidKey),
    ],
)
def test_what_names_nobody_is_refused(auth: dict[str, Any], refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        links(auth)


def test_nobody_is_known_to_more_platforms_than_one_transaction_can_write() -> None:
    many = {f"x{place}": {"uid": "1"} for place in range(20)}

    assert len(links(many)) == 20
    with pytest.raises(TooLarge):
        links({**many, "x20": {"uid": "1"}})


@pytest.mark.parametrize(
    ("kept", "said", "both"),
    [
        ({}, {}, {}),
        ({"a": {"uid": "1"}}, {}, {"a": {"uid": "1"}}),
        ({"a": {"uid": "1"}}, {"b": {"uid": "2"}}, {"a": {"uid": "1"}, "b": {"uid": "2"}}),
        ({"a": {"uid": "1", "token": "t"}}, {"a": {"uid": "2"}}, {"a": {"uid": "2"}}),
        ({"a": {"uid": "1"}}, {"a": None}, {}),
        ({}, {"a": None}, {}),
        ({"a": {"uid": "1"}, "b": {"uid": "2"}}, {"a": None}, {"b": {"uid": "2"}}),
    ],
)
def test_what_is_said_of_a_platform_takes_the_place_of_what_was(
    kept: dict[str, Any], said: dict[str, Any], both: dict[str, Any]
) -> None:
    assert merged(kept, said) == both


@given(auths, auths)
def test_saying_it_twice_is_saying_it_once(kept: dict[str, Any], said: dict[str, Any]) -> None:
    before = dict(kept)
    once = merged(kept, said)

    assert merged(once, said) == once
    assert kept == before
    assert None not in once.values()
    assert set(links(once)) == {name for name in {*kept, *said} if {**kept, **said}[name]}
