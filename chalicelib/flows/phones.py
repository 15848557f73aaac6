"""This is where users ask for codes to their phones."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ..domain import profiles
from ..domain.apps import App
from ..domain.challenges import Purpose
from ..domain.claims import phone_claim
from ..domain.errors import (
    InsufficientBalance,
    NotAllowed,
    Refusal,
    SendFailed,
    SpendCapReached,
)
from ..domain.messages import Kind
from ..domain.phones import PhoneNumber
from ..domain.user_errors import (
    PhoneNotRegistered,
    PhoneNotVerified,
    PhoneTaken,
    SessionRequired,
)
from ..domain.users import User
from ..domain.wordings import BUILTIN, RESET, RESETTING, VERIFYING
from . import ports
from .gates import Gates
from .people import Caller, People
from .sends import SendRequest, Sends
from .wordings import Words

#: LeanCloud's life of a code that changes a number; of all others it is ten minutes.
CHANGE_TTL = timedelta(minutes=6)
TTL = timedelta(minutes=10)

#: What a code says it is for.
_TEXTS: Mapping[Purpose, Mapping[str, str]] = {
    Purpose.LOGIN: BUILTIN,
    Purpose.VERIFY_PHONE: VERIFYING,
    Purpose.RESET_PASSWORD: RESETTING,
    Purpose.CHANGE_PHONE: BUILTIN,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for a code to *phone*, with what the client says besides, and where it is."""

    phone: PhoneNumber
    master: bool = False
    ttl: timedelta = TTL
    validate_token: str = field(default="", repr=False)
    address: str = ""


@dataclass(eq=False, repr=False)
class Phones:
    """Sends codes to the phones of users."""

    people: People
    gates: Gates
    sends: Sends
    log: ports.Log

    def request_verify(self, app: App, asked: Asked, *, now: datetime) -> None:
        """Send a code to verify a number with; none to a number that is verified."""
        with self.gates.evenly(app):
            user = self.people.by_phone(app, asked.phone)
            if user is None and not app.settings.discreet:
                raise PhoneNotRegistered
            if user and user.phone_verified and not app.settings.discreet:
                return
            mute = user is None or user.phone_verified
            self._send(app, asked, Purpose.VERIFY_PHONE, mute=mute, now=now)

    def request_login(self, app: App, asked: Asked, *, now: datetime) -> None:
        """Send a code to log in with, to a number that is verified."""
        if not app.settings.sms_login and not asked.master:
            raise NotAllowed("sms_login is off")
        self._request_of_known(app, asked, Purpose.LOGIN, unverified=False, now=now)

    def request_reset(self, app: App, asked: Asked, *, now: datetime) -> None:
        """Send a code to reset a password with."""
        unverified = app.settings.unverified_reset
        self._request_of_known(app, asked, Purpose.RESET_PASSWORD, unverified=unverified, now=now)

    def request_change(self, app: App, asked: Asked, *, user: User | None, now: datetime) -> None:
        """Send a code to a number that *user* wants to be theirs."""
        if user is None:
            raise SessionRequired("no session")
        profiles.own(app, asked.phone, now)
        with self.gates.evenly(app):
            holding = self.people.users.holder(app.id, phone_claim(asked.phone))
            taken = holding is not None and holding.proved and holding.user != user.id
            if taken and not app.settings.discreet:
                raise PhoneTaken("proved")
            self._send(app, asked, Purpose.CHANGE_PHONE, mute=taken, now=now)

    def greet(self, app: App, user: User, *, caller: Caller, now: datetime) -> None:
        """Send a code to a number that is new, where the app wants that.

        What bars it is for the log alone: the user is there all the same.
        """
        if not user.phone or user.phone_verified or not app.settings.verify_on_sign_up:
            return
        asked = Asked(user.phone, validate_token=caller.validate_token, address=caller.address)
        with self._unasked(app, user.phone, "verify_unsent"):
            self._send(app, asked, Purpose.VERIFY_PHONE, now=now)

    def tell_of_reset(self, app: App, phone: PhoneNumber, *, now: datetime) -> None:
        """Let the owner know that their password was reset, where the app wants that."""
        if not app.settings.reset_notice:
            return
        words = Words(to=phone, texts=RESET, kind=Kind.NOTICE)
        with self._unasked(app, phone, "notice_unsent"):
            request = SendRequest(words, ttl=TTL, master=True, unlimited=True)
            self.sends.send(app, request, now=now)

    def _request_of_known(
        self, app: App, asked: Asked, purpose: Purpose, *, unverified: bool, now: datetime
    ) -> None:
        with self.gates.evenly(app):
            user = self.people.by_phone(app, asked.phone)
            mute = user is None or not (user.phone_verified or unverified)
            if mute and not app.settings.discreet:
                raise PhoneNotVerified if user else PhoneNotRegistered
            self._send(app, asked, purpose, mute=mute, now=now)

    def _send(
        self, app: App, asked: Asked, purpose: Purpose, *, mute: bool = False, now: datetime
    ) -> None:
        request = SendRequest(
            Words(to=asked.phone, texts=_TEXTS[purpose]),
            ttl=asked.ttl,
            master=asked.master,
            validate_token=asked.validate_token,
            purpose=purpose,
            mute=mute,
            address=asked.address,
        )
        try:
            self.sends.send(app, request, now=now)
        except (InsufficientBalance, SendFailed, SpendCapReached) as refusal:
            # Of a number that is sent nothing nobody would hear it.
            if not app.settings.discreet:
                raise
            self._told(app, asked.phone, "code_unsent", refusal)

    @contextmanager
    def _unasked(self, app: App, phone: PhoneNumber, event: str) -> Iterator[None]:
        try:
            yield
        except Refusal as refusal:
            self._told(app, phone, event, refusal)

    def _told(self, app: App, phone: PhoneNumber, event: str, refusal: Refusal) -> None:
        told = {"refusal": type(refusal).__name__, "reason": refusal.reason}
        self.log(event, app=app.id, phone=phone.masked, **told)
