"""One promise for every sender: what goes in, what comes out, and which faults."""

import inspect
import logging
import ssl
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import botocore.exceptions
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectionClosedError, EndpointConnectionError, ReadTimeoutError
from moto.sns.models import sns_backends

from chalicelib.config import Config
from chalicelib.domain.messages import (
    Declined,
    Rejected,
    SendError,
    Sent,
    Unavailable,
    Unknown,
)
from chalicelib.flows.ports import Feedback, Sender
from chalicelib.local.messaging import EndUserMessaging
from chalicelib.senders import carriers, faults, listening
from chalicelib.senders.breaker import Breaker
from chalicelib.senders.eum import Eum
from chalicelib.senders.faults import FaultTable
from chalicelib.senders.function import Function
from chalicelib.senders.inbox import Inbox
from chalicelib.senders.notify import Notify
from chalicelib.senders.sns import Sns
from tests.conftest import Desk
from tests.faults import Fault, garbled, lost_reply, no_answer, refusal
from tests.messages import MESSAGE, Double, routed
from tests.supplier import Supplier


@dataclass(frozen=True)
class World:
    """All carriers, as far as a test can see them."""

    desk: Desk
    messaging: EndUserMessaging
    supplier: Supplier

    @property
    def taken(self) -> int:
        """How many messages are with a carrier."""
        texts = sns_backends["123456789012"]["us-east-1"].sms_messages
        return len(texts) + len(self.messaging.messages) + len(self.supplier.events)


CARRIERS: dict[str, Callable[[], Sender]] = {
    "sns": Sns,
    "eum": Eum,
    "notify": lambda: Notify("nc-1"),
    "supplier": lambda: Function("supplier", "countersign-aliyun"),
}
SENDERS: dict[str, Callable[[], Sender]] = {
    **CARRIERS,
    "inbox": lambda: Inbox(everything=True),
    "breaker": lambda: Breaker(Sns()),
    "router": lambda: routed(Sns()),
}
OPERATIONS = {
    "sns": "sns.Publish",
    "eum": "pinpoint-sms-voice-v2.SendTextMessage",
    "notify": "pinpoint-sms-voice-v2.SendNotifyTextMessage",
    "supplier": "lambda.Invoke",
}


@pytest.fixture
def world(desk: Desk, messaging: EndUserMessaging) -> World:
    supplier = Supplier()
    desk.faults.always("lambda.Invoke", supplier)
    return World(desk, messaging, supplier)


@pytest.fixture(params=SENDERS)
def sender(request: pytest.FixtureRequest, world: World) -> Sender:
    return SENDERS[request.param]()


@pytest.fixture(params=CARRIERS)
def carrier(request: pytest.FixtureRequest, world: World) -> Sender:
    return CARRIERS[request.param]()


def test_a_sender_says_its_name_and_the_carriers(sender: Sender) -> None:
    assert sender.carries(MESSAGE)

    sent = sender.send(MESSAGE)

    assert isinstance(sent, Sent)
    assert sent.sender in {*CARRIERS, "inbox"}
    assert sent.message_id


def test_a_sender_hands_over_one_message(carrier: Sender, world: World) -> None:
    assert carrier.send(MESSAGE).sender == carrier.name
    assert world.taken == 1


