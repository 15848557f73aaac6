"""This is where somebody logs in: by password, or by a code that came to their phone."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from ..domain import passwords, sessions
from ..domain.apps import App
from ..domain.challenges import Proof, Purpose
from ..domain.claims import Claim, Kind, PhoneProof, Via, email_claim, phone_claim
from ..domain.errors import InvalidCode, NotAllowed
from ..domain.phones import PhoneNumber
from ..domain.user_errors import (
    MissingPassword,
    PhoneNotRegistered,
    PhoneNotVerified,
    UsernameTaken,
    UserNotFound,
    WrongPassword,
)
from ..domain.users import User, number_like
from .gates import Gates
from .people import Caller, People, SignedIn, same_password, same_session
from .proofs import Proofs
from .sign_ups import SignUps
from .verification import Verification

#: Where clients get a code to log in with: from either, for LeanCloud's own guides differ.
_BY_CODE = (Purpose.LOGIN, Purpose.OPERATION)
_OR_SIGN_UP = (Purpose.OPERATION, Purpose.LOGIN)


@dataclass(frozen=True, slots=True)
class Name:
    """Who somebody says they are, in one of three ways."""

    username: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    phone: PhoneNumber | None = None

    def __str__(self) -> str:
        return self.username or self.email or (self.phone.e164 if self.phone else "")


@dataclass(frozen=True, slots=True)
class Number:
    """A phone with the code that came to it; *said* is how its owner writes it."""

    phone: PhoneNumber
    said: str = field(repr=False)
    code: str = field(repr=False)


@dataclass(eq=False, repr=False)
class Logins:
    """Lets users in."""

    people: People
    sign_ups: SignUps
    proofs: Proofs
    gates: Gates
    verification: Verification

    def by_password(self, app: App, name: Name, password: object, *, now: datetime) -> SignedIn:
        """Whoever *name* is, with their password; raises WrongPassword, UserNotFound and others."""
        if password is None or password == "":
            raise MissingPassword
        user = self._named(app, name)
        discreet = app.settings.discreet
        barred = bool(
            user and name.phone and app.settings.verified_login_only and not user.phone_verified
        )
        if user is None and not discreet:
            raise PhoneNotRegistered if name.phone else UserNotFound("no such name")
        if barred and not discreet:
            raise PhoneNotVerified
        with self.gates.counted(app, user, self._counted(app, name), now=now):
            if not self._matches(user, password, discreet=discreet) or user is None or barred:
                raise WrongPassword
        user = self._rehashed(user, str(password))
        return self.people.signed_in(user, guard=same_password(user, str(password)))

    def by_code(self, app: App, number: Number, *, master: bool, now: datetime) -> SignedIn:
        """Whose number it is by proof, with a code that came to it; raises InvalidCode."""
        if not app.settings.sms_login and not master:
            raise NotAllowed("sms_login is off")
        user = self.people.by_phone(app, number.phone)
        known = user if user and user.phone_verified else None
        if known is None and not app.settings.discreet:
            raise PhoneNotVerified if user else PhoneNotRegistered
        with self.gates.counted(app, known, number.phone.e164, now=now):
            self.verification.open(app, number.phone, number.code, _BY_CODE, now=now)
            if known is None:
                raise InvalidCode("unknown")
        return self.people.signed_in(known)

    def or_sign_up(
        self, app: App, number: Number, given: Mapping[str, Any], *, caller: Caller, now: datetime
    ) -> SignedIn:
        """Whose number it is by proof, or a new user whose it is from now on."""
        user = self.people.by_phone(app, number.phone)
        if user and user.phone_verified:
            with self.gates.counted(app, user, now=now):
                self.verification.open(app, number.phone, number.code, _OR_SIGN_UP, now=now)
            return self.people.signed_in(user)
        if user and caller.is_(user.id):  # who wishes for it is logged in, and proves it now
            proof = self._proved(app, number, now=now)
            by = PhoneProof(proof.id, Via.SIGN_UP, now)
            verified = self.proofs.take_over(
                app,
                user,
                proof,
                lambda user: user.with_phone(number.phone, number.said, proof=by, now=now),
                guard=same_session(user),
            )
            return self.people.signed_in(verified)
        return self._signed_up(app, number, given, caller=caller, now=now)

    def _proved(self, app: App, number: Number, *, now: datetime) -> Proof:
        with self.gates.discreetly(app, number.phone.e164, now=now):
            return self.verification.prove(app, number.phone, number.code, _OR_SIGN_UP, now=now)

    def _signed_up(
        self, app: App, number: Number, given: Mapping[str, Any], *, caller: Caller, now: datetime
    ) -> SignedIn:
        named = bool(given.get("username"))
        said = {**given, "mobilePhoneNumber": number.said}
        if not named:  # the number is a good name, if nobody has taken it
            said["username"] = number.said
        blank = User.new(app.id, now=now).with_phone(number.phone, number.said, now=now)
        # What is given is judged before a guess is spent; in a discreet app nothing is said of
        # it before the code is right.
        proof = self._proved(app, number, now=now) if app.settings.discreet else None
        try:
            draft = self.sign_ups.draft(app, blank, said, caller=caller, now=now)
        except UsernameTaken:
            if named:
                raise
            said["username"] = sessions.draw()
            draft = self.sign_ups.draft(app, blank, said, caller=caller, now=now)
        proof = proof or self._proved(app, number, now=now)
        user = self.sign_ups.hashed(draft)
        by = PhoneProof(proof.id, Via.SIGN_UP, now)

        def made(user: User) -> User:
            return user.with_phone(number.phone, number.said, proof=by, now=now)

        try:
            user = self.proofs.take_over(app, user, proof, made)
        except UsernameTaken:
            if named:
                raise
            user = replace(user, username=sessions.draw())
            user = self.proofs.take_over(app, user, proof, made)
        return self.people.signed_in(user, created=True)

    def _named(self, app: App, name: Name) -> User | None:
        if name.username:
            # Who has a number is who its owner proved to be, whatever others call themselves.
            number = self._number(app, name)
            owner = self.people.by_phone(app, number) if number else None
            if owner and owner.phone_verified:
                return owner
            return self.people.found(app, Claim(Kind.USERNAME, name.username))
        if name.email:
            return self.people.found(app, email_claim(name.email))
        return self.people.found(app, phone_claim(name.phone)) if name.phone else None

    @staticmethod
    def _counted(app: App, name: Name) -> str:
        """What the tries of an unknown *name* are counted under: a number in one spelling."""
        number = Logins._number(app, name)
        return number.e164 if number else str(name)

    @staticmethod
    def _number(app: App, name: Name) -> PhoneNumber | None:
        """The number that a name looks like."""
        settings = app.settings
        return number_like(name.username, settings.home_region, loosely=settings.loose_numbers)

    @staticmethod
    def _matches(user: User | None, password: object, *, discreet: bool) -> bool:
        if not isinstance(password, str) or not passwords.wellformed(password):
            return False
        kept = user.password if user else ""
        if discreet and (not kept or passwords.outdated(kept)):
            passwords.waste(password)  # as long as one of ours takes
        return passwords.matches(password, kept)

    def _rehashed(self, user: User, password: str) -> User:
        """*user* with a hash of ours, if theirs is another's or an older one."""
        if not passwords.outdated(user.password):
            return user
        old, hashed = user.password, passwords.hash(password)

        def made(user: User) -> User:
            return replace(user, password=hashed) if user.password == old else user

        return self.people.change(user, made, guard=same_password(user, password))
