"""This is where an administrator changes an app: its settings, signatures and hooks.

Every change is of what was read: it names the version, and is refused as Stale, with how things
stand, when another came before it.
"""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..domain.apps import App
from ..domain.errors import BadRequest, Busy, Conflict, NotFound, Stale
from ..domain.hooks import Hook
from ..domain.signatures import Signature
from . import ports

_DEFAULT = "default_signature"

#: How often others may change the app while a signature is added to it.
_RACES = 12


@dataclass(eq=False, repr=False)
class Apps:
    """The apps, as their administrators see and change them; *senders* are the deployment's."""

    apps: ports.Apps
    senders: Set[str]

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
        try:
            settings.check()
        except ValueError as fault:
            raise BadRequest(f"{fault}.", field="captcha_service") from fault
        unknown = settings.routes.senders - self.senders
        if unknown:
            there = ", ".join(sorted(self.senders))
            raise BadRequest(
                f"routes: no sender {min(unknown)}; there are {there}.", field="routes"
            )
        default = settings.default_signature
        if default and all(one.name != default for one in app.signatures):
            raise BadRequest("default_signature: no signature of that name.", field=_DEFAULT)
        return self._change(app, app.with_settings(settings))

    def add_signature(
        self, id: str, *, name: str, text: str, note: str, seen: str, now: datetime
    ) -> tuple[App, Signature]:
        """Make a signature; the rules decide about it at once, unless the review is manual.

        A new one undoes nobody's work, so that no version need be *seen*.  Raises BadRequest,
        which names the field.
        """
        for _ in range(_RACES):
            app = self._seen(id, seen) if seen else self.read(id)
            settings = app.settings
            state, plain = settings.review.verdict(()), settings.plain_signatures
            signature = Signature.create(name, text, state=state, now=now, plain=plain, note=note)
            try:
                return self._change(app, app.with_signature(signature)), signature
            except Stale:
                if seen:
                    raise
        raise Busy("an app in great demand", retry_after=timedelta(seconds=1))

    def submit_signature(
        self, id: str, signature: str, *, text: str, note: str | None, seen: str
    ) -> tuple[App, Signature]:
        """Let a signature be reviewed again; what is not given stays."""
        app = self._seen(id, seen)
        state, plain = app.settings.review.verdict(()), app.settings.plain_signatures
        submitted = app.signature(signature).submitted(text, note, state=state, plain=plain)
        return self._change(app, app.with_signature(submitted)), submitted

    def approve_signature(self, id: str, signature: str, *, seen: str) -> tuple[App, Signature]:
        """Let a signature be sent with; raises BadRequest for what carriers do not take."""
        app = self._seen(id, seen)
        plain = app.settings.plain_signatures
        approved = app.signature(signature).approved(plain=plain)
        return self._change(app, app.with_signature(approved)), approved

    def reject_signature(
        self, id: str, signature: str, reasons: tuple[str, ...], *, seen: str
    ) -> tuple[App, Signature]:
        """Let a signature be sent with no more."""
        app = self._seen(id, seen)
        rejected = app.signature(signature).rejected(reasons)
        return self._change(app, app.with_signature(rejected)), rejected

    def drop_signature(self, id: str, signature: str, *, seen: str) -> App:
        """Take a signature away; messages that would bear it are refused from then on."""
        app = self._seen(id, seen)
        return self._change(app, app.without_signature(app.signature(signature)))

    def set_hook(self, id: str, hook: Hook, *, seen: str) -> App:
        """Let *hook* be the one of its name; raises BadRequest when there are too many."""
        return self._changed(id, lambda app: app.with_hook(hook), seen=seen)

    def drop_hook(self, id: str, name: str, *, seen: str) -> App:
        """Take a hook away."""
        return self._changed(id, lambda app: app.without_hook(name), seen=seen)

    def _changed(self, id: str, made: Callable[[App], App], *, seen: str) -> App:
        """The app as *made* of how it stands; if no version need be *seen*, of whatever stands."""
        for _ in range(_RACES):
            app = self._seen(id, seen) if seen else self.read(id)
            try:
                return self._change(app, made(app))
            except Stale:
                if seen:
                    raise
        raise Busy("an app in great demand", retry_after=timedelta(seconds=1))

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
