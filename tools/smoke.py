"""What a deployment must do before it is called one: asked of it from outside, by its public URL.

An app of its own, which is gone afterwards, and a test number, to which nothing is sent.
"""

import http.client
import json
import secrets
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import Message
from functools import cache
from typing import Any

from botocore import httpsession

from chalicelib import aws
from chalicelib.config import Config
from chalicelib.domain.apps import App
from chalicelib.wiring import stores

from .account import Failed, client

#: What the id of an app of its own begins with.
PREFIX = "countersign-smoke-"
#: A number in the United States' range for fiction; nobody's.
PHONE = "+12025550123"
#: Seconds that a gateway may take to serve what it was just told.
_PATIENCE = 90
#: Right answers in a row after which it is taken to serve.
_SURE = 3
#: What a browser asks for first when it is shown a picture.
_BROWSER = {"Accept": "image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5"}


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Message
    raw: bytes

    @property
    def json(self) -> Any:
        try:
            return json.loads(self.raw)
        except ValueError:
            return None


def ask(
    method: str, url: str, headers: Mapping[str, str] | None = None, body: object = None
) -> Answer:
    """One request; a refusal is an answer, too.  Raises OSError when nothing answers."""
    content = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, content, dict(headers or {}), method=method)
    try:
        with urllib.request.urlopen(request, timeout=30, context=_trust()) as got:
            return Answer(got.status, got.headers, got.read())
    except urllib.error.HTTPError as refused:
        return Answer(refused.code, refused.headers, refused.read())
    except http.client.HTTPException as fault:
        raise OSError(f"the answer breaks off: {fault!r}") from fault


@cache
def _trust() -> ssl.SSLContext:
    """Whom botocore trusts: not every Python finds its machine's own authorities."""
    chosen = aws.session().get_config_variable("ca_bundle")
    return ssl.create_default_context(cafile=chosen or httpsession.where())


def smoke(config: Config, url: str) -> int:
    """How many questions the deployment at *url* answered, all of them rightly; raises Failed."""
    _awake(url)
    with _an_app(config) as (app, code):
        headers = {"X-LC-Id": app.id, "X-LC-Key": app.keys[0], "Content-Type": "application/json"}
        questions = list(_questions(url, headers, code))
        for what, right in questions:
            try:
                said = right()
            except OSError as fault:
                said = f"{type(fault).__name__}"
            if said:
                raise Failed(f"{url} is up but does not do its work: {what}: {said}")
    return len(questions)


def _awake(url: str) -> None:
    """Wait until the gateway serves the new deployment, and the tables answer."""
    until, said, well = time.monotonic() + _PATIENCE, "", 0
    while time.monotonic() < until:
        try:
            answer = ask("GET", f"{url}/health")
            # It becomes known host by host.
            well = well + 1 if answer.status == 200 else 0
            if well == _SURE:
                return
            said = f"HTTP {answer.status}"
        except OSError as fault:
            said, well = str(fault), 0
        time.sleep(0 if well else 1)
    raise Failed(f"{url}/health: {said}")


@contextmanager
def _an_app(config: Config) -> Iterator[tuple[App, str]]:
    """An app of its own, and the code that its test number gets."""
    code = f"{secrets.randbelow(10**6):06}"
    app = App.create("smoke test", id=f"{PREFIX}{secrets.token_hex(8)}")
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    settings = app.settings.set("test_numbers", f"{PHONE}={code} until {tomorrow}")
    app = app.with_settings(settings).with_approved("部署测试", name="test", now=datetime.now(UTC))
    apps, _ = stores(config)
    try:
        apps.create(app)
        yield app, code
    finally:
        table = f"{config.table_prefix}-apps"
        client("dynamodb").delete_item(TableName=table, Key={"id": {"S": app.id}})


def _questions(
    url: str, headers: Mapping[str, str], code: str
) -> Iterator[tuple[str, Callable[[], str]]]:
    """What is asked, and what finds fault with the answer, in the order of asking."""
    wrong = f"{(int(code) + 1) % 10**6:06}"

    def call(path: str, code: int | None = None, status: int = 200) -> Callable[[], str]:
        def fault() -> str:
            answer = ask("POST", f"{url}/1.1/{path}", headers, {"mobilePhoneNumber": PHONE})
            said = answer.json if isinstance(answer.json, dict) else {"code": "no JSON"}
            right = answer.status == status and said.get("code") == code
            return "" if right else f"HTTP {answer.status}, code {said.get('code')}"

        return fault

    yield "a send", call("requestSmsCode")
    yield "a wrong code", call(f"verifySmsCode/{wrong}", 603, 400)
    yield "the right code", call(f"verifySmsCode/{code}")
    yield "the right code again", call(f"verifySmsCode/{code}", 603, 400)
    yield "an unknown path", call("nothing", 404, 404)
    yield "a captcha's picture for a browser", lambda: _picture(url, headers)
    yield "a browser's preflight", lambda: _preflight(url)


def _picture(url: str, headers: Mapping[str, str]) -> str:
    said = ask("GET", f"{url}/1.1/requestCaptcha", headers).json or {}
    there, _, rest = str(said.get("captcha_url")).partition("/1.1/")
    picture = ask("GET", f"{url}/1.1/{rest}", _BROWSER)
    if not picture.raw.startswith(b"\x89PNG"):
        return f"HTTP {picture.status}, no PNG"
    return "" if there else "its address is not whole"


def _preflight(url: str) -> str:
    asked = {"Origin": "https://example.com", "Access-Control-Request-Method": "POST"}
    answer = ask("OPTIONS", f"{url}/1.1/requestSmsCode", asked)
    allowed = answer.headers.get("Access-Control-Allow-Headers", "").lower()
    return "" if "x-lc-key" in allowed else f"HTTP {answer.status}, keys are not allowed"
