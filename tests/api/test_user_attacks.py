"""What somebody tries who wants another's account, to know of it, or the service to stand still."""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain import passwords
from chalicelib.domain.users import Change
from chalicelib.local import gateway
from chalicelib.local.embedded import APP_ID, MASTER_KEY
from chalicelib.store.user_tables import TryRow, UserRow
from tests.api.test_sms import wrong
from tests.conftest import Clock, Decisions, Desk, Opener
from tests.faults import refusal
from tests.people import (
    NAME,
    PASSWORD,
    Person,
    logged_in,
    meanwhile,
    signed_up,
    verified,
    within,
)
from tests.wire import KEY, PHONE, Door, answered

UNLIMITED = "limit_number= limit_signature= limit_verification="
OTHER = "+8618600000001"
PLANTED = {"weixin": {"uid": "theirs"}, "anonymous": {"id": "theirs-too"}}


@pytest.fixture
def desk(open_desk: Opener) -> Desk:
    return open_desk(UNLIMITED)


def reset(desk: Desk, password: str = "mine", phone: str = PHONE) -> int:
    desk.door.post("requestPasswordResetBySmsCode", mobilePhoneNumber=phone)
    said = json.dumps({"password": password, "mobilePhoneNumber": phone}).encode()
    return desk.door.send("PUT", f"/1.1/resetPasswordBySmsCode/{desk.code(phone)}", said).code


def opened_by(desk: Desk, auth: dict[str, Any]) -> int:
    return desk.door.post("users?failOnNotExist=true", authData=auth).code


def test_no_link_that_was_planted_outlives_the_owners_proof_and_reset(desk: Desk) -> None:
    planted = signed_up(desk, "evil", "known", mobilePhoneNumber=PHONE, authData=PLANTED)
    desk.door.post("requestMobilePhoneVerify", mobilePhoneNumber=PHONE)
    assert desk.door.post(f"verifyMobilePhone/{desk.code()}", mobilePhoneNumber=PHONE).code == 0

    assert reset(desk) == 0

    assert planted.door.get("users/me").code == 211
    assert logged_in(desk, username="evil", password="known") == 210
    for platform, said in PLANTED.items():
        assert opened_by(desk, {platform: said}) == 211


def test_no_link_outlives_a_reset_by_a_number_that_was_not_verified(open_desk: Opener) -> None:
    desk = open_desk(f"unverified_reset=true {UNLIMITED}")
    signed_up(desk, "evil", "known", mobilePhoneNumber=PHONE, authData=PLANTED)

    assert reset(desk) == 0

    for platform, said in PLANTED.items():
        assert opened_by(desk, {platform: said}) == 211


@pytest.mark.parametrize("said", [b"null", json.dumps({"mobilePhoneNumber": PHONE}).encode()])
def test_whoever_proves_their_own_number_keeps_their_links(desk: Desk, said: bytes) -> None:
    person = signed_up(desk, mobilePhoneNumber=PHONE, authData={"weixin": {"uid": "mine"}})
    desk.door.post("requestMobilePhoneVerify", mobilePhoneNumber=PHONE)
    code = desk.code()
    assert person.door.send("POST", f"/1.1/verifyMobilePhone/{code}", said).code == 0

    assert reset(desk) == 0

    assert opened_by(desk, {"weixin": {"uid": "mine"}}) == 0


def test_whoever_gets_a_password_is_anonymous_no_more(desk: Desk) -> None:
    auth = {"anonymous": {"id": "a"}}
    person = signed_up(desk, authData=auth)
    said = {"old_password": PASSWORD, "new_password": "new"}

    assert person.put("/updatePassword", **said).code == 0

    assert opened_by(desk, auth) == 211


#: What somebody with a stolen session, or an old password, has under way while the owner resets.
UNDERWAY: dict[str, Callable[[Person], int]] = {
    "a new password": lambda person: person.put(password="theirs").code,
    "the old one for a new": lambda person: (
        person.put("/updatePassword", old_password=PASSWORD, new_password="theirs").code
    ),
    "a new session": lambda person: person.put("/refreshSessionToken").code,
    "a field": lambda person: person.put(nickname="x").code,
    "the end of it": lambda person: person.door.send("DELETE", f"/1.1/users/{person.id}").code,
}


@pytest.mark.parametrize("underway", UNDERWAY)
def test_nothing_that_was_under_way_outlives_a_reset(desk: Desk, underway: str) -> None:
    person = verified(desk)
    meanwhile(desk, lambda: reset(desk))

    assert UNDERWAY[underway](person) in (206, 210)
    assert logged_in(desk, username=NAME, password="mine") == 0


