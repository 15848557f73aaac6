"""LeanCloud's own SDKs keep users in the service as they are.

Each test runs with the Python SDK and with the JavaScript SDK, in Node and in a browser, unless
only one of them can do what it is about.  See `tests/sdk` for what runs them.
"""

import json
import re
import uuid
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from tests.sdks import Connect, OpenPage, Sdk, Servers, ask_page, numbers, refused
from tests.wire import KEY

pytestmark = pytest.mark.sdk

#: A number gets as many messages as a test wants, and codes come back without their number.
UNLIMITED = "limit_number= limit_signature= limit_code_only="

INSTANT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"

#: The SDK that says more than the Python SDK can.
JAVASCRIPT = ("node", "browser")


@dataclass(frozen=True)
class Person:
    """Somebody who is new here."""

    username: str
    phone: str
    password: str = "correct horse"

    @property
    def named(self) -> dict[str, str]:
        return {"username": self.username, "password": self.password}

    @property
    def phoned(self) -> dict[str, str]:
        return {"phone": self.phone, "password": self.password}

    def sign_up(self, sdk: Sdk, **fields: object) -> Any:
        """With a number, which is not verified; what the SDK then has of the user."""
        return sdk("sign_up", **self.named, mobilePhoneNumber=self.phone, **fields)

    def verify(self, sdk: Sdk) -> None:
        """That the number is theirs."""
        sdk("ask_to_verify", phone=self.phone)
        sdk("verify_phone", phone=self.phone, code=sdk.server.code_to(self.phone))


def somebody() -> Person:
    phone = next(numbers)
    return Person(f"reader {phone}", phone)


@pytest.fixture
def person() -> Person:
    return somebody()


@pytest.fixture
def sdk(connect: Connect, kind: str) -> Sdk:
    """An SDK that nobody is logged in with."""
    sdk = connect(kind, SETTINGS=UNLIMITED)
    sdk("log_out")
    return sdk


def another(code: str) -> str:
    """A code that is not *code*."""
    return f"{(int(code) + 1) % 1000000:06}"


def elsewhere(sdk: Sdk, user: Any, method: str, path: str = "", **fields: object) -> Any:
    """What the server says when the user does something with another program."""
    answer = sdk.server.ask(
        method,
        f"/1.1/users/{user['objectId']}{path}",
        json.dumps(fields).encode(),
        {**KEY, "Content-Type": "application/json", "X-LC-Session": user["sessionToken"]},
    )
    assert answer.status == 200, answer.raw
    return answer.json


def test_who_signs_up_is_logged_in(sdk: Sdk, person: Person):
    user = person.sign_up(sdk, nickname="读者")

    assert user["objectId"]
    assert user["username"] == person.username
    assert user["mobilePhoneNumber"] == person.phone
    assert user["mobilePhoneVerified"] is False
    assert user["emailVerified"] is False
    assert user["nickname"] == "读者"
    assert re.fullmatch(INSTANT, user["createdAt"])
    assert re.fullmatch(INSTANT, user["updatedAt"])
    assert "password" not in user
    assert sdk("current") == user
    assert sdk("authenticated") is True


def test_a_number_is_not_needed_to_sign_up(sdk: Sdk, person: Person):
    user = sdk("sign_up", **person.named)

    assert "mobilePhoneNumber" not in user
    assert sdk("log_in", **person.named)["objectId"] == user["objectId"]


def test_signing_up_sends_nothing(sdk: Sdk, person: Person):
    person.sign_up(sdk)

    assert sdk.server.ask("GET", f"/local/inbox/{person.phone}").status == 404


def test_a_name_is_taken_once(sdk: Sdk, person: Person):
    user = person.sign_up(sdk)

    with refused(202):
        sdk("sign_up", **person.named, mobilePhoneNumber=somebody().phone)
    assert sdk("current")["objectId"] == user["objectId"]


@pytest.mark.parametrize("country", ["", "+86"])
def test_a_number_is_taken_once_however_it_is_spelt(sdk: Sdk, person: Person, country: str):
    person.sign_up(sdk)

    with refused(214):
        sdk("sign_up", **somebody().named, mobilePhoneNumber=country + person.phone)


@pytest.mark.parametrize("number", ["1860000", "phone"])
def test_nobody_signs_up_with_a_bad_number(sdk: Sdk, person: Person, number: str):
    with refused(127):
        sdk("sign_up", **person.named, mobilePhoneNumber=number)


