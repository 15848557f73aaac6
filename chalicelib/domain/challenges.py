"""This is where a challenge is: a code was sent for a purpose, and an answer is awaited."""

import hmac
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from .codes import Keyring
from .phones import PhoneNumber

#: Guesses judged per challenge, as Twilio Verify, Ory Kratos and SuperTokens have it.
GUESSES = 5


class Purpose(StrEnum):
    """What a code is good for; one cut for one purpose opens no other."""

    OPERATION = "operation"


@dataclass(frozen=True, slots=True)
class Challenge:
    """One code that is out.

    *tried* holds the seals of the guesses judged so far, in their order.
    """

    nonce: str = field(repr=False)
    expires_at: datetime
    tried: tuple[str, ...] = field(default=(), repr=False)

    def open(self, now: datetime) -> bool:
        """Whether a guess would still be judged."""
        # Expiry is judged here, not by the table: DynamoDB may keep an expired item for days.
        return now < self.expires_at and len(self.tried) < GUESSES

    def resent(self, expires_at: datetime) -> "Challenge":
        """The same digits sent again: they live longer, the guesses spent stay spent."""
        return replace(self, expires_at=max(self.expires_at, expires_at))

    def guessed(self, seal: str) -> "Challenge":
        return replace(self, tried=(*self.tried, seal))


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

    def seal(self, purpose: Purpose, guess: str) -> str:
        """What is kept of a *guess*."""
        return self.keyring.seal(guess, self._context(purpose))

    def opens(self, purpose: Purpose, before: Challenge, guess: str) -> bool:
        """Whether *guess* opens the challenge as it stood *before* the guess was counted.

        A right guess that was tried before has opened it already: once is enough.
        """
        code = self.code(purpose, before)
        if code is None or not hmac.compare_digest(code.encode(), guess.encode()):
            return False
        return not self.opened(purpose, before)

    def opened(self, purpose: Purpose, challenge: Challenge) -> bool:
        """Whether the right code is among the guesses."""
        code = self.code(purpose, challenge)
        if code is None:
            return False
        return not set(challenge.tried).isdisjoint(self.keyring.seals(code, self._context(purpose)))

    def _context(self, purpose: Purpose) -> str:
        return f"{self.app}\0{self.phone.e164}\0{purpose}"