def test_an_old_password_is_no_login_after_a_reset_that_came_between(desk: Desk) -> None:
    """With a hash of LeanCloud's, which the login itself replaces."""
    brought_along(desk)
    meanwhile(desk, lambda: reset(desk))

    assert logged_in(desk, username=NAME, password="password") == 210
    assert logged_in(desk, username=NAME, password="mine") == 0


def test_a_long_list_is_not_gone_through_a_thousand_times(desk: Desk) -> None:
    person = signed_up(desk)
    person.put(a=[1] * 20000)
    remove = {"__op": "Remove", "objects": []}
    begun = time.monotonic()

    assert person.put(a={"__op": "Batch", "ops": [remove] * 200}).code == 111
    assert person.put(a={"__op": "Batch", "ops": [remove] * 10}).code == 0

    assert time.monotonic() - begun < 10


def test_codes_of_nobody_are_counted_for_the_app_whatever_addresses_guess(
    desk: Desk, clock: Clock
) -> None:
    signed_up(desk, mobilePhoneNumber=PHONE)
    desk.door.post("requestMobilePhoneVerify", mobilePhoneNumber=PHONE)
    code = desk.code()

    def alone(guess: str, place: int) -> int:
        path, headers = f"/1.1/verifyMobilePhone/{guess}", {"Host": "x", **KEY}
        event = gateway.event("POST", path, headers, b"null", source_ip=f"198.51.100.{place}")
        return answered(event).code

    answers = [alone(guess, place) for place, guess in enumerate(wrong(code, 101))]

    assert answers == [603] * 100 + [601]
    assert alone(code, 200) == 601
    assert desk.door.post(f"verifyMobilePhone/{code}", mobilePhoneNumber=PHONE).code == 0
    clock.pass_(hours=1)
    assert alone(code, 200) == 603


def test_a_right_code_without_its_number_is_no_miss(desk: Desk) -> None:
    signed_up(desk, mobilePhoneNumber=PHONE)
    desk.door.post("requestMobilePhoneVerify", mobilePhoneNumber=PHONE)
    assert desk.door.send("POST", f"/1.1/verifyMobilePhone/{desk.code()}", b"null").code == 0

    assert not [row.key for row in TryRow.scan() if row.key.endswith("missed")]


@pytest.fixture
def discreet(open_desk: Opener, clock: Clock) -> Desk:
    desk = open_desk(f"discreet=true {UNLIMITED}")
    desk.service.gates.even_after = timedelta(0)
    return desk


@pytest.mark.parametrize(
    "fields",
    [{"username": " "}, {"password": 5}, {"email": "x"}, {"a b": 1}, {"password": "x" * 300}],
)
def test_a_discreet_app_judges_a_code_before_all_else(
    discreet: Desk, fields: dict[str, Any]
) -> None:
    verified(discreet)
    for phone in (PHONE, OTHER):
        said = {"mobilePhoneNumber": phone, "smsCode": "000000", **fields}
        assert discreet.door.post("usersByMobilePhone", **said).code == 603


def test_a_discreet_app_locks_alike(discreet: Desk) -> None:
    verified(discreet)
    answers = {
        phone: [
            discreet.door.post("usersByMobilePhone", mobilePhoneNumber=phone, smsCode="x").code
            for _ in range(8)
        ]
        for phone in (PHONE, OTHER)
    }
    assert answers[PHONE] == answers[OTHER] == [603] * 7 + [219]


def test_a_discreet_app_locks_a_number_in_every_spelling(discreet: Desk) -> None:
    for phone in (PHONE, OTHER):
        if phone == PHONE:
            verified(discreet)
        for _ in range(7):
            assert logged_in(discreet, mobilePhoneNumber=phone, password="x") == 210
        assert logged_in(discreet, username=phone.removeprefix("+86"), password="x") == 219


def test_a_discreet_app_does_not_say_whose_a_number_is_before_its_code(discreet: Desk) -> None:
    person = signed_up(discreet, "jerry")
    verified(discreet)
    for phone in (PHONE, OTHER):
        said = {"mobilePhoneNumber": phone, "code": "000000"}
        assert person.door.post("changePhoneNumber", **said).code == 603


def test_a_discreet_app_says_nothing_of_carriers_and_money(
    open_desk: Opener, decisions: Decisions
) -> None:
    desk = open_desk(f"discreet=true {UNLIMITED}", SENDERS="sns")
    desk.service.gates.even_after = timedelta(0)
    verified(desk)
    desk.faults.always("sns.Publish", refusal("Throttling", xml=True))

    for phone in (PHONE, OTHER):
        assert desk.door.post("requestLoginSmsCode", mobilePhoneNumber=phone).code == 0

    assert decisions("code_unsent")[0]["refusal"] == "SendFailed"


