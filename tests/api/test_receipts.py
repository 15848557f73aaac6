"""What carriers tell, at the doors of the functions that hear it."""

import base64
import gzip
import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import botocore.session
import pytest
from chalice.test import Client

from app import app
from chalicelib import aws
from chalicelib.api.events import (
    carrier_event,
    carrier_topic,
    changed,
    delivery_log,
    record_changed,
)
from chalicelib.domain.messages import Message, Sent, Unavailable
from chalicelib.domain.receipts import NotFiled
from chalicelib.domain.records import Status
from chalicelib.local.streams import event, told
from chalicelib.senders.receipts import EUM
from chalicelib.store.tables import CounterRow, LineRow, RecordRow
from tests.api.test_sms import wrong
from tests.conftest import Clock, Decisions, Desk
from tests.faults import refusal
from tests.wire import PHONE

#: 2040-01-02T12:00:00Z, when the clock stands still.
NOON = 2209118400000
DAY = date(2040, 1, 2)


def row() -> RecordRow:
    """The latest record."""
    return max(RecordRow.scan(), key=lambda row: row.at or 0)


def eum(kind: str, *, record: str = "", at: int = NOON, **changes: Any) -> dict[str, Any]:
    """An event of End User Messaging as EventBridge hands it on."""
    detail = {
        "eventType": kind,
        "eventVersion": "1.0",
        "eventTimestamp": at,
        "isFinal": True,
        "originationPhoneNumber": "+12065550152",
        "destinationPhoneNumber": PHONE,
        "messageId": "862a8790-60c0-4430-9b2b-658bdexample",
        "messageStatus": kind.partition("_")[2],
        "totalMessagePrice": 0.00581,
        "totalCarrierFee": 0.00302,
        **({"context": {"record": record, "app": "countersign-local-app"}} if record else {}),
        **changes,
    }
    return {
        "version": "0",
        "id": "15226fe5-c283-a862-e5e5-0a29ad450fd9",
        "detail-type": "Text Message Delivery Status Updated",
        "source": "aws.sms-voice",
        "account": "123456789012",
        "time": "2040-01-02T12:00:00Z",
        "region": "eu-west-2",
        "resources": [],
        "detail": detail,
    }


def topic(*details: dict[str, Any]) -> dict[str, Any]:
    """The same as the SNS topic of a configuration set hands it on."""
    return {"Records": [{"Sns": {"Message": json.dumps(detail)}} for detail in details]}


def line(message_id: str, status: str = "SUCCESS", **changes: Any) -> str:
    """A line of SNS's delivery log, as AWS's knowledge centre shows it."""
    delivery = {
        "phoneCarrier": "My Phone Carrier",
        "mnc": 270,
        "destination": PHONE,
        "priceInUSD": 0.00645,
        "smsType": "Transactional",
        "mcc": 310,
        "providerResponse": "Message has been accepted by phone carrier",
        "dwellTimeMs": 599,
        "dwellTimeMsUntilDeviceAck": 1344,
        **changes,
    }
    noted = {"messageId": message_id, "timestamp": "2040-01-02 12:00:00.558"}
    return json.dumps({"notification": noted, "delivery": delivery, "status": status})


def log(*lines: str, kind: str = "DATA_MESSAGE") -> dict[str, Any]:
    """Lines of a log as CloudWatch hands them on."""
    said = {
        "messageType": kind,
        "logGroup": "sns/us-east-1/123456789012/DirectPublishToPhoneNumber",
        "logEvents": [{"id": "1", "timestamp": NOON, "message": line} for line in lines],
    }
    packed = base64.b64encode(gzip.compress(json.dumps(said).encode())).decode()
    return {"awslogs": {"data": packed}}


def sent_by_sns(open_desk: Callable[..., Desk]) -> tuple[Desk, RecordRow]:
    desk = open_desk(SENDERS="sns")
    assert desk.send() == 0
    return desk, row()


