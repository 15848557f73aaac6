"""This is where ledgers are kept, one item each, and what follows from an app's in another.

A ledger's pages are attributes: `s496728` what was sent in that hour since 1970, `r` of it what
was redeemed and `x` what counts extra; `d20697` what was redeemed on that day, `g` the regions
that an address asked codes for, and `h` those of which one came back.
For the breaker a region has the last hour by five minutes besides, `m` sent and `n` redeemed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action

from ..domain.abuse import Broken, Standing, Strain
from ..domain.ledgers import BESIDE_FOR, DAYS, HOURS, Hour, Ledger, day_of, hour_of
from ..domain.minutes import SPAN, Minutes, slot_of
from . import edge
from .attributes import instant, millis
from .defence_tables import LedgerRow
from .memory import Memory

#: A fortnight is looked back at; a block of numbers, a day.
_KEPT_FOR, _BLOCK_KEPT_FOR = timedelta(days=16), timedelta(days=2)

#: Seconds a sandbox may go on with a standing: so many sends pass once a budget is spent.
STANDING_FOR = 5

_SINCE = Path(["since"])
_REGION, _ADDRESS, _BROKEN, _NUMBER = "region ", "address ", "broken ", "number "


def _standings() -> Memory[Standing]:
    return Memory(seconds=STANDING_FOR)


@dataclass(eq=False, repr=False)
class DynamoLedgers:
    """Ledgers as items: `app#region BD`, `app#address 203.0.113.7`, and `app#standing`."""

    _known: Memory[Standing] = field(default_factory=_standings)

    def sent(
        self, app: str, subject: str, at: datetime, *, extra: int, region: str = "", writer: str
    ) -> tuple[Ledger, Minutes]:
        adds: dict[str, Any] = {f"s{hour_of(at)}": 1, f"m{slot_of(at)}": 1}
        if extra:
            adds[f"x{hour_of(at)}"] = extra
        if region:
            adds[f"g{day_of(at)}"] = {region}
        item = self._add(f"{app}#{subject}", adds, at, writer)
        return _ledger(item), _minutes(item)

    def weigh(self, app: str, subject: str, at: datetime, *, extra: int, writer: str) -> Ledger:
        item = self._add(f"{app}#{subject}", {f"x{hour_of(at)}": extra}, at, writer)
        return _ledger(item)

    def redeemed(
        self, app: str, subject: str, at: datetime, *, region: str = "", writer: str
    ) -> Ledger:
        adds: dict[str, Any] = {
            f"r{hour_of(at)}": 1,
            f"d{day_of(at)}": 1,
            f"n{slot_of(at)}": 1,
        }
        if region:
            adds[f"h{day_of(at)}"] = {region}
        return _ledger(self._add(f"{app}#{subject}", adds, at, writer))

    def beside(self, app: str, block: str, number: str, at: datetime) -> int:
        actions = [
            Path([f"{_NUMBER}{number}"]).set(millis(at)),
            LedgerRow.purge_at.set(at + _BLOCK_KEPT_FOR),
        ]
        before = edge.update(LedgerRow, f"{app}#block {block}", actions, None)
        lately = {
            name.removeprefix(_NUMBER)
            for name, value in before.items()
            if name.startswith(_NUMBER) and at - instant(int(value["N"])) < BESIDE_FOR
        }
        return len(lately - {number})

    def standing(self, app: str) -> Standing:
        return self._known.get(app, lambda: self.read(app)) or Standing()

    def read(self, app: str) -> Standing:
        """The standing as it is at this moment."""
        return _standing(edge.get(LedgerRow, f"{app}#standing") or {})

    def stand(self, app: str, strains: Mapping[str, Strain | None], *, now: datetime) -> None:
        actions = [
            Path([subject]).set(_said(strain)) if strain else Path([subject]).remove()
            for subject, strain in strains.items()
        ]
        self._stand(app, actions, now)

    def broke(self, app: str, region: str, broken: Broken, *, now: datetime) -> None:
        said = {
            "redeemed": broken.redeemed,
            "sent": broken.sent,
            "until": millis(broken.until),
        }
        self._stand(app, [Path([f"{_BROKEN}{region}"]).set(said)], now)

    def _stand(self, app: str, actions: Sequence[Action], now: datetime) -> None:
        since = _SINCE.set(_SINCE | millis(now))
        edge.update(LedgerRow, f"{app}#standing", [*actions, since], None)
        self._known.forget(app)

    def begun(self, app: str, *, now: datetime) -> None:
        if self.standing(app).since is None:
            self._stand(app, [], now)

    @staticmethod
    def _add(key: str, adds: Mapping[str, Any], at: datetime, writer: str) -> edge.Item:
        """Add to a ledger, once for each *writer*; the item as it is then."""
        kept = [LedgerRow.writer.set(writer), LedgerRow.purge_at.set(at + _KEPT_FOR)]
        actions = [Path([name]).add(value) for name, value in adds.items()]
        try:
            before = edge.update(LedgerRow, key, [*actions, *kept], _fresh(writer))
        except edge.Refused as refused:
            return refused.item  # our write stood, and its reply was lost
        if old := [*_old(before, at)]:
            edge.update(LedgerRow, key, [Path([name]).remove() for name in old], None)
        return _with(before, adds)


def _with(before: edge.Item, adds: Mapping[str, Any]) -> edge.Item:
    """An item with what was added to it."""
    after = dict(before)
    for name, value in adds.items():
        if isinstance(value, set):
            after[name] = {"SS": [*{*before.get(name, {}).get("SS", ()), *value}]}
        else:
            after[name] = {"N": int(before.get(name, {}).get("N", 0)) + value}
    return after


def _said(strain: Strain) -> Mapping[str, int]:
    return {
        "unverified": strain.unverified,
        "budget": strain.budget,
        "until": millis(strain.until),
    }


def _fresh(writer: str) -> Any:
    return LedgerRow.writer.does_not_exist() | (LedgerRow.writer != writer)


def _old(item: edge.Item, at: datetime) -> Iterator[str]:
    """The attributes of pages that nobody looks at any more."""
    oldest = {
        **dict.fromkeys("srx", hour_of(at) - HOURS),
        "d": day_of(at) - DAYS - 1,
        **dict.fromkeys("gh", day_of(at) - 2),
        **dict.fromkeys("mn", slot_of(at) - SPAN),
    }
    return (name for name, (kind, number) in _pages(item) if number <= oldest[kind])


def _pages(item: edge.Item) -> Iterable[tuple[str, tuple[str, int]]]:
    return (
        (name, (name[0], int(name[1:])))
        for name in item
        if name[0] in "srxdghmn" and name[1:].isdigit()
    )


def _numbers(item: edge.Item, kind: str) -> dict[int, int]:
    return {
        number: int(item[name]["N"]) for name, (letter, number) in _pages(item) if letter == kind
    }


def _ledger(item: edge.Item) -> Ledger:
    sent, redeemed, extra = (_numbers(item, kind) for kind in "srx")
    return Ledger(
        {
            hour: Hour(sent.get(hour, 0), redeemed.get(hour, 0), extra.get(hour, 0))
            for hour in {*sent, *redeemed, *extra}
        },
        _numbers(item, "d"),
        _regions(item, "g"),
        _regions(item, "h"),
    )


def _regions(item: edge.Item, kind: str) -> dict[int, frozenset[str]]:
    return {
        number: frozenset(item[name]["SS"])
        for name, (letter, number) in _pages(item)
        if letter == kind
    }


def _minutes(item: edge.Item) -> Minutes:
    return Minutes(_numbers(item, "m"), _numbers(item, "n"))


def _standing(item: edge.Item) -> Standing:
    def those(prefix: str) -> dict[str, Mapping[str, int]]:
        return {
            name.removeprefix(prefix): {key: int(one["N"]) for key, one in value["M"].items()}
            for name, value in item.items()
            if name.startswith(prefix)
        }

    def strains(prefix: str) -> dict[str, Strain]:
        return {
            what: Strain(said["unverified"], said["budget"], instant(said["until"]))
            for what, said in those(prefix).items()
        }

    return Standing(
        instant(int(item["since"]["N"])) if "since" in item else None,
        strains(_REGION),
        strains(_ADDRESS),
        {
            region: Broken(said["redeemed"], said["sent"], instant(said["until"]))
            for region, said in those(_BROKEN).items()
        },
    )
