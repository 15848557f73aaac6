"""What a row of LeanCloud's export becomes, and what becomes of it when it is taken home."""

import json
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.exports import BCRYPT, DIGEST, PASSWORD, SALT
from chalicelib.domain import passwords
from chalicelib.domain.codes import Keyring
from chalicelib.domain.migration import LARGEST, BadRow, row_of, user_of, weight
from chalicelib.domain.users import User

RING = Keyring((b"p" * 32,))
ARGON2 = (
    "$argon2id$v=19$m=19456,t=2,p=1$PXV21tYgoKbLxspnwQ+WdA"
    "$RwbNqnhlRx/oaKdrzLYw1HDAEvOZCMjYVi9FtBtKdMk"
)
ROW = {
    "objectId": "5d831accf40d3a0007541fb7",
    "createdAt": "2019-09-19T06:06:04.022Z",
    "updatedAt": "2024-02-29T23:59:59.999Z",
    "username": "tester1",
    "mobilePhoneNumber": "18612345678",
    "mobilePhoneVerified": True,
    "email": "tester1@example.com",
    "emailVerified": False,
    "password": DIGEST,
    "salt": SALT,
    "sessionToken": "47vn9wub7mqe5piw9ktd6d8tx",
    "authData": {"weixin": {"openid": "o1", "access_token": "x"}},
    "ACL": {"*": {"read": True}},
    "gender": "female",
    "nickname": "",
    "ratio": 1.0,
    "count": 2**70,
}


def read(**fields: Any) -> User:
    return user_of({**ROW, **fields}, app="app", home="CN", keyring=RING)


def written(user: User, *, home: str = "CN", keyring: Keyring = RING) -> dict[str, Any]:
    return row_of(user, home=home, keyring=keyring)


def test_a_row_becomes_a_user_with_all_that_it_says() -> None:
    user = read()

    assert user.phone
    assert (user.id, user.username, user.phone.e164) == (
        ROW["objectId"],
        "tester1",
        "+8618612345678",
    )
    assert (user.phone_verified, user.email_verified) == (True, False)
    assert passwords.matches(PASSWORD, user.password)
    assert user.session.admits("47vn9wub7mqe5piw9ktd6d8tx")
    assert user.session.token(RING, user.context) == "47vn9wub7mqe5piw9ktd6d8tx"
    assert user.fields == {
        name: ROW[name] for name in ("ACL", "gender", "nickname", "ratio", "count")
    }
    assert type(user.fields["ratio"]) is float


def test_a_user_is_written_as_the_row_they_came_in() -> None:
    assert written(read()) == ROW


@pytest.mark.parametrize(
    ("fields", "differing"),
    [
        ({"createdAt": {"__type": "Date", "iso": ROW["createdAt"]}}, {}),
        ({"createdAt": "2019-09-19T14:06:04.022999+08:00"}, {}),
        ({"updatedAt": None}, {"updatedAt": ROW["createdAt"]}),
        ({"mobilePhoneNumber": 18612345678}, {}),
        ({"mobilePhoneNumber": "+86 186-1234-5678"}, {"mobilePhoneNumber": "+86 186-1234-5678"}),
        ({"mobilePhoneNumber": ""}, {"mobilePhoneNumber": None, "mobilePhoneVerified": False}),
        ({"email": None, "emailVerified": True}, {"email": None, "emailVerified": False}),
        ({"mobilePhoneVerified": None}, {"mobilePhoneVerified": False}),
        ({"username": None}, {"username": None}),
        ({"authData": {**ROW["authData"], "qq": None}}, {}),
        ({"authData": {"qq": None}}, {"authData": None}),
        ({"sessionToken": ""}, {"sessionToken": None}),
        ({"password": None, "salt": None}, {"password": None, "salt": None}),
        ({"password": "", "salt": ""}, {"password": None, "salt": None}),
        ({"className": "_User", "__type": "Object", "smsCode": "123456"}, {}),
        ({"error": "a field as any other"}, {"error": "a field as any other"}),
    ],
    ids=str,
)
def test_what_says_the_same_is_read_the_same(
    fields: dict[str, Any], differing: dict[str, Any]
) -> None:
    expected = {name: said for name, said in {**ROW, **differing}.items() if said is not None}

    assert written(read(**fields)) == expected


