"""This is where a packaged function finds what it calls: tables, peppers and a carrier.

DynamoDB Local keeps the tables, a stand-in answers for Parameter Store and SNS; both in processes
of their own, so that nothing of theirs counts as the function's.  Both are reached by TLS, as AWS
is: to open a connection is a good part of a first call.
"""

import asyncio
import json
import os
import re
import ssl
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, ClassVar
from urllib.parse import parse_qs

import trustme

from bench.calls import LIMITS
from bench.runtime import Event
from chalicelib.domain.apps import App
from chalicelib.domain.hooks import Hook
from chalicelib.domain.settings import Settings
from chalicelib.flows.clock import clock
from chalicelib.local import embedded, gateway

#: The stage of the package that is measured.
STAGE = "dev"
#: An app with a hook, beside the one that the desk knows, which has none.
HOOKED = "countersign-hooked-app"
#: What a function of Chalice and pynamodb alone keeps its one item in.
BARE_TABLE = "bare"

_addresses = count()

_PUBLISHED = (
    "<PublishResponse><PublishResult><MessageId>{}</MessageId></PublishResult></PublishResponse>"
)
_HEADERS = {
    "Accept": "*/*",
    "Content-Type": "application/json",
    "Host": "abcdefghij.execute-api.us-east-1.amazonaws.com",
    "User-Agent": "AVOS Cloud Android-v6.1.11 SDK",
}


@dataclass(frozen=True)
class Surroundings:
    """What *told* a function's environment is to say, and what clients ask of it.

    *plainly* says the same without TLS, for a process that measures no time.
    """

    told: Mapping[str, str]
    plainly: Mapping[str, str]
    authority: bytes

    def vouched_for(self, package: Path) -> None:
        """Let what is unzipped in *package* trust in these, beside all that it trusts in."""
        for bundle in (package / "amazon.pem", package / "botocore" / "cacert.pem"):
            if bundle.exists():
                bundle.write_bytes(bundle.read_bytes() + b"\n" + self.authority)

    def send(self, phone: str, app: str = embedded.APP_ID, **said: object) -> Event:
        told = {"mobilePhoneNumber": phone, **said}
        return asked("POST", "/1.1/requestSmsCode", told, app=app)

    def verify(self, phone: str, app: str = embedded.APP_ID) -> Event:
        """With the code that *phone* was sent last."""
        code, resource = self.code(phone), "/1.1/verifySmsCode/{code}"
        told = {"mobilePhoneNumber": phone}
        return asked("POST", resource, told, app=app, parameters={"code": code})

    def code(self, phone: str) -> str:
        """The code in the last text to *phone*."""
        with urllib.request.urlopen(f"{self.plainly['AWS_ENDPOINT_URL']}/{phone}") as answer:
            text: str = answer.read().decode()
        return str(re.findall("[0-9]{6}", text)[0])


def asked(
    method: str,
    resource: str,
    said: object = None,
    *,
    app: str = embedded.APP_ID,
    master: bool = False,
    parameters: Mapping[str, str] | None = None,
) -> Event:
    """The event that API Gateway makes of a request to a *resource*, *parameters* filled in."""
    key = f"{embedded.MASTER_KEY},master" if master else embedded.APP_KEY
    headers = {**_HEADERS, "X-LC-Id": app, "X-LC-Key": key}
    body = b"" if said is None else json.dumps(said).encode()
    target = resource.format(**(parameters or {}))
    # Each from an address of its own, as most people are.
    address = f"2001:db8:{next(_addresses):x}::"
    event = gateway.event(method, target, headers, body, source_ip=address)
    named = resource.partition("?")[0]
    context = {**event["requestContext"], "resourcePath": named, "stage": "api"}
    filled = {"resource": named, "pathParameters": parameters, "requestContext": context}
    return {**event, **filled}


def ok(answer: Mapping[str, Any]) -> Any:
    """What a view said; raises AssertionError for a refusal."""
    assert answer["statusCode"] in (200, 201), answer
    return json.loads(answer["body"]) if not answer.get("isBase64Encoded") else answer["body"]


