"""This is where it stands what is one user's alone: names, numbers, addresses, tokens, links."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from . import sessions
from .errors import Refusal
from .phones import PhoneNumber
from .user_errors import EmailTaken, LinkTaken, PhoneTaken, UsernameTaken


class Kind(StrEnum):
    """What a user is found by."""

    USERNAME = "username"
    PHONE = "phone"
    EMAIL = "email"
    SESSION = "session"
    LINK = "link"


#: What to answer when it is somebody else's.  A session token is random: none is.
_TAKEN: dict[Kind, type[Refusal]] = {
    Kind.USERNAME: UsernameTaken,
    Kind.PHONE: PhoneTaken,
    Kind.EMAIL: EmailTaken,
    Kind.LINK: LinkTaken,
}


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that is one user's alone: in its canonical form, a session token sealed."""

    kind: Kind
    value: str = field(repr=False)

    def __str__(self) -> str:
        return f"{self.kind}#{self.value}"


@dataclass(frozen=True, slots=True)
class Holding:
    """Who has a claim; a phone that is not *proved* is a wish, until somebody proves it."""

    user: str
    proved: bool = True


class Via(StrEnum):
    """By which call a code proved that a phone is somebody's."""

    VERIFY = "verify"  # verifyMobilePhone
    CHANGE = "change"  # changePhoneNumber
    SIGN_UP = "sign_up"  # usersByMobilePhone
    RESET = "reset"  # resetPasswordBySmsCode


@dataclass(frozen=True, slots=True)
class PhoneProof:
    """That a code proved the phone: *id* is the request's which redeemed it."""

    id: str
    via: Via
    at: datetime


class Taken(Exception):
    """A claim is somebody else's already."""

    def __init__(self, claim: Claim) -> None:
        super().__init__(claim.kind)
        self.claim = claim

    @property
    def refusal(self) -> Refusal:
        """What the client reads."""
        return _TAKEN[self.claim.kind](f"{self.claim.kind} taken")


def phone_claim(phone: PhoneNumber) -> Claim:
    return Claim(Kind.PHONE, phone.e164)


def email_claim(email: str) -> Claim:
    return Claim(Kind.EMAIL, email)


def session_claim(token: str) -> Claim:
    return Claim(Kind.SESSION, sessions.seal(token))


def link_claim(platform: str, uid: str) -> Claim:
    return Claim(Kind.LINK, f"{platform}#{uid}")
