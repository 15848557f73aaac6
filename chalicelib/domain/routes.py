"""This is where it stands which senders an app's messages go by, and in which order."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import phonenumbers

from .messages import Channel

#: Stands for every region that is not named.
OTHERS = "*"

_FORM = "REGION=sender, sender; REGION/voice=sender; *=sender"
_WHERE = re.compile(r"([A-Za-z]{2}|\*)(?:/(sms|voice))?")
_SENDER = re.compile(r"[a-z][a-z0-9_-]{0,31}")

#: A route for every region and channel, and to spare.
_MOST = 600


@dataclass(frozen=True, slots=True)
class Routes:
    """The senders to ask, in their order, by region (ISO 3166) and channel.

    A route of both is followed before one of the channel for all regions, that before one of
    the region alone, and that before one of all; where there is none, the deployment's order
    stands.
    """

    own: Mapping[tuple[str, Channel | None], tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> "Routes":
        """Read routes such as ``CN=aliyun, sns; */voice=eum``; an empty text is none.

        Raises ValueError, which says the form.
        """
        own: dict[tuple[str, Channel | None], tuple[str, ...]] = {}
        parts = [part.strip() for part in text.split(";") if part.strip()]
        if len(parts) > _MOST:
            raise ValueError(f"at most {_MOST} routes")
        for part in parts:
            said, equals, names = part.partition("=")
            found = _WHERE.fullmatch(said.strip())
            senders = tuple(name.strip() for name in names.split(","))
            if not found or not equals or not all(map(_SENDER.fullmatch, senders)):
                raise ValueError(f"a route is {_FORM}: {part[:40]!r}")
            region = found[1].upper()
            if region != OTHERS and region not in phonenumbers.SUPPORTED_REGIONS:
                raise ValueError(f"not a region, such as CN or DE: {found[1]!r}")
            where = region, Channel(found[2]) if found[2] else None
            if where in own:
                raise ValueError(f"a second route for the same: {part[:40]!r}")
            if len(set(senders)) != len(senders):
                raise ValueError(f"a sender twice: {part[:40]!r}")
            own[where] = senders
        return cls(own)

    def to(self, region: str, channel: Channel) -> tuple[str, ...] | None:
        """The senders to ask for *region*, in their order; None where no route is said."""
        for place in ((region, channel), (OTHERS, channel), (region, None), (OTHERS, None)):
            if place in self.own:
                return self.own[place]
        return None

    @property
    def senders(self) -> frozenset[str]:
        """Every sender that is named."""
        return frozenset(name for names in self.own.values() for name in names)

    def __str__(self) -> str:
        return "; ".join(
            f"{region}/{channel}={', '.join(names)}" if channel else f"{region}={', '.join(names)}"
            for (region, channel), names in self.own.items()
        )
