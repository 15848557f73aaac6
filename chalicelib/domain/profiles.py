"""This is where it is judged what may be written to a user."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from . import identities
from .apps import App
from .errors import InvalidPhoneNumber
from .messages import Channel
from .phones import PhoneNumber
from .updates import updated
from .user_errors import InvalidUsername
from .users import User, number_like


def written(
    app: App, before: User, said: Mapping[str, Any], *, master: bool, now: datetime
) -> User:
    """*before* with the changes *said*, but for the password; raises what is wrong with one.

    The *master* key may write what no client may: that something is verified, and any number
    or name.
    """
    auth = said.get("authData")
    if isinstance(auth, Mapping) and "__op" not in auth:
        said = {**said, "authData": identities.merged(before.auth, auth)}
    document = updated(before.document, said)
    after = before.written(document, home=app.settings.home_region, now=now)
    if master:
        return replace(
            after,
            phone_verified=_switch(said, "mobilePhoneVerified", after.phone_verified),
            email_verified=_switch(said, "emailVerified", after.email_verified),
        )
    if after.phone and after.phone != before.phone:
        if not _reached(app, after.phone, now):
            raise InvalidPhoneNumber("not reached by sms")
        if before.version:
            own(app, after.phone, now)
    if after.username != before.username:
        settings = app.settings
        loosely = settings.loose_numbers
        number = number_like(after.username, settings.home_region, loosely=loosely)
        if number and number != after.phone:
            raise InvalidUsername("it is a phone number, and not the user's own")
    return after


def own(app: App, phone: PhoneNumber, now: datetime) -> None:
    """Raises InvalidPhoneNumber for a test number: everybody who tests knows its code.

    New users may be tried with one; who is there already must not be opened by it.
    """
    if app.settings.fixed_code(phone, now):
        raise InvalidPhoneNumber("a test number, and the user is there already")


def _reached(app: App, phone: PhoneNumber, now: datetime) -> bool:
    known = app.settings.fixed_code(phone, now)
    return known is not None or phone.reached_by(Channel.SMS, loosely=app.settings.loose_numbers)


def _switch(said: Mapping[str, Any], name: str, default: bool) -> bool:
    value = said.get(name)
    return value if isinstance(value, bool) else default
