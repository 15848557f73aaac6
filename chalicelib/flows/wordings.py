"""This is where it is decided what a message says: which signature, which text, which values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..domain import rendering
from ..domain.apps import App
from ..domain.errors import BadRequest, NotApproved, TemplateNotFound
from ..domain.messages import Channel, Kind
from ..domain.phones import PhoneNumber
from ..domain.templates import Template, Version
from ..domain.values import check, clean
from ..domain.wordings import BUILTIN, RESERVED, Wording, chinese
from . import ports


@dataclass(frozen=True, slots=True)
class Words:
    """What a request says of the text it wants; *variables* are all that it names besides.

    *name* and *op* are for the built-in text: the service and the operation it is about.
    *texts* are that text in each language, and *kind* is of which kind it is.
    """

    to: PhoneNumber
    channel: Channel = Channel.SMS
    template: str = ""
    signature: str = ""
    name: str = ""
    op: str = ""
    variables: Mapping[str, Any] = field(default_factory=dict, repr=False)
    texts: Mapping[str, str] = field(default_factory=lambda: BUILTIN)
    kind: Kind = Kind.VERIFICATION


@dataclass(eq=False, repr=False)
class Wordings:
    """Finds the wording of a message, and refuses what cannot be one before anything is spent."""

    templates: ports.Templates

    def choose(self, app: App, words: Words) -> Wording:
        """The wording that *words* ask for.

        Raises TemplateNotFound, NotApproved, InvalidSignature, RenderFailed, or BadRequest for a
        call that has no code to read out.
        """
        if not words.template:
            return self._builtin(app, words)
        found = None
        if Template.named(words.template):
            found = self.templates.find(app.id, words.template)
        if found is None:
            raise TemplateNotFound("unknown template")
        return self.of(app, words, found.usable())

    def of(self, app: App, words: Words, version: Version) -> Wording:
        """The wording of one *version* of a template, in use or not."""
        if words.channel is Channel.VOICE and version.kind is not Kind.VERIFICATION:
            raise BadRequest("smsType voice reads out codes only.")
        ending = ""
        if version.kind is Kind.MARKETING:
            if not app.settings.company:
                raise NotApproved("template", "marketing without a company")
            settings = app.settings
            ending = settings.opt_out_zh if chinese(words.to) else settings.opt_out_en
        given = words.variables
        return Wording(
            kind=version.kind,
            signature=app.signed(words.signature or self._misplaced(app, given.get("name"))),
            source=version.source,
            name=app.name,
            values={
                name: check(name, given[name], longest=app.settings.longest_value)
                for name in rendering.variables(version.source)
                if name not in RESERVED and given.get(name) is not None
            },
            template=words.template,
            registered=version.registered,
            ending=ending,
        )

    @staticmethod
    def _builtin(app: App, words: Words) -> Wording:
        op = clean("op", words.op)
        return Wording(
            kind=words.kind,
            signature=app.signed(words.signature),
            source=words.texts["zh" if chinese(words.to) else "en"],
            name=clean("name", words.name) or app.name,
            values={"op": op} if op else {},
        )

    @staticmethod
    def _misplaced(app: App, name: object) -> str:
        """*name*, if it is a signature's: two of LeanCloud's guides put it there."""
        return next((one.name for one in app.signatures if one.name == name), "")
