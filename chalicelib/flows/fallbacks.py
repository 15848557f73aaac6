"""This is where a code that did not arrive is sent once more, another way."""

from dataclasses import dataclass, replace
from datetime import datetime

from ..domain.apps import App
from ..domain.challenges import Challenge, Codebook, Purpose
from ..domain.codes import DIGITS, random_token
from ..domain.costs import Cost
from ..domain.errors import Refusal
from ..domain.messages import Channel, Message
from ..domain.records import Record, Status
from ..domain.reviews import State
from ..domain.signatures import Signature
from ..domain.timers import Fallback
from ..domain.wordings import Wording
from . import ports
from .billing import Billing
from .delivery import Delivery
from .openings import Openings


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

        What is claimed is tried once: a process that dies between has sent nothing, and nobody
        gets the digits a third time.
        """
        app, record = self.apps.find(app_id), self.records.find(id)
        if app is None or record is None or record.app != app_id or not self._wanting(record):
            return
        if not app.settings.fallback_after or record.to.e164 in app.settings.test_numbers:
            return
        found = self._open(record, now)
        if found is None:
            return
        codebook, purpose, challenge = found
        code = codebook.code(purpose, challenge)
        message = code and self._message(app, record, code, challenge)
        facts = {"app": app.id, "record": id, "phone": record.to.masked}
        if not message:
            self.log("fallback_none", **facts)
            return
        if not self.records.claim(id, by=message.id):
            return
        cost = Cost.of(message, app.settings)
        try:
            with self.billing.paid(app, cost, id=message.id, now=now):
                kept_for = app.settings.records_kept_for
                self.delivery.dispatch(message, cost=cost, now=now, kept_for=kept_for, first=id)
        except Refusal as refusal:
            self.log("fallback_failed", **facts, reason=refusal.reason)
        else:
            self.log("fallback", **facts, channel=message.channel, second=message.id)

    @staticmethod
    def _wanting(record: Record) -> bool:
        waits = record.status in (Status.PENDING, Status.UNDELIVERED)
        return waits and not record.first and not record.second

    def _open(self, record: Record, now: datetime) -> tuple[Codebook, Purpose, Challenge] | None:
        """The challenge of *record*, if its code can still be handed in."""
        line = self.lines.find(record.app, record.to)
        for purpose, challenge in line.challenges.items():
            if challenge.record != record.id or not challenge.open(now):
                continue
            codebook = self.openings.codebook(record.app, record.to, challenge)
            if not codebook.opened(purpose, challenge):
                return codebook, purpose, challenge
        return None

    def _message(self, app: App, record: Record, code: str, challenge: Challenge) -> Message | None:
        """The first message, if there is one, that another sender or channel would carry."""
        for channel in self._channels(app, record):
            text = code if channel is Channel.VOICE else record.text.replace("*" * DIGITS, code)
            message = Message(
                id=random_token(),
                app=app.id,
                to=record.to,
                text=text,
                channel=channel,
                wording=self._wording(app, record),
                code=code,
                expires_at=challenge.expires_at,
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
