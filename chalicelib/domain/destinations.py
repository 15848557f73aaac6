"""This is where it stands which regions an app sends to: by purpose, and never by country code.

+1 is twenty-five countries, some of them dear: what a number belongs to is its region.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import phonenumbers

from .challenges import Purpose

#: Where revenue share fraud is commonest; the file names its source.
HIGH_RISK = frozenset(
    json.loads(Path(__file__).with_name("high_risk.json").read_text("utf-8"))["regions"].split()
)

_ALL, _RISKY = "*", "high_risk"
_FORM = "REGION, REGION; PURPOSE: REGION, *, -REGION, -high_risk"
_MOST = 1000


@dataclass(frozen=True, slots=True)
class Allowed:
    """Some regions, or all but some; what is taken out is out wherever it is named."""

    regions: frozenset[str] = frozenset()
    all: bool = False
    without: frozenset[str] = frozenset()
    words: str = ""

    @classmethod
    def parse(cls, text: str) -> "Allowed":
        """Read ``CN, HK`` or ``*, -high_risk, -US``; raises ValueError."""
        words = [word.strip() for word in text.split(",") if word.strip()]
        named, without, every = set[str](), set[str](), False
        for word in words:
            bare = word.removeprefix("-").strip()
            if bare == _RISKY:
                regions = HIGH_RISK
            elif word == _ALL:
                every, regions = True, frozenset()
            elif bare.upper() in phonenumbers.SUPPORTED_REGIONS:
                regions = frozenset({bare.upper()})
            else:
                raise ValueError(f"regions are {_FORM}: {word[:40]!r}")
            (without if word.startswith("-") else named).update(regions)
        if not named and not every:
            raise ValueError(f"no region is named: {text[:40]!r}")
        said = ", ".join(word if _RISKY in word else word.upper() for word in words)
        return cls(frozenset(named), every, frozenset(without), said)

    def __contains__(self, region: str) -> bool:
        return (self.all or region in self.regions) and region not in self.without

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True, slots=True)
class Destinations:
    """The regions that codes and messages go to, by purpose; of those without one, by ``""``."""

    own: Mapping[str, Allowed] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> "Destinations":
        """Read ``CN, HK; login: *, -high_risk``; an empty text leaves it to the other settings.

        Raises ValueError, which says the form.
        """
        if len(text) > _MOST:
            raise ValueError(f"at most {_MOST} characters")
        own: dict[str, Allowed] = {}
        for part in filter(None, (part.strip() for part in text.split(";"))):
            found = re.fullmatch(r"(?:([a-z_]+)\s*:)?(.*)", part)
            purpose = (found[1] or "") if found else part
            if not found or (purpose and purpose not in list(Purpose)):
                raise ValueError(f"purposes are {', '.join(Purpose)}: {part[:40]!r}")
            if purpose in own:
                raise ValueError(f"regions for the same twice: {part[:40]!r}")
            own[purpose] = Allowed.parse(found[2])
        return cls(own)

    def to(self, purpose: Purpose) -> Allowed | None:
        """What is said of *purpose*, or of all; None where nothing is."""
        return self.own.get(purpose) or self.own.get("")

    def __str__(self) -> str:
        return "; ".join(
            f"{purpose}: {allowed}" if purpose else str(allowed)
            for purpose, allowed in self.own.items()
        )
