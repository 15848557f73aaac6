"""This is where messages are counted, from the change stream of their records."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ..domain.counters import LONGEST_SPAN, Heading, Tally, step
from ..domain.errors import BadRequest
from ..domain.records import Record
from . import ports
from .clock import clock


@dataclass(eq=False, repr=False)
class Counters:
    """Counts what became of messages, each step of a record once."""

    counters: ports.Counters

    def record_changed(self, before: Record | None, after: Record | None) -> None:
        """Count a record's change, however often it is told; what is purged stays counted."""
        tally = Tally.of(after) - Tally.of(before)
        if after and tally:
            self.counters.add(
                Heading.of(after), tally, record=after.id, step=step(before, after), now=clock()
            )

    def counted(self, before: Record | None, after: Record | None) -> bool:
        """Whether a record's change was counted before, or is none to count."""
        if after is None or not Tally.of(after) - Tally.of(before):
            return True
        return self.counters.counted(record=after.id, step=step(before, after))

    def read(self, app: str, first: date, last: date) -> Mapping[Heading, Tally]:
        """The counters of the days from *first* to *last*; raises BadRequest."""
        if last < first:
            raise BadRequest("to must not be before from.", field="to")
        if last - first >= LONGEST_SPAN:
            raise BadRequest(f"At most {LONGEST_SPAN.days} days at a time.", field="to")
        found = self.counters.read(app, first, last)
        return dict(sorted(found.items(), key=lambda item: _order(item[0])))


def _order(heading: Heading) -> tuple[object, ...]:
    return heading.day, heading.country, heading.sender, heading.channel
