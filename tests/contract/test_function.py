"""A team's own function: the event it is given, the answers it may give, and Lambda's faults."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import botocore.session
import pytest
from botocore.exceptions import ReadTimeoutError

from chalicelib.domain.messages import (
    Declined,
    Kind,
    Message,
    Rejected,
    SendError,
    Unavailable,
    Unknown,
)
from chalicelib.domain.templates import Registered
from chalicelib.senders import function
from chalicelib.senders.function import FAULTS, Function
from tests.conftest import Clock, Desk
from tests.faults import refusal
from tests.messages import MESSAGE, WORDING, call, message, notice
from tests.supplier import Supplier

ALIYUN = Function("aliyun", "countersign-aliyun")


@pytest.fixture
def supplier(desk: Desk) -> Supplier:
    supplier = Supplier()
    desk.faults.always("lambda.Invoke", supplier)
    return supplier


def event(supplier: Supplier, message: Message) -> dict[str, Any]:
    """What the function is told of *message*."""
    ALIYUN.send(message)
    return supplier.events[-1]


def test_a_code_is_told_with_all_that_a_supplier_could_want(
    supplier: Supplier, clock: Clock
) -> None:
    assert event(supplier, message("+8618612345678")) == {
        "version": 1,
        "record": MESSAGE.id,
        "app": "countersign-local-app",
        "to": "+8618612345678",
        "region": "CN",
        "channel": "sms",
        "kind": "verification",
        "text": "【Shop】135791",
        "signature": "Shop",
        "template": None,
        "templateId": None,
        "parameters": [],
        "parameterNames": [],
        "variables": {
            "name": "My Shop",
            "sign": "Shop",
            "template": "",
            "code": "135791",
            "ttl": "10",
        },
        "code": "135791",
        "expiresAt": "2040-01-02T12:10:00.000Z",
    }


def test_a_template_is_told_by_its_registered_id_and_parameters(supplier: Supplier) -> None:
    registered = {
        "aliyun": Registered("SMS_1", ("price", "paid", "name", "absent")),
        "tencent": Registered("2", ("price",)),
    }
    sent = notice(values={"price": 12.50, "paid": True, "who": "王"}, registered=registered)

    told = event(supplier, sent)

    assert told["kind"] == "notice"
    assert (told["template"], told["templateId"]) == ("Sent", "SMS_1")
    assert told["parameters"] == ["12.5", "true", "My Shop", ""]
    assert told["parameterNames"] == ["price", "paid", "name", "absent"]
    assert told["variables"] == {
        "price": "12.5",
        "paid": "true",
        "who": "王",
        "name": "My Shop",
        "sign": "Shop",
        "template": "Sent",
        "ttl": "1",
    }
    assert (told["code"], told["expiresAt"]) == (None, None)


def test_a_call_is_told_as_one(supplier: Supplier) -> None:
    told = event(supplier, call())

    assert (told["channel"], told["text"], told["code"]) == ("voice", "135791", "135791")


@pytest.mark.parametrize(("left", "minutes"), [(600, "10"), (597, "10"), (61, "1"), (5, "1")])
def test_the_minutes_are_those_of_the_text(clock: Clock, left: int, minutes: str) -> None:
    """It counts from the request, and some seconds have passed since."""
    now = datetime.fromisoformat("2040-01-02T12:00:00+00:00")
    sent = replace(MESSAGE, expires_at=now + timedelta(seconds=left))

    assert ALIYUN.event(sent, now=now)["variables"]["ttl"] == minutes


def test_the_documented_fields_are_those_of_the_event(supplier: Supplier) -> None:
    documented = [
        line.split()[0]
        for line in (function.__doc__ or "").splitlines()
        if line.startswith("    ") and not line.startswith("     ") and "{" not in line
    ]

    assert documented == list(event(supplier, message()))


def test_half_a_character_is_told_all_the_same(supplier: Supplier) -> None:
    told = event(supplier, message(wording=replace(WORDING, name="\ud83d")))

    assert told["variables"]["name"] == "\ud83d"


def test_what_it_accepts_is_sent(supplier: Supplier) -> None:
    sent = ALIYUN.send(message())

    assert (sent.sender, sent.message_id) == ("aliyun", "supplier-1")
    assert ALIYUN.carries(message())
    assert ALIYUN.carries(call("+8618612345678"))
    assert ALIYUN.carries(notice(kind=Kind.MARKETING))


@pytest.mark.parametrize(
    ("answer", "meant", "reason"),
    [
        ({"status": "unavailable", "reason": "isv.AMOUNT_NOT_ENOUGH"}, Unavailable, None),
        ({"status": "declined", "reason": "voice"}, Declined, None),
        ({"status": "rejected", "reason": "isv.BLACK_KEY_CONTROL_LIMIT"}, Rejected, None),
        ({"status": "rejected"}, Rejected, "no reason given"),
        ({"status": "rejected", "reason": 7}, Rejected, "no reason given"),
        ({"status": "rejected", "reason": "a\nb"}, Rejected, "no reason given"),
        ({"status": "rejected", "reason": "x" * 500}, Rejected, "x" * 100),
    ],
)
def test_a_refusal_is_said_in_our_words(
    supplier: Supplier, answer: dict[str, Any], meant: type[SendError], reason: str | None
) -> None:
    supplier.answer = answer

    with pytest.raises(SendError) as said:
        ALIYUN.send(message())

    assert type(said.value) is meant
    assert said.value.sender == "aliyun"
    assert said.value.reason == (reason or answer["reason"])


@pytest.mark.parametrize(
    "answer",
    [
        None,
        "accepted",
        [],
        {},
        b"",
        b"{",
        b"\xff",
        b"[" * 100_000,
        {"status": "sent", "messageId": "1"},
        {"status": "accepted"},
        {"status": "accepted", "messageId": ""},
        {"status": "accepted", "messageId": 7},
        {"status": "accepted", "messageId": "x" * 257},
        {"status": "accepted", "messageId": "\ud83d"},
    ],
)
def test_an_answer_that_is_none_may_have_sent(supplier: Supplier, answer: Any) -> None:
    supplier.answer = answer

    with pytest.raises(Unknown):
        ALIYUN.send(message())

    assert len(supplier.events) == 1


@pytest.mark.parametrize(
    "error", ["2026-11-21T08:00:00Z 1 Task timed out after 3.00 seconds", "KeyError"]
)
def test_a_function_that_came_to_grief_may_have_sent(supplier: Supplier, error: str) -> None:
    supplier.failed, supplier.answer = True, {"errorMessage": error}

    with pytest.raises(Unknown, match="the function failed"):
        ALIYUN.send(message())


def test_what_it_does_not_answer_in_time_may_have_been_sent(supplier: Supplier) -> None:
    supplier.fault = ReadTimeoutError

    with pytest.raises(Unknown):
        ALIYUN.send(message())

    assert len(supplier.events) == 1


def test_its_time_can_be_set() -> None:
    config = Function("aliyun", "f", timeout=timedelta(seconds=3))._client.meta.config

    assert (config.connect_timeout, config.read_timeout) == (1, 2)


def test_a_talkative_reason_is_kept_from_the_log(
    supplier: Supplier, caplog: pytest.LogCaptureFixture
) -> None:
    supplier.answer = {
        "status": "rejected",
        "reason": "1016 186 1234 5678, 8618612345678: 135791 refused",
    }

    with caplog.at_level(logging.INFO), pytest.raises(Rejected) as said:
        ALIYUN.send(message("+8618612345678"))

    assert said.value.reason == "****, ****: **** refused"
    assert "135791" not in caplog.text
    assert "12345678" not in caplog.text


def errors() -> set[str]:
    """Every fault Lambda may answer to an invocation, as its service model has it."""
    model = botocore.session.get_session().get_service_model("lambda")
    return {shape.error_code for shape in model.operation_model("Invoke").error_shapes}


def test_every_fault_of_the_service_model_is_in_one_set() -> None:
    assert FAULTS.unavailable | FAULTS.unknown == errors()
    assert not FAULTS.unavailable & FAULTS.unknown


def test_lambdas_faults_are_said_in_our_words(desk: Desk) -> None:
    model = botocore.session.get_session().get_service_model("lambda")
    for code in errors():
        status = model.shape_for(code).metadata["error"]["httpStatusCode"]
        desk.faults.next("lambda.Invoke", refusal(code, status))

        with pytest.raises(SendError) as said:
            ALIYUN.send(message())

        assert type(said.value) is FAULTS.meaning(code)
        assert (said.value.sender, said.value.reason) == ("aliyun", code)
