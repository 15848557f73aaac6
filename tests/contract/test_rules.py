"""The rule said twice, purely and to DynamoDB, is one rule: random histories through both."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from chalicelib.domain.challenges import Codebook, Purpose
from chalicelib.domain.codes import Keyring, random_text
from chalicelib.domain.errors import InvalidCode, Refusal
from chalicelib.domain.lines import Line, Order
from chalicelib.domain.messages import Channel, Kind
from chalicelib.domain.phones import PhoneNumber
from chalicelib.domain.quotas import Limit, Limits
from chalicelib.store import edge
from chalicelib.store.lines import DynamoLines, _line
from chalicelib.store.tables import LineRow
from tests.conftest import opened

LIMITS = Limits(
    number=Limit.parse("1/10s"),
    signature=Limit.parse("1/30s"),
    verification=Limit.parse("3/10m"),
    voice=Limit.parse("1/15s, 2/5m"),
)
RINGS = (Keyring((b"a" * 32,)), Keyring((b"b" * 32, b"a" * 32)))
_phones = count(10_000_000)


@dataclass
class History:
    """One phone, twice: as a value, and as an item."""

    now: datetime = datetime(2026, 11, 21, tzinfo=UTC)
    line: Line = field(default_factory=Line)
    lines: DynamoLines = field(default_factory=DynamoLines)
    ring: Keyring = RINGS[0]
    phone: PhoneNumber = field(default_factory=lambda: PhoneNumber(f"+86186{next(_phones)}"))
    codes: list[str] = field(default_factory=list)

    @property
    def codebook(self) -> Codebook:
        return Codebook(self.ring, "an-app-of-ours", self.phone)

    def send(self, channel: Channel, signature: str, minutes: int) -> None:
        quotas = LIMITS.quotas(kind=Kind.VERIFICATION, channel=channel, signature=signature)
        order = Order(
            random_text(24),
            Purpose.OPERATION,
            quotas,
            timedelta(minutes=minutes),
            self.ring.nonce(),
        )
        try:
            after = self.line.issue(order, self.codebook, now=self.now)
        except Refusal as refusal:
            with pytest.raises(type(refusal)) as said:
                self.lines.issue(self.codebook, order, now=self.now, filed=lambda _: True)
            assert said.value.retry_after == refusal.retry_after
            return
        issued = self.lines.issue(self.codebook, order, now=self.now, filed=lambda _: True)
        assert issued.after == after
        assert self.seen(issued.before) == self.seen(self.line)
        self.line = after
        self.codes.append(issued.code)

    def give_back(self) -> None:
        """A send that is refused by all: the line is as it was."""
        quotas = LIMITS.quotas(kind=Kind.VERIFICATION, channel=Channel.SMS, signature="x")
        order = Order(
            random_text(24), Purpose.OPERATION, quotas, timedelta(minutes=5), self.ring.nonce()
        )
        try:
            issued = self.lines.issue(self.codebook, order, now=self.now, filed=lambda _: True)
        except Refusal:
            return
        self.lines.give_back(issued)

    def guess(self, place: int | None) -> None:
        guess = self.codes[place % len(self.codes)] if place is not None and self.codes else "nope"
        seal = self.codebook.seal(Purpose.OPERATION, guess)
        try:
            after = self.line.attempt(Purpose.OPERATION, seal, now=self.now)
        except InvalidCode as refusal:
            with pytest.raises(InvalidCode) as said:
                self.lines.attempt(self.codebook, Purpose.OPERATION, guess, now=self.now)
            assert said.value.reason == refusal.reason
            return
        before = self.lines.attempt(self.codebook, Purpose.OPERATION, guess, now=self.now)
        verdicts = [
            self.codebook.opens(Purpose.OPERATION, line.challenges[Purpose.OPERATION], guess)
            for line in (self.line, before)
        ]
        assert verdicts[0] == verdicts[1]
        self.line = after

    def agree(self) -> None:
        """Whether value and item tell the same from now on."""
        item = edge.get(LineRow, f"an-app-of-ours#{self.phone.e164}")
        stored = _line(item or {})
        assert self.seen(stored) == self.seen(self.line)

    def seen(self, line: Line) -> Line:
        """What of *line* can still matter: over is over, and old sends beyond the depth are."""
        challenges = {
            purpose: challenge
            for purpose, challenge in line.challenges.items()
            if self.now < challenge.expires_at
        }
        sends = {
            scope: tuple(at for at in times if at > self.now - timedelta(minutes=10))
            for scope, times in line.sends.items()
        }
        return replace(line, challenges=challenges, sends={k: v for k, v in sends.items() if v})


STEPS = some.one_of(
    some.tuples(
        some.just("send"),
        some.sampled_from(Channel),
        some.sampled_from(["x", "店"]),
        some.sampled_from([1, 10]),
    ),
    some.tuples(some.just("guess"), some.none() | some.integers(0, 3)),
    some.tuples(some.just("guess"), some.just(-1)),
    some.tuples(some.just("pass"), some.sampled_from([0, 5, 10, 15, 30, 31, 60, 300, 601])),
    some.tuples(some.just("rotate")),
    some.tuples(some.just("give back")),
)


@pytest.fixture(scope="module", params=["moto", "dynamodb local"])
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    environ = {}
    if request.param != "moto":
        environ = {
            "AWS_ENDPOINT_URL_DYNAMODB": request.getfixturevalue("dynamodb_local"),
            "TABLE_PREFIX": f"t{random_text(8)}",
        }
    with opened(**environ):
        yield request.param


@settings(max_examples=60, deadline=None)
@given(steps=some.lists(STEPS, min_size=1, max_size=25))
def test_the_rule_and_the_conditional_write_agree(
    database: str, steps: list[tuple[object, ...]]
) -> None:
    history = History()
    for name, *said in steps:
        if name == "send":
            history.send(*said)  # type: ignore[arg-type]
        elif name == "guess":
            history.guess(*said)  # type: ignore[arg-type]
        elif name == "give back":
            history.give_back()
        elif name == "rotate":
            history.ring = RINGS[1]
        else:
            history.now += timedelta(seconds=said[0])  # type: ignore[arg-type]
        history.agree()
