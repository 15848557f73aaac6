"""This is where it is counted how often somebody tries, and where a stranger learns nothing."""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..domain import tries
from ..domain.apps import App
from ..domain.errors import InvalidCode, Refusal
from ..domain.tries import Rule
from ..domain.user_errors import WrongPassword
from ..domain.users import User
from .addresses import Addresses
from .user_ports import Tries

#: Longer than a send takes as a rule: what takes so long in any case tells nothing by its time.
EVEN_AFTER = timedelta(seconds=2)


@dataclass(eq=False, repr=False)
class Gates:
    """Counts tries before they are judged.

    *even_after* is how long every request for a code takes in a discreet app.
    """

    tries: Tries
    addresses: Addresses
    even_after: timedelta = EVEN_AFTER

    @contextmanager
    def counted(
        self, app: App, user: User | None, name: str = "", *, now: datetime
    ) -> Iterator[None]:
        """A try to be *user*, or the unknown *name*: a failure within stays counted.

        Raises LoginLocked after too many.  What is no failure of theirs is given back.
        """
        key = self.key(app, user, name)
        self.tries.take(key, tries.login, now=now)
        try:
            yield
        except (InvalidCode, WrongPassword):
            raise
        except Refusal:
            self.tries.give_back(key, at=now)
            raise
        self.tries.forget(key)

    def forgive(self, app: App, user: User) -> None:
        """Let there be no failures of *user*, and no lock."""
        self.tries.forget(self.key(app, user))

    @contextmanager
    def discreetly(self, app: App, name: str, *, now: datetime) -> Iterator[None]:
        """As `counted` for the unknown *name*, in a discreet app: there it shows nothing."""
        if not app.settings.discreet:
            yield
            return
        with self.counted(app, None, name, now=now):
            yield

    @staticmethod
    def key(app: App, user: User | None, name: str = "") -> str:
        """What the tries to be *user* are counted under."""
        if user:
            return f"{app.id}#user#{user.id}"
        return f"{app.id}#name#{hashlib.sha256(name.encode()).hexdigest()}"

    def code_only(self, app: App, address: str, *, now: datetime) -> None:
        """Count a call that names nobody; raises TooFrequent.

        So does an app in which too many such calls have missed, from whatever addresses.
        """
        self.tries.look(self._missed(app), self._misses(app), now=now)
        self.addresses.naming_nobody(app, address, now=now)

    def missed(self, app: App, *, now: datetime) -> None:
        """Count a code that is nobody's."""
        self.tries.take(self._missed(app), self._misses(app), now=now)

    @staticmethod
    def _misses(app: App) -> Rule:
        return tries.misses(app.settings.code_misses)

    @staticmethod
    def _missed(app: App) -> str:
        return f"{app.id}#missed"

    @contextmanager
    def evenly(self, app: App) -> Iterator[None]:
        """Let what is within take as long in any case, in a discreet app."""
        begun = time.monotonic()
        try:
            yield
        finally:
            if app.settings.discreet:
                left = self.even_after.total_seconds() - (time.monotonic() - begun)
                time.sleep(max(0.0, left))
