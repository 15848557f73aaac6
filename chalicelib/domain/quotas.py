"""This is where the limits on sending are: how often one phone may be sent to."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from .errors import Refusal, TooFast, TooFrequent
from .messages import Channel, Kind

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_LIMIT = re.compile(r"([1-9][0-9]?)/([1-9][0-9]{0,3})([smhd])")

#: Each limit is a part of the condition that lets a send through.
_MOST = 5

#: A line remembers its sends in this many numbered slots a scope at the most.
SLOTS = 20


@dataclass(frozen=True, slots=True)
class Limit:
    """At most *count* sends in any window of *per*."""

    count: int
    per: timedelta

    @classmethod
    def parse(cls, text: str) -> tuple["Limit", ...]:
        """Read limits such as ``"1/30s, 3/1h, 5/1d"``; an empty text is no limit.

        Raises ValueError, which says the form.
        """
        parts = [part.strip() for part in text.split(",") if part.strip()]
        if len(parts) > _MOST:
            raise ValueError(f"at most {_MOST} limits, not {len(parts)}")
        return tuple(map(_limit, parts))

    def wait(self, sends: Sequence[datetime], *, now: datetime) -> timedelta:
        """How long until one more send fits; nothing when it fits now.

        *sends* come latest first.  Only the count-th latest matters, which is why the store
        can put the same question to DynamoDB as a condition, without reading the line first.
        """
        if len(sends) < self.count:
            return timedelta(0)
        return max(timedelta(0), sends[self.count - 1] + self.per - now)

    def __str__(self) -> str:
        seconds = int(self.per.total_seconds())
        for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
            if seconds % size == 0:
                return f"{self.count}/{seconds // size}{unit}"
        return f"{self.count}/{seconds}s"


@dataclass(frozen=True, slots=True)
class Quota:
    """The limits on one *scope* of a line's sends, and how their refusal is said."""

    scope: str
    limits: tuple[Limit, ...]
    refusal: type[Refusal] = TooFrequent

    @property
    def depth(self) -> int:
        """How many sends must be remembered to answer for every limit."""
        return max((limit.count for limit in self.limits), default=1)

    def wait(self, sends: Sequence[datetime], *, now: datetime) -> timedelta:
        """How long until one more send fits every limit."""
        waits = [limit.wait(sends, now=now) for limit in self.limits]
        return max(waits, default=timedelta(0))


def _limits(text: str) -> tuple[Limit, ...]:
    return field(default_factory=lambda: Limit.parse(text))


@dataclass(frozen=True, slots=True)
class Limits:
    """An app's limits, per phone but for the last; the defaults are LeanCloud's published ones.

    All windows slide: they count from the first message, not per calendar day.
    """

    #: app and number, whatever is sent
    number: tuple[Limit, ...] = _limits("1/10s")
    #: signature and number, whatever is sent, voice included
    signature: tuple[Limit, ...] = _limits("1/1m")
    #: signature and number, verification messages
    verification: tuple[Limit, ...] = _limits("10/1d")
    #: signature and number, notices
    notice: tuple[Limit, ...] = _limits("15/1d")
    #: signature and number, marketing: like notices
    marketing: tuple[Limit, ...] = _limits("15/1d")
    #: number, voice calls
    voice: tuple[Limit, ...] = _limits("1/30s, 3/1h, 5/1d")
    #: address, calls that hand in a code without its number
    code_only: tuple[Limit, ...] = _limits("10/1h")

    def quotas(self, *, kind: Kind, channel: Channel, signature: str) -> tuple[Quota, ...]:
        """What one more message of *kind* over *channel* must fit into."""
        mark = hashlib.sha256(signature.encode()).hexdigest()[:8]
        quotas = [
            Quota("number", self.number, TooFast),
            Quota(f"signature_{mark}", self.signature),
            Quota(f"{kind}_{mark}", getattr(self, kind)),
        ]
        if channel is Channel.VOICE:
            quotas.append(self.calls)
        return tuple(quotas)

    @property
    def calls(self) -> Quota:
        """What one more call must fit into, whatever asks for it."""
        return Quota("voice", self.voice)


def _limit(text: str) -> Limit:
    found = _LIMIT.fullmatch(text)
    if not found or int(found[1]) > SLOTS:
        form = f"a limit is COUNT/WINDOW, such as 10/1d, COUNT at most {SLOTS}"
        raise ValueError(f"{form}: {text[:20]!r}")
    per = timedelta(**{_UNITS[found[3]]: int(found[2])})
    if per > timedelta(days=1):
        raise ValueError(f"a window is one day at the most: {text[:20]!r}")
    return Limit(int(found[1]), per)