@pytest.mark.parametrize("logged_in", [True, False])
def test_a_number_is_verified(sdk: Sdk, person: Person, logged_in: bool):
    """The JavaScript SDK tells the code alone, so that it may not even be known who asks."""
    user = person.sign_up(sdk)
    if not logged_in:
        sdk("log_out")

    person.verify(sdk)

    assert sdk("become", token=user["sessionToken"])["mobilePhoneVerified"] is True


def test_a_wrong_code_does_not_verify_a_number_and_the_right_one_still_does(
    sdk: Sdk, person: Person
):
    person.sign_up(sdk)
    sdk("ask_to_verify", phone=person.phone)
    code = sdk.server.code_to(person.phone)

    with refused(603):
        sdk("verify_phone", phone=person.phone, code=another(code))
    sdk("verify_phone", phone=person.phone, code=code)
    with refused(603):
        sdk("verify_phone", phone=person.phone, code=code)


def test_a_verified_number_is_sent_no_second_code(sdk: Sdk, person: Person):
    person.sign_up(sdk)
    person.verify(sdk)
    said = sdk.server.message_to(person.phone)

    sdk("ask_to_verify", phone=person.phone)

    assert sdk.server.message_to(person.phone) == said


@pytest.mark.parametrize("call", ["ask_to_verify", "ask_to_log_in", "ask_to_reset"])
def test_a_number_that_is_nobodys_is_sent_nothing(sdk: Sdk, person: Person, call: str):
    with refused(213):
        sdk(call, phone=person.phone)

    assert sdk.server.ask("GET", f"/local/inbox/{person.phone}").status == 404


@pytest.mark.parametrize("call", ["ask_to_log_in", "ask_to_reset"])
def test_a_number_that_is_not_verified_opens_no_account(sdk: Sdk, person: Person, call: str):
    person.sign_up(sdk)

    with refused(215):
        sdk(call, phone=person.phone)


def test_one_logs_in_by_name_or_by_number(sdk: Sdk, person: Person):
    user = person.sign_up(sdk)

    for call, known in (("log_in", person.named), ("log_in_by_phone", person.phoned)):
        sdk("log_out")
        again = sdk(call, **known)

        assert again["objectId"] == user["objectId"]
        assert again["sessionToken"] == user["sessionToken"]
        assert again["mobilePhoneNumber"] == person.phone
        assert "password" not in again
        assert sdk("current") == again


@pytest.mark.parametrize(
    ("call", "mistake", "code"),
    [
        ("log_in", {"password": "guessed"}, 210),
        ("log_in", {"username": "nobody"}, 211),
        ("log_in_by_phone", {"password": "guessed"}, 210),
        ("log_in_by_phone", {"phone": "18700000000"}, 213),
    ],
)
def test_nobody_logs_in_with_a_mistake(
    sdk: Sdk, person: Person, call: str, mistake: dict[str, str], code: int
):
    person.sign_up(sdk)
    sdk("log_out")
    known = person.named if call == "log_in" else person.phoned

    with refused(code):
        sdk(call, **{**known, **mistake})
    assert sdk("current") is None


def test_one_logs_in_by_a_code(sdk: Sdk, person: Person):
    user = person.sign_up(sdk)
    person.verify(sdk)
    sdk("log_out")
    sdk("ask_to_log_in", phone=person.phone)
    code = sdk.server.code_to(person.phone)

    with refused(603):
        sdk("log_in_by_code", phone=person.phone, code=another(code))
    again = sdk("log_in_by_code", phone=person.phone, code=code)

    assert again["objectId"] == user["objectId"]
    assert again["sessionToken"] == user["sessionToken"]
    assert "smsCode" not in again
    with refused(603):
        sdk("log_in_by_code", phone=person.phone, code=code)


def test_a_code_alone_signs_up_and_the_next_one_logs_in(sdk: Sdk, phone: str):
    sdk("send", phone=phone)
    code = sdk.server.code_to(phone)

    with refused(603):
        sdk("enter", phone=phone, code=another(code))
    user = sdk("enter", phone=phone, code=code)

    assert user["username"] == user["mobilePhoneNumber"] == phone
    assert user["mobilePhoneVerified"] is True
    assert "smsCode" not in user
    assert sdk("authenticated") is True

    sdk("log_out")
    sdk("send", phone=phone)
    again = sdk("enter", phone=phone, code=sdk.server.code_to(phone))

    assert again["objectId"] == user["objectId"]
    assert again["sessionToken"] == user["sessionToken"]


