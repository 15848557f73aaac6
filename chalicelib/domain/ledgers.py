"""This is where it stands what became of the codes sent to one region, or from one address.

A ledger has a page for each hour of a day, and counts for each day what was redeemed.  A code
that comes back is taken from the hour in which it was sent: so what is left is never negative.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

#: The windows of authgear's budget, which ours follows: a day, and the best of a fortnight.
HOURS, DAYS = 24, 14

#: So long a number is remembered beside which others stand.
BESIDE_FOR = timedelta(days=1)

_HOUR, _DAY = 3600, 86400

#: Regions by the days on which they were met with.
Regions = Mapping[int, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Hour:
    """Codes *sent* in an hour, those of them that were *redeemed*, and what counts *extra*."""

    sent: int = 0
    redeemed: int = 0
    extra: int = 0

    @property
    def unverified(self) -> int:
        return max(0, self.sent - self.redeemed) + self.extra


@dataclass(frozen=True, slots=True)
class Ledger:
    """The *hours* of a day and the redeemed codes of some *days*, each numbered since 1970.

    *regions* are those that an address asked codes for, by day, and *proven* those of which one
    came back.
    """

    hours: Mapping[int, Hour] = field(default_factory=dict)
    days: Mapping[int, int] = field(default_factory=dict)
    regions: Mapping[int, frozenset[str]] = field(default_factory=dict)
    proven: Mapping[int, frozenset[str]] = field(default_factory=dict)

    def sent(self, at: datetime, *, extra: int = 0, region: str = "") -> "Ledger":
        """The ledger with one more code, sent *at* a moment."""
        hour = self.hours.get(hour_of(at), Hour())
        hour = replace(hour, sent=hour.sent + 1, extra=hour.extra + extra)
        after = replace(self, hours={**self._kept_hours(at), hour_of(at): hour})
        return replace(after, regions=_with(self.regions, at, region)) if region else after

    def weighed(self, at: datetime, extra: int) -> "Ledger":
        """The ledger with *extra* held against it."""
        hour = self.hours.get(hour_of(at), Hour())
        hours = {**self.hours, hour_of(at): replace(hour, extra=hour.extra + extra)}
        return replace(self, hours=hours)

    def redeemed(self, at: datetime, *, region: str = "") -> "Ledger":
        """The ledger once a code that was sent *at* a moment came back."""
        hour = self.hours.get(hour_of(at), Hour())
        hours = {**self.hours, hour_of(at): replace(hour, redeemed=hour.redeemed + 1)}
        day = day_of(at)
        kept = {day_: many for day_, many in self.days.items() if day_ >= day - DAYS}
        after = replace(self, hours=hours, days={**kept, day: kept.get(day, 0) + 1})
        return replace(after, proven=_with(self.proven, at, region)) if region else after

    def unverified(self, now: datetime) -> int:
        """What was sent within a day and has not come back, with what counts extra."""
        return sum(hour.unverified for hour in self._lately(now))

    def budget(self, now: datetime, *, floor: int, share: float) -> int:
        """How much of that there may be."""
        lately = sum(hour.redeemed for hour in self._lately(now))
        today = day_of(now)
        best = max((self.days.get(today - back, 0) for back in range(1, DAYS + 1)), default=0)
        return max(floor, int(share * lately), int(share * best))

    def over_until(self, now: datetime, *, floor: int, share: float) -> datetime:
        """When it is within its budget again if nothing more is sent: on the hour."""
        at = datetime.fromtimestamp(hour_of(now) * _HOUR, UTC)
        for _ in range(HOURS + 1):
            at += timedelta(hours=1)
            if self.unverified(at) <= self.budget(at, floor=floor, share=share):
                break
        return at

    def strange(self, now: datetime) -> frozenset[str]:
        """The regions sent to today and yesterday of which no code came back."""
        return _lately(self.regions, now) - _lately(self.proven, now)

    def _lately(self, now: datetime) -> Iterator[Hour]:
        this = hour_of(now)
        return (hour for number, hour in self.hours.items() if this - HOURS < number <= this)

    def _kept_hours(self, at: datetime) -> dict[int, Hour]:
        oldest = hour_of(at) - HOURS
        return {number: hour for number, hour in self.hours.items() if number > oldest}


def _with(known: Regions, at: datetime, region: str) -> Regions:
    day = day_of(at)
    kept = {number: some for number, some in known.items() if number >= day - 1}
    return {**kept, day: kept.get(day, frozenset()) | {region}}


def _lately(known: Regions, now: datetime) -> frozenset[str]:
    today, none = day_of(now), frozenset[str]()
    return known.get(today, none) | known.get(today - 1, none)


def hour_of(at: datetime) -> int:
    return int(at.timestamp()) // _HOUR


def day_of(at: datetime) -> int:
    return int(at.timestamp()) // _DAY
