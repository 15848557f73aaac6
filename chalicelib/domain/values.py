"""This is where a client's own words are judged before they stand in a signed text."""

import math
import re
import unicodedata

from .codes import DIGITS
from .errors import RenderFailed

Value = str | int | float | bool

#: How much of the built-in text a client may write itself, in characters.
LONGEST = 20

#: What a phone may turn into a link: a dot before a letter, four numbers with dots, two slashes.
_LINK = re.compile(r"\S[.。｡][^\W\d_]|\d\.\d+\.\d+\.\d|//|\bwww\b", re.IGNORECASE)

#: What a reader may take for the code: as many digits.
_CODE = re.compile(rf"\d([ -]?\d){{{DIGITS - 1}}}")

#: Unicode's categories of what is not seen: controls, formats (bidirectional marks among
#: them), lone surrogates, private use, unassigned, line and paragraph separators; and of what
#: is drawn around a neighbour.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Me"})

#: What is not seen although its category says otherwise: Unicode's other default-ignorable
#: code points, and the blank Braille pattern.
_IGNORED = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0000-\U000e0fff]"
)
#: Categories that a template's own variable may not hold either; what joins the parts of an emoji
#: or of a word (U+200C and U+200D) is a format by category, and welcome.
_CONTROLS = frozenset({"Cc", "Cs", "Cf", "Zl", "Zp"})
_JOINERS = frozenset("\u200c\u200d")

#: Combining marks (m) in front, or three on one letter: they reach into the words beside them.
_HEAPED = re.compile("^m|mmm")


def check(name: str, value: object, *, longest: int) -> Value:
    """The value of a template's own variable *name*, at most *longest* characters of it.

    Raises RenderFailed: it stands behind the app's signature and must not forge another, nor
    turn the text about.
    """
    if not isinstance(value, str | int | float):
        raise RenderFailed(f"{name} is not a string, a number or a boolean")
    if isinstance(value, float) and not math.isfinite(value):
        raise RenderFailed(f"{name} is not a number")
    # Before it is written out: the digits of a number can be many.
    if (isinstance(value, int) and abs(value) >= 10**longest) or len(str(value)) > longest:
        raise RenderFailed(f"{name} is longer than {longest} characters")
    text = str(value)
    if set(unicodedata.normalize("NFKC", text)) & set("【】"):
        raise RenderFailed(f"{name} holds a signature's brackets")
    if any(unicodedata.category(mark) in _CONTROLS and mark not in _JOINERS for mark in text):
        raise RenderFailed(f"{name} holds a control character")
    return value


def clean(name: str, value: str) -> str:
    """A client's own words for the variable *name*; raises RenderFailed.

    They stand in a text that bears the app's signature, so they may not carry a link or a
    code, forge a second signature, or hide anything.
    """
    value = value.strip()
    if len(value) > LONGEST:
        raise RenderFailed(f"{name} is longer than {LONGEST} characters")
    # Judged as compatibility has it: a wide letter is a letter, an upright bracket a bracket.
    plain = unicodedata.normalize("NFKC", value)
    if not seen(value):
        raise RenderFailed(f"{name} holds a character that is not seen")
    if set(plain) & set("【】〖〗〔〕[]〚〛⦗⦘❲❳"):
        raise RenderFailed(f"{name} holds a signature's brackets")
    if _HEAPED.search("".join(map(_sort, unicodedata.normalize("NFKD", value)))):
        raise RenderFailed(f"{name} holds marks upon marks")
    if _LINK.search(plain):
        raise RenderFailed(f"{name} holds a link")
    if _CODE.search(plain):
        raise RenderFailed(f"{name} holds what could be taken for the code")
    return value


def seen(text: str) -> bool:
    """Whether every character of *text* is one that is seen."""
    plain = unicodedata.normalize("NFKC", text)
    hidden = any(unicodedata.category(mark) in _UNSEEN for mark in plain)
    return not hidden and not _IGNORED.search(text)


def _sort(letter: str) -> str:
    return "m" if unicodedata.category(letter) == "Mn" else "-"