def test_nothing_is_hashed_of_a_sign_up_that_is_refused(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_up(desk)
    hashed: list[str] = []
    true_hash = passwords.hash
    monkeypatch.setattr(passwords, "hash", lambda one: hashed.append(one) or true_hash(one))

    for fields in (
        {"username": NAME},
        {"username": " "},
        {},
        {"username": "x", "email": "x"},
        {"username": "x", "mobilePhoneNumber": "1"},
    ):
        assert desk.door.post("users", **{"password": "x", **fields}).code != 0
    said = {"mobilePhoneNumber": PHONE, "smsCode": "000000", "password": "x"}
    assert desk.door.post("usersByMobilePhone", **said).code == 603
    body = {"password": "x"}
    one = {"method": "POST", "path": "/1.1/users", "body": body}
    assert desk.door.post("batch", requests=[one] * 11).code == 1

    assert hashed == []


def test_a_document_is_measured_as_it_is_kept(desk: Desk) -> None:
    person = signed_up(desk)
    for name in "abc":
        body = json.dumps({name: "é" * 31000}, ensure_ascii=False).encode()
        assert person.door.send("PUT", f"/1.1/users/{person.id}", body).code in (0, 116)
    (row,) = UserRow.scan()
    assert len(row.serialize()["fields"]["S"].encode()) < 200_100


@pytest.mark.parametrize("name", ["x" * 2100, "é" * 1200, "字" * 30000])
@pytest.mark.parametrize("kind", ["username", "email"])
def test_a_name_that_no_key_could_hold_is_nobodys(desk: Desk, kind: str, name: str) -> None:
    assert logged_in(desk, **{kind: name}, password="x") in (211, 107)
    listed = desk.master.get("users", where=json.dumps({kind: name[:3000]}))
    assert listed.json == {"results": []}


def test_a_stranger_does_not_read_a_number_in_a_name(desk: Desk) -> None:
    desk.send()
    said = {"mobilePhoneNumber": PHONE, "smsCode": desk.code()}
    made = desk.door.post("usersByMobilePhone", **said).json

    assert PHONE not in desk.door.get(f"users/{made['objectId']}").raw.decode()
    own = within(made["sessionToken"]).get(f"users/{made['objectId']}").json
    assert own["username"] == PHONE
    assert "username" in desk.door.get(f"users/{signed_up(desk).id}").json


def test_an_old_browsers_condition_is_not_dropped(desk: Desk) -> None:
    signed_up(desk)
    signed_up(desk, "jerry")
    said = {"_ApplicationId": APP_ID, "_MasterKey": MASTER_KEY, "_method": "GET"}
    body = json.dumps({**said, "where": {"username": "jerry"}}).encode()

    answer = Door({}).send("POST", "/1.1/users", body, Content_Type="text/plain")

    assert [user["username"] for user in answer.json["results"]] == ["jerry"]


@pytest.mark.parametrize(
    "path", ["http://[", "//", "?", "/1.1/users?%", "x" * 5000, "/1.1/users/\0"]
)
def test_a_path_in_a_batch_that_is_none_is_no_fault_of_ours(desk: Desk, path: str) -> None:
    one = {"method": "GET", "path": path, "body": {"__internalId": "x"}}

    assert desk.door.post("batch/save", requests=[one]).status < 500
    assert "error" in desk.door.post("batch", requests=[one]).json[0] or path.startswith("/1.1")


def test_the_log_holds_no_number_and_no_address_of_a_field(
    desk: Desk, decisions: Decisions
) -> None:
    person = signed_up(desk)
    person.put(**{PHONE: 1, "tom@example.com": 1})
    person.put(**{"tom@example.com": 1})
    person.put(authData={"tom@example.com": {"uid": "1"}})

    said = json.dumps(decisions())

    assert PHONE not in said
    assert "tom@example.com" not in said


@pytest.mark.parametrize("acl", [[], "x", 5, True])
def test_an_acl_that_is_none_is_refused(desk: Desk, acl: object) -> None:
    assert desk.door.post("users", username=NAME, password="x", ACL=acl).code == 111


def test_a_name_like_a_number_too_new_for_the_tables_is_refused_where_such_are_taken(
    open_desk: Opener,
) -> None:
    desk = open_desk("loose_numbers=true")

    assert desk.door.post("users", username="14012345678", password="x").code == 217


def test_an_outage_is_no_failed_login(desk: Desk) -> None:
    verified(desk)
    desk.door.post("requestLoginSmsCode", mobilePhoneNumber=PHONE)
    said = {"mobilePhoneNumber": PHONE, "smsCode": desk.code()}
    for _ in range(8):
        # The try is counted; the guess is not, nor whether it is right.
        desk.faults.next("dynamodb.UpdateItem", None, *[refusal("InternalServerError", 500)] * 8)
        assert logged_in(desk, **said) == 503
        desk.faults.mend()

    assert logged_in(desk, **said) == 0


LEANCLOUD = passwords.leancloud(
    "h60d8x797d3oa0naxybxxv9bn7xpt2yiowz68mpiwou7gwr2",
    "tA7BLW+NK0UeARng0693gCaVnljkglCB9snqlpCSUKjx2RgYp8VZZOQt0S5iUtlDrkJXfT3gknS4rRqjYsd/Ug==",
)


def brought_along(desk: Desk) -> Person:
    """Somebody whose password, `password`, is hashed by LeanCloud's scheme."""
    person = verified(desk)
    users = desk.service.people.users
    before = users.find(KEY["X-LC-Id"], person.id)
    users.write([Change(before, replace(before, password=LEANCLOUD))])
    return person


def test_who_proves_a_number_without_a_session_keeps_their_links(desk: Desk) -> None:
    """Java's SDK sends none with the code, and who came by a platform has no password."""
    made = desk.door.post("users", authData={"weixin": {"openid": "mine"}}).json
    person = Person(desk, made["objectId"], made["sessionToken"])
    person.put(mobilePhoneNumber=PHONE)
    desk.door.post("requestMobilePhoneVerify", mobilePhoneNumber=PHONE)
    assert desk.door.send("POST", f"/1.1/verifyMobilePhone/{desk.code()}", b"").code == 0

    again = desk.door.post("users", authData={"weixin": {"openid": "mine"}})

    assert (again.status, again.json["objectId"]) == (200, person.id)


def test_two_devices_log_in_at_once_with_a_password_that_was_brought_along(desk: Desk) -> None:
    person = brought_along(desk)
    said = {"username": NAME, "password": "password"}
    meanwhile(desk, lambda: logged_in(desk, **said))

    answer = desk.door.post("login", **said)

    assert (answer.status, answer.json["sessionToken"]) == (200, person.token)


def test_a_password_that_is_hashed_anew_meanwhile_is_still_the_old_one(desk: Desk) -> None:
    person = brought_along(desk)
    meanwhile(desk, lambda: logged_in(desk, username=NAME, password="password"))

    said = {"old_password": "password", "new_password": "new"}
    assert person.put("/updatePassword", **said).code == 0

    assert logged_in(desk, username=NAME, password="new") == 0


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"password": "short"}, 218),
        ({"email": "x"}, 125),
        ({"username": NAME}, 202),
        ({"email": "taken@example.com"}, 203),
    ],
)
def test_no_guess_is_spent_on_what_is_wrong_beside_the_code(
    open_desk: Opener, fields: dict[str, Any], code: int
) -> None:
    desk = open_desk(f"password_least=8 {UNLIMITED}")
    signed_up(desk, email="taken@example.com")
    desk.send()
    handed = {"mobilePhoneNumber": PHONE, "smsCode": desk.code()}
    for _ in range(6):
        assert desk.door.post("usersByMobilePhone", **handed, **fields).code == code

    assert desk.door.post("usersByMobilePhone", **handed).status == 201