def test_who_is_logged_in_and_enters_by_a_code_has_thereby_verified_the_number(
    sdk: Sdk, person: Person
):
    user = person.sign_up(sdk)
    sdk("send", phone=person.phone)

    entered = sdk("enter", phone=person.phone, code=sdk.server.code_to(person.phone))

    assert entered["objectId"] == user["objectId"]
    assert entered["mobilePhoneVerified"] is True


def test_a_number_that_was_only_claimed_goes_to_whoever_enters_by_its_code(
    sdk: Sdk, person: Person
):
    """Else whoever claims others' numbers in advance could read in their accounts."""
    user = person.sign_up(sdk)
    sdk("log_out")
    sdk("send", phone=person.phone)

    entered = sdk("enter", phone=person.phone, code=sdk.server.code_to(person.phone))

    assert entered["objectId"] != user["objectId"]
    assert entered["mobilePhoneNumber"] == person.phone
    assert "mobilePhoneNumber" not in sdk("log_in", **person.named)


@pytest.mark.parametrize("kind", JAVASCRIPT)
def test_who_signs_up_by_a_code_may_say_more(sdk: Sdk, person: Person):
    sdk("send", phone=person.phone)
    code = sdk.server.code_to(person.phone)

    user = sdk("enter", phone=person.phone, code=code, **person.named, nickname="读者")

    assert user["username"] == person.username
    assert user["nickname"] == "读者"
    assert sdk("log_in", **person.named)["objectId"] == user["objectId"]


def test_a_password_is_set_anew_by_a_code(sdk: Sdk, person: Person):
    """The JavaScript SDK tells the code and the password, and not whose."""
    user = person.sign_up(sdk)
    person.verify(sdk)
    sdk("log_out")
    sdk("ask_to_reset", phone=person.phone)
    code = sdk.server.code_to(person.phone)

    with refused(603):
        sdk("reset", phone=person.phone, code=another(code), password="stolen")
    sdk("reset", phone=person.phone, code=code, password="battery staple")

    with refused(210):
        sdk("log_in", **person.named)
    again = sdk("log_in", username=person.username, password="battery staple")
    assert again["objectId"] == user["objectId"]
    assert again["sessionToken"] != user["sessionToken"]
    with refused(211):
        sdk("become", token=user["sessionToken"])
    with refused(603):
        sdk("reset", phone=person.phone, code=code, password="stolen")


@pytest.mark.parametrize("ttl", [None, 10, 360])
def test_a_number_is_changed(sdk: Sdk, person: Person, ttl: int | None):
    """Some SDKs say for how long in minutes, and some in seconds."""
    user = person.sign_up(sdk)
    new = next(numbers)
    sdk("ask_to_change", phone=new, ttl=ttl)
    code = sdk.server.code_to(new)

    with refused(603):
        sdk("change_phone", phone=next(numbers), code=code)
    sdk("change_phone", phone=new, code=code)

    changed = sdk("fetch")
    assert changed["mobilePhoneNumber"] == new
    assert changed["mobilePhoneVerified"] is True
    sdk("log_out")
    with refused(213):
        sdk("log_in_by_phone", **person.phoned)
    again = sdk("log_in_by_phone", phone=new, password=person.password)
    assert again["objectId"] == user["objectId"]


def test_a_number_is_not_changed_to_one_that_is_proved_to_be_somebody_elses(
    sdk: Sdk, person: Person
):
    other = somebody()
    other.sign_up(sdk)
    other.verify(sdk)
    person.sign_up(sdk)

    with refused(214):
        sdk("ask_to_change", phone=other.phone)


def test_a_number_that_was_only_claimed_goes_to_whoever_proves_it(sdk: Sdk, person: Person):
    other = somebody()
    other.sign_up(sdk)
    person.sign_up(sdk)
    sdk("ask_to_change", phone=other.phone)

    sdk("change_phone", phone=other.phone, code=sdk.server.code_to(other.phone))

    assert sdk("fetch")["mobilePhoneNumber"] == other.phone
    assert "mobilePhoneNumber" not in sdk("log_in", **other.named)


def test_only_who_is_logged_in_changes_a_number(sdk: Sdk, phone: str):
    with refused(206):
        sdk("ask_to_change", phone=phone)


