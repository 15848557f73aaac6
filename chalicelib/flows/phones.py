"""This is where users ask for codes to their phones, and what a code that comes back does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ..domain import passwords, sessions
from ..domain.apps import App
from ..domain.challenges import Proof, Purpose
from ..domain.claims import Taken
from ..domain.codes import wellformed
from ..domain.errors import (
    Busy,
    Conflict,
    InvalidCode,
    MissingPhoneNumber,
    NotAllowed,
    Refusal,
)
from ..domain.messages import Kind
from ..domain.phones import PhoneNumber
from ..domain.user_errors import (
    PhoneNotRegistered,
    PhoneNotVerified,
    PhoneTaken,
    SessionRequired,
)
from ..domain.users import Change, User, phone_claim
from ..domain.wordings import BUILTIN, RESET, RESETTING, VERIFYING
from . import ports
from .gates import Gates
from .people import People
from .pointing import Pointing
from .sends import SendRequest, Sends
from .verification import Verification
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

#: How often others may change a user while a code of theirs is redeemed.
_RACES = 12


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for a code to *phone*, with what the client says besides."""

    phone: PhoneNumber
    master: bool = False
    ttl: timedelta = TTL
    validate_token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Handed:
    """A code that comes back, and what tells whose it is: a *phone*, a session's *user*.

    With neither, *address* is where the call came from.
    """

    code: str = field(repr=False)
    phone: PhoneNumber | None
    user: User | None
    address: str


