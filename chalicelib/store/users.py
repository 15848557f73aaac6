"""This is where users and their claims are kept: `app#id` and `app#kind#value`.

A claim is an item of its own, written in one transaction with its user: an index could not
promise that there is one of it.
"""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pynamodb.expressions.condition import Condition

from ..domain.challenges import Proof
from ..domain.claims import Claim, Holding, PhoneProof, Taken, Via
from ..domain.codes import random_token
from ..domain.errors import Busy, Conflict
from ..domain.phones import PhoneNumber
from ..domain.sessions import Session
from ..domain.users import Change, User
from . import edge, transactions
from .indexes import shard_key, shard_keys, user_place
from .proofs import judged_again, redeeming
from .transactions import Write
from .tries import forgetting
from .user_tables import ClaimRow, ProofMap, UserRow

#: How often a transaction is tried that meets others on the same items.
_RACES = 12
#: As many as DynamoDB hands out at once.
_AT_ONCE = 100


class DynamoUsers:
    """Users as items."""

    def find(self, app: str, id: str) -> User | None:
        item = edge.get(UserRow, user_key(app, id))
        return user_of(item) if item else None

    def holder(self, app: str, claim: Claim) -> Holding | None:
        item = edge.get(ClaimRow, claim_key(app, claim))
        if not item:
            return None
        row = ClaimRow.from_raw_data(dict(item))
        return Holding(row.user, bool(row.proved))

    def write(
        self, changes: Sequence[Change], *, proof: Proof | None = None, forgotten: str = ""
    ) -> None:
        for attempt in range(_RACES):
            writing = _Writing.of(changes, proof, forgotten)
            try:
                transactions.write(UserRow, writing.writes)
                return
            except edge.Contended:
                edge.pause(attempt)
            except edge.Refused as refused:
                if self._stood(writing):
                    return
                proof = writing.refusal(refused.places)
        raise Busy("users in great demand", retry_after=timedelta(seconds=1))

    @staticmethod
    def _stood(writing: "_Writing") -> bool:
        """Whether an earlier try was done, and its reply was lost."""
        change = writing.changes[0]
        user = change.after or change.before
        assert user, "a change is of somebody"  # noqa: S101
        item = edge.get(UserRow, user_key(user.app, user.id)) or {}
        return item.get("writer", {}).get("S") == writing.writer

    def of(self, app: str, *, newest_first: bool) -> Iterator[str]:
        places = [self._places(shard, newest_first) for shard in shard_keys(app)]
        for place in heapq.merge(*places, reverse=newest_first):
            yield place.partition(".")[2]

    @staticmethod
    def _places(shard: str, newest_first: bool) -> Iterator[str]:
        asked = {**_of_shard(shard), "ScanIndexForward": not newest_first}
        for page in edge.pages(UserRow, "Query", asked):
            yield from (item["place"]["S"] for item in page["Items"])

    def count(self, app: str) -> int:
        return sum(
            page["Count"]
            for shard in shard_keys(app)
            for page in edge.pages(UserRow, "Query", {**_of_shard(shard), "Select": "COUNT"})
        )

    def find_many(self, app: str, ids: Sequence[str]) -> list[User]:
        found: list[User] = []
        for start in range(0, len(ids), _AT_ONCE):
            keys = [user_key(app, id) for id in ids[start : start + _AT_ONCE]]
            items = edge.get_many(UserRow, keys)
            found += [user_of(items[key]) for key in keys if key in items]
        return found


@dataclass(frozen=True, slots=True)
class _Writing:
    """One transaction: its writes, and what each that can be refused was about."""

    changes: Sequence[Change]
    writer: str
    proof: Proof | None
    writes: list[Write]
    about: list[Claim | None]

    @classmethod
    def of(cls, changes: Sequence[Change], proof: Proof | None, forgotten: str) -> "_Writing":
        writer = random_token()
        claimed = list(_claims(changes))
        writes = [
            *([redeeming(proof)] if proof else []),
            *(_row_write(change, writer) for change in changes),
            *(write for _, write in claimed),
            *([forgetting(forgotten)] if forgotten else []),
        ]
        rest: list[Claim | None] = [None] * (len(writes) - len(claimed))
        before = len(changes) + bool(proof)
        about = [*rest[:before], *(claim for claim, _ in claimed), *rest[before:]]
        return cls(changes, writer, proof, writes, about)

    def refusal(self, places: Sequence[int]) -> Proof | None:
        """The proof to try again with, if it was the line alone that had moved.

        Raises InvalidCode when the code opened, Conflict when a user changed, and else Taken.
        """
        proof = judged_again(self.proof) if self.proof and 0 in places else self.proof
        users = range(bool(self.proof), bool(self.proof) + len(self.changes))
        if any(place in users for place in places):
            raise Conflict
        for place in places:
            claim = self.about[place]
            if claim is not None:
                raise Taken(claim)
        return proof