def test_a_session_token_is_enough_to_be_somebody(sdk: Sdk, person: Person):
    """Some SDKs tell both whom they want to be and who they were."""
    user = person.sign_up(sdk)
    somebody().sign_up(sdk)

    became = sdk("become", token=user["sessionToken"])

    assert became["objectId"] == user["objectId"]
    assert became["username"] == person.username
    assert became["sessionToken"] == user["sessionToken"]
    assert sdk("current") == became


def test_nobody_is_whom_no_session_token_is_of(sdk: Sdk, person: Person):
    user = person.sign_up(sdk)

    with refused(211):
        sdk("become", token=f"{user['sessionToken']}x")
    assert sdk("current")["objectId"] == user["objectId"]


def test_a_session_token_that_is_refreshed_is_another(sdk: Sdk, person: Person):
    user = person.sign_up(sdk)

    refreshed = sdk("refresh_session")

    assert refreshed["objectId"] == user["objectId"]
    assert refreshed["sessionToken"] != user["sessionToken"]
    assert sdk("authenticated") is True
    with refused(211):
        sdk("become", token=user["sessionToken"])


def test_a_dead_session_token_is_noticed_and_in_nobodys_way(sdk: Sdk, person: Person):
    """The SDKs send it with each call until somebody logs in."""
    user = person.sign_up(sdk)
    elsewhere(sdk, user, "PUT", "/refreshSessionToken")

    assert sdk("authenticated") is False
    with refused(206):
        sdk("save", changes=[["set", "nickname", "读者"]])
    person.verify(sdk)
    sdk("ask_to_log_in", phone=person.phone)
    sdk("log_in_by_code", phone=person.phone, code=sdk.server.code_to(person.phone))
    assert sdk("authenticated") is True


def test_a_password_is_changed_by_who_knows_it(sdk: Sdk, person: Person):
    user = person.sign_up(sdk)

    with refused(210):
        sdk("update_password", old="guessed", password="stolen")
    changed = sdk("update_password", old=person.password, password="battery staple")

    assert changed["sessionToken"] != user["sessionToken"]
    assert sdk("authenticated") is True
    with refused(211):
        sdk("become", token=user["sessionToken"])
    with refused(210):
        sdk("log_in", **person.named)
    sdk("log_in", username=person.username, password="battery staple")


@pytest.mark.parametrize(
    ("had", "changes", "has"),
    [
        (
            {},
            [["set", "nickname", "读者"], ["increment", "score", 3], ["add", "tags", "a"]],
            {"nickname": "读者", "score": 3, "tags": ["a"]},
        ),
        ({}, [["add_unique", "tags", "a"]], {"tags": ["a"]}),
        ({"nickname": "a", "age": 30}, [["unset", "nickname"]], {"age": 30}),
        ({"score": 5}, [["increment", "score", -0.5]], {"score": 4.5}),
        ({"tags": ["a"]}, [["add", "tags", "a"]], {"tags": ["a", "a"]}),
        ({"tags": ["a"]}, [["add_unique", "tags", "a"]], {"tags": ["a"]}),
        ({"tags": ["a"]}, [["add_unique", "tags", "b"]], {"tags": ["a", "b"]}),
        ({"tags": ["a", "b", "a"]}, [["remove", "tags", "a"]], {"tags": ["b"]}),
        (
            {"score": 5, "tags": ["a"], "nickname": "a"},
            [["increment", "score", 1], ["add", "tags", "b"], ["unset", "nickname"]],
            {"score": 6, "tags": ["a", "b"]},
        ),
        ({"shelf": {"books": [1]}}, [["set", "shelf", {"books": []}]], {"shelf": {"books": []}}),
    ],
)
def test_what_is_saved_is_fetched(
    sdk: Sdk, person: Person, had: dict[str, Any], changes: list[list[Any]], has: dict[str, Any]
):
    user = person.sign_up(sdk, **had)

    sdk("save", changes=changes)

    found = sdk("look_up", id=user["objectId"])  # into an object that has nothing yet
    assert {name: found.get(name) for name in (*had, *has)} == {**dict.fromkeys(had), **has}


def test_increments_of_two_programs_add_up(sdk: Sdk, person: Person):
    user = person.sign_up(sdk, score=1)
    elsewhere(sdk, user, "PUT", score={"__op": "Increment", "amount": 10})

    sdk("save", changes=[["increment", "score", 100]])

    assert sdk("fetch")["score"] == 111


