"""The carrier lookup, held to botocore's model: what is asked, and what is made of answers."""

import time
from datetime import timedelta

import pytest
from botocore.exceptions import EndpointConnectionError

from chalicelib import aws
from chalicelib.domain.line_types import LineType
from chalicelib.domain.messages import SendError, Unavailable, Unknown
from chalicelib.domain.phones import PhoneNumber
from chalicelib.local.messaging import EndUserMessaging, Hitch
from chalicelib.senders.lookup import CarrierLookup
from chalicelib.senders.reasons import FAULTS
from tests.conftest import Desk
from tests.faults import no_answer

MODEL = aws.session().get_service_model("pinpoint-sms-voice-v2")
OPERATION = MODEL.operation_model("CarrierLookup")
KINDS = OPERATION.output_shape.members["PhoneNumberType"].enum
LANDLINE, MOBILE = PhoneNumber("+85221234567"), PhoneNumber("+85291234567")


def test_every_kind_of_awss_is_one_of_ours() -> None:
    assert {kind.lower() for kind in KINDS} == {one.value for one in LineType}


@pytest.mark.parametrize(
    ("word", "kind"), [*((word, word.lower()) for word in KINDS), ("PAGER", "other"), ("", "other")]
)
def test_a_kind_that_nobody_knows_is_another(word: str, kind: str) -> None:
    assert LineType.read(word) == kind


def test_a_number_is_asked_for_as_the_model_has_it(messaging: EndUserMessaging) -> None:
    look_up = CarrierLookup()

    assert [look_up(MOBILE), look_up(LANDLINE)] == [LineType.MOBILE, LineType.LANDLINE]
    assert messaging.lookups == [MOBILE.e164, LANDLINE.e164]


@pytest.mark.parametrize("code", [shape.name for shape in OPERATION.error_shapes])
def test_every_fault_is_one_of_ours(messaging: EndUserMessaging, code: str) -> None:
    messaging.meet(Hitch(code))

    with pytest.raises(SendError) as raised:
        CarrierLookup()(MOBILE)

    assert raised.value.reason == code
    assert FAULTS.meaning(code), "it is a stranger to the table"
    assert messaging.lookups == []


def test_it_asks_once_and_waits_two_seconds(messaging: EndUserMessaging) -> None:
    look_up = CarrierLookup()
    look_up(MOBILE)  # a client takes its time to be made
    messaging.meet(Hitch(delay=timedelta(seconds=5), times=2))
    begun = time.monotonic()

    with pytest.raises(Unknown):
        look_up(MOBILE)

    assert 2 <= time.monotonic() - begun < 4


def test_where_it_is_deployed_aws_is_asked_and_elsewhere_not(desk: Desk) -> None:
    desk.faults.always("pinpoint-sms-voice-v2.CarrierLookup", no_answer(EndpointConnectionError))

    assert CarrierLookup(deployed=False)(MOBILE) is None
    with pytest.raises(Unavailable):
        CarrierLookup(deployed=True)(MOBILE)

    assert desk.faults.calls["pinpoint-sms-voice-v2.CarrierLookup"] == 1
