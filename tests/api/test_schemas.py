"""The schemas of events promise what is told: neither more nor less."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from chalicelib.api.events import carrier_event
from chalicelib.domain.events import LONGEST, Event, EventType, as_json
from chalicelib.domain.happenings import limit_hit
from chalicelib.domain.messages import Kind
from chalicelib.domain.phones import PhoneNumber
from chalicelib.domain.quotas import Limits
from chalicelib.flows.clock import clock as now
from chalicelib.hooks.signed import signed
from chalicelib.local.embedded import APP_ID
from tests.api.test_hooks import HAPPENINGS, WAYS, by_signing_up
from tests.api.test_receipts import eum, row
from tests.conftest import Clock, Desk
from tests.hooks import hooked, pumped
from tests.supplier import Supplier

FOLDER = Path(__file__).parents[2] / "schemas"
SCHEMAS = {path.stem: json.loads(path.read_text("utf-8")) for path in FOLDER.glob("*.json")}
TOM = PhoneNumber("+8618612345678")
#: What `before_send` is told and answers is no event.
EVENTS = sorted(set(SCHEMAS) - {"before_send", "before_send_answer"})


def check(name: str, body: object) -> None:
    Draft202012Validator(SCHEMAS[name]).validate(body)


def name_of(body: dict[str, Any]) -> str:
    return next(type.value for type in EventType if type.said == body["type"])


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_one(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])
    assert SCHEMAS[name]["$id"] == f"{name}.json"


def test_every_event_has_its_schema() -> None:
    assert sorted(EventType) == EVENTS


def delivered(desk: Desk, clock: Clock) -> None:
    desk.send()
    carrier_event(eum("TEXT_DELIVERED", record=row().id), None)


def undelivered(desk: Desk, clock: Clock) -> None:
    desk.send()
    carrier_event(eum("TEXT_UNREACHABLE", record=row().id), None)


def locked_for_nobody(desk: Desk, clock: Clock) -> None:
    desk.console.set(discreet="true")
    for _ in range(8):
        desk.door.post("login", username="nobody", password="wrong")


def converting_seldom(desk: Desk, clock: Clock) -> None:
    for place in range(51):
        desk.send(f"+86186{place * 1000:08}")
    clock.pass_(minutes=5)
    desk.send()


ACTS: dict[str, Callable[[Desk, Clock], object]] = {
    **{name: lambda desk, clock, way=way: way(desk) for name, way in WAYS.items()},
    **{name: act for name, (act, _, _) in HAPPENINGS.items()},
    "delivered": delivered,
    "undelivered": undelivered,
    "locked_for_nobody": locked_for_nobody,
    "conversion_low": converting_seldom,
}


def test_every_event_is_provoked_here() -> None:
    told = {type for _, type, _ in HAPPENINGS.values()}

    assert told | set(ACTS) >= set(EventType) - {EventType.PHONE_VERIFIED}
    assert set(WAYS) <= set(ACTS)


@pytest.mark.parametrize(("name", "act"), ACTS.items(), ids=ACTS)
def test_all_that_is_told_is_as_its_schema_says(
    desk: Desk, clock: Clock, name: str, act: Callable[[Desk, Clock], object]
) -> None:
    told = hooked(desk, *EventType)

    act(desk, clock)
    pumped(desk)

    assert told.bodies
    for body in told.bodies:
        check(name_of(body), body)
    assert name not in SCHEMAS or name in map(name_of, told.bodies)


def test_a_user_with_all_sorts_of_fields_is_as_its_schema_says(desk: Desk, clock: Clock) -> None:
    told = hooked(desk)
    desk.send()
    fields = {"nickname": "小明", "age": 3, "tags": ["a"], "deep": {"er": None}, "email": "a@b.co"}
    said = {"mobilePhoneNumber": "+8618612345678", "smsCode": desk.code(), "password": "secret-1"}
    assert desk.door.post("usersByMobilePhone", **said, **fields).code == 0

    pumped(desk)

    [body] = told.bodies
    check("phone_verified", body)
    assert fields.items() <= body["object"].items()


def test_a_user_who_is_too_large_is_told_of_without_the_apps_fields(
    desk: Desk, clock: Clock
) -> None:
    """Half letters, as others' exports hold them, take six bytes each on their way."""
    told = hooked(desk)
    by_signing_up(desk)
    pumped(desk)
    [body] = told.bodies
    user = {**body["object"], "story": "\ud83d" * 60_000}

    event = Event.of(EventType.PHONE_VERIFIED, APP_ID, "one", at=now(), phone=TOM, object=user)

    app = desk.service.directory.read(APP_ID)
    assert app
    said = signed(app, event.body, now=now())
    check("phone_verified", said)
    assert said["object"]["__truncated"] is True
    assert "story" not in said["object"]
    assert len(as_json(said)) < LONGEST


