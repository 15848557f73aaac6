"""This is where records are looked for: of one number, or of one day, newest first."""

from dataclasses import dataclass
from datetime import date

from .phones import PhoneNumber
from .records import Record, Status


@dataclass(frozen=True, slots=True)
class Search:
    """Which records of *app*: those of *phone*, or those of *day*; of one *status*, or of all."""

    app: str
    phone: PhoneNumber | None = None
    day: date | None = None
    status: Status | None = None

    @property
    def words(self) -> str:
        """The search as one text, by which a cursor is known to be its own."""
        phone = self.phone.e164 if self.phone else ""
        return "\0".join([self.app, phone, str(self.day or ""), self.status or ""])


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the records; *next* is the place after which the others come, empty at the end."""

    records: tuple[Record, ...]
    next: str = ""
