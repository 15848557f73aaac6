"""This is where an administrator's templates are submitted, reviewed, and taken away.

The rules look at a version at once.  What they refuse is rejected with their reasons; the rest is
approved or, with a manual review, waits for a person, while the version before it stays in use.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ..domain import rendering
from ..domain.apps import App
from ..domain.errors import BadRequest, Conflict, NotApproved, NotFound, RenderFailed, Stale
from ..domain.findings import Finding, Severity
from ..domain.messages import Kind
from ..domain.reviews import State
from ..domain.templates import Registered, Template, Version
from ..domain.wordings import RESERVED
from . import ports

#: Templates in one answer, of up to some 30 KB each: Lambda sends at most 6 MB.
PAGE = 100

#: Reasons that are kept of a rejection; the findings tell the others.
_MOST_REASONS = 20


@dataclass(frozen=True, slots=True)
class Draft:
    """What is submitted of a template; None leaves what its latest version says."""

    kind: Kind | None = None
    source: str | None = None
    note: str | None = None
    registered: Mapping[str, Registered] | None = None


@dataclass(eq=False, repr=False)
class Templates:
    """The templates of the apps, as their administrators see and change them."""

    templates: ports.Templates

    def read(self, app: App, name: str) -> Template:
        """The template as it stands at this moment; raises NotFound."""
        found = self.templates.read(app.id, name) if Template.named(name) else None
        if found is None:
            raise NotFound("no such template")
        return found

    def of(self, app: App, *, after: str) -> Sequence[Template]:
        """The templates of an app, by name, from behind the name *after*: at most `PAGE`."""
        return self.templates.of(app.id, after=after, most=PAGE)

    def create(self, app: App, name: str, draft: Draft, *, now: datetime) -> Template:
        """Make a template of its first version; raises Stale when there is one of that name."""
        template = Template.create(app.id, name, now=now)
        submitted = template.submitted(_version(app, template, draft, now))
        try:
            return self.templates.create(submitted)
        except Conflict:
            raise Stale(self.read(app, name)) from None

    def submit(self, app: App, name: str, draft: Draft, *, seen: str, now: datetime) -> Template:
        """Submit a new version of a template; the approved one stays in use meanwhile."""
        before = self._seen(app, name, seen)
        return self._change(app, before, before.submitted(_version(app, before, draft, now)))

    def approve(self, app: App, name: str, *, seen: str) -> Template:
        """Let what waits replace what is in use; raises BadRequest while the rules refuse it."""
        before = self._seen(app, name, seen)
        errors = _errors(findings(app, before.waiting)) if before.waiting else ()
        if errors:
            raise BadRequest("The rules refuse it: submit it without errors.", findings=errors)
        return self._change(app, before, before.approved())

    def reject(self, app: App, name: str, reasons: Sequence[str], *, seen: str) -> Template:
        """Reject what waits; if nothing does, take what is in use out of use."""
        before = self._seen(app, name, seen)
        return self._change(app, before, before.rejected(tuple(reasons)))

    def drop(self, app: App, name: str, *, seen: str) -> None:
        """Take a template away; requests for it are refused from then on."""
        before = self._seen(app, name, seen)
        try:
            self.templates.delete(before)
        except Conflict:
            raise Stale(self.read(app, name)) from None

    def _seen(self, app: App, name: str, seen: str) -> Template:
        template = self.read(app, name)
        if str(template.version) != seen:
            raise Stale(template)
        return template

    def _change(self, app: App, before: Template, after: Template) -> Template:
        try:
            return self.templates.change(before, after)
        except Conflict:
            raise Stale(self.read(app, before.name)) from None


def findings(app: App, version: Version) -> tuple[Finding, ...]:
    """What the rules find in a version of a template, with the app's own words."""
    from ..domain.lint import lint  # of which no send has need

    settings, marketing = app.settings, version.kind is Kind.MARKETING
    try:
        signature = app.signed().text
    except NotApproved:
        signature = ""
    found = lint(
        version.source,
        kind=version.kind,
        signature=signature,
        ending=max(settings.opt_out_zh, settings.opt_out_en, key=len) if marketing else "",
        marketing_words=settings.marketing_words,
        forbidden_words=settings.forbidden_words,
    )
    if marketing and not settings.company:
        text = "Marketing needs the company's name in the setting company."
        whole = Finding("company", Severity.ERROR, 0, len(version.source), text)
        found = (whole, *found)
    return found


def _errors(found: Sequence[Finding]) -> tuple[Finding, ...]:
    return tuple(finding for finding in found if finding.severity is Severity.ERROR)


def _version(app: App, template: Template, draft: Draft, now: datetime) -> Version:
    """The version that is submitted, with the rules' verdict; raises BadRequest or RenderFailed."""
    latest = template.latest
    kind = draft.kind or (latest.kind if latest else None)
    source = draft.source or (latest.source if latest else "")
    if kind is None:
        raise BadRequest("kind is needed.", field="kind")
    if not source.strip():
        raise BadRequest("source is needed.", field="source")
    note, registered = draft.note, draft.registered
    version = Version(
        kind,
        source,
        State.PENDING,
        now,
        note=latest.note if note is None and latest else note or "",
        registered=latest.registered if registered is None and latest else registered or {},
    )
    found = findings(app, version)
    try:
        variables = rendering.variables(source)
    except RenderFailed as refusal:  # what would never be rendered is not even kept
        refusal.more = {"field": "source", "findings": found}
        raise
    for known in version.registered.values():
        known.check({*variables, *RESERVED})
    reasons = tuple(dict.fromkeys(finding.text for finding in _errors(found)))[:_MOST_REASONS]
    return replace(version, state=app.settings.review.verdict(reasons), reasons=reasons)
