"""This is where a text is counted as carriers count it: in segments.

    count(text) ─► Segments(encoding, units, count)

A text is one message or several, and each is billed.  Up to 140 octets travel alone; a longer text
is cut, and six octets of every part then say which part it is (3GPP TS 23.040, 9.2.3.24.1):

| encoding | unit            | alone | a part |
|----------|-----------------|-------|--------|
| gsm7     | septet          | 160   | 153    |
| ucs2     | UTF-16 unit     | 70    | 67     |

One character outside the GSM alphabet makes the whole text UCS-2, and more than twice as dear.
LeanCloud bills otherwise: see `leancloud_count`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

#: The GSM 7 bit default alphabet, in its own order, without the escape at 0x1B
#: (3GPP TS 23.038, 6.2.1).
ALPHABET = (
    "@£$¥èéùìòÇ\nØø\rÅå"
    "Δ_ΦΓΛΩΠΨΣΘΞÆæßÉ"
    " !\"#¤%&'()*+,-./"
    "0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNO"
    "PQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmno"
    "pqrstuvwxyzäöñüà"
)

#: Its extension: each is an escape and a second septet (3GPP TS 23.038, 6.2.1.1).
EXTENSION = "\f^{}\\[~]|€"

#: The most characters of a text, signature included: six of LeanCloud's messages
#: (LeanCloud's SMS guide).
LONGEST = 400

_SEPTETS = dict.fromkeys(ALPHABET, 1) | dict.fromkeys(EXTENSION, 2)

#: The last character that UTF-16 writes in one unit.
_PLANE = "\uffff"


class Encoding(StrEnum):
    """How a text travels."""

    GSM7 = "gsm7"
    UCS2 = "ucs2"

    @property
    def alone(self) -> int:
        """How many units fit a message that is the whole text."""
        return 160 if self is Encoding.GSM7 else 70

    @property
    def part(self) -> int:
        """How many units fit each message of several."""
        return 153 if self is Encoding.GSM7 else 67


class Rule(StrEnum):
    """Whose way of counting an app's messages are billed by."""

    CARRIER = "carrier"
    LEANCLOUD = "leancloud"

    def billed(self, text: str) -> int:
        """How many messages *text* is."""
        return count(text).count if self is Rule.CARRIER else leancloud_count(text)


@dataclass(frozen=True, slots=True)
class Segments:
    """A text as a carrier bills it: *units* in all, in *count* messages."""

    encoding: Encoding
    units: int
    count: int


def count(text: str) -> Segments:
    """The segments of *text*; an empty text is one, since an empty message is a message.

    What needs two units (an escape and its character, the halves of a surrogate pair) is never
    parted, so a part may end one unit short and the count is a walk, not a division.  Marks and
    joined emoji are parted: to a carrier they are characters of their own.  A carrier that cuts
    between words only may need one part more.
    """
    encoding = Encoding.GSM7 if _SEPTETS.keys() >= set(text) else Encoding.UCS2
    sizes = _sizes(text, encoding)
    units = sum(sizes)
    parts = 1 if units <= encoding.alone else _parts(sizes, encoding.part)
    return Segments(encoding, units, parts)


def strangers(text: str) -> tuple[tuple[int, str], ...]:
    """The characters that keep *text* from GSM-7, each with its place, in order."""
    return tuple((at, character) for at, character in enumerate(text) if character not in _SEPTETS)


def leancloud_count(text: str) -> int:
    """How many messages LeanCloud billed for *text*, its signature included.

    Every character counts one, in any alphabet; 70 are one message, more are one for every 67
    begun (LeanCloud's SMS guide).  Whether the text is within `LONGEST` is the caller's question.
    """
    return 1 if len(text) <= 70 else -(-len(text) // 67)


def _sizes(text: str, encoding: Encoding) -> list[int]:
    if encoding is Encoding.GSM7:
        return [_SEPTETS[character] for character in text]
    return [1 if character <= _PLANE else 2 for character in text]


def _parts(sizes: Iterable[int], part: int) -> int:
    parts, filled = 1, 0
    for size in sizes:
        if filled + size > part:
            parts, filled = parts + 1, 0
        filled += size
    return parts
