"""The rule said twice, purely and to DynamoDB, is one rule: random histories through both."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from chalicelib.domain.challenges import Codebook, Purpose
from chalicelib.domain.codes import Keyring, random_token
from chalicelib.domain.errors import Refusal
from chalicelib.domain.lines import Issued, Line, Order
from chalicelib.domain.messages import Channel, Kind
from chalicelib.domain.phones import PhoneNumber
from chalicelib.domain.quotas import Limit, Limits, Quota
from chalicelib.store import edge
from chalicelib.store.items import line_of
from chalicelib.store.lines import DynamoLines
from chalicelib.store.tables import LineRow
from tests.conftest import of_dynamodb_local, opened

LIMITS = Limits(
    number=Limit.parse("1/10s"),
    signature=Limit.parse("1/30s"),
    verification=Limit.parse("3/10m"),
    notice=Limit.parse("2/5m"),
    voice=Limit.parse("1/15s, 2/5m"),
)
RINGS = (Keyring((b"a" * 32,)), Keyring((b"b" * 32, b"a" * 32)))
_phones = count(10_000_000)


T = TypeVar("T")


def refused(call: Callable[[], T]) -> T | Refusal:
    """What *call* returns, or the refusal it raises."""
    try:
        return call()
    except Refusal as refusal:
        return refusal


def same(one: object, other: object) -> bool:
    """Whether both are refusals, and the same one."""
    return (
        isinstance(one, Refusal)
        and isinstance(other, Refusal)
        and (type(one), one.reason, one.retry_after)
        == (type(other), other.reason, other.retry_after)
    )


@dataclass
class History:
    """One phone, twice: as a value, and as an item."""

    now: datetime = datetime(2040, 1, 2, tzinfo=UTC)
    line: Line = field(default_factory=Line)
    lines: DynamoLines = field(default_factory=DynamoLines)
    ring: Keyring = RINGS[0]
    phone: PhoneNumber = field(default_factory=lambda: PhoneNumber(f"+86186{next(_phones)}"))
    codes: list[str] = field(default_factory=list)

    @property
    def codebook(self) -> Codebook:
        return Codebook(self.ring, "an-app-of-ours", self.phone)

    def send(self, channel: Channel, signature: str, seconds: int) -> None:
        quotas = LIMITS.quotas(kind=Kind.VERIFICATION, channel=channel, signature=signature)
        self.order(self.code(quotas, seconds))

    def notify(self, signature: str) -> None:
        """Send what carries no code."""
        quotas = LIMITS.quotas(kind=Kind.NOTICE, channel=Channel.SMS, signature=signature)
        self.order(Order(random_token(), quotas))

    def code(self, quotas: tuple[Quota, ...], seconds: int) -> Order:
        life, nonce = timedelta(seconds=seconds), self.ring.nonce()
        return Order(random_token(), quotas, Purpose.OPERATION, life, nonce)

    def order(self, order: Order) -> None:
        after = refused(lambda: self.line.issue(order, self.codebook, now=self.now))
        issued = refused(lambda: self.issue(order))
        if isinstance(after, Refusal) or isinstance(issued, Refusal):
            assert same(issued, after)
            return
        assert self.seen(issued.after) == self.seen(after)
        assert self.seen(issued.before) == self.seen(self.line)
        self.line = after
        if order.purpose:
            self.codes.append(issued.code)

    def give_back(self, kind: Kind) -> None:
        """A send that is refused by all: the line is as it was."""
        quotas = LIMITS.quotas(kind=kind, channel=Channel.SMS, signature="x")
        order = Order(random_token(), quotas)
        if kind is Kind.VERIFICATION:
            order = self.code(quotas, 300)
        issued = refused(lambda: self.issue(order))
        if isinstance(issued, Issued):
            self.lines.give_back(issued)
            before, self.line = self.line, issued.after.returned(issued)
            assert self.seen(self.line).sends == self.seen(before).sends
            assert self.line.latest == before.latest

    def issue(self, order: Order) -> Issued:
        return self.lines.issue(self.codebook, order, now=self.now, filed=lambda _: True)

    def guess(self, place: int | None) -> None:
        guess = self.codes[place % len(self.codes)] if place is not None and self.codes else "nope"
        mark = self.codebook.mark(Purpose.OPERATION, guess, by="")
        purpose = Purpose.OPERATION
        after = refused(lambda: self.line.attempt(purpose, mark, now=self.now))
        before = refused(lambda: self.lines.attempt(self.codebook, purpose, guess, now=self.now))
        if isinstance(after, Refusal) or isinstance(before, Refusal):
            assert same(before, after)
            return
        verdicts = [
            self.codebook.opens(Purpose.OPERATION, line.challenges[Purpose.OPERATION], guess)
            for line in (self.line, before)
        ]
        assert verdicts[0] == verdicts[1]
        self.line = after

    def agree(self) -> None:
        """Whether value and item tell the same from now on."""
        item = edge.get(LineRow, f"an-app-of-ours#{self.phone.e164}")
        stored = line_of(item or {})
        assert self.seen(stored) == self.seen(self.line)

    def seen(self, line: Line) -> Line:
        """What of *line* can still matter: over is over, and old sends beyond the depth are."""
        challenges = {
            purpose: replace(challenge, tried=tuple(mark[:32] for mark in challenge.tried))
            for purpose, challenge in line.challenges.items()
            if self.now < challenge.expires_at
        }
        sends = {
            scope: tuple(at for at in times if at > self.now - timedelta(minutes=10))
            for scope, times in line.sends.items()
        }
        return replace(line, challenges=challenges, sends={k: v for k, v in sends.items() if v})


#: Seconds before each step: windows and lives end at some of these.
WAITS = some.sampled_from([0, 0, 5, 10, 15, 29, 30, 31, 60, 300, 599, 600])
LIVES = some.sampled_from([5, 60, 600])
SENDS = some.tuples(
    some.just("send"), some.sampled_from(Channel), some.sampled_from(["x", "x", "店"]), LIVES
)
GUESSES = some.tuples(some.just("guess"), some.sampled_from([-1, -1, 0, None]))
STEPS = some.tuples(
    WAITS,
    some.one_of(
        SENDS,
        SENDS,
        GUESSES,
        GUESSES,
        some.tuples(some.just("guesses"), some.integers(3, 6)),
        some.tuples(some.just("rotate")),
        some.tuples(some.just("notice"), some.sampled_from(["x", "店"])),
        some.tuples(some.just("give back"), some.sampled_from([Kind.VERIFICATION, Kind.NOTICE])),
    ),
)


@pytest.fixture(
    scope="module",
    params=["moto", pytest.param("dynamodb local", marks=pytest.mark.dynamodb_local)],
)
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    environ = {}
    if request.param != "moto":
        environ = of_dynamodb_local(request.getfixturevalue("dynamodb_local"))
    with opened(**environ):
        yield request.param


@settings(max_examples=150, deadline=None)
@given(steps=some.lists(STEPS, min_size=1, max_size=12))
def test_the_rule_and_the_conditional_write_agree(
    database: str, steps: list[tuple[int, tuple[Any, ...]]]
) -> None:
    history = History()
    for wait, (name, *said) in steps:
        history.now += timedelta(seconds=wait)
        if name == "send":
            history.send(*said)
        elif name == "guess":
            history.guess(*said)
        elif name == "guesses":
            for _ in range(*said):
                history.guess(None)
        elif name == "give back":
            history.give_back(*said)
        elif name == "notice":
            history.notify(*said)
        else:
            history.ring = RINGS[1]
        history.agree()
