"""This is where a captcha is: a picture to read, and the proof that somebody read it.

Or another service's widget, and what that service says of the token it gave for it.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from .codes import Keyring, random_token
from .errors import MissingValidateToken, WrongCaptcha

#: Letters and digits nobody takes for one another, and no vowels, so that no words appear.
ALPHABET = "23457CFHJLPRTVX"

#: What a reader who does not know the alphabet may take one of its signs for.
_MISTAKEN = str.maketrans("689SZUYGAK", "53352VVC4X")

#: How long a read picture stays good for one send.
VALID_FOR = timedelta(minutes=5)


#: Turnstile documents its tokens' length; the others promise none, and were seen beyond 4,000.
_LONGEST_TURNSTILE, _LONGEST = 2048, 16_384


class Service(StrEnum):
    """Who tells people from machines."""

    PICTURE = "picture"  # we do
    TURNSTILE = "turnstile"  # Cloudflare's
    HCAPTCHA = "hcaptcha"
    RECAPTCHA = "recaptcha"  # Google's, v2 or v3


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a client may ask of a picture: LeanCloud's range and default."""

    least: int
    most: int
    default: int

    def clamp(self, asked: float | None) -> int:
        """*asked* within the range; the default for nothing, for zero and for no number."""
        if not asked or asked != asked:  # NaN alone differs from itself
            return self.default
        return int(max(self.least, min(self.most, asked)))


WIDTH = Bounds(60, 200, 85)
HEIGHT = Bounds(30, 100, 30)
SIZE = Bounds(3, 6, 4)
TTL = Bounds(10, 180, 60)


@dataclass(frozen=True, slots=True)
class Captcha:
    """A picture offered to one app's client.

    The answer is nowhere: it is derived from the *nonce*, as a code is.
    """

    app: str
    token: str = field(repr=False)
    nonce: str = field(repr=False)
    width: int
    height: int
    size: int
    expires_at: datetime

    @classmethod
    def draw(
        cls, keyring: Keyring, app: str, *, width: int, height: int, size: int, expires_at: datetime
    ) -> "Captcha":
        """A new captcha with a nonce and a token of its own."""
        return cls(app, random_token(), keyring.nonce(), width, height, size, expires_at)

    def answer(self, keyring: Keyring) -> str | None:
        """What the picture says; None once its pepper has been retired."""
        seed = keyring.derive(self.nonce, self.context)
        if seed is None:
            return None
        return "".join(
            ALPHABET[int.from_bytes(seed[place * 4 : place * 4 + 4], "big") % len(ALPHABET)]
            for place in range(self.size)
        )

    def ink(self, keyring: Keyring) -> bytes | None:
        """Secret bytes that fix every stroke, so that one token is one picture."""
        return keyring.derive(self.nonce, f"{self.context}\0ink")

    def judge(self, keyring: Keyring, reading: str) -> None:
        """Raises WrongCaptcha unless *reading* is what the picture says, in either case."""
        answer = self.answer(keyring) or ""
        read = folded(reading).encode()
        if not answer or not hmac.compare_digest(answer.encode(), read):
            raise WrongCaptcha("wrong reading")

    @property
    def context(self) -> str:
        return f"{self.app}\0captcha\0{self.token}"


@dataclass(frozen=True, slots=True)
class ValidateToken:
    """The proof that a picture was read: which picture, and a secret only its reader was given."""

    captcha: str = field(repr=False)
    secret: str = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> "ValidateToken":
        """Raises MissingValidateToken."""
        if not cls.formed(text):
            raise MissingValidateToken("malformed")
        captcha, _, secret = text.partition(".")
        return cls(captcha, secret)

    @staticmethod
    def formed(text: str) -> bool:
        """Whether *text* has the form of ours: no other service's token has."""
        captcha, _, secret = text.partition(".")
        return wellformed(captcha) and wellformed(secret)

    def seal(self, app: str) -> str:
        """What is stored instead of the secret, which has 128 random bits and needs no pepper."""
        return hashlib.sha256(f"{app}\0{self}".encode()).hexdigest()

    def __str__(self) -> str:
        return f"{self.captcha}.{self.secret}"


@dataclass(frozen=True, slots=True)
class Widget:
    """What a client draws in the place of a picture, when another service is chosen."""

    service: Service
    site_key: str

    def takes(self, token: str) -> bool:
        """Whether *token* may be one of this widget's: for what is not, nobody is asked."""
        longest = _LONGEST_TURNSTILE if self.service is Service.TURNSTILE else _LONGEST
        return len(token) <= longest and re.fullmatch("[!-~]+", token) is not None


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a service says of a token: whether it is good, perhaps a score from 0 to 1, and why."""

    good: bool
    score: float | None = None
    why: str = ""

    def doubt(self, least: int) -> str:
        """What is against the token, where a score must be *least* percent; empty if nothing is."""
        if not self.good:
            return self.why or "not good"
        if self.score is not None and self.score < least / 100:
            return f"score {self.score:.2f}"
        return ""


def folded(reading: str) -> str:
    """*reading* as it is compared: in one case, with what the alphabet lacks taken as meant."""
    return reading.strip().upper().translate(_MISTAKEN)


def wellformed(token: str) -> bool:
    """Whether *token* has the form of ours: what is not goes into no key."""
    return re.fullmatch("[0-9a-f]{32}", token) is not None
