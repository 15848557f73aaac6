"""This is where a view meets HTTP: one door for all of them."""

import functools
import json
import math
from collections.abc import Callable
from typing import Any

from chalice.app import Blueprint, Request, Response

from .. import logs
from ..domain.errors import MethodNotAllowed, Refusal
from ..wiring import service
from .call import Call

Json = dict[str, Any]
Answer = Json | Response
View = Callable[..., Answer]


def endpoint(routes: Blueprint, method: str, path: str) -> Callable[[View], View]:
    """Register a view that takes a Call and returns JSON, or raises a Refusal."""
    return _register(routes, method, path, lambda request: Call.read(request, service().apps))


def public(routes: Blueprint, method: str, path: str) -> Callable[[View], View]:
    """Register a view that takes the bare request and asks nobody who they are."""
    return _register(routes, method, path, lambda request: request)


def _register(
    routes: Blueprint, method: str, path: str, read: Callable[[Request], Call | Request]
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
                return answered if isinstance(answered, Response) else as_json(answered)
            except Refusal as refusal:
                return refused(refusal, path=path, **_facts(call))
            except Exception as fault:  # SDKs take a framework's own error for a success
                logs.crash(fault, path=path, **_facts(call))
                return as_json({"code": Refusal.code, "error": Refusal.text}, 500)

        # A GET is also reached by a POST: of an old browser, which says GET in the body.
        registered: View = routes.route(
            path, methods=sorted({method, "POST"}), content_types=["*/*"]
        )(answer)
        return registered

    return register


def _facts(call: Call | Request) -> dict[str, str]:
    return call.facts if isinstance(call, Call) else {}


def refused(refusal: Refusal, **facts: object) -> Response:
    """The envelope of a refusal: precise in the log, vague to the client where that matters."""
    logs.log(
        "refused", **facts, code=refusal.code, refusal=type(refusal).__name__, reason=refusal.reason
    )
    response = as_json({"code": refusal.code, "error": refusal.text}, refusal.status)
    if isinstance(refusal, MethodNotAllowed):
        response.headers["Allow"] = refusal.reason
    if refusal.retry_after is not None:
        seconds = math.ceil(refusal.retry_after.total_seconds())
        response.headers["Retry-After"] = str(max(1, seconds))
    return response


def as_json(body: object, status: int = 200) -> Response:
    """An answer of JSON, in the letters it was written with."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    headers = {"Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store"}
    return Response(text, {**headers}, status)
