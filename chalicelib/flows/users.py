"""This is where users are read and changed, by themselves and by the master key."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ..domain import conditions, passwords, sessions
from ..domain.apps import App
from ..domain.errors import NotAllowed
from ..domain.fields import selected, writable
from ..domain.profiles import written
from ..domain.user_errors import (
    MissingPassword,
    NoEffect,
    SessionRequired,
    UserNotFound,
    WrongPassword,
)
from ..domain.users import User, must_be_named
from .gates import Gates
from .people import Caller, Guard, People, SignedIn, same_password, same_session, unguarded
from .phones import Phones


@dataclass(eq=False, repr=False)
class Users:
    """The users as they see themselves."""

    people: People
    phones: Phones
    gates: Gates

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
        said = writable(given, master=caller.master)
        hashed = ""
        if "password" in said:
            if app.settings.old_password_required and not caller.master:
                raise NotAllowed("old_password_required")
            hashed = passwords.hash(app.settings.password(said.pop("password")))
        token = sessions.draw() if hashed and app.settings.force_relogin else ""

        def made(before: User) -> User:
            if where and not conditions.met(where, before.shown(whole=True)):
                raise NoEffect
            after = written(app, before, said, master=caller.master, now=now)
            must_be_named(after)
            if hashed:
                after = after.with_password(hashed, now=now)
            return after.with_session(self.people.session(after, token)) if token else after

        before, guard = self._known(app, id, caller)
        after = self.people.change(before, made, guard=guard)
        if after.phone != before.phone:
            self.phones.greet(app, after, caller=caller, now=now)
        return after, token

    def delete(self, app: App, id: str, *, caller: Caller) -> None:
        """Delete a user, and let go what was theirs alone."""
        user, guard = self._known(app, id, caller)
        self.people.remove(user, guard=guard)

    def update_password(
        self, app: App, id: str, old: object, new: object, *, caller: Caller, now: datetime
    ) -> SignedIn:
        """A new password for whoever knows the old one; raises WrongPassword or LoginLocked."""
        if not caller.is_(id) or not caller.user:
            raise SessionRequired("not their own")
        if not old:
            raise MissingPassword("old_password")
        checked = app.settings.password(new)
        with self.gates.counted(app, caller.user, now=now):
            if not isinstance(old, str) or not passwords.matches(old, caller.user.password):
                raise WrongPassword("old_password")
        hashed = passwords.hash(checked)
        token = sessions.draw() if app.settings.force_relogin else ""

        def made(user: User) -> User:
            after = user.with_password(hashed, now=now)
            return after.with_session(self.people.session(after, token)) if token else after

        guard = same_password(caller.user, str(old))
        return self.people.signed_in(self.people.change(caller.user, made, guard=guard))

    def refresh(self, app: App, id: str, *, caller: Caller, now: datetime) -> SignedIn:
        """A new session token; the old ones end."""
        before, guard = self._known(app, id, caller)
        token = sessions.draw()

        def made(user: User) -> User:
            session = self.people.session(user, token)
            return replace(user.with_session(session), updated_at=max(now, user.updated_at))

        return SignedIn(self.people.change(before, made, guard=guard), token)

    def unlock(self, app: App, id: str) -> None:
        """Let a user log in who failed too often, as a reset of their password does."""
        self.gates.forgive(app, self.people.read(app, id))

    def _known(self, app: App, id: str, caller: Caller) -> tuple[User, Guard]:
        """The user *id* whom *caller* may change, and for how long; raises SessionRequired."""
        if caller.master:
            return self.people.read(app, id), unguarded
        if not caller.user or not caller.is_(id):
            raise SessionRequired("not their own")
        return caller.user, same_session(caller.user)
