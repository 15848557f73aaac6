"""This is where others tell us what happened: carriers, and the change streams of our tables.

Each is a function of its own, which Lambda tries again when it fails.  Lambda imports this
module alone, and not `app.py`.
"""

import base64
import gzip
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from chalice.app import Blueprint, CloudWatchEvent, Rate

from .. import logs
from ..domain.errors import Busy, OutOfService
from ..domain.hook_deliveries import DeliveryState
from ..domain.receipts import NotFiled, Receipt
from ..flows.clock import clock
from ..flows.hook_deliveries import Budget, OutOfTime
from ..senders.receipts import EUM_EVENTS, from_eum, from_sns_log
from ..store.changes import (
    delivery_change,
    line_change,
    purse_change,
    record_change,
    template_change,
    tries_change,
    user_change,
)
from ..store.timers import timer_of
from ..wiring import service

routes = Blueprint(__name__)

Event = dict[str, Any]
Told = Mapping[str, Any]

#: What says that something may be heard later.
_NOT_NOW = (Busy, OutOfService, OutOfTime)

logs.start()


@routes.on_cw_event({"source": ["aws.sms-voice"], "detail-type": EUM_EVENTS})
def carrier_event(event: CloudWatchEvent) -> None:
    """End User Messaging tells by EventBridge what became of a message."""
    _receive(from_eum, [event.detail])


@routes.lambda_function()
def carrier_topic(event: Event, context: object) -> None:
    """End User Messaging tells the same by the SNS topic of a configuration set.

    A plain function: for `on_sns_message` one must know the topic's name as this is imported.
    """
    _receive(lambda said: from_eum(_object(said)), _texts(event))


@routes.lambda_function()
def delivery_log(event: Event, context: object) -> None:
    """SNS tells by its CloudWatch log, to which this function subscribes."""
    told = json.loads(gzip.decompress(base64.b64decode(event["awslogs"]["data"])))
    if told["messageType"] == "DATA_MESSAGE":  # else CloudWatch asks whether we are there
        _receive(from_sns_log, [entry["message"] for entry in told["logEvents"]])


@routes.lambda_function()
def changed(event: Event, context: object) -> Event:
    """The streams of lines, users, templates, tries and purses tell what has become true."""
    return _in_order(event, lambda told: _HEARD[_table(told)](told))


@routes.lambda_function()
def record_changed(event: Event, context: object) -> Event:
    """The stream of records tells what is to be counted, looked after later, and announced."""

    def hear(told: Told) -> None:
        change = record_change(told)
        # A change is marked as counted at last: what is told again is heard again till then.
        counted = service().counters.counted(change.before, change.after)
        service().timers.record_changed(change.before, change.after, now=clock())
        service().happenings.record_changed(change.before, change.after)
        if not counted:
            service().suspicions.record_changed(change.before, change.after, now=clock())
            service().counters.record_changed(change.before, change.after)

    return _in_order(event, hear)


@routes.lambda_function()
def hook_due(event: Event, context: object) -> Event:
    """The stream of deliveries tells which hook is to be called."""
    budget = Budget()

    def hear(told: Told) -> None:
        delivery = delivery_change(told)
        # Behind one that was dropped others may have waited.
        if delivery and delivery.state in (DeliveryState.DUE, DeliveryState.DROPPED):
            service().hook_deliveries.run(delivery, budget)

    return _in_order(event, hear)


@routes.schedule(Rate(1, unit=Rate.HOURS))
def overdue(event: CloudWatchEvent) -> None:
    """Every hour it is looked for deliveries whose timers were lost."""
    service().dead_letters.sweep([app.id for app in service().directory.all()], now=clock())


@routes.lambda_function()
def timer_due(event: Event, context: object) -> Event:
    """The queue of timers tells what is to be looked after now."""
    failed = []
    for told in event["Records"]:
        try:
            service().timers.due(timer_of(told["body"]), now=clock())
        except ValueError as fault:  # it would be no better the next time
            logs.log("timer_unreadable", reason=logs.scrub(str(fault)))
        except Exception as fault:
            logs.crash(fault)
            failed.append({"itemIdentifier": told["messageId"]})
    return {"batchItemFailures": failed}


def _line(told: Told) -> None:
    change = line_change(told)
    facts = (change.app, change.phone, change.before, change.after)
    service().openings.line_changed(*facts)
    service().happenings.line_changed(*facts)


def _user(told: Told) -> None:
    change = user_change(told)
    service().happenings.user_changed(change.before, change.after)


def _template(told: Told) -> None:
    change = template_change(told)
    service().happenings.template_changed(change.before, change.after, change.at)


def _tries(told: Told) -> None:
    change = tries_change(told)
    service().happenings.tries_changed(change.app, change.key, change.before, change.after)


def _purse(told: Told) -> None:
    change = purse_change(told)
    service().happenings.purse_changed(change.app, change.before, change.after)


#: Who hears of a change, by the noun of its table.
_HEARD: Mapping[str, Callable[[Told], None]] = {
    "lines": _line,
    "users": _user,
    "templates": _template,
    "tries": _tries,
    "purses": _purse,
}


def _table(told: Told) -> str:
    """The noun of the table whose stream tells: ``…:table/countersign-dev-lines/stream/…``."""
    name = str(told["eventSourceARN"]).split("/")[1]
    return name.rpartition("-")[2]


def _receive(read: Callable[[Any], Receipt], said: Iterable[Any]) -> None:
    """Hear all of what was said, and only then ask for it again if some came too early."""
    early: NotFiled | None = None
    for one in said:
        try:
            receipt = read(one)
        except ValueError as fault:  # it would be no better the next time
            logs.log("receipt_unreadable", reason=logs.scrub(str(fault)))
            continue
        try:
            service().delivery.receive(receipt)
        except NotFiled as fault:
            early = fault
    if early:
        raise early


def _texts(event: Event) -> list[str]:
    return [record["Sns"]["Message"] for record in event["Records"]]


def _object(said: str) -> Mapping[str, Any]:
    detail = json.loads(said)
    if not isinstance(detail, dict):
        raise ValueError("no event of End User Messaging: not an object")
    return detail


def _in_order(event: Event, hear: Callable[[Told], None]) -> Event:
    """Hear a batch of a stream, up to the first entry that cannot be heard now.

    From there it comes again, for a day.  One that never could be heard is put aside, for else
    nobody would hear of those behind it.
    """
    for told in event["Records"]:
        number = told["dynamodb"]["SequenceNumber"]
        try:
            hear(told)
        except _NOT_NOW as fault:
            logs.log("stream_waits", reason=type(fault).__name__)
            return {"batchItemFailures": [{"itemIdentifier": number}]}
        except Exception as fault:
            logs.crash(fault)
            try:
                service().aside.put(told)
            except OutOfService:
                return {"batchItemFailures": [{"itemIdentifier": number}]}
    return {"batchItemFailures": []}
