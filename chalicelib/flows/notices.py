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

#: The function lives ten seconds, and a send may take four of them.
BEGIN_WITHIN = timedelta(seconds=5)
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
    begin_within: timedelta = BEGIN_WITHIN

    def send(
        self, app: App, notice: Notice, numbers: Sequence[str], *, now: datetime
    ) -> list[Refusal | None]:
        """One answer for each number, in their order: None for sent.

        A number in another spelling of one before it meets that one's limits.  What could not be
        begun in time is refused as OutOfService, and is safe to ask again.  Raises
        TemplateNotFound for a template that opens a challenge: codes are not sent to many.
        """
        template = self.templates.find(app.id, notice.template)
        if template is None or template.usable().kind is Kind.VERIFICATION:
            raise TemplateNotFound("no notice of that name")
        send = partial(self._send, app, notice, until=now + self.begin_within)
        with ThreadPoolExecutor(AT_A_TIME) as pool:
            return list(pool.map(send, numbers))

    def _send(self, app: App, notice: Notice, number: str, *, until: datetime) -> Refusal | None:
        now = clock()
        try:
            if now > until:
                raise OutOfService("too late to begin a send")
            words = Words(
                PhoneNumber.parse(number, app.settings.home_region),
                template=notice.template,
                signature=notice.signature,
                variables=notice.variables,
            )
            self.sends.send(app, SendRequest(words, ttl=timedelta(0), master=True), now=now)
        except Refusal as refusal:
            return refusal
        return None
