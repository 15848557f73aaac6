"""Stand-ins of the suppliers, which check a request as the supplier documents it."""

import hashlib
import hmac
import json
import re
import socket
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

KEY_ID, SECRET = "AKIDexampleexample", "secretofthesupplierskey"
SDK_APP_ID, REGION = "1400006666", "ap-guangzhou"


@dataclass(frozen=True)
class Heard:
    """One request; what it is about, in nobody's dialect."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    connection: object
    said: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Reply:
    """What is answered once *first* is done; *close* drops the connection without a word."""

    status: int = 200
    body: bytes = b""
    kind: str = "application/json"
    close: bool = False
    first: Callable[[], None] = lambda: None


class Supplier(ThreadingHTTPServer, ABC):
    """Answers requests with *replies*, and with success when there are none left."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Door)
        self.replies: list[Reply] = []
        self.heard: list[Heard] = []
        self.complaints: list[str] = []
        #: Seconds that every answer takes.
        self.slow = 0.0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @abstractmethod
    def check(self, heard: Heard) -> Iterator[str]:
        """What is not as the supplier documents it."""

    @abstractmethod
    def success(self, heard: Heard) -> Reply:
        """The documented answer to a message that was taken."""

    @abstractmethod
    def faults(self, code: str) -> list[Reply]:
        """Every way in which the supplier may answer with an error code."""


class _Door(BaseHTTPRequestHandler):
    server: Supplier
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        address = urlsplit(self.path)
        heard = Heard(
            self.command,
            address.path,
            dict(parse_qsl(address.query, keep_blank_values=True)),
            {name.lower(): value for name, value in self.headers.items()},
            self.rfile.read(int(self.headers.get("Content-Length") or 0)),
            self.connection,
        )
        self.server.heard.append(heard)
        self.server.complaints += self.server.check(heard)
        replies = self.server.replies
        reply = replies.pop(0) if replies else self.server.success(heard)
        reply.first()
        time.sleep(self.server.slow)
        if reply.close:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        with suppress(OSError):  # whoever asked may have gone
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.kind)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

    do_GET = do_POST

    def log_message(self, *_: object) -> None:
        """Nothing: tests say what is wrong themselves."""


def _json(said: object, status: int = 200) -> Reply:
    return Reply(status, json.dumps(said, ensure_ascii=False).encode())