def verify(desk: Desk) -> None:
    """Hand in the code, and let the stream of lines tell of it."""
    assert desk.verify(desk.code()) == 0
    assert changed(event(told(LineRow)), None) == {"batchItemFailures": []}


def test_what_the_carrier_tells_moves_the_record(desk: Desk, clock: Clock) -> None:
    desk.send()
    id = row().id

    carrier_event(eum("TEXT_PENDING", record=id, isFinal=False), None)
    assert row().status == "pending"
    carrier_event(eum("TEXT_SUCCESSFUL", record=id, at=NOON + 1500), None)
    carrier_event(eum("TEXT_DELIVERED", record=id, at=NOON + 2500), None)

    told = desk.console.get(f"records/{id}").json["record"]
    assert (told["state"], told["stateName"]) == ("delivered", "发送成功")
    assert told["word"] == "TEXT_DELIVERED" or told["word"] == "TEXT_SUCCESSFUL"
    assert told["price"] == "0.00883"
    assert told["timeline"] == {
        "requested": "2040-01-02T12:00:00.000Z",
        "accepted": "2040-01-02T12:00:00.000Z",
        "carrier": "2040-01-02T12:00:01.500Z",
        "device": "2040-01-02T12:00:02.500Z",
        "verified": None,
    }


def test_the_handlers_are_functions_of_the_app(desk: Desk, clock: Clock) -> None:
    desk.send()

    with Client(app) as client:
        client.lambda_.invoke("carrier_event", eum("TEXT_DELIVERED", record=row().id))
        assert row().status == "delivered"
        heard = client.lambda_.invoke("changed", event(told(LineRow)))

    assert heard.payload == {"batchItemFailures": []}


@pytest.mark.parametrize(("kind", "status"), [*EUM.items()])
def test_every_word_of_the_service_model_has_its_meaning(
    desk: Desk, clock: Clock, kind: str, status: Status
) -> None:
    desk.send()

    carrier_event(eum(kind, record=row().id), None)

    assert row().status == status


def test_no_word_of_the_service_model_is_forgotten() -> None:
    model = botocore.session.get_session().get_service_model("pinpoint-sms-voice-v2")
    kinds = {
        kind
        for kind in model.shape_for("EventType").enum
        if kind.startswith(("TEXT_", "VOICE_")) and not kind.endswith("_ALL")
    }

    assert set(EUM) == kinds


def test_what_is_not_final_waits(desk: Desk, clock: Clock) -> None:
    desk.send()

    carrier_event(eum("TEXT_SUCCESSFUL", record=row().id, isFinal=False), None)

    assert (row().status, row().billed) == ("pending", None)
    assert row().carrier_at is not None


@pytest.mark.parametrize("word", ["TEXT_TELEPATHED", "RCS_READ", "", "delivered"])
def test_an_unknown_word_is_logged_and_changes_nothing(
    desk: Desk, clock: Clock, decisions: Decisions, word: str
) -> None:
    desk.send()
    before = row().to_simple_dict()

    carrier_event(eum(word, record=row().id), None)

    assert row().to_simple_dict() == before
    [said] = decisions("receipt_unknown")
    assert said.get("word", "") == word


class Quick:
    """A carrier that tells what became of a message before its sender has so much as an answer."""

    def __init__(self, desk: Desk, *kinds: str) -> None:
        self._sender, self._kinds = desk.service.delivery.sender, kinds
        desk.service.delivery.sender = self  # type: ignore[assignment]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sender, name)

    def send(self, message: Message) -> Sent:
        for kind in self._kinds:
            carrier_event(eum(kind, record=message.id, at=NOON + 2500), None)
        return self._sender.send(message)