def _claims(changes: Sequence[Change]) -> Iterator[tuple[Claim, Write]]:
    """The writes that let claims go and take them, one for each: some only change hands."""
    before = {claim: one for change in changes for claim, one in _held(change.before)}
    after = {claim: one for change in changes for claim, one in _held(change.after)}
    user = next(one for change in changes for one in (change.after, change.before) if one)
    for claim, holding in after.items():
        key, held = claim_key(user.app, claim), before.get(claim)
        if held == holding:
            continue
        row = ClaimRow(key=key, user=holding.user, proved=holding.proved)
        free = ClaimRow.key.does_not_exist() if held is None else ClaimRow.user == held.user
        yield claim, transactions.putting(row, free)
    for claim, held in before.items():
        if claim not in after:
            key = claim_key(user.app, claim)
            yield claim, transactions.deleting(ClaimRow, key, ClaimRow.user == held.user)


def _held(user: User | None) -> Iterator[tuple[Claim, Holding]]:
    if user:
        yield from user.claims.items()


def _row_write(change: Change, writer: str) -> Write:
    before, after = change.before, change.after
    if after is None:
        assert before, "a change is of somebody"  # noqa: S101
        return transactions.deleting(UserRow, user_key(before.app, before.id), _as(before))
    row = _row(after, version=(before.version if before else 0) + 1, writer=writer)
    return transactions.putting(row, _as(before) if before else UserRow.key.does_not_exist())


def _as(user: User) -> Condition:
    return UserRow.version == user.version


def _of_shard(shard: str) -> dict[str, Any]:
    return {
        "IndexName": UserRow.by_app.Meta.index_name,
        "KeyConditionExpression": "app_shard = :shard",
        "ExpressionAttributeValues": {":shard": {"S": shard}},
    }


def user_key(app: str, id: str) -> str:
    return f"{app}#{id}"


def claim_key(app: str, claim: Claim) -> str:
    return f"{app}#{claim}"


def _row(user: User, *, version: int, writer: str) -> UserRow:
    return UserRow(
        key=user_key(user.app, user.id),
        created_at=user.created_at,
        updated_at=user.updated_at,
        username=user.username or None,
        phone=user.phone.e164 if user.phone else None,
        phone_said=user.phone_said or None,
        phone_verified=user.phone_verified,
        email=user.email or None,
        email_verified=user.email_verified,
        password=user.password or None,
        seals=list(user.session.seals),
        nonce=user.session.nonce or None,
        masked=user.session.masked or None,
        auth=dict(user.auth) or None,
        fields=dict(user.fields) or None,
        version=version,
        doubted=user.doubted,
        proof=_map(user.proof),
        writer=writer,
        app_shard=shard_key(user.app, user.id),
        place=user_place(user.created_at, user.id),
    )


def user_of(item: edge.Item) -> User:
    """The user that *item* says."""
    row = UserRow.from_raw_data(dict(item))
    app, _, id = row.key.partition("#")
    return User(
        app,
        id,
        row.created_at,
        row.updated_at,
        row.username or "",
        PhoneNumber(row.phone) if row.phone else None,
        row.phone_said or "",
        bool(row.phone_verified),
        row.email or "",
        bool(row.email_verified),
        row.password or "",
        Session(tuple(row.seals), row.nonce or "", row.masked or ""),
        row.auth or {},
        row.fields or {},
        int(row.version),
        bool(row.doubted),
        PhoneProof(row.proof.id, Via(row.proof.via), row.proof.at) if row.proof else None,
    )


def _map(proof: PhoneProof | None) -> ProofMap | None:
    return ProofMap(id=proof.id, via=proof.via.value, at=proof.at) if proof else None
