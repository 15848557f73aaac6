"""This is where the change streams of our tables tell what events there are to announce."""

from dataclasses import dataclass
from datetime import datetime

from ..domain import happenings
from ..domain.challenges import Challenge, Codebook
from ..domain.events import EventType
from ..domain.lines import Line
from ..domain.phones import PhoneNumber
from ..domain.purses import Alarm
from ..domain.records import Record
from ..domain.templates import Template
from ..domain.tries import Tries
from ..domain.users import User
from .announcements import Announcements
from .openings import Openings
from .people import People


@dataclass(eq=False, repr=False)
class Happenings:
    """Announces what has changed.

    What must happen because something became true is read from the change itself, and not done at
    the end of a request, which may die first.
    """

    announcements: Announcements
    openings: Openings
    people: People

    def user_changed(self, before: User | None, after: User | None) -> None:
        if after and (app := self.announcements.wanted(after.app)):
            via = app.settings.on_verified
            self.announcements.announce(app, happenings.user_changed(before, after, via))

    def line_changed(self, app: str, phone: PhoneNumber, before: Line, after: Line) -> None:
        def codebook(challenge: Challenge) -> Codebook:
            return self.openings.codebook(app, phone, challenge, at=after.failed_at)

        if known := self.announcements.wanted(app):
            events = happenings.line_changed(app, phone, before, after, codebook)
            self.announcements.announce(known, events)

    def record_changed(self, before: Record | None, after: Record | None) -> None:
        if after and (app := self.announcements.wanted(after.app)):
            self.announcements.announce(app, happenings.record_changed(before, after))

    def template_changed(
        self, before: Template | None, after: Template | None, at: datetime
    ) -> None:
        if after and (app := self.announcements.wanted(after.app)):
            self.announcements.announce(app, happenings.template_changed(before, after, at=at))

    def purse_changed(self, app: str, before: Alarm | None, after: Alarm | None) -> None:
        if after and after != before and (known := self.announcements.wanted(app)):
            low = happenings.balance_low(app, after.left, after.below, at=after.at)
            self.announcements.announce(known, [low])

    def tries_changed(self, app: str, key: str, before: Tries, after: Tries) -> None:
        kind, _, id = key.partition("#")
        known = self.announcements.wanted(app)
        if known and known.wants(EventType.LOGIN_LOCKED) and kind in ("user", "name"):
            user = self.people.users.find(app, id) if kind == "user" else None
            events = happenings.tries_changed(app, key, before, after, user)
            self.announcements.announce(known, events)