def _hash(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


def _hmac(secret: bytes, text: str) -> bytes:
    return hmac.new(secret, text.encode(), "sha256").digest()


class Aliyun(Supplier):
    """dysmsapi: help.aliyun.com/document_detail/55284.html, signed as ACS3-HMAC-SHA256."""

    def check(self, heard: Heard) -> Iterator[str]:
        headers, query = heard.headers, heard.query
        if (heard.method, heard.path) != ("POST", "/"):
            yield f"{heard.method} {heard.path}"
        if (headers.get("x-acs-action"), headers.get("x-acs-version")) != ("SendSms", "2017-05-25"):
            yield "action or version"
        date = datetime.strptime(headers["x-acs-date"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        if abs((datetime.now(UTC) - date).total_seconds()) > 15 * 60:
            yield "x-acs-date"
        if headers["x-acs-signature-nonce"] in {
            one.headers["x-acs-signature-nonce"] for one in self.heard[:-1]
        }:
            yield "the nonce was used"
        if headers.get("x-acs-content-sha256") != _hash(heard.body):
            yield "x-acs-content-sha256"
        if headers.get("authorization") != self._signed(heard):
            yield f"authorization {headers.get('authorization')}"
        if set(query) - {"PhoneNumbers", "SignName", "TemplateCode", "TemplateParam", "OutId"}:
            yield f"parameters {sorted(query)}"
        if not re.fullmatch(r"1\d{10}|[1-9]\d{6,14}", query["PhoneNumbers"]):
            yield f"PhoneNumbers {query['PhoneNumbers']}"
        if not re.fullmatch("[^【】]+", query["SignName"]):
            yield f"SignName {query['SignName']}"
        if not re.fullmatch(r"SMS_\d+", query["TemplateCode"]):
            yield f"TemplateCode {query['TemplateCode']}"
        values = json.loads(query.get("TemplateParam", "{}"))
        if not all(isinstance(value, str) for value in values.values()):
            yield "TemplateParam: a value is no string"
        if "TemplateParam" in query and not values:
            yield "TemplateParam is empty"
        heard.said.update(
            to=query["PhoneNumbers"],
            signature=query["SignName"],
            template=query["TemplateCode"],
            values=values,
            record=query["OutId"],
        )

    @staticmethod
    def must(heard: Heard) -> set[str]:
        """The headers that have to be signed."""
        wanted = ("host", "content-type", "x-acs-")
        return {name for name in heard.headers if name.startswith(wanted)}

    @staticmethod
    def _signed(heard: Heard) -> str:
        # It may sign more than it must, but not what a proxy on the way may change.
        names = re.findall("SignedHeaders=([a-z0-9;-]+)", heard.headers["authorization"])[0]
        signed = sorted(
            set(names.split(";")) - {"connection", "authorization"} | Aliyun.must(heard)
        )
        canonical = "\n".join(
            [
                heard.method,
                heard.path,
                "&".join(
                    f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}"
                    for name, value in sorted(heard.query.items())
                ),
                *(f"{name}:{heard.headers[name].strip()}" for name in signed),
                "",
                ";".join(signed),
                _hash(heard.body),
            ]
        )
        names = ";".join(signed)
        signature = _hmac(SECRET.encode(), f"ACS3-HMAC-SHA256\n{_hash(canonical.encode())}").hex()
        return f"ACS3-HMAC-SHA256 Credential={KEY_ID},SignedHeaders={names},Signature={signature}"

    def success(self, heard: Heard) -> Reply:
        id = "900619746936498440^0"
        return _json({"Code": "OK", "Message": "OK", "BizId": id, "RequestId": "F655A8D5-B967"})

    def faults(self, code: str) -> list[Reply]:
        # Its messages may repeat what was sent: nothing of that may get out.
        said = {"Code": code, "Message": "不行 18612345678 314159", "RequestId": "F655A8D5-B967"}
        return [_json(said), _json(said, 400)]


class Tencent(Supplier):
    """sms: cloud.tencent.com/document/product/382/55981, signed as TC3-HMAC-SHA256."""

    def check(self, heard: Heard) -> Iterator[str]:
        headers, said = heard.headers, json.loads(heard.body)
        if (heard.method, heard.path, heard.query) != ("POST", "/", {}):
            yield f"{heard.method} {heard.path}"
        if headers.get("content-type") != "application/json":
            yield "content-type"
        if (headers.get("x-tc-action"), headers.get("x-tc-version")) != ("SendSms", "2021-01-11"):
            yield "action or version"
        if headers.get("x-tc-region") != REGION:
            yield "region"
        if abs(time.time() - int(headers["x-tc-timestamp"])) > 300:
            yield "x-tc-timestamp"
        if headers.get("authorization") != self._signed(heard):
            yield f"authorization {headers.get('authorization')}"
        texts = {"SmsSdkAppId", "TemplateId", "SignName", "SessionContext"}
        if set(said) != texts | {"PhoneNumberSet", "TemplateParamSet"}:
            yield f"parameters {sorted(said)}"
        if not all(isinstance(said[name], str) for name in texts):
            yield "a parameter is no string"
        if len(said["PhoneNumberSet"]) != 1:
            yield "more than one number, or none"
        if not re.fullmatch(r"\+[1-9]\d{6,14}", said["PhoneNumberSet"][0]):
            yield f"PhoneNumberSet {said['PhoneNumberSet']}"
        if said["SmsSdkAppId"] != SDK_APP_ID:
            yield "SmsSdkAppId"
        if not re.fullmatch(r"\d+", said["TemplateId"]):
            yield f"TemplateId {said['TemplateId']}"
        if not re.fullmatch("[^【】]+", said["SignName"]):
            yield f"SignName {said['SignName']}"
        if not all(isinstance(value, str) for value in said["TemplateParamSet"]):
            yield "TemplateParamSet: a value is no string"
        if len(said["SessionContext"].encode()) >= 512:
            yield "SessionContext"
        heard.said.update(
            to=said["PhoneNumberSet"][0],
            signature=said["SignName"],
            template=said["TemplateId"],
            values=said["TemplateParamSet"],
            record=said["SessionContext"],
        )

    @staticmethod
    def _signed(heard: Heard) -> str:
        moment = heard.headers["x-tc-timestamp"]
        day = datetime.fromtimestamp(int(moment), UTC).strftime("%Y-%m-%d")
        scope = f"{day}/sms/tc3_request"
        canonical = "\n".join(
            [
                heard.method,
                "/",
                "",
                f"content-type:{heard.headers['content-type']}",
                f"host:{heard.headers['host']}",
                "",
                "content-type;host",
                _hash(heard.body),
            ]
        )
        text = "\n".join(["TC3-HMAC-SHA256", moment, scope, _hash(canonical.encode())])
        key = _hmac(f"TC3{SECRET}".encode(), day)
        signature = _hmac(_hmac(_hmac(key, "sms"), "tc3_request"), text).hex()
        return (
            f"TC3-HMAC-SHA256 Credential={KEY_ID}/{scope}, "
            f"SignedHeaders=content-type;host, Signature={signature}"
        )

    def success(self, heard: Heard) -> Reply:
        return self._status("Ok", heard, serial="5000:1045710669157053657849499619")

    def faults(self, code: str) -> list[Reply]:
        said = {"Code": code, "Message": "不行 +8618612345678 314159"}
        refused = {"Response": {"Error": said, "RequestId": "a0aabda6-cf91"}}
        return [_json(refused), self._status(code, None)]

    @staticmethod
    def _status(code: str, heard: Heard | None, serial: str = "") -> Reply:
        status = {
            "SerialNo": serial,
            "PhoneNumber": heard.said["to"] if heard else "+8618612345678",
            "Fee": 1 if serial else 0,
            "SessionContext": heard.said["record"] if heard else "",
            "Code": code,
            "Message": "send success" if serial else "不行 +8618612345678 314159",
            "IsoCode": "CN",
        }
        return _json({"Response": {"SendStatusSet": [status], "RequestId": "a0aabda6-cf91"}})


SUPPLIERS: dict[str, type[Supplier]] = {"aliyun": Aliyun, "tencent": Tencent}


@contextmanager
def supplier(name: str) -> Iterator[Supplier]:
    """One supplier, listening."""
    with SUPPLIERS[name]() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()
