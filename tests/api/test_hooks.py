"""Hooks: what an app's own functions are told of what happens, and in which words."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.domain.hooks import sign
from chalicelib.domain.messages import Rejected
from chalicelib.local.embedded import MASTER_KEY
from chalicelib.local.pump import Pump
from tests.conftest import Clock, Desk
from tests.hooks import hooked, pumped
from tests.people import PASSWORD, Person, signed_up, verified
from tests.wire import PHONE


def verify(desk: Desk, person: Person, phone: str = PHONE) -> None:
    """The person's number, by the code that is sent to it."""
    assert person.door.post("requestMobilePhoneVerify", mobilePhoneNumber=phone).code == 0
    assert person.door.post(f"verifyMobilePhone/{desk.code(phone)}").code == 0


def by_verifying(desk: Desk) -> str:
    person = signed_up(desk, mobilePhoneNumber=PHONE)
    verify(desk, person)
    return person.id


def by_changing(desk: Desk) -> str:
    person = signed_up(desk)
    assert person.door.post("requestChangePhoneNumber", mobilePhoneNumber=PHONE).code == 0
    said = {"mobilePhoneNumber": PHONE, "code": desk.code()}
    assert person.door.post("changePhoneNumber", **said).code == 0
    return person.id


def by_signing_up(desk: Desk) -> str:
    desk.send()
    answer = desk.door.post("usersByMobilePhone", mobilePhoneNumber=PHONE, smsCode=desk.code())
    assert answer.code == 0
    return str(answer.json["objectId"])


def by_signing_up_with_a_wish(desk: Desk) -> str:
    person = signed_up(desk, mobilePhoneNumber=PHONE)
    desk.send()
    said = {"mobilePhoneNumber": PHONE, "smsCode": desk.code()}
    answer = person.door.post("usersByMobilePhone", **said)
    assert answer.json["objectId"] == person.id
    return person.id


def by_resetting(desk: Desk) -> str:
    desk.console.set(unverified_reset="true")
    person = signed_up(desk, mobilePhoneNumber=PHONE)
    assert desk.door.post("requestPasswordResetBySmsCode", mobilePhoneNumber=PHONE).code == 0
    body = json.dumps({"password": "another"}).encode()
    path = f"/1.1/resetPasswordBySmsCode/{desk.code()}"
    assert desk.door.send("PUT", path, body).code == 0
    return person.id


