"""This is where a captcha is: a picture to read, and the proof that somebody read it."""

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from .codes import Keyring, random_token
from .errors import MissingValidateToken, WrongCaptcha

#: Letters and digits nobody takes for one another, and no vowels, so that no words appear.
ALPHABET = "23457CFHJLPRTVX"

#: What a reader who does not know the alphabet may take one of its signs for.
_MISTAKEN = str.maketrans("689SZUYGAK", "53352VVC4X")

#: How long a read picture stays good for one send.
VALID_FOR = timedelta(minutes=5)


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
        captcha, _, secret = text.partition(".")
        if not wellformed(captcha) or not wellformed(secret):
            raise MissingValidateToken("malformed")
        return cls(captcha, secret)

    def seal(self, app: str) -> str:
        """What is stored instead of the secret, which has 128 random bits and needs no pepper."""
        return hashlib.sha256(f"{app}\0{self}".encode()).hexdigest()

    def __str__(self) -> str:
        return f"{self.captcha}.{self.secret}"


def folded(reading: str) -> str:
    """*reading* as it is compared: in one case, with what the alphabet lacks taken as meant."""
    return reading.strip().upper().translate(_MISTAKEN)


def wellformed(token: str) -> bool:
    """Whether *token* has the form of ours: what is not goes into no key."""
    return re.fullmatch("[0-9a-f]{32}", token) is not None
