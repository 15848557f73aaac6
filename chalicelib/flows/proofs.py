"""This is where a code that comes back does something: a number verified, a password reset."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from ..domain import passwords, profiles, sessions
from ..domain.apps import App
from ..domain.challenges import Proof, Purpose
from ..domain.claims import PhoneProof, Taken, Via, phone_claim
from ..domain.codes import wellformed
from ..domain.errors import Busy, Conflict, InvalidCode, MissingPhoneNumber
from ..domain.phones import PhoneNumber
from ..domain.user_errors import (
    PhoneNotRegistered,
    PhoneNotVerified,
    PhoneTaken,
    SessionRequired,
)
from ..domain.users import Change, User
from . import ports
from .gates import Gates
from .people import Guard, People, same_session, unguarded
from .phones import Phones
from .pointing import Pointing
from .verification import Verification

#: How often others may change a user while a code of theirs is redeemed.
_RACES = 12


@dataclass(frozen=True, slots=True)
class Handed:
    """A code that comes back, and what tells whose it is: a *phone*, or a session's *user*.

    With neither, *address*, where the call came from, is what is counted.
    """

    code: str = field(repr=False)
    phone: PhoneNumber | None
    user: User | None
    address: str


@dataclass(eq=False, repr=False)
class Proofs:
    """What is proved by a code is done together with its redemption: both, or neither."""

    people: People
    gates: Gates
    verification: Verification
    pointing: Pointing
    phones: Phones
    log: ports.Log

    def verify(self, app: App, handed: Handed, *, now: datetime) -> User:
        """Verify the number that a code was sent to; raises InvalidCode."""
        user, proof = self._proved(app, handed, Purpose.VERIFY_PHONE, now=now)

        def made(user: User) -> User:
            by = PhoneProof(proof.id, Via.VERIFY, now)
            after = user.with_phone(proof.phone, "", proof=by, now=now)
            # Some SDKs send no session here, so that it may be another than who registered it.
            own = user.phone_verified or (handed.user and handed.user.id == user.id)
            return after if own else replace(after, doubted=bool(after.auth))

        return self._done(user, proof, made)

    def reset(self, app: App, handed: Handed, password: object, *, now: datetime) -> User:
        """Give the owner of a phone a new password; all sessions end, and no lock stays."""
        checked = app.settings.password(password)
        user, proof = self._proved(app, handed, Purpose.RESET_PASSWORD, now=now)
        hashed, token = passwords.hash(checked), sessions.draw()

        def made(user: User) -> User:
            by = PhoneProof(proof.id, Via.RESET, now)
            after = user.reset(hashed, proof.phone, proof=by, now=now)
            return after.with_session(self.people.session(after, token))

        user = self._done(user, proof, made, forgotten=self.gates.key(app, user))
        self.phones.tell_of_reset(app, proof.phone, now=now)
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
        profiles.own(app, phone, now)
        proof = self.verification.prove(app, phone, code, (Purpose.CHANGE_PHONE,), now=now)
        by = PhoneProof(proof.id, Via.CHANGE, now)
        return self.take_over(
            app,
            user,
            proof,
            lambda user: user.with_phone(phone, said, proof=by, now=now),
            guard=same_session(user),
        )

    def take_over(
        self,
        app: App,
        user: User,
        proof: Proof,
        made: Callable[[User], User],
        *,
        guard: Guard = unguarded,
    ) -> User:
        """*user* as *made*, with the phone of *proof*: whoever only wished for it loses it.

        When *user* has changed meanwhile, *guard* says whether it may still be made.
        """
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
                if before:
                    user = self.people.again(user, guard=guard)
                continue
            if other:
                self.log("phone_moved", app=app.id, phone=proof.phone.masked, user=other.id)
            return replace(after, version=user.version + 1)
        raise Busy("a phone in great demand", retry_after=timedelta(seconds=1))

    def _free(self, app: App, phone: PhoneNumber, *, but: User) -> None:
        """Raises PhoneTaken if *phone* is proved to be somebody else's than *but*."""
        holding = self.people.users.holder(app.id, phone_claim(phone))
        if holding and holding.proved and holding.user != but.id:
            raise PhoneTaken("proved")

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
            self.gates.missed(app, now=now)
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
