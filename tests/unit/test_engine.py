"""How a LeanEngine app is called: in its own form, over TLS, and where it may be."""

import json
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue
from threading import Thread
from typing import Any

import pytest
import trustme

from chalicelib.domain.apps import App
from chalicelib.domain.events import Event, EventType
from chalicelib.domain.happenings import limit_hit
from chalicelib.domain.hooks import Hook, HookKind, sign
from chalicelib.domain.phones import PhoneNumber
from chalicelib.hooks import addresses
from chalicelib.hooks.engine import Engine
from tests.hooks import Receiver, receiving

NOW = datetime(2016, 7, 12, 9, 21, 39, 700000, UTC)
APP = App.create("Shop", id="app-id-1234", key="app-key-1234", master_key="master-key-1234")
PHONE = PhoneNumber("+8618612345678")
VERIFIED = Event.of(
    EventType.PHONE_VERIFIED,
    APP.id,
    "one",
    at=NOW,
    phone=PHONE,
    object={"objectId": "one", "__type": "Object", "className": "_User"},
)
LIMIT = limit_hit(APP.id, PHONE, "limit_number", now=NOW)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def hook(address: str) -> Hook:
    return Hook("engine", HookKind.URL, address, frozenset(EventType), "hook-key")


def test_a_sign_is_the_one_that_leancloud_documents() -> None:
    said = sign("aaa", "bbb", millis=1468317699700)

    assert said == "1468317699700,79ba1b1e1f8348a657151715d5ee4d46d60d0a4b"


def test_a_verified_phone_calls_on_verified_as_leancloud_did(receiver: Receiver) -> None:
    outcome = Engine(nearby=True).call(APP, hook(receiver.address), VERIFIED.body, now=NOW)

    assert (outcome.delivered, outcome.word) == (True, "HTTP 200")
    [(path, headers, body)] = receiver.requests
    assert path == "/1.1/functions/onVerified/sms"
    assert headers["x-lc-id"] == APP.id
    assert headers["x-lc-hook-key"] == "hook-key"
    assert headers["x-lc-prod"] == "1"
    assert headers["content-type"] == "application/json; charset=utf-8"
    assert headers["x-lc-key"] == APP.keys[0]
    assert "x-lc-sign" not in headers, "our own API would take it"
    assert body["object"].pop("__sign") == body.pop("__sign")
    assert body == VERIFIED.body
    assert APP.master_keys[0] not in json.dumps([headers, body])


def test_any_other_event_calls_the_function_of_its_name(receiver: Receiver) -> None:
    Engine(nearby=True).call(APP, hook(f"{receiver.address}/base/"), LIMIT.body, now=NOW)

    [(path, _, body)] = receiver.requests
    assert path == "/base/1.1/functions/onLimitHit"
    millis = round(NOW.timestamp() * 1000)
    assert body.pop("sign") == sign(APP.master_keys[0], f"onLimitHit:{LIMIT.id}", millis=millis)
    assert body == LIMIT.body


@pytest.mark.parametrize(
    ("status", "refused"),
    [(status, True) for status in (301, 302, 307, 400, 401, 403, 404, 422, 500)]
    + [(status, False) for status in (408, 429, 502, 503, 504)],
)
def test_what_is_no_success_is_tried_again(receiver: Receiver, status: int, refused: bool) -> None:
    receiver.status = status

    outcome = Engine(nearby=True).call(APP, hook(receiver.address), VERIFIED.body, now=NOW)

    assert not outcome.delivered
    assert (outcome.refused, outcome.word) == (refused, f"HTTP {status}")


def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    with receiving() as other:
        receiver.status, receiver.location = 307, f"{other.address}/elsewhere"

        outcome = Engine(nearby=True).call(APP, hook(receiver.address), VERIFIED.body, now=NOW)

    assert not outcome.delivered
    assert other.requests == []


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:{port}",
        "https://127.0.0.1:{port}",
        "https://localhost:{port}",
        "https://127.1:{port}",
        "https://[::1]:{port}",
        "https://[::ffff:127.0.0.1]:{port}",
        "https://0.0.0.0:{port}",
        "https://169.254.169.254",
    ],
)
def test_what_is_deployed_calls_nothing_near(receiver: Receiver, address: str) -> None:
    port = receiver.address.rpartition(":")[2]

    outcome = Engine().call(APP, hook(address.format(port=port)), VERIFIED.body, now=NOW)

    assert not outcome.delivered
    assert outcome.word in ("not a public address", "not https", "gaierror")
    assert receiver.requests == []


def test_what_nobody_answers_is_no_delivery() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"

    outcome = Engine(nearby=True).call(APP, hook(address), VERIFIED.body, now=NOW)

    assert (outcome.delivered, outcome.refused) == (False, False)
    assert "127.0.0.1" not in outcome.word


@dataclass
class Secure:
    """A server with a certificate; *hosts* are those it was asked for."""

    port: int
    hosts: list[str]


@contextmanager
def serving(authority: trustme.CA, name: str) -> Iterator[Secure]:
    """A server with a certificate for *name*."""
    hosts: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            hosts.append(self.headers["Host"])
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield Secure(server.server_port, hosts)
        server.shutdown()


@pytest.fixture
def leading_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every name leads to this machine, which counts as public."""

    def look_up(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(addresses.socket, "getaddrinfo", look_up)
    monkeypatch.setattr(addresses, "public", lambda _: True)


@pytest.mark.parametrize(
    ("certified", "delivered"), [("engine.example.com", True), ("other.example.com", False)]
)
def test_an_engine_shows_a_certificate_of_its_own_name(
    leading_here: None,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Any,
    certified: str,
    delivered: bool,
) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))

    with serving(authority, certified) as secure:
        address = f"https://engine.example.com:{secure.port}"
        outcome = Engine().call(APP, hook(address), VERIFIED.body, now=NOW)

    assert outcome.delivered is delivered, outcome
    assert secure.hosts == ([f"engine.example.com:{secure.port}"] if delivered else [])
    assert delivered or outcome.word == "CertificateError"


def test_a_certificate_of_nobody_is_none(leading_here: None) -> None:
    with serving(trustme.CA(), "engine.example.com") as secure:
        address = f"https://engine.example.com:{secure.port}"
        outcome = Engine().call(APP, hook(address), VERIFIED.body, now=NOW)

    assert (outcome.delivered, outcome.word) == (False, "SSLCertVerificationError")


@contextmanager
def answering(piece: bytes, pause: float) -> Iterator[tuple[str, "Queue[float]"]]:
    """A server that answers *piece* for ever; it says when it was hung up on."""
    ended: Queue[float] = Queue()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with suppress(OSError):
                connection, _ = server.accept()
                connection.recv(65536)
                with connection, suppress(OSError):
                    while True:
                        connection.sendall(piece)
                        time.sleep(pause)
                ended.put(time.monotonic())

        Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", ended


@pytest.mark.parametrize(
    ("piece", "pause"), [(b"H", 0.2), (b"HTTP/1.1 100 Continue\r\n\r\n", 0.01)]
)
def test_an_answer_that_never_ends_is_hung_up_on(piece: bytes, pause: float) -> None:
    with answering(piece, pause) as (address, ended):
        began = time.monotonic()

        outcome = Engine(nearby=True).call(APP, hook(address), VERIFIED.body, now=NOW)

        took = time.monotonic() - began
        assert (outcome.delivered, outcome.word) == (False, "no answer in 3 seconds")
        assert took < 5
        assert ended.get(timeout=5) - began < 6, "and nothing of it goes on"