@dataclass(eq=False, repr=False)
class Phones:
    """The phones of users: asked, verified, changed, and a password reset by them."""

    people: People
    gates: Gates
    sends: Sends
    verification: Verification
    pointing: Pointing
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
        with self.gates.evenly(app):
            holding = self.people.users.holder(app.id, phone_claim(asked.phone))
            taken = holding is not None and holding.proved and holding.user != user.id
            if taken and not app.settings.discreet:
                raise PhoneTaken("proved")
            self._send(app, asked, Purpose.CHANGE_PHONE, mute=taken, now=now)

    def send_unasked(
        self, app: App, phone: PhoneNumber, *, validate_token: str, now: datetime
    ) -> None:
        """Send a code to verify a number that is new; what bars it is for the log alone."""
        asked = Asked(phone, validate_token=validate_token)
        try:
            self._send(app, asked, Purpose.VERIFY_PHONE, now=now)
        except Refusal as refusal:
            told = {"refusal": type(refusal).__name__, "reason": refusal.reason}
            self.log("verify_unsent", app=app.id, phone=phone.masked, **told)

    def verify(self, app: App, handed: Handed, *, now: datetime) -> User:
        """Verify the number that a code was sent to; raises InvalidCode."""
        user, proof = self._proved(app, handed, Purpose.VERIFY_PHONE, now=now)
        return self._done(user, proof, lambda user: user.with_phone(proof.phone, "", now=now))

    def reset(self, app: App, handed: Handed, password: object, *, now: datetime) -> User:
        """Give the owner of a phone a new password; all sessions end, and no lock stays."""
        settings = app.settings
        checked = passwords.check(
            password, least=settings.password_least, common=settings.common_passwords
        )
        user, proof = self._proved(app, handed, Purpose.RESET_PASSWORD, now=now)
        hashed, token = passwords.hash(checked), sessions.draw()

        def made(user: User) -> User:
            after = user.with_phone(proof.phone, "", now=now).with_password(hashed, now=now)
            return after.with_session(self.people.session(after, token))

        user = self._done(user, proof, made, forgotten=self.gates.key(app, user))
        if settings.reset_notice:
            self._tell(app, proof.phone, now=now)
        return user

    def change(
        self,
        app: App,
        phone: PhoneNumber,
        said: str,
        code: str,
        *,
        user: User | None,
        now: datetime,
    ) -> User:
        """Make *phone* the number of *user*, who has the code that was sent to it."""
        if user is None:
            raise SessionRequired("no session")
        self._free(app, phone, but=user)
        proof = self.verification.prove(app, phone, code, (Purpose.CHANGE_PHONE,), now=now)
        return self.own(app, user, proof, lambda user: user.with_phone(phone, said, now=now))

    def own(self, app: App, user: User, proof: Proof, made: Callable[[User], User]) -> User:
        """*user* as *made*, with the phone of *proof*: whoever only wished for it loses it."""
        for _ in range(_RACES):
            other = self.people.by_phone(app, proof.phone)
            if other and (other.id == user.id or other.phone_verified):
                other = None  # of whom nothing is taken: the claim decides, or the code
            after = made(user)
            before = user if user.version else None
            changes = [Change(before, after)]
            if other:
                changes.append(Change(other, other.without_phone(now=after.updated_at)))
            try:
                self.people.users.write(changes, proof=proof)
            except Taken as taken:
                if taken.claim != phone_claim(proof.phone):
                    raise taken.refusal from None
                self._free(app, proof.phone, but=user)
                continue  # somebody came between who only wishes for it
            except Conflict:
                user = self.people.again(user) if before else user
                continue
            if other:
                self.log("phone_moved", app=app.id, phone=proof.phone.masked, user=other.id)
            return after
        raise Busy("a phone in great demand", retry_after=timedelta(seconds=1))

    def _free(self, app: App, phone: PhoneNumber, *, but: User) -> None:
        """Raises PhoneTaken if *phone* is proved to be somebody else's than *but*."""
        holding = self.people.users.holder(app.id, phone_claim(phone))
        if holding and holding.proved and holding.user != but.id:
            raise PhoneTaken("proved")

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
        )
        self.sends.send(app, request, now=now)

    def _tell(self, app: App, phone: PhoneNumber, *, now: datetime) -> None:
        """Let the owner know that their password was reset."""
        words = Words(to=phone, texts=RESET, kind=Kind.NOTICE)
        request = SendRequest(words, ttl=TTL, master=True, unlimited=True)
        try:
            self.sends.send(app, request, now=now)
        except Refusal as refusal:
            told = {"refusal": type(refusal).__name__, "reason": refusal.reason}
            self.log("notice_unsent", app=app.id, phone=phone.masked, **told)

    def _proved(
        self, app: App, handed: Handed, purpose: Purpose, *, now: datetime
    ) -> tuple[User, Proof]:
        """Whose code it is, and the proof that it is right.

        By the number that is given; else by the session's user; else by the code alone.
        """
        if handed.phone:
            return self._proved_by(app, handed.phone, handed.code, purpose, now=now)
        if handed.user and handed.user.phone:
            try:
                return self._proved_by(app, handed.user.phone, handed.code, purpose, now=now)
            except (InvalidCode, PhoneNotVerified):
                # With a number to verify it was for that; else they may mean somebody else's.
                if purpose is Purpose.VERIFY_PHONE and not handed.user.phone_verified:
                    raise
        if not app.settings.code_only:
            raise MissingPhoneNumber
        if not wellformed(handed.code):
            raise InvalidCode("malformed")
        self.gates.code_only(app, handed.address, now=now)
        phone = self.pointing.phone(app, purpose, handed.code, now=now)
        if phone is None:
            raise InvalidCode("nobody's")
        return self._proved_by(app, phone, handed.code, purpose, now=now)

    def _proved_by(
        self, app: App, phone: PhoneNumber, code: str, purpose: Purpose, *, now: datetime
    ) -> tuple[User, Proof]:
        user = self.people.by_phone(app, phone)
        verified = user is not None and user.phone_verified
        reset = purpose is Purpose.RESET_PASSWORD
        if not app.settings.discreet:
            if user is None:
                raise PhoneNotRegistered
            if reset and not verified and not app.settings.unverified_reset:
                raise PhoneNotVerified
        proof = self.verification.prove(app, phone, code, (purpose,), now=now)
        if user is None or (reset and not verified and not app.settings.unverified_reset):
            raise InvalidCode("unknown")
        return user, proof

    def _done(
        self, user: User, proof: Proof, made: Callable[[User], User], *, forgotten: str = ""
    ) -> User:
        """*user* as *made*, whose code is redeemed with it: both or neither."""
        for _ in range(_RACES):
            after = made(user)
            try:
                self.people.users.write([Change(user, after)], proof=proof, forgotten=forgotten)
            except Taken as taken:
                raise taken.refusal from None
            except Conflict:
                user = self.people.again(user)
                if user.phone != proof.phone:
                    raise PhoneNotRegistered("moved") from None
                continue
            return after
        raise Busy("a user in great demand", retry_after=timedelta(seconds=1))
