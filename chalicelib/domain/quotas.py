"""This is where the limits on sending are: how often one phone may be sent to."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta

from .errors import Refusal, TooFast, TooFrequent
from .messages import Channel, Kind

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_LIMIT = re.compile(r"([1-9][0-9]{0,2})/([1-9][0-9]{0,3})([smhd])")

#: Each limit is a part of the condition that lets a send through.
_MOST = 5

#: A line remembers its sends in this many numbered slots a scope at the most.
SLOTS = 20

#: An address's are a list, of which there may be twice as many.
LISTED = 300


@dataclass(frozen=True, slots=True)
class Limit:
    """At most *count* sends in any window of *per*."""

    count: int
    per: timedelta

    @classmethod
    def parse(cls, text: str, *, most: int = SLOTS) -> tuple["Limit", ...]:
        """Read limits such as ``"1/30s, 3/1h, 5/1d"``; an empty text is no limit.

        Raises ValueError, which says the form: each counts to *most* at the most.
        """
        parts = [part.strip() for part in text.split(",") if part.strip()]
        if len(parts) > _MOST:
            raise ValueError(f"at most {_MOST} limits, not {len(parts)}")
        return tuple(_limit(part, most) for part in parts)

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

    def admit(self, sends: Sequence[datetime], *, now: datetime) -> None:
        """Raises the refusal, with how long to wait, unless one more send fits every limit."""
        wait = self.wait(sends, now=now)
        if wait:
            raise self.refusal(self.scope, retry_after=wait)


def _limit(text: str, most: int) -> Limit:
    found = _LIMIT.fullmatch(text)
    if not found or int(found[1]) > most:
        form = f"a limit is COUNT/WINDOW, such as 10/1d, COUNT at most {most}"
        raise ValueError(f"{form}: {text[:20]!r}")
    per = timedelta(**{_UNITS[found[3]]: int(found[2])})
    if per > timedelta(days=1):
        raise ValueError(f"a window is one day at the most: {text[:20]!r}")
    return Limit(int(found[1]), per)


def _limits(text: str, *, most: int = SLOTS) -> tuple[Limit, ...]:
    parsed = Limit.parse(text, most=most)
    return field(default=parsed, metadata={"most": most})


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
    #: address, sends that clients ask for
    address: tuple[Limit, ...] = _limits("30/1h, 100/1d", most=LISTED)
    #: address, wrong codes
    guesses: tuple[Limit, ...] = _limits("20/1h", most=LISTED)
    #: address, captchas
    captchas: tuple[Limit, ...] = _limits("30/1m", most=LISTED)

    def set(self, name: str, text: str) -> "Limits":
        """The limits with one changed; raises ValueError, which says what is wrong."""
        [known] = [item for item in fields(self) if item.name == name]
        return replace(self, **{name: Limit.parse(text, most=known.metadata["most"])})

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