@pytest.mark.parametrize(
    "hashed", [{"bcryptPassword": BCRYPT}, {"argon2Password": ARGON2}], ids=list
)
def test_other_hashes_come_and_go_as_they_are(hashed: dict[str, str]) -> None:
    user = read(password=None, salt=None, **hashed)

    assert written(user).items() >= hashed.items()
    assert "salt" not in written(user)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"objectId": None}, "objectId: missing"),
        ({"objectId": 7}, "objectId: not"),
        ({"objectId": ""}, "objectId: not"),
        ({"objectId": "a#b"}, "objectId: not"),
        ({"createdAt": None}, "createdAt: not a date"),
        ({"createdAt": 1568873164022}, "createdAt: not a date"),
        ({"createdAt": "2019-09-19T06:06:04.022"}, "createdAt: not a date"),
        ({"createdAt": "1969-12-31T23:59:59.999Z"}, "createdAt: not a date"),
        ({"createdAt": "0001-01-01T00:00:00+23:59"}, "createdAt: not a date"),
        ({"createdAt": {"__type": "Date"}}, "createdAt: not a date"),
        ({"updatedAt": {"iso": ROW["createdAt"]}}, "updatedAt: not a date"),
        ({"username": " "}, "username:"),
        ({"username": 7}, "username:"),
        ({"username": "x" * 257}, "username:"),
        ({"username": "a\u202eb"}, "username:"),
        ({"mobilePhoneNumber": "12"}, "mobilePhoneNumber: not a phone number"),
        ({"mobilePhoneNumber": True}, "mobilePhoneNumber: not a phone number"),
        ({"mobilePhoneNumber": "abc"}, "mobilePhoneNumber: not a phone number"),
        ({"mobilePhoneVerified": "yes"}, "mobilePhoneVerified: neither true nor false"),
        ({"email": "nobody"}, "email: not an e-mail address"),
        ({"email": ["a@b.cn"]}, "email: not an e-mail address"),
        ({"emailVerified": 1}, "emailVerified: neither true nor false"),
        ({"authData": "weixin"}, "authData:"),
        ({"authData": {"weixin": "o1"}}, "authData:"),
        ({"authData": {"weixin": {}}}, "authData:"),
        ({"authData": {"wei xin": {"openid": "o1"}}}, "authData:"),
        ({"password": "x"}, "password and salt:"),
        ({"password": DIGEST[4:]}, "password and salt:"),
        ({"password": None}, "password and salt:"),
        ({"salt": None}, "password and salt:"),
        ({"salt": "a$b"}, "password and salt:"),
        ({"password": None, "salt": None, "bcryptPassword": "x"}, "bcryptPassword:"),
        ({"password": None, "salt": None, "bcryptPassword": 7}, "bcryptPassword:"),
        ({"password": None, "salt": None, "argon2Password": BCRYPT}, "argon2Password:"),
        (
            {"password": None, "salt": None, "argon2Password": ARGON2.replace("19456", "9999999")},
            "argon2Password:",
        ),
        ({"bcryptPassword": BCRYPT}, "more than one password"),
        ({"sessionToken": "词"}, "sessionToken:"),
        ({"sessionToken": 7}, "sessionToken:"),
        ({"story": "x" * LARGEST}, "larger than 350 kB"),
        ({"story": "词" * (LARGEST // 6)}, "larger than 350 kB"),
        ({"salt": "x" * LARGEST}, "larger than 350 kB"),
        ({"story": "\ud83d"}, "text that is not Unicode"),
        ({"sto\udc80ry": 1}, "text that is not Unicode"),
        ({"ratio": float("inf")}, "a number that is too large"),
        (
            dict.fromkeys(("username", "mobilePhoneNumber", "email", "authData")),
            "no username, mobilePhoneNumber, email or authData",
        ),
    ],
    ids=lambda case: str(case)[:60],
)
def test_a_row_that_cannot_be_a_user_says_why(fields: dict[str, Any], reason: str) -> None:
    with pytest.raises(BadRow) as refused:
        read(**fields)

    assert refused.value.reason.startswith(reason)
    for secret in (ROW["salt"], ROW["sessionToken"], "18612345678", "tester1"):
        assert str(secret) not in refused.value.reason


@pytest.mark.parametrize("said", [None, 7, "text", [], [ROW]])
def test_what_is_no_object_is_no_row(said: Any) -> None:
    with pytest.raises(BadRow, match="not an object"):
        user_of(said, app="app", home="CN", keyring=RING)


def test_a_deep_object_is_refused_and_stops_nothing() -> None:
    deep: Any = {}
    for _ in range(100_000):
        deep = [deep]

    with pytest.raises(BadRow, match="too deep"):
        read(story=deep)


def test_the_largest_user_fits_an_item() -> None:
    user = read(story="词" * (LARGEST // 6 - 200))

    assert LARGEST - 2000 < weight(user) <= LARGEST


def test_a_session_whose_pepper_is_gone_is_not_written() -> None:
    row = written(read(), keyring=Keyring((b"q" * 32,)))

    assert row == {name: said for name, said in ROW.items() if name != "sessionToken"}


def test_a_number_of_the_old_home_is_written_with_its_country() -> None:
    assert written(read(), home="US")["mobilePhoneNumber"] == "+8618612345678"


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
names = st.from_regex(r"[a-z]{1,8}[0-9]", fullmatch=True)
rows = st.fixed_dictionaries(
    {"objectId": st.from_regex(r"[0-9a-f]{24}", fullmatch=True)},
    optional={
        "mobilePhoneNumber": st.sampled_from(["18612345678", "+12065550100", 18612345679, None]),
        "mobilePhoneVerified": st.none() | st.booleans(),
        "email": st.sampled_from(["a@b.cn", None, ""]),
        "emailVerified": st.booleans(),
        "authData": st.none() | st.dictionaries(names, st.none() | st.just({"uid": 7}), max_size=3),
        "sessionToken": st.none() | st.from_regex(r"[0-9a-z]{25}", fullmatch=True),
        "ACL": st.none() | st.dictionaries(texts, values, max_size=2),
    },
)


@given(
    row=rows,
    own=st.dictionaries(names, values, max_size=5),
    at=st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1)),
)
def test_what_was_written_is_read_as_the_same_user(
    row: dict[str, Any], own: dict[str, Any], at: datetime
) -> None:
    said = {**own, **ROW, **row, "createdAt": f"{at.isoformat(timespec='milliseconds')}Z"}
    first = written(user_of(said, app="app", home="CN", keyring=RING))
    as_text = json.loads(json.dumps(first))

    again = user_of(as_text, app="another", home="CN", keyring=RING)

    assert written(again) == first
    assert {name: first[name] for name in own if own[name] is not None} == {
        name: value for name, value in own.items() if value is not None
    }
