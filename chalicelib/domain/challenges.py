"""This is where a challenge is: a code was sent for a purpose, and an answer is awaited."""

import hmac
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from .codes import Keyring
from .phones import PhoneNumber

#: LeanCloud's longest life of a code.
LONGEST_TTL = timedelta(minutes=30)

#: Guesses judged per challenge, as Twilio Verify, Ory Kratos and SuperTokens have it.
GUESSES = 5


class Purpose(StrEnum):
    """What a code is good for; one cut for one purpose opens no other."""

    OPERATION = "operation"
    LOGIN = "login"
    VERIFY_PHONE = "verify_phone"
    RESET_PASSWORD = "reset_password"  # noqa: S105  not one
    CHANGE_PHONE = "change_phone"


@dataclass(frozen=True, slots=True)
class Challenge:
    """One code that is out.

    *record* is the id of the request that last sent it.  *tried* holds the marks of the
    guesses judged so far, in their order: see `Codebook.mark`.  *redeemed* names the request
    that opened it together with what it was for, if it was opened so.
    """

    nonce: str = field(repr=False)
    expires_at: datetime
    record: str = ""
    tried: tuple[str, ...] = field(default=(), repr=False)
    redeemed: str = ""

    def open(self, now: datetime) -> bool:
        """Whether a guess would still be judged."""
        # Expiry is judged here, not by the table: DynamoDB may keep an expired item for days.
        return now < self.expires_at and len(self.tried) < GUESSES

    def resent(self, expires_at: datetime, record: str) -> "Challenge":
        """The same digits sent again: they live longer, the guesses spent stay spent."""
        return replace(self, expires_at=max(self.expires_at, expires_at), record=record)

    def guessed(self, mark: str) -> "Challenge":
        return replace(self, tried=(*self.tried, mark))


@dataclass(frozen=True, slots=True)
class Codebook:
    """What opens the challenges of one phone in one app."""

    keyring: Keyring
    app: str
    phone: PhoneNumber
    fixed: str | None = field(default=None, repr=False)
    """A test number's code, the same for every challenge."""

    def code(self, purpose: Purpose, challenge: Challenge) -> str | None:
        """The digits sent for *challenge*; None when its pepper has been retired."""
        return self.fixed or self.keyring.code(challenge.nonce, self._context(purpose))

    def mark(self, purpose: Purpose, guess: str, *, by: str) -> str:
        """What is kept of a *guess* that came *by* one request.

        It holds the guess's seal under every pepper of the ring, for another sandbox may not
        know the newest yet, and the request, so that no retry is taken for another guess.
        """
        return "+".join((*self.keyring.seals(guess, self._context(purpose)), by))

    def opens(self, purpose: Purpose, before: Challenge, guess: str) -> bool:
        """Whether *guess* opens the challenge as it stood *before* the guess was counted.

        A right guess that was tried before has opened it already: once is enough.
        """
        code = self.code(purpose, before)
        if code is None or not hmac.compare_digest(code.encode(), guess.encode()):
            return False
        return not self.opened(purpose, before)

    def opened(self, purpose: Purpose, challenge: Challenge) -> bool:
        """Whether the challenge was redeemed, or the right code is among the guesses."""
        if challenge.redeemed:
            return True
        code = self.code(purpose, challenge)
        if code is None:
            return False
        seals = set(self.keyring.seals(code, self._context(purpose)))
        return any(not seals.isdisjoint(mark.split("+")) for mark in challenge.tried)

    def _context(self, purpose: Purpose) -> str:
        return f"{self.app}\0{self.phone.e164}\0{purpose}"


@dataclass(frozen=True, slots=True)
class Proof:
    """A right guess that was counted and has opened nothing yet.

    It is redeemed by *id* together with what it is for, or not at all: a code is not burned by
    an effect that fails.  *seen* is who wrote the line last when the guess was judged.
    """

    codebook: Codebook = field(repr=False)
    purpose: Purpose
    challenge: Challenge
    seen: str
    id: str

    @property
    def phone(self) -> PhoneNumber:
        """Whose the phone is, is proved."""
        return self.codebook.phone