def test_a_sender_logs_neither_code_nor_number(
    sender: Sender, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        sender.send(MESSAGE)

    assert MESSAGE.code not in caplog.text
    assert "91234567" not in caplog.text
    assert MESSAGE.code not in repr(sender) + repr(MESSAGE)


@pytest.mark.parametrize("name", CARRIERS)
@pytest.mark.parametrize("fault", [ReadTimeoutError, ConnectionClosedError])
def test_a_lost_reply_is_no_second_message(
    world: World, name: str, fault: type[botocore.exceptions.BotoCoreError]
) -> None:
    world.supplier.fault = fault
    if name != "supplier":
        world.desk.faults.next(OPERATIONS[name], lost_reply(fault))

    with pytest.raises(Unknown) as said:
        CARRIERS[name]().send(MESSAGE)

    assert (said.value.sender, said.value.reason) == (name, fault.__name__)
    assert world.desk.faults.calls[OPERATIONS[name]] == 1
    assert world.taken == 1


@pytest.mark.parametrize("name", CARRIERS)
@pytest.mark.parametrize(
    ("code", "status", "meant"),
    [
        ("InternalFailure", 500, Unknown),
        ("ServiceUnavailable", 503, Unknown),
        ("SomethingNew", 500, Unknown),
        ("SomethingNew", 400, Unavailable),
        ("ExpiredTokenException", 403, Unavailable),
    ],
)
def test_what_is_in_no_model_is_judged_by_its_status(
    world: World, name: str, code: str, status: int, meant: type[SendError]
) -> None:
    world.desk.faults.next(OPERATIONS[name], refusal(code, status, xml=name == "sns"))

    with pytest.raises(meant) as said:
        CARRIERS[name]().send(MESSAGE)

    assert (said.value.sender, said.value.reason) == (name, code)
    assert world.desk.faults.calls[OPERATIONS[name]] == 1
    assert world.taken == 0


@pytest.mark.parametrize("name", CARRIERS)
@pytest.mark.parametrize(
    ("fault", "meant"),
    [
        (no_answer(ReadTimeoutError), Unknown),
        (no_answer(EndpointConnectionError), Unavailable),
        (garbled, Unknown),
    ],
)
def test_what_cannot_be_read_may_have_been_sent(
    world: World, name: str, fault: Fault, meant: type[SendError]
) -> None:
    world.desk.faults.next(OPERATIONS[name], fault)

    with pytest.raises(meant) as said:
        CARRIERS[name]().send(MESSAGE)

    assert said.value.sender == name
    assert world.desk.faults.calls[OPERATIONS[name]] == 1


def botocore_errors() -> list[type[botocore.exceptions.BotoCoreError]]:
    return [
        error
        for _, error in inspect.getmembers(botocore.exceptions, inspect.isclass)
        if issubclass(error, botocore.exceptions.BotoCoreError)
    ]


@pytest.mark.parametrize("error", botocore_errors(), ids=lambda error: error.__name__)
def test_no_foreign_fault_escapes(error: type[botocore.exceptions.BotoCoreError]) -> None:
    table, fault = FaultTable(frozenset(), frozenset(), frozenset()), error.__new__(error)

    with pytest.raises((Unavailable, Unknown)) as said, table.renamed("a"):
        raise fault

    perhaps_out = issubclass(error, (*faults.NO_ANSWER, botocore.exceptions.SSLError))
    assert isinstance(said.value, Unknown) == perhaps_out


def test_a_certificate_that_does_not_hold_is_found_out_before_anything_is_said(
    world: World,
) -> None:
    def distrust(request: object) -> AWSResponse:
        try:
            raise ssl.SSLCertVerificationError
        except ssl.SSLError as fault:
            raise botocore.exceptions.SSLError(endpoint_url="", error=fault)  # noqa: B904

    world.desk.faults.next(OPERATIONS["sns"], distrust)

    with pytest.raises(Unavailable, match="SSLError"):
        CARRIERS["sns"]().send(MESSAGE)


def test_no_attempt_takes_longer_than_three_seconds(world: World) -> None:
    """But a function's, which has five and a supplier to ask."""
    for name in CARRIERS:
        timeouts: Any = CARRIERS[name]()
        config = timeouts._client.meta.config
        total = config.connect_timeout + config.read_timeout
        assert total == (5 if name == "supplier" else 3)
        assert config.retries["total_max_attempts"] == 1


def test_the_configured_senders_are_built_in_their_order() -> None:
    config = Config.read(
        {
            "SENDERS": "aliyun, notify,eum,sns",
            "NOTIFY_CONFIGURATION": "nc-1",
            "NOTIFY_COUNTRIES": "US, JP",
            "EUM_VOICE_ORIGINATION": "+12065550100",
            "FUNCTIONS": "aliyun=countersign-aliyun",
        }
    )

    built: Any = carriers(config)

    assert [one.name for one in built.values()] == list(built) == ["aliyun", "notify", "eum", "sns"]
    assert built["aliyun"].function == "countersign-aliyun"
    assert built["notify"].countries == ("US", "JP")
    assert built["eum"].voice_origination == "+12065550100"
    assert listening(built) == {"notify": built["notify"], "eum": built["eum"]}


@pytest.mark.parametrize("name", ["eum", "notify"])
def test_a_carrier_hears_whether_the_code_came_back(world: World, name: str) -> None:
    carrier = CARRIERS[name]()
    assert isinstance(carrier, Feedback)
    first, second = (carrier.send(MESSAGE).message_id for _ in range(2))

    carrier.feedback(first, received=True)
    carrier.feedback(second, received=False)

    assert world.messaging.feedback == {first: "RECEIVED", second: "FAILED"}
    with pytest.raises(Unavailable, match="ResourceNotFoundException"):
        carrier.feedback("nobody", received=True)


def failing(breaker: Breaker, times: int) -> None:
    for _ in range(times):
        with pytest.raises(SendError):
            breaker.send(MESSAGE)


@pytest.mark.parametrize("fault", [Unavailable("x"), Unknown("x")])
def test_a_breaker_opens_after_five_failures_and_rests_longer_each_time(
    now: list[float], fault: SendError
) -> None:
    double = Double("x", fault)
    breaker = Breaker(double)
    failing(breaker, 4)
    assert breaker.carries(MESSAGE)
    failing(breaker, 1)

    for rest in (30, 60, 120, 240, 480, 480):
        assert not breaker.carries(MESSAGE)
        assert breaker.rest == timedelta(seconds=rest)
        now[0] += rest
        assert breaker.carries(MESSAGE)
        failing(breaker, 1)
    now[0] += 480
    double.fault = None
    breaker.send(MESSAGE)
    assert breaker.carries(MESSAGE)
    double.fault = fault
    failing(breaker, 4)
    assert breaker.carries(MESSAGE), "it begins to count anew"


def test_a_breaker_lets_one_trial_through(now: list[float]) -> None:
    breaker = Breaker(Double("x", Unavailable("x")))
    failing(breaker, 5)
    now[0] += 30
    breaker._claim_trial()

    assert not breaker.carries(MESSAGE)
    failing(breaker, 1)


def test_slow_failures_and_refused_numbers_do_not_open_a_breaker(now: list[float]) -> None:
    slow, refused = Double("x", Unavailable("x")), Double("x", Rejected("x"))
    for double in (slow, refused, Double("x", Declined("x"))):
        breaker = Breaker(double)
        for _ in range(10):
            failing(breaker, 1)
            now[0] += 8 if double is slow else 0
        assert breaker.carries(MESSAGE)


def test_the_inbox_takes_test_numbers_and_only_at_the_desk_everything() -> None:
    test = replace(MESSAGE, test=True)

    assert Inbox().carries(test)
    assert not Inbox().carries(MESSAGE)
    assert Inbox(everything=True).carries(MESSAGE)
