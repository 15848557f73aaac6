"""This is where AWS's faults are said in our words, whichever of its services they come from."""

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

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

from ..domain.messages import Declined, Rejected, SendError, Sent, Unavailable, Unknown

#: Connections that never stood: the request did not get out.
NEVER_OUT = (ConnectTimeoutError, EndpointConnectionError)
#: The request was out, and nothing came back that could be read.  Of a connection by a proxy
#: botocore says the same whether it never stood or broke off midway.
NO_ANSWER = (
    HTTPClientError,
    IncompleteReadError,
    ProxyConnectionError,
    ResponseParserError,
    UnicodeDecodeError,
)


@dataclass(frozen=True, slots=True)
class FaultTable:
    """What the faults of one carrier mean to us, by the carrier's own words.

    A word is the code of an error, or the reason that stands beside the code and is looked up
    before it.  What stands in no set is judged by its status: from 500 on the carrier may have
    sent.  *fields* are those of a request that hold the number and the text; what is rejected
    for another field is our own configuration, and another sender may do better.
    """

    rejected: frozenset[str]
    unavailable: frozenset[str]
    unknown: frozenset[str]
    declined: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()

    @contextmanager
    def renamed(self, sender: str) -> Iterator[None]:
        """Raise all that AWS and botocore raise as a SendError of *sender*."""
        try:
            yield
        except ClientError as fault:
            reason, kind = self._read(fault.response)
            raise kind(reason, sender=sender) from fault
        except NEVER_OUT as fault:
            raise Unavailable(type(fault).__name__, sender=sender) from fault
        except SSLError as fault:
            # A certificate is judged before anything is said; all else may break off midway.
            kind = Unavailable if _distrusted(fault) else Unknown
            raise kind(type(fault).__name__, sender=sender) from fault
        except NO_ANSWER as fault:
            raise Unknown(type(fault).__name__, sender=sender) from fault
        except BotoCoreError as fault:  # no credentials, no region: raised before anything is sent
            raise Unavailable(type(fault).__name__, sender=sender) from fault

    def _read(self, answer: Mapping[str, Any]) -> tuple[str, type[SendError]]:
        status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        words = [answer.get("Reason", ""), answer["Error"].get("Code", "")]
        reason = next(filter(None, words), f"HTTP {status}")
        for word in words:
            kind = self.meaning(word)
            if kind is Rejected and self._ours(answer):
                return reason, Unavailable
            if kind is not None:
                return reason, kind
        return reason, Unknown if status >= 500 else Unavailable

    def meaning(self, word: str) -> type[SendError] | None:
        """The one set that *word* stands in; None for a stranger."""
        table: tuple[tuple[frozenset[str], type[SendError]], ...] = (
            (self.rejected, Rejected),
            (self.declined, Declined),
            (self.unavailable, Unavailable),
            (self.unknown, Unknown),
        )
        return next((kind for words, kind in table if word in words), None)

    def _ours(self, answer: Mapping[str, Any]) -> bool:
        """Whether the fields that are found fault with are known, and none is of the message."""
        named = {field["Name"].casefold() for field in answer.get("Fields", ())}
        return bool(named) and named.isdisjoint(field.casefold() for field in self.fields)


def _distrusted(fault: BaseException | None) -> bool:
    """Whether a certificate that did not hold is at the bottom of *fault*."""
    while fault is not None and not isinstance(fault, ssl.SSLCertVerificationError):
        fault = fault.__cause__ or fault.__context__
    return fault is not None


def sent(answer: Mapping[str, Any], *, sender: str) -> Sent:
    """What AWS took, by the id that it answers with; raises Unknown if there is none.

    To botocore JSON that cannot be read is an answer without any fields.
    """
    if not answer.get("MessageId"):
        raise Unknown("no message id", sender=sender)
    return Sent(sender, answer["MessageId"])
