"""This is where others tell us what happened: carriers, and the change streams of our tables.

Each is a function of its own, which Lambda tries again when it fails.  Lambda imports this
module alone, and not `app.py`.
"""

import base64
import gzip
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from chalice.app import Blueprint, CloudWatchEvent

from .. import logs
from ..domain.receipts import NotFiled, Receipt
from ..flows.clock import clock
from ..senders.receipts import EUM_EVENTS, from_eum, from_sns_log
from ..store.changes import line_change, record_change
from ..store.timers import timer_of
from ..wiring import service

routes = Blueprint(__name__)

Event = dict[str, Any]

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
def line_changed(event: Event, context: object) -> Event:
    """The stream of lines tells that a code was handed in."""

    def hear(told: Mapping[str, Any]) -> None:
        change = line_change(told)
        service().openings.line_changed(change.app, change.phone, change.before, change.after)

    return _in_order(event, hear)


@routes.lambda_function()
def record_changed(event: Event, context: object) -> Event:
    """The stream of records tells what is to be counted, and to be looked after later."""

    def hear(told: Mapping[str, Any]) -> None:
        change = record_change(told)
        service().counters.record_changed(change.before, change.after)
        service().timers.record_changed(change.before, change.after, now=clock())

    return _in_order(event, hear)


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


def _in_order(event: Event, hear: Callable[[Mapping[str, Any]], None]) -> Event:
    """Hear a batch of a stream, up to the first entry that fails: from there it comes again."""
    for told in event["Records"]:
        try:
            hear(told)
        except Exception as fault:
            logs.crash(fault)
            failed = told["dynamodb"]["SequenceNumber"]
            return {"batchItemFailures": [{"itemIdentifier": failed}]}
    return {"batchItemFailures": []}
