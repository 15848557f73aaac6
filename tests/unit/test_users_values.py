"""A user: what they may write, what others see of them, and what is theirs alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain import sessions
from chalicelib.domain.claims import Claim, Holding, Kind, Taken, phone_claim, session_claim
from chalicelib.domain.codes import Keyring
from chalicelib.domain.errors import InvalidPhoneNumber, Refusal
from chalicelib.domain.fields import NAMED, PROTECTED, READ_ONLY, VERIFIED, selected, writable
from chalicelib.domain.phones import PhoneNumber
from chalicelib.domain.sessions import Session
from chalicelib.domain.user_errors import (
    EmailTaken,
    InvalidEmail,
    InvalidKey,
    InvalidUsername,
    LinkTaken,
    MissingLink,
    MissingUsername,
    PhoneTaken,
    UsernameTaken,
    WrongType,
)
from chalicelib.domain.users import Change, User, must_be_named, number_like

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
PHONE, OTHER = PhoneNumber("+8618612345678"), PhoneNumber("+8613812345678")
RING = Keyring((b"p" * 32,))
TOKEN = "qmdj8pdidnmyzp0c7yqil91oc"
AUTH = {"weixin": {"openid": "an-openid", "access_token": "an-access-token"}}

ANN = User(
    "an-app",
    "5d831accf40d3a0007541fb7",
    NOON,
    NOON,
    username="Ann",
    phone=PHONE,
    phone_said="186 1234 5678",
    phone_verified=True,
    email="ann@example.com",
    email_verified=True,
    password="$argon2id$a-hash",
    session=Session.of(TOKEN, RING, "an-app\0ann"),
    auth=AUTH,
    fields={"age": 30, "ACL": {"*": {"read": True}}},
    version=7,
)
NOBODY = User("an-app", "nobody", NOON, NOON)


def written(user: User = ANN, *, home: str = "CN", **said: object) -> User:
    """*user* with some fields written; None is one that is gone."""
    document = {**user.document, **said}
    document = {name: value for name, value in document.items() if value is not None}
    return user.written(document, home=home, now=LATER)


def test_a_new_user_has_an_id_as_mongodb_makes_them() -> None:
    made = [User.new("an-app", now=NOON) for _ in range(100)]

    assert len({user.id for user in made}) == 100
    assert {user.id[:8] for user in made} == {f"{int(NOON.timestamp()):08x}"}
    assert all(len(user.id) == 24 and User.named(user.id) for user in made)
    assert made[0].shown(whole=True) == {
        "objectId": made[0].id,
        "createdAt": "2026-11-21T12:00:00.000Z",
        "updatedAt": "2026-11-21T12:00:00.000Z",
        "mobilePhoneVerified": False,
        "emailVerified": False,
    }


@pytest.mark.parametrize("id", ["", " ", "a b", "a/b", "a#b", "a.b", "a\n", "á", "a" * 65, "*"])
def test_what_is_no_users_id(id: str) -> None:
    assert not User.named(id)


def test_the_whole_user_is_shown_without_password_and_token() -> None:
    assert ANN.shown(whole=True) == {
        "objectId": "5d831accf40d3a0007541fb7",
        "createdAt": "2026-11-21T12:00:00.000Z",
        "updatedAt": "2026-11-21T12:00:00.000Z",
        "username": "Ann",
        "mobilePhoneNumber": "186 1234 5678",
        "mobilePhoneVerified": True,
        "email": "ann@example.com",
        "emailVerified": True,
        "authData": AUTH,
        "age": 30,
        "ACL": {"*": {"read": True}},
    }


def test_others_see_no_number_no_address_no_link_and_no_acl() -> None:
    shown, whole = ANN.shown(whole=False), ANN.shown(whole=True)

    assert set(whole) - set(shown) == {"mobilePhoneNumber", "email", "authData", "ACL"}
    assert shown.items() <= whole.items()


@pytest.mark.parametrize("whole", [True, False])
def test_what_stands_fast_is_not_shown_as_a_field_says(whole: bool) -> None:
    sly = {"objectId": "x", "createdAt": "x", "updatedAt": "x", "error": "x"}
    sly |= {"mobilePhoneVerified": True, "emailVerified": True}
    user = replace(NOBODY, fields=sly)

    shown = user.shown(whole=whole)

    assert "x" not in shown.values()
    assert (shown["objectId"], shown["mobilePhoneVerified"]) == ("nobody", False)


def test_a_phone_is_shown_as_its_owner_wrote_it_or_as_it_is() -> None:
    assert ANN.document["mobilePhoneNumber"] == "186 1234 5678"
    assert replace(ANN, phone_said="").document["mobilePhoneNumber"] == PHONE.e164


def test_a_document_that_is_shown_is_not_the_users_own() -> None:
    document = ANN.document
    document["authData"].clear()
    document["age"] = 31

    assert (ANN.auth, ANN.fields["age"]) == (AUTH, 30)


def test_writing_what_stands_changes_nothing_but_the_time() -> None:
    assert written() == replace(ANN, updated_at=LATER)
    bare = replace(ANN, phone_said="")
    assert written(bare) == replace(bare, updated_at=LATER)


def test_the_time_of_a_change_never_goes_back() -> None:
    early = NOON - timedelta(seconds=1)

    assert ANN.written(ANN.document, home="CN", now=early).updated_at == NOON
    assert ANN.with_phone(OTHER, "", now=early).updated_at == NOON
    assert ANN.without_phone(now=early).updated_at == NOON
    assert ANN.with_password("x", now=early).updated_at == NOON


def test_a_users_own_fields_are_all_that_has_no_meaning_of_its_own() -> None:
    said: dict[str, Any] = dict.fromkeys(NAMED - {"username", *PROTECTED}, "x")

    after = written(**said, mine=[1], ACL={}, Age="30", passwordHint="x")

    assert after.fields == {"age": 30, "mine": [1], "ACL": {}, "Age": "30", "passwordHint": "x"}
    assert (after.id, after.created_at, after.password) == (ANN.id, NOON, ANN.password)
    assert (after.session, after.version) == (ANN.session, 7)


def test_what_is_written_no_more_is_gone() -> None:
    after = ANN.written({}, home="CN", now=LATER)

    assert after == replace(
        ANN,
        username="",
        phone=None,
        phone_said="",
        phone_verified=False,
        email="",
        email_verified=False,
        auth={},
        fields={},
        updated_at=LATER,
    )


@pytest.mark.parametrize(
    ("said", "phone", "verified"),
    [
        ("186 1234 5678", PHONE, True),
        ("18612345678", PHONE, True),
        ("+8618612345678", PHONE, True),
        (" +86 186-1234-5678 ", PHONE, True),
        ("＋8618612345678", PHONE, True),
        (18612345678, PHONE, True),
        ("13812345678", OTHER, False),
        ("+8613812345678", OTHER, False),
        (13812345678, OTHER, False),
        ("", None, False),
        (None, None, False),
    ],
)
def test_another_phone_is_not_verified_and_another_spelling_is_no_other(
    said: object, phone: PhoneNumber | None, verified: bool
) -> None:
    after = written(mobilePhoneNumber=said)

    assert (after.phone, after.phone_verified) == (phone, verified)
    assert after.phone_said == (str(said).strip() if phone else "")
    assert after.email_verified


def test_a_phone_that_is_not_verified_is_not_so_by_being_written() -> None:
    unproved = replace(ANN, phone_verified=False)

    assert not written(unproved).phone_verified
    assert not written(unproved, mobilePhoneNumber=PHONE.e164).phone_verified
    assert not written(replace(NOBODY, username="x"), mobilePhoneVerified=True).phone_verified


def test_a_phone_stays_the_same_where_the_app_has_moved() -> None:
    """Its number as written belongs to the region it was written in."""
    after = written(home="US", age=31)

    assert (after.phone, after.phone_said, after.phone_verified) == (PHONE, "186 1234 5678", True)
    assert written(home="US", mobilePhoneNumber="206-555-0100").phone == PhoneNumber("+12065550100")


@pytest.mark.parametrize(
    ("name", "said", "refusal"),
    [
        *(("mobilePhoneNumber", said, InvalidPhoneNumber) for said in (True, [], {}, 1.5, 0, -1)),
        *(("mobilePhoneNumber", said, InvalidPhoneNumber) for said in (" ", "12", "a", "1" * 9999)),
        *(
            ("username", said, InvalidUsername)
            for said in (" ", "\t", 1, True, ["a"], {}, 0, False)
        ),
        *(("username", said, InvalidUsername) for said in ("a\n", "a\0b", "a\u202eb", "a\u200bb")),
        *(("username", said, InvalidUsername) for said in ("a" * 257, "a\ud800")),
        *(("email", said, InvalidEmail) for said in (1, True, [], {}, " ", "a", "a@b", "@b.c")),
        *(("email", said, InvalidEmail) for said in ("a@", "a@b.", "a@.b", "a@b..c", "a@b@c.d")),
        *(("email", said, InvalidEmail) for said in ("a b@c.d", "a@b.c\n", " a@b.c", "a\0@b.c")),
        *(("email", said, InvalidEmail) for said in ("a" * 65 + "@b.c", "a@" + "b." * 126 + "cd")),
        *(("authData", said, WrongType) for said in (1, "x", True, ["x"], {"x": 1})),
        ("authData", {"x": {}}, MissingLink),
        ("authData", {"a b": {"uid": "1"}}, InvalidKey),
    ],
)
def test_what_cannot_be_one_is_refused(name: str, said: object, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        written(**{name: said})


@pytest.mark.parametrize(
    "name", ["a", "Ann Lee", " a", "天", "a@b.c", "18612345678", "😀", "a" * 256]
)
def test_a_username_stays_exactly_as_it_is(name: str) -> None:
    assert written(username=name).username == name


@pytest.mark.parametrize(
    "email",
    [
        "a@b.c",
        "A.b+c@D.example.com",
        "用户@例子.公司",
        "a" * 64 + "@b.c",
        "o'brien@x.ie",
        "a@1.2.3.4",
    ],
)
def test_another_address_is_not_verified_and_stays_exactly_as_it_is(email: str) -> None:
    after = written(email=email)

    assert (after.email, after.email_verified) == (email, False)
    assert after.phone_verified
    assert not written(email="").email_verified
    assert not written(email="Ann@example.com").email_verified, "case counts, as LeanCloud has it"


def test_platforms_that_are_null_are_let_go() -> None:
    assert written(authData={**AUTH, "qq": None}).auth == AUTH
    assert written(authData={"weixin": None}).auth == {}


def test_what_is_one_users_alone_is_their_claim() -> None:
    both = Session(("seal-1", "seal-2"))
    user = replace(ANN, session=both, phone_verified=False)

    assert user.claims == {
        Claim(Kind.USERNAME, "Ann"): Holding(ANN.id),
        Claim(Kind.PHONE, PHONE.e164): Holding(ANN.id, proved=False),
        Claim(Kind.EMAIL, "ann@example.com"): Holding(ANN.id),
        Claim(Kind.SESSION, "seal-1"): Holding(ANN.id),
        Claim(Kind.SESSION, "seal-2"): Holding(ANN.id),
        Claim(Kind.LINK, "weixin#an-openid"): Holding(ANN.id),
    }
    assert ANN.claims[phone_claim(PHONE)] == Holding(ANN.id, proved=True)
    assert NOBODY.claims == {}


def test_a_session_is_claimed_by_its_seal_and_never_by_its_token() -> None:
    claim = session_claim(TOKEN)

    assert claim in ANN.claims
    assert claim.value == sessions.seal(TOKEN)
    assert not any(TOKEN in str(one) for one in ANN.claims)


def test_two_phones_spelt_alike_are_one_claim_and_two_names_are_two() -> None:
    other = written(NOBODY, mobilePhoneNumber="+86 186 1234 5678", username="ann")

    assert ANN.claims.keys() & other.claims.keys() == {phone_claim(PHONE)}


@pytest.mark.parametrize(
    ("kind", "refusal"),
    [
        (Kind.USERNAME, UsernameTaken),
        (Kind.PHONE, PhoneTaken),
        (Kind.EMAIL, EmailTaken),
        (Kind.LINK, LinkTaken),
    ],
)
def test_what_is_taken_is_refused_without_saying_it(kind: Kind, refusal: type[Refusal]) -> None:
    taken = Taken(Claim(kind, "135791-hidden"))

    assert type(taken.refusal) is refusal
    assert (
        "hidden" not in f"{taken!r} {taken} {taken.refusal!r} {taken.refusal.text} {taken.claim!r}"
    )


@pytest.mark.parametrize(
    ("acl", "readers"),
    [
        (None, {"ann", "bob", ""}),
        ("x", {"ann"}),
        ({}, {"ann"}),
        ({"*": {"read": True}}, {"ann", "bob", ""}),
        ({"*": {"read": False, "write": True}}, {"ann"}),
        ({"*": {"read": 1}}, {"ann"}),
        ({"*": {"read": "true"}}, {"ann"}),
        ({"*": True}, {"ann"}),
        ({"bob": {"read": True}}, {"ann", "bob"}),
        ({"bob": {"write": True}}, {"ann"}),
        ({"bob": {"read": True}, "*": {"read": False}}, {"ann", "bob"}),
        ({"bob": {"read": False}, "*": {"read": True}}, {"ann", "bob", ""}),
        ({"ann": {"read": False}}, {"ann"}),
        ({"": {"read": True}}, {"ann"}),
        ({"role:admin": {"read": True}}, {"ann"}),
    ],
)
def test_an_acl_says_who_may_read_a_user(acl: object, readers: set[str]) -> None:
    user = replace(ANN, id="ann", fields={} if acl is None else {"ACL": acl})

    assert {viewer for viewer in ("ann", "bob", "") if user.readable_by(viewer)} == readers


def test_whoever_proves_a_phone_has_it_as_they_wrote_it_before() -> None:
    unproved = replace(ANN, phone_verified=False)

    proved = unproved.with_phone(PHONE, "", now=LATER)
    moved = ANN.with_phone(OTHER, "138 1234 5678", now=LATER)

    assert proved == replace(ANN, updated_at=LATER)
    assert (moved.phone, moved.phone_said, moved.phone_verified) == (OTHER, "138 1234 5678", True)
    assert moved.updated_at == LATER


def test_whoever_loses_a_phone_keeps_all_else() -> None:
    lost = ANN.without_phone(now=LATER)

    assert lost == replace(ANN, phone=None, phone_said="", phone_verified=False, updated_at=LATER)
    assert "mobilePhoneNumber" not in lost.shown(whole=True)
    assert phone_claim(PHONE) not in lost.claims


def test_a_secret_of_a_users_is_bound_to_them_and_their_app() -> None:
    contexts = {replace(ANN, app=app, id=id).context for app in ("a", "b") for id in ("a", "b")}

    assert len(contexts) == 4


@pytest.mark.parametrize("master", [True, False])
def test_what_is_read_only_is_not_written(master: bool) -> None:
    given: dict[str, Any] = dict.fromkeys(NAMED, "x")
    given |= {f"{name}.more": "x" for name in (*READ_ONLY, "smsCode")} | {"mine": 1}
    said = set(writable(given, master=master))

    assert said == {"username", "password", "mine", *PROTECTED} | (VERIFIED if master else set())


@pytest.mark.parametrize("name", ["error", "error.more"])
def test_a_field_that_sdks_take_for_a_refusal_is_refused(name: str) -> None:
    with pytest.raises(InvalidKey):
        writable({name: 1}, master=True)
    assert writable({"errors": 1, "a.error": 1}, master=False) == {"errors": 1, "a.error": 1}


@pytest.mark.parametrize(
    ("keys", "names"),
    [
        ("", {"age", "username"}),
        (" , ", {"age", "username"}),
        ("age", {"age"}),
        (" age , missing", {"age"}),
        ("objectId", set()),
        ("Age", set()),
    ],
)
def test_keys_select_what_is_shown_besides_what_always_is(keys: str, names: set[str]) -> None:
    shown = {"objectId": "1", "createdAt": "x", "updatedAt": "x", "age": 30, "username": "Ann"}

    assert set(selected(shown, keys)) == {"objectId", "createdAt", "updatedAt", *names}


@pytest.mark.parametrize(
    ("name", "phone"),
    [
        ("18612345678", PHONE),
        ("+86 186-1234-5678", PHONE),
        ("Ann", None),
        ("12345", None),
        ("", None),
        ("02161234567", None),
        ("ann18612345678", None),
    ],
)
def test_a_name_may_look_like_a_mobile_number(name: str, phone: PhoneNumber | None) -> None:
    assert number_like(name, "CN") == phone


def test_a_user_needs_a_name() -> None:
    must_be_named(ANN)
    with pytest.raises(MissingUsername):
        must_be_named(NOBODY)


def test_a_user_shows_no_secret_of_theirs() -> None:
    """Nor the name, which is the number of whoever signed up by it."""
    named = replace(ANN, username=PHONE.e164)
    shown = f"{named!r} {Change(ANN, named)!r} {list(named.claims)!r}"

    secrets = (PHONE.e164, "1234 5678", "example.com", "a-hash", TOKEN, sessions.seal(TOKEN))
    assert not any(one in shown for one in secrets)
    assert not any(one in shown for one in ("openid", "access-token", "'age'"))
    assert not any(one in shown for one in (ANN.session.nonce, ANN.session.masked))
    assert ANN.id in shown
