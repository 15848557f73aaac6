"""This is where a message has its price: US dollars a segment of text, or a minute of a call.

    an app's own prices ─► prices.json beside this file

The shipped table is a list of public figures; each row names its source, each source its date.  It
is for limits and reports, not for books: what counts is the carrier's bill, and a team whose bill
says otherwise puts prices of its own in front.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path

import phonenumbers

from .messages import Channel

#: Stands for every region that a table does not name.
OTHERS = "*"

#: A price for every region and channel, and to spare.
_MOST = 600

_FORM = "REGION=DOLLARS or REGION/voice=DOLLARS, such as CN=0.05, US/voice=0.02, *=0.1"
_OWN = re.compile(r"([A-Za-z]{2}|\*)(?:/(sms|voice))?\s*=\s*([0-9]{1,4}(?:\.[0-9]{1,6})?)")


@dataclass(frozen=True, slots=True)
class Prices:
    """What messages cost one app, by region (ISO 3166) and channel.

    *own* are the app's prices.  Its own ``*`` answers for all regions that it does not name, so
    with one the shipped table is not asked; without, the table answers, whose ``*`` is its
    dearest row: a country unknown must not be free when money is limited.
    """

    own: Mapping[tuple[str, Channel], Decimal] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> "Prices":
        """Read prices such as ``CN=0.05, US/voice=0.02, *=0.1``; an empty text is none.

        Without a channel a price is of texts; it has six decimals at the most.  Raises
        ValueError, which says the form.
        """
        own: dict[tuple[str, Channel], Decimal] = {}
        parts = list(filter(None, (part.strip() for part in text.split(","))))
        if len(parts) > _MOST:
            raise ValueError(f"at most {_MOST} prices")
        for part in parts:
            found = _OWN.fullmatch(part)
            if not found:
                raise ValueError(f"a price is {_FORM}: {part[:40]!r}")
            region = found[1].upper()
            if region != OTHERS and region not in phonenumbers.SUPPORTED_REGIONS:
                raise ValueError(f"not a region, such as CN or DE: {found[1]!r}")
            what = region, Channel(found[2] or Channel.SMS)
            if what in own:
                raise ValueError(f"a second price for the same: {part[:40]!r}")
            own[what] = Decimal(found[3])
        return cls(own)

    def price(self, region: str, channel: Channel) -> Decimal:
        """US dollars for one segment, or one minute, to *region*; never without an answer."""
        for table in (self.own, _shipped()):
            for name in (region, OTHERS):
                if (name, channel) in table:
                    return table[name, channel]
        raise AssertionError(f"the shipped table has no {OTHERS} for {channel}")

    def __str__(self) -> str:
        return ", ".join(
            f"{region}={price}" if channel is Channel.SMS else f"{region}/{channel}={price}"
            for (region, channel), price in self.own.items()
        )


@cache  # a deployment's file does not change
def _shipped() -> Mapping[tuple[str, Channel], Decimal]:
    table = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
    return {
        (region, Channel(channel)): Decimal(row["price"])
        for channel, rows in table["prices"].items()
        for region, row in rows.items()
    }
