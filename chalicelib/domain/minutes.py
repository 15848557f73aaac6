"""This is where it stands how many codes of a region came back within an hour, by five minutes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

_SLOT = 300

#: The slots of an hour, the one that is running and may still wait for its codes, and one more.
SPAN = 14


@dataclass(frozen=True, slots=True)
class Minutes:
    """What was *sent*, and *back* of it, by slots of five minutes numbered since 1970."""

    out: Mapping[int, int] = field(default_factory=dict)
    back: Mapping[int, int] = field(default_factory=dict)

    def sent(self, at: datetime) -> "Minutes":
        """With one code more, sent *at* a moment."""
        return replace(self, out={**self.out, slot_of(at): self.out.get(slot_of(at), 0) + 1})

    def redeemed(self, at: datetime) -> "Minutes":
        """With one more come back, which was sent *at* a moment."""
        return replace(self, back={**self.back, slot_of(at): self.back.get(slot_of(at), 0) + 1})

    def hour(self, now: datetime) -> tuple[int, int]:
        """What was sent, and came back of it, in the hour before the slot that is running.

        Who asked within the last minutes may be typing the code just now.
        """
        this = slot_of(now)
        slots = range(this - 12, this)
        sent = sum(self.out.get(slot, 0) for slot in slots)
        return sent, sum(self.back.get(slot, 0) for slot in slots)


def slot_of(at: datetime) -> int:
    return int(at.timestamp()) // _SLOT
