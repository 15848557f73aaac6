"""How long the package takes to wake, and how much memory it takes, under Amazon's runtime client.

Each time is a new process's, from its start to its first answer, on one core, as a Lambda of
1,769 MB has it.  Beside it stands the same for a function of Chalice and pynamodb alone, since a
time by itself says what machine it was taken on.
"""

import argparse
import statistics
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import surroundings
from bench.plants import API
from bench.runtime import Event, Function, Package
from bench.surroundings import Surroundings, asked, ok

ROUNDS, WARM = 15, 200

#: What was promised: milliseconds until the first answer, megabytes of memory and of the zip.
VERIFY, SEND, PEAK, ZIP = 350, 450, 110, 12

#: Chalice and a model of pynamodb, with nothing of ours, that writes one item and reads it.
_BARE = """
from chalice import Chalice
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.models import Model

app = Chalice("bare")


class Item(Model):
    class Meta:
        table_name = "bare"
        region = "us-east-1"

    id = UnicodeAttribute(hash_key=True)
    times = NumberAttribute(default=0)


@app.route("/", methods=["POST"])
def count():
    item = Item("one")
    item.update(actions=[Item.times.add(1)])
    item.refresh(consistent_read=True)
    return {"times": int(item.times)}
"""


@dataclass
class Times:
    """Milliseconds of a clock, and of the processor, that the same took each time."""

    clock: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    def add(self, clock: float, processor: float) -> None:
        self.clock.append(clock * 1000)
        self.processor.append(processor * 1000)

    def median(self) -> float:
        return statistics.median(self.clock)

    def worst(self) -> float:
        """The 99th of a hundred, by the clock."""
        return statistics.quantiles(self.clock, n=100)[98]

    def busy(self) -> float:
        return statistics.median(self.processor)


@dataclass(frozen=True)
class Woken:
    """What was measured of one package."""

    verify: Times
    send: Times
    bare: Times
    warm_verify: Times
    warm_send: Times
    warm_bare: Times
    peak: float
    bare_peak: float

    def __str__(self) -> str:
        return "\n".join(
            [
                f"to the first verify {_cold(self.verify, self.bare)}; budget {VERIFY} ms",
                f"to the first send   {_cold(self.send, self.bare)}; budget {SEND} ms",
                f"to the first answer of Chalice and pynamodb alone {_cold(self.bare, self.bare)}",
                f"then a verify {_warm(self.warm_verify)}",
                f"then a send   {_warm(self.warm_send)}",
                f"then an answer of Chalice and pynamodb alone {_warm(self.warm_bare)}",
                f"memory, at most {self.peak:.0f} MB after all of what it does; budget {PEAK} MB; "
                f"Chalice and pynamodb alone {self.bare_peak:.0f} MB",
            ]
        )


def _cold(times: Times, bare: Times) -> str:
    ratio = "" if times is bare else f", {times.median() / bare.median():.2f} times the bare one's"
    return (
        f"{times.median():.0f} ms ({min(times.clock):.0f} at best, {times.busy():.0f} busy{ratio})"
    )


def _warm(times: Times) -> str:
    return f"{times.median():.1f} ms, p99 {times.worst():.1f} ms ({times.busy():.1f} ms busy)"


def measure(made: Path, rounds: int = ROUNDS) -> Woken:
    """What is in *made*, woken so often.  Raises dynamodb.NotAvailable and account.Failed."""
    with TemporaryDirectory() as folder, surroundings.running() as around:
        unzipped = Package.unzip(made, Path(folder))
        around.vouched_for(unzipped.root)
        (Path(folder) / "bare.py").write_text(_BARE)
        return _measure(unzipped, around, rounds)


def _measure(unzipped: Package, around: Surroundings, rounds: int) -> Woken:
    phones = (f"+86186{place:08}" for place in range(10**8))
    verify, send, bare = Times(), Times(), Times()

    def sandbox(handler: str = "") -> Function:
        return Function(unzipped, API, around.told, handler=handler)

    def woken(times: Times, event: Event, handler: str = "") -> None:
        with sandbox(handler) as function:
            ok(function.invoke(event))
            times.add(time.perf_counter() - function.began, function.spent())

    with sandbox() as sender, sandbox("bare.app") as plain:
        for _ in range(20):  # the tables wake, too
            ok(sender.invoke(around.send(next(phones))))
            ok(plain.invoke(asked("POST", "/")))
        for _ in range(rounds):
            sent = next(phones)
            ok(sender.invoke(around.send(sent)))
            woken(verify, around.verify(sent))
            woken(send, around.send(next(phones)))
            woken(bare, asked("POST", "/"), "bare.app")
        many = [next(phones) for _ in range(WARM)]
        warm_send = _each(sender, map(around.send, many))
        warm_verify = _each(sender, map(around.verify, many))
        warm_bare = _each(plain, (asked("POST", "/") for _ in many))
        bare_peak = plain.peak()
    with sandbox() as function:
        for event in _all(around, function, phones):
            ok(function.invoke(event))
        peak = function.peak()
    return Woken(verify, send, bare, warm_verify, warm_send, warm_bare, peak, bare_peak)


def _each(function: Function, events: Iterable[Event]) -> Times:
    times = Times()
    for event in events:
        spent, began = function.spent(), time.perf_counter()
        ok(function.invoke(event))
        times.add(time.perf_counter() - began, function.spent() - spent)
    return times


def _all(around: Surroundings, function: Function, phones: Iterator[str]) -> Iterator[Event]:
    """One of each kind of what a function does, with what takes memory among it."""
    for phone in [next(phones) for _ in range(50)]:
        yield around.send(phone)
        yield around.verify(phone)
    captcha = ok(function.invoke(asked("GET", "/1.1/requestCaptcha?width=200&height=100")))
    query = captcha["captcha_url"].partition("?")[2]
    yield asked("GET", f"/1.1/captchaImage?{query}")
    notice = {"name": "Order", "kind": "notice", "source": "您的订单{{order}}正在派送。"}
    yield asked("POST", "/console/api/templates", notice, master=True)
    yield around.send(next(phones), template="Order", order="7623432424540")
    yield asked("POST", "/1.1/users", {"username": "one", "password": "a long enough one"})
    yield asked("POST", "/1.1/login", {"username": "one", "password": "a long enough one"})


def main() -> None:
    """Measure the package in the folder that is named."""
    parser = argparse.ArgumentParser(prog="python -m bench.cold", description=main.__doc__)
    parser.add_argument("made", type=Path, help="what `make package` left, for this processor")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="processes of each kind")
    asked_for = parser.parse_args()
    print(measure(asked_for.made, asked_for.rounds))


if __name__ == "__main__":
    main()
