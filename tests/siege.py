"""A siege: people and machines ask for codes, and the defence decides as when deployed."""

import heapq
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import count

from chalicelib.domain.abuse import Verdict
from chalicelib.domain.apps import App
from chalicelib.domain.settings import Settings
from chalicelib.flows.replays import Replay
from tests import pumping
from tests.pumping import APP, Request

#: People who are asked to read a captcha and do; machines do not.
PATIENT = 0.97

_ORDER = count()


@dataclass
class Toll:
    """What came of a siege: codes of people and of machines, and dollars of the machines'."""

    people: int = 0
    challenged: int = 0
    harmed: int = 0
    machines: int = 0
    passed: int = 0
    wanted: Decimal = Decimal(0)
    lost: Decimal = Decimal(0)
    #: Machines' codes that went out before the first that did not; None if none was held.
    detected_after: int | None = None
    #: Hours since the attack began, with what machines have asked for and got by then, in dollars.
    curve: list[tuple[float, Decimal, Decimal]] = field(default_factory=list)

    @property
    def harm(self) -> float:
        """The share of people's sends that did not go out."""
        return self.harmed / self.people


def besieged(attack: str, settings: str = "", *, seed: int = 1) -> Toll:
    """What *attack* costs an app of these *settings*, beside people who go on asking."""
    chosen = Settings.read({"destinations": "*", **Settings.split(settings)})
    app = App.create("Shop", id=APP).with_settings(chosen)
    dice = random.Random(seed)
    machines = [*pumping.ATTACKS[attack](random.Random(seed + 1))]
    last = max(request.record.at for request in machines)
    days = (last - pumping.BEGIN).days + 1
    return _run(Replay.of(app), _in_order(pumping.people(seed, days), machines), dice)


def _in_order(*requests: Iterable[Request]) -> list[Request]:
    both = [request for some in requests for request in some]
    return sorted(both, key=lambda request: request.record.at)


def _run(replay: Replay, requests: Iterable[Request], dice: random.Random) -> Toll:
    toll, coming = Toll(), list[tuple[datetime, int, Request]]()
    for request in requests:
        while coming and coming[0][0] <= request.record.at:
            at, _, earlier = heapq.heappop(coming)
            replay.redeemed(earlier.record, at)
        sent = _judged(replay, request, toll, dice)
        if sent:
            replay.sent(request.record)
            if request.record.verified_at:
                heapq.heappush(coming, (request.record.verified_at, next(_ORDER), request))
    return toll


def _judged(replay: Replay, request: Request, toll: Toll, dice: random.Random) -> bool:
    verdict = replay.decision(request.record).verdict
    challenged = verdict is Verdict.CHALLENGED
    if request.machine:
        held = challenged or verdict.bars
        price = request.record.price
        toll.machines += 1
        toll.wanted += price
        toll.passed += not held
        toll.lost += price * (not held)
        if held and toll.detected_after is None:
            toll.detected_after = toll.passed
        hours = (request.record.at - pumping.ATTACK).total_seconds() / 3600
        toll.curve.append((hours, toll.wanted, toll.lost))
        return not held
    held = verdict.bars or (challenged and dice.random() > PATIENT)
    toll.people += 1
    toll.challenged += challenged
    toll.harmed += held
    return not held
