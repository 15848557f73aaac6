"""This is where a setting's text is read and written: one form for each kind of value."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

import phonenumbers

from .codes import wellformed
from .errors import InvalidPhoneNumber
from .phones import PhoneNumber
from .prices import Prices

_YES, _NO = ("true", "on", "yes", "1"), ("false", "off", "no", "0")
_TIME = r"((?:[01][0-9]|2[0-3]):[0-5][0-9])"
_HOURS = re.compile(f"{_TIME}-{_TIME}")
#: Money has at most six decimals: a hundredth of the cheapest segment there is.
_EXACT = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Form:
    """How one kind of value is said as text; *read* raises ValueError, which says what is wrong."""

    read: Callable[[str], Any]
    write: Callable[[Any], str] = str


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
            raise ValueError(f"HH:MM-HH:MM, or nothing for any hour: {text!r}")
        return cls(time.fromisoformat(found[1]), time.fromisoformat(found[2]))

    def __contains__(self, moment: time) -> bool:
        if self.start < self.end:
            return self.start <= moment < self.end
        return moment >= self.start or moment < self.end

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


def _switch(text: str) -> bool:
    if text.lower() not in (*_YES, *_NO):
        raise ValueError(f"true or false, not {text!r}")
    return text.lower() in _YES


def _region(text: str) -> str:
    if text.upper() not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError(f"not a region, such as CN or DE: {text!r}")
    return text.upper()


def _numbers(text: str) -> dict[str, str]:
    numbers = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        number, _, code = (half.strip() for half in part.partition("="))
        if not wellformed(code):
            raise ValueError(f"a test number is NUMBER=CODE, six digits: {part!r}")
        try:
            if not number.startswith("+"):
                raise InvalidPhoneNumber("no country code")
            numbers[PhoneNumber.parse(number).e164] = code
        except InvalidPhoneNumber as fault:
            raise ValueError(f"not a phone number with its country code: {number!r}") from fault
    return numbers


def _amount(text: str) -> Decimal | None:
    if not text:
        return None
    try:
        amount = Decimal(text)
        if not Decimal(0) <= amount < Decimal(10**9) or amount != amount.quantize(_EXACT):
            raise InvalidOperation
    except InvalidOperation:
        raise ValueError(f"an amount such as 25 or 0.05, or nothing: {text!r}") from None
    return amount


def _line(text: str) -> str:
    if not text.isprintable() or len(text) > 60 or set(text) & set("【】"):
        raise ValueError(f"at most 60 printable characters without 【】: {text!r}")
    return text


def _words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, (word.strip() for word in re.split("[,，]", text)))))


def within(least: int, most: int) -> Form:
    """A whole number from *least* to *most*."""

    def read(text: str) -> int:
        if not re.fullmatch("[0-9]{1,9}", text) or not least <= int(text) <= most:
            raise ValueError(f"a whole number from {least} to {most}: {text!r}")
        return int(text)

    return Form(read)


def choice(choices: type[StrEnum]) -> Form:
    """One of a few words."""

    def read(text: str) -> StrEnum:
        if text not in list(choices):
            raise ValueError(f"one of {', '.join(choices)}: {text!r}")
        return choices(text)

    return Form(read)


def _none(value: object) -> str:
    return "" if value is None else str(value)


def _pairs(value: Mapping[str, str]) -> str:
    return ", ".join(f"{name}={said}" for name, said in value.items())


SWITCH = Form(_switch, lambda value: "true" if value else "false")
REGION = Form(_region)
NUMBERS = Form(_numbers, _pairs)
#: A short text; nothing is a text, too.
LINE = Form(_line)
WORDS = Form(_words, ", ".join)
HOURS = Form(Hours.parse, _none)
AMOUNT = Form(_amount, _none)
PRICES = Form(Prices.parse)
