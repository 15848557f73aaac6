"""This is where it is judged whether a send is more likely pumped than asked for.

What tells them apart is conversion: people hand their codes in, and machines do not.  Every
region and every address has a budget of codes that have not come back; see `ledgers`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from .ledgers import Ledger

#: So long an app is watched before anything is asked of its users, as authgear's default is.
WATCHED_FOR = timedelta(days=14)

#: What a number beside another one's counts for, and a region too many of one address, besides
#: the send itself.
EXTRA = 2
#: The distinct regions of an address from which on each further send counts extra (authgear).
MANY_REGIONS = 3

#: The share of a budget from which on a captcha may be asked for.
STRAINED = 0.7

#: Twilio's rule of thumb: under so much conversion, at over so many sends within an hour.
LEAST_CONVERSION, LEAST_SENDS = 0.2, 50
BROKEN_FOR = timedelta(hours=1)


#: All regions but the home one, as one: else each of two hundred had a budget of its own.
ABROAD, ABROAD_FLOORS = "*", 5


class Defence(StrEnum):
    """What is done with a send that is over a budget."""

    AUTO = "auto"  # watch for the first fortnight, then challenge
    OFF = "off"
    WATCH = "watch"  # it is noted, and sent
    CHALLENGE = "challenge"  # a captcha is asked for: 608
    SLOW = "slow"  # 601
    BLOCK = "block"  # 154


class Breaking(StrEnum):
    """What is done once a region's conversion has fallen too low."""

    OFF = "off"
    ALARM = "alarm"
    BLOCK = "block"  # for an hour, besides


class Verdict(StrEnum):
    """What became of a request for a message."""

    ALLOWED = "allowed"
    WATCHED = "watched"
    CHALLENGED = "challenged"
    SLOWED = "slowed"
    BLOCKED = "blocked"

    @property
    def bars(self) -> bool:
        """Whether nothing is sent, whatever the client does about it now."""
        return self in (Verdict.SLOWED, Verdict.BLOCKED)


_VERDICTS = {
    Defence.WATCH: Verdict.WATCHED,
    Defence.CHALLENGE: Verdict.CHALLENGED,
    Defence.SLOW: Verdict.SLOWED,
    Defence.BLOCK: Verdict.BLOCKED,
}


class Cause(StrEnum):
    """What speaks against a send, or for it."""

    REGION = "region"  # codes of a region that have not come back, of its budget
    ADDRESS = "address"  # those that were asked for from an address, of its budget
    BREAKER = "breaker"  # codes of a region that came back within an hour, of those sent
    SAFE = "safe"  # it is listed as safe
    BARRED = "barred"  # it is listed as to bar
    LINE = "line"  # the kind of line that a number is


@dataclass(frozen=True, slots=True)
class Reason:
    """One cause with its figures: *got* of *most*, of the region, address or entry *what*."""

    cause: Cause
    what: str
    got: int = 0
    most: int = 0


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided on a send, and why; *wait* is how long it holds, if that is known.

    *saved* is what a message would have cost that was not sent.
    """

    verdict: Verdict = Verdict.ALLOWED
    reasons: tuple[Reason, ...] = ()
    wait: timedelta | None = None
    saved: Decimal | None = None

    @property
    def safe(self) -> bool:
        """Whether nothing is held against it, for it is listed as safe."""
        return any(reason.cause is Cause.SAFE for reason in self.reasons)

    def __bool__(self) -> bool:
        """Whether there is anything to say of it."""
        return self.verdict is not Verdict.ALLOWED or bool(self.reasons)


ALLOWED = Decision()


@dataclass(frozen=True, slots=True)
class Rule:
    """How large budgets are: *floor* codes of a region, *address_floor* of an address.

    *share* is that of the redeemed codes, of a day or of the best of a fortnight.
    """

    floor: int = 20
    address_floor: int = 10
    share: float = 0.5

    def strain(
        self, cause: Cause, ledger: Ledger, now: datetime, *, what: str = ""
    ) -> "Strain | None":
        """How far *ledger* has used its budget up; None as long as it is not strained."""
        floor = self.floor if cause is Cause.REGION else self.address_floor
        if what == ABROAD:
            floor *= ABROAD_FLOORS
        budget = ledger.budget(now, floor=floor, share=self.share)
        unverified = ledger.unverified(now)
        if unverified < STRAINED * budget:
            return None
        until = ledger.over_until(now, floor=floor, share=self.share)
        return Strain(unverified, budget, until)


@dataclass(frozen=True, slots=True)
class Strain:
    """A budget that is strained, or overdrawn, *until* a moment if nothing more is sent."""

    unverified: int
    budget: int
    until: datetime

    @property
    def over(self) -> bool:
        return self.unverified > self.budget

    def news(self, told: "Strain | None") -> bool:
        """Whether this says something else than what was *told*: not each code more does."""
        return (
            told is None
            or self.over != told.over
            or self.until != told.until
            or self.unverified >= told.unverified * 1.25
        )


@dataclass(frozen=True, slots=True)
class Broken:
    """A region whose conversion fell too low: *redeemed* of *sent* codes; *until* a moment."""

    redeemed: int
    sent: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known against regions and addresses of an app, *since* its first code."""

    since: datetime | None = None
    regions: Mapping[str, Strain] = field(default_factory=dict)
    addresses: Mapping[str, Strain] = field(default_factory=dict)
    broken: Mapping[str, Broken] = field(default_factory=dict)

    def strains(self, cause: Cause) -> Mapping[str, Strain]:
        """What is known against regions, or against addresses."""
        return self.regions if cause is Cause.REGION else self.addresses

    def defence(self, chosen: Defence, now: datetime) -> Defence:
        """What is done at a moment where an app has *chosen* so."""
        if chosen is not Defence.AUTO:
            return chosen
        watched = self.since is None or now < self.since + WATCHED_FOR
        return Defence.WATCH if watched else Defence.CHALLENGE


def judged(
    standing: Standing,
    *,
    region: str,
    address: str,
    now: datetime,
    defence: Defence,
    breaking: Breaking = Breaking.ALARM,
    adaptive: bool = False,
    home: str = "",
) -> Decision:
    """The decision on a code to *region*, which may be *home*, asked for from *address*.

    *adaptive* asks for a captcha as soon as a budget is strained.
    """
    broken = standing.broken.get(region)
    if broken and now < broken.until and breaking is Breaking.BLOCK:
        reason = Reason(Cause.BREAKER, region, broken.redeemed, broken.sent)
        return Decision(Verdict.BLOCKED, (reason,), broken.until - now)
    chosen = standing.defence(defence, now)
    strains = [
        (Reason(cause, what, strain.unverified, strain.budget), strain)
        for cause, what, known in (
            (Cause.REGION, region, standing.regions),
            (Cause.REGION, ABROAD if region != home else "", standing.regions),
            (Cause.ADDRESS, address, standing.addresses),
        )
        if (strain := known.get(what)) and now < strain.until
    ]
    over = [strain.until for _, strain in strains if strain.over]
    reasons = tuple(reason for reason, _ in strains)
    if over and chosen is not Defence.OFF:
        decision = Decision(_VERDICTS[chosen], reasons, max(over) - now)
        if adaptive and decision.verdict is Verdict.WATCHED:
            return replace(decision, verdict=Verdict.CHALLENGED)
        return decision
    if strains and adaptive:
        return Decision(Verdict.CHALLENGED, reasons)
    return ALLOWED


def breaks(sent: int, redeemed: int) -> bool:
    """Whether so much conversion within an hour is too little."""
    return sent > LEAST_SENDS and redeemed < LEAST_CONVERSION * sent
