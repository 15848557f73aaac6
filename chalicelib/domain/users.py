"""This is where a user is: who they are, what is theirs alone, and what others see of them."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from . import identities
from .claims import Claim, Holding, Kind, PhoneProof, email_claim, link_claim, phone_claim
from .errors import InvalidPhoneNumber
from .fields import NAMED, PROTECTED, UNSAID
from .instants import iso
from .messages import Channel
from .phones import PhoneNumber
from .sessions import Session
from .updates import Document
from .user_errors import InvalidEmail, InvalidUsername, MissingUsername, WrongType

_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")
#: Nothing but a number, however it is written.
_NUMBERED = re.compile(r"\+?[0-9][0-9 ()./-]{5,}")
_EMAIL = re.compile(r"[^\s@\x00-\x1f]{1,64}@[^\s@\x00-\x1f.]+(\.[^\s@\x00-\x1f.]+)+")
_LONGEST_NAME, _LONGEST_EMAIL = 256, 254


@dataclass(frozen=True, slots=True)
class User:
    """One user of an app.

    *phone_said* is the number as its owner wrote it, which is how they see it.  *password* is
    its hash, empty for none, with which no password opens.  *auth* is their `authData`, and
    *fields* are what the app keeps of them.  *doubted* says that the phone was proved by somebody
    who was not logged in, so that the links may be another's.  *proof* is the latest by which
    the phone was proved; who was brought along has none.  *version* counts the changes.
    """

    app: str
    id: str
    created_at: datetime
    updated_at: datetime
    username: str = field(default="", repr=False)
    phone: PhoneNumber | None = None
    phone_said: str = field(default="", repr=False)
    phone_verified: bool = False
    email: str = field(default="", repr=False)
    email_verified: bool = False
    password: str = field(default="", repr=False)
    session: Session = field(default_factory=Session, repr=False)
    auth: Mapping[str, Any] = field(default_factory=dict, repr=False)
    fields: Mapping[str, Any] = field(default_factory=dict, repr=False)
    version: int = 0
    doubted: bool = False
    proof: PhoneProof | None = None

    @classmethod
    def new(cls, app: str, *, now: datetime) -> "User":
        """A user of whom nothing is known yet, with an id as MongoDB makes them."""
        id = f"{int(now.timestamp()):08x}{secrets.token_hex(8)}"
        return cls(app, id, now, now)

    @staticmethod
    def named(id: str) -> bool:
        """Whether *id* has the form of a user's."""
        return _ID.fullmatch(id) is not None

    @property
    def claims(self) -> dict[Claim, Holding]:
        """What is theirs alone."""
        found = {Claim(Kind.SESSION, seal): Holding(self.id) for seal in self.session.seals}
        if self.username:
            found[Claim(Kind.USERNAME, self.username)] = Holding(self.id)
        if self.phone:
            found[phone_claim(self.phone)] = Holding(self.id, self.phone_verified)
        if self.email:
            found[email_claim(self.email)] = Holding(self.id)
        for platform, uid in identities.links(self.auth).items():
            found[link_claim(platform, uid)] = Holding(self.id)
        return found

    @property
    def context(self) -> str:
        """What a secret of this user's is bound to."""
        return f"{self.app}\0{self.id}"

    @property
    def document(self) -> Document:
        """What can be written of the user, by its names."""
        said: Document = {**self.fields}
        if self.username:
            said["username"] = self.username
        if self.phone:
            said["mobilePhoneNumber"] = self.phone_said or self.phone.e164
        if self.email:
            said["email"] = self.email
        if self.auth:
            said["authData"] = dict(self.auth)
        return said

    def shown(self, *, whole: bool) -> Document:
        """The user on the wire; the *whole* one to themselves and to the master key alone."""
        said = self.document
        if not whole:
            hidden = PROTECTED | {"ACL"}
            if _NUMBERED.fullmatch(self.username):  # as it is with those who signed up by code
                hidden |= {"username"}
            said = {name: value for name, value in said.items() if name not in hidden}
        said |= {
            "objectId": self.id,
            "createdAt": iso(self.created_at),
            "updatedAt": iso(self.updated_at),
            "mobilePhoneVerified": self.phone_verified,
            "emailVerified": self.email_verified,
        }
        return {name: value for name, value in said.items() if name != UNSAID}

    def readable_by(self, viewer: str) -> bool:
        """Whether the ACL lets *viewer*, a user's id, read this user; without one it does."""
        acl = self.fields.get("ACL")
        if acl is None or viewer == self.id:
            return True
        if not isinstance(acl, Mapping):
            return False
        rights = (acl.get("*"), acl.get(viewer) if viewer else None)
        return any(isinstance(one, Mapping) and one.get("read") is True for one in rights)

    def written(self, said: Mapping[str, Any], *, home: str, now: datetime) -> "User":
        """The user with the document *said* in the place of theirs; the password is not in it.

        A number that changes is not verified; one of the same phone is the same.  Raises a
        Refusal for a name, number, address or `authData` that cannot be one.
        """
        name = _username(said.get("username"))
        phone, phone_said = self._phone(said.get("mobilePhoneNumber"), home)
        email = _email(said.get("email"))
        auth = said.get("authData") or {}
        if not isinstance(auth, Mapping):
            raise WrongType("authData")
        auth = identities.merged({}, auth)
        identities.links(auth)
        if not isinstance(said.get("ACL", {}), Mapping):
            raise WrongType("ACL")
        return replace(
            self,
            username=name,
            phone=phone,
            phone_said=phone_said,
            phone_verified=self.phone_verified and phone == self.phone,
            email=email,
            email_verified=self.email_verified and email == self.email,
            auth=auth,
            fields={key: value for key, value in said.items() if key not in NAMED},
            updated_at=max(now, self.updated_at),
        )

    def with_phone(
        self, phone: PhoneNumber, said: str, *, proof: PhoneProof | None = None, now: datetime
    ) -> "User":
        """The user whose number *phone* is, by *proof*."""
        said = self.phone_said if phone == self.phone else said
        changed = replace(self, phone=phone, phone_said=said, phone_verified=True, proof=proof)
        return replace(changed, updated_at=max(now, self.updated_at))

    def without_phone(self, *, now: datetime) -> "User":
        """The user whose number somebody else has proved to be theirs."""
        changed = replace(self, phone=None, phone_said="", phone_verified=False)
        return replace(changed, updated_at=max(now, self.updated_at))

    def with_session(self, session: Session) -> "User":
        return replace(self, session=session)

    def with_password(self, hashed: str, *, now: datetime) -> "User":
        """The user with another password: whoever has one is not anonymous any more."""
        auth = identities.merged(self.auth, {"anonymous": None})
        return replace(self, password=hashed, auth=auth, updated_at=max(now, self.updated_at))

    def reset(self, hashed: str, phone: PhoneNumber, *, proof: PhoneProof, now: datetime) -> "User":
        """The user whose owner, who has *phone*, has set a new password.

        Links that were perhaps planted, before anybody proved the phone, do not outlive it.
        """
        planted = self.doubted or not self.phone_verified
        kept = replace(self, auth={}, doubted=False) if planted else self
        return kept.with_phone(phone, "", proof=proof, now=now).with_password(hashed, now=now)

    def _phone(self, said: Any, home: str) -> tuple[PhoneNumber | None, str]:
        if said is None or said == "":
            return None, ""
        if isinstance(said, int) and not isinstance(said, bool):
            said = str(said)
        if not isinstance(said, str):
            raise InvalidPhoneNumber("not a string")
        if self.phone and said == (self.phone_said or self.phone.e164):
            return self.phone, self.phone_said  # wherever the app's home is by now
        phone = PhoneNumber.parse(said, home)
        return phone, said.strip()


@dataclass(frozen=True, slots=True)
class Change:
    """A user as they were and as they are to be; None where they are not."""

    before: User | None
    after: User | None


def number_like(name: str, home: str, *, loosely: bool = False) -> PhoneNumber | None:
    """The mobile number that *name* looks like; None for one that looks like none."""
    try:
        phone = PhoneNumber.parse(name, home)
    except InvalidPhoneNumber:
        return None
    return phone if phone.reached_by(Channel.SMS, loosely=loosely) else None


def _username(said: Any) -> str:
    if said is None or said == "":
        return ""
    if not isinstance(said, str) or not said.strip():
        raise InvalidUsername
    if len(said) > _LONGEST_NAME or not said.isprintable():
        raise InvalidUsername(f"it must be at most {_LONGEST_NAME} printable characters")
    return said


def _email(said: Any) -> str:
    if said is None or said == "":
        return ""
    if not isinstance(said, str) or len(said) > _LONGEST_EMAIL or not _EMAIL.fullmatch(said):
        raise InvalidEmail
    return said


def must_be_named(user: User) -> None:
    """Raises MissingUsername for a *user* without a name."""
    if not user.username:
        raise MissingUsername
