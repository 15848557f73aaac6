"""Sees what each deployed function asks of AWS.

A function is entered as in a sandbox of its own that has just started: that another one has
read something before is no reason not to ask for it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import pytest
from chalice.app import Chalice, EventSourceHandler

from chalicelib import aws, wiring
from chalicelib.api import events
from chalicelib.store.tables import TABLES
from tests.privileges import API, Request, arn

#: Where IAM has another word for an operation than its API.
_ACTIONS = {"lambda:Invoke": "lambda:InvokeFunction"}
#: What a request to End User Messaging names, and what kind of resource that is.
_MESSAGING = {
    "ConfigurationSetName": "configuration-set",
    "MessageId": "message",
    "NotifyConfigurationId": "notify-configuration",
    "OriginationIdentity": "phone-number",
    "ProtectConfigurationId": "protect-configuration",
}
_ASKED = "before-parameter-build"

Params = Mapping[str, Any]

#: Who is at work: each thread begins with nobody.
_entered: ContextVar[str] = ContextVar("entered", default="")


@dataclass
class Watch:
    """What was *seen*, by function; *begun* is told of every sandbox that starts."""

    seen: dict[str, set[Request]] = field(default_factory=dict)
    begun: Callable[[], None] = lambda: None

    @contextmanager
    def within(self, function: str) -> Iterator[None]:
        """What is asked in here is asked by *function*."""
        wiring.forget()
        self.begun()
        self.seen.setdefault(function, set())
        before = _entered.set(function)
        try:
            yield
        finally:
            _entered.reset(before)

    def asked(self, params: Params, model: Any, **_: Any) -> None:
        """Note what botocore is about to ask."""
        if function := _entered.get():
            service = model.service_model.signing_name
            self.seen[function].update(requests(service, model.name, params))


@contextmanager
def watching(functions: Iterable[str]) -> Iterator[Watch]:
    """Watches *functions*, wherever Chalice enters one."""
    watch = Watch()
    names = {id(getattr(events, name)): name for name in functions if name != API}
    call, hear = Chalice.__call__, EventSourceHandler.__call__

    def called(app: Chalice, event: Any, context: Any) -> Any:
        with watch.within(API):
            return call(app, event, context)

    def heard(handler: EventSourceHandler, event: Any, context: Any) -> Any:
        with watch.within(names[id(handler)]):
            return hear(handler, event, context)

    emitter = aws.session().get_component("event_emitter")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Chalice, "__call__", called)
        patch.setattr(EventSourceHandler, "__call__", heard)
        emitter.register(_ASKED, watch.asked)
        _forget_clients()
        yield watch
    emitter.unregister(_ASKED, watch.asked)
    _forget_clients()


def _forget_clients() -> None:
    """Let clients be made anew: one is seen by whom its session knew when it was made."""
    wiring.forget()
    aws.tables.forget()
    for table in TABLES:
        table._connection = None


def requests(service: str, operation: str, params: Params) -> Iterator[Request]:
    """What IAM judges when *operation* is asked: all of it must be allowed.

    Of a service that is not known here everything is asked, which no policy may grant.
    """
    action = _ACTIONS.get(f"{service}:{operation}", f"{service}:{operation}")
    for part in params.get("TransactItems", ()) if service == "dynamodb" else ():
        for kind, said in part.items():  # such as Put, which is judged as PutItem
            yield Request(f"dynamodb:{kind}Item", arn(service, f"table/{said['TableName']}"))
    if "TransactItems" not in params:
        for resource in _RESOURCES.get(service, lambda _: ["*"])(params):
            yield Request(action, resource)


def _of_dynamodb(params: Params) -> Iterator[str]:
    for name in params.get("RequestItems") or [params["TableName"]]:
        index = f"/index/{params['IndexName']}" if "IndexName" in params else ""
        yield arn("dynamodb", f"table/{name}{index}")


def _of_messaging(params: Params) -> Iterator[str]:
    """Where nothing is named, AWS chooses of all that the account has; a number is none of it."""
    if "PhoneNumber" in params:
        return iter(["*"])
    named = [f"{kind}/{params[name]}" for name, kind in _MESSAGING.items() if name in params]
    return (arn("sms-voice", one) for one in named or ["*"])


def _of_sqs(params: Params) -> Iterator[str]:
    yield arn("sqs", params.get("QueueName") or params["QueueUrl"].rpartition("/")[2])


#: The resources of a request, by its service.
_RESOURCES: Mapping[str, Callable[[Params], Iterator[str]]] = {
    "dynamodb": _of_dynamodb,
    "events": lambda params: (
        arn("events", f"event-bus/{entry['EventBusName']}") for entry in params["Entries"]
    ),
    "lambda": lambda params: iter([arn("lambda", f"function:{params['FunctionName']}")]),
    "sms-voice": _of_messaging,
    # To IAM a phone is its number.
    "sns": lambda params: iter([params.get("TopicArn") or params["PhoneNumber"]]),
    "sqs": _of_sqs,
    "ssm": lambda params: iter([arn("ssm", f"parameter{params['Name']}")]),
}
