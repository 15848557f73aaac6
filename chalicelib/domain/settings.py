"""This is where an app's switches are, with their defaults, as the console had them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

import phonenumbers

from .codes import wellformed
from .errors import InternationalSmsDisabled, InvalidPhoneNumber, NotAllowed
from .messages import Channel
from .phones import PhoneNumber
from .quotas import Limit, Limits
from .wordings import SIGNATURE_FORM

_YES, _NO = ("true", "on", "yes", "1"), ("false", "off", "no", "0")
_LIMIT = "limit_"


def _setting(default: Any, help: str) -> Any:
    return field(default=default, metadata={"help": help})


@dataclass(frozen=True, slots=True)
class Settings:
    """One app's switches.

    Everything can be said as text, `name=value`: in the table, on the command line and to
    `make run`.  Limits are `limit_number`, `limit_signature`, `limit_verification` and
    `limit_voice`.
    """

    sms_enabled: bool = _setting(True, "clients may call requestSmsCode and verifySmsCode")
    captcha_enabled: bool = _setting(True, "clients may request captchas")
    captcha_required: bool = _setting(False, "every send by a client needs a validate_token")
    international_allowed: bool = _setting(False, "numbers outside the home region are sent to")
    home_region: str = _setting("CN", "region of numbers without a country code (ISO 3166)")
    loose_numbers: bool = _setting(False, "numbers too new for the tables are taken, if possible")
    signature: str = _setting("", "text in 【】, at most 12 characters; empty: the app's name")
    fresh_signs: bool = _setting(
        False, "X-LC-Sign made with the app key expires after 15 minutes, as the master key's does"
    )
    test_numbers: Mapping[str, str] = field(
        default_factory=dict,
        repr=False,
        metadata={"help": "numbers that get a fixed code and no message: +19490008888=246810, …"},
    )
    limits: Limits = field(default_factory=Limits)

    @classmethod
    def read(cls, texts: Mapping[str, str]) -> "Settings":
        """The settings that *texts* say; raises ValueError, which says what is wrong."""
        settings = cls()
        for name, text in texts.items():
            settings = settings.set(name, text)
        return settings

    @staticmethod
    def split(text: str) -> dict[str, str]:
        """The names and values in `name=value name=value`; a value may hold blanks."""
        parts = [part for part in re.split(r"(?:^|\s+)(?=[a-z_]+=)", text.strip()) if part]
        if not all("=" in part for part in parts):
            raise ValueError(f"settings are name=value name=value, not {text!r}")
        return dict(part.split("=", 1) for part in parts)

    def set(self, name: str, text: str) -> "Settings":
        """The settings with one changed; raises ValueError, which says what is wrong."""
        known = self.texts()
        if name not in known:
            raise ValueError(f"no such setting: {name!r} (there are {', '.join(known)})")
        text = text.strip()
        try:
            if name.startswith(_LIMIT):
                limits = replace(self.limits, **{name.removeprefix(_LIMIT): Limit.parse(text)})
                return replace(self, limits=limits)
            read = getattr(self, f"_read_{name}", _switch)
            value: Any = read(text)
            return replace(self, **{name: value})
        except ValueError as fault:
            raise ValueError(f"{name}: {fault}") from fault

    def texts(self) -> dict[str, str]:
        """Every setting as text."""
        texts = {
            item.name: _text(getattr(self, item.name))
            for item in fields(self)
            if item.name != "limits"
        }
        for item in fields(self.limits):
            texts[_LIMIT + item.name] = ", ".join(map(str, getattr(self.limits, item.name)))
        return texts

    def changed(self) -> dict[str, str]:
        """The settings that differ from the defaults, as text."""
        default = Settings().texts()
        return {name: text for name, text in self.texts().items() if text != default[name]}

    def admit(self, *, master: bool) -> None:
        """Raises NotAllowed when the general code service is switched off for clients."""
        if not self.sms_enabled and not master:
            raise NotAllowed("sms_enabled is off")

    def reach(self, phone: PhoneNumber, channel: Channel) -> None:
        """Raises InvalidPhoneNumber or InternationalSmsDisabled; test numbers pass."""
        if phone.e164 in self.test_numbers:
            return
        if not phone.reached_by(channel, loosely=self.loose_numbers):
            raise InvalidPhoneNumber(f"not reached by {channel}")
        if not self.international_allowed and phone.abroad(self.home_region):
            raise InternationalSmsDisabled(phone.region)

    @staticmethod
    def _read_home_region(text: str) -> str:
        if text.upper() not in phonenumbers.SUPPORTED_REGIONS:
            raise ValueError(f"not a region, such as CN or DE: {text!r}")
        return text.upper()

    @staticmethod
    def _read_signature(text: str) -> str:
        if text and not re.fullmatch(SIGNATURE_FORM, text):
            raise ValueError(f"1 to 12 characters without blanks, brackets or symbols: {text!r}")
        return text

    def _read_test_numbers(self, text: str) -> dict[str, str]:
        numbers = {}
        for part in filter(None, (part.strip() for part in text.split(","))):
            number, _, code = (half.strip() for half in part.partition("="))
            if not wellformed(code):
                raise ValueError(f"a test number is NUMBER=CODE, six digits: {part!r}")
            try:
                numbers[PhoneNumber.parse(number, self.home_region).e164] = code
            except InvalidPhoneNumber as fault:
                raise ValueError(f"not a phone number: {number!r}") from fault
        return numbers


def _switch(text: str) -> bool:
    if text.lower() not in (*_YES, *_NO):
        raise ValueError(f"true or false, not {text!r}")
    return text.lower() in _YES


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return ", ".join(f"{number}={code}" for number, code in value.items())
    return str(value)