WAYS = {
    "verify": by_verifying,
    "change": by_changing,
    "sign_up": by_signing_up,
    "sign_up wished for": by_signing_up_with_a_wish,
    "reset": by_resetting,
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_whoever_proves_a_phone_is_told_of_to_the_apps_function(
    desk: Desk, clock: Clock, way: Callable[[Desk], str]
) -> None:
    told = hooked(desk)

    id = way(desk)
    pumped(desk)

    [body] = told.bodies
    assert (body["version"], body["type"], body["phone"]) == (1, "sms", PHONE)
    assert body["app"] == desk.door.headers["X-LC-Id"]
    user = body["object"]
    assert (user["__type"], user["className"], user["objectId"]) == ("Object", "_User", id)
    assert user["mobilePhoneVerified"] is True
    assert user["mobilePhoneNumber"].endswith("18612345678")


@pytest.mark.parametrize("way", WAYS, ids=WAYS)
def test_each_way_to_prove_a_phone_can_be_left_out(desk: Desk, clock: Clock, way: str) -> None:
    told = hooked(desk)
    others = {"verify", "change", "sign_up", "reset"} - {way.partition(" ")[0]}
    desk.console.set(on_verified=", ".join(sorted(others)))

    WAYS[way](desk)
    pumped(desk)

    assert told.bodies == []


def test_no_password_token_or_auth_data_is_told(desk: Desk, clock: Clock) -> None:
    told = hooked(desk)
    person = signed_up(
        desk,
        mobilePhoneNumber=PHONE,
        authData={"weixin": {"openid": "o1", "access_token": "secret-token"}},
        nickname="小明",
    )

    verify(desk, person)
    pumped(desk)

    [body] = told.bodies
    said = json.dumps(body)
    assert body["object"]["nickname"] == "小明"
    assert not {"authData", "sessionToken", "password"} & set(body["object"])
    for secret in (PASSWORD, person.token, "secret-token", desk.code()):
        assert secret not in said


def test_a_user_is_told_with_the_sign_that_engines_look_at(desk: Desk, clock: Clock) -> None:
    told = hooked(desk)

    by_signing_up(desk)
    pumped(desk)

    said = told.bodies[0]["object"]["__sign"]
    millis = int(said.partition(",")[0])
    assert said == sign(MASTER_KEY, "__on_verified_sms", millis=millis)


def no_code(desk: Desk) -> None:
    signed_up(desk, mobilePhoneNumber=PHONE)


def by_the_master_key(desk: Desk) -> None:
    verified(desk)


def a_wrong_code(desk: Desk) -> None:
    person = signed_up(desk, mobilePhoneNumber=PHONE)
    person.door.post("requestMobilePhoneVerify", mobilePhoneNumber=PHONE)
    wrong = f"{(int(desk.code()) + 1) % 1000000:06}"
    assert person.door.post(f"verifyMobilePhone/{wrong}").code == 603


def a_code_of_no_user(desk: Desk) -> None:
    desk.send()
    assert desk.verify(desk.code()) == 0


def a_login_by_code(desk: Desk) -> None:
    verified(desk)
    desk.door.post("requestLoginSmsCode", mobilePhoneNumber=PHONE)
    said = {"mobilePhoneNumber": PHONE, "smsCode": desk.code()}
    assert desk.door.post("login", **said).code == 0


@pytest.mark.parametrize(
    "act", [no_code, by_the_master_key, a_wrong_code, a_code_of_no_user, a_login_by_code]
)
def test_nothing_is_told_where_no_code_proved_a_phone(
    desk: Desk, clock: Clock, act: Callable[[Desk], None]
) -> None:
    told = hooked(desk)

    act(desk)
    pumped(desk)

    assert told.bodies == []


def test_who_is_verified_already_is_not_told_of_again(desk: Desk, clock: Clock) -> None:
    told = hooked(desk)
    person = signed_up(desk, mobilePhoneNumber=PHONE)
    verify(desk, person)
    clock.pass_(minutes=2)

    assert desk.door.post("requestPasswordResetBySmsCode", mobilePhoneNumber=PHONE).code == 0
    body = json.dumps({"password": "another"}).encode()
    assert desk.door.send("PUT", f"/1.1/resetPasswordBySmsCode/{desk.code()}", body).code == 0
    person.put(nickname="other")
    pumped(desk)

    assert told.types == ["sms"]


def test_the_stream_told_twice_makes_one_event(desk: Desk, clock: Clock) -> None:
    told = hooked(desk)
    by_signing_up(desk)

    pumped(desk)
    pumped(desk, Pump())

    assert told.types == ["sms"]


def test_an_app_without_hooks_keeps_nothing(desk: Desk, clock: Clock) -> None:
    by_signing_up(desk)
    pumped(desk)

    for state in ("due", "waiting", "delivered", "dead", "dropped"):
        assert desk.console.find("deliveries", state=state).json == {"deliveries": []}


def sent(desk: Desk, clock: Clock) -> None:
    desk.send()


def undelivered_for_nobody_took_it(desk: Desk, clock: Clock) -> None:
    def reject(message: object) -> None:
        raise Rejected("no", sender="inbox")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(desk.service.delivery.sender, "send", reject)
        assert desk.send() == 602


def code_verified(desk: Desk, clock: Clock) -> None:
    desk.send()
    assert desk.verify(desk.code()) == 0


def guesses_spent(desk: Desk, clock: Clock) -> None:
    desk.send()
    code = int(desk.code())
    for place in range(1, 6):
        assert desk.verify(f"{(code + place) % 1000000:06}") == 603


def limit_hit(desk: Desk, clock: Clock) -> None:
    desk.send()
    assert desk.send() in (1, 601)
    assert desk.send() in (1, 601)


def balance_low(desk: Desk, clock: Clock) -> None:
    desk.console.set(prepaid="true", balance_alarm="5", prices="CN=1")
    assert desk.console.post("balance", amount="10", id="one").code == 0
    for place in range(7):
        assert desk.send(f"+861861234560{place}") == 0


def template_approved(desk: Desk, clock: Clock) -> None:
    desk.console.template("Welcome", "Hello {{who}}")


def template_rejected(desk: Desk, clock: Clock) -> None:
    desk.console.set(review="manual")
    made = desk.console.template("Welcome", "Hello {{who}}")
    version = made["version"]
    path = "templates/Welcome/reject"
    answer = desk.console.ask("POST", path, version=version, reasons=["too short"])
    assert answer.code == 0, answer.json


def login_locked(desk: Desk, clock: Clock) -> None:
    verified(desk)
    for _ in range(8):
        desk.door.post("login", username="tom", password="wrong")


HAPPENINGS: dict[str, tuple[Callable[[Desk, Clock], None], str, dict[str, Any]]] = {
    "sent": (sent, "sent", {"state": "pending", "channel": "sms", "sender": "inbox"}),
    "refused": (
        undelivered_for_nobody_took_it,
        "undelivered",
        {"state": "refused", "error": "no", "price": "0"},
    ),
    "code_verified": (code_verified, "code_verified", {"purpose": "operation"}),
    "guesses_spent": (guesses_spent, "guesses_spent", {"purpose": "operation"}),
    "limit_hit": (limit_hit, "limit_hit", {"limit": "limit_number"}),
    "balance_low": (balance_low, "balance_low", {"below": "5", "currency": "USD"}),
    "template_approved": (
        template_approved,
        "template_decided",
        {"template": "Welcome", "state": "approved", "reasons": []},
    ),
    "template_rejected": (
        template_rejected,
        "template_decided",
        {"template": "Welcome", "state": "rejected", "reasons": ["too short"]},
    ),
    "login_locked": (login_locked, "login_locked", {}),
}


@pytest.mark.parametrize(("act", "type", "object"), HAPPENINGS.values(), ids=HAPPENINGS)
def test_what_happens_is_told_once_to_a_hook_that_asks_for_it(
    desk: Desk,
    clock: Clock,
    act: Callable[[Desk, Clock], None],
    type: str,
    object: dict[str, Any],
) -> None:
    told = hooked(desk, type)

    act(desk, clock)
    pumped(desk)
    pumped(desk, Pump())

    assert told.types == [type] * len(told.bodies)
    assert object.items() <= told.bodies[-1]["object"].items()
    assert len(told.bodies) == 1 or type == "sent", "of what was done once"


@pytest.mark.parametrize(("act", "type", "object"), HAPPENINGS.values(), ids=HAPPENINGS)
def test_what_happens_is_not_told_to_a_hook_that_asks_for_something_else(
    desk: Desk,
    clock: Clock,
    act: Callable[[Desk, Clock], None],
    type: str,
    object: dict[str, Any],
) -> None:
    told = hooked(desk, "phone_verified")

    act(desk, clock)
    pumped(desk)

    assert told.bodies == []
