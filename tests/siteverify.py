"""A service that tells people from machines, on this machine: asked as the true ones are."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qsl

import pytest

from chalicelib import humans
from chalicelib.domain.captchas import Service

SITE_KEY = "10000000-ffff-ffff-ffff-000000000001"
SECRET = "0x4AAAAAAAsecretNobodyMaySee0123456789"
GOOD = "0.people-Token_1.abcdef"


@dataclass
class Siteverify:
    """Takes tokens that begin with GOOD, each once; or says *answer*, as JSON or as it is.

    With *drip*, the answer comes byte by byte; while *open* is not set, there is none.
    """

    service: Service
    url: str = ""
    answer: Any = None
    status: int = 200
    more: dict[str, Any] = field(default_factory=dict)
    drip: bool = False
    open: Event = field(default_factory=Event)
    asked: list[dict[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.open.set()

    def say(self, body: bytes, type: str) -> bytes:
        """The answer to one request."""
        assert type == "application/x-www-form-urlencoded"
        pairs = parse_qsl(body.decode(), strict_parsing=True)
        asked = dict(pairs)
        assert len(asked) == len(pairs)
        used = any(one["response"] == asked["response"] for one in self.asked)
        self.asked.append(asked)
        if self.answer is not None:
            return (
                self.answer if isinstance(self.answer, bytes) else json.dumps(self.answer).encode()
            )
        if asked["secret"] != SECRET:
            said = {"success": False, "error-codes": ["invalid-input-secret"]}
        elif asked.get("sitekey", SITE_KEY) != SITE_KEY:
            said = {"success": False, "error-codes": ["sitekey-secret-mismatch"]}
        elif not asked["response"].startswith(GOOD):
            said = {"success": False, "error-codes": ["invalid-input-response"]}
        elif used:
            said = {"success": False, "error-codes": ["timeout-or-duplicate"]}
        else:
            said = {"success": True, "hostname": "example.com", "error-codes": []}
        return json.dumps({**said, **self.more}).encode()


@contextmanager
def verifying(
    service: Service, patch: pytest.MonkeyPatch, *, tls: SSLContext | None = None
) -> Iterator[Siteverify]:
    """The service, where it is asked from now on."""
    standin = Siteverify(service)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(standin))
    server.daemon_threads = True
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    scheme, host = ("https", "localhost") if tls else ("http", "127.0.0.1")
    standin.url = f"{scheme}://{host}:{server.server_port}/siteverify"
    patch.setitem(humans.VERIFY, service, standin.url)
    try:
        yield standin
    finally:
        standin.open.set()
        server.shutdown()
        server.server_close()


def _handler(standin: Siteverify) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/siteverify"
            length = int(self.headers["Content-Length"])
            said = standin.say(self.rfile.read(length), self.headers["Content-Type"])
            standin.open.wait(10)
            with suppress(OSError):  # whoever asked has given up
                self.send_response(standin.status)
                self.send_header("Location", standin.url)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                for place in range(len(said)) if standin.drip else ():
                    self.wfile.write(said[place : place + 1])
                    Event().wait(0.05)
                if not standin.drip:
                    self.wfile.write(said)

        def log_message(self, *_: Any) -> None:
            """Nothing: the tests look at what was asked."""

    return Handler
