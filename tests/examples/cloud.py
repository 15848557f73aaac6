"""moto at the end of a socket, for programs that are not this one."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3
import requests
from moto import mock_aws

from chalicelib.local import embedded

REGION = "us-east-1"

#: Services by how a request says which one it means.
_SERVICES = {"DynamoDB_20120810": "dynamodb", "AmazonSSM": "ssm"}


class Cloud(ThreadingHTTPServer):
    """DynamoDB and Parameter Store, out of order where *broken* says so."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Door)
        #: Operations that are answered with a fault of the service's own.
        self.broken: set[str] = set()
        self.heard: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def table(self, name: str) -> None:
        """A table of records, as the examples' templates make it."""
        boto3.client("dynamodb", REGION).create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "record", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "record", "KeyType": "HASH"}],
        )

    def records(self, name: str) -> list[dict[str, Any]]:
        """All items of a table."""
        items: list[dict[str, Any]] = boto3.client("dynamodb", REGION).scan(TableName=name)["Items"]
        return items

    def secret(self, name: str, value: str) -> None:
        """A SecureString."""
        boto3.client("ssm", REGION).put_parameter(
            Name=name, Value=value, Type="SecureString", Overwrite=True
        )


class _Door(BaseHTTPRequestHandler):
    server: Cloud

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        family, _, operation = self.headers["X-Amz-Target"].partition(".")
        self.server.heard.append(operation)
        if operation in self.server.broken:
            fault = {"__type": "InternalServerError", "message": "no"}
            return self._answer(500, json.dumps(fault).encode())
        # moto is between `requests` and the network here.
        address = f"https://{_SERVICES[family]}.{REGION}.amazonaws.com/"
        found = requests.post(address, body, headers=dict(self.headers.items()), timeout=9)
        return self._answer(found.status_code, found.content)

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing: tests say what is wrong themselves."""


@contextmanager
def cloud() -> Iterator[Cloud]:
    """An AWS, empty and private, at an address."""
    embedded.lock_moto()
    with mock_aws(), Cloud() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()