def test_what_was_changed_elsewhere_may_be_fetched_when_saving(sdk: Sdk, person: Person):
    user = person.sign_up(sdk, score=1)
    elsewhere(sdk, user, "PUT", score={"__op": "Increment", "amount": 10}, nickname="读者")

    saved = sdk("save", changes=[["increment", "score", 100]], fetch=True)

    assert saved["score"] == 111
    assert saved["nickname"] == "读者"
    assert saved["updatedAt"] > user["updatedAt"]


def test_a_save_may_depend_on_what_was_saved_before(sdk: Sdk, person: Person):
    person.sign_up(sdk, balance=5)

    sdk("save", changes=[["increment", "balance", -5]], where={"balance": 5})
    with refused(305):
        sdk("save", changes=[["increment", "balance", -5]], where={"balance": 5})

    assert sdk("fetch")["balance"] == 0


def test_a_taken_name_or_number_is_not_saved(sdk: Sdk, person: Person):
    other = somebody()
    other.sign_up(sdk)
    user = person.sign_up(sdk)

    with refused(202):
        sdk("save", changes=[["set", "username", other.username]])
    # Each SDK tries again to save what it could not: this is another object.
    with refused(214):
        sdk("alter", id=user["objectId"], mobilePhoneNumber=other.phone)


def test_a_number_that_is_saved_is_not_verified(sdk: Sdk, person: Person):
    person.sign_up(sdk)
    person.verify(sdk)
    new = next(numbers)

    sdk("save", changes=[["set", "mobilePhoneNumber", new]])

    saved = sdk("fetch")
    assert saved["mobilePhoneNumber"] == new
    assert saved["mobilePhoneVerified"] is False


def test_others_see_neither_number_nor_session_token(sdk: Sdk, person: Person):
    user = person.sign_up(sdk, nickname="读者")
    somebody().sign_up(sdk)

    seen = sdk("look_up", id=user["objectId"])

    assert seen["username"] == person.username
    assert seen["nickname"] == "读者"
    assert "mobilePhoneNumber" not in seen
    assert not seen.get("sessionToken")


@pytest.mark.parametrize("logged_in", [True, False])
def test_others_change_nothing(sdk: Sdk, person: Person, logged_in: bool):
    user = person.sign_up(sdk, nickname="读者")
    sdk("log_out")
    if logged_in:
        somebody().sign_up(sdk)

    with refused(206):
        sdk("alter", id=user["objectId"], nickname="贼")
    assert sdk("look_up", id=user["objectId"])["nickname"] == "读者"


def test_who_is_nobody_is_not_found(sdk: Sdk):
    with refused(211):
        sdk("look_up", id="0123456789abcdef01234567")


def test_a_user_who_is_deleted_is_gone_and_leaves_the_name_and_the_number(sdk: Sdk, person: Person):
    user = person.sign_up(sdk)

    sdk("destroy")

    sdk("log_out")
    with refused(211):
        sdk("become", token=user["sessionToken"])
    with refused(211):
        sdk("log_in", **person.named)
    assert person.sign_up(sdk)["objectId"] != user["objectId"]


def test_who_logs_out_is_forgotten_here_and_not_elsewhere(sdk: Sdk, person: Person):
    user = person.sign_up(sdk)

    sdk("log_out")

    assert sdk("current") is None
    assert sdk("become", token=user["sessionToken"])["objectId"] == user["objectId"]


def test_an_anonymous_user_is_new_each_time(sdk: Sdk):
    one = sdk("log_in_anonymously")
    sdk("log_out")
    other = sdk("log_in_anonymously")

    assert one["objectId"] != other["objectId"]
    assert sdk("authenticated") is True
    assert sdk("fetch")["authData"]["anonymous"]["id"]


def test_an_anonymous_user_gets_a_name_and_stays_the_same(sdk: Sdk, person: Person):
    user = sdk("log_in_anonymously")

    sdk("settle", **person.named)

    assert "anonymous" not in (sdk("look_up", id=user["objectId"]).get("authData") or {})
    sdk("log_out")
    assert sdk("log_in", **person.named)["objectId"] == user["objectId"]


def openid(platform: str = "weixin") -> dict[str, Any]:
    """What a platform says of somebody whom nobody knows yet."""
    said = {"openid": uuid.uuid4().hex, "access_token": "t", "expires_in": 7200}
    return {"platform": platform, "data": said}


