"""This is where test numbers are: phones that get a fixed code and no message."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from .codes import wellformed
from .errors import InvalidPhoneNumber
from .phones import PhoneNumber

#: An app is one item, of 400 KB at the most: so no list is without end.
_MOST = 100

_UNTIL = re.compile(r"(.*?)(?:\s+until\s+(.*))?")
_DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class FixedCode:
    """The code of a test number, and the last day (UTC) on which it is one; None for ever."""

    code: str = field(repr=False)
    until: date | None = None

    def at(self, moment: datetime) -> str | None:
        """The code at a *moment*; None once the number is like any other."""
        over = self.until and moment.astimezone(UTC).date() > self.until
        return None if over else self.code

    def __str__(self) -> str:
        return f"{self.code} until {self.until}" if self.until else self.code


def read(text: str) -> dict[str, FixedCode]:
    """Read ``+19490008888=246810 until 2027-03-01, +18005550100=135790``, by E.164.

    Raises ValueError, which says what is wrong and in which place, not in which number.
    """
    parts = [part for part in map(str.strip, text.split(",")) if part]
    if len(parts) > _MOST:
        raise ValueError(f"at most {_MOST} test numbers")
    return dict(_entry(part, place) for place, part in enumerate(parts, 1))


def write(numbers: Mapping[str, FixedCode]) -> str:
    """*numbers* as `read` takes them."""
    return ", ".join(f"{number}={fixed}" for number, fixed in numbers.items())


def _entry(part: str, place: int) -> tuple[str, FixedCode]:
    number, _, said = map(str.strip, part.partition("="))
    found = _UNTIL.fullmatch(said)
    if not found or not wellformed(found[1]):
        form = "a test number is NUMBER=CODE, six digits, with or without until YYYY-MM-DD"
        raise ValueError(f"{form}; the {place}. is not")
    try:
        if not number.startswith("+"):
            raise InvalidPhoneNumber("no country code")
        e164 = PhoneNumber.parse(number).e164
    except InvalidPhoneNumber as fault:
        said = "not a phone number with its country code"
        raise ValueError(f"{said}: the {place}. of them") from fault
    return e164, FixedCode(found[1], _day(found[2], place))


def _day(text: str | None, place: int) -> date | None:
    if text is None:
        return None
    try:
        if not _DATE.fullmatch(text):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"until a day, YYYY-MM-DD: the {place}. is not") from None
