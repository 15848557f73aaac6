"""This is where a session token is made, and what is kept of it instead of it."""

import hashlib
import hmac
import re
import secrets
import string
from dataclasses import dataclass, field, replace

from .codes import Keyring

#: LeanCloud's form: 25 characters of 36 are 129 random bits.
LENGTH = 25
_ALPHABET = string.digits + string.ascii_lowercase

#: What may be a token at all; what LeanCloud's export brings along is kept as it is.
_TOKEN = re.compile(r"[!-~]{1,128}")


def draw() -> str:
    """A new session token."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(LENGTH))


def wellformed(token: object) -> bool:
    """Whether *token* has the form of a session token at all."""
    return isinstance(token, str) and _TOKEN.fullmatch(token) is not None


def seal(token: str) -> str:
    """What stands in the tables for *token*: with so many random bits a bare digest hides it."""
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Session:
    """The session of a user, which all devices share, as LeanCloud has it.

    *seals* are those of the tokens in force, the latest first.  The latest is handed out again
    at each login, so it must be known: *masked* is the token under a pad made of *nonce* and a
    pepper, and without the peppers nobody reads it.
    """

    seals: tuple[str, ...] = field(default=(), repr=False)
    nonce: str = field(default="", repr=False)
    masked: str = field(default="", repr=False)

    @classmethod
    def of(cls, token: str, keyring: Keyring, user: str) -> "Session":
        """The session of *user*, an app's and a user's id in one, with *token* alone."""
        nonce = keyring.nonce()
        pad = _pad(keyring, nonce, user, len(token))
        assert pad is not None, "a nonce is of the ring it was drawn from"  # noqa: S101
        return cls((seal(token),), nonce, _xor(token.encode(), pad).hex())

    def token(self, keyring: Keyring, user: str) -> str | None:
        """The latest token; None when its pepper has been retired."""
        masked = bytes.fromhex(self.masked)
        pad = _pad(keyring, self.nonce, user, len(masked)) if masked else None
        return None if pad is None else _xor(masked, pad).decode("ascii", "replace")

    def beside(self, older: "Session") -> "Session":
        """This session, with the tokens of an *older* one in force besides."""
        seals = (*self.seals, *(one for one in older.seals if one not in self.seals))
        return replace(self, seals=seals)

    def admits(self, token: str) -> bool:
        """Whether *token* is in force."""
        given = seal(token)
        return any([hmac.compare_digest(given, one) for one in self.seals])


def _pad(keyring: Keyring, nonce: str, user: str, length: int) -> bytes | None:
    pad = b""
    while len(pad) < length:
        block = keyring.derive(nonce, f"session\0{user}\0{len(pad)}")
        if block is None:
            return None
        pad += block
    return pad[:length]


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
