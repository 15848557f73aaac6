"""Notify: which codes it carries, what it is told, and its faults in our words."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib import aws
from chalicelib.domain.messages import Declined, Kind, Message, SendError, Unavailable
from chalicelib.domain.phones import PhoneNumber
from chalicelib.local.messaging import EndUserMessaging, Hitch
from chalicelib.senders.notify import BASIC, Notify
from chalicelib.senders.reasons import FAULTS
from tests.messages import MESSAGE, WORDING, call, message, notice

MODEL = aws.session().get_service_model("pinpoint-sms-voice-v2")
TEMPLATED = replace(WORDING, template="Order_Notice")


def full() -> Notify:
    return Notify("nc-1", "text-en-001", "voice-en-001", "receipts")


def asked(messaging: EndUserMessaging, sender: Notify, message: Message) -> dict[str, Any]:
    """What AWS is asked for *message*: one request, which its model finds nothing wrong with."""
    sender.send(message)
    [taken] = messaging.messages
    return {"operation": taken.operation, **taken.asked}


def test_a_code_goes_out_in_awss_template(messaging: EndUserMessaging) -> None:
    said = asked(messaging, full(), message())

    assert 595 <= said.pop("TimeToLive") <= 600
    assert said == {
        "operation": "SendNotifyTextMessage",
        "NotifyConfigurationId": "nc-1",
        "DestinationPhoneNumber": "+85291234567",
        "TemplateId": "text-en-001",
        "TemplateVariables": {"code": "135791"},
        "ConfigurationSetName": "receipts",
        "Context": {"record": MESSAGE.id, "app": "countersign-local-app"},
        "MessageFeedbackEnabled": True,
    }


def test_the_configurations_own_template_needs_no_name(messaging: EndUserMessaging) -> None:
    said = asked(messaging, Notify("nc-1"), message())

    assert not {"TemplateId", "ConfigurationSetName"} & set(said)


def test_a_code_is_read_out_digit_by_digit(messaging: EndUserMessaging) -> None:
    said = asked(messaging, full(), call())

    assert said["operation"] == "SendNotifyVoiceMessage"
    assert said["TemplateId"] == "voice-en-001"
    assert said["TemplateVariables"] == {"code": "1. 3. 5. 7. 9. 1."}
    assert "VoiceId" not in said


@pytest.mark.parametrize(
    ("sender", "sent", "carried"),
    [
        (full(), message(), True),
        (full(), message("+12065550100"), True),
        (full(), message("+819012345678"), True),
        (full(), message("+8618612345678"), False),
        (full(), message("+886912345678"), False),
        (full(), message(wording=TEMPLATED), False),
        (full(), notice(), False),
        (full(), notice(kind=Kind.MARKETING), False),
        (full(), call(), True),
        (Notify("nc-1"), call(), False),
        (Notify("nc-1", countries=("JP",)), message("+819012345678"), True),
        (Notify("nc-1", countries=("JP",)), message(), False),
    ],
)
def test_it_carries_plain_codes_to_its_countries(
    sender: Notify, sent: Message, carried: bool
) -> None:
    assert sender.carries(sent) is carried


def test_the_basic_tier_has_thirty_countries_and_china_is_none() -> None:
    assert len(BASIC) == len(set(BASIC)) == 30
    assert "CN" not in BASIC
    assert PhoneNumber("+8618612345678").region not in BASIC


@pytest.mark.parametrize("sent", [message(), call()], ids=["text", "call"])
def test_faults_are_said_in_our_words(messaging: EndUserMessaging, sent: Message) -> None:
    operation = MODEL.operation_model("SendNotifyTextMessage")
    sender = full()
    for shape in operation.error_shapes:
        reasons = shape.members["Reason"].enum if "Reason" in shape.members else ()
        for reason in ("", *reasons):
            messaging.meet(Hitch(shape.error_code, reason))

            with pytest.raises(SendError) as said:
                sender.send(sent)

            assert type(said.value) is FAULTS.meaning(reason or shape.error_code)
            assert said.value.sender == "notify"
    assert messaging.messages == []


@pytest.mark.parametrize(
    ("code", "reason", "meant"),
    [
        ("ServiceQuotaExceededException", "DAILY_NOTIFY_TIER_MESSAGE_LIMIT", Unavailable),
        ("ServiceQuotaExceededException", "MONTHLY_SPEND_LIMIT_REACHED_FOR_NOTIFY", Unavailable),
        ("ConflictException", "NOTIFY_CONFIGURATION_NOT_ACTIVE", Unavailable),
        ("ValidationException", "COUNTRY_NOT_ENABLED", Declined),
        ("ValidationException", "CHANNEL_NOT_ENABLED", Declined),
    ],
)
def test_what_is_beyond_its_tier_is_the_next_senders(
    messaging: EndUserMessaging, code: str, reason: str, meant: type[SendError]
) -> None:
    messaging.meet(Hitch(code, reason))

    with pytest.raises(SendError) as said:
        full().send(message())

    assert type(said.value) is meant
