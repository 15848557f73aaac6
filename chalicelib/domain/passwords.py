"""This is where passwords become hashes, ours and those brought along, and where they are judged.

Ours are argon2id.  A hash of LeanCloud's stands as `leancloud$SALT$DIGEST` until its user logs
in; bcrypt's stands as it came.
"""

import base64
import hashlib
import hmac
import re
from functools import cache
from itertools import islice
from typing import Any

from .user_errors import InvalidPassword, MissingPassword

#: Bytes of a password at the most: counted before it is hashed, for hashing takes its time.
LONGEST = 256
#: As many of the commonest passwords that are long enough are refused where an app says so:
#: OWASP ASVS 6.2.4.
COMMONEST = 3000

_LEANCLOUD = re.compile(r"leancloud\$([^$]*)\$([A-Za-z0-9+/=]+)")
#: Rounds of LeanCloud's scheme after the first one.
_ROUNDS = 512
#: A hash as ours are, of no password that anybody has.
_NOBODYS = (
    "$argon2id$v=19$m=19456,t=2,p=1"
    "$lxVONl8xZcDQoJeF0PctyQ$i6hSGeMIqIIpKb/sInJPuOO/jjFc+MYlpYMnxeCw+os"
)
#: bcrypt reads no further, and newer libraries refuse what is longer.
_BCRYPT_READS = 72


def wellformed(password: object) -> bool:
    """Whether *password* may be one at all: text that is not too long."""
    return isinstance(password, str) and len(password.encode()) <= LONGEST


def check(password: object, *, least: int, common: bool) -> str:
    """*password*, if it may be somebody's: at least *least* characters, exactly as given.

    Only with *common* it may be one of the commonest.  Raises MissingPassword or
    InvalidPassword, which says what is wrong.
    """
    if password is None or password == "":
        raise MissingPassword
    if not isinstance(password, str) or not password.strip():
        raise InvalidPassword
    if not wellformed(password):
        raise InvalidPassword(f"it must have at most {LONGEST} bytes")
    if len(password) < least:
        raise InvalidPassword(f"it must have at least {least} characters")
    if not common and password.lower() in _commonest(least):
        raise InvalidPassword("it is one of the commonest")
    return password


def hash(password: str) -> str:
    """What is kept of *password*."""
    hashed: str = _argon2().hash(password)
    return hashed


def matches(password: str, kept: str) -> bool:
    """Whether *password* is the one of which *kept* was made; nothing matches an empty one."""
    if not kept or not wellformed(password):
        return False
    if kept.startswith("$argon2"):
        return _matches_argon2(password, kept)
    if kept.startswith("$2"):
        return _matches_bcrypt(password, kept)
    found = _LEANCLOUD.fullmatch(kept)
    return found is not None and hmac.compare_digest(_digest(password, found[1]), found[2])


def outdated(kept: str) -> bool:
    """Whether *kept* is to be made anew at the next good login."""
    from argon2.exceptions import InvalidHashError

    try:
        return not kept.startswith("$argon2") or bool(_argon2().check_needs_rehash(kept))
    except InvalidHashError:
        return True


def leancloud(salt: str, digest: str) -> str:
    """What is kept of a password of LeanCloud's, of which the export has *salt* and *digest*.

    Raises ValueError for what is no such pair.
    """
    kept = f"leancloud${salt}${digest}"
    found = _LEANCLOUD.fullmatch(kept)
    if not found or len(base64.b64decode(found[2], validate=True)) != hashlib.sha512().digest_size:
        raise ValueError("no password of LeanCloud's")
    return kept


def bcrypt(kept: str) -> str:
    """*kept*, if it is a hash of bcrypt's; raises ValueError."""
    if not re.fullmatch(r"\$2[abxy]?\$(0[4-9]|1[0-6])\$[./A-Za-z0-9]{53}", kept):
        raise ValueError("no hash of bcrypt's")
    return kept


def of_leancloud(kept: str) -> tuple[str, str] | None:
    """Salt and digest of a password of LeanCloud's; None for another."""
    found = _LEANCLOUD.fullmatch(kept)
    return (found[1], found[2]) if found else None


def waste(password: str) -> None:
    """Take the time of a comparison: for a user that is not there."""
    matches(password, _NOBODYS)


@cache
def _argon2() -> Any:
    """The OWASP profile: argon2id with 19 MiB, two passes and one lane, 16 bytes of salt.

    OWASP Password Storage Cheat Sheet, "Argon2id": its first choice, within a small function's
    memory; RFC 9106's own low-memory profile takes 64 MiB and four lanes.
    """
    from argon2 import PasswordHasher  # which a send has no need of
    from argon2.low_level import Type

    return PasswordHasher(
        time_cost=2, memory_cost=19 * 1024, parallelism=1, hash_len=32, salt_len=16, type=Type.ID
    )


def _matches_argon2(password: str, kept: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return bool(_argon2().verify(kept, password))
    except (VerificationError, InvalidHashError):
        return False


def _matches_bcrypt(password: str, kept: str) -> bool:
    import bcrypt as library

    # "$2y$" is PHP's name, and "$2x$" nobody's by now.
    kept = re.sub(r"^\$2[xy]?\$", "$2b$", kept)
    try:
        return library.checkpw(password.encode()[:_BCRYPT_READS], kept.encode())
    except ValueError:
        return False


def _digest(password: str, salt: str) -> str:
    digest = hashlib.sha512(f"{salt}{password}".encode()).digest()
    for _ in range(_ROUNDS):
        digest = hashlib.sha512(digest).digest()
    return base64.b64encode(digest).decode()


@cache
def _commonest(least: int) -> frozenset[str]:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # 400 KB, for those who ask

    allowed = (one for one in FREQUENCY_LISTS["passwords"] if len(one) >= least)
    return frozenset(islice(allowed, COMMONEST))