@pytest.mark.parametrize("limit", sorted(Limits.__dataclass_fields__))
def test_a_limit_is_told_by_a_name_of_the_schema(limit: str) -> None:
    event = limit_hit(APP_ID, TOM, f"limit_{limit}", now=now())

    check("limit_hit", event.body)


BREACHES: dict[str, Callable[[dict[str, Any]], object]] = {
    "a field more": lambda body: body.update(more=1),
    "a field less": lambda body: body.pop("event"),
    "another version": lambda body: body.update(version=2),
    "another type": lambda body: body.update(type="x"),
    "a time without milliseconds": lambda body: body.update(at="2040-01-02T12:00:00Z"),
    "a code": lambda body: (
        body["object"].update(password="x")
        if body["type"] == "sms"
        else body["object"].update(code="123456")
    ),
    "a thing less": lambda body: body["object"].pop(
        next(name for name in body["object"] if name not in ("username", "email"))
    ),
}


@pytest.mark.parametrize("breach", BREACHES.values(), ids=BREACHES)
@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_a_schema_notices_a_breach(
    desk: Desk,
    clock: Clock,
    act: Callable[[Desk, Clock], object],
    breach: Callable[[dict[str, Any]], object],
) -> None:
    told = hooked(desk, *EventType)
    act(desk, clock)
    pumped(desk)

    for body in told.bodies:
        name = name_of(body)
        breach(body)
        with pytest.raises(ValidationError):
            check(name, body)


@pytest.mark.parametrize("kind", ["", *Kind])
def test_what_before_send_is_told_is_as_its_schema_says(
    desk: Desk, clock: Clock, kind: str
) -> None:
    desk.console.set(before_send="countersign-shop-check", company="Shop")
    function = Supplier(None)
    desk.faults.always("lambda.Invoke", function)
    fields: dict[str, object] = {}
    if kind:
        code = ": {{code}}" if kind == Kind.VERIFICATION else ""
        desk.console.template("Welcome", f"Hi {{{{who}}}}{code}", kind=kind)
        fields = {"template": "Welcome", "who": "Tom"}

    desk.send(**fields)

    [event] = function.events
    check("before_send", event)
    for breach in BREACHES.values():
        broken = copy.deepcopy(event)
        breach(broken)
        with pytest.raises(ValidationError):
            check("before_send", broken)


@pytest.mark.parametrize(
    "answer", [None, {}, {"veto": "no"}, {"veto": True}, {"variables": {"a": 1, "b": "x"}}]
)
def test_what_before_send_may_answer_is_as_its_schema_says(answer: object) -> None:
    check("before_send_answer", answer)


@pytest.mark.parametrize("answer", ["no", [], {"vote": "no"}, {"veto": 1}, {"variables": []}])
def test_what_before_send_may_not_answer_is_none_of_its_schema(answer: object) -> None:
    with pytest.raises(ValidationError):
        check("before_send_answer", answer)
