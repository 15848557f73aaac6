"""This is where it is told what became of each row that was to be a user."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..domain.claims import Claim, Holding, Kind
from ..domain.migration import password_kind
from ..domain.users import User

#: Conflicts that are named one by one; all of them are kept.
NAMED = 20

#: The field of a row that claims something.
_FIELDS = {
    Kind.USERNAME: "username",
    Kind.PHONE: "mobilePhoneNumber",
    Kind.EMAIL: "email",
    Kind.LINK: "authData",
    Kind.SESSION: "sessionToken",
}
#: A number held twice, of which one of the two has said only that it is theirs.
UNVERIFIED = "mobilePhoneNumber, unverified"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a file: its *value*, or the *fault* for which it has none; *raw* is its text."""

    file: str
    line: int
    value: Any = field(default=None, repr=False)
    raw: str = field(default="", repr=False)
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Clash:
    """What a row claims, and who has it."""

    claim: Claim
    holding: Holding

    def __str__(self) -> str:
        name = _FIELDS[self.claim.kind]
        if self.claim.kind is Kind.LINK:
            name += f".{self.claim.value.partition('#')[0]}"
        return f"{name} is {self.holding.user or 'somebody'}'s"


@dataclass(eq=False)
class Report:
    """What became of the rows so far; *keep* is given each that was left out, and why.

    Whoever is said to be new is so in a dry run's eyes too.  It is told by many threads.
    """

    keep: Callable[[Row, str], None]
    arrived: int = 0
    known: int = 0
    conflicts: Counter[str] = field(default_factory=Counter)
    bads: Counter[str] = field(default_factory=Counter)
    sessions: int = 0
    passwords: Counter[str] = field(default_factory=Counter)
    unverified: int = 0
    named: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def rows(self) -> int:
        return self.arrived + self.known + self.left_out

    @property
    def left_out(self) -> int:
        return self.conflicts.total() + self.bads.total()

    def new(self, user: User) -> None:
        with self._lock:
            self.arrived += 1
            self.sessions += bool(user.session.masked)
            self.passwords[password_kind(user.password)] += 1
            self.unverified += user.phone is not None and not user.phone_verified

    def there(self) -> None:
        with self._lock:
            self.known += 1

    def conflict(self, row: Row, user: User, clashes: Sequence[Clash]) -> None:
        """Leave *row* out, for somebody else has what it claims; it counts once."""
        said = ", ".join(map(str, clashes))
        with self._lock:
            self.conflicts[_kind(user, clashes)] += 1
            if len(self.named) < NAMED:
                self.named.append(f"{row.file}:{row.line}  {user.id}  {said}")
            self.keep(row, said)

    def bad(self, row: Row, reason: str) -> None:
        with self._lock:
            self.bads[reason] += 1
            self.keep(row, reason)


def _kind(user: User, clashes: Sequence[Clash]) -> str:
    kinds = {clash.claim.kind for clash in clashes}
    proved = user.phone_verified and all(clash.holding.proved for clash in clashes)
    if kinds == {Kind.PHONE} and not proved:
        return UNVERIFIED
    return next(name for kind, name in _FIELDS.items() if kind in kinds)