@pytest.mark.parametrize(
    ("kinds", "status"),
    [
        (["TEXT_QUEUED"], "pending"),
        (["TEXT_DELIVERED"], "delivered"),
        (["TEXT_DELIVERED", "TEXT_UNREACHABLE", "TEXT_QUEUED"], "delivered"),
    ],
)
def test_a_receipt_before_its_record_is_not_lost(
    desk: Desk, clock: Clock, decisions: Decisions, kinds: list[str], status: str
) -> None:
    Quick(desk, *kinds)

    assert desk.send() == 0

    assert len(decisions("receipt_early")) == len(kinds)
    [shown] = desk.console.find("records", day="2040-01-02").json["records"]
    assert (shown["state"], shown["word"]) == (status, kinds[0])
    assert shown["timeline"]["requested"] == "2040-01-02T12:00:00.000Z"
    assert shown["messageId"] == "862a8790-60c0-4430-9b2b-658bdexample"
    assert row().purge_at == row().at + timedelta(days=60)


def test_what_is_heard_of_a_message_without_a_record_is_no_record(desk: Desk, clock: Clock) -> None:
    carrier_event(eum("TEXT_DELIVERED", record="f00d"), None)

    assert desk.console.get("records/f00d").code == 404
    assert desk.console.find("records", day="2040-01-02").json["records"] == []
    assert record_changed(event(told(RecordRow)), None) == {"batchItemFailures": []}
    assert desk.service.counters.read("countersign-local-app", DAY, DAY) == {}


def test_one_line_a_decision_and_no_whole_number(
    desk: Desk, clock: Clock, decisions: Decisions
) -> None:
    desk.send()

    carrier_event(eum("TEXT_UNREACHABLE", record=row().id), None)

    [said] = decisions("receipt")
    assert (said["before"], said["status"]) == ("pending", "undelivered")
    assert (said["phone"], said["word"]) == ("+86186****5678", "TEXT_UNREACHABLE")
    assert PHONE not in json.dumps(decisions())


def test_the_topic_of_a_configuration_set_tells_the_same(desk: Desk, clock: Clock) -> None:
    desk.send()
    id = row().id
    pending, arrived = (eum(kind, record=id) for kind in ("TEXT_QUEUED", "TEXT_DELIVERED"))

    carrier_topic(topic(pending["detail"], arrived["detail"]), None)

    assert row().status == "delivered"


@pytest.mark.parametrize(
    "said",
    [
        "no json",
        "[]",
        "{}",
        '{"eventType":"TEXT_DELIVERED"}',
        '{"eventType":"TEXT_DELIVERED","eventTimestamp":"soon","messageId":"1"}',
        '{"eventType":"TEXT_DELIVERED","eventTimestamp":1e30,"messageId":"1"}',
        '{"eventType":"TEXT_DELIVERED","eventTimestamp":1,"messageId":"1","context":"x"}',
        '{"eventType":"TEXT_DELIVERED","eventTimestamp":1,"messageId":"1","totalMessagePrice":"x"}',
        '{"eventType":"TEXT_DELIVERED","eventTimestamp":1,"messageId":"1","totalMessagePrice":-1}',
    ],
)
def test_what_is_no_receipt_is_logged_and_does_not_come_again(
    desk: Desk, decisions: Decisions, said: str
) -> None:
    carrier_topic({"Records": [{"Sns": {"Message": said}}]}, None)
    delivery_log(log(said), None)

    assert len(decisions("receipt_unreadable")) == 2


def test_the_log_of_sns_tells_what_became_of_a_text(
    open_desk: Callable[..., Desk], clock: Clock
) -> None:
    desk, sent = sent_by_sns(open_desk)

    delivery_log(log(line(sent.message_id)), None)

    told = desk.console.get(f"records/{sent.id}").json["record"]
    assert (told["state"], told["price"]) == ("delivered", "0.00645")
    assert told["word"] == "SUCCESS: Message has been accepted by phone carrier"
    assert told["timeline"]["carrier"] == "2040-01-02T12:00:01.157Z"
    assert told["timeline"]["device"] == "2040-01-02T12:00:01.902Z"


