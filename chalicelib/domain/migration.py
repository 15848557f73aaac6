"""This is where users come out of LeanCloud's export of `_User`, and go home in the same form.

A row is a user on the wire with what the wire never shows: `sessionToken`, and the password as
`password` and `salt`, as `bcryptPassword`, or, which only we write, as `argon2Password`.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from . import passwords, sessions
from .codes import Keyring
from .errors import InvalidPhoneNumber, Refusal
from .fields import NAMED
from .instants import iso
from .phones import PhoneNumber
from .sessions import Session
from .updates import Document
from .user_errors import InvalidEmail, InvalidUsername
from .users import User

#: Bytes of a user as they are kept: an item of DynamoDB's has 400 KB, its keys and all.
LARGEST = 350_000

#: The index of users counts milliseconds since 1970 in fourteen digits.
_YEARS = range(1970, 5138)
#: No more memory than a login has: whoever wrote the file has written these numbers.
_ARGON2 = re.compile(
    r"\$argon2id\$v=19\$m=[0-9]{1,5},t=[0-9]{1,2},p=[0-9]{1,2}\$[A-Za-z0-9+/]{8,86}\$[A-Za-z0-9+/]{16,86}"
)

#: What is wrong with a row when the user will not have it.
_SAID: Mapping[type[Refusal], str] = {
    InvalidUsername: "username: blank, unprintable, or longer than 256 characters",
    InvalidPhoneNumber: "mobilePhoneNumber: not a phone number",
    InvalidEmail: "email: not an e-mail address",
}
#: What is wrong with each form of a password when it is wrong.
_PASSWORDS = {
    "argon2Password": "argon2Password: not a hash of argon2id's",
    "bcryptPassword": "bcryptPassword: not a hash of bcrypt's",
    "password": "password and salt: no pair of LeanCloud's",
    "salt": "password and salt: no pair of LeanCloud's",
}
_AUTH = "authData: no object of platforms, each with its id"


class BadRow(Exception):
    """A row that cannot be a user; *reason* names the field, and nothing that stands in it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def id_of(said: object) -> str:
    """Whose row it is; raises BadRow."""
    if not isinstance(said, Mapping):
        raise BadRow("not an object")
    id = said.get("objectId")
    if id is None:
        raise BadRow("objectId: missing")
    if not isinstance(id, str) or not User.named(id):
        raise BadRow("objectId: not 1 to 64 letters, digits, - or _")
    return id


def user_of(said: Mapping[str, Any], *, app: str, home: str, keyring: Keyring) -> User:
    """The user that a row *said* of the export; null says nothing.  Raises BadRow."""
    id = id_of(said)
    said = {name: value for name, value in said.items() if not _silent(name, value)}
    _check_text(said)
    made = _instant(said, "createdAt")
    changed = _instant(said, "updatedAt") if "updatedAt" in said else made
    try:
        user = User(app, id, made, changed).written(said, home=home, now=changed)
    except Refusal as refusal:
        raise BadRow(_SAID.get(type(refusal), _AUTH)) from refusal
    user = replace(
        user,
        phone_verified=_switch(said, "mobilePhoneVerified") and user.phone is not None,
        email_verified=_switch(said, "emailVerified") and bool(user.email),
        password=_password(said),
    )
    if not user.claims:
        raise BadRow("no username, mobilePhoneNumber, email or authData")
    if "sessionToken" in said:
        user = user.with_session(_session(said["sessionToken"], keyring, user))
    if weight(user) > LARGEST:
        raise BadRow(f"larger than {LARGEST // 1000} kB")
    return user


def row_of(user: User, *, home: str, keyring: Keyring) -> Document:
    """What a row says of *user*; without their session token when its pepper is gone."""
    row: Document = {
        "objectId": user.id,
        **user.document,
        "mobilePhoneVerified": user.phone_verified,
        "emailVerified": user.email_verified,
        **_kept(user.password),
        "createdAt": iso(user.created_at),
        "updatedAt": iso(user.updated_at),
    }
    if user.phone and not _reads_as(user.phone_said, home, user.phone):
        row["mobilePhoneNumber"] = user.phone.e164
    token = user.session.token(keyring, user.context)
    if token:
        row["sessionToken"] = token
    return row


