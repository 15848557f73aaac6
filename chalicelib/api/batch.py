"""This is where several requests come as one: PHP, Swift and Objective-C sign up so."""

import re
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from chalice.app import Blueprint, Response

from .. import logs
from ..domain.errors import BadRequest, Refusal
from ..domain.fields import UNSAID
from ..domain.user_errors import NoSuchClass, UserNotFound
from .call import Call
from .http import Answer, Json, as_json, endpoint, envelope, told
from .users import VIEWS

routes = Blueprint(__name__)

MOST = 50
#: Each is hashed, and a function lives fourteen seconds.
MOST_PASSWORDS = 10

_ID = re.compile(r"\{\w+\}")


@endpoint(routes, "POST", "/1.1/batch")
def batch(call: Call) -> Response:
    """What came of each request, in their order."""
    return as_json([_outcome(call, said) for said in _requests(call)])


@endpoint(routes, "POST", "/1.1/batch/save")
def save(call: Call) -> Json:
    """What was saved, by the client's own ids; the first refusal is the answer to all.

    What came before it stands: who saves one user, as SDKs do, has all or nothing.
    """
    requests = _requests(call)
    ids = [_internal_id(said) for said in requests]
    if len(set(ids)) < len(ids) or UNSAID in ids:
        raise BadRequest("Each request has an __internalId of its own.", field="__internalId")
    return {id: _answer(call, said) for id, said in zip(ids, requests, strict=True)}


def _requests(call: Call) -> list[Json]:
    said = call.given.get("requests")
    if not isinstance(said, list) or not all(isinstance(one, dict) for one in said):
        raise BadRequest("requests must be a list of objects.", field="requests")
    if len(said) > MOST:
        raise BadRequest(f"There are at most {MOST} requests in a batch.", field="requests")
    bodies = (one.get("body") for one in said)
    if sum(isinstance(body, dict) and "password" in body for body in bodies) > MOST_PASSWORDS:
        text = f"There are at most {MOST_PASSWORDS} passwords in a batch."
        raise BadRequest(text, field="requests")
    return said


def _outcome(call: Call, said: Json) -> Json:
    try:
        return {"success": _answer(call, said)}
    except UserNotFound as refusal:
        if _method(said) == "GET":  # of what is not there LeanCloud says so
            return {"success": None}
        return {"error": _refused(refusal, call)}
    except Refusal as refusal:
        return {"error": _refused(refusal, call)}
    except Exception as fault:  # the others are answered all the same
        logs.crash(fault, path="/1.1/batch", app=call.app.id)
        return {"error": envelope(Refusal())}


def _refused(refusal: Refusal, call: Call) -> Json:
    told(refusal, path="/1.1/batch", app=call.app.id)
    return envelope(refusal)


def _answer(call: Call, said: Json) -> Answer:
    """What one request is answered, as if it had come alone; raises what it would be refused."""
    path, _, query_said = _text(said, "path").partition("?")
    body, params = _object(said, "body"), _object(said, "params")
    query = {**dict(parse_qsl(query_said)), **params}
    alone = replace(
        call,
        given={**query, **body},
        body=body,
        query=query,
        queried=frozenset(query) - frozenset(body),
    )
    segments = ["1.1" if one == "1" else one for one in path.split("/") if one]
    for (method, route), view in VIEWS.items():
        parts = [part for part in route.split("/") if part]
        pairs = list(zip(parts, segments, strict=False))
        if method != _method(said) or len(parts) != len(segments):
            continue
        if all(_ID.fullmatch(part) or part == segment for part, segment in pairs):
            return view(alone, **{part[1:-1]: one for part, one in pairs if _ID.fullmatch(part)})
    raise NoSuchClass("not served in a batch")


def _internal_id(said: Json) -> str:
    return _text(_object(said, "body"), "__internalId")


def _method(said: Json) -> str:
    return str(said.get("method", "")).upper()


def _text(said: Json, name: str) -> str:
    value = said.get(name)
    if not isinstance(value, str) or not value:
        raise BadRequest(f"{name} must be a string.", field=name)
    return value


def _object(said: Json, name: str) -> dict[str, Any]:
    value = said.get(name)
    if value is None or value == []:  # as PHP writes an object without keys
        return {}
    if not isinstance(value, dict):
        raise BadRequest(f"{name} must be an object.", field=name)
    return value
