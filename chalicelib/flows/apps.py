"""This is where an administrator changes an app: its settings and its signatures.

Every change is of what was read: it names the version, and is refused as Stale, with how things
stand, when another came before it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from ..domain.apps import App
from ..domain.errors import BadRequest, Conflict, NotFound, Stale
from ..domain.signatures import Signature
from . import ports

_DEFAULT = "default_signature"


@dataclass(eq=False, repr=False)
class Apps:
    """The apps, as their administrators see and change them."""

    apps: ports.Apps

    def read(self, id: str) -> App:
        """The app as it stands at this moment."""
        app = self.apps.read(id)
        if app is None:
            raise NotFound("no such app")
        return app

    def set(self, id: str, texts: Mapping[str, str], *, seen: str) -> App:
        """Change settings; raises BadRequest, which names the field, or Stale."""
        app = self._seen(id, seen)
        settings = app.settings
        for name, text in texts.items():
            try:
                settings = settings.set(name, text)
            except ValueError as fault:
                raise BadRequest(f"{fault}.", field=name) from fault
        default = settings.default_signature
        if default and all(one.name != default for one in app.signatures):
            raise BadRequest("default_signature: no signature of that name.", field=_DEFAULT)
        return self._change(app, app.with_settings(settings))

    def add_signature(
        self, id: str, *, name: str, text: str, note: str, seen: str, now: datetime
    ) -> tuple[App, Signature]:
        """Make a signature; the rules decide about it at once, unless the review is manual.

        Raises BadRequest, which names the field.
        """
        app = self._seen(id, seen) if seen else self.read(id)
        signature = Signature.create(
            name,
            text,
            state=app.settings.review.verdict(()),
            now=now,
            plain=app.settings.plain_signatures,
            note=note,
        )
        return self._change(app, app.signed_with(signature)), signature

    def change_signature(
        self, id: str, signature: str, change: Callable[[App, Signature], Signature], *, seen: str
    ) -> tuple[App, Signature]:
        """Put what *change* makes of a signature in its place."""
        app = self._seen(id, seen)
        changed = change(app, app.signature(signature))
        return self._change(app, app.signed_with(changed)), changed

    def drop_signature(self, id: str, signature: str, *, seen: str) -> App:
        """Take a signature away; messages that would bear it are refused from then on."""
        app = self._seen(id, seen)
        return self._change(app, app.without(app.signature(signature)))

    def _seen(self, id: str, seen: str) -> App:
        app = self.read(id)
        if str(app.version) != seen:
            raise Stale(app)
        return app

    def _change(self, before: App, after: App) -> App:
        try:
            return self.apps.change(before, after)
        except Conflict:
            raise Stale(self.read(before.id)) from None
