"""This is where the words of a message come from, and what a client may put into them."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta

from . import templates
from .codes import DIGITS
from .errors import RenderFailed
from .messages import Channel
from .phones import PhoneNumber

#: The built-in texts, in Handlebars.  The Chinese one is LeanCloud's, to the letter.
#: What is rendered is compiled from these ahead of time: `make wordings`.
BUILTIN = {
    "zh": (
        "【{{sign}}】您正在使用{{name}}服务{{#if op}}进行{{op}}操作{{/if}}，"
        "您的验证码是：{{code}}，请在{{ttl}}分钟内完成验证。"
    ),
    "en": (
        "【{{sign}}】Your {{name}} code{{#if op}} for {{op}}{{/if}} is {{code}}, "
        "valid for {{ttl}} min."
    ),
    "voice": "{{code}}",
}

#: Regions whose people read Chinese.
_CHINESE = frozenset({"CN", "TW", "HK", "MO"})

#: A signature is shown in 【】: letters and digits of any script.
SIGNATURE_FORM = r"[^\W_]{1,12}"

#: How much of a text a client may write itself.
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
#: Combining marks (m) in front, or three on one letter: they reach into the words beside them.
_HEAPED = re.compile("^m|mmm")


@dataclass(frozen=True, slots=True)
class Wording:
    """The built-in text, as one request words it; *op* may be empty."""

    name: str
    op: str
    signature: str
    ttl: timedelta

    def text(self, code: str, *, to: PhoneNumber, channel: Channel) -> str:
        """What the phone shows, or what is read out to it."""
        return templates.render(
            _edition(to, channel),
            name=self.name,
            op=self.op,
            sign=self.signature,
            ttl=str(max(1, self.ttl // timedelta(minutes=1))),
            code=code,
        )

    def draft(self, *, to: PhoneNumber, channel: Channel) -> str:
        """The text with a code that opens nothing, to find faults before anything is spent."""
        return self.text("0" * DIGITS, to=to, channel=channel)


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
    if any(unicodedata.category(mark) in _UNSEEN for mark in plain) or _IGNORED.search(value):
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


def _sort(letter: str) -> str:
    return "m" if unicodedata.category(letter) == "Mn" else "-"


def _edition(to: PhoneNumber, channel: Channel) -> str:
    if channel is Channel.VOICE:
        return "voice"
    return "zh" if to.region in _CHINESE else "en"
