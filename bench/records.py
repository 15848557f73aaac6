"""How soon the console shows what it shows first, with ten thousand records of one day.

Moto answers in this process, and is slower at it than DynamoDB: most of the time is its own.
"""

import random
import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

RECORDS, ROUNDS = 10_000, 7
#: The most that the first page may take, in milliseconds.
BUDGET = 300


def measure(records: int = RECORDS) -> list[str]:
    """A line for each page that an administrator sees first."""
    from chalicelib.local import embedded

    with embedded.aws():
        return list(_lines(records))


def _lines(records: int) -> Iterator[str]:
    import logging

    from app import app
    from chalicelib.local import embedded, gateway

    logging.getLogger("countersign.decisions").setLevel(logging.CRITICAL)
    embedded.furnish("")
    today = datetime.now(UTC).date()
    _fill(embedded.APP_ID, records)
    headers = {
        "X-LC-Id": embedded.APP_ID,
        "X-LC-Key": f"{embedded.MASTER_KEY},master",
        "Host": "x",
    }
    for what, path in {
        f"the day's first page (budget {BUDGET})": f"records?day={today}&limit=50",
        "those of a rare state": f"records?day={today}&limit=50&state=refused",
        "those of a number": "records?phone=18600000007&limit=50",
        "a month in numbers": f"counters?from={today - timedelta(29)}&to={today}",
    }.items():
        target = f"/console/api/{path}"
        asked = gateway.event("GET", target, headers, b"", source_ip="203.0.113.7")
        took = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            answer = app(asked, None)
            took.append(time.perf_counter() - began)
            assert answer["statusCode"] == 200, answer
        yield f"{what:<32} {statistics.median(took) * 1000:>5.0f} ms"


def _fill(app: str, records: int) -> None:
    """Records of today, each counted, of some numbers, templates, states and days before."""
    from chalicelib.domain.costs import Cost
    from chalicelib.domain.counters import Heading, Tally
    from chalicelib.domain.messages import Channel, Kind
    from chalicelib.domain.phones import PhoneNumber
    from chalicelib.domain.records import Record, Status
    from chalicelib.store.counters import DynamoCounters
    from chalicelib.store.journal import row_of
    from chalicelib.store.tables import RecordRow

    dice = random.Random(1)  # always the same
    now = datetime.now(UTC)
    morning = datetime.combine(now.date(), datetime.min.time(), UTC)
    common = [one for one in Status if one is not Status.REFUSED]
    made = [
        Record(
            id=f"{place:032x}",
            app=app,
            to=PhoneNumber(f"+86186{dice.randrange(50):08}"),
            channel=Channel.SMS,
            text="【Countersign】Your code is ******.",
            status=Status.REFUSED if place % 500 == 0 else dice.choice(common),
            at=morning + (now - morning) * (place / records),
            kind=Kind.VERIFICATION,
            template=f"template-{dice.randrange(5)}",
            signature="Countersign",
            cost=Cost(1, Decimal("0.03")),
            sender=dice.choice(["sns", "eum"]),
        )
        for place in range(records)
    ]
    with RecordRow.batch_write() as batch:
        for record in made:
            batch.save(row_of(record, purge_at=now + timedelta(days=60)))
    counters = DynamoCounters()
    for back in range(30):
        for place, record in enumerate(made[:20]):
            heading = Heading.of(record)
            heading = Heading(
                app,
                heading.day - timedelta(back),
                *(heading.country, heading.sender, heading.channel, heading.template),
            )
            counters.add(heading, Tally.of(record), record=f"{back}-{place}", step=">", now=now)


if __name__ == "__main__":
    print(*measure(), sep="\n")
