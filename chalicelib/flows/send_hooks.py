"""This is where an app's hooks take part in a send: before it, and when a limit refuses it."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from ..domain import rendering
from ..domain.apps import App
from ..domain.challenges import Purpose
from ..domain.errors import (
    Busy,
    Refusal,
    RenderFailed,
    SendFailed,
    SpendCapReached,
    TooFast,
    TooFrequent,
    Vetoed,
)
from ..domain.events import EventType
from ..domain.instants import iso
from ..domain.lines import LINE_CLOSED
from ..domain.messages import Message
from ..domain.values import Value, check
from ..domain.wordings import RESERVED, Wording
from . import ports
from .announcements import Announcements
from .hook_ports import BeforeSend, Unanswered

_LONGEST_VETO = 200


@dataclass(eq=False, repr=False)
class SendHooks:
    """Asks an app's function before a send, and announces the limits that are hit."""

    ask: BeforeSend
    announcements: Callable[[], Announcements]
    log: ports.Log
    crashed: ports.Crashed
    #: What was announced last, so that who asks again and again costs no more.
    _lately: deque[str] = field(default_factory=lambda: deque(maxlen=1000))

    @staticmethod
    def awaiting(app: App, wording: Wording) -> Wording:
        """*wording* as far as it can be judged before the app's function has been asked."""
        if not app.settings.before_send or not wording.template:
            return wording
        return replace(wording, values={**dict.fromkeys(_names(wording), ""), **wording.values})

    def before(
        self, app: App, draft: Message, wording: Wording, purpose: Purpose | None, *, now: datetime
    ) -> Message:
        """*draft* with its *wording*, and what the app's function adds to that.

        Raises Vetoed with its words; RenderFailed if there is a value missing even then; and if
        it gives no answer SendFailed, unless the app's settings let the message go all the same.
        """
        if not app.settings.before_send:
            return draft
        added = self._added(app, draft, wording, purpose, now)
        filled = replace(wording, values={**wording.values, **added})
        ttl = (draft.expires_at or now) - now
        text = filled.text(draft.code, ttl=ttl, channel=draft.channel)
        return replace(draft, wording=filled, text=text)

    def _added(
        self, app: App, draft: Message, wording: Wording, purpose: Purpose | None, now: datetime
    ) -> Mapping[str, Value]:
        """The values that the app's function adds, as far as the template asks for them."""
        settings = app.settings
        try:
            answer = self.ask(settings.before_send, _event(draft, wording, purpose, now))
            if answer.get("veto") not in (None, False, ""):
                raise Vetoed(_words(answer["veto"]))
            given = answer.get("variables") or {}
            if not isinstance(given, Mapping):
                raise Unanswered("variables is no object")
            return {
                name: check(name, given[name], longest=settings.longest_value)
                for name in (_names(wording) if wording.template else ())
                if given.get(name) is not None
            }
        except (Unanswered, RenderFailed) as fault:
            self.log(
                "before_send_failed",
                app=app.id,
                record=draft.id,
                phone=draft.to.masked,
                reason=fault.reason if isinstance(fault, RenderFailed) else str(fault),
                open=settings.before_send_open,
            )
            if settings.before_send_open:
                return {}
            raise SendFailed("before_send gave no answer") from fault

    @contextmanager
    def watching(self, app: App, draft: Message, *, now: datetime) -> Iterator[None]:
        """Announce a limit that is hit within."""
        try:
            yield
        except (TooFast, TooFrequent, SpendCapReached) as refusal:
            if not isinstance(refusal, Busy) and app.wants(EventType.LIMIT_HIT):
                self._limited(app, draft, refusal, now)
            raise

    def _limited(self, app: App, draft: Message, refusal: Refusal, now: datetime) -> None:
        from ..domain.happenings import limit_hit  # of which few sends have need

        try:
            hit = limit_hit(app.id, draft.to, _limit(refusal), now=now)
            if hit.id not in self._lately:
                self._lately.append(hit.id)
                self.announcements().announce(app, [hit])
        except Exception as fault:  # the refusal is what the client is to hear
            self.crashed(fault, app=app.id)


def _event(
    draft: Message, wording: Wording, purpose: Purpose | None, now: datetime
) -> dict[str, Any]:
    """What the function is told: in the form of an event, and without the code."""
    return {
        "version": 1,
        "type": "before_send",
        "object": {
            "record": draft.id,
            "channel": draft.channel.value,
            "kind": wording.kind.value,
            "purpose": purpose.value if purpose and draft.code else None,
            "template": wording.template or None,
            "signature": wording.signature.text,
            "region": draft.to.region,
            "variables": dict(wording.values),
            "test": draft.test,
        },
        "app": draft.app,
        "phone": draft.to.e164,
        "event": draft.id,
        "at": iso(now),
    }


def _limit(refusal: Refusal) -> str:
    """The limit's name, as among the settings; "guesses" when too many were wrong."""
    if isinstance(refusal, SpendCapReached):
        return "daily_cap"
    if refusal.reason == LINE_CLOSED:
        return "guesses"
    return f"limit_{refusal.reason.removeprefix('limit ').partition('_')[0]}"


def _words(said: object) -> str:
    """The veto's own words, as far as a client may read them."""
    words = said if isinstance(said, str) and said.isprintable() else ""
    return words.strip()[:_LONGEST_VETO]


def _names(wording: Wording) -> list[str]:
    """What a template's text asks for, but for what the service fills in itself."""
    return [name for name in rendering.variables(wording.source) if name not in RESERVED]
