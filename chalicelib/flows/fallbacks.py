"""This is where a code that did not arrive is sent once more, another way."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from ..domain.apps import App
from ..domain.challenges import Challenge, Codebook, Purpose
from ..domain.codes import DIGITS, random_token
from ..domain.costs import Cost
from ..domain.errors import Busy, OutOfService, Refusal
from ..domain.lines import Order
from ..domain.messages import Channel, Message
from ..domain.records import Record
from ..domain.reviews import State
from ..domain.signatures import Signature
from ..domain.timers import Fallback
from ..domain.wordings import Wording
from . import ports
from .billing import Billing
from .delivery import Delivery
from .openings import Openings

#: Where the code stood in a text that is kept.
_MASK = re.compile(rf"(?<!\*)\*{{{DIGITS}}}(?!\*)")


@dataclass(eq=False, repr=False)
class Fallbacks:
    """Sends the same digits by the next sender or channel, once, if nothing is heard of them."""

    apps: ports.Apps
    lines: ports.Lines
    records: ports.Records
    templates: ports.Templates
    openings: Openings
    billing: Billing
    delivery: Delivery
    log: ports.Log

    def attempt(self, app_id: str, id: str, *, now: datetime) -> None:
        """Send the code of record *id* another way, unless it arrived, was used, or is over.

        What is claimed is tried once: a process that dies after it may have sent, and nobody
        gets the digits a third time.  Raises Busy or OutOfService when nothing could be tried.
        """
        app, record = self.apps.find(app_id), self.records.find(id)
        if app is None or record is None or record.app != app_id or not record.wanting:
            return
        if not app.settings.fallback_after or app.settings.fixed_code(record.to, now):
            return
        found = self._open(record, now)
        if found is None:
            return
        codebook, purpose, challenge = found
        code = codebook.code(purpose, challenge)
        message = code and self._message(app, record, code, challenge, now)
        facts = {"app": app.id, "record": id, "phone": record.to.masked}
        if not message:
            self.log("fallback_none", **facts)
            return
        if not self.records.claim(id, by=message.id):
            return
        cost = Cost.of(message, app.settings)
        try:
            with (
                self._counted(app, message, codebook, now),
                self.billing.paid(app, cost, id=message.id, now=now),
            ):
                kept_for = app.settings.records_kept_for
                self.delivery.dispatch(message, cost=cost, now=now, kept_for=kept_for, first=id)
        except (Busy, OutOfService):  # of the limit or the charge: no sender was asked yet
            self.records.release(id, by=message.id)
            raise
        except Refusal as refusal:
            self.log("fallback_failed", **facts, reason=refusal.reason)
        else:
            self.log("fallback", **facts, channel=message.channel, second=message.id)

    @contextmanager
    def _counted(
        self, app: App, message: Message, codebook: Codebook, now: datetime
    ) -> Iterator[None]:
        """Count a call: nobody's phone rings more often than the limits say."""
        if message.channel is not Channel.VOICE:
            yield
            return
        order = Order(message.id, (app.settings.limits.calls,))
        issued = self.lines.issue(codebook, order, now=now, filed=self.records.filed)
        try:
            yield
        except Exception:
            self.lines.give_back(issued)
            raise

    def _open(self, record: Record, now: datetime) -> tuple[Codebook, Purpose, Challenge] | None:
        """The challenge of *record*, if its code can still be handed in."""
        line = self.lines.find(record.app, record.to)
        for purpose, challenge in line.challenges.items():
            if challenge.record != record.id or not challenge.open(now):
                continue
            codebook = self.openings.codebook(record.app, record.to, challenge, at=now)
            if not codebook.opened(purpose, challenge):
                return codebook, purpose, challenge
        return None

    def _message(
        self, app: App, record: Record, code: str, challenge: Challenge, now: datetime
    ) -> Message | None:
        """The first message, if there is one, that another sender or channel would carry."""
        for channel in self._channels(app, record):
            text = self._text(app, record, channel, code, now)
            if not text:
                continue
            message = Message(
                id=random_token(),
                app=app.id,
                to=record.to,
                text=text,
                channel=channel,
                wording=self._wording(app, record),
                code=code,
                expires_at=challenge.expires_at,
                address=record.address,
                route=app.settings.routes.to(record.to.region, channel),
            )
            if channel is record.channel:
                others = self.delivery.sender.others(message, record.sender)
                message = replace(message, route=others)
            taker = self.delivery.sender.choose(message)
            if taker and (channel is not record.channel or taker != record.sender):
                return message
        return None

    @staticmethod
    def _text(app: App, record: Record, channel: Channel, code: str, now: datetime) -> str:
        """What to say over *channel*; empty where that does not go."""
        try:
            app.settings.reach(record.to, channel, now=now)
        except Refusal:
            return ""
        if channel is Channel.VOICE:
            return code
        # Other asterisks may stand in a template: which of them were the code, nobody knows.
        alone = record.text.count("*") == DIGITS
        return _MASK.sub(code, record.text) if alone and _MASK.search(record.text) else ""

    @staticmethod
    def _channels(app: App, record: Record) -> tuple[Channel, ...]:
        if record.channel is Channel.VOICE:
            return (Channel.VOICE,)
        if app.settings.fallback is Fallback.VOICE:
            return (Channel.VOICE, Channel.SMS)
        return (Channel.SMS, Channel.VOICE)

    def _wording(self, app: App, record: Record) -> Wording:
        """What the first message was made of, for suppliers that take no texts."""
        template = self.templates.find(app.id, record.template) if record.template else None
        version = template.in_use if template else None
        return Wording(
            kind=record.kind,
            signature=Signature("", "", record.signature, State.APPROVED, record.at),
            source=version.source if version else "",
            name=app.name,
            values=record.values,
            template=record.template,
            registered=version.registered if version else {},
        )
