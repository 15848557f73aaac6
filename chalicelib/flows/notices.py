"""This is where one text goes to many numbers."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from ..domain import rendering
from ..domain.apps import App
from ..domain.costs import Cost
from ..domain.errors import OutOfService, Refusal, TemplateNotFound
from ..domain.messages import Kind, Message
from ..domain.phones import PhoneNumber
from ..domain.templates import Version
from ..domain.wordings import RESERVED
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


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a number is to get, or why it is not; *phone* is how the number is read, if it can be.

    One that *repeats* another gets nothing of its own.
    """

    phone: PhoneNumber | None = None
    refusal: Refusal | None = None
    draft: Message | None = None
    cost: Cost | None = None
    repeats: bool = False


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
        self._version(app, notice)
        read = [_read(app, number) for number in numbers]
        phones = list(dict.fromkeys(one for one in read if isinstance(one, PhoneNumber)))
        # One moment for all: the function has to live to tell what became of the last.
        send = partial(self._send, app, notice, until=now + self.sends.send_within)
        with ThreadPoolExecutor(AT_A_TIME) as pool:
            answers = dict(zip(phones, pool.map(send, phones), strict=True))
        return [answers[one] if isinstance(one, PhoneNumber) else one for one in read]

    def foresee(
        self, app: App, notice: Notice, numbers: Sequence[str], *, now: datetime
    ) -> tuple[tuple[str, ...], list[Foreseen]]:
        """The names of the values that *notice* takes, and what each number is to get of it.

        Nothing is sent, spent or stored.  Raises what `send` does.
        """
        names = rendering.variables(self._version(app, notice).source)
        seen: dict[PhoneNumber, Foreseen] = {}
        foreseen = []
        for number in numbers:
            phone = _read(app, number)
            if isinstance(phone, Refusal):
                foreseen.append(Foreseen(refusal=phone))
            elif phone in seen:
                foreseen.append(replace(seen[phone], repeats=True))
            else:
                foreseen.append(seen.setdefault(phone, self._foreseen(app, notice, phone, now)))
        return tuple(name for name in names if name not in RESERVED), foreseen

    def _foreseen(self, app: App, notice: Notice, phone: PhoneNumber, now: datetime) -> Foreseen:
        try:
            _, draft = self.sends.judged(app, _request(notice, phone), now=now)
        except Refusal as refusal:
            return Foreseen(phone, refusal)
        return Foreseen(phone, None, draft, Cost.of(draft, app.settings))

    def _version(self, app: App, notice: Notice) -> Version:
        template = self.templates.find(app.id, notice.template)
        if template is None or template.usable().kind is Kind.VERIFICATION:
            raise TemplateNotFound("no notice of that name")
        return template.usable()

    def _send(
        self, app: App, notice: Notice, phone: PhoneNumber, *, until: datetime
    ) -> Refusal | None:
        now = clock()
        try:
            if now > until:
                raise OutOfService("too late to begin a send")
            self.sends.send(app, _request(notice, phone), now=now, until=until)
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


def _request(notice: Notice, phone: PhoneNumber) -> SendRequest:
    words = Words(
        phone,
        template=notice.template,
        signature=notice.signature,
        variables=notice.variables,
    )
    return SendRequest(words, ttl=timedelta(0), master=True)


def _read(app: App, number: str) -> PhoneNumber | Refusal:
    try:
        return PhoneNumber.parse(number, app.settings.home_region)
    except Refusal as refusal:
        return refusal
