"""This is where somebody becomes a user."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from ..domain import identities, passwords, sessions
from ..domain.apps import App
from ..domain.claims import Kind, Taken, link_claim
from ..domain.fields import writable
from ..domain.profiles import written
from ..domain.user_errors import (
    Forbidden,
    LinkTaken,
    MissingPassword,
    ThirdPartyClosed,
    UserNotFound,
)
from ..domain.users import Change, User, must_be_named
from .people import Caller, People, SignedIn
from .phones import Phones

#: How often a link may be taken by another while its user signs up: then they are known.
_RACES = 3


#: What is most often taken is looked at before a password is hashed or a guess is spent.
_LOOKED_AT = frozenset({Kind.USERNAME, Kind.EMAIL})


@dataclass(frozen=True, slots=True)
class Draft:
    """Somebody who may become a user, and the password that is still to be hashed."""

    user: User
    password: str = field(repr=False)


@dataclass(eq=False, repr=False)
class SignUps:
    """Makes users."""

    people: People
    phones: Phones

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

    def draft(
        self, app: App, user: User, given: Mapping[str, Any], *, caller: Caller, now: datetime
    ) -> Draft:
        """*user* with what a new one is *given*; raises what is wrong with it.

        Nothing is hashed yet: it takes its time, and what is refused before costs none.
        """
        if not app.settings.sign_up_enabled and not caller.master:
            raise Forbidden("sign_up_enabled is off")
        said = writable(given, master=caller.master)
        password = said.pop("password", None)
        made = written(app, user, said, master=caller.master, now=now)
        must_be_named(made)
        checked = ""
        if password not in (None, ""):
            checked = app.settings.password(password)
        elif not made.auth and not made.phone_verified:
            raise MissingPassword
        for claim in made.claims:
            # What is written at once decides all the same.
            if claim.kind in _LOOKED_AT and self.people.users.holder(app.id, claim):
                raise Taken(claim).refusal
        return Draft(made, checked)

    def hashed(self, draft: Draft) -> User:
        """The user of *draft*, with a session and a hash of the password."""
        user = draft.user
        if draft.password:
            user = replace(user, password=passwords.hash(draft.password))
        return user.with_session(self.people.session(user, sessions.draw()))

    def _new(
        self, app: App, given: Mapping[str, Any], *, caller: Caller, now: datetime
    ) -> SignedIn:
        if given.get("authData"):
            given = {**given, "username": given.get("username") or sessions.draw()}
        blank = User.new(app.id, now=now)
        user = self.hashed(self.draft(app, blank, given, caller=caller, now=now))
        try:
            self.people.users.write([Change(None, user)])
        except Taken as taken:
            raise taken.refusal from None
        user = replace(user, version=1)
        self.phones.greet(app, user, caller=caller, now=now)
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
