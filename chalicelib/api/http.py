"""This is where a view meets HTTP: one door for all of them."""

import functools
import json
import math
from collections.abc import Callable
from typing import Any

from chalice.app import Blueprint, Request, Response

from .. import logs
from ..domain.errors import BadRequest, MasterKeyNeeded, MethodNotAllowed, Refusal
from ..wiring import service
from .call import Call
from .present import present

Json = dict[str, Any]
Answer = Json | Response
View = Callable[..., Answer]


class Created(dict[str, Any]):
    """An answer that something was made: HTTP 201."""


def endpoint(routes: Blueprint, method: str, path: str) -> Callable[[View], View]:
    """Register a view that takes a Call and returns JSON, or raises a Refusal."""
    # A GET is also reached by a POST: of an old browser, which says GET in the body.
    return _register(routes, sorted({method, "POST"}), path, _call, method=method)


def public(routes: Blueprint, method: str, path: str) -> Callable[[View], View]:
    """Register a view that takes the bare request and asks nobody who they are."""
    methods = sorted({method, "POST"})
    return _register(routes, methods, path, lambda request: request, method=method)


def administrator(routes: Blueprint, method: str, path: str) -> Callable[[View], View]:
    """Register a view as `endpoint` does, for calls with the master key alone."""

    def read(request: Request) -> Call:
        call = _call(request)
        if not call.master:
            raise MasterKeyNeeded("app key")
        return call

    return _register(routes, [method], path, read, method=method)


def _call(request: Request) -> Call:
    return Call.read(request, service().directory)


def _register(
    routes: Blueprint,
    methods: list[str],
    path: str,
    read: Callable[[Request], Call | Request],
    *,
    method: str,
) -> Callable[[View], View]:
    def register(view: View) -> View:
        @functools.wraps(view)
        def answer(**path_params: str) -> Response:
            request = routes.current_request
            call: Call | Request = request
            try:
                if request.method != method:
                    raise MethodNotAllowed(method)
                call = read(request)
                answered = view(call, **path_params)
                return answered if isinstance(answered, Response) else _answered(answered)
            except Refusal as refusal:
                return refused(refusal, path=path, **_facts(call))
            except Exception as fault:  # SDKs take a framework's own error for a success
                logs.crash(fault, path=path, **_facts(call))
                return as_json({"code": Refusal.code, "error": Refusal.text}, 500)

        registered: View = routes.route(path, methods=methods, content_types=["*/*"])(answer)
        return registered

    return register


def _answered(body: Json) -> Response:
    response = as_json(body, 201 if isinstance(body, Created) else 200)
    if "version" in body:
        response.headers["ETag"] = f'"{body["version"]}"'
    return response


def _facts(call: Call | Request) -> dict[str, str]:
    return call.facts if isinstance(call, Call) else {}


def envelope(refusal: Refusal) -> Json:
    """What the client reads of a refusal."""
    return {**refusal.more, "code": refusal.code, "error": refusal.text}


def refused(refusal: Refusal, **facts: object) -> Response:
    """The envelope of a refusal: precise in the log, vague to the client where that matters."""
    # What a client wrote may be quoted in a BadRequest.
    quoting = isinstance(refusal, BadRequest)
    reason = logs.scrub(refusal.reason)[:300] if quoting else refusal.reason
    logs.log("refused", **facts, code=refusal.code, refusal=type(refusal).__name__, reason=reason)
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
    headers = {"Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store"}
    return Response(text, {**headers}, status)
