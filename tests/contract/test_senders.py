"""One promise for every sender: what goes in, what comes out, and which faults."""

import inspect
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import botocore.exceptions
import botocore.session
import pytest
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from moto.sns.models import sns_backends

from chalicelib.domain.messages import (
    Channel,
    Kind,
    Message,
    Rejected,
    SendError,
    Sent,
    Unavailable,
    Unknown,
)
from chalicelib.domain.phones import PhoneNumber
from chalicelib.domain.reviews import State
from chalicelib.domain.signatures import Signature
from chalicelib.domain.wordings import Wording
from chalicelib.flows.ports import Sender
from chalicelib.senders import sns
from chalicelib.senders.breaker import Breaker
from chalicelib.senders.failover import Failover
from chalicelib.senders.inbox import Inbox
from chalicelib.senders.sns import Sns
from tests.conftest import Desk
from tests.faults import lost_reply, no_answer, refusal

MESSAGE = Message(
    to=PhoneNumber("+8618612345678"),
    text="【Shop】123456",
    channel=Channel.SMS,
    wording=Wording(
        Kind.VERIFICATION,
        Signature("1", "shop", "Shop", State.APPROVED, datetime(2026, 11, 21, tzinfo=UTC)),
        "{{code}}",
        "Shop",
    ),
    code="123456",
    expires_at=datetime(2026, 11, 21, tzinfo=UTC),
)

SENDERS = {
    "sns": Sns,
    "inbox": lambda: Inbox(everything=True),
    "breaker": lambda: Breaker(Sns()),
    "failover": lambda: Failover((Inbox(), Sns())),
}


@pytest.fixture(params=SENDERS)
def sender(request: pytest.FixtureRequest, desk: Desk) -> Any:
    return SENDERS[request.param]()


def test_a_sender_says_its_name_and_the_carriers(sender: Sender) -> None:
    assert sender.carries(MESSAGE)

    sent = sender.send(MESSAGE)

    assert isinstance(sent, Sent)
    assert sent.sender in {"sns", "inbox"}
    assert sent.message_id
    assert sender.rest == timedelta(0)


def test_a_sender_logs_neither_code_nor_number(
    sender: Sender, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        sender.send(MESSAGE)

    assert "123456" not in caplog.text
    assert "12345678" not in caplog.text
    assert "123456" not in repr(sender) + repr(MESSAGE)


def errors() -> Iterator[str]:
    """Every fault SNS may answer, as its service model has it."""
    model = botocore.session.get_session().get_service_model("sns")
    yield from {shape.error_code for shape in model.operation_model("Publish").error_shapes}
    yield from ("OptedOut", "Throttled", "UserError")


@pytest.mark.parametrize("code", sorted(errors()))
def test_every_fault_of_the_service_model_is_in_one_table(code: str) -> None:
    tables = [sns.REJECTED, sns.UNKNOWN, sns.UNAVAILABLE]

    assert sum(code in table for table in tables) == 1


@pytest.mark.parametrize(
    ("table", "fault"),
    [(sns.REJECTED, Rejected), (sns.UNKNOWN, Unknown), (sns.UNAVAILABLE, Unavailable)],
)
def test_faults_are_said_in_our_words(
    desk: Desk, table: frozenset[str], fault: type[SendError]
) -> None:
    for code in table:
        desk.faults.next("sns.Publish", refusal(code, xml=True))
        with pytest.raises(fault) as said:
            Sns().send(MESSAGE)
        assert said.value.reason == code
        assert said.value.sender == "sns"


def botocore_errors() -> list[type[botocore.exceptions.BotoCoreError]]:
    return [
        error
        for _, error in inspect.getmembers(botocore.exceptions, inspect.isclass)
        if issubclass(error, botocore.exceptions.BotoCoreError)
    ]


@pytest.mark.parametrize("error", botocore_errors(), ids=lambda error: error.__name__)
def test_no_foreign_fault_escapes(error: type[botocore.exceptions.BotoCoreError]) -> None:
    fault = error.__new__(error)

    with pytest.raises((Unavailable, Unknown)) as said, sns.faults():
        raise fault

    never_out = issubclass(error, sns._NEVER_OUT) or not issubclass(error, sns._NO_ANSWER)
    assert isinstance(said.value, Unavailable) == never_out


def test_a_text_is_transactional_and_bears_what_is_configured(desk: Desk) -> None:
    asked = Sns(sender_id="Shop", max_price="0.50")._attributes()

    assert asked == {
        "AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"},
        "AWS.SNS.SMS.SenderID": {"DataType": "String", "StringValue": "Shop"},
        "AWS.SNS.SMS.MaxPrice": {"DataType": "Number", "StringValue": "0.50"},
    }
    assert list(Sns()._attributes()) == ["AWS.SNS.SMS.SMSType"]


@pytest.mark.parametrize(
    "fault",
    [
        lost_reply(ReadTimeoutError),
        lost_reply(ConnectionClosedError),
        refusal("InternalError", 500, xml=True),
        refusal("Throttled", xml=True),
        no_answer(ReadTimeoutError),
    ],
)
def test_nothing_is_ever_sent_twice(desk: Desk, fault: Any) -> None:
    desk.faults.next("sns.Publish", fault)

    with pytest.raises(SendError):
        Sns().send(MESSAGE)

    assert desk.faults.calls["sns.Publish"] == 1
    texts = sns_backends["123456789012"]["us-east-1"].sms_messages
    assert len(texts) <= 1


@dataclass
class Double:
    """A sender that does as it is told."""

    name: str
    fault: SendError | None = None
    carried: bool = True
    sent: int = 0
    rest: timedelta = timedelta(0)

    def carries(self, message: Message) -> bool:
        return self.carried

    def send(self, message: Message) -> Sent:
        self.sent += 1
        if self.fault:
            raise self.fault
        return Sent(self.name, "1")


@pytest.mark.parametrize(
    ("first", "outcome", "asked"),
    [
        (None, "first", 0),
        (Unavailable("busy"), "second", 1),
        (Rejected("opted out"), Rejected, 0),
        (Unknown("time-out"), Unknown, 0),
    ],
)
def test_only_what_is_unavailable_moves_on_to_the_next(
    first: SendError | None, outcome: Any, asked: int
) -> None:
    second = Double("second")
    chain = Failover((Double("first", first), second))

    if isinstance(outcome, str):
        assert chain.send(MESSAGE).sender == outcome
    else:
        with pytest.raises(outcome):
            chain.send(MESSAGE)
    assert second.sent == asked


def test_when_all_fail_the_reasons_are_told() -> None:
    chain = Failover(
        (
            Double("a", Unavailable("busy", sender="a")),
            Double("b", carried=False),
            Double("c", Unavailable("down", sender="c")),
        )
    )

    with pytest.raises(Unavailable, match="a: busy; c: down"):
        chain.send(MESSAGE)
    with pytest.raises(Unavailable, match="no sender carries sms"):
        Failover(()).send(MESSAGE)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    return now


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
    for double in (slow, refused):
        breaker = Breaker(double)
        for _ in range(10):
            failing(breaker, 1)
            now[0] += 8 if double is slow else 0
        assert breaker.carries(MESSAGE)


def test_the_inbox_takes_test_numbers_and_only_at_the_desk_everything() -> None:
    test = Message(**{name: getattr(MESSAGE, name) for name in MESSAGE.__slots__} | {"test": True})

    assert Inbox().carries(test)
    assert not Inbox().carries(MESSAGE)
    assert Inbox(everything=True).carries(MESSAGE)
