"""What one request costs: AWS calls, write units, and our CPU time beside a bare client's.

Every request is made by the app as API Gateway would make it; DynamoDB Local and a stand-in
for SNS answer from processes of their own, so the CPU time of this one is ours and botocore's.
The same AWS calls, as they were sent, are then made again by a bare botocore client.
"""

import copy
import json
import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

import botocore.session
from botocore.config import Config

ROUNDS, WARM = 300, 30
LIMITS = "limit_address=30/1h, 100/1d limit_guesses=20/1h limit_captchas=30/1m"
_PUBLISHED = (
    b"<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>"
)


class _Sns(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(_PUBLISHED)))
        self.end_headers()
        self.wfile.write(_PUBLISHED)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing to say."""


def _serve_sns(ready: Connection) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Sns)
    ready.send(server.server_port)
    server.serve_forever()


@contextmanager
def carrier() -> Iterator[str]:
    here, there = get_context("spawn").Pipe()
    process = get_context("spawn").Process(target=_serve_sns, args=(there,), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{here.recv()}"
    finally:
        process.terminate()
        process.join()


#: The calls that DynamoDB counts write units of.
_WRITES = {"UpdateItem", "PutItem", "DeleteItem", "TransactWriteItems"}

#: One request, ready to be made.
Request = Callable[[], dict[str, Any]]


@dataclass
class Recorder:
    """The AWS calls that a request makes, and what they cost."""

    calls: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    units: float = 0.0

    def watch(self, session: botocore.session.Session) -> None:
        emitter = session.get_component("event_emitter")
        emitter.register("before-parameter-build", self._asked)
        emitter.register("after-call", self._answered)

    def _asked(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        self.calls.append((model.service_model.service_name, model.name, params))
        if model.name in _WRITES:
            params.setdefault("ReturnConsumedCapacity", "TOTAL")

    def _answered(self, parsed: dict[str, Any], model: Any, **_: Any) -> None:
        if model.name in _WRITES:
            told = parsed.get("ConsumedCapacity", [])
            each = told if isinstance(told, list) else [told]
            self.units += sum(one.get("CapacityUnits", 0) for one in each)

    def taken(self) -> tuple[list[tuple[str, str, dict[str, Any]]], float]:
        taken = self.calls[:], self.units
        self.calls.clear()
        self.units = 0.0
        return taken


@dataclass(frozen=True)
class Cost:
    """One endpoint's line of the table; milliseconds of CPU a call, ours and the bare client's.

    The bare client's is 0 where the same calls cannot be made again.
    """

    endpoint: str
    calls: int
    units: float
    ours: float
    bare: float

    def __str__(self) -> str:
        # Most of a captcha's time is the drawing's.
        alone = self.endpoint == "captchaImage" or not self.bare
        times = "-" if alone else f"{self.ours / self.bare:.2f}"
        return (
            f"{self.endpoint:<18} {self.calls:>9} {self.units:>11.0f} {self.ours:>10.2f} "
            f"{self.bare:>10.2f} {times:>6}"
        )


HEAD = "endpoint           AWS calls write units our CPU ms    bare ms  ratio"


def measure() -> list[Cost]:
    """The cost of each endpoint on its common road; raises dynamodb.NotAvailable."""
    from chalicelib.local import dynamodb, embedded

    with dynamodb.running() as tables, carrier() as sns, embedded.aws(dynamodb=tables):
        os.environ.update(SENDERS="sns", AWS_ENDPOINT_URL_SNS=sns)
        recorder = Recorder()
        from chalicelib import aws

        recorder.watch(aws.session())
        return list(_costs(recorder))


def _costs(recorder: Recorder) -> Iterator[Cost]:
    import logging

    from app import app
    from chalicelib.local import embedded, gateway
    from chalicelib.local.desk import Tray

    # As a deployment has them; at the desk all come from one address.
    service = embedded.furnish(LIMITS)
    tray = Tray()
    service.listeners.append(tray.receive)
    logging.getLogger("countersign.decisions").setLevel(logging.CRITICAL)
    headers = {"X-LC-Id": embedded.APP_ID, "X-LC-Key": embedded.APP_KEY, "Host": "x"}
    addresses = count()

    def event(method: str, target: str, body: str = "") -> Request:
        address = f"2001:db8:{next(addresses):x}::"
        made = gateway.event(method, target, headers, body.encode(), source_ip=address)
        return lambda: app(made, None)

    def phone(place: int) -> str:
        return f"+86186{place:08}"

    def send(place: int) -> Request:
        return event("POST", "/1.1/requestSmsCode", f'{{"mobilePhoneNumber":"{phone(place)}"}}')

    def verify(place: int) -> Request:
        target = f"/1.1/verifySmsCode/{codes[place]}"
        return event("POST", target, f'{{"mobilePhoneNumber":"{phone(place)}"}}')

    def offer(place: int) -> Request:
        return event("GET", "/1.1/requestCaptcha")

    def picture(place: int) -> Request:
        token = tokens[place]
        return event("GET", f"/1.1/captchaImage?appId={embedded.APP_ID}&token={token}")

    def read(place: int) -> Request:
        token = tokens[place]
        captcha = service.captchas.captchas.find(embedded.APP_ID, token)
        assert captcha
        answer = captcha.answer(service.secrets.keyring())
        recorder.taken()
        said = json.dumps({"captcha_token": token, "captcha_code": answer})
        return event("POST", "/1.1/verifyCaptcha", said)

    many = ROUNDS + WARM
    send(10**7)()  # which reads the app and the peppers, once for all
    recorder.taken()
    yield _cost("requestSmsCode", recorder, send, phone)
    codes = {}
    for place in range(2 * many, 4 * many):
        send(place)()
        codes[place] = tray.letters[0].message.code
    recorder.taken()
    yield _cost("verifySmsCode", recorder, verify, phone, first=2 * many)
    yield _cost("requestCaptcha", recorder, offer, None)
    tokens = [json.loads(offer(place)()["body"])["captcha_token"] for place in range(2 * many)]
    recorder.taken()
    yield _cost("captchaImage", recorder, picture, tokens.__getitem__)
    yield _cost("verifyCaptcha", recorder, read, tokens.__getitem__)

    def sign_up(place: int) -> Request:
        said = f'{{"username":"u{place}","password":"x","mobilePhoneNumber":"{phone(place)}"}}'
        return event("POST", "/1.1/users", said)

    def by_password(place: int) -> Request:
        return event("POST", "/1.1/login", f'{{"username":"u{place}","password":"x"}}')

    def by_code(place: int) -> Request:
        said = f'{{"mobilePhoneNumber":"{phone(place)}","smsCode":"{codes[place]}"}}'
        return event("POST", "/1.1/usersByMobilePhone", said)

    def me(place: int) -> Request:
        return event("GET", f"/1.1/users/me?session_token={sessions[place]}")

    yield _cost("users (sign up)", recorder, sign_up, None, again=False)
    yield _cost("login (password)", recorder, by_password, None, again=False)
    sessions = [json.loads(by_password(place)()["body"])["sessionToken"] for place in range(many)]
    recorder.taken()
    yield _cost("users/me", recorder, me, None, again=False)
    new = 4 * many
    for place in range(new, new + many):
        send(place)()
        codes[place] = tray.letters[0].message.code
    recorder.taken()
    yield _cost("usersByMobilePhone", recorder, by_code, None, first=new, again=False)


def _cost(
    endpoint: str,
    recorder: Recorder,
    prepare: Callable[[int], Request],
    subject: Callable[[int], str] | None,
    *,
    first: int = 0,
    again: bool = True,
) -> Cost:
    """Our CPU time for each call, then a bare client's for what that call asked of AWS.

    What claims a name cannot be asked *again*.
    """
    many = ROUNDS + WARM
    clients = {
        name: botocore.session.get_session().create_client(
            name, config=Config(retries={"total_max_attempts": 1})
        )
        for name in ("dynamodb", "sns")
    }
    ours, bare, calls, units = [], [], 0, 0.0
    for place in range(first, first + many):
        request = prepare(place)
        began = time.process_time()
        answer = request()
        ours.append(time.process_time() - began)
        assert answer["statusCode"] in (200, 201), answer
        asked, units = recorder.taken()
        calls = len(asked)
        elsewhere = _elsewhere(asked, place, place + many, subject) if again else []
        began = time.process_time()
        for service, operation, params in elsewhere:
            clients[service]._make_api_call(operation, params)
        bare.append(time.process_time() - began)
    return Cost(endpoint, calls, units, _middle(ours), _middle(bare) if again else 0)


def _elsewhere(
    asked: list[tuple[str, str, dict[str, Any]]],
    place: int,
    other: int,
    subject: Callable[[int], str] | None,
) -> list[tuple[str, str, dict[str, Any]]]:
    """The same calls for another subject, so that every condition holds once more."""
    again = copy.deepcopy(asked)
    for _, _, params in again:
        if record := params.get("Item", {}).get("id"):
            record["S"] += "-"
        if params.get("TableName", "").endswith("-windows"):
            params["Key"]["key"]["S"] += "-"
    if subject:
        for _, _, params in again:
            for key in params.get("Key", {}).values():
                key["S"] = key["S"].replace(subject(place), subject(other))
    return again


def _middle(times: list[float]) -> float:
    return statistics.median(times[WARM:]) * 1000
