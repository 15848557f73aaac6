"""This is where it is looked up which of many users and claims are there: a hundred at once."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from ..domain.claims import Claim, Holding
from . import edge
from .user_tables import ClaimRow, UserRow
from .users import claim_key, user_key

#: As many as DynamoDB hands out at once, and none of them twice.
_AT_ONCE = 100


class DynamoCensus:
    """What the tables of users have of a whole list."""

    def known(self, app: str, ids: Iterable[str]) -> frozenset[str]:
        keys = {user_key(app, id): id for id in ids}
        found = (edge.get_many(UserRow, some, bare=True) for some in _parts(keys))
        return frozenset(keys[key] for items in found for key in items)

    def holders(self, app: str, claims: Iterable[Claim]) -> dict[Claim, Holding]:
        keys = {claim_key(app, claim): claim for claim in claims}
        held = {}
        for some in _parts(keys):
            for key, item in edge.get_many(ClaimRow, some).items():
                row = ClaimRow.from_raw_data(dict(item))
                held[keys[key]] = Holding(row.user, bool(row.proved))
        return held


def _parts(keys: Iterable[str]) -> Iterator[Sequence[str]]:
    rest = iter(keys)
    while some := list(islice(rest, _AT_ONCE)):
        yield some
