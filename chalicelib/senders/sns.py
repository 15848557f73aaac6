"""This is where Amazon SNS is: texts, with no number to own."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any, ClassVar

from .. import aws
from ..domain.messages import Channel, Message, Sent
from .faults import FaultTable, sent

FAULTS = FaultTable(
    rejected=frozenset(
        {"InvalidParameter", "OptedOut", "ParameterValueInvalid", "ValidationException"}
    ),
    unavailable=frozenset(
        {
            "AuthorizationError",
            "EndpointDisabled",
            "InvalidSecurity",
            "KMSAccessDenied",
            "KMSDisabled",
            "KMSInvalidState",
            "KMSNotFound",
            "KMSOptInRequired",
            "KMSThrottling",
            "NotFound",
            "PlatformApplicationDisabled",
            "Throttled",
            "Throttling",
            "UserError",
        }
    ),
    unknown=frozenset({"InternalError", "InternalFailure", "ServiceUnavailable"}),
)


@dataclass(eq=False, repr=False)
class Sns:
    """Amazon SNS as a sender of texts.

    *sender_id* is shown as the originator where a country allows it; *max_price* is the most
    that one text may cost, in US dollars.  Either may be empty.
    """

    sender_id: str = ""
    max_price: str = ""

    name: ClassVar[str] = "sns"
    takes: ClassVar[timedelta] = timedelta(seconds=3)

    def carries(self, message: Message) -> bool:
        return message.channel is Channel.SMS

    def send(self, message: Message) -> Sent:
        with FAULTS.renamed(self.name):
            answer = self._client.publish(
                PhoneNumber=message.to.e164,
                Message=message.text,
                MessageAttributes=self._attributes(),
            )
        return sent(answer, sender=self.name)

    def _attributes(self) -> dict[str, dict[str, str]]:
        said = {
            "SMSType": ("String", "Transactional"),
            "SenderID": ("String", self.sender_id),
            "MaxPrice": ("Number", self.max_price),
        }
        return {
            f"AWS.SNS.SMS.{name}": {"DataType": kind, "StringValue": value}
            for name, (kind, value) in said.items()
            if value
        }

    @cached_property
    def _client(self) -> Any:
        # One attempt: Publish to a phone has no idempotency token, and a retry texts twice.
        return aws.client("sns", connect=1, read=2)
