"""This is where a user is found, changed, and handed their session token."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from ..domain import passwords, sessions
from ..domain.apps import App
from ..domain.claims import Claim, Taken, phone_claim, session_claim
from ..domain.errors import Busy, Conflict
from ..domain.phones import PhoneNumber
from ..domain.sessions import Session
from ..domain.user_errors import SessionRequired, UserNotFound, WrongPassword
from ..domain.users import Change, User
from . import ports
from .user_ports import Users

#: How often a user may be changed by others while one change of theirs is made.
_RACES = 12
#: Nothing longer is anybody's: a key of DynamoDB's has 2048 bytes.
_LONGEST_CLAIM = 400


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A user with the token of their session; *created* just now, or known before."""

    user: User
    token: str = field(repr=False)
    created: bool = False


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the user of a session, if there is one, whether by the master key, and where."""

    user: User | None
    master: bool
    validate_token: str = field(default="", repr=False)
    address: str = ""

    def is_(self, id: str) -> bool:
        """Whether it is the user *id* themselves."""
        return self.user is not None and self.user.id == id


#: Says of a user who has changed meanwhile whether one may go on; raises a Refusal if not.
Guard = Callable[[User], None]


def same_session(user: User) -> Guard:
    """Whoever was let in by the session of *user* may go on while it stands."""

    def guard(now: User) -> None:
        if not set(user.session.seals) <= set(now.session.seals):  # others may have come beside
            raise SessionRequired("ended meanwhile")

    return guard


def same_password(user: User, password: str) -> Guard:
    """Whoever was let in by the *password* of *user* may go on while it stands, however hashed."""

    def guard(now: User) -> None:
        if now.password != user.password and not passwords.matches(password, now.password):
            raise WrongPassword("changed meanwhile")

    return guard


def unguarded(now: User) -> None:
    """Whoever changes it may do so whatever comes between."""


@dataclass(eq=False, repr=False)
class People:
    """The users, one at a time."""

    users: Users
    secrets: ports.Secrets

    def read(self, app: App, id: str) -> User:
        """The user *id*; raises UserNotFound."""
        user = self.users.find(app.id, id) if User.named(id) else None
        if user is None:
            raise UserNotFound("no such id")
        return user

    def found(self, app: App, claim: Claim) -> User | None:
        """Whose *claim* is."""
        if len(claim.value) > _LONGEST_CLAIM:
            return None
        holding = self.users.holder(app.id, claim)
        user = self.users.find(app.id, holding.user) if holding else None
        return user if user and claim in user.claims else None

    def by_phone(self, app: App, phone: PhoneNumber) -> User | None:
        """Whose number *phone* is, by proof or by wish."""
        return self.found(app, phone_claim(phone))

    def by_session(self, app: App, token: str) -> User | None:
        """Whose session *token* is."""
        if not sessions.wellformed(token):
            return None
        user = self.found(app, session_claim(token))
        return user if user and user.session.admits(token) else None

    def change(self, user: User, made: Callable[[User], User], *, guard: Guard = unguarded) -> User:
        """*user* as *made* of how they stand; made anew when somebody else was quicker.

        Then *guard* says whether it may still be made.  Raises UserNotFound when they are gone,
        or what is taken.
        """
        for _ in range(_RACES):
            after = made(user)
            if after == user:
                return user
            try:
                self.users.write([Change(user, after)])
            except Taken as taken:
                raise taken.refusal from None
            except Conflict:
                user = self.again(user, guard=guard)
                continue
            return replace(after, version=user.version + 1)
        raise Busy("a user in great demand", retry_after=timedelta(seconds=1))

    def remove(self, user: User, *, guard: Guard = unguarded) -> None:
        """Delete *user*; nothing happens if they are gone."""
        for _ in range(_RACES):
            try:
                self.users.write([Change(user, None)])
                return
            except Conflict:
                found = self.users.find(user.app, user.id)
                if found is None:
                    return
                guard(found)
                user = found
        raise Busy("a user in great demand", retry_after=timedelta(seconds=1))

    def again(self, user: User, *, guard: Guard = unguarded) -> User:
        """*user* as they stand now; raises UserNotFound if they are gone, or what *guard* does."""
        found = self.users.find(user.app, user.id)
        if found is None:
            raise UserNotFound("gone")
        guard(found)
        return found

    def signed_in(self, user: User, *, created: bool = False, guard: Guard = unguarded) -> SignedIn:
        """*user* with the token all their devices share; with a new one if it cannot be told."""
        token = self.token(user)
        if token:
            return SignedIn(user, token, created)
        fresh = sessions.draw()

        def made(user: User) -> User:
            return user.with_session(self.session(user, fresh).beside(user.session))

        return SignedIn(self.change(user, made, guard=guard), fresh, created)

    def token(self, user: User) -> str | None:
        """The user's session token; None if there is none, or it cannot be told any more."""
        session = user.session
        if not session.masked:
            return None
        return session.token(self.secrets.keyring(knowing=session.nonce), user.context)

    def session(self, user: User, token: str) -> Session:
        """The session of *user* with *token* alone: all others end."""
        return Session.of(token, self.secrets.keyring(), user.context)
