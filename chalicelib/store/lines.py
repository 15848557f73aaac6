"""This is where the two rules of `domain.lines` are put to DynamoDB as conditional writes.

The common road is one write with no read before it: nothing is open, nothing was guessed,
every limit has room.  A write that is refused brings the line as it stands; then the domain
decides, and a second write holds only if nothing came between.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import reduce
from operator import and_

from pynamodb.expressions.condition import Condition, size
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action

from ..domain.challenges import GUESSES, LONGEST_TTL, Challenge, Codebook, Purpose
from ..domain.codes import random_token
from ..domain.errors import Busy, InvalidCode, TooFast, TooFrequent
from ..domain.lines import CLOSED_FOR, FAILURES, Issued, Line, Order
from ..domain.phones import PhoneNumber
from ..domain.quotas import Quota
from . import edge
from .attributes import millis
from .items import NEVER, line_of, slot_of, writer_of
from .tables import ChallengeMap, LineRow

#: How long a line is kept after the last thing it must remember.
_KEPT_FOR = CLOSED_FOR + timedelta(days=1)

#: More than the guesses and sends that could come between, each of which spends something.
_RACES = 12


class DynamoLines:
    """Lines as items: `app#+8618612345678`."""

    def issue(
        self, codebook: Codebook, order: Order, *, now: datetime, filed: Callable[[str], bool]
    ) -> Issued:
        try:
            item = edge.update(
                LineRow, line_key(codebook), _issuing(order, now), _nothing_in_the_way(order, now)
            )
        except edge.Refused as refused:
            return self._decide(codebook, order, refused.item, now=now, filed=filed)
        before = line_of(item)
        after = before.issue(order, codebook, now=now)
        return Issued(order, codebook, before, after, now)

    def _decide(
        self,
        codebook: Codebook,
        order: Order,
        item: edge.Item,
        *,
        now: datetime,
        filed: Callable[[str], bool],
    ) -> Issued:
        for _ in range(_RACES):
            line = line_of(item)
            if line.latest == order.id:  # our write stood; its reply was lost
                return Issued(order, codebook, _before_order(line, order), line, now)
            try:
                after = line.issue(order, codebook, now=now)
            except (TooFast, TooFrequent):
                if not line.perhaps_dead(order.quotas, now) or filed(line.latest):
                    raise
                after = line.take_over(order, codebook, now=now)
            issued = Issued(order, codebook, line, after, now)
            try:
                _write(issued, after, writer=order.id, seen=writer_of(item))
            except edge.Refused as refused:
                if line_of(refused.item).latest != order.id:
                    item = refused.item
                    continue
            return issued
        raise Busy("a line in great demand", retry_after=timedelta(seconds=1))

    def give_back(self, issued: Issued) -> None:
        id = issued.order.id
        line, seen = issued.after, id
        for _ in range(_RACES):
            try:
                _write(issued, line.returned(issued), writer=f"{id}-", seen=seen)
            except edge.Refused as refused:
                line, seen = line_of(refused.item), writer_of(refused.item)
                if line.latest == id:  # only guesses came between
                    continue
            return  # given back, or the line has moved on

    def attempt(
        self,
        codebook: Codebook,
        purpose: Purpose,
        guess: str,
        *,
        now: datetime,
        opening: bool = True,
        id: str = "",
    ) -> Line:
        writer = id or random_token()
        mark = codebook.mark(purpose, guess, by=writer) if opening else writer
        challenge = Path([purpose.value])
        tried = challenge["tried"]
        actions = [
            tried.set(tried.append([mark])),
            LineRow.failures.set(LineRow.failures + 1),
            LineRow.failed_at.set(now),
            LineRow.writer.set(writer),
        ]
        condition = (
            (challenge["expires_at"] > millis(now))
            & (size(tried) < GUESSES)
            & (LineRow.failures < FAILURES)
            & ~tried.contains(mark)
        )
        try:
            return line_of(edge.update(LineRow, line_key(codebook), actions, condition))
        except edge.Refused as refused:
            line = line_of(refused.item)
            challenges = line.challenges
            if purpose in challenges and mark in challenges[purpose].tried:
                return _before_guess(line, purpose, mark)  # it was counted; the reply was lost
            raise InvalidCode(line.unjudged(purpose, now)) from None

    def find(self, app: str, phone: PhoneNumber) -> Line:
        return line_of(edge.get(LineRow, f"{app}#{phone.e164}") or {})


def line_key(codebook: Codebook) -> str:
    return f"{codebook.app}#{codebook.phone.e164}"


def _issuing(order: Order, now: datetime) -> list[Action]:
    """The send noted and the challenge opened, with every slot moved one on."""
    actions = [
        *(action for quota in order.quotas for action in _shift(quota, now)),
        LineRow.writer.set(order.id),
        LineRow.latest.set(order.id),
        LineRow.takeovers.set(0),
        # Not by this order's own life: the code of an earlier one may live longer.
        LineRow.purge_at.set(now + LONGEST_TTL + _KEPT_FOR),
    ]
    if order.purpose is None:
        return actions
    challenge = Challenge(order.nonce, now + order.ttl, order.id)
    return [*actions, _put(order.purpose, challenge), LineRow.failures.set(0)]


def _shift(quota: Quota, now: datetime) -> Iterable[Action]:
    for place in range(quota.depth - 1, 0, -1):
        yield slot_of(quota.scope, place).set(slot_of(quota.scope, place - 1) | NEVER)
    yield slot_of(quota.scope, 0).set(millis(now))


def _nothing_in_the_way(order: Order, now: datetime) -> Condition:
    rooms = [_room(quota, now) for quota in order.quotas if quota.limits]
    if order.purpose is None:
        # Of no use by itself, but a condition there must be: a retry is not to count twice.
        first = LineRow.writer.does_not_exist() | (LineRow.writer != order.id)
    else:
        challenge = Path([order.purpose.value])
        first = (challenge.does_not_exist() | (challenge["expires_at"] <= millis(now))) & (
            LineRow.failures.does_not_exist() | (LineRow.failures == 0)
        )
    met: Condition = reduce(and_, rooms, first)
    return met


def _room(quota: Quota, now: datetime) -> Condition:
    """The quota's limits, as questions about one slot each."""
    rooms = []
    for limit in quota.limits:
        slot = slot_of(quota.scope, limit.count - 1)
        rooms.append(slot.does_not_exist() | (slot <= millis(now - limit.per)))
    met: Condition = reduce(and_, rooms)
    return met


