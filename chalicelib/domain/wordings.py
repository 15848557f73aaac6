"""This is where the words of a message come from, and what a client may put into them."""

import re
import unicodedata
from dataclasses import dataclass

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

#: What a phone would turn into a link: a scheme, or a dot between a word and a domain's end.
_LINK = re.compile(r"://|\bwww\.|[^\W_][.。．｡][^\W\d_]{2}", re.IGNORECASE)

#: Unicode's categories of what is not seen: controls, formats (bidirectional marks among
#: them), lone surrogates, private use, unassigned, line and paragraph separators.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Wording:
    """The built-in text, as one request words it; *op* may be empty."""

    name: str
    op: str
    signature: str
    minutes: int

    def text(self, code: str, *, to: PhoneNumber, channel: Channel) -> str:
        """What the phone shows, or what is read out to it."""
        return templates.render(
            _edition(to, channel),
            name=self.name,
            op=self.op,
            sign=self.signature,
            ttl=str(self.minutes),
            code=code,
        )

    def draft(self, *, to: PhoneNumber, channel: Channel) -> str:
        """The text with a code that opens nothing, to find faults before anything is spent."""
        return self.text("0" * DIGITS, to=to, channel=channel)


def clean(name: str, value: str) -> str:
    """A client's own words for the variable *name*; raises RenderFailed.

    They stand in a text that bears the app's signature, so they may not carry a link, forge
    a second signature, or hide anything.
    """
    value = value.strip()
    if len(value) > LONGEST:
        raise RenderFailed(f"{name} is longer than {LONGEST} characters")
    if any(unicodedata.category(mark) in _UNSEEN for mark in value):
        raise RenderFailed(f"{name} holds a character that is not seen")
    if set(value) & set("【】〖〗［］"):
        raise RenderFailed(f"{name} holds a signature's brackets")
    if _LINK.search(unicodedata.normalize("NFKC", value)):
        raise RenderFailed(f"{name} holds a link")
    return value


def _edition(to: PhoneNumber, channel: Channel) -> str:
    if channel is Channel.VOICE:
        return "voice"
    return "zh" if to.region in _CHINESE else "en"
