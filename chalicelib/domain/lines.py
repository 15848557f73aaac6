"""This is where a line is: what one app knows of one phone, and the two rules about it.

`issue` says whether a message may go out and which code it carries; `attempt` counts a guess.
Both are pure.  The store puts the same rules to DynamoDB as one conditional write each, and a
property test holds the two together.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from .challenges import Challenge, Codebook, Purpose
from .errors import InvalidCode, TooFrequent
from .quotas import Quota

#: Failures in a row that close a line: NIST SP 800-63B allows at most 100.
FAILURES = 100
CLOSED_FOR = timedelta(days=1)
LINE_CLOSED = "line closed"

#: A function lives fourteen seconds: a send of which nothing is on file after these has died.
DEAD_AFTER = timedelta(seconds=15)
#: How often in a row a dead send is taken over before the limits count it all the same.
TAKEOVERS = 3


@dataclass(frozen=True, slots=True)
class Order:
    """One message that wants to go out.

    *id* names the request: its record bears it, and so does the line it writes.
    *purpose*, *ttl* and *nonce* are of the code it carries, should a new one be drawn; what
    carries none has no purpose.
    """

    id: str
    quotas: tuple[Quota, ...]
    purpose: Purpose | None = None
    ttl: timedelta = timedelta(0)
    nonce: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Line:
    """Recent sends and open challenges of one phone in one app.

    *sends* are kept by scope, latest first.  *latest* is the id of the latest send, and
    *takeovers* how many dead sends it and those just before it took over.  *failures* counts
    the guesses since the last success, up to *failed_at*.
    """

    sends: Mapping[str, tuple[datetime, ...]] = field(default_factory=dict)
    challenges: Mapping[Purpose, Challenge] = field(default_factory=dict)
    failures: int = 0
    failed_at: datetime | None = None
    latest: str = ""
    takeovers: int = 0

    def issue(self, order: Order, codebook: Codebook, *, now: datetime) -> "Line":
        """The line once *order* has gone out; raises TooFast or TooFrequent.

        While the challenge is open, the same digits go out again and no guess is refilled;
        one used up, opened or expired is replaced.  An order without a code leaves the
        challenges and failures as they are.
        """
        line = self if order.purpose is None else self._settled(codebook, now)
        line._admit(order, now)
        challenges = dict(line.challenges)
        if order.purpose is not None:
            expires_at = now + order.ttl
            challenge = challenges.get(order.purpose)
            if challenge and challenge.open(now) and codebook.code(order.purpose, challenge):
                challenges[order.purpose] = challenge.resent(expires_at, order.id)
            else:
                challenges[order.purpose] = Challenge(order.nonce, expires_at, order.id)
        sends = {
            quota.scope: (now, *line.sends.get(quota.scope, ()))[: quota.depth]
            for quota in order.quotas
        }
        return replace(
            line,
            sends={**line.sends, **sends},
            challenges=challenges,
            latest=order.id,
            takeovers=0,
        )

    def attempt(self, purpose: Purpose, mark: str, *, now: datetime) -> "Line":
        """The line once the guess behind *mark* is counted; raises InvalidCode if none is judged.

        Every guess is counted before anybody knows whether it was right, so guessing in
        parallel buys nothing.  Whether it was right is read from the line as it stood before.
        """
        challenge = self.challenges.get(purpose)
        if challenge is None or not challenge.open(now) or self.failures >= FAILURES:
            raise InvalidCode(self.unjudged(purpose, now))
        return replace(
            self,
            challenges={**self.challenges, purpose: challenge.guessed(mark)},
            failures=self.failures + 1,
            failed_at=now,
        )

    def returned(self, issued: "Issued") -> "Line":
        """The line as if *issued* had never been, but for the guesses that came since.

        It is the latest send still, so what was before it is what is left.
        """
        order, before = issued.order, issued.before
        challenges = dict(self.challenges)
        if order.purpose is not None:
            challenge, earlier = (line.challenges.get(order.purpose) for line in (self, before))
            if challenge and earlier and challenge.nonce == earlier.nonce:
                challenges[order.purpose] = replace(
                    earlier, tried=challenge.tried, redeemed=challenge.redeemed
                )
            else:
                challenges.pop(order.purpose, None)
        scopes = {quota.scope: before.sends.get(quota.scope, ()) for quota in order.quotas}
        return replace(
            self,
            sends={**self.sends, **scopes},
            challenges=challenges,
            latest=before.latest,
            takeovers=before.takeovers,
        )

    def unjudged(self, purpose: Purpose, now: datetime) -> str:
        """Why a guess was not judged, for the log."""
        challenge = self.challenges.get(purpose)
        if self.failures >= FAILURES:
            return LINE_CLOSED
        if challenge is None:
            return "never sent"
        return "expired" if now >= challenge.expires_at else "guesses spent"

    def perhaps_dead(self, quotas: tuple[Quota, ...], now: datetime) -> bool:
        """Whether the latest send may have died before it came on file."""
        sent_at = self._sent_at(quotas)
        return sent_at is not None and sent_at + DEAD_AFTER <= now and self.takeovers < TAKEOVERS

    def take_over(self, order: Order, codebook: Codebook, *, now: datetime) -> "Line":
        """As `issue`, in the place of the latest send, which has died and so costs no quota."""
        sent_at = self._sent_at(order.quotas)
        sends = {
            scope: times[1:] if times and times[0] == sent_at else times
            for scope, times in self.sends.items()
        }
        line = replace(self, sends=sends).issue(order, codebook, now=now)
        return replace(line, takeovers=self.takeovers + 1)

    def _sent_at(self, quotas: tuple[Quota, ...]) -> datetime | None:
        times = [sends[0] for quota in quotas if (sends := self.sends.get(quota.scope))]
        return max(times, default=None)

    def _settled(self, codebook: Codebook, now: datetime) -> "Line":
        """What is over is dropped: a success forgives the failures before it."""
        opened = {
            purpose
            for purpose, challenge in self.challenges.items()
            if codebook.opened(purpose, challenge)
        }
        forgiven = opened or (self.failures >= FAILURES and self._closed(now) <= timedelta(0))
        return replace(
            self,
            challenges={
                purpose: challenge
                for purpose, challenge in self.challenges.items()
                if purpose not in opened and now < challenge.expires_at
            },
            failures=0 if forgiven else self.failures,
        )

    def _admit(self, order: Order, now: datetime) -> None:
        if self.failures >= FAILURES and order.purpose is not None:
            raise TooFrequent(LINE_CLOSED, retry_after=self._closed(now))
        waits = [
            (quota.wait(self.sends.get(quota.scope, ()), now=now), quota) for quota in order.quotas
        ]
        for wait, quota in waits:
            if wait:
                longest = max(wait for wait, _ in waits)
                raise quota.refusal(f"limit {quota.scope}", retry_after=longest)

    def _closed(self, now: datetime) -> timedelta:
        return (self.failed_at or now) + CLOSED_FOR - now


@dataclass(frozen=True, slots=True)
class Issued:
    """An order the line took, *at* a moment; the line *before*, should it be given back."""

    order: Order
    codebook: Codebook
    before: Line
    after: Line
    at: datetime

    @property
    def challenge(self) -> Challenge | None:
        """What the order opened; None if it carries no code."""
        purpose = self.order.purpose
        return None if purpose is None else self.after.challenges[purpose]

    @property
    def code(self) -> str:
        """The digits to send; empty if it carries no code."""
        purpose = self.order.purpose
        if purpose is None:
            return ""
        code = self.codebook.code(purpose, self.after.challenges[purpose])
        assert code, "a challenge is issued with a pepper at hand"  # noqa: S101
        return code
