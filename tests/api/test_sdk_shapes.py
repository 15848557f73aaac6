"""Every request about users that LeanCloud's SDKs were seen to make, letter for letter.

`sdk_shapes.jsonl` holds them, with what differs from call to call in braces: those of Python,
JavaScript, PHP and C# as they went over the wire, those of the others as their sources say.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from chalicelib.local.embedded import APP_ID, APP_KEY
from tests.api.test_captchas import proved
from tests.conftest import Desk, Opener
from tests.people import NAME, PASSWORD, Person, signed_up, verified
from tests.wire import PHONE, Answer, Door, sign

BARE, OTHER = PHONE.removeprefix("+86"), "18600000001"
SHAPES = [
    json.loads(line)
    for line in Path(__file__).with_name("sdk_shapes.jsonl").read_text("utf-8").splitlines()
]

#: What each SDK needs of the answers, and more: the least is in all of them.
USER = {"objectId", "createdAt", "updatedAt", "sessionToken", "username"}
ENTERED = USER | {"mobilePhoneVerified", "emailVerified"}
CHANGED = {"objectId", "updatedAt"}

#: Calls, by how their path begins after /1.1/: how they are prepared, what is answered.
PREPARED = {
    "verifyMobilePhone": ("requestMobilePhoneVerify", CHANGED),
    "resetPasswordBySmsCode": ("requestPasswordResetBySmsCode", set()),
    "changePhoneNumber": ("requestChangePhoneNumber", CHANGED),
    "usersByMobilePhone": ("requestSmsCode", ENTERED),
}


@dataclass(frozen=True)
class Shape:
    """One request, as an SDK makes it."""

    said: dict[str, Any]

    @property
    def call(self) -> str:
        """The last of its path that is a name."""
        path = self.said["target"].partition("?")[0]
        return re.sub(r"/\{\w+\}$", "", path).rpartition("/")[2]

    @property
    def barred(self) -> bool:
        """Whether it wants a session and has none."""
        changes = self.said["method"] == "PUT" and not self.by_code
        return not self.said["session"] and (changes or self.call == "requestChangePhoneNumber")

    @property
    def new(self) -> bool:
        """Whether it is a sign-up with a name."""
        return (
            self.call in ("users", "_User", "batch", "save") and "{password}" in self.said["body"]
        )

    @property
    def by_code(self) -> bool:
        return "{code}" in self.said["target"] + self.said["body"]

    def __str__(self) -> str:
        said = self.said
        session = " with a session" if said["session"] else ""
        return f"{said['sdk']} {said['method']} {said['target']} {said['body'][:60]}{session}"


@dataclass(frozen=True)
class Stage:
    """What there is for a shape to be about."""

    desk: Desk
    person: Person
    values: dict[str, str]

    def ask(self, shape: Shape) -> Answer:
        said = shape.said
        headers = {"X-LC-Id": APP_ID, "X-LC-Sign": sign(APP_KEY), "X-LC-UA": said["sdk"]}
        if said["type"]:
            headers["Content-Type"] = said["type"]
        if said["session"]:
            headers["X-LC-Session"] = self.person.token
        target, body = (self._filled(said[name]) for name in ("target", "body"))
        return Door(headers).send(said["method"], target, body.encode())

    def _filled(self, text: str) -> str:
        for name, value in self.values.items():
            text = text.replace(f"{{{name}}}", value)
        return text


def staged(desk: Desk, shape: Shape) -> Stage:
    """Somebody is there, and a code is out where the shape hands one in."""
    call, said = shape.call, shape.said
    new = call in ("users", "_User", "save") or "POST" in said["body"]
    fresh = call in ("verifyMobilePhone", "requestMobilePhoneVerify")
    person = signed_up(desk, mobilePhoneNumber=PHONE) if fresh else verified(desk)
    elsewhere = call in ("requestChangePhoneNumber", "changePhoneNumber", "usersByMobilePhone")
    phone = OTHER if new or elsewhere else BARE
    values = {
        "username": "jerry" if new or elsewhere else NAME,
        "password": PASSWORD,
        "phone": phone,
        "id": person.id,
        "session": person.token,
        "old": PASSWORD,
        "new": "New-pw-2",
        "nickname": "昵称",
    }
    if "{validate}" in said["body"]:
        values["validate"] = proved(desk)
    if shape.by_code:
        asking = PREPARED.get(call, ("requestLoginSmsCode", set()))[0]
        assert person.door.post(asking, mobilePhoneNumber=phone).code == 0
        values["code"] = desk.code(phone)
    return Stage(desk, person, values)


def expected(shape: Shape) -> tuple[int, set[str]]:
    """The status of a success, and what its answer holds."""
    call, said = shape.call, shape.said
    if call in PREPARED:
        return (201 if call == "usersByMobilePhone" else 200), PREPARED[call][1]
    if call.startswith("request") or call == "logout":
        return 200, set()
    if said["method"] == "POST":
        return (200, ENTERED) if call == "login" else (201, ENTERED)
    if call == "login" or call == "me":
        return 200, ENTERED
    if call == "refreshSessionToken":
        return 200, ENTERED
    if call == "updatePassword":
        return 200, CHANGED | {"sessionToken"}
    return 200, CHANGED


@pytest.fixture
def desk(open_desk: Opener) -> Desk:
    return open_desk("limit_number= limit_signature=")


def whole(said: dict[str, Any], fields: set[str]) -> None:
    """Every field is there, and of the type and form that SDKs read."""
    assert fields <= set(said), said
    assert not {"error", "password", "smsCode"} & set(said)
    forms = {
        "objectId": r"[0-9a-f]{24}",
        "sessionToken": r"[0-9a-z]{25}",
        "createdAt": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z",
        "updatedAt": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z",
    }
    for name, form in forms.items():
        assert re.fullmatch(form, said.get(name, "")) or name not in said, said
    for name in ("mobilePhoneVerified", "emailVerified"):
        assert isinstance(said.get(name, False), bool)


@pytest.mark.parametrize("shape", [Shape(said) for said in SHAPES], ids=str)
def test_a_request_is_answered_as_its_sdk_needs(desk: Desk, shape: Shape) -> None:
    stage = staged(desk, shape)
    said = shape.said

    answer = stage.ask(shape)

    assert answer.headers["Content-Type"].startswith("application/json")
    if shape.barred:
        assert (answer.status, answer.code) == (403, 206)
        return
    if shape.call == "batch":
        (one,) = answer.json
        whole(one["success"], ENTERED if "POST" in said["body"] else CHANGED)
    elif shape.call == "save":
        ((id, one),) = answer.json.items()
        assert id == ("cid-1" if "new" in said["body"] else stage.person.id)
        whole(one, ENTERED if id == "cid-1" else CHANGED)
    else:
        status, fields = expected(shape)
        assert answer.status == status, answer.json
        whole(answer.json, fields)


REFUSED = {
    "login": 210,
    "verifyMobilePhone": 603,
    "resetPasswordBySmsCode": 603,
    "changePhoneNumber": 603,
    "usersByMobilePhone": 603,
    "updatePassword": 210,
    "me": 211,
}


@pytest.mark.parametrize(
    "shape", [one for one in map(Shape, SHAPES) if one.call in REFUSED], ids=str
)
def test_a_request_that_is_wrong_is_refused_by_the_number_its_sdk_knows(
    desk: Desk, shape: Shape
) -> None:
    stage = staged(desk, shape)
    values = stage.values
    if shape.by_code:
        values["code"] = f"{(int(values['code']) + 1) % 1000000:06}"
    elif shape.call == "updatePassword":
        values["old"] = "wrong"
    elif shape.call != "me":
        values["password"] = "wrong"
    elif "{session}" in shape.said["target"]:
        values["session"] = "nosuchtoken"
    else:
        stage.person.put("/refreshSessionToken")

    answer = stage.ask(shape)

    code = 603 if shape.by_code else REFUSED[shape.call]
    assert (answer.status, answer.code) == (400, code)


@pytest.mark.parametrize("shape", [one for one in map(Shape, SHAPES) if one.new], ids=str)
def test_a_sign_up_with_what_is_anothers_is_refused(desk: Desk, shape: Shape) -> None:
    stage = staged(desk, shape)
    taken = {"username": (NAME, 202), "phone": (BARE, 214)}
    for name, (value, code) in taken.items():
        if f"{{{name}}}" not in shape.said["body"]:
            continue
        answer = Stage(desk, stage.person, {**stage.values, name: value}).ask(shape)
        if shape.call == "batch":
            assert [one["error"]["code"] for one in answer.json] == [code]
        else:
            assert (answer.status, answer.code) == (400, code)


@pytest.mark.parametrize(
    "shape",
    [
        one
        for one in map(Shape, SHAPES)
        if one.call.startswith("request") and one.call != "requestChangePhoneNumber"
    ],
    ids=str,
)
def test_no_code_goes_to_a_number_that_is_nobodys(desk: Desk, shape: Shape) -> None:
    stage = staged(desk, shape)
    stage.values["phone"] = OTHER

    answer = stage.ask(shape)

    assert (answer.status, answer.code) == (400, 213)
    assert desk.letters(OTHER) == []
