"""This is where numbers and addresses are listed by hand: the safe ones, and those to bar."""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from . import addresses
from .errors import InvalidPhoneNumber
from .phones import PhoneNumber

#: An app is one item, of 400 KB at the most: so no list is without end.
_MOST, _LONGEST_NOTE = 500, 80

_FORM = "NUMBER, PREFIX* or ADDRESS[/BITS], then until YYYY-MM-DD, then # a note"
_ENTRY = re.compile(
    r"(?P<what>[^\s#]+)(?:\s+until\s+(?P<until>[0-9]{4}-[0-9]{2}-[0-9]{2}))?(?:\s*#\s*(?P<note>.*))?"
)
_PREFIX = re.compile(r"\+[1-9][0-9]{0,14}\*")


@dataclass(frozen=True, slots=True)
class Entry:
    """A number, a prefix of numbers, or a network; until the end of a day (UTC), or for ever."""

    number: str = ""
    prefix: str = ""
    network: addresses.Network | None = None
    until: date | None = None
    note: str = ""

    @classmethod
    def parse(cls, text: str) -> "Entry":
        """Read ``+88017* until 2027-03-01 # pumped in May``; raises ValueError."""
        found = _ENTRY.fullmatch(text)
        if not found or not (found["note"] or "").isprintable():
            raise ValueError(f"an entry is {_FORM}")
        note = (found["note"] or "").strip()
        if len(note) > _LONGEST_NOTE:
            raise ValueError(f"a note has at most {_LONGEST_NOTE} characters")
        until = _day(found["until"])
        what = found["what"]
        if _PREFIX.fullmatch(what):
            return cls(prefix=what.removesuffix("*"), until=until, note=note)
        if what.startswith("+"):
            return cls(number=_number(what), until=until, note=note)
        try:
            return cls(network=ipaddress.ip_network(what), until=until, note=note)
        except ValueError:
            raise ValueError(f"an entry is {_FORM}") from None

    def met(self, phone: PhoneNumber, address: str, now: datetime) -> bool:
        """Whether a send to *phone*, asked for from *address*, is what is listed."""
        if self.until and now.astimezone(UTC).date() > self.until:
            return False
        if self.number:
            return phone.e164 == self.number
        if self.prefix:
            return phone.e164.startswith(self.prefix)
        try:
            return self.network is not None and ipaddress.ip_address(address) in self.network
        except ValueError:
            return False

    @property
    def shown(self) -> str:
        """The entry as a record names it: a number masked."""
        if self.number:
            return PhoneNumber(self.number).masked
        return f"{self.prefix}*" if self.prefix else str(self.network)

    def __str__(self) -> str:
        what = self.number or (f"{self.prefix}*" if self.prefix else str(self.network))
        until = f" until {self.until}" if self.until else ""
        return f"{what}{until}" + (f" # {self.note}" if self.note else "")


def read(text: str) -> tuple[Entry, ...]:
    """Read entries, one to a line or with semicolons between; raises ValueError.

    What is wrong names the place of an entry, and never its number.
    """
    lines = [line.strip() for line in re.split(r"[;\n]", text) if line.strip()]
    if len(lines) > _MOST:
        raise ValueError(f"at most {_MOST} entries")
    entries = []
    for place, line in enumerate(lines, 1):
        try:
            entries.append(Entry.parse(line))
        except ValueError as fault:
            raise ValueError(f"{fault}; the {place}. is not") from None
    return tuple(entries)


def write(entries: Iterable[Entry]) -> str:
    """*entries* as `read` takes them."""
    return "; ".join(map(str, entries))


def _number(text: str) -> str:
    try:
        return PhoneNumber.parse(text).e164
    except InvalidPhoneNumber:
        raise ValueError("not a phone number with its country code") from None


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ValueError("until a day, YYYY-MM-DD") from None
