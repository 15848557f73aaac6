"""This is where one text goes to many numbers."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from ..domain.apps import App
from ..domain.errors import OutOfService, Refusal, TemplateNotFound
from ..domain.messages import Kind
from ..domain.phones import PhoneNumber
from . import ports
from .clock import clock
from .sends import SendRequest, Sends
from .wordings import Words

#: So many at a time: more would queue for connections, fewer would waste a slow carrier's time.
AT_A_TIME = 16


@dataclass(frozen=True, slots=True)
class Notice:
    """What is said to all: a template's name, a signature's, and the values."""

    template: str
    signature: str = ""
    variables: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(eq=False, repr=False)
class Notices:
    """Sends a notice, or marketing, to many numbers."""

    sends: Sends
    templates: ports.Templates
    log: ports.Log
    crashed: ports.Crashed

    def send(
        self, app: App, notice: Notice, numbers: Sequence[str], *, now: datetime
    ) -> list[Refusal | None]:
        """One answer for each number, in their order: None for sent.

        A number that stands there twice, however it is spelled, is sent to once.  What could
        not be begun in time is refused as OutOfService, and is safe to ask again.  Raises
        TemplateNotFound for a template that opens a challenge: codes are not sent to many.
        """
        template = self.templates.find(app.id, notice.template)
        if template is None or template.usable().kind is Kind.VERIFICATION:
            raise TemplateNotFound("no notice of that name")
        read = [_read(app, number) for number in numbers]
        phones = list(dict.fromkeys(one for one in read if isinstance(one, PhoneNumber)))
        # One moment for all: the function has to live to tell what became of the last.
        send = partial(self._send, app, notice, until=now + self.sends.send_within)
        with ThreadPoolExecutor(AT_A_TIME) as pool:
            answers = dict(zip(phones, pool.map(send, phones), strict=True))
        return [answers[one] if isinstance(one, PhoneNumber) else one for one in read]

    def _send(
        self, app: App, notice: Notice, phone: PhoneNumber, *, until: datetime
    ) -> Refusal | None:
        now = clock()
        words = Words(
            phone,
            template=notice.template,
            signature=notice.signature,
            variables=notice.variables,
        )
        try:
            if now > until:
                raise OutOfService("too late to begin a send")
            request = SendRequest(words, ttl=timedelta(0), master=True)
            self.sends.send(app, request, now=now, until=until)
        except Refusal as refusal:
            self.log(
                "refused",
                app=app.id,
                phone=phone.masked,
                code=refusal.code,
                reason=refusal.reason,
            )
            return refusal
        except Exception as fault:  # it is this number's alone
            self.crashed(fault, app=app.id, phone=phone.masked)
            return Refusal("crash")
        return None


def _read(app: App, number: str) -> PhoneNumber | Refusal:
    try:
        return PhoneNumber.parse(number, app.settings.home_region)
    except Refusal as refusal:
        return refusal
