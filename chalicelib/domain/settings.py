"""This is where an app's switches are, with their defaults, as the console had them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from . import passwords
from .abuse import Breaking, Defence, Rule
from .captchas import Service
from .challenges import Purpose
from .claims import Via
from .destinations import HIGH_RISK, Destinations
from .errors import InternationalSmsDisabled, InvalidPhoneNumber, NotAllowed
from .forms import (
    AMOUNT,
    DESTINATIONS,
    FILLED,
    HOURS,
    KEY,
    LINE,
    LISTED,
    NUMBERS,
    OWN_FUNCTION,
    PRICES,
    REGION,
    ROUTES,
    SECONDS,
    SECRET,
    SWITCH,
    WORDS,
    Form,
    Hours,
    choice,
    several,
    within,
)
from .line_types import REFUSABLE, LineType
from .messages import Channel
from .phones import PhoneNumber
from .prices import Prices
from .quotas import Limits
from .reviews import Review
from .routes import Routes
from .segments import Rule as SegmentRule
from .test_numbers import FixedCode
from .timers import Fallback
from .watchlists import Entry
from .words import FORBIDDEN_WORDS, MARKETING_WORDS

#: The two months for which LeanCloud's console keeps its records.
RECORD_DAYS = 60

#: What is shown in the place of a secret; said as its new value, it leaves the secret as it is.
MASK = "********"

_LIMIT = "limit_"


def _setting(default: Any, form: Form, help: str, **options: Any) -> Any:
    options["metadata"] = {"help": help, "form": form}
    return field(default_factory=default if callable(default) else lambda: default, **options)


def _switch(default: bool, help: str) -> Any:
    return _setting(default, SWITCH, help)


@dataclass(frozen=True, slots=True)
class Settings:
    """One app's switches.

    Everything can be said as text, `name=value`: in the table, on the command line, to the
    administrator's API and to `make run`.  Limits are those of `quotas.Limits`, each with
    `limit_` before its name.
    """

    sms_enabled: bool = _switch(True, "clients may call requestSmsCode and verifySmsCode")
    captcha_enabled: bool = _switch(True, "clients may request captchas")
    captcha_required: bool = _switch(False, "every send by a client needs a validate_token")
    captcha_adaptive: bool = _switch(
        False, "a send by a client needs one as soon as a budget of unverified codes is strained"
    )
    captcha_service: Service = _setting(
        Service.PICTURE,
        choice(Service),
        "who tells people from machines: our picture, or turnstile, hcaptcha, recaptcha by their "
        "keys",
    )
    captcha_site_key: str = _setting("", KEY, "the key that clients draw that service's widget by")
    captcha_secret: str = _setting(
        "", SECRET, "the secret that service is asked with; it is never shown again", repr=False
    )
    captcha_score: int = _setting(
        50, within(0, 100), "the least score reCAPTCHA v3 must give, in percent; v2 gives none"
    )
    international_allowed: bool = _switch(
        False, "numbers outside the home region are sent to, but for high_risk ones"
    )
    destinations: Destinations = _setting(
        Destinations,
        DESTINATIONS,
        "the regions to send to, whatever else is set: CN, HK; login: *, -high_risk, -US",
    )
    home_region: str = _setting("CN", REGION, "region of numbers without a country code (ISO 3166)")
    loose_numbers: bool = _switch(False, "numbers too new for the tables are taken, if possible")
    fresh_signs: bool = _switch(
        False, "X-LC-Sign made with the app key expires after 15 minutes, as the master key's does"
    )
    test_numbers: Mapping[str, FixedCode] = _setting(
        dict,
        NUMBERS,
        "numbers with a fixed code and no message: +19490008888=246810 until 2027-03-01, …",
        repr=False,
    )
    review: Review = _setting(
        Review.AUTO,
        choice(Review),
        "auto: templates and signatures without errors are approved at once; manual: by you",
    )
    default_signature: str = _setting(
        "", LINE, "name of the signature to send with; empty: the first approved one"
    )
    plain_signatures: bool = _switch(
        False, "signatures of Latin letters or digits alone are taken; not for mainland China"
    )
    company: str = _setting("", LINE, "the company's name, without which no marketing is sent")
    opt_out_zh: str = _setting("回复TD退订", FILLED, "the end of marketing in Chinese")
    opt_out_en: str = _setting("Reply STOP to opt out", FILLED, "the end of marketing elsewhere")
    marketing_hours: Hours | None = _setting(
        Hours.parse("09:00-21:00"), HOURS, "when marketing is sent, by the destination's clock"
    )
    longest_value: int = _setting(
        100, within(1, 400), "characters of a template variable's value at the most"
    )
    marketing_words: tuple[str, ...] = _setting(
        MARKETING_WORDS,
        WORDS,
        "words that bar a text from the other kinds; one with a ? only beside another one",
    )
    forbidden_words: tuple[str, ...] = _setting(
        FORBIDDEN_WORDS, WORDS, "words that no template may hold"
    )
    segment_rule: SegmentRule = _setting(
        SegmentRule.CARRIER,
        choice(SegmentRule),
        "how segments are counted: as carriers do, or as LeanCloud did",
    )
    prices: Prices = _setting(
        Prices,
        PRICES,
        "prices of your own, before the table's: CN=0.05, US/voice=0.02",
    )
    prepaid: bool = _switch(False, "messages are paid from the app's balance (else 160)")
    balance_alarm: Decimal | None = _setting(
        None, AMOUNT, "below this balance the log tells, once; empty: never"
    )
    daily_cap: Decimal | None = _setting(
        None, AMOUNT, "the most to spend on messages a day, UTC (else 154); empty: no end"
    )
    record_days: int = _setting(
        RECORD_DAYS, within(1, 400), "days for which a message's record is kept"
    )
    routes: Routes = _setting(
        Routes, ROUTES, "senders by country and channel: CN=aliyun, sns; */voice=eum"
    )
    fallback_after: int = _setting(
        0, SECONDS, "a code that is neither delivered nor used by then goes another way, once"
    )
    fallback: Fallback = _setting(
        Fallback.SENDER, choice(Fallback), "which way that is: the next sender, or voice"
    )
    sign_up_enabled: bool = _switch(True, "clients may make users (else 403)")
    third_party_enabled: bool = _switch(
        True, "clients may make users by authData, anonymous ones too (else 207)"
    )
    verify_on_sign_up: bool = _switch(
        False, "whoever registers or changes a number is sent a code to verify it"
    )
    verified_login_only: bool = _switch(
        False, "nobody logs in by a number that is not verified (else 215); by name they do"
    )
    unverified_reset: bool = _switch(
        False, "a password may be reset by a number that is not verified (else 215)"
    )
    sms_login: bool = _switch(True, "a verified number may log in by code (else 119)")
    force_relogin: bool = _switch(True, "a changed password ends the sessions of all devices")
    old_password_required: bool = _switch(
        False, "clients change a password with the old one alone, by updatePassword"
    )
    password_least: int = _setting(
        1, within(1, 64), "characters of a password at the least; OWASP asks for 8"
    )
    common_passwords: bool = _switch(True, "one of the 3000 commonest passwords is taken")
    reset_notice: bool = _switch(False, "whoever's password was reset by code is told by a text")
    discreet: bool = _switch(
        False, "who asks for a code or logs in does not learn whether a number or name is known"
    )
    code_only: bool = _switch(
        True, "a phone is verified, and a password reset, by a code without its number or a session"
    )
    # With a thousand codes open, a hundred misses an hour find one in ten hours.
    code_misses: int = _setting(
        100,
        within(10, 300),
        "codes that are nobody's, handed in alone, an hour until no more are taken",
    )
    on_verified: frozenset[Via] = _setting(
        frozenset(Via),
        several(Via),
        "by which calls a verified phone is told of to hooks (onVerified); empty: by none",
    )
    before_send: str = _setting(
        "", OWN_FUNCTION, "a function that is asked before each message: it may veto, or add values"
    )
    before_send_open: bool = _switch(
        True, "a message goes out if that function does not answer within a second (else 602)"
    )
    defence: Defence = _setting(
        Defence.AUTO,
        choice(Defence),
        "over a budget of unverified codes: watch, challenge (608), slow (601), block (154), off; "
        "auto: watch for a fortnight, then challenge",
    )
    defence_silent: bool = _switch(
        False, "what is slowed or blocked is answered as if it had been sent"
    )
    budget_floor: int = _setting(
        20, within(1, 100_000), "unverified codes a day that a region may always have"
    )
    budget_address: int = _setting(
        10, within(1, 100_000), "unverified codes a day that an address may always ask for"
    )
    budget_share: int = _setting(
        50, within(1, 1000), "and the percentage of redeemed codes up to which there may be more"
    )
    breaking: Breaking = _setting(
        Breaking.ALARM,
        choice(Breaking),
        "under 20 % conversion at over 50 codes an hour in a region: alarm, or block for an hour",
    )
    safe_list: tuple[Entry, ...] = _setting(
        (), LISTED, "what nothing is held against: +8613800138000; +852*; 203.0.113.0/24 # office"
    )
    block_list: tuple[Entry, ...] = _setting(
        (), LISTED, "what gets nothing (154): +88017* until 2027-03-01 # pumped; 2001:db8::/32"
    )
    refused_lines: frozenset[LineType] = _setting(
        frozenset(),
        several(REFUSABLE),
        "kinds of line that get nothing (154): landline (calls reach it), voip, prepaid, other, "
        "invalid; AWS is asked of each number once in 30 days, and bills each; empty: never asked",
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
        if name not in NAMES:
            raise ValueError(f"no such setting: {name[:40]!r} (there are {', '.join(NAMES)})")
        text = text.strip()
        if name in SECRETS and text == MASK:
            return self
        try:
            if name.startswith(_LIMIT):
                limits = self.limits.set(name.removeprefix(_LIMIT), text)
                return replace(self, limits=limits)
            return replace(self, **{name: _FORMS[name].read(text)})
        except ValueError as fault:
            raise ValueError(f"{name}: {fault}") from fault

    def check(self) -> None:
        """Raises ValueError for settings that cannot work together."""
        if self.captcha_service is Service.PICTURE:
            return
        for name in ("captcha_site_key", "captcha_secret"):
            if not getattr(self, name):
                raise ValueError(f"captcha_service: {self.captcha_service} needs {name}")

    def texts(self) -> dict[str, str]:
        """Every setting as text; of a secret, that there is one."""
        texts = self._texts()
        return {**texts, **{name: MASK for name in SECRETS if texts[name]}}

    def _texts(self) -> dict[str, str]:
        texts = {name: form.write(getattr(self, name)) for name, form in _FORMS.items()}
        for item in fields(self.limits):
            texts[_LIMIT + item.name] = ", ".join(map(str, getattr(self.limits, item.name)))
        return texts

    def changed(self) -> dict[str, str]:
        """The settings that differ from the defaults, as text: all of it, to be kept, not shown."""
        default = Settings()._texts()
        return {name: text for name, text in self._texts().items() if text != default[name]}

    @property
    def records_kept_for(self) -> timedelta:
        """How long a record is kept that is filed now."""
        return timedelta(days=self.record_days)

    def admit(self, *, master: bool) -> None:
        """Raises NotAllowed when the general code service is switched off for clients."""
        if not self.sms_enabled and not master:
            raise NotAllowed("sms_enabled is off")

    def password(self, given: object) -> str:
        """*given*, if it may be somebody's password; raises MissingPassword or InvalidPassword."""
        return passwords.check(given, least=self.password_least, common=self.common_passwords)

    def fixed_code(self, phone: PhoneNumber, at: datetime) -> str | None:
        """The code of *phone* if it is a test number *at* a moment."""
        fixed = self.test_numbers.get(phone.e164)
        return fixed.at(at) if fixed else None

    def reach(
        self,
        phone: PhoneNumber,
        channel: Channel,
        purpose: Purpose = Purpose.OPERATION,
        *,
        now: datetime,
    ) -> None:
        """Raises InvalidPhoneNumber or InternationalSmsDisabled; test numbers pass."""
        if self.fixed_code(phone, now):
            return
        if not phone.reached_by(channel, loosely=self.loose_numbers):
            raise InvalidPhoneNumber(f"not reached by {channel}")
        if not self.sends_to(phone.region, purpose):
            raise InternationalSmsDisabled(phone.region)

    def sends_to(self, region: str, purpose: Purpose = Purpose.OPERATION) -> bool:
        """Whether codes for *purpose*, and other messages, go to *region*."""
        allowed = self.destinations.to(purpose)
        if allowed is not None:
            return region in allowed
        return region == self.home_region or (
            self.international_allowed and region not in HIGH_RISK
        )

    @property
    def rule(self) -> Rule:
        """How large the budgets of unverified codes are."""
        return Rule(self.budget_floor, self.budget_address, self.budget_share / 100)


_FORMS: Mapping[str, Form] = {
    item.name: item.metadata["form"] for item in fields(Settings) if item.metadata
}

#: What is never shown.
SECRETS = tuple(name for name, form in _FORMS.items() if form.secret)

#: What can be set.
NAMES = (*_FORMS, *(_LIMIT + item.name for item in fields(Limits)))
