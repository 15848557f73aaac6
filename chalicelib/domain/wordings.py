"""This is where the words of a message come from, and what a client may put into them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from . import rendering
from .codes import DIGITS
from .errors import RenderFailed
from .messages import Channel, Kind
from .phones import PhoneNumber
from .segments import LONGEST
from .signatures import Signature
from .templates import Registered
from .values import Value

#: The built-in texts, in Handlebars.  The Chinese one is LeanCloud's, to the letter.
BUILTIN = {
    "zh": (
        "您正在使用{{name}}服务{{#if op}}进行{{op}}操作{{/if}}，"
        "您的验证码是：{{code}}，请在{{ttl}}分钟内完成验证。"
    ),
    "en": "Your {{name}} code{{#if op}} for {{op}}{{/if}} is {{code}}, valid for {{ttl}} min.",
}

#: To verify a number, and to reset a password; the Chinese ones are LeanCloud's.
VERIFYING = {
    "zh": "欢迎使用“{{name}}”服务，您的验证码是 {{code}}，请输入完成验证。",
    "en": "Welcome to {{name}}. Your code is {{code}}, valid for {{ttl}} min.",
}
RESETTING = {
    "zh": (
        "您请求重设应用“{{name}}”的密码，请输入验证码 {{code}} 验证，"
        "验证码仅在 {{ttl}} 分钟内有效。"
    ),
    "en": "Your code to reset your {{name}} password is {{code}}, valid for {{ttl}} min.",
}
#: What its owner is told of a password that was reset: no code, and no link to follow.
RESET = {
    "zh": "您的“{{name}}”密码已重设。如非本人操作，请尽快联系我们。",
    "en": "Your {{name}} password was reset. If this was not you, contact us soon.",
}
#: All of them.
TEXTS = (BUILTIN, VERIFYING, RESETTING, RESET)

#: What the service fills in: a request's own values of these names are not looked at.
RESERVED = frozenset({"name", "code", "ttl", "sign", "template"})

#: A code that opens nothing, to find faults before anything is spent.
DUMMY = "0" * DIGITS

#: Regions whose people read Chinese.
_CHINESE = frozenset({"CN", "TW", "HK", "MO"})


@dataclass(frozen=True, slots=True)
class Wording:
    """What one message says but for its code: *values* are the variables' but the reserved ones.

    *name* is the app's, *template* the template's, empty for a built-in text; *ending* is what
    marketing must end with.
    """

    kind: Kind
    signature: Signature
    source: str
    name: str
    values: Mapping[str, Value] = field(default_factory=dict, repr=False)
    template: str = ""
    registered: Mapping[str, Registered] = field(default_factory=dict)
    ending: str = ""

    def text(self, code: str, *, ttl: timedelta, channel: Channel) -> str:
        """What the phone shows, or what is read out to it; raises RenderFailed.

        A voice reads the code and nothing else.
        """
        if channel is Channel.VOICE:
            return code
        text = rendering.render(self.source, self.variables(code, ttl=ttl))
        if self.kind is Kind.VERIFICATION and code not in text:
            raise RenderFailed("the code is not in the text")
        # Judged by what the template says: a value could pretend to be the ending.
        if self.ending and not self.source.rstrip().endswith(self.ending):
            text = f"{text} {self.ending}"
        text = f"{self.signature.shown}{text}"
        if len(text) > LONGEST:
            raise RenderFailed(f"the text is longer than {LONGEST} characters")
        return text

    def variables(self, code: str, *, ttl: timedelta) -> dict[str, Value]:
        """All that the source may ask for, by name: the values, and what the service fills in."""
        system: dict[str, Value] = {
            "name": self.name,
            "sign": self.signature.text,
            "template": self.template,
            "ttl": max(1, ttl // timedelta(minutes=1)),
        }
        if self.kind is Kind.VERIFICATION:
            system["code"] = code
        return {**self.values, **system}


def chinese(to: PhoneNumber) -> bool:
    """Whether the people of that number's region read Chinese."""
    return to.region in _CHINESE
