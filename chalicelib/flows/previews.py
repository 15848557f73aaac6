"""This is where a message is looked at before it is sent, or stored."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ..domain import rendering, segments
from ..domain.apps import App
from ..domain.costs import Cost
from ..domain.errors import NotApproved, RenderFailed, TemplateNotFound
from ..domain.findings import Finding
from ..domain.messages import Channel, Kind
from ..domain.reviews import State
from ..domain.templates import Template, Version
from ..domain.wordings import RESERVED
from . import ports
from .delivery import Delivery
from .sends import SendRequest, Sends
from .templates import findings
from .wordings import Wordings, Words


@dataclass(frozen=True, slots=True)
class Preview:
    """A message as it would go out; *units* are septets or UTF-16 units, nothing for a call.

    *variables* are the names of the values that its template takes from a request; None where it
    is misspelt.  *sender* is who would take it now; None when nobody would.
    """

    text: str
    findings: tuple[Finding, ...]
    variables: tuple[str, ...] | None
    encoding: str
    units: int
    cost: Cost
    sender: str | None


@dataclass(eq=False, repr=False)
class Previews:
    """Makes messages, and sends none."""

    templates: ports.Templates
    wordings: Wordings
    delivery: Delivery

    def preview(
        self,
        app: App,
        words: Words,
        *,
        source: str | None,
        kind: Kind,
        ttl: timedelta,
        now: datetime,
    ) -> Preview:
        """The message that *words* ask for: of *source*, of a template, or the built-in one.

        Raises what a send would for its number and its text; where that is the template's
        fault, it carries the findings, and the variables if they can be read.
        """
        app.settings.reach(words.to, words.channel, now=now)
        version = self._version(app, words, source, kind, now)
        found = findings(app, version) if version else ()
        names = _variables(version) if version else ()
        try:
            if version:
                wording = self.wordings.of(app, words, version)
            else:
                wording = self.wordings.choose(app, words)
            draft = Sends.draft(app, SendRequest(words, ttl, master=True), wording, now=now)
        except (RenderFailed, NotApproved) as refusal:
            refusal.more = {"findings": found, "variables": names}
            raise
        counted = segments.count(draft.text) if words.channel is Channel.SMS else None
        return Preview(
            text=draft.text,
            findings=found,
            variables=names,
            encoding=counted.encoding if counted else "",
            units=counted.units if counted else 0,
            cost=Cost.of(draft, app.settings),
            sender=self.delivery.sender.choose(draft),
        )

    def _version(
        self, app: App, words: Words, source: str | None, kind: Kind, now: datetime
    ) -> Version | None:
        if source is not None:
            return Version(kind, source, State.PENDING, now)
        if not words.template:
            return None
        template = (
            self.templates.read(app.id, words.template) if Template.named(words.template) else None
        )
        if template is None or template.latest is None:
            raise TemplateNotFound("unknown template")
        return template.latest


def _variables(version: Version) -> tuple[str, ...] | None:
    """What a request gives values to; None where the source is misspelt."""
    try:
        names = rendering.variables(version.source)
    except RenderFailed:
        return None
    return tuple(name for name in names if name not in RESERVED)
