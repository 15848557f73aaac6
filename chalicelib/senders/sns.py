"""This is where Amazon SNS is: texts, with no number to own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any, ClassVar

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    IncompleteReadError,
    ProxyConnectionError,
    SSLError,
)
from botocore.parsers import ResponseParserError

from .. import aws
from ..domain.messages import Channel, Message, Rejected, Sent, Unavailable, Unknown

#: Faults that no other carrier can cure: the number or the text is what is wrong.
REJECTED = frozenset(
    {"OptedOut", "InvalidParameter", "ParameterValueInvalid", "ValidationException"}
)

#: Faults of SNS itself: it may or may not have sent.
UNKNOWN = frozenset({"InternalError", "InternalFailure", "ServiceUnavailable"})

#: All its other faults: nothing was sent, and another carrier may do better.
UNAVAILABLE = frozenset(
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
)

#: Connections that never stood: the request did not get out.
_NEVER_OUT = (ConnectTimeoutError, EndpointConnectionError, ProxyConnectionError, SSLError)
#: The request was out, and nothing came back that could be read.
_NO_ANSWER = (HTTPClientError, IncompleteReadError, ResponseParserError, UnicodeDecodeError)


@contextmanager
def faults() -> Iterator[None]:
    """Speak of SNS's faults in our own words."""
    try:
        yield
    except ClientError as fault:
        code = fault.response["Error"].get("Code", "")
        status = fault.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if code in REJECTED:
            raise Rejected(code, sender=Sns.name) from fault
        if code in UNKNOWN or (status >= 500 and code not in UNAVAILABLE):
            raise Unknown(code or f"HTTP {status}", sender=Sns.name) from fault
        raise Unavailable(code, sender=Sns.name) from fault
    except _NEVER_OUT as fault:
        raise Unavailable(type(fault).__name__, sender=Sns.name) from fault
    except _NO_ANSWER as fault:
        raise Unknown(type(fault).__name__, sender=Sns.name) from fault
    except BotoCoreError as fault:  # no credentials, no region: raised before anything is sent
        raise Unavailable(type(fault).__name__, sender=Sns.name) from fault


@dataclass(eq=False, repr=False)
class Sns:
    """Amazon SNS as a sender of texts.

    *sender_id* is shown as the originator where a country allows it; *max_price* is the most
    that one text may cost, in US dollars.  Either may be empty.
    """

    sender_id: str = ""
    max_price: str = ""

    name: ClassVar[str] = "sns"
    rest: ClassVar[timedelta] = timedelta(0)

    def carries(self, message: Message) -> bool:
        return message.channel is Channel.SMS

    def send(self, message: Message) -> Sent:
        with faults():
            answer = self._client.publish(
                PhoneNumber=message.to.e164,
                Message=message.text,
                MessageAttributes=self._attributes(),
            )
        return Sent(self.name, answer.get("MessageId", ""))

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
        return aws.client("sns", connect=2, read=4)
