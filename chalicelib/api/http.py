"""This is where a view meets HTTP: one door for all of them."""

import functools
import json
import math
from collections.abc import Callable, Mapping
from typing import Any

from chalice.app import Blueprint, Request, Response

from .. import logs
from ..domain.errors import MasterKeyNeeded, MethodNotAllowed, Refusal
from ..wiring import service
from .call import Call
from .present import present

Json = dict[str, Any]
Answer = Json | Response
View = Callable[..., Answer]
Read = Callable[[Request], Call | Request]


class Created(dict[str, Any]):
    """An answer that something was made, at *path* if that is to be said: HTTP 201."""

    def __init__(self, said: Json, *, path: str = "") -> None:
        super().__init__(said)
        self.path = path


def endpoint(routes: Blueprint, method: str, path: str) -> Callable[[View], View]:
    """Register a view that takes a Call and returns JSON, or raises a Refusal."""
    return _registering(routes, path, _call, method)


def resource(routes: Blueprint, path: str, views: Mapping[str, View]) -> None:
    """Register several views of one path, by their methods, as `endpoint` does one."""
    _register(routes, path, _call, views)


def public(routes: Blueprint, method: str, path: str) -> Callable[[View], View]:
    """Register a view that takes the bare request and asks nobody who they are."""
    return _registering(routes, path, lambda request: request, method)


def administrator(routes: Blueprint, method: str, path: str) -> Callable[[View], View]:
    """Register a view as `endpoint` does, for calls with the master key alone."""

    def read(request: Request) -> Call:
        call = _call(request)
        if not call.master:
            raise MasterKeyNeeded("app key")
        return call

    return _registering(routes, path, read, method, console=True)


def _call(request: Request) -> Call:
    known = service()
    return Call.read(request, known.directory, known.config.trusted_networks)


def guessing(view: View) -> View:
    """A view that is handed a code: wrong ones are counted by the address they come from."""

    @functools.wraps(view)
    def counted(call: Call, **path_params: str) -> Answer:
        addresses = service().sends.addresses
        with addresses.guessing(call.app, call.address, master=call.master, now=call.at):
            return view(call, **path_params)

    return counted


def _registering(
    routes: Blueprint, path: str, read: Read, method: str, *, console: bool = False
) -> Callable[[View], View]:
    def register(view: View) -> View:
        return _register(routes, path, read, {method: view}, console=console)

    return register


def _register(
    routes: Blueprint, path: str, read: Read, views: Mapping[str, View], *, console: bool = False
) -> View:
    # All are also reached by a POST: of an old browser, which says the method in the body.
    methods = sorted({*views, *([] if console else ["POST"])})

    @functools.wraps(next(iter(views.values())))
    def answer(**path_params: str) -> Response:
        request = routes.current_request
        call: Call | Request = request
        try:
            if request.method not in views:
                raise MethodNotAllowed(", ".join(views))
            call = read(request)
            answered = views[request.method](call, **path_params)
            if isinstance(answered, Response):
                return answered
            return _answered(answered, versioned=console)
        except Refusal as refusal:
            return refused(refusal, path=path, **_facts(call))
        except Exception as fault:  # SDKs take a framework's own error for a success
            logs.crash(fault, path=path, **_facts(call))
            return as_json({"code": Refusal.code, "error": Refusal.text}, 500)

    registered: View = routes.route(path, methods=methods, content_types=["*/*"])(answer)
    return registered


def _answered(body: Json, *, versioned: bool) -> Response:
    response = as_json(body, 201 if isinstance(body, Created) else 200)
    if versioned and "version" in body:
        response.headers["ETag"] = f'"{body["version"]}"'
    if isinstance(body, Created) and body.path:
        response.headers["Location"] = body.path
    return response


def _facts(call: Call | Request) -> dict[str, str]:
    return call.facts if isinstance(call, Call) else {}


def envelope(refusal: Refusal) -> Json:
    """What the client reads of a refusal."""
    return {**refusal.more, "code": refusal.code, "error": refusal.text}


def told(refusal: Refusal, **facts: object) -> None:
    """Let the log know of a refusal."""
    # What a client wrote may be quoted in it.
    reason = logs.scrub(refusal.reason)[:300]
    logs.log("refused", **facts, code=refusal.code, refusal=type(refusal).__name__, reason=reason)


def refused(refusal: Refusal, **facts: object) -> Response:
    """The envelope of a refusal: precise in the log, vague to the client where that matters."""
    told(refusal, **facts)
    response = as_json(envelope(refusal), refusal.status)
    if isinstance(refusal, MethodNotAllowed):
        response.headers["Allow"] = refusal.reason
    if refusal.retry_after is not None:
        seconds = math.ceil(refusal.retry_after.total_seconds())
        response.headers["Retry-After"] = str(max(1, seconds))
    return response


def as_json(body: object, status: int = 200) -> Response:
    """An answer of JSON, in the letters it was written with."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), default=present)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(text, {**headers}, status)
