"""Faults of AWS, put between botocore and what answers it."""

import json
from collections import Counter
from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import BotoCoreError
from botocore.httpsession import URLLib3Session
from botocore.session import Session
from moto.core.botocore_stubber import MockRawResponse
from moto.core.models import botocore_stubber

Fault = Callable[[AWSPreparedRequest], AWSResponse]


def refusal(code: str, status: int = 400, *, xml: bool = False) -> Fault:
    """AWS answers with an error."""
    said = (
        f"<ErrorResponse><Error><Code>{escape(code)}</Code><Message>no</Message></Error>"
        "</ErrorResponse>"
        if xml
        else f'{{"__type":"com.amazonaws#{code}","message":"no"}}'
    )

    def answer(request: AWSPreparedRequest) -> AWSResponse:
        return AWSResponse(request.url, status, {}, MockRawResponse(said))

    return answer


def no_answer(error: type[BotoCoreError]) -> Fault:
    """The request does not get there, or nothing comes back."""

    def answer(request: AWSPreparedRequest) -> AWSResponse:
        raise error(endpoint_url=request.url, proxy_url="", error="injected")

    return answer


def garbled(request: AWSPreparedRequest) -> AWSResponse:
    """What comes back is no answer of AWS's."""
    return AWSResponse(request.url, 200, {}, MockRawResponse("<<\N{DEGREE SIGN}"))


def cancelled(*codes: str) -> Fault:
    """DynamoDB does nothing of a transaction, for a reason of each of its parts."""
    said = {
        "__type": "com.amazonaws#TransactionCanceledException",
        "Message": "no",
        "CancellationReasons": [{"Code": code} for code in codes],
    }

    def answer(request: AWSPreparedRequest) -> AWSResponse:
        return AWSResponse(request.url, 400, {}, MockRawResponse(json.dumps(said)))

    return answer


class Killed(BaseException):
    """The process is gone: nothing of ours is there to catch this."""


def killed(*, after: bool = False) -> Fault:
    """The process dies before AWS is asked, or *after* it has done what it was asked."""

    def answer(request: AWSPreparedRequest) -> AWSResponse:
        if after:
            _done(request)
        raise Killed

    return answer


def lost_reply(error: type[BotoCoreError]) -> Fault:
    """AWS does what it was asked, and its answer is lost."""

    def answer(request: AWSPreparedRequest) -> AWSResponse:
        _done(request)
        raise error(endpoint_url=request.url, error="injected")

    return answer


def _done(request: AWSPreparedRequest) -> None:
    """Let AWS do what it is asked."""
    if botocore_stubber("lost", request) is None:  # it goes to a server on this machine
        URLLib3Session().send(request)


class Faults:
    """Which call meets which fault next, and how often each operation was called."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self._next: dict[str, list[Fault | None]] = {}
        self._always: dict[str, Fault] = {}
        self._after: tuple[int, Fault] | None = None

    def after(self, calls: int, fault: Fault) -> None:
        """Let so many *calls* pass, of whatever operation, and the one behind them meet *fault*."""
        self._after = calls, fault

    def next(self, operation: str, *faults: Fault | None) -> None:
        """Let the next calls of *operation*, such as ``sns.Publish``, meet *faults* in turn.

        None lets a call pass.
        """
        self._next[operation] = list(faults)

    def always(self, operation: str, fault: Fault) -> None:
        """Let every call of *operation* meet *fault*."""
        self._always[operation] = fault

    def mend(self) -> None:
        """Let every call pass again, and count from nothing."""
        self._next.clear()
        self._always.clear()
        self._after = None
        self.calls.clear()

    def between(self, session: Session) -> None:
        """Stand between *session*'s clients, made from now on, and what answers them."""
        emitter = session.get_component("event_emitter")
        emitter.register_first("before-send", self._meet)

    def _counted(self) -> Fault | None:
        """What the next call meets after so many, if that is it."""
        if self._after is None:
            return None
        left, fault = self._after
        self._after = (left - 1, fault) if left else None
        return None if left else fault

    def _meet(self, request: AWSPreparedRequest, event_name: str, **_: Any) -> AWSResponse | None:
        operation = event_name.partition(".")[2]
        self.calls[operation] += 1
        queue = self._next.get(operation)
        fault = queue.pop(0) if queue else self._counted() or self._always.get(operation)
        if fault is None:
            return None
        answer = fault(request)
        # moto is asked all the same, and must not do what was refused.
        request.url = "http://127.0.0.1:1/"
        return answer
