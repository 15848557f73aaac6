"""A LeanCloud client of thirty lines, and the door it knocks at."""

import base64
import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from app import app
from chalicelib.local import gateway
from chalicelib.local.embedded import APP_ID, APP_KEY, MASTER_KEY

KEY = {"X-LC-Id": APP_ID, "X-LC-Key": APP_KEY}
MASTER = {"X-LC-Id": APP_ID, "X-LC-Key": f"{MASTER_KEY},master"}
PHONE = "+8618612345678"


def sign(key: str, stamp: str = "", part: str = "") -> str:
    """An X-LC-Sign made with *key* now, or at *stamp*."""
    stamp = stamp or str(int(time.time() * 1000))
    return f"{hashlib.md5(f'{stamp}{key}'.encode()).hexdigest()},{stamp}{part}"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    raw: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.raw)

    @property
    def code(self) -> int:
        """The number of a refusal, whose envelope must be whole; 0 for a success."""
        said = self.json
        if self.status < 400:
            assert isinstance(said, dict), said
            assert "error" not in said
            return 0
        assert type(said["code"]) is int, said
        assert isinstance(said["error"], str), said
        assert self.headers["Content-Type"].startswith("application/json")
        assert self.headers["Access-Control-Allow-Origin"] == "*"
        return said["code"]


@dataclass(frozen=True)
class Door:
    """The app as a client sees it, without a socket between: events as API Gateway makes them."""

    headers: Mapping[str, str] = field(default_factory=lambda: KEY)
    address: str = "203.0.113.7"

    def send(self, method: str, target: str, body: bytes = b"", **headers: str) -> Answer:
        """One request; *headers* with underscores for dashes."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        given = {"Host": "sms.example.com", "Content-Type": "application/json", **self.headers}
        return answered(
            gateway.event(method, target, {**given, **named}, body, source_ip=self.address)
        )

    def post(self, path: str, body: Any = None, **fields: Any) -> Answer:
        """A POST of *body*, or of *fields*, as JSON below /1.1/."""
        said = json.dumps(fields if body is None else body).encode()
        return self.send("POST", f"/1.1/{path}", said)

    def get(self, path: str, **query: Any) -> Answer:
        """A GET below /1.1/."""
        return self.send("GET", f"/1.1/{path}{'?' if query else ''}{urlencode(query)}")


@dataclass(frozen=True)
class Console:
    """The administrator's API, asked with the master key."""

    door: Door = field(default_factory=lambda: Door(MASTER))

    def ask(self, method: str, path: str, *, version: str = "", **fields: Any) -> Answer:
        """One request below /console/api/; *version* is the one that was read."""
        headers = {"If_Match": f'"{version}"'} if version else {}
        body = json.dumps(fields).encode() if fields else b""
        return self.door.send(method, f"/console/api/{quote(path)}", body, **headers)

    def get(self, path: str) -> Answer:
        return self.ask("GET", path)

    def find(self, path: str, **query: Any) -> Answer:
        """A GET with a query."""
        return self.door.send("GET", f"/console/api/{path}?{urlencode(query)}")

    def post(self, path: str, **fields: Any) -> Answer:
        return self.ask("POST", path, **fields)

    def set(self, **settings: Any) -> None:
        """Change settings, whatever their version."""
        version = self.get("settings").json["version"]
        assert self.ask("PUT", "settings", version=version, settings=settings).code == 0

    def template(self, name: str, source: str, kind: str = "notice", **fields: Any) -> Any:
        """Make a template; what it is then."""
        answer = self.post("templates", name=name, source=source, kind=kind, **fields)
        assert answer.status == 201, answer.json
        return answer.json

    def signature(self, text: str, name: str = "") -> Any:
        """Make a signature; what it is then, with the version of all."""
        answer = self.post("signatures", name=name or text, text=text)
        assert answer.status == 201, answer.json
        return answer.json


def answered(event: dict[str, Any]) -> Answer:
    """What the app makes of *event*."""
    answer = app(event, None)
    raw = answer["body"] or ""
    body = base64.b64decode(raw) if answer.get("isBase64Encoded") else raw.encode()
    return Answer(answer["statusCode"], answer["headers"], body)
