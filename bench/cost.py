"""What 1,000 verifications cost of AWS at its list prices, and what a month without any does.

The messages are not in it: what they cost is the carriers' matter, and a hundred times as much.
Nor is what AWS gives for nothing: streams as Lambda reads them, schedules, plain parameters.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench import usage
from bench.plants import API, Usage, Used
from bench.runtime import Package
from tools.package import ROOT

LIST = Path(__file__).parent / "list_prices.json"

HOURS = 30 * 24
#: Lambda asks a queue by five connections, each of which waits 20 seconds for an answer; in the
#: long run by as few as two.
#: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
POLLS = 5 * 3600 / 20


@dataclass(frozen=True)
class Price:
    """What AWS lists for *amount* of something, of which so much is *free* each month.

    *source* is AWS's own page; *via* is where it was read, if not there.
    """

    part: str
    unit: str
    amount: float
    price: float
    source: str
    read: str
    via: str = ""
    free: float = 0.0

    def of(self, quantity: float) -> float:
        """Dollars for *quantity*."""
        return quantity / self.amount * self.price

    def beyond_free(self, quantity: float) -> float:
        """Dollars for *quantity* in a month in which nothing else is used."""
        return self.of(max(0.0, quantity - self.free))


def prices(architecture: str) -> dict[str, Price]:
    """Every price by the name of what is used, of functions for *architecture*."""
    listed = {
        name: Price(**said) for name, said in json.loads(LIST.read_text("utf-8"))["prices"].items()
    }
    time = {name: listed.pop(name) for name in list(listed) if name.startswith("gb_seconds_")}
    return {**listed, "gb_seconds": time[f"gb_seconds_{architecture}"]}


def architecture() -> str:
    """The processor that the functions are deployed for, whatever they are measured on."""
    said: str = json.loads((ROOT / ".chalice" / "config.json").read_text())["lambda_architecture"]
    return said


def dollars(used: Usage, listed: Mapping[str, Price]) -> float:
    """What *used* costs; what has no price is no cost."""
    return sum(listed[name].of(many) for name, many in used.items() if name in listed)


def table(used: Used, listed: Mapping[str, Price], many: int = 1000) -> Iterator[str]:
    """A line for each part of what *many* of *used* cost, the dearest first, and their sum."""
    whole = used.asked + used.after
    total = dollars(whole, listed)
    yield f"{'part':<32} {'quantity':>12} {'afterwards':>12} {'dollars':>9} {'share':>6}"
    for name in sorted(listed, key=lambda name: -listed[name].of(whole[name])):
        if whole[name]:
            one = listed[name]
            scale = many / 1e6 if one.amount == 1e9 else many  # bytes are told in megabytes
            unit = " MB" if one.amount == 1e9 else ""
            yield (
                f"{one.part:<32} {_said(whole[name] * scale) + unit:>12} "
                f"{_said(used.after[name] * scale) + unit:>12} "
                f"{one.of(whole[name] * many):>9.4f} {one.of(whole[name]) / total:>6.0%}"
            )
    after = dollars(used.after, listed)
    yield f"{'together':<58} {total * many:>9.4f}   100%"
    yield f"of it what follows by itself: {after / total:.0%}"


def _said(quantity: float) -> str:
    return f"{quantity:,.0f}" if quantity >= 100 else f"{quantity:.1f}"


def idle(hour: Used, package: Package) -> Usage:
    """What a month uses in which nobody calls."""
    types = Counter(one["Type"] for one in package.resources.values())
    queues = sum(
        event["Type"] == "SQS"
        for name in package.functions()
        for event in package.properties(name).get("Events", {}).values()
    )
    month: Usage = Counter({"sqs_requests": queues * POLLS * HOURS})
    month["alarms"] = types["AWS::CloudWatch::Alarm"]
    for name, many in (hour.asked + hour.after).items():
        month[name] += many * HOURS
    return month


def measure(made: Path) -> Iterator[str]:
    """The lines to print of the package in *made*; raises NotAvailable and Failed."""
    used, package = usage.measure(made)
    listed = prices(architecture())
    memory = package.properties(API)["MemorySize"]
    dates = sorted(price.read for price in listed.values())
    yield (
        f"us-east-1, {memory} MB on {architecture()}, list prices read {dates[0]} to {dates[-1]}, "
        "nothing for free"
    )
    yield from table(used["verification"], listed)
    for what, words in (("captcha", "a captcha before it"), ("hook", "a hook that is told of it")):
        more = used[what].asked + used[what].after
        yield f"{words} adds {dollars(more, listed) * 1000:.4f} for 1,000"
    month = idle(used["hour"], package)
    beyond = sum(listed[name].beyond_free(many) for name, many in month.items() if name in listed)
    yield (
        f"a month in which nobody calls: {dollars(month, listed):.2f} at list prices, "
        f"{beyond:.2f} beyond what each account has free"
    )


def main() -> None:
    """Measure the package in the folder that is named."""
    parser = argparse.ArgumentParser(prog="python -m bench.cost", description=main.__doc__)
    parser.add_argument("made", type=Path, help="what `make package` left, for this processor")
    print(*measure(parser.parse_args().made), sep="\n")


if __name__ == "__main__":
    main()
