"""This is where it is limited what one address may do, whichever phones it names."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from ..domain import addresses
from ..domain.apps import App
from ..domain.errors import (
    Barred,
    Busy,
    Challenged,
    InvalidCode,
    OutOfService,
    Refusal,
    TooFast,
    TooFrequent,
)
from ..domain.quotas import Limit, Quota
from . import ports
from .defence_ports import Windows

#: What whoever asked may mend, or has brought about: it stays counted.
_THEIRS = (TooFast, TooFrequent, Barred, Challenged)


@dataclass(eq=False, repr=False)
class Addresses:
    """Counts what each address does; the master key is nobody's address."""

    windows: Windows
    log: ports.Log

    @contextmanager
    def sending(self, app: App, address: str, *, spared: bool, now: datetime) -> Iterator[None]:
        """A send that is asked for: what fails for no fault of theirs is given back.

        Raises TooFrequent, but not for who is *spared*.
        """
        limits = app.settings.limits.address
        if spared or not limits:
            yield
            return
        key = _key(app, "sends", address)
        self._take(key, _quota("sends", limits), now)
        try:
            yield
        except Refusal as refusal:
            if isinstance(refusal, Busy) or not isinstance(refusal, _THEIRS):
                self.windows.give_back(key, at=now)
            raise

    def offering(self, app: App, address: str, *, master: bool, now: datetime) -> None:
        """A captcha that is asked for; raises TooFrequent."""
        limits = app.settings.limits.captchas
        if limits and not master:
            self._take(_key(app, "captchas", address), _quota("captchas", limits), now)

    def naming_nobody(self, app: App, address: str, *, now: datetime) -> None:
        """A code that is handed in without its number; raises TooFrequent."""
        limits = app.settings.limits.code_only
        if limits:
            key = _key(app, "code-only calls", address)
            self.windows.take(key, _quota("code-only calls", limits), now=now)

    @contextmanager
    def guessing(self, app: App, address: str, *, master: bool, now: datetime) -> Iterator[None]:
        """A code that is handed in: a wrong one stays counted.  Raises TooFrequent.

        A right one costs a read; of wrong ones that come at once, no more are told so than the
        limit says.
        """
        limits = app.settings.limits.guesses
        if master or not limits:
            yield
            return
        key, quota = _key(app, "guesses", address), _quota("guesses", limits)
        try:
            self.windows.look(key, quota, now=now)
        except OutOfService as fault:
            self.log("window_unread", key=quota.scope, reason=fault.reason)
        try:
            yield
        except InvalidCode:
            self._take(key, quota, now)
            raise

    def _take(self, key: str, quota: Quota, now: datetime) -> None:
        """Count once more: where that cannot be, nobody is to suffer for it."""
        try:
            self.windows.take(key, quota, now=now)
        except OutOfService as fault:
            self.log("window_unread", key=quota.scope, reason=fault.reason)


def _quota(what: str, limits: tuple[Limit, ...]) -> Quota:
    return Quota(f"{what} of an address", limits)


def _key(app: App, what: str, address: str) -> str:
    return f"{app.id}#{what}#{addresses.counted(address)}"
