"""This is where an administrator looks for records, page by page."""

from dataclasses import dataclass
from datetime import datetime

from ..domain.errors import BadRequest, NotFound
from ..domain.records import Record
from ..domain.searches import Page, Search
from . import ports


@dataclass(eq=False, repr=False)
class Records:
    """The records of an app, as its administrator sees them.

    A cursor is the place the last page ended at, under a seal: so it is good for the search it
    was given for, and for no other.
    """

    records: ports.Records
    secrets: ports.Secrets

    def read(self, app: str, id: str, *, now: datetime) -> Record:
        """One record; raises NotFound."""
        record = self.records.find(id, now=now)
        if record is None or record.app != app:
            raise NotFound("no such record")
        return record

    def search(self, search: Search, *, cursor: str, limit: int, now: datetime) -> Page:
        """A page of at most *limit* records, with the cursor of the next; raises BadRequest."""
        before = self._place(search, cursor) if cursor else ""
        page = self.records.search(search, before=before, limit=limit, now=now)
        return Page(page.records, self._cursor(search, page.next) if page.next else "")

    def _cursor(self, search: Search, place: str) -> str:
        return f"{place}.{self._seals(search, place)[0]}"

    def _place(self, search: Search, cursor: str) -> str:
        place, _, seal = cursor.rpartition(".")
        if seal not in self._seals(search, place):
            raise BadRequest("next is none that this search gave out.", field="next")
        return place

    def _seals(self, search: Search, place: str) -> tuple[str, ...]:
        return self.secrets.keyring().seals(place, f"cursor\0{search.words}")
