"""This is where a phone number, however it is typed, becomes one E.164 number."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberType as Type

from .errors import InvalidPhoneNumber
from .messages import Channel

#: Digits with the marks people and address books put between them.  What lies outside
#: (letters, extensions, invisible and bidirectional marks, other scripts' digits) would let
#: one phone pass as many: libphonenumber itself forgives most of it.
_TYPED = re.compile(r"(\(?\+|\+?\()?[0-9][0-9 ()./-]{2,24}")

#: More than `_TYPED` admits, whatever NFKC makes of it.
_LONGEST = 40

#: Text goes to mobiles; a voice also reaches a fixed line.
_REACHED = {
    Channel.SMS: frozenset({Type.MOBILE, Type.FIXED_LINE_OR_MOBILE}),
    Channel.VOICE: frozenset({Type.MOBILE, Type.FIXED_LINE_OR_MOBILE, Type.FIXED_LINE}),
}

#: How toll-free and premium numbers begin in most numbering plans (ITU-T E.169): for those that
#: the library's tables do not know one by one.
_TOLL = re.compile(r"0?(800|90[0-9])")

#: libphonenumber's word for a calling code that belongs to no country: satellite networks
#: (+870, +881), international networks (+882, +883) and services (+800, +808, +979).
_NO_COUNTRY = "001"


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A dialable number in E.164 form, such as ``+8618612345678``."""

    e164: str

    @classmethod
    def parse(cls, text: str, home: str = "CN") -> "PhoneNumber":
        """Read *text* as typed; without a country code it belongs to the region *home*.

        SDKs disagree about the prefix: one call sends ``+86186…`` and the next ``186…`` for
        the same phone, and both must meet the same limits and the same challenge.  Whether
        the number can receive anything is another question: see `reached_by`.

        Raises InvalidPhoneNumber.
        """
        typed = text.strip()
        if len(typed) > _LONGEST:  # before it is remembered: 64 KiB of blanks are no number
            raise InvalidPhoneNumber("spelling")
        return cls(_canonical(typed, home))

    def reached_by(self, channel: Channel, *, loosely: bool = False) -> bool:
        """Whether this is a number that *channel* can reach and that costs no toll.

        *loosely* takes what merely has a possible length, for numbering plans younger than
        the library's tables; what these do know to cost a toll is never taken, nor satellites.
        """
        number = _parsed(self.e164)
        if phonenumbers.region_code_for_country_code(number.country_code or 0) == _NO_COUNTRY:
            return False
        kind = phonenumbers.number_type(number)
        return kind in _REACHED[channel] or (loosely and kind == Type.UNKNOWN and _free(number))

    def abroad(self, home: str) -> bool:
        """Whether the number is not of the region *home*.

        By region, not by country code: +1 is twenty-five countries, some of them dear.
        """
        return self.region != home

    @property
    def region(self) -> str:
        """ISO 3166 code of the number's region; of its country code's main one when unclear."""
        return _region(self.e164)

    @property
    def zones(self) -> tuple[str, ...]:
        """The time zones the number may be in, by their IANA names; none when unknown."""
        from phonenumbers import timezone  # tables that nothing else needs

        zones = timezone.time_zones_for_number(_parsed(self.e164))
        return tuple(zone for zone in zones if zone != timezone.UNKNOWN_TIMEZONE)

    @property
    def masked(self) -> str:
        """The number as logs and records may show it: ``+86186****5678``."""
        head, tail = self.e164[:-8], self.e164[-4:]
        return f"{head}****{tail}" if len(self.e164) > 10 else f"{self.e164[:3]}****"

    def masked_in(self, text: str) -> str:
        """*text* with the number masked wherever it stands, with or without its country code."""
        national = phonenumbers.national_significant_number(_parsed(self.e164))
        return text.replace(self.e164, self.masked).replace(national, self.masked)

    def __repr__(self) -> str:
        return f"PhoneNumber({self.masked})"


@lru_cache(maxsize=2048)  # the number of a send comes back with its code
def _canonical(text: str, home: str) -> str:
    typed = unicodedata.normalize("NFKC", text)
    if not _TYPED.fullmatch(typed):
        raise InvalidPhoneNumber("spelling")
    try:
        number = phonenumbers.parse(typed, home)
    except phonenumbers.NumberParseException as fault:
        raise InvalidPhoneNumber("unreadable") from fault
    possible = phonenumbers.is_possible_number_with_reason(number)
    if possible != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise InvalidPhoneNumber("length")
    e164 = _e164(number)
    if _e164(_parsed(e164)) != e164:
        # A national prefix too many: it would fall off at the next reading only, and one
        # phone would have two lines.
        raise InvalidPhoneNumber("spelling")
    return e164


@lru_cache(maxsize=2048)
def _parsed(e164: str) -> phonenumbers.PhoneNumber:
    return phonenumbers.parse(e164)


@lru_cache(maxsize=2048)  # a send asks for it four times
def _region(e164: str) -> str:
    number = _parsed(e164)
    region = phonenumbers.region_code_for_number(number)
    return region or phonenumbers.region_code_for_country_code(number.country_code or 0)


def _free(number: phonenumbers.PhoneNumber) -> bool:
    return not _TOLL.match(phonenumbers.national_significant_number(number))


def _e164(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
