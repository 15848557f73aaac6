"""This is where users are brought along from LeanCloud, and where they are taken home.

Rows are judged one after the other, as they stand in their file: so the earlier one of two gets
what both claim, however many threads look up and write.
"""

import random
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from ..domain import migration
from ..domain.apps import App
from ..domain.claims import Claim, Holding, Taken
from ..domain.codes import Keyring
from ..domain.errors import Busy, Conflict, OutOfService
from ..domain.migration import BadRow
from ..domain.updates import Document
from ..domain.users import Change, User
from .arrivals import Clash, Report, Row
from .user_ports import Census, Roll, Users

#: As many as a table of one's own can well take: each writes some twenty users at once.
WORKERS = 4
#: Parts of the file that are looked up or written at a time: memory holds no more of it.
_AHEAD = 2 * WORKERS
#: Rows and bytes of a part.
_ROWS, _BYTES = 100, 1_000_000
#: A transaction of DynamoDB's has a hundred items and 4 MB.
_ITEMS, _WEIGHT = 100, 2_000_000
#: Seconds to wait for a table that takes no more just now, for a new one is not used to so much;
#: and, the first of them, for one out of reach: nobody is at the other end of this but a person.
_WAITS = (1, 2, 4, 8, 16, 32)
_OUT_OF_REACH = 3

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Seen:
    """A row as it was looked up: a user, or what is wrong with it, or that it is there."""

    row: Row
    id: str = ""
    fault: str = ""
    there: bool = False
    user: User | None = None


@dataclass(frozen=True, slots=True)
class _Part:
    """Some rows, and who holds in the table what they claim."""

    seen: Sequence[_Seen]
    held: dict[Claim, Holding]


@dataclass(frozen=True, slots=True)
class _Arrival:
    row: Row
    user: User


@dataclass(eq=False, repr=False)
class Import:
    """One bringing along of an app's users; *dry*, all is judged and nothing written."""

    app: App
    users: Users
    census: Census
    roll: Roll
    keyring: Keyring
    report: Report
    dry: bool = False
    sleep: Callable[[float], None] = time.sleep
    _group: list[_Arrival] = field(default_factory=list)
    _items: int = 0
    _weight: int = 0
    _writing: deque[Future[None]] = field(default_factory=deque)

    def run(self, rows: Iterable[Row]) -> None:
        """Bring along the users of *rows*, and tell the report of each row.

        Ctrl-C and faults come out of it when what was begun is done and told of.
        """
        looking: deque[Future[_Part]] = deque()
        with ThreadPoolExecutor(WORKERS) as pool:
            try:
                for some in _parts(rows):
                    looking.append(pool.submit(self._look, some))
                    if len(looking) >= _AHEAD:
                        self._judge(looking.popleft().result(), pool)
                while looking:
                    self._judge(looking.popleft().result(), pool)
                self._send(pool)
            finally:
                for future in looking:
                    future.cancel()
                self._settle(0)

    def _look(self, rows: Sequence[Row]) -> _Part:
        """*rows* as users, but for those that are there already, and who has what they claim."""
        seen = [self._named(row) for row in rows]
        ids = [one.id for one in seen if one.id]
        known = self._patiently(lambda: self.census.known(self.app.id, ids))
        seen = [self._read(one, there=one.id in known) for one in seen]
        claims = [claim for one in seen if one.user for claim in one.user.claims]
        held = self._patiently(lambda: self.census.holders(self.app.id, claims))
        return _Part(seen, held)

    @staticmethod
    def _named(row: Row) -> _Seen:
        if row.fault:
            return _Seen(row, fault=row.fault)
        try:
            return _Seen(row, migration.id_of(row.value))
        except BadRow as bad:
            return _Seen(row, fault=bad.reason)

    def _read(self, seen: _Seen, *, there: bool) -> _Seen:
        if there or seen.fault:
            return _Seen(seen.row, seen.id, seen.fault, there)
        home = self.app.settings.home_region
        try:
            user = migration.user_of(
                seen.row.value, app=self.app.id, home=home, keyring=self.keyring
            )
        except BadRow as bad:
            return _Seen(seen.row, seen.id, bad.reason)
        return _Seen(seen.row, seen.id, user=user)

    def _judge(self, part: _Part, pool: ThreadPoolExecutor) -> None:
        for one in part.seen:
            if one.there or self.roll.has(one.id):
                self.report.there()
                continue
            if one.user is None:
                self.report.bad(one.row, one.fault)
                continue
            claims = one.user.claims
            held = {claim: part.held[claim] for claim in claims if claim in part.held}
            held |= self.roll.holders(claims)
            if held:
                self.report.conflict(one.row, one.user, [Clash(*each) for each in held.items()])
                continue
            self.roll.add(one.user)
            self._admit(_Arrival(one.row, one.user), pool)

    def _admit(self, arrival: _Arrival, pool: ThreadPoolExecutor) -> None:
        if self.dry:
            self.report.new(arrival.user)
            return
        items, weight = 1 + len(arrival.user.claims), migration.weight(arrival.user)
        if self._items + items > _ITEMS or self._weight + weight > _WEIGHT:
            self._send(pool)
        self._group.append(arrival)
        self._items += items
        self._weight += weight

    def _send(self, pool: ThreadPoolExecutor) -> None:
        """Have the group written."""
        if self._group:
            self._writing.append(pool.submit(self._write, self._group))
            self._group, self._items, self._weight = [], 0, 0
        self._settle(_AHEAD)

    def _settle(self, most: int) -> None:
        """Wait until *most* groups at the most are being written; raises what befell one."""
        fault: Exception | None = None
        while len(self._writing) > most:
            try:
                self._writing.popleft().result()
            except Exception as raised:  # the others are waited for all the same
                fault = raised
        if fault:
            raise fault

    def _write(self, group: Sequence[_Arrival]) -> None:
        """Write *group* at once; one by one if somebody was quicker with anything of it."""
        try:
            self._patiently(lambda: self.users.write([Change(None, one.user) for one in group]))
        except (Taken, Conflict):
            for one in group:
                self._write_one(one)
            return
        for one in group:
            self.report.new(one.user)

    def _write_one(self, one: _Arrival) -> None:
        try:
            self._patiently(lambda: self.users.write([Change(None, one.user)]))
        except Conflict:
            self.report.there()
        except Taken as taken:
            holding = self.users.holder(self.app.id, taken.claim) or Holding("")
            self.report.conflict(one.row, one.user, [Clash(taken.claim, holding)])
        else:
            self.report.new(one.user)

    def _patiently(self, asked: Callable[[], _T]) -> _T:
        for place, wait in enumerate(_WAITS):
            try:
                return asked()
            except Busy:
                pass
            except OutOfService:
                if place == _OUT_OF_REACH:
                    raise
            self.sleep(random.uniform(wait / 2, wait))  # noqa: S311  jitter
        return asked()


def export(app: App, users: Users, keyring: Keyring) -> Iterator[Document]:
    """The rows of all users of *app*, the first one first."""
    ids = users.of(app.id, newest_first=False)
    while some := list(islice(ids, _ROWS)):
        for user in users.find_many(app.id, some):
            yield migration.row_of(user, home=app.settings.home_region, keyring=keyring)


def _parts(rows: Iterable[Row]) -> Iterator[list[Row]]:
    part: list[Row] = []
    size = 0
    for row in rows:
        part.append(row)
        size += len(row.raw)
        if len(part) == _ROWS or size > _BYTES:
            yield part
            part, size = [], 0
    if part:
        yield part
