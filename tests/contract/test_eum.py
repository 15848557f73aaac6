"""End User Messaging: what it is told, what it carries, and its faults in our words."""

import logging
import re
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest

from chalicelib import aws
from chalicelib.domain.messages import (
    Declined,
    Kind,
    Message,
    Rejected,
    SendError,
    Unavailable,
    Unknown,
)
from chalicelib.domain.phones import PhoneNumber
from chalicelib.domain.templates import Registered
from chalicelib.local.messaging import EndUserMessaging, Hitch
from chalicelib.senders import voices
from chalicelib.senders.eum import Eum
from chalicelib.senders.reasons import FAULTS
from chalicelib.senders.voices import speech, voice
from tests.messages import MESSAGE, WORDING, call, message, notice

MODEL = aws.session().get_service_model("pinpoint-sms-voice-v2")
OPERATIONS = [
    "SendTextMessage",
    "SendVoiceMessage",
    "SendNotifyTextMessage",
    "SendNotifyVoiceMessage",
    "PutMessageFeedback",
]
INDIA = "+919812345678"

FULL = Eum(
    origination="pool-1",
    voice_origination="+12065550100",
    configuration_set="receipts",
    deployment="countersign-dev",
    protect_configuration="protect-1",
    max_price="0.50",
    voice_max_price="1.00",
    in_entity_id="1101",
    in_template_id="1107",
)


def asked(messaging: EndUserMessaging, sender: Eum, message: Message) -> dict[str, Any]:
    """What AWS is asked for *message*: one request, which its model finds nothing wrong with."""
    sender.__dict__.pop("_client", None)  # an endpoint of an earlier test
    sender.send(message)
    [taken] = messaging.messages
    return dict(taken.asked)


def test_a_code_is_texted_with_all_that_is_configured(messaging: EndUserMessaging) -> None:
    said = asked(messaging, FULL, message())

    assert 595 <= said.pop("TimeToLive") <= 600
    assert said == {
        "DestinationPhoneNumber": "+85291234567",
        "OriginationIdentity": "pool-1",
        "MessageBody": "【Shop】135791",
        "MessageType": "TRANSACTIONAL",
        "ConfigurationSetName": "receipts",
        "ProtectConfigurationId": "protect-1",
        "MaxPrice": "0.50",
        "Context": {
            "record": MESSAGE.id,
            "app": "countersign-local-app",
            "deployment": "countersign-dev",
        },
        "MessageFeedbackEnabled": True,
    }


def test_what_is_not_configured_is_left_to_the_account(messaging: EndUserMessaging) -> None:
    said = asked(messaging, Eum(), message())

    assert sorted(said) == [
        "Context",
        "DestinationPhoneNumber",
        "MessageBody",
        "MessageFeedbackEnabled",
        "MessageType",
        "TimeToLive",
    ]


@pytest.mark.parametrize(
    ("kind", "type"), [(Kind.NOTICE, "TRANSACTIONAL"), (Kind.MARKETING, "PROMOTIONAL")]
)
def test_what_carries_no_code_neither_dies_nor_is_watched(
    messaging: EndUserMessaging, kind: Kind, type: str
) -> None:
    said = asked(messaging, Eum(), notice(kind=kind))

    assert said["MessageType"] == type
    assert not {"TimeToLive", "MessageFeedbackEnabled"} & set(said)


@pytest.mark.parametrize(("left", "life"), [(3, 5), (-60, 5), (90.5, 90), (9 * 86400, 259200)])
def test_a_message_dies_with_its_code(
    messaging: EndUserMessaging, left: float, life: int, clock: Any
) -> None:
    dying = message()
    assert dying.expires_at
    dying = replace(dying, expires_at=dying.expires_at + timedelta(seconds=left - 600))

    assert asked(messaging, Eum(), dying)["TimeToLive"] == life