def weight(user: User) -> int:
    """Bytes of *user* as they are kept, but for some hundreds that are the same for all."""
    texts = (user.username, user.email, user.password, user.phone_said)
    return sum(len(text.encode()) for text in texts) + sum(
        len(json.dumps(dict(said))) for said in (user.fields, user.auth)
    )


def password_kind(kept: str) -> str:
    """Whose scheme a password is kept in: ``leancloud``, ``bcrypt``, ``argon2`` or ``none``."""
    if not kept:
        return "none"
    if passwords.of_leancloud(kept):
        return "leancloud"
    return "argon2" if kept.startswith("$argon2") else "bcrypt"


def _silent(name: str, value: object) -> bool:
    """Whether a field says nothing: an app's own may well be empty text."""
    return value is None or (value == "" and name in NAMED)


def _check_text(said: Mapping[str, Any]) -> None:
    """Refuse what JSON's grammar lets through and nobody can keep or say again."""
    try:
        json.dumps(said, ensure_ascii=False, allow_nan=False).encode()
    except UnicodeEncodeError:
        raise BadRow("text that is not Unicode") from None
    except ValueError:
        raise BadRow("a number that is too large") from None
    except RecursionError:
        raise BadRow("objects too deep in one another") from None


def _instant(said: Mapping[str, Any], name: str) -> datetime:
    """The instant, to the millisecond as LeanCloud has it: text, or a date as other fields are."""
    text = said.get(name)
    if isinstance(text, Mapping) and text.get("__type") == "Date":
        text = text.get("iso")
    try:
        said_at = datetime.fromisoformat(_text(text))
        at = said_at.astimezone(UTC)
        if said_at.tzinfo is None or at.year not in _YEARS:
            raise ValueError("of no zone, or of another age")
    except (ValueError, OverflowError):
        raise BadRow(f"{name}: not a date") from None
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def _switch(said: Mapping[str, Any], name: str) -> bool:
    value = said.get(name, False)
    if not isinstance(value, bool):
        raise BadRow(f"{name}: neither true nor false")
    return value


def _password(said: Mapping[str, Any]) -> str:
    """What is kept of the password a row brings; empty for none."""
    brought = [name for name in _PASSWORDS if name in said]
    if not brought:
        return ""
    if len({_PASSWORDS[name] for name in brought}) > 1:
        raise BadRow("more than one password")  # and nobody knows which is the latest
    try:
        if "argon2Password" in said:
            return _argon2(_text(said["argon2Password"]))
        if "bcryptPassword" in said:
            return passwords.bcrypt(_text(said["bcryptPassword"]))
        return passwords.leancloud(_text(said.get("salt")), _text(said.get("password")))
    except ValueError:
        raise BadRow(_PASSWORDS[brought[0]]) from None


def _argon2(hashed: str) -> str:
    if not _ARGON2.fullmatch(hashed):
        raise ValueError("no hash of argon2id's")
    return hashed


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("no text")
    return value


def _session(token: object, keyring: Keyring, user: User) -> Session:
    if not isinstance(token, str) or not sessions.wellformed(token):
        raise BadRow("sessionToken: not 1 to 128 printable ASCII characters")
    return Session.of(token, keyring, user.context)


def _kept(password: str) -> Document:
    kind = password_kind(password)
    if kind == "leancloud":
        salt, digest = passwords.of_leancloud(password) or ("", "")
        return {"password": digest, "salt": salt}
    return {f"{kind}Password": password} if password else {}


def _reads_as(said: str, home: str, phone: PhoneNumber) -> bool:
    """Whether *said* is still *phone*: the app may have moved since."""
    try:
        return PhoneNumber.parse(said, home) == phone
    except InvalidPhoneNumber:
        return False
