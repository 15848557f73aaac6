"""This is where the change streams of our tables tell what events there are to announce."""

from dataclasses import dataclass
from datetime import datetime

from ..domain import happenings
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
        app = self.announcements.wanted(after.app) if after else None
        if app:
            via = app.settings.on_verified
            self.announcements.announce(happenings.user_changed(before, after, via))

    def line_changed(self, app: str, phone: PhoneNumber, before: Line, after: Line) -> None:
        if self.announcements.wanted(app):
            self.announcements.announce(
                happenings.line_changed(
                    app,
                    phone,
                    before,
                    after,
                    lambda challenge: self.openings.codebook(app, phone, challenge),
                )
            )

    def record_changed(self, before: Record | None, after: Record | None) -> None:
        if after and self.announcements.wanted(after.app):
            self.announcements.announce(happenings.record_changed(before, after))

    def template_changed(
        self, before: Template | None, after: Template | None, at: datetime
    ) -> None:
        if after and self.announcements.wanted(after.app):
            self.announcements.announce(happenings.template_changed(before, after, at=at))

    def purse_changed(self, app: str, before: Alarm | None, after: Alarm | None) -> None:
        if after and after != before and self.announcements.wanted(app):
            low = happenings.balance_low(app, after.left, after.below, at=after.at)
            self.announcements.announce([low])

    def tries_changed(self, app: str, key: str, before: Tries, after: Tries) -> None:
        kind, _, id = key.partition("#")
        known = self.announcements.wanted(app)
        if known and known.wants(EventType.LOGIN_LOCKED) and kind in ("user", "name"):
            user = self.people.users.find(app, id) if kind == "user" else None
            self.announcements.announce(happenings.tries_changed(app, key, before, after, user))
