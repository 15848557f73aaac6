"""This is where the desk stands in for API Gateway: HTTP comes in, an event goes to the app."""

import base64
import json
import re
import socket
import time
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from chalice.app import Chalice

Event = dict[str, Any]

_METHODS = "DELETE, GET, HEAD, OPTIONS, POST, PUT"

#: API Gateway's own limit on a request.
_LARGEST = 10 * 1024 * 1024


def event(
    method: str, target: str, headers: dict[str, str], body: bytes, *, source_ip: str
) -> Event:
    """The event API Gateway makes of a request that only `/{proxy+}` catches.

    The body arrives in base64, as it does behind a gateway whose binary type is ``*/*``.
    """
    url = urlsplit(re.sub("^/+", "/", target))
    query = parse_qs(url.query, keep_blank_values=True, errors="replace")
    named = {name.title(): value for name, value in headers.items()}
    return {
        "resource": "/{proxy+}",
        "path": unquote(url.path),
        "httpMethod": method,
        "headers": {**named, "X-Forwarded-Proto": "http"},
        "multiValueQueryStringParameters": query or None,
        "pathParameters": {"proxy": unquote(url.path).lstrip("/")},
        "stageVariables": None,
        "requestContext": {
            "resourcePath": "/{proxy+}",
            "httpMethod": method,
            "path": url.path,
            "domainName": named.get("Host", "127.0.0.1"),
            "identity": {"sourceIp": source_ip, "userAgent": named.get("User-Agent")},
        },
        "body": base64.b64encode(body).decode() if body else None,
        "isBase64Encoded": bool(body),
    }


class Handler(BaseHTTPRequestHandler):
    """One connection, kept alive."""

    server: "Gateway"
    protocol_version = "HTTP/1.1"
    # What names no version is answered with a status and headers all the same.
    default_request_version = "HTTP/1.1"
    server_version = "Countersign"
    sys_version = ""
    # Without it a kept-alive connection waits 40 ms for the client's delayed acknowledgement.
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = 60

    def __getattr__(self, name: str) -> Any:
        """Every method is answered by the app, those it does not know with its refusal."""
        if name.startswith("do_"):
            return self.answer
        raise AttributeError(name)

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except (ConnectionError, TimeoutError):
            self.close_connection = True

    def finish(self) -> None:
        with suppress(OSError):  # nobody may be listening any more
            super().finish()

    def answer(self) -> None:
        body = self._body()
        if body is None:
            return
        if self.command == "OPTIONS":
            self._send(200, {"Access-Control-Allow-Methods": _METHODS}, b"")
            return
        caller = self.client_address[0]
        try:
            asked = event(self.command, self.path, dict(self.headers), body, source_ip=caller)
        except ValueError:  # a target that is no URL
            self.send_error(400)
            return
        answer = self.server.app(asked, None)
        raw = answer["body"] or ""
        sent = base64.b64decode(raw) if answer.get("isBase64Encoded") else raw.encode()
        self._send(answer["statusCode"], answer["headers"], sent)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What is no request at all gets the envelope too, in words that echo nothing."""
        self.close_connection = True
        code = code if code < 500 else 400
        said = json.dumps({"code": code, "error": f"{HTTPStatus(code).phrase}."})
        self._send(code, {"Content-Type": "application/json"}, said.encode())
        self._linger()

    def _linger(self) -> None:
        """Swallow what the client still sends: hanging up on it could cost it the answer."""
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(1)
            until = time.monotonic() + 10
            while time.monotonic() < until and self.rfile.read1(65536):
                pass

    def log_message(self, format: str, *args: object) -> None:
        """The app logs its decisions; a line per request would show codes, which are in paths."""

    def _body(self) -> bytes | None:
        """The request's body; None when it was refused."""
        if any(name.strip().lower() == "transfer-encoding" for name in self.headers):
            self.send_error(411)
            return None
        lengths = {length.strip() for length in self.headers.get_all("Content-Length", ["0"])}
        length = lengths.pop()
        if lengths or not re.fullmatch("[0-9]{1,12}", length):
            self.send_error(400)
            return None
        if int(length) > _LARGEST:
            self.send_error(413)
            return None
        body = self.rfile.read(int(length))
        if len(body) < int(length):  # the client went away in the middle of it
            self.send_error(400)
            return None
        return body

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.request_version = self.protocol_version  # an older one would get no headers
        self.send_response(status)
        for name, value in {**self.server.cors, **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.wfile.flush()


class Gateway(ThreadingHTTPServer):
    """Serves *app*, and answers preflights for it, as API Gateway does."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(
        self,
        host: str,
        port: int,
        app: Chalice,
    ) -> None:
        self.app = app
        cors: Any = app.api.cors
        self.cors: dict[str, str] = cors.get_access_control_headers()
        super().__init__((host, port), Handler)
