"""What a verification uses of AWS, with all that follows from it: calls, units, time and logs.

What follows is heard one change at a time, as it is while little happens; changes that come
together share an invocation.
"""

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from itertools import count
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory

from moto.events.models import EventPattern

from bench import surroundings
from bench.plants import API, Counted, Plant, Timed, Used
from bench.runtime import Package
from bench.surroundings import HOOKED, Surroundings, asked, ok
from chalicelib.local import embedded

ROUNDS, WARM = 25, 5

#: What EventBridge tells a function by a schedule, but for the time.
_SCHEDULED = {
    "version": "0",
    "id": "12345678-1234-1234-1234-123456789012",
    "detail-type": "Scheduled Event",
    "source": "aws.events",
    "account": "123456789012",
    "region": "us-east-1",
    "resources": [],
    "detail": {},
}


@dataclass(eq=False)
class Road:
    """What clients ask one after the other, on each of which everything follows."""

    around: Surroundings
    package: Package
    _phones: Iterator[str] = field(default_factory=lambda: (f"+86186{n:08}" for n in count()))
    _heard: Counter[str] = field(default_factory=Counter)

    def gone(self, plant: Plant, ask: Callable[[Plant], Iterator[None]]) -> Used:
        """What it uses to *ask*, the average of many times."""
        self._go(plant, ask, WARM)
        used = self._go(plant, ask, ROUNDS)
        for usage in (used.asked, used.after):
            for name in usage:
                usage[name] /= ROUNDS
        return used

    def _go(self, plant: Plant, ask: Callable[[Plant], Iterator[None]], rounds: int) -> Used:
        used, going = Used(), [ask(plant) for _ in range(rounds)]
        while going:
            # Whoever asks for a code reads it first: until then what follows is done.
            going = [one for one in going if next(one, self) is not self]
            used.asked.update(plant.taken())
            self._hear(plant)
            used.after.update(plant.taken())
        return used

    def verification(
        self, plant: Plant, app: str = embedded.APP_ID, **said: object
    ) -> Iterator[None]:
        phone = next(self._phones)
        ok(plant.call(API, self.around.send(phone, app, **said)))
        yield
        ok(plant.call(API, self.around.verify(phone, app)))

    def hooked(self, plant: Plant) -> Iterator[None]:
        return self.verification(plant, HOOKED)

    def with_captcha(self, plant: Plant) -> Iterator[None]:
        from chalicelib.wiring import service

        token = ok(plant.call(API, asked("GET", "/1.1/requestCaptcha")))["captcha_token"]
        picture = f"/1.1/captchaImage?appId={embedded.APP_ID}&token={token}"
        ok(plant.call(API, asked("GET", picture)))
        captcha = service().captchas.captchas.find(embedded.APP_ID, token)
        assert captcha
        answer = captcha.answer(service().secrets.keyring())
        said = {"captcha_token": token, "captcha_code": answer}
        read = ok(plant.call(API, asked("POST", "/1.1/verifyCaptcha", said)))
        yield from self.verification(plant, validate_token=read["validate_token"])

    def hour(self, plant: Plant) -> Iterator[None]:
        """One in which nothing happens."""
        plant.call("Overdue", {**_SCHEDULED, "time": datetime.now(UTC).isoformat()})
        yield

    def _hear(self, plant: Plant) -> None:
        """Let the functions hear of what changed, and of what changes by that."""
        from chalicelib.local import streams
        from chalicelib.store.tables import TABLES

        news = True
        while news:
            news = False
            for table in TABLES:
                name = table.Meta.table_name
                for entry in self._streamed(name) and streams.told(table, self._heard[name]):
                    self._heard[name] += 1
                    told = json.loads(json.dumps(entry, default=datetime.timestamp))
                    for function, pattern in self._streamed(name):
                        if pattern.matches_event(told):
                            news = True
                            answer = plant.call(function, streams.event([told]))
                            assert answer == {"batchItemFailures": []}, answer

    def _streamed(self, name: str) -> list[tuple[str, EventPattern]]:
        """Which functions the template lets hear of the table *name*, and of which changes."""
        return self._streams.get(name, [])

    @cached_property
    def _streams(self) -> dict[str, list[tuple[str, EventPattern]]]:
        streams: dict[str, list[tuple[str, EventPattern]]] = {}
        for function in self.package.functions():
            events = self.package.properties(function).get("Events", {}).values()
            for said in (one["Properties"] for one in events if one["Type"] == "DynamoDB"):
                [source, _] = said["Stream"]["Fn::GetAtt"]
                name = self.package.properties(source)["TableName"]
                for only in said["FilterCriteria"]["Filters"]:
                    pattern = EventPattern.load(only["Pattern"])
                    streams.setdefault(name, []).append((function, pattern))
        return streams


#: A verification; what a captcha before it adds, and a hook that is told of it; an hour of nothing.
Measured = dict[str, Used]


def measure(made: Path) -> tuple[Measured, Package]:
    """What is used by the package in *made*, by name; raises NotAvailable and Failed."""
    with TemporaryDirectory() as folder, surroundings.running() as around:
        package = Package.unzip(made, Path(folder))
        around.vouched_for(package.root)
        # A process of its own: this one's service may be another stage's already.
        here, there = get_context("spawn").Pipe()
        process = get_context("spawn").Process(target=_measure, args=(package, around, there))
        process.start()
        there.close()
        try:
            return here.recv(), package
        finally:
            process.join()


def _measure(package: Package, around: Surroundings, told: Connection) -> None:
    os.environ.update(package.environment(API) | dict(around.plainly))
    del os.environ["AWS_LAMBDA_FUNCTION_NAME"]  # it is none, and has the desk beside it
    told.send(_measured(package, around))


def _measured(package: Package, around: Surroundings) -> Measured:
    import logging

    from app import app
    from chalicelib import aws
    from chalicelib.api import events

    logging.getLogger("countersign.decisions").setLevel(logging.CRITICAL)
    app.complete()
    handlers = {
        name: app if name == API else getattr(events, _last(package, name))
        for name in package.functions()
    }
    counted = Counted(handlers, package.properties(API)["MemorySize"])
    counted.watch(aws.session())
    road = Road(around, package)
    roads = {
        "verification": road.verification,
        "captcha": road.with_captcha,
        "hook": road.hooked,
        "hour": road.hour,
    }
    with ExitStack() as stack:
        plants = (counted, Timed(package, around, stack))
        used = {
            name: _sum([road.gone(plant, ask) for plant in plants]) for name, ask in roads.items()
        }
    for more in ("captcha", "hook"):
        used[more] = used[more].less(used["verification"])
    return used


def _last(package: Package, function: str) -> str:
    return str(package.properties(function)["Handler"]).rpartition(".")[2]


def _sum(parts: list[Used]) -> Used:
    """Of both plants: they measure different things, and add up where they measure the same."""
    whole = Used()
    for part in parts:
        whole.asked.update(part.asked)
        whole.after.update(part.after)
    return whole
