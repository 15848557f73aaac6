"""This is where End User Messaging is at the desk: moto has none, so here it is."""

import threading
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from .. import aws
from ..domain.errors import InvalidPhoneNumber
from ..domain.messages import Channel
from ..domain.phones import PhoneNumber
from .receipts import SIMULATED, Event, Taken, receipts
from .shapes import Problem, problems

Told = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: a *status*, a *body*, and with an error its *code*."""

    status: int
    body: Told
    code: str = ""


@dataclass(slots=True)
class Hitch:
    """What the next calls meet: a delay, an error, or both.

    *lost* takes the message first: with a *code* the error comes after it, without one nothing
    comes back at all.  Without an *operation* any call meets it.
    """

    code: str = ""
    reason: str = ""
    operation: str = ""
    status: int = 400
    delay: timedelta = timedelta(0)
    lost: bool = False
    times: int = 1


@dataclass(eq=False, repr=False)
class EndUserMessaging:
    """What AWS would do of the service, held to botocore's model of it.

    *messages* and *feedback* are all it was given, by *fates* a number's messages end with an
    event other than arrival, and *pace* lies between the receipts of one message.  *tell* hears
    each receipt when its time has come.  *lookups* are the numbers it was asked of, and *lines*
    are those that are another kind of line than they look like.
    """

    tell: Callable[[Event], None] | None = None
    pace: timedelta = timedelta(milliseconds=300)
    fates: dict[str, str] = field(default_factory=lambda: dict(SIMULATED))
    messages: list[Taken] = field(default_factory=list)
    feedback: dict[str, str] = field(default_factory=dict)
    lines: dict[str, str] = field(default_factory=dict)
    lookups: list[str] = field(default_factory=list)
    _hitches: list[Hitch] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def meet(self, *hitches: Hitch) -> None:
        """Let the next calls meet *hitches*, each as often as it says, in turn."""
        with self._lock:
            self._hitches.extend(hitches)

    def receipts(self, taken: Taken) -> list[Event]:
        """All receipts of a message, whether their time has come or not."""
        return list(receipts(taken, fate=self.fates.get(taken.to, ""), pace=self.pace))

    def answer(self, operation: str, asked: Told) -> Answer | None:
        """Do as *operation* is asked; None is no answer at all."""
        if operation not in _OPERATIONS:
            return _refusal("UnknownOperationException")
        found = list(problems(self._model.operation_model(operation).input_shape, asked))
        if found:
            return _refusal("ValidationException", found[0].reason, fields=found)
        hitch = self._hitch(operation)
        time.sleep(hitch.delay.total_seconds())
        if hitch.code and not hitch.lost:
            return _refusal(hitch.code, hitch.reason, status=hitch.status)
        answer = _OPERATIONS[operation](self, operation, asked)
        if not hitch.lost:
            return answer
        return _refusal(hitch.code, hitch.reason, status=hitch.status) if hitch.code else None

    def _hitch(self, operation: str) -> Hitch:
        with self._lock:
            for hitch in self._hitches:
                if hitch.times and hitch.operation in ("", operation):
                    hitch.times -= 1
                    return hitch
        return Hitch()

    def _take(self, operation: str, asked: Told) -> Answer:
        taken = Taken(str(uuid.uuid4()), operation, asked, datetime.now(UTC))
        if not asked.get("DryRun"):
            with self._lock:
                self.messages.append(taken)
            if self.tell:
                for step, event in enumerate(self.receipts(taken), 1):
                    _later(step * self.pace, self.tell, event)
        return Answer(200, {"MessageId": taken.id})

    def _hear(self, operation: str, asked: Told) -> Answer:
        known = any(taken.id == asked["MessageId"] for taken in list(self.messages))
        if not known:
            return _refusal("ResourceNotFoundException")
        self.feedback[asked["MessageId"]] = asked["MessageFeedbackStatus"]
        return Answer(200, asked)

    def _look_up(self, operation: str, asked: Told) -> Answer:
        with self._lock:
            self.lookups.append(asked["PhoneNumber"])
        try:
            phone = PhoneNumber.parse(asked["PhoneNumber"])
        except InvalidPhoneNumber:
            said = {"E164PhoneNumber": asked["PhoneNumber"], "PhoneNumberType": "INVALID"}
            return Answer(200, said)
        kind = "MOBILE" if phone.reached_by(Channel.SMS) else "LANDLINE"
        said = {"E164PhoneNumber": phone.e164, "IsoCountryCode": phone.region}
        return Answer(200, {**said, "PhoneNumberType": self.lines.get(phone.e164, kind)})

    @cached_property
    def _model(self) -> Any:
        return aws.session().get_service_model("pinpoint-sms-voice-v2")


_Operation = Callable[[EndUserMessaging, str, Told], Answer]

_OPERATIONS: dict[str, _Operation] = {
    "SendTextMessage": EndUserMessaging._take,
    "SendVoiceMessage": EndUserMessaging._take,
    "SendNotifyTextMessage": EndUserMessaging._take,
    "SendNotifyVoiceMessage": EndUserMessaging._take,
    "PutMessageFeedback": EndUserMessaging._hear,
    "CarrierLookup": EndUserMessaging._look_up,
}


def _refusal(
    code: str, reason: str = "", *, status: int = 400, fields: Iterable[Problem] = ()
) -> Answer:
    body: Told = {"__type": code, "Message": reason or code}
    if reason:
        body["Reason"] = reason
    if fields:
        body["Fields"] = [{"Name": found.field, "Message": found.reason} for found in fields]
    return Answer(status, body, code)


def _later(wait: timedelta, tell: Callable[[Event], None], event: Event) -> None:
    timer = threading.Timer(wait.total_seconds(), tell, (event,))
    timer.daemon = True
    timer.start()
