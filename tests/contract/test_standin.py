"""The desk's End User Messaging: it must be as hard to please as AWS, and as unkind."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, ParamValidationError

from chalicelib import aws
from chalicelib.local.messaging import EndUserMessaging, Hitch
from chalicelib.local.receipts import DELIVERED, HEARD, SIMULATED

TEXT = {"DestinationPhoneNumber": "+85291234567", "MessageBody": "135791"}
CALL = {**TEXT, "OriginationIdentity": "pool-1"}
NOTIFY = {
    "DestinationPhoneNumber": "+85291234567",
    "NotifyConfigurationId": "nc-1",
    "TemplateVariables": {"code": "135791"},
}


@pytest.fixture
def client(messaging: EndUserMessaging) -> Any:
    return aws.client("pinpoint-sms-voice-v2", connect=1, read=5)


def error(call: Callable[..., object], **asked: object) -> dict[str, Any]:
    """What AWS has to say against *call*."""
    with pytest.raises(ClientError) as said:
        call(**asked)
    response: dict[str, Any] = said.value.response  # type: ignore[assignment]
    return response


def test_what_is_asked_is_kept(messaging: EndUserMessaging, client: Any) -> None:
    ids = [
        client.send_text_message(**TEXT)["MessageId"],
        client.send_voice_message(**CALL)["MessageId"],
        client.send_notify_text_message(**NOTIFY)["MessageId"],
        client.send_notify_voice_message(**NOTIFY)["MessageId"],
    ]

    assert [taken.id for taken in messaging.messages] == ids
    assert [taken.asked for taken in messaging.messages] == [TEXT, CALL, NOTIFY, NOTIFY]
    assert messaging.messages[0].operation == "SendTextMessage"
    assert messaging.messages[0].to == "+85291234567"


def test_a_dry_run_sends_nothing(messaging: EndUserMessaging, client: Any) -> None:
    assert client.send_text_message(**TEXT, DryRun=True)["MessageId"]
    assert messaging.messages == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("DestinationPhoneNumber", "call me"),
        ("MessageBody", "  "),
        ("MessageType", "URGENT"),
        ("MaxPrice", "12"),
        ("MaxPrice", "cheap."),
        ("OriginationIdentity", "My Shop"),
        ("MessageBody", "x" * 1601),
        ("TimeToLive", 259201),
        ("Context", {"a": " b"}),
        ("Context", {str(name): "b" for name in range(6)}),
        ("DestinationCountryParameters", {"CN_TEMPLATE_ID": "1"}),
    ],
)
def test_the_model_is_held_to(
    messaging: EndUserMessaging, client: Any, field: str, value: object
) -> None:
    said = error(client.send_text_message, **{**TEXT, field: value})

    assert said["Error"]["Code"] == "ValidationException"
    assert said["Reason"] == "INVALID_PARAMETER"
    assert said["Fields"][0]["Name"].startswith(field)
    assert messaging.messages == []


@pytest.mark.parametrize(
    ("asked", "reason", "field"),
    [
        ({"MessageBody": "1"}, "MISSING_PARAMETER", "DestinationPhoneNumber"),
        ({**TEXT, "TimeToLive": "5"}, "CANNOT_PARSE", "TimeToLive"),
        ({**TEXT, "TimeToLive": True}, "CANNOT_PARSE", "TimeToLive"),
        ({**TEXT, "TimeToLive": 4}, "INVALID_PARAMETER", "TimeToLive"),
        ({**TEXT, "Context": []}, "CANNOT_PARSE", "Context"),
        ({**TEXT, "DryRun": 1}, "CANNOT_PARSE", "DryRun"),
        ({**TEXT, "Colour": "red"}, "INVALID_PARAMETER", "Colour"),
        (None, "CANNOT_PARSE", ""),
    ],
)
def test_what_botocore_would_not_let_out_is_refused_too(
    asked: Any, reason: str, field: str
) -> None:
    answer = EndUserMessaging().answer("SendTextMessage", asked)

    assert answer
    assert (answer.status, answer.code) == (400, "ValidationException")
    assert answer.body["Reason"] == reason
    assert answer.body["Fields"] == [{"Name": field, "Message": reason}]


def test_what_is_required_is_asked_for_by_botocore_already(client: Any) -> None:
    with pytest.raises(ParamValidationError):
        client.send_voice_message(**TEXT)


def test_an_operation_that_it_lacks_is_unknown(client: Any) -> None:
    assert error(client.describe_pools)["Error"]["Code"] == "UnknownOperationException"


def test_feedback_is_kept_of_messages_it_knows(messaging: EndUserMessaging, client: Any) -> None:
    id = client.send_text_message(**TEXT)["MessageId"]

    said = client.put_message_feedback(MessageId=id, MessageFeedbackStatus="RECEIVED")

    assert (said["MessageId"], said["MessageFeedbackStatus"]) == (id, "RECEIVED")
    assert messaging.feedback == {id: "RECEIVED"}
    unknown = error(client.put_message_feedback, MessageId="1", MessageFeedbackStatus="FAILED")
    assert unknown["Error"]["Code"] == "ResourceNotFoundException"


@pytest.mark.parametrize(
    ("number", "kind"),
    [("+85291234567", "MOBILE"), ("+85221234567", "LANDLINE"), ("+85212", "INVALID")],
)
def test_a_carrier_is_looked_up(client: Any, number: str, kind: str) -> None:
    said = client.carrier_lookup(PhoneNumber=number)

    assert (said["E164PhoneNumber"], said["PhoneNumberType"]) == (number, kind)


def test_a_hitch_is_met_as_often_as_it_says(messaging: EndUserMessaging, client: Any) -> None:
    messaging.meet(
        Hitch("ThrottlingException", operation="SendVoiceMessage"),
        Hitch("ConflictException", "DESTINATION_PHONE_NUMBER_OPTED_OUT", times=2),
    )

    for _ in range(2):
        said = error(client.send_text_message, **TEXT)
        assert said["Error"]["Code"] == "ConflictException"
        assert said["Reason"] == "DESTINATION_PHONE_NUMBER_OPTED_OUT"
    assert client.send_text_message(**TEXT)["MessageId"]
    assert error(client.send_voice_message, **CALL)["Error"]["Code"] == "ThrottlingException"
    assert client.send_voice_message(**CALL)["MessageId"]


def test_a_reply_is_lost_after_the_message_is_taken(
    messaging: EndUserMessaging, client: Any
) -> None:
    messaging.meet(Hitch(lost=True), Hitch("InternalServerException", status=500, lost=True))

    with pytest.raises(ConnectionClosedError):
        client.send_text_message(**TEXT)
    said = error(client.send_text_message, **TEXT)

    assert said["ResponseMetadata"]["HTTPStatusCode"] == 500
    assert len(messaging.messages) == 2


def test_a_delay_is_waited_for(messaging: EndUserMessaging, client: Any) -> None:
    messaging.meet(Hitch(delay=timedelta(seconds=0.3)))
    began = time.monotonic()

    client.send_text_message(**TEXT)

    assert time.monotonic() - began >= 0.3


def kinds(messaging: EndUserMessaging) -> list[str]:
    [taken] = messaging.messages
    return [event["detail"]["eventType"] for event in messaging.receipts(taken)]


def test_a_text_has_receipts_as_eventbridge_hands_them_on(
    messaging: EndUserMessaging, client: Any
) -> None:
    asked = {**TEXT, "MessageBody": "验证码135791", "Context": {"record": "f00d"}}
    id = client.send_text_message(**asked)["MessageId"]
    [taken] = messaging.messages

    *under_way, last = messaging.receipts(taken)

    assert kinds(messaging) == list(DELIVERED)
    assert under_way[0]["detail"]["isFinal"] is False
    assert (last["source"], last["detail-type"]) == (
        "aws.sms-voice",
        "Text Message Delivery Status Updated",
    )
    detail = last["detail"]
    assert detail["eventTimestamp"] - detail["messageRequestTimestamp"] == 900
    assert detail == {
        "eventType": "TEXT_DELIVERED",
        "eventVersion": "1.0",
        "eventTimestamp": detail["eventTimestamp"],
        "isFinal": True,
        "originationPhoneNumber": "NOTICE",
        "isoCountryCode": "HK",
        "messageId": id,
        "messageRequestTimestamp": detail["messageRequestTimestamp"],
        "messageStatus": "DELIVERED",
        "messageStatusDescription": "Delivered",
        "context": {"record": "f00d"},
        "messageEncoding": "Unicode",
        "messageType": "TRANSACTIONAL",
        "totalMessageParts": 1,
        "totalMessagePrice": 0.00581,
        "totalCarrierFee": 0.003,
    }


def test_a_call_has_receipts_of_its_own(messaging: EndUserMessaging, client: Any) -> None:
    client.send_voice_message(**CALL)
    [taken] = messaging.messages

    last = messaging.receipts(taken)[-1]

    assert kinds(messaging) == list(HEARD)
    assert last["detail-type"] == "Voice Message Delivery Status Updated"
    assert "totalMessageParts" not in last["detail"]


@pytest.mark.parametrize("number", SIMULATED)
def test_the_simulators_numbers_fail(messaging: EndUserMessaging, client: Any, number: str) -> None:
    client.send_text_message(**{**TEXT, "DestinationPhoneNumber": number})

    assert kinds(messaging) == ["TEXT_PENDING", "TEXT_UNREACHABLE"]


def test_a_fate_can_be_chosen(messaging: EndUserMessaging, client: Any) -> None:
    messaging.fates["+85291234567"] = "VOICE_BUSY"
    client.send_voice_message(**CALL)

    assert kinds(messaging) == ["VOICE_INITIATED", "VOICE_BUSY"]


def test_every_event_is_one_of_awss() -> None:
    known = aws.session().get_service_model("pinpoint-sms-voice-v2").shape_for("EventType").enum

    assert {*DELIVERED, *HEARD, *SIMULATED.values()} <= set(known)


def test_receipts_are_told_when_their_time_has_come() -> None:
    told: list[str] = []
    done = threading.Event()

    def tell(event: dict[str, Any]) -> None:
        told.append(event["detail"]["eventType"])
        if len(told) == len(DELIVERED):
            done.set()

    messaging = EndUserMessaging(tell, pace=timedelta(milliseconds=20))
    messaging.answer("SendTextMessage", TEXT)

    assert len(told) < len(DELIVERED), "the answer comes before the last of them"
    assert done.wait(10)
    assert told == list(DELIVERED)
