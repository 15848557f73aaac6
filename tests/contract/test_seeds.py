"""What LeanCloud's guides show and its SDKs send, replayed byte for byte."""

import json
import re
import shlex
import time
from pathlib import Path
from typing import Any

import pytest

from chalicelib.local.embedded import APP_ID, APP_KEY, MASTER_KEY
from tests.api.test_captchas import offered, proved, reading
from tests.conftest import Desk
from tests.wire import Answer, Door, sign

#: The REST guide's commands, in the header names of their time and of today.
CURLS = {
    "a code": (
        """curl -X POST -H "{id}: APP" -H "{key}: KEY" -H "Content-Type: application/json"
        -d '{"mobilePhoneNumber": "18612345678"}' https://api.leancloud.cn/1.1/requestSmsCode""",
        0,
    ),
    "a voice code": (
        """curl -X POST -H "{id}: APP" -H "{key}: KEY" -H "Content-Type: application/json"
        -d '{"mobilePhoneNumber": "18612345678", "smsType":"voice"}'
        https://api.leancloud.cn/1.1/requestSmsCode""",
        0,
    ),
    "a code with a text of one's own": (
        """curl -X POST -H "{id}: APP" -H "{key}: KEY" -H "Content-Type: application/json"
        -d '{"mobilePhoneNumber": "18612345678", "ttl": 10, "name": "应用名称", "op": "某种操作"}'
        https://api.leancloud.cn/1.1/requestSmsCode""",
        0,
    ),
    "a life as text": (
        """curl -X POST -H "{id}: APP" -H "{key}: KEY" -H "Content-Type: application/json"
        -d '{"mobilePhoneNumber": "18612345678", "ttl": "5"}'
        https://api.leancloud.cn/1.1/requestSmsCode""",
        0,
    ),
    "abroad, the international service being off": (
        """curl -X POST -H "{id}: APP" -H "{key}: KEY" -H "Content-Type: application/json"
        -d '{"mobilePhoneNumber": "+917646812345", "countryCode":"IN"}'
        https://api.leancloud.cn/1.1/requestSmsCode""",
        1,
    ),
    "a template nobody made": (
        """curl -X POST -H "{id}: APP" -H "{key}: KEY" -H "Content-Type: application/json"
        -d '{"mobilePhoneNumber": "18612345678", "template":"activity", "date":"10 月 31 号"}'
        https://api.leancloud.cn/1.1/requestSmsCode""",
        604,
    ),
    "the guides' own number": (
        """curl -X POST -H "{id}: APP" -H "{key}: KEY" -H "Content-Type: application/json"
        -d '{"mobilePhoneNumber": "+19490008888"}' https://api.leancloud.cn/1.1/requestSmsCode""",
        0,
    ),
    "a captcha": (
        """curl -X GET -H "{id}: APP" -H "{key}: KEY"
        "https://api.leancloud.cn/1.1/requestCaptcha?width=100&height=50" """,
        0,
    ),
    "the time": ("curl https://api.leancloud.cn/1.1/date", 0),
}

HEADERS = [
    ("X-LC-Id", "X-LC-Key"),
    ("X-AVOSCloud-Application-Id", "X-AVOSCloud-Application-Key"),
]


def curl(command: str) -> Answer:
    """What the app answers to a curl command."""
    words = iter(shlex.split(command))
    assert next(words) == "curl"
    method, headers, body, url = "GET", {"Accept": "*/*"}, b"", ""
    for word in words:
        if word == "-X":
            method = next(words)
        elif word == "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = value
        elif word == "-d":
            body = next(words).encode()
        else:
            url = re.sub("^https://[^/]+", "", word)
    return Door(headers).send(method, url, body)


@pytest.mark.parametrize("names", HEADERS, ids=lambda names: names[0])
@pytest.mark.parametrize("title", CURLS)
def test_every_command_of_the_guides_is_answered(
    desk: Desk, title: str, names: tuple[str, str]
) -> None:
    command, code = CURLS[title]
    said = command.replace("{id}", names[0]).replace("{key}", names[1])

    answer = curl(said.replace("APP", APP_ID).replace("KEY", APP_KEY))

    assert answer.code == code, answer.json


def test_the_guides_way_of_checking_a_code(desk: Desk) -> None:
    curl(
        CURLS["a code"][0]
        .replace("{id}", "X-LC-Id")
        .replace("{key}", "X-LC-Key")
        .replace("APP", APP_ID)
        .replace("KEY", APP_KEY)
    )

    answer = curl(
        f"""curl -X POST -H "X-AVOSCloud-Application-Id: {APP_ID}"
        -H "X-AVOSCloud-Application-Key: {APP_KEY}" -H "Content-Type: application/json"
        "https://api.leancloud.cn/1.1/verifySmsCode/{desk.code()}?mobilePhoneNumber=18612345678"
        """
    )

    assert answer.code == 0


def samples() -> list[dict[str, Any]]:
    """Requests as the SDKs put them on the wire."""
    lines = (Path(__file__).parent / "sdk_requests.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def resigned(headers: dict[str, str]) -> dict[str, str]:
    """The recorded headers with this app's id, and signed as the SDK signs, but now."""
    signed = {**headers, "X-LC-Id": APP_ID, "Host": "sms.example.com"}
    if "X-LC-Sign" in headers:
        _, stamp, *master = headers["X-LC-Sign"].split(",")
        key, part = (MASTER_KEY, ",master") if master else (APP_KEY, "")
        now = str(int(time.time() * (1 if len(stamp) == 10 else 1000)))
        signed["X-LC-Sign"] = sign(key, now, part)
    elif "X-LC-Key" in headers:
        signed["X-LC-Key"] = (
            f"{MASTER_KEY},master" if headers["X-LC-Key"].endswith(",master") else APP_KEY
        )
    return signed


@pytest.mark.parametrize(
    "sample", samples(), ids=lambda sample: f"{sample['sdk']} {sample['method']} {sample['target']}"
)
def test_every_request_the_sdks_make_is_answered_rightly(
    desk: Desk, sample: dict[str, Any]
) -> None:
    """*expect* of a sample is the number of the refusal; 0 for a success."""
    target = sample["target"]
    if sample.get("sent"):  # a code is out, and this request brings it back
        assert desk.send(sample["sent"]) == 0
        target = target.replace("CODE", desk.code(sample["sent"]))
    body = sample["body"]
    if "TOKEN" in body:
        if "captcha_token" in body:
            token, _ = offered(desk.door)
            body = body.replace("TOKEN", token).replace("READING", reading(desk, token))
        else:
            body = body.replace("TOKEN", proved(desk))
    headers = resigned(sample["headers"]) if "X-LC-Id" in sample["headers"] else sample["headers"]

    answer = Door({}).send(
        sample["method"],
        target,
        body.encode(),
        **{name.replace("-", "_"): value for name, value in headers.items()},
    )

    assert answer.code == sample["expect"], answer.json
    for key in sample.get("keys", []):
        assert answer.json[key]
