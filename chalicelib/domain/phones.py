"""This is where a phone number, however it is typed, becomes one E.164 number."""

import re
import unicodedata
from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneNumberType as Line

from .errors import InvalidPhoneNumber
from .messages import Channel

#: Digits with the marks people and address books put between them.  What lies outside
#: (letters, extensions, invisible and bidirectional marks, other scripts' digits) would let
#: one phone pass as many: libphonenumber itself forgives most of it.
_TYPED = re.compile(r"(\(?\+|\+?\()?[0-9][0-9 ()./-]{2,24}")

#: Text goes to mobiles; a voice also reaches a fixed line.
_REACHED = {
    Channel.SMS: frozenset({Line.MOBILE, Line.FIXED_LINE_OR_MOBILE}),
    Channel.VOICE: frozenset({Line.MOBILE, Line.FIXED_LINE_OR_MOBILE, Line.FIXED_LINE}),
}

#: Numbers that earn their owner money with each message or call.
_PAID = frozenset({Line.PREMIUM_RATE, Line.SHARED_COST, Line.TOLL_FREE})

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
        typed = unicodedata.normalize("NFKC", text).strip()
        if not _TYPED.fullmatch(typed):
            raise InvalidPhoneNumber("spelling")
        try:
            number = phonenumbers.parse(typed, home)
        except phonenumbers.NumberParseException as fault:
            raise InvalidPhoneNumber("unreadable") from fault
        possible = phonenumbers.is_possible_number_with_reason(number)
        if possible != phonenumbers.ValidationResult.IS_POSSIBLE:
            raise InvalidPhoneNumber("length")
        return cls(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))

    def reached_by(self, channel: Channel, *, loosely: bool = False) -> bool:
        """Whether this is a number that *channel* can reach and that costs no toll.

        *loosely* takes what merely has a possible length, for numbering plans younger than
        the library's tables; tolls and satellites are never taken.
        """
        number = phonenumbers.parse(self.e164)
        if phonenumbers.region_code_for_country_code(number.country_code or 0) == _NO_COUNTRY:
            return False
        kind = phonenumbers.number_type(number)
        return kind not in _PAID if loosely else kind in _REACHED[channel]

    def abroad(self, home: str) -> bool:
        """Whether the number's country code is not that of the region *home*."""
        code = phonenumbers.country_code_for_region(home)
        return phonenumbers.parse(self.e164).country_code != code

    @property
    def region(self) -> str:
        """ISO 3166 code of the number's region; of its country code's main one when unclear."""
        number = phonenumbers.parse(self.e164)
        region = phonenumbers.region_code_for_number(number)
        return region or phonenumbers.region_code_for_country_code(number.country_code or 0)

    @property
    def masked(self) -> str:
        """The number as logs and records may show it: ``+86186****5678``."""
        head, tail = self.e164[:-8], self.e164[-4:]
        return f"{head}****{tail}" if len(self.e164) > 10 else f"{self.e164[:3]}****"

    def __repr__(self) -> str:
        return f"PhoneNumber({self.masked})"
