"""How long a code takes from its request to its carrier, when each AWS call takes 5 ms more.

Beside it stands the sum of the calls that are needed: the line's write, and the carrier's own.
"""

import logging
import os
import statistics
import time
from typing import Any

from bench.calls import carrier

#: Seconds by which each call is delayed, as a region's own network would.
DELAY = 0.005
ROUNDS, WARM = 100, 10


def measure() -> tuple[float, float]:
    """Milliseconds from request to carrier, and of the delays alone; raises NotAvailable."""
    from chalicelib.local import dynamodb, embedded

    with dynamodb.running() as tables, carrier() as sns, embedded.aws(dynamodb=tables):
        os.environ.update(SENDERS="sns", AWS_ENDPOINT_URL_SNS=sns)
        return _measured()


def _measured() -> tuple[float, float]:
    from app import app
    from chalicelib import aws, wiring
    from chalicelib.local import embedded, gateway
    from chalicelib.store.tables import TABLES

    calls: list[tuple[str, float]] = []

    def slowly(event_name: str, **_: Any) -> None:
        calls.append((event_name.partition(".")[2], time.perf_counter()))
        time.sleep(DELAY)

    aws.session().get_component("event_emitter").register_first("before-send", slowly)
    wiring.forget()
    for table in TABLES:
        table._connection = None
    aws.tables.forget()
    embedded.furnish("")
    logging.getLogger("countersign.decisions").setLevel(logging.CRITICAL)
    headers = {"X-LC-Id": embedded.APP_ID, "X-LC-Key": embedded.APP_KEY, "Host": "x"}
    took, needed = [], 0
    for place in range(ROUNDS + WARM):
        body = f'{{"mobilePhoneNumber":"+86188{place:08}"}}'.encode()
        event = gateway.event("POST", "/1.1/requestSmsCode", headers, body, source_ip="203.0.113.7")
        calls.clear()
        began = time.perf_counter()
        app(event, None)
        [reached] = [at for name, at in calls if name == "sns.Publish"]
        took.append(reached + DELAY - began)
        needed = sum(at <= reached for _, at in calls)
    return statistics.median(took[WARM:]) * 1000, needed * DELAY * 1000
