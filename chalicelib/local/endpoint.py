"""This is where End User Messaging is met over HTTP, as botocore meets AWS."""

import json
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .messaging import Answer, EndUserMessaging

#: How botocore names an operation, in a header of the request.
_TARGET = "PinpointSMSVoiceV2."

#: What botocore reads the address from; moto lets through what goes to one of this machine.
VARIABLE = "AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2"


class _Handler(BaseHTTPRequestHandler):
    """One connection of a client, kept alive."""

    server: "_Endpoint"
    protocol_version = "HTTP/1.1"
    # Without it a kept-alive connection waits 40 ms for the client's delayed acknowledgement.
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        operation = self.headers.get("X-Amz-Target", "").removeprefix(_TARGET)
        try:
            asked = json.loads(body)
        except ValueError:
            asked = None
        answer = self.server.messaging.answer(operation, asked)
        if answer is None:  # a lost reply
            self.close_connection = True
            return
        with suppress(OSError):  # the client may have given up waiting
            self._send(answer)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: what was sent is shown elsewhere."""

    def _send(self, answer: Answer) -> None:
        body = json.dumps(answer.body).encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("x-amzn-RequestId", str(uuid.uuid4()))
        if answer.code:
            self.send_header("x-amzn-ErrorType", answer.code)
        self.end_headers()
        self.wfile.write(body)


class _Endpoint(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, messaging: EndUserMessaging) -> None:
        self.messaging = messaging
        super().__init__(("127.0.0.1", 0), _Handler)


@contextmanager
def running(messaging: EndUserMessaging) -> Iterator[str]:
    """Serve *messaging* on a port of its own; yields its address."""
    with _Endpoint(messaging) as endpoint:
        serving = threading.Thread(target=endpoint.serve_forever, args=(0.05,), daemon=True)
        serving.start()
        try:
            yield f"http://127.0.0.1:{endpoint.server_port}"
        finally:
            endpoint.shutdown()
            serving.join()
