"""What tests of hooks share: functions, buses and engines that are told of events."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from moto.core.botocore_stubber import MockRawResponse

from chalicelib.local.pump import Pump
from tests.conftest import Desk

FUNCTION = "countersign-shop-hook"


@dataclass
class Told:
    """Takes what Lambda is asked to invoke asynchronously; *down* says what Lambda's fault is."""

    down: str = ""
    bodies: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, request: AWSPreparedRequest) -> AWSResponse:
        if self.down:
            said = json.dumps({"__type": self.down, "message": "no"})
            return AWSResponse(request.url, 400, {}, MockRawResponse(said))
        assert request.headers["X-Amz-Invocation-Type"] == b"Event", request.headers
        self.bodies.append(json.loads(request.body))
        return AWSResponse(request.url, 202, {}, MockRawResponse(""))

    @property
    def types(self) -> list[str]:
        return [body["type"] for body in self.bodies]


def hooked(desk: Desk, *events: str, name: str = "shop") -> Told:
    """A function that is told of *events*, or else of verified phones."""
    told = Told()
    desk.faults.always("lambda.Invoke", told)
    more = {"events": list(events)} if events else {}
    answer = desk.console.ask("PUT", f"hooks/{name}", kind="function", address=FUNCTION, **more)
    assert answer.code == 0, answer.json
    return told


def pumped(desk: Desk, pump: Pump | None = None) -> None:
    """Let all streams be heard, and what follows from them."""
    pump = pump or Pump()
    while pump.turn():
        pass


@dataclass
class Receiver:
    """An HTTP server of a team's; *status* is what it answers, once *open* is set.

    On paths in which *refuses* stands it answers *refusal*.
    """

    address: str = ""
    status: int = 200
    requests: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)
    open: Event = field(default_factory=Event)
    location: str = ""
    refuses: str = ""
    refusal: int = 500

    def __post_init__(self) -> None:
        self.open.set()


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A server on this machine."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.requests.append((self.path, headers, body))
            receiver.open.wait(10)
            refused = receiver.refuses and receiver.refuses in self.path
            self.send_response(receiver.refusal if refused else receiver.status)
            if receiver.location:
                self.send_header("Location", receiver.location)
            self.send_header("Content-Length", "9")
            with suppress(BrokenPipeError):  # whoever called has given up
                self.end_headers()
                self.wfile.write(b"<<no json")

        def log_message(self, *_: Any) -> None:
            """Nothing: the tests look at what was received."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    receiver.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield receiver
    finally:
        receiver.open.set()
        server.shutdown()
        server.server_close()
