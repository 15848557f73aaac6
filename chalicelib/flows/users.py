"""This is where users are made, read and changed, by themselves and by the master key."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from ..domain import conditions, identities, passwords, sessions
from ..domain.apps import App
from ..domain.claims import Taken
from ..domain.errors import InvalidPhoneNumber, NotAllowed
from ..domain.messages import Channel
from ..domain.updates import updated
from ..domain.user_errors import (
    Forbidden,
    InvalidUsername,
    LinkTaken,
    MissingPassword,
    NoEffect,
    SessionRequired,
    ThirdPartyClosed,
    UserNotFound,
    WrongPassword,
)
from ..domain.users import (
    Change,
    User,
    link_claim,
    number_like,
    selected,
    username,
    writable,
)
from .gates import Gates
from .people import People, SignedIn
from .phones import Phones

#: How often a link may be taken by another while its user signs up: then they are known.
_RACES = 3


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the user of a session, if there is one, and whether it is by the master key."""

    user: User | None
    master: bool
    validate_token: str = field(default="", repr=False)

    def is_(self, id: str) -> bool:
        """Whether it is the user *id* themselves."""
        return self.user is not None and self.user.id == id


@dataclass(eq=False, repr=False)
class Users:
    """The users as they see themselves."""

    people: People
    phones: Phones
    gates: Gates

    def sign_up(
        self,
        app: App,
        given: Mapping[str, Any],
        *,
        caller: Caller,
        known_only: bool,
        now: datetime,
    ) -> SignedIn:
        """A new user, or the one whom `authData` names; *known_only* makes none."""
        auth = given.get("authData")
        if not auth or not isinstance(auth, Mapping):
            if known_only:
                raise UserNotFound("no authData")
            return self._new(app, given, caller=caller, now=now)
        if not app.settings.third_party_enabled and not caller.master:
            raise ThirdPartyClosed
        for _ in range(_RACES):
            known = self._linked(app, auth)
            if known:
                return self._joined(app, known, auth, now=now)
            if known_only:
                raise UserNotFound("unknown link")
            try:
                return self._new(app, given, caller=caller, now=now)
            except LinkTaken:  # by a call that came between
                continue
        raise LinkTaken("in great demand")

    def read(self, app: App, id: str, *, caller: Caller, keys: str = "") -> dict[str, Any]:
        """A user as *caller* may see them, of *keys* alone if there are any; or UserNotFound."""
        user = self.people.read(app, id)
        viewer = caller.user.id if caller.user else ""
        if not caller.master and not user.readable_by(viewer):
            raise UserNotFound("acl")
        return selected(user.shown(whole=caller.master or caller.is_(id)), keys)

    def update(
        self,
        app: App,
        id: str,
        given: Mapping[str, Any],
        *,
        caller: Caller,
        where: Mapping[str, Any],
        now: datetime,
    ) -> tuple[User, str]:
        """Change a user as *given* says, if they are as *where* says; with a new token, if any.

        Raises SessionRequired, UserNotFound, NoEffect, and what is wrong with a field.
        """
        self._admit(id, caller)
        said = writable(given, master=caller.master)
        hashed = ""
        if "password" in said:
            if app.settings.old_password_required and not caller.master:
                raise NotAllowed("old_password_required")
            hashed = passwords.hash(self._checked(app, said.pop("password")))
        token = sessions.draw() if hashed and app.settings.force_relogin else ""

        def made(before: User) -> User:
            if where and not conditions.met(where, before.shown(whole=True)):
                raise NoEffect
            after = self._written(app, before, said, caller=caller, now=now)
            username(after)
            if hashed:
                # Whoever has a password is not anonymous; SDKs take that for granted.
                auth = identities.merged(after.auth, {"anonymous": None})
                after = replace(after, auth=auth).with_password(hashed, now=now)
            return after.with_session(self.people.session(after, token)) if token else after

        before = caller.user if caller.is_(id) and caller.user else self.people.read(app, id)
        after = self.people.change(before, made)
        if after.phone != before.phone:
            self._verify(app, after, caller=caller, now=now)
        return after, token

    def delete(self, app: App, id: str, *, caller: Caller) -> None:
        """Delete a user, and let go what was theirs alone."""
        self._admit(id, caller)
        self.people.remove(self.people.read(app, id))

    def update_password(
        self, app: App, id: str, old: object, new: object, *, caller: Caller, now: datetime
    ) -> SignedIn:
        """A new password for whoever knows the old one; raises WrongPassword or LoginLocked."""
        if not caller.is_(id) or not caller.user:
            raise SessionRequired("not their own")
        if not old:
            raise MissingPassword("old_password")
        checked = self._checked(app, new)
        with self.gates.counted(app, caller.user, now=now):
            if not isinstance(old, str) or not passwords.matches(old, caller.user.password):
                raise WrongPassword("old_password")
        hashed = passwords.hash(checked)
        token = sessions.draw() if app.settings.force_relogin else ""

        def made(user: User) -> User:
            after = user.with_password(hashed, now=now)
            return after.with_session(self.people.session(after, token)) if token else after

        return self.people.signed_in(self.people.change(caller.user, made))

    def refresh(self, app: App, id: str, *, caller: Caller, now: datetime) -> SignedIn:
        """A new session token; the old ones end."""
        self._admit(id, caller)
        token = sessions.draw()

        def made(user: User) -> User:
            session = self.people.session(user, token)
            return replace(user.with_session(session), updated_at=max(now, user.updated_at))

        return SignedIn(self.people.change(self.people.read(app, id), made), token)

    def new(
        self, app: App, user: User, given: Mapping[str, Any], *, caller: Caller, now: datetime
    ) -> User:
        """*user* with what a new one is *given*, a session and, if one is given, a password."""
        said = writable(given, master=caller.master)
        hashed = ""
        if "password" in said and said["password"] not in (None, ""):
            hashed = passwords.hash(self._checked(app, said["password"]))
        said.pop("password", None)
        made = self._written(app, user, said, caller=caller, now=now)
        made = replace(made, password=hashed)
        return made.with_session(self.people.session(made, sessions.draw()))

    def _new(
        self, app: App, given: Mapping[str, Any], *, caller: Caller, now: datetime
    ) -> SignedIn:
        if not app.settings.sign_up_enabled and not caller.master:
            raise Forbidden("sign_up_enabled is off")
        if given.get("authData"):
            given = {**given, "username": given.get("username") or sessions.draw()}
        user = self.new(app, User.new(app.id, now=now), given, caller=caller, now=now)
        username(user)
        if not user.password and not user.auth:
            raise MissingPassword
        try:
            self.people.users.write([Change(None, user)])
        except Taken as taken:
            raise taken.refusal from None
        user = replace(user, version=1)
        self._verify(app, user, caller=caller, now=now)
        return self.people.signed_in(user, created=True)

    def _linked(self, app: App, auth: Mapping[str, Any]) -> User | None:
        """The user whom *auth* names; raises LinkTaken for several."""
        links = [link_claim(platform, uid) for platform, uid in identities.links(auth).items()]
        users = {user.id: user for user in (self.people.found(app, one) for one in links) if user}
        if len(users) > 1:
            raise LinkTaken("several users")
        return next(iter(users.values()), None)

    def _joined(self, app: App, user: User, auth: Mapping[str, Any], *, now: datetime) -> SignedIn:
        """The known *user*, with what the platforms said this time."""

        def made(user: User) -> User:
            both = identities.merged(user.auth, auth)
            if both == user.auth:
                return user
            return replace(user, auth=both, updated_at=max(now, user.updated_at))

        return self.people.signed_in(self.people.change(user, made))

    def _written(
        self, app: App, before: User, said: Mapping[str, Any], *, caller: Caller, now: datetime
    ) -> User:
        """*before* with the changes *said*, if they may be made."""
        auth = said.get("authData")
        if isinstance(auth, Mapping) and "__op" not in auth:
            said = {**said, "authData": identities.merged(before.auth, auth)}
        after = before.written(
            updated(before.document, said), home=app.settings.home_region, now=now
        )
        if caller.master:
            after = replace(
                after,
                phone_verified=_switch(said, "mobilePhoneVerified", after.phone_verified),
                email_verified=_switch(said, "emailVerified", after.email_verified),
            )
            return after
        if after.phone and after.phone != before.phone:
            known = after.phone.e164 in app.settings.test_numbers
            loosely = app.settings.loose_numbers
            if not known and not after.phone.reached_by(Channel.SMS, loosely=loosely):
                raise InvalidPhoneNumber("not reached by sms")
        if after.username != before.username:
            number = number_like(after.username, app.settings.home_region)
            if number and number != after.phone:
                raise InvalidUsername("it is a phone number, and not the user's own")
        return after

    def _verify(self, app: App, user: User, *, caller: Caller, now: datetime) -> None:
        """Send a code to a number that is new, where the app wants that."""
        if user.phone and not user.phone_verified and app.settings.verify_on_sign_up:
            self.phones.send_unasked(app, user.phone, validate_token=caller.validate_token, now=now)

    @staticmethod
    def _admit(id: str, caller: Caller) -> None:
        if not caller.master and not caller.is_(id):
            raise SessionRequired("not their own")

    @staticmethod
    def _checked(app: App, password: object) -> str:
        settings = app.settings
        return passwords.check(
            password, least=settings.password_least, common=settings.common_passwords
        )


def _switch(said: Mapping[str, Any], name: str, default: bool) -> bool:
    value = said.get(name)
    return value if isinstance(value, bool) else default
