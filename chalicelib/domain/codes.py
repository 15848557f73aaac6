"""This is where codes come from: derived from a nonce and a secret, never stored."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field
from functools import lru_cache

#: Six decimal digits, 20 bits: NIST SP 800-63B's minimum for out-of-band secrets.
DIGITS = 6

#: The ASCII digits alone: ``\d`` would take those of every script.
_GUESS = re.compile(rf"[0-9]{{{DIGITS}}}")

_SPACE = 10**DIGITS
#: The largest multiple of the code space below 2**32: drawing beneath it leaves no digit likelier.
_FAIR = 2**32 // _SPACE * _SPACE


def wellformed(guess: object) -> bool:
    """Whether *guess* has the form of a code at all."""
    return isinstance(guess, str) and _GUESS.fullmatch(guess) is not None


@dataclass(frozen=True, slots=True)
class Keyring:
    """The deployment's peppers, newest first.

    New secrets are made with the newest; those made with an older one stay good for as long
    as it is on the ring, so a pepper is rotated by putting a new one in front.  A pepper is
    32 random bytes: it never leaves Parameter Store and the memory of a running function,
    and without it a copy of every table opens nothing.
    """

    peppers: tuple[bytes, ...] = field(repr=False)

    def nonce(self) -> str:
        """A fresh random seed, marked with the pepper it belongs to."""
        return f"{_mark(self.peppers[0])}.{secrets.token_hex(16)}"

    def knows(self, nonce: str) -> bool:
        """Whether the pepper of *nonce* is on the ring."""
        return nonce.partition(".")[0] in map(_mark, self.peppers)

    def derive(self, nonce: str, context: str) -> bytes | None:
        """The secret bytes that *nonce* stands for in *context*; None once its pepper is gone."""
        mark = nonce.partition(".")[0]
        for pepper in self.peppers:
            if _mark(pepper) == mark:
                return _digest(pepper, f"derive\0{context}\0{nonce}")
        return None

    def code(self, nonce: str, context: str) -> str | None:
        """The digits that *nonce* stands for in *context*; every code equally likely."""
        seed = self.derive(nonce, context)
        while seed is not None:
            for start in range(0, len(seed), 4):
                number = int.from_bytes(seed[start : start + 4], "big")
                if number < _FAIR:
                    return f"{number % _SPACE:0{DIGITS}}"
            seed = hashlib.sha256(seed).digest()  # eight unfair draws: once in 10**29
        return None

    def seals(self, text: str, context: str) -> tuple[str, ...]:
        """What is stored instead of *text*: one seal for each pepper, newest first.

        Six digits fall to a million guesses, so a bare hash would hide nothing: the peppers
        lie outside the table, and *context* ties the seals to one place.
        """
        return tuple(_seal(pepper, text, context) for pepper in self.peppers)


def random_token() -> str:
    """32 hexadecimal digits: 128 random bits."""
    return secrets.token_hex(16)


def _seal(pepper: bytes, text: str, context: str) -> str:
    return _digest(pepper, f"seal\0{context}\0{text}").hex()[:32]


def _digest(pepper: bytes, text: str) -> bytes:
    return hmac.digest(pepper, text.encode(), "sha256")


@lru_cache(maxsize=8)
def _mark(pepper: bytes) -> str:
    return _digest(pepper, "mark").hex()[:8]