@pytest.mark.parametrize(
    ("sender", "sent", "ids"),
    [
        (FULL, message(INDIA), {"IN_ENTITY_ID": "1101", "IN_TEMPLATE_ID": "1107"}),
        (
            FULL,
            notice(INDIA, registered={"eum": Registered("1109"), "aliyun": Registered("SMS_1")}),
            {"IN_ENTITY_ID": "1101", "IN_TEMPLATE_ID": "1109"},
        ),
        (FULL, notice(INDIA), {"IN_ENTITY_ID": "1101"}),
        (FULL, message(), None),
        (Eum(), message(INDIA), None),
    ],
)
def test_india_sees_its_registered_ids_and_nobody_else(
    messaging: EndUserMessaging, sender: Eum, sent: Message, ids: dict[str, str] | None
) -> None:
    assert asked(messaging, sender, sent).get("DestinationCountryParameters") == ids


def test_a_call_reads_the_code_and_nothing_else(messaging: EndUserMessaging) -> None:
    said = asked(messaging, FULL, call())

    assert 595 <= said.pop("TimeToLive") <= 600
    assert said == {
        "DestinationPhoneNumber": "+85291234567",
        "OriginationIdentity": "+12065550100",
        "MessageBody": speech("135791"),
        "MessageBodyTextType": "SSML",
        "VoiceId": "ZHIYU",
        "ConfigurationSetName": "receipts",
        "ProtectConfigurationId": "protect-1",
        "MaxPricePerMinute": "1.00",
        "Context": {
            "record": MESSAGE.id,
            "app": "countersign-local-app",
            "deployment": "countersign-dev",
        },
        "MessageFeedbackEnabled": True,
    }


def test_a_code_is_spoken_slowly_digit_by_digit_and_twice() -> None:
    spoken = ElementTree.fromstring(speech("135791"))

    assert spoken.tag == "speak"
    assert [part.tag for part in spoken] == ["prosody", "break", "prosody"]
    for reading in spoken.findall("prosody"):
        assert reading.get("rate") == "slow"
        assert [reading.text, *[pause.tail for pause in reading]] == list("135791")
    assert re.sub(r"<[^>]*>", "", speech("135791")) == "135791135791"


@pytest.mark.parametrize(
    ("phone", "speaks"),
    [
        ("+85291234567", "ZHIYU"),
        ("+886912345678", "ZHIYU"),
        ("+85366123456", "ZHIYU"),
        ("+819012345678", "MIZUKI"),
        ("+821012345678", "SEOYEON"),
        ("+4915123456789", "VICKI"),
        ("+33612345678", "LEA"),
        ("+5511961234567", "CAMILA"),
        ("+525512345678", "MIA"),
        ("+447400123456", "AMY"),
        ("+12065550100", "JOANNA"),
        ("+6591234567", "JOANNA"),
        ("+358401234567", "JOANNA"),
    ],
)
def test_a_voice_speaks_the_language_that_is_heard_there(phone: str, speaks: str) -> None:
    assert voice(PhoneNumber(phone)) == speaks


def test_every_voice_is_one_of_awss() -> None:
    known = set(MODEL.shape_for("VoiceId").enum)

    assert {*voices._VOICES.values(), voices._CHINESE, voices._ENGLISH} <= known
    assert sum(len(regions.split()) for regions in voices._REGIONS.values()) == len(voices._VOICES)
    assert all(re.fullmatch("[A-Z]{2}", region) for region in voices._VOICES)


@pytest.mark.parametrize(
    ("sender", "sent", "carried"),
    [
        (Eum(), message(), True),
        (Eum(), notice(), True),
        (Eum(), message("+8618612345678"), True),
        (Eum(), call(), False),
        (FULL, call(), True),
        (FULL, call("+886912345678"), True),
        (FULL, call("+8618612345678"), False),
        (FULL, call(code="", expires_at=None, wording=WORDING), False),
    ],
)
def test_it_carries_texts_and_calls_with_a_code_but_not_to_mainland_china(
    sender: Eum, sent: Message, carried: bool
) -> None:
    assert sender.carries(sent) is carried