def _write(issued: Issued, line: Line, *, writer: str, seen: str) -> None:
    """Let the item say what *line* says, on the condition that *seen* still wrote last.

    What this code does not know of, because a newer one wrote it, stays as it is.
    """
    last = max((one.expires_at for one in line.challenges.values()), default=issued.at)
    actions = [
        *(action for quota in issued.order.quotas for action in _slots(quota, line)),
        *(_put(purpose, line.challenges.get(purpose)) for purpose in Purpose),
        LineRow.failures.set(line.failures),
        LineRow.takeovers.set(line.takeovers),
        LineRow.latest.set(line.latest),
        LineRow.writer.set(writer),
        LineRow.purge_at.set(max(last, issued.at) + _KEPT_FOR),
    ]
    edge.update(LineRow, line_key(issued.codebook), actions, LineRow.writer == seen)


def _slots(quota: Quota, line: Line) -> Iterable[Action]:
    times = line.sends.get(quota.scope, ())
    for place in range(quota.depth):
        slot = slot_of(quota.scope, place)
        yield slot.set(millis(times[place])) if place < len(times) else slot.remove()


def _put(purpose: Purpose, challenge: Challenge | None) -> Action:
    path = Path([purpose.value])
    if challenge is None:
        return path.remove()
    kept: Action = path.set(
        ChallengeMap(
            nonce=challenge.nonce,
            expires_at=challenge.expires_at,
            record=challenge.record,
            tried=list(challenge.tried),
            redeemed=challenge.redeemed or None,
        )
    )
    return kept


def _before_order(line: Line, order: Order) -> Line:
    """The line as it was before *order* was written on the common road."""
    scopes = {quota.scope for quota in order.quotas}
    sends = {scope: times[1:] if scope in scopes else times for scope, times in line.sends.items()}
    challenges = {
        purpose: challenge
        for purpose, challenge in line.challenges.items()
        if purpose is not order.purpose
    }
    return replace(line, sends=sends, challenges=challenges)


def _before_guess(line: Line, purpose: Purpose, mark: str) -> Line:
    """The line as it was before the guess behind *mark* was written."""
    challenge = line.challenges[purpose]
    since = len(challenge.tried) - challenge.tried.index(mark)
    before = replace(challenge, tried=challenge.tried[:-since])
    return replace(
        line, challenges={**line.challenges, purpose: before}, failures=line.failures - since
    )
