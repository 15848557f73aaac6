"""This is where a team's own supplier is: a Lambda function of theirs that sends for us.

The function is invoked synchronously with this event, in which every field is always present:

    version         1; it grows only if a field is taken away or changes its meaning
    record          the id of the message's record here: the same id is the same message
    app             the id of the app that sends
    to              the phone in E.164, such as "+8618612345678"
    region          its ISO 3166 region, such as "CN"
    channel         "sms" or "voice"
    kind            "verification", "notice" or "marketing"
    text            what is shown, signature included; for a voice the code alone
    signature       the signature's text without its brackets, such as "天天商城"
    template        the template's name here; null for the built-in text
    templateId      the template's id with this supplier, from its "registered"; null without
    parameters      the values of the parameters registered with that id, in their order
    parameterNames  the names of those parameters, for suppliers that want values by name
    variables       all values by name, as they are printed: those of the request, and the
                    service's own: "name" (the app's), "sign", "template", with a code "code"
                    and "ttl" in minutes
    code            the code; null for what carries none
    expiresAt       when the code dies, such as "2026-11-21T08:00:00.000Z"; null without a code

It returns one of

    {"status": "accepted", "messageId": "…"}      it is sent; 1 to 256 ASCII characters
    {"status": "unavailable", "reason": "…"}      nothing was sent; the next sender is asked
    {"status": "declined", "reason": "…"}         the same, and it says nothing of the supplier:
                                                  five of the others let it rest for a while
    {"status": "rejected", "reason": "…"}         the number or the text is refused, for good

The reason is kept and logged: a word or two, without the number or the text.  Whatever else
happens, an exception, a time-out, an answer that is none of these, counts as sent, since it may
have been.  An answer has five seconds to come.

The function's promise: an event whose `record` it has seen before sends nothing, and is answered
as it was the first time.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from .. import aws
from ..domain.instants import iso
from ..domain.messages import Declined, Message, Rejected, Sent, Unavailable, Unknown
from ..domain.rendering import printed
from .faults import FaultTable

#: Lambda's own faults.  But for a breakdown over the invocation, they come before the function.
FAULTS = FaultTable(
    rejected=frozenset(),
    unavailable=frozenset(
        {
            "CodeArtifactUserDeletedException",
            "CodeArtifactUserFailedException",
            "CodeArtifactUserPendingException",
            "EC2AccessDeniedException",
            "EC2ThrottledException",
            "EC2UnexpectedException",
            "EFSIOException",
            "EFSMountConnectivityException",
            "EFSMountFailureException",
            "EFSMountTimeoutException",
            "ENILimitReachedException",
            "ENINotReadyException",
            "InvalidParameterValueException",
            "InvalidRequestContentException",
            "InvalidRuntimeException",
            "InvalidSecurityGroupIDException",
            "InvalidSubnetIDException",
            "InvalidZipFileException",
            "KMSAccessDeniedException",
            "KMSDisabledException",
            "KMSInvalidStateException",
            "KMSNotFoundException",
            "ModeNotSupportedException",
            "NoPublishedVersionException",
            "RecursiveInvocationException",
            "RequestTooLargeException",
            "ResourceConflictException",
            "ResourceNotFoundException",
            "ResourceNotReadyException",
            "RuntimeAliasDeletedException",
            "RuntimeVersionDeletedException",
            "S3FilesMountConnectivityException",
            "S3FilesMountFailureException",
            "S3FilesMountTimeoutException",
            "SerializedRequestEntityTooLargeException",
            "ServiceQuotaExceededException",
            "SnapStartException",
            "SnapStartNotReadyException",
            "SnapStartRegenerationFailureException",
            "SnapStartTimeoutException",
            "SubnetIPAddressLimitReachedException",
            "TooManyRequestsException",
            "UnsupportedMediaTypeException",
        }
    ),
    unknown=frozenset({"DurableExecutionAlreadyStartedException", "ServiceException"}),
)

#: How long a connection may take of the time there is.
_CONNECT = timedelta(seconds=1)

#: The text counts a code's minutes from the request, which may be as old as this by now.
_REQUEST = timedelta(seconds=10)

_ID = re.compile(r"[!-~]{1,256}")

_LONGEST_REASON = 100
#: As many digits are a phone number, or a good part of one.
_NUMBER = re.compile(r"\d(?:[ -]?\d){6,}")


@dataclass(eq=False, repr=False)
class Function:
    """A function of the team's, by name or ARN, as the sender *name*."""

    name: str
    function: str
    timeout: timedelta = timedelta(seconds=5)

    @property
    def takes(self) -> timedelta:
        return self.timeout

    def carries(self, message: Message) -> bool:
        return True

    def send(self, message: Message) -> Sent:
        event = json.dumps(self.event(message, now=datetime.now(UTC)))
        with FAULTS.renamed(self.name):
            answer = self._client.invoke(FunctionName=self.function, Payload=event.encode())
            payload = answer["Payload"].read()
        if answer.get("FunctionError"):
            raise Unknown("the function failed", sender=self.name)
        return self._sent(message, _read(payload))

    def event(self, message: Message, *, now: datetime) -> dict[str, Any]:
        """What the function is told."""
        wording, expires_at = message.wording, message.expires_at
        ttl = expires_at - now + _REQUEST if expires_at else timedelta(0)
        variables = {
            name: printed(value) for name, value in wording.variables(message.code, ttl=ttl).items()
        }
        registered = wording.registered.get(self.name)
        parameters = registered.parameters if registered else ()
        return {
            "version": 1,
            "record": message.id,
            "app": message.app,
            "to": message.to.e164,
            "region": message.to.region,
            "channel": message.channel.value,
            "kind": wording.kind.value,
            "text": message.text,
            "signature": wording.signature.text,
            "template": wording.template or None,
            "templateId": registered.id if registered else None,
            "parameters": [variables.get(name, "") for name in parameters],
            "parameterNames": list(parameters),
            "variables": variables,
            "code": message.code or None,
            "expiresAt": iso(expires_at) if expires_at else None,
        }

    def _sent(self, message: Message, answer: Mapping[str, Any]) -> Sent:
        match answer:
            case {"status": "accepted", "messageId": str(id)} if _ID.fullmatch(id):
                return Sent(self.name, id)
            case {"status": "unavailable"}:
                raise Unavailable(_reason(answer, message), sender=self.name)
            case {"status": "declined"}:
                raise Declined(_reason(answer, message), sender=self.name)
            case {"status": "rejected"}:
                raise Rejected(_reason(answer, message), sender=self.name)
        raise Unknown("the function's answer is none", sender=self.name)

    @cached_property
    def _client(self) -> Any:
        # One attempt: the promise to send no record twice is the function's, not ours to test.
        read = self.timeout - _CONNECT
        return aws.client("lambda", connect=_CONNECT.total_seconds(), read=read.total_seconds())


def _read(payload: bytes) -> dict[str, Any]:
    """The answer; an empty one for what is no object."""
    try:
        answer = json.loads(payload)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _reason(answer: Mapping[str, Any], message: Message) -> str:
    """The reason that is given, as far as it may be logged."""
    given = answer.get("reason")
    if not isinstance(given, str) or not given.isprintable():
        return "no reason given"
    reason = _NUMBER.sub("****", given)
    if message.code:
        reason = reason.replace(message.code, "****")
    return reason[:_LONGEST_REASON] or "no reason given"
