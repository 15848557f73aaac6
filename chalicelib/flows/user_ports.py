"""This is where the flows of users say what they ask of the outside world; `ports` has the rest."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Protocol

from ..domain.challenges import Codebook, Proof, Purpose
from ..domain.claims import Claim, Holding
from ..domain.codes import Keyring
from ..domain.phones import PhoneNumber
from ..domain.tries import Rule
from ..domain.users import Change, User


class Users(Protocol):
    """The users of all apps, and what is theirs alone."""

    def find(self, app: str, id: str) -> User | None:
        """A user as they stand at this moment."""

    def holder(self, app: str, claim: Claim) -> Holding | None:
        """Whose *claim* is at this moment."""

    def write(
        self, changes: Sequence[Change], *, proof: Proof | None = None, forgotten: str = ""
    ) -> None:
        """Make all of *changes*, redeem *proof* and forget the tries *forgotten*; or do nothing.

        Raises Taken when a claim is somebody else's, Conflict when a user is not as they were
        *before*, InvalidCode when the code opened meanwhile.
        """

    def of(self, app: str, *, newest_first: bool) -> Iterator[str]:
        """The ids of an app's users, by the time they were made; of a second ago, perhaps."""

    def count(self, app: str) -> int:
        """How many there are; of a second ago, perhaps."""

    def find_many(self, app: str, ids: Sequence[str]) -> list[User]:
        """Those there are of *ids*, in their order."""


class Tries(Protocol):
    """How often somebody has tried lately."""

    def take(self, key: str, rule: Rule, *, now: datetime) -> None:
        """Count one more, if *rule* lets it; raises what the rule does."""

    def look(self, key: str, rule: Rule, *, now: datetime) -> None:
        """Raise what *rule* would of one more, and count none."""

    def give_back(self, key: str, *, at: datetime) -> None:
        """Let one that was counted *at* that moment not have been."""

    def forget(self, key: str) -> None:
        """Let there be none."""


class Pointers(Protocol):
    """Which phone an open code is of."""

    def set(
        self, codebook: Codebook, purpose: Purpose, code: str, *, until: datetime, now: datetime
    ) -> bool:
        """Let *code* point to the codebook's phone; False if it points to another's."""

    def find(
        self, keyring: Keyring, app: str, purpose: Purpose, code: str, *, now: datetime
    ) -> PhoneNumber | None:
        """The phone that *code* points to."""


class Census(Protocol):
    """Which of many users and claims are there."""

    def known(self, app: str, ids: Iterable[str]) -> frozenset[str]:
        """Those of *ids* that are users."""

    def holders(self, app: str, claims: Iterable[Claim]) -> dict[Claim, Holding]:
        """Whose *claims* are, of those that are somebody's."""


class Roll(Protocol):
    """Who has been called in one import so far; of any length."""

    def has(self, id: str) -> bool:
        """Whether the user *id* has been."""

    def holders(self, claims: Iterable[Claim]) -> dict[Claim, Holding]:
        """Whose *claims* are, of those that are somebody's."""

    def add(self, user: User) -> None:
        """Call one more."""