def test_a_failure_in_the_log_of_sns_is_one(open_desk: Callable[..., Desk], clock: Clock) -> None:
    desk, sent = sent_by_sns(open_desk)
    reason = f"Invalid phone number {PHONE}"

    delivery_log(log(line(sent.message_id, "FAILURE", providerResponse=reason)), None)

    told = desk.console.get(f"records/{sent.id}").json["record"]
    assert (told["state"], told["word"]) == ("undelivered", "FAILURE: Invalid phone number …")
    assert told["timeline"]["carrier"] is None


def test_a_receipt_without_a_record_comes_again_as_long_as_there_may_be_one(
    open_desk: Callable[..., Desk], clock: Clock, decisions: Decisions
) -> None:
    """The log tells of all that the account sends: what is nobody's after a minute is not ours."""
    _, sent = sent_by_sns(open_desk)
    both = log(line("another-app-of-this-account"), line(sent.message_id))

    with pytest.raises(NotFiled):
        delivery_log(both, None)
    assert row().status == "delivered", "the others of the batch are heard"
    clock.pass_(minutes=2)
    delivery_log(both, None)

    assert len(decisions("receipt_unfiled")) == 1


def test_cloudwatch_may_ask_whether_we_are_there(desk: Desk) -> None:
    delivery_log(log("CWL CONTROL MESSAGE: Checking health", kind="CONTROL_MESSAGE"), None)


