"""This is where a setting's text is read and written: one form for each kind of value."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from enum import StrEnum
from typing import Any

import phonenumbers

from . import test_numbers, watchlists
from .destinations import Destinations
from .hooks import FUNCTION
from .prices import Prices
from .routes import Routes

_YES, _NO = ("true", "on", "yes", "1"), ("false", "off", "no", "0")
_KEY = re.compile(r"[!-~]{0,256}")
_TIME = r"((?:[01][0-9]|2[0-3]):[0-5][0-9])"
_HOURS = re.compile(f"{_TIME}-{_TIME}")
#: Money has at most six decimals: a hundredth of the cheapest segment there is.
_AMOUNT = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,6})?")

#: An app is one item, of 400 KB at the most: so no list is without end.
_MOST_WORDS, _LONGEST_WORD = 200, 20


@dataclass(frozen=True, slots=True)
class Form:
    """How one kind of value is said as text; *read* raises ValueError, which says what is wrong.

    A *secret* is never shown again: not even what is wrong with it quotes it.
    """

    read: Callable[[str], Any]
    write: Callable[[Any], str] = str
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Hours:
    """From one time of day to another, the end excluded; it may run over midnight."""

    start: time
    end: time

    @classmethod
    def parse(cls, text: str) -> "Hours | None":
        """Read ``09:00-21:00``; None, which is always, for an empty text."""
        if not text:
            return None
        found = _HOURS.fullmatch(text)
        if not found or found[1] == found[2]:
            raise ValueError(f"HH:MM-HH:MM, or nothing for any hour: {text[:40]!r}")
        return cls(time.fromisoformat(found[1]), time.fromisoformat(found[2]))

    def __contains__(self, moment: time) -> bool:
        if self.start < self.end:
            return self.start <= moment < self.end
        return moment >= self.start or moment < self.end

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


def _switch(text: str) -> bool:
    if text.lower() not in (*_YES, *_NO):
        raise ValueError(f"true or false, not {text[:40]!r}")
    return text.lower() in _YES


def _region(text: str) -> str:
    if text.upper() not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError(f"not a region, such as CN or DE: {text[:40]!r}")
    return text.upper()


def _amount(text: str) -> Decimal | None:
    if not text:
        return None
    return amount(text)


def amount(text: str) -> Decimal:
    """Dollars such as ``25`` or ``0.05``, below a billion; raises ValueError."""
    if not _AMOUNT.fullmatch(text):
        raise ValueError(f"an amount such as 25 or 0.05: {text[:40]!r}")
    return Decimal(text)


def _line(text: str) -> str:
    if not text.isprintable() or len(text) > 60 or set(text) & set("【】"):
        raise ValueError(f"at most 60 printable characters without 【】: {text[:40]!r}")
    return text


def _words(text: str) -> tuple[str, ...]:
    words = tuple(dict.fromkeys(filter(None, (part.strip() for part in re.split("[,，]", text)))))
    if len(words) > _MOST_WORDS or any(len(word) > _LONGEST_WORD for word in words):
        raise ValueError(f"at most {_MOST_WORDS} words of {_LONGEST_WORD} characters")
    return words


def _filled(text: str) -> str:
    if not text:
        raise ValueError("it cannot be empty")
    return _line(text)


def within(least: int, most: int) -> Form:
    """A whole number from *least* to *most*."""

    def read(text: str) -> int:
        if not re.fullmatch("[0-9]{1,9}", text) or not least <= int(text) <= most:
            raise ValueError(f"a whole number from {least} to {most}: {text[:40]!r}")
        return int(text)

    return Form(read)


def _seconds(text: str) -> int:
    if not text:
        return 0
    if not re.fullmatch("[0-9]{1,3}", text) or not 15 <= int(text) <= 120:
        raise ValueError(f"seconds from 15 to 120, or nothing for never: {text[:40]!r}")
    return int(text)


def choice(choices: type[StrEnum]) -> Form:
    """One of a few words."""

    def read(text: str) -> StrEnum:
        if text not in list(choices):
            raise ValueError(f"one of {', '.join(choices)}: {text[:40]!r}")
        return choices(text)

    return Form(read)


def several(choices: Iterable[StrEnum]) -> Form:
    """Any of a few words, or none of them."""
    known = {one.value: one for one in choices}

    def read(text: str) -> frozenset[StrEnum]:
        words = [part.strip() for part in text.split(",") if part.strip()]
        for word in words:
            if word not in known:
                raise ValueError(f"any of {', '.join(known)}: {word[:40]!r}")
        return frozenset(known[word] for word in words)

    return Form(read, lambda value: ", ".join(one for one in known if one in value))


def _function(text: str) -> str:
    if text and not FUNCTION.fullmatch(text):
        raise ValueError(f"a function whose name begins with countersign-: {text[:40]!r}")
    return text


def _key(text: str) -> str:
    if not _KEY.fullmatch(text):
        raise ValueError("at most 256 ASCII characters without blanks")
    return text


def _none(value: object) -> str:
    return "" if value is None else str(value)


SWITCH = Form(_switch, lambda value: "true" if value else "false")
REGION = Form(_region)
NUMBERS = Form(test_numbers.read, test_numbers.write)
#: A short text; nothing is a text, too.
LINE = Form(_line)
#: A short text that is something.
FILLED = Form(_filled)
WORDS = Form(_words, ", ".join)
HOURS = Form(Hours.parse, _none)
AMOUNT = Form(_amount, _none)
PRICES = Form(Prices.parse)
ROUTES = Form(Routes.parse)
DESTINATIONS = Form(Destinations.parse)
LISTED = Form(watchlists.read, watchlists.write)
#: A Lambda function of the team's, by name or ARN; or none.
OWN_FUNCTION = Form(_function)
#: What somebody else knows the team by, and what only they and the team know; or nothing.
KEY = Form(_key)
SECRET = Form(_key, secret=True)
#: So long carriers need at least, and so long people wait at the most.
SECONDS = Form(_seconds, lambda value: str(value or ""))
