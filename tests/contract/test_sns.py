"""Amazon SNS: what it is told, and its faults in our words."""

from collections.abc import Iterator

import botocore.session
import pytest

from chalicelib.domain.messages import SendError
from chalicelib.senders.sns import FAULTS, Sns
from tests.conftest import Desk
from tests.faults import refusal
from tests.messages import MESSAGE


def errors() -> Iterator[str]:
    """Every fault SNS may answer, as its service model has it."""
    model = botocore.session.get_session().get_service_model("sns")
    yield from {shape.error_code for shape in model.operation_model("Publish").error_shapes}
    yield from ("OptedOut", "Throttled", "UserError")


@pytest.mark.parametrize("code", sorted(errors()))
def test_every_fault_of_the_service_model_is_in_one_set(code: str) -> None:
    tables = [FAULTS.rejected, FAULTS.unknown, FAULTS.unavailable]

    assert sum(code in table for table in tables) == 1


def test_faults_are_said_in_our_words(desk: Desk) -> None:
    sns = Sns()
    for code in FAULTS.rejected | FAULTS.unknown | FAULTS.unavailable:
        desk.faults.next("sns.Publish", refusal(code, xml=True))
        with pytest.raises(SendError) as said:
            sns.send(MESSAGE)
        assert type(said.value) is FAULTS.meaning(code)
        assert said.value.reason == code
        assert said.value.sender == "sns"


def test_a_text_is_transactional_and_bears_what_is_configured() -> None:
    asked = Sns(sender_id="Shop", max_price="0.50")._attributes()

    assert asked == {
        "AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"},
        "AWS.SNS.SMS.SenderID": {"DataType": "String", "StringValue": "Shop"},
        "AWS.SNS.SMS.MaxPrice": {"DataType": "Number", "StringValue": "0.50"},
    }
    assert list(Sns()._attributes()) == ["AWS.SNS.SMS.SMSType"]