def test_another_platforms_user_is_the_same_each_time(sdk: Sdk):
    said = openid()
    user = sdk("log_in_with", **said)
    sdk("log_out")

    again = sdk("log_in_with", **said)

    assert user["objectId"] == again["objectId"]
    assert user["sessionToken"] == again["sessionToken"]
    assert again["username"]
    assert sdk("log_in_with", **openid())["objectId"] != user["objectId"]


@pytest.mark.parametrize("kind", JAVASCRIPT)
def test_another_platforms_user_need_not_be_made(sdk: Sdk):
    with refused(211):
        sdk("log_in_with", **openid(), failOnNotExist=True)


def test_a_user_is_linked_with_two_platforms_and_unlinked_from_one(sdk: Sdk, person: Person):
    user = person.sign_up(sdk)
    weixin, qq = openid(), openid("qq")
    sdk("link", **weixin)
    sdk("link", **qq)
    for said in (weixin, qq):
        sdk("log_out")
        assert sdk("log_in_with", **said)["objectId"] == user["objectId"]

    unlinked = sdk("unlink", platform="weixin")

    assert list(unlinked["authData"]) == ["qq"]
    assert list(sdk("look_up", id=user["objectId"])["authData"]) == ["qq"]
    sdk("log_out")
    assert sdk("log_in_with", **weixin)["objectId"] != user["objectId"]
    assert sdk("log_in_with", **qq)["objectId"] == user["objectId"]


def test_a_platforms_user_is_linked_with_one_user(sdk: Sdk, person: Person):
    said = openid()
    sdk("log_in_with", **said)
    sdk("log_out")
    person.sign_up(sdk)

    with refused(208):
        sdk("link", **said)


def test_several_users_sign_up_in_one_request(sdk: Sdk):
    people = [somebody(), somebody()]

    users = sdk("save_all", users=[person.named for person in people])

    for person, user in zip(people, users, strict=True):
        assert user["sessionToken"]
        assert sdk("log_in", **person.named)["objectId"] == user["objectId"]


def test_one_of_several_in_a_request_is_refused_alone(sdk: Sdk, person: Person):
    person.sign_up(sdk)
    other = somebody()

    with refused(202):
        sdk("save_all", users=[person.named, other.named])
    sdk("log_in", **other.named)


def test_every_request_for_a_code_takes_a_validate_token(
    connect: Connect, kind: str, person: Person
):
    sdk = connect(kind, SETTINGS=f"captcha_required=true {UNLIMITED}")
    person.sign_up(sdk)

    for call, phone in (
        ("ask_to_verify", person.phone),
        ("ask_to_log_in", person.phone),
        ("ask_to_reset", person.phone),
        ("ask_to_change", next(numbers)),
    ):
        with refused(608):
            sdk(call, phone=phone)
        sdk(call, phone=phone, token=sdk("solve", reading=sdk.read_captcha()))
        code = sdk.server.code_to(phone)
        if call == "ask_to_verify":
            sdk("verify_phone", phone=phone, code=code)


def test_a_page_asks_first_whether_it_may_call(open_page: OpenPage, servers: Servers):
    """All that the browser asks it is granted, or these calls would not have been made."""
    server = servers(SETTINGS=UNLIMITED)
    page = open_page(server)
    sdk = Sdk(partial(ask_page, page), server)
    network = page.context.new_cdp_session(page)
    preflights: list[tuple[str, str]] = []

    def note(sent: Any) -> None:
        asked = sent["request"]["headers"]
        if method := asked.get("Access-Control-Request-Method"):
            preflights.append((method, asked["Access-Control-Request-Headers"]))

    network.on("Network.requestWillBeSent", note)
    network.send("Network.enable")

    somebody().sign_up(sdk)
    sdk("save", changes=[["set", "nickname", "读者"]])
    sdk("destroy")

    keys = "content-type,x-lc-id,x-lc-sign,x-lc-ua"
    session = "content-type,x-lc-id,x-lc-session,x-lc-sign,x-lc-ua"
    assert preflights == [("POST", keys), ("PUT", session), ("DELETE", session)]


def test_a_page_that_is_loaded_again_still_has_its_user(
    open_page: OpenPage, servers: Servers, person: Person
):
    server = servers(SETTINGS=UNLIMITED)
    page = open_page(server)
    sdk = Sdk(partial(ask_page, page), server)
    user = person.sign_up(sdk)

    page.reload()

    assert sdk("current")["objectId"] == user["objectId"]
    assert sdk("authenticated") is True
    sdk("save", changes=[["set", "nickname", "读者"]])
    assert sdk("fetch")["nickname"] == "读者"