@contextmanager
def running() -> Iterator[Surroundings]:
    """All of it, with one app and its peppers; raises dynamodb.NotAvailable."""
    from chalicelib.local import dynamodb

    authority = trustme.CA()
    proof = authority.issue_cert(
        "127.0.0.1", key_type=trustme.KeyType.RSA
    ).private_key_and_cert_chain_pem
    with ExitStack() as stack:
        tables = stack.enter_context(dynamodb.running())
        peppers = stack.enter_context(_in_a_process(_furnish, tables)).recv()
        aws = stack.enter_context(_in_a_process(_serve, peppers)).recv()
        behind = (int(tables.rpartition(":")[2]), aws)
        fronts = stack.enter_context(_in_a_process(_front, (proof.bytes(), behind))).recv()
        dynamodb_, rest = (f"https://127.0.0.1:{port}" for port in fronts)
        yield Surroundings(
            {"AWS_ENDPOINT_URL": rest, "AWS_ENDPOINT_URL_DYNAMODB": dynamodb_},
            {
                "AWS_ENDPOINT_URL": f"http://127.0.0.1:{aws}",
                "AWS_ENDPOINT_URL_DYNAMODB": tables,
            },
            authority.cert_pem.bytes(),
        )


@contextmanager
def _in_a_process(work: Any, given: Any) -> Iterator[Connection]:
    """A process that does *work* with what was *given*; what it tells comes by the connection."""
    here, there = get_context("spawn").Pipe()
    process = get_context("spawn").Process(target=work, args=(given, there), daemon=True)
    process.start()
    there.close()
    try:
        yield here
    finally:
        process.terminate()
        process.join()


def _front(given: tuple[bytes, tuple[int, ...]], ready: Connection) -> None:
    """Speak TLS for what listens on each of some ports here, by ports of its own."""
    proof, behind = given
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with NamedTemporaryFile() as file:
        file.write(proof)
        file.flush()
        context.load_cert_chain(file.name)

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while said := await reader.read(65536):
                writer.write(said)
                await writer.drain()
        writer.close()

    async def serve() -> None:
        servers = []
        for port in behind:

            async def meet(
                reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int = port
            ) -> None:
                there, thither = await asyncio.open_connection("127.0.0.1", port)
                await asyncio.gather(relay(reader, thither), relay(there, writer))

            servers.append(await asyncio.start_server(meet, "127.0.0.1", 0, ssl=context))
        ready.send([server.sockets[0].getsockname()[1] for server in servers])
        await asyncio.gather(*(server.serve_forever() for server in servers))

    asyncio.run(serve())


def _furnish(tables: str, told: Connection) -> None:
    """Make the tables and the app of the stage, and tell the peppers."""
    from chalicelib import aws

    os.environ["STAGE"] = STAGE
    with embedded.aws(dynamodb=tables):
        service = embedded.furnish(LIMITS)
        hook = Hook.create("shop", "function", "countersign-shop", events=["code_verified"])
        hooked = App.create(
            "Countersign", id=HOOKED, key=embedded.APP_KEY, master_key=embedded.MASTER_KEY
        ).with_settings(Settings(plain_signatures=True))
        service.directory.create(hooked.with_approved(hooked.name, now=clock()).with_hook(hook))
        key = {"AttributeName": "id", "KeyType": "HASH"}
        aws.session().create_client("dynamodb").create_table(
            TableName=BARE_TABLE,
            KeySchema=[key],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        told.send(",".join(pepper.hex() for pepper in service.secrets.keyring().peppers))


class _Aws(BaseHTTPRequestHandler):
    """Parameter Store, which knows one parameter; SNS, whose texts are read at `/PHONE`; and
    Lambda, which is asked to invoke a hook.
    """

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    peppers = ""
    texts: ClassVar[dict[str, str]] = {}

    def do_GET(self) -> None:
        self._send(self.texts[self.path[1:]])

    def do_POST(self) -> None:
        said = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.path.endswith("/invocations"):
            self._send("", 202)
        elif "X-Amz-Target" in self.headers:
            self._send(json.dumps({"Parameter": {"Value": self.peppers}}))
        else:
            published = parse_qs(said)
            self.texts[published["PhoneNumber"][0]] = published["Message"][0]
            self._send(_PUBLISHED.format(len(self.texts)))

    def _send(self, said: str, status: int = 200) -> None:
        body = said.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing to say."""


def _serve(peppers: str, ready: Connection) -> None:
    _Aws.peppers = peppers
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Aws)
    ready.send(server.server_port)
    server.serve_forever()