class Carrier:
    """Likes to hear of the codes that came back."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, bool]] = []
        self.well = True

    def feedback(self, message_id: str, *, received: bool) -> None:
        if not self.well:
            raise Unavailable("ThrottlingException", sender="inbox")
        self.heard.append((message_id, received))


@pytest.fixture
def carrier(desk: Desk) -> Carrier:
    carrier = Carrier()
    desk.service.delivery.feedback = {"inbox": carrier}
    return carrier


def test_a_code_that_came_back_verifies_its_record_and_the_carrier_hears_it(
    desk: Desk, clock: Clock, carrier: Carrier, decisions: Decisions
) -> None:
    desk.send()
    clock.pass_(seconds=42)

    verify(desk)

    told = desk.console.get(f"records/{row().id}").json["record"]
    assert (told["state"], told["stateName"]) == ("verified", "验证成功")
    assert told["timeline"]["verified"] == "2040-01-02T12:00:42.000Z"
    assert carrier.heard == [(row().message_id, True)]
    [said] = decisions("record_verified")
    assert said["phone"] == "+86186****5678"


def test_a_late_receipt_does_not_take_back_that_a_code_came_back(desk: Desk, clock: Clock) -> None:
    desk.send()
    verify(desk)

    carrier_event(eum("TEXT_TTL_EXPIRED", record=row().id), None)
    carrier_event(eum("TEXT_DELIVERED", record=row().id), None)

    assert row().status == "verified"
    assert row().device_at is not None


def test_what_the_stream_of_lines_tells_again_changes_nothing(
    desk: Desk, clock: Clock, carrier: Carrier
) -> None:
    desk.send()
    verify(desk)
    before = row().to_simple_dict()

    changed(event(told(LineRow)[::-1]), None)

    assert row().to_simple_dict() == before
    assert set(carrier.heard) == {(row().message_id, True)}


def test_wrong_guesses_verify_nothing(desk: Desk, clock: Clock, carrier: Carrier) -> None:
    desk.send()
    for guess in wrong(desk.code(), 3):
        desk.verify(guess)

    changed(event(told(LineRow)), None)

    assert row().status == "pending"
    assert carrier.heard == []


def test_the_right_code_after_wrong_ones_verifies_once(
    desk: Desk, clock: Clock, carrier: Carrier
) -> None:
    desk.send()
    desk.verify(wrong(desk.code(), 1)[0])
    assert desk.verify(desk.code()) == 0
    assert desk.verify(desk.code()) == 603

    changed(event(told(LineRow)), None)

    assert carrier.heard == [(row().message_id, True)]


def test_the_record_of_the_latest_text_is_verified(desk: Desk, clock: Clock) -> None:
    desk.send()
    first = row().id
    clock.pass_(minutes=1)
    desk.send()
    second = row().id

    verify(desk)

    assert RecordRow.get(first).status == "pending"
    assert RecordRow.get(second).status == "verified"


def test_the_code_of_a_test_number_verifies_too(desk: Desk, clock: Clock) -> None:
    desk.console.set(test_numbers=f"{PHONE}=135790")
    desk.service.directory._known.clear()
    desk.send()

    assert desk.verify("135790") == 0
    changed(event(told(LineRow)), None)

    assert row().status == "verified"


def test_a_carrier_that_cannot_hear_does_not_stop_the_stream(
    desk: Desk, clock: Clock, carrier: Carrier, decisions: Decisions
) -> None:
    carrier.well = False
    desk.send()

    verify(desk)

    assert row().status == "verified"
    [said] = decisions("feedback_failed")
    assert said["reason"] == "ThrottlingException"


def test_a_batch_of_a_stream_comes_again_from_where_it_failed(
    desk: Desk, clock: Clock, decisions: Decisions
) -> None:
    desk.send()
    desk.send("+8618612345679")
    first, second = told(RecordRow)
    throttled = refusal("ThrottlingException")
    desk.faults.next("dynamodb.TransactWriteItems", None, *[throttled] * 9)

    answer = record_changed(event([first, second]), None)

    failed = second["dynamodb"]["SequenceNumber"]
    assert answer == {"batchItemFailures": [{"itemIdentifier": failed}]}
    assert decisions("stream_waits")


def test_what_can_never_be_heard_is_put_aside_and_those_behind_it_are_heard(
    desk: Desk, clock: Clock, decisions: Decisions
) -> None:
    desk.send()
    desk.send("+8618612345679")
    first, second = told(RecordRow)
    broken = {**first, "dynamodb": {**first["dynamodb"], "NewImage": {"app": {"S": "x"}}}}

    answer = record_changed(event([broken, second]), None)

    assert answer == {"batchItemFailures": []}
    assert decisions("crash")
    sqs: Any = aws.client("sqs", connect=1, read=2)
    url = sqs.get_queue_url(QueueName=desk.service.unheard)["QueueUrl"]
    [aside] = sqs.receive_message(QueueUrl=url)["Messages"]
    told_aside = json.loads(aside["Body"])
    assert told_aside["eventID"] == broken["eventID"]
    assert "NewImage" not in told_aside["dynamodb"], "what an item holds stays in its table"
    [counter] = [row for row in CounterRow.scan() if row.sent]
    assert counter.sent == 1


def test_a_code_that_did_not_come_back_is_told_too(
    desk: Desk, clock: Clock, carrier: Carrier
) -> None:
    desk.send()
    expired = desk.service.openings.expired

    expired(row().app, row().id, now=desk.letters()[0].at)
    assert carrier.heard == [], "it may still come"
    clock.pass_(minutes=10)
    expired("another-app", row().id, now=desk.letters()[0].message.expires_at)
    expired(row().app, "nobody", now=desk.letters()[0].message.expires_at)
    assert carrier.heard == []
    expired(row().app, row().id, now=desk.letters()[0].message.expires_at)

    assert carrier.heard == [(row().message_id, False)]


def test_a_code_that_came_back_is_not_told_to_have_not(
    desk: Desk, clock: Clock, carrier: Carrier
) -> None:
    """Not even if the stream has not told of it yet."""
    desk.send()
    assert desk.verify(desk.code()) == 0
    expires_at = desk.letters()[0].message.expires_at

    desk.service.openings.expired(row().app, row().id, now=expires_at)
    changed(event(told(LineRow)), None)
    desk.service.openings.expired(row().app, row().id, now=expires_at)

    assert carrier.heard == [(row().message_id, True)]


def test_of_a_code_that_went_out_again_nothing_is_told(
    desk: Desk, clock: Clock, carrier: Carrier
) -> None:
    desk.send()
    first = row()
    clock.pass_(minutes=9)
    desk.send()

    desk.service.openings.expired(first.app, first.id, now=desk.letters()[1].message.expires_at)

    assert carrier.heard == []
