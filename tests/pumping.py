"""Fourteen days of people who ask for codes, and four ways in which machines do.

Everything is drawn from one seed.  Shapes of attacks are those that Twilio, AWS and authgear
publish: one country from many addresses, many countries from one, numbers beside each other, and
a drip that nobody sees.
"""

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count

from chalicelib.domain.costs import Cost
from chalicelib.domain.messages import Channel, Kind
from chalicelib.domain.phones import PhoneNumber
from chalicelib.domain.prices import Prices
from chalicelib.domain.records import Record, Status

APP = "an-app-of-ours"
BEGIN = datetime(2040, 1, 2, tzinfo=UTC)
DAYS = 14
#: Codes a day, without those that are asked for again.
VOLUME = 3000
#: So long the slow one takes.
WEEK = 7
#: An attack comes on the day after the fourteen.
ATTACK = BEGIN + timedelta(days=DAYS, hours=3)


@dataclass(frozen=True)
class Region:
    """A region with its *share* of the traffic, *conversion*, hours from UTC, and numbers."""

    name: str
    share: float
    conversion: float
    zone: int
    prefix: str
    digits: int

    def number(self, dice: random.Random) -> PhoneNumber:
        return PhoneNumber(f"+{self.prefix}{dice.randrange(10**self.digits):0{self.digits}}")


REGIONS = (
    Region("CN", 0.40, 0.93, 8, "86138", 8),
    Region("US", 0.12, 0.90, -6, "1415", 7),
    Region("IN", 0.10, 0.85, 5, "9198", 8),
    Region("JP", 0.08, 0.94, 9, "8190", 8),
    Region("GB", 0.07, 0.92, 0, "4477", 8),
    Region("DE", 0.06, 0.92, 1, "49151", 8),
    Region("BR", 0.05, 0.86, -3, "55119", 8),
    Region("MX", 0.04, 0.85, -6, "5255", 8),
    Region("FR", 0.03, 0.91, 1, "336", 8),
    Region("TH", 0.02, 0.88, 7, "668", 8),
    Region("PH", 0.02, 0.84, 8, "639", 9),
    Region("ID", 0.01, 0.83, 7, "62812", 8),
)
#: Where the attacks go: a region in which the app has few users.
TARGET = REGIONS[-1]

_NUMBERS = count()


@dataclass(frozen=True)
class Request:
    """A code asked for, as a record of what would become of it; *machine* asks for no use."""

    record: Record
    machine: bool = False


def people(seed: int, days: int) -> Iterator[Request]:
    """What people ask for, in the order of days, with a daily rhythm in each region.

    One in three is behind one of five addresses that the region's mobile carriers share out, and
    one in fifty behind one of three that a VPN has for all regions; one in twelve asks again
    within a minute, and hands the later code in.
    """
    dice = random.Random(seed)
    for day in range(days):
        for region in REGIONS:
            for _ in range(round(VOLUME * region.share * dice.uniform(0.85, 1.15))):
                at = BEGIN + timedelta(days=day, seconds=_second(dice, region))
                yield from _person(dice, region, at, _address(dice, region))


def _address(dice: random.Random, region: Region) -> str:
    drawn = dice.random()
    if drawn < 1 / 3:
        return f"carrier {region.name} {dice.randrange(5)}"
    if drawn < 1 / 3 + 1 / 50:
        return f"vpn {dice.randrange(3)}"
    return f"2001:db8:{dice.randrange(65536):x}:{dice.randrange(65536):x}::"


def _person(dice: random.Random, region: Region, at: datetime, address: str) -> Iterator[Request]:
    phone = region.number(dice)
    if dice.random() < 1 / 12:
        yield Request(asked(phone, at, address))
        at += timedelta(seconds=dice.uniform(60, 120))
    record = asked(phone, at, address)
    if dice.random() < region.conversion:
        after = timedelta(seconds=min(540.0, dice.lognormvariate(math.log(20), 0.8)))
        record = replace(record, status=Status.VERIFIED, verified_at=at + after)
    yield Request(record)


def _second(dice: random.Random, region: Region) -> float:
    """A second of the day in UTC: most people are awake at eight in the evening, local time."""
    while True:
        hour = dice.uniform(0, 24)
        awake = 0.55 + 0.45 * math.cos((hour - 20) / 24 * 2 * math.pi)
        if dice.random() < awake:
            return (hour - region.zone) % 24 * 3600


def asked(phone: PhoneNumber, at: datetime, address: str) -> Record:
    """A record of a code that was sent, and has not come back."""
    return Record(
        f"{next(_NUMBERS):032x}",
        APP,
        phone,
        Channel.SMS,
        "",
        Status.PENDING,
        at,
        Kind.VERIFICATION,
        "",
        "Shop",
        Cost(1, Prices().price(phone.region, Channel.SMS) or Decimal("0.05")),
        address=address,
        sender="sns",
    )


def _machine(phone: PhoneNumber, at: datetime, address: str) -> Request:
    return Request(asked(phone, at, address), machine=True)


def _fresh(dice: random.Random) -> str:
    return ".".join(str(dice.randrange(1, 255)) for _ in range(4))


def one_country(dice: random.Random) -> Iterator[Request]:
    """One country, from an address of its own each: 20,000 codes, one a second."""
    for place in range(20_000):
        at = ATTACK + timedelta(seconds=place)
        yield _machine(TARGET.number(dice), at, _fresh(dice))


def one_address(dice: random.Random) -> Iterator[Request]:
    """Every region in turn, from one address: 5,000 codes, one a second."""
    for place in range(5_000):
        region = REGIONS[place % len(REGIONS)]
        yield _machine(region.number(dice), ATTACK + timedelta(seconds=place), "203.0.113.7")


def adjacent(dice: random.Random) -> Iterator[Request]:
    """Ranges of numbers one after the other, from an address of its own each: 10,000 codes."""
    for place in range(10_000):
        phone = PhoneNumber(f"+{TARGET.prefix}{70_000_000 + place:08}")
        yield _machine(phone, ATTACK + timedelta(seconds=2 * place), _fresh(dice))


def drip(dice: random.Random) -> Iterator[Request]:
    """Two in a hundred of all traffic, for a week, from everywhere, to one country."""
    for _ in range(round(VOLUME * 0.02 * WEEK)):
        at = ATTACK + timedelta(days=WEEK) * dice.random()
        yield _machine(TARGET.number(dice), at, _fresh(dice))


ATTACKS: dict[str, Callable[[random.Random], Iterator[Request]]] = {
    "one country, many addresses": one_country,
    "many countries, one address": one_address,
    "adjacent ranges": adjacent,
    "a slow drip": drip,
}
