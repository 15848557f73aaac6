"""A function that has just started, as API Gateway asks it: by a resource the gateway knows."""

import json
from typing import Any

import pytest
from chalice.app import Blueprint

from chalicelib.api.gateway import FALLBACK, App
from chalicelib.local import gateway
from tests.wire import KEY


def cold() -> App:
    """An app with a front door, a fallback, and one door more, registered when it is asked for."""
    first, more = Blueprint("first"), Blueprint("more")

    @first.route("/", methods=["GET", "POST"])
    def front() -> dict[str, str]:
        return {"door": "front"}

    @first.route(FALLBACK, methods=["GET"])
    def fallback(proxy: str = "") -> dict[str, str]:
        return {"door": "fallback", **first.current_request.uri_params}

    @more.route("/1.1/users/{id}", methods=["GET", "PUT"])
    def user(id: str) -> dict[str, str]:
        return {"door": "user", "id": id}

    def rest(app: App) -> None:
        app.register_blueprint(more)

    app = App("cold", rest=rest)
    app.register_blueprint(first)
    return app


def asked(app: App, method: str, resource: str, **parameters: str) -> Any:
    """What the first request says."""
    event = gateway.event(method, resource, KEY, b"", source_ip="203.0.113.7")
    event["requestContext"] |= {"resourcePath": resource, "httpMethod": method}
    event["pathParameters"] = parameters or None
    return json.loads(app(event, None)["body"])


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_its_first_request_reaches_a_door_that_it_did_not_know_yet(method: str) -> None:
    """It was the front door that answered."""
    assert asked(cold(), method, "/1.1/users/{id}", id="one") == {"door": "user", "id": "one"}


def test_by_another_spelling_too() -> None:
    said = asked(cold(), "GET", FALLBACK, proxy="1//users/one")

    assert said == {"door": "user", "id": "one"}


def test_a_method_nobody_serves_is_told_which_are() -> None:
    said = asked(cold(), "DELETE", "/1.1/users/{id}", id="one")

    assert said == {"door": "fallback", "allowed": "GET, PUT"}


def test_what_the_gateway_knows_and_the_function_does_not_is_not_found() -> None:
    assert asked(cold(), "GET", "/1.1/of/another/{version}") == {"door": "fallback", "allowed": ""}


def test_the_front_door_needs_no_more() -> None:
    app = cold()

    assert asked(app, "GET", "/")["door"] == "front"
    assert "/1.1/users/{id}" not in app.routes
