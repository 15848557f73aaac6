"""This is where the desk does what AWS does by itself: streams, timers and receipts are heard."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from .. import aws, logs
from ..api import events
from ..store.hook_tables import DeliveryRow
from ..store.row import Row
from ..store.tables import LineRow, PurseRow, RecordRow, TemplateRow
from ..store.user_tables import TryRow, UserRow
from ..wiring import service
from . import streams

Hears = Callable[[dict[str, Any], object], dict[str, Any]]

#: Seconds between two looks.
_PACE = 0.2
#: How often what fails is tried, until it is let go: Lambda would put it aside.
_TRIES = 5


#: Which function hears of which table.
_HEARD: Mapping[type[Row], Hears] = {
    LineRow: events.changed,
    UserRow: events.changed,
    TemplateRow: events.changed,
    TryRow: events.changed,
    PurseRow: events.changed,
    RecordRow: events.record_changed,
}
#: A hook may take its time, and nobody else is to wait for it.
_HOOKS: Mapping[type[Row], Hears] = {DeliveryRow: events.hook_due}


@dataclass(eq=False, repr=False)
class Pump:
    """Hands the functions that wait for events what there is for them, until each was heard."""

    _heard: Counter[str] = field(default_factory=Counter)
    _failed: Counter[str] = field(default_factory=Counter)

    def turn(self) -> int:
        """Hand over all that there is now; how much that was."""
        return self.facts() + self.hooks()

    def facts(self) -> int:
        """Hand over what tells of what is true by now, and the timers that are due."""
        return self._streams(_HEARD) + self._timers()

    def hooks(self) -> int:
        """Hand over what is to be told to hooks."""
        return self._streams(_HOOKS)

    def _streams(self, functions: Mapping[type[Row], Hears]) -> int:
        handed = 0
        for table, hear in functions.items():
            name = table.Meta.table_name
            news = streams.told(table, self._heard[name])
            if news:
                heard = self._until(news, hear(streams.event(news), None))
                self._heard[name] += heard
                handed += heard
        return handed

    def _until(self, news: list[streams.Entry], said: dict[str, Any]) -> int:
        """How much of *news* is done with, by what a function *said* of it."""
        if not said["batchItemFailures"]:
            return len(news)
        place = said["batchItemFailures"][0]["itemIdentifier"]
        numbers = [entry["dynamodb"]["SequenceNumber"] for entry in news]
        self._failed[place] += 1
        return numbers.index(place) + (self._failed[place] >= _TRIES)

    @staticmethod
    def _timers() -> int:
        sqs: Any = aws.client("sqs", connect=1, read=2)
        url = sqs.get_queue_url(QueueName=service().queue)["QueueUrl"]
        messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        for message in messages:
            told = {"messageId": message["MessageId"], "body": message["Body"]}
            if not events.timer_due({"Records": [told]}, None)["batchItemFailures"]:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return len(messages)


@contextmanager
def running() -> Iterator[None]:
    """A pump at work, in threads of its own."""
    pump, over = Pump(), threading.Event()

    def work(turn: Callable[[], int]) -> None:
        while not over.wait(_PACE):
            try:
                turn()
            except Exception as fault:  # the desk goes on
                logs.crash(fault)

    threads = [
        threading.Thread(target=work, args=(turn,), daemon=True)
        for turn in (pump.facts, pump.hooks)
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join(5)


def receive(event: dict[str, Any]) -> None:
    """Hand over a receipt of End User Messaging, as EventBridge would."""
    events.carrier_event(event, None)