def test_a_session_beside_which_another_came_goes_on(desk: Desk) -> None:
    """As when a token cannot be told any more, and the next login gets a second one."""
    person = signed_up(desk)
    people = desk.service.people

    def beside() -> None:
        user = people.users.find(KEY["X-LC-Id"], person.id)
        session = people.session(user, "x" * 25).beside(user.session)
        people.users.write([Change(user, user.with_session(session))])

    meanwhile(desk, beside)

    assert person.put(nickname="x").code == 0
    assert person.seen()["nickname"] == "x"


def test_an_outage_forgives_no_failures(desk: Desk, clock: Clock) -> None:
    verified(desk)
    desk.door.post("requestLoginSmsCode", mobilePhoneNumber=PHONE)
    for _ in range(6):
        assert logged_in(desk, username=NAME, password="wrong") == 210
    # The try is written twice, for there were others; the guess is not.
    down = [refusal("InternalServerError", 500)] * 4
    desk.faults.next("dynamodb.UpdateItem", None, None, *down)
    said = {"mobilePhoneNumber": PHONE, "smsCode": desk.code()}
    assert logged_in(desk, **said) == 503
    desk.faults.mend()

    assert logged_in(desk, username=NAME, password="wrong") == 210
    assert logged_in(desk, username=NAME, password=PASSWORD) == 219


def test_how_many_codes_may_miss_is_the_apps_to_say(open_desk: Opener) -> None:
    desk = open_desk(f"code_misses=10 limit_code_only= {UNLIMITED}")

    answers = [desk.door.post(f"verifyMobilePhone/{place:06}").code for place in range(11)]

    assert answers == [603] * 10 + [601]
