"""This is where every request takes one form, whatever gateway it came through."""

import base64
import binascii
import json
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import unquote

from chalice.app import Chalice, Request

from .. import logs
from ..domain.errors import Malformed, Refusal
from . import bodies

Event = dict[str, Any]

#: The resource that catches what no other does: other spellings of known paths, and unknown ones.
FALLBACK = "/{proxy+}"

_SEGMENT = re.compile(r"\{\w+\}")


class App(Chalice):
    """Chalice, with requests brought into one form before it routes them.

    Repeated slashes and the older `/1/` reach the same views as `/1.1/`; a path or method
    nobody serves reaches the fallback, which answers in our words and not in the framework's.

    *rest* registers the doors that a send and a verification do not need: a deployed function
    does that, and the imports it takes, when the first request comes that is none of these.
    """

    def __init__(self, name: str, rest: Callable[["App"], None]) -> None:
        super().__init__(name)
        self._rest: Callable[[App], None] | None = rest
        self._completing = threading.Lock()

    def complete(self) -> None:
        """Register the rest, once."""
        with self._completing:
            rest, self._rest = self._rest, None
            if rest:
                rest(self)

    _of_thread = threading.local()

    @property
    def current_request(self) -> Request | None:
        """The request of this thread: the desk's server serves many at a time."""
        return getattr(self._of_thread, "request", None)

    @current_request.setter
    def current_request(self, request: Request | None) -> None:
        self._of_thread.request = request

    def __call__(self, event: Event, context: Any) -> dict[str, Any]:
        try:
            asked = settled(event, self.routes)
            if self._rest and asked["requestContext"]["resourcePath"] == FALLBACK:
                self.complete()  # it may be one of the doors that are registered then
                asked = settled(event, self.routes)
            return super().__call__(asked, context)
        except Exception as fault:  # the last belt: a Lambda error would be the gateway's 502
            logs.crash(fault)
            body = {"code": Refusal.code, "error": Refusal.text}
            headers = {"Content-Type": "application/json", "Access-Control-Allow-Origin": "*"}
            return {"statusCode": 500, "headers": headers, "body": json.dumps(body)}


def settled(event: Event, routes: Mapping[str, Mapping[str, Any]]) -> Event:
    """*event* with every key Chalice relies on, and with the resource that is meant."""
    context = dict(event.get("requestContext") or {})
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    settled: Event = {
        "multiValueQueryStringParameters": event.get("multiValueQueryStringParameters"),
        # API Gateway decodes these; others do not.
        "pathParameters": {
            name: unquote(value) for name, value in (event.get("pathParameters") or {}).items()
        },
        "stageVariables": event.get("stageVariables"),
        "body": event.get("body"),
        "isBase64Encoded": bool(event.get("isBase64Encoded")),
        # Chalice refuses a picture to a client that does not ask for one; browsers' <img> and
        # half of the SDKs do not.
        "headers": {**headers, "accept": "*/*"},
        "requestContext": context,
    }
    method = _overridden(settled, str(context.get("httpMethod") or "GET"))
    resource = context.get("resourcePath")
    if resource is None or resource == FALLBACK:
        path = settled["pathParameters"].get("proxy")
        resource, settled["pathParameters"] = _resource(path or "", routes)
    elif resource not in routes:  # the gateway knows it, and this function does not yet
        resource = FALLBACK
    if resource == FALLBACK or method not in routes[resource]:
        allowed = "" if resource == FALLBACK else ", ".join(routes[resource])
        settled["pathParameters"] = {"allowed": allowed}
        resource, method = FALLBACK, "GET"
    context.update(resourcePath=resource, httpMethod=method)
    return settled


def _resource(path: str, routes: Iterable[str]) -> tuple[str, dict[str, str]]:
    """The route that *path* means, with its parameters; the fallback when there is none."""
    segments = [segment for segment in path.split("/") if segment]
    if segments[:1] == ["1"]:
        segments[0] = "1.1"
    for route in routes:
        parts = [part for part in route.split("/") if part]
        if len(parts) == len(segments) and route != FALLBACK:
            pairs = list(zip(parts, segments, strict=True))
            if all(_SEGMENT.fullmatch(part) or part == segment for part, segment in pairs):
                return route, {
                    part[1:-1]: segment for part, segment in pairs if _SEGMENT.fullmatch(part)
                }
    return FALLBACK, {}


def _overridden(event: Event, method: str) -> str:
    """The method meant by an old browser, which says it within a text/plain POST.

    A text/plain POST needs no preflight; its JSON carries `_method`.
    """
    if method != "POST" or not _is_text(event):
        return method
    try:
        raw = event["body"] or ""
        said = bodies.parse(base64.b64decode(raw) if event["isBase64Encoded"] else raw.encode())
    except (Malformed, binascii.Error, UnicodeError):
        return method  # the view will say so
    return str(said.get("_method") or method).upper()


def _is_text(event: Event) -> bool:
    kind: str = event["headers"].get("content-type", "")
    return kind.lower().startswith("text/plain")