def words() -> dict[str, list[str]]:
    """All that the model lets the service answer: by exception, its reasons."""
    shapes = [shape for name in OPERATIONS for shape in MODEL.operation_model(name).error_shapes]
    return {
        shape.error_code: list(shape.members["Reason"].enum if "Reason" in shape.members else ())
        for shape in shapes
    }


ALL = {word for code, reasons in words().items() for word in (code, *reasons)}
SETS = (FAULTS.rejected, FAULTS.declined, FAULTS.unavailable, FAULTS.unknown)


def test_every_fault_of_the_service_model_is_in_one_set() -> None:
    assert len(ALL) > 100
    assert [word for word in sorted(ALL) if sum(word in one for one in SETS) != 1] == []
    assert set().union(*SETS) == ALL


@pytest.mark.parametrize("sent", [message(), call()], ids=["text", "call"])
def test_faults_are_said_in_our_words(messaging: EndUserMessaging, sent: Message) -> None:
    sender = Eum(voice_origination="+12065550100")
    for code, reasons in words().items():
        for reason in ("", *reasons):
            messaging.meet(Hitch(code, reason, status=500 if code[:8] == "Internal" else 400))

            with pytest.raises(SendError) as said:
                sender.send(sent)

            assert type(said.value) is FAULTS.meaning(reason or code)
            assert (said.value.reason, said.value.sender) == (reason or code, "eum")
    assert messaging.messages == []


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("DESTINATION_PHONE_NUMBER_OPTED_OUT", Rejected),
        ("INVALID_PARAMETER", Rejected),
        ("PRICE_OVER_THRESHOLD", Declined),
        ("DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION", Declined),
        ("MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT", Unavailable),
        ("ThrottlingException", Unavailable),
        ("ACCOUNT_DISABLED", Unavailable),
        ("InternalServerException", Unknown),
        ("never heard", None),
    ],
)
def test_the_table_is_read_by_a_person_too(word: str, meant: type[SendError] | None) -> None:
    assert FAULTS.meaning(word) is meant


def test_a_reason_that_is_new_is_judged_by_its_code(messaging: EndUserMessaging) -> None:
    messaging.meet(Hitch("ConflictException", "SOMETHING_NEW"))

    with pytest.raises(Declined, match="SOMETHING_NEW"):
        Eum().send(message())


def test_a_fault_of_our_own_configuration_is_not_the_numbers(messaging: EndUserMessaging) -> None:
    """AWS names the field: an origination of no form must not end the search for a sender."""
    with pytest.raises(Unavailable, match="INVALID_PARAMETER"):
        Eum(origination="not one!").send(message())
    with pytest.raises(Rejected, match="INVALID_PARAMETER"):
        Eum().send(message(text=" "))
    assert messaging.messages == []


@pytest.mark.parametrize("code", ["", "InternalServerException"])
def test_a_lost_reply_is_unknown_and_one_message(messaging: EndUserMessaging, code: str) -> None:
    messaging.meet(Hitch(code, lost=True, status=500))

    with pytest.raises(Unknown):
        Eum().send(message())

    assert len(messaging.messages) == 1


def test_a_slow_answer_is_unknown_and_one_message(messaging: EndUserMessaging) -> None:
    messaging.meet(Hitch(delay=timedelta(seconds=2.3)))
    began = time.monotonic()

    with pytest.raises(Unknown, match="ReadTimeoutError"):
        Eum().send(message())

    assert time.monotonic() - began < 3
    while not messaging.messages and time.monotonic() - began < 10:
        time.sleep(0.05)
    assert len(messaging.messages) == 1


def test_neither_code_nor_number_is_logged_when_it_fails(
    messaging: EndUserMessaging, caplog: pytest.LogCaptureFixture
) -> None:
    messaging.meet(Hitch("ConflictException", "DESTINATION_PHONE_NUMBER_OPTED_OUT"))

    with caplog.at_level(logging.INFO), pytest.raises(Rejected) as said:
        Eum().send(message())

    told = caplog.text + str(said.value) + repr(said.value)
    assert MESSAGE.code not in told
    assert "91234567" not in told
