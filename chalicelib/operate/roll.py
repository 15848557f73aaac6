"""This is where it is noted who was called in one import: on disk, for there may be any number."""

import hashlib
import sqlite3
from collections.abc import Iterable

from ..domain.claims import Claim, Holding
from ..domain.users import User

#: Kibibytes of it in memory.
_CACHE = 16_384


class DiskRoll:
    """A database of SQLite's in a file without a name, which is gone when it is closed.

    It knows digests alone: names and numbers are nobody's who looks into the folder.
    """

    def __init__(self) -> None:
        self._base = sqlite3.connect("", isolation_level=None)
        for said in (
            f"PRAGMA cache_size = -{_CACHE}",
            "PRAGMA journal_mode = OFF",
            "PRAGMA synchronous = OFF",
            "CREATE TABLE roll (key BLOB PRIMARY KEY, user TEXT, proved INTEGER) WITHOUT ROWID",
        ):
            self._base.execute(said)

    def close(self) -> None:
        self._base.close()

    def has(self, id: str) -> bool:
        return self._found(f"user#{id}") is not None

    def holders(self, claims: Iterable[Claim]) -> dict[Claim, Holding]:
        found = ((claim, self._found(f"claim#{claim}")) for claim in claims)
        return {claim: holding for claim, holding in found if holding}

    def add(self, user: User) -> None:
        rows = [(_key(f"user#{user.id}"), user.id, True)]
        for claim, holding in user.claims.items():
            rows.append((_key(f"claim#{claim}"), holding.user, holding.proved))
        self._base.executemany("INSERT INTO roll VALUES (?, ?, ?)", rows)

    def _found(self, name: str) -> Holding | None:
        asked = self._base.execute("SELECT user, proved FROM roll WHERE key = ?", (_key(name),))
        row = asked.fetchone()
        return Holding(row[0], bool(row[1])) if row else None


def _key(name: str) -> bytes:
    return hashlib.blake2b(name.encode(), digest_size=16).digest()
