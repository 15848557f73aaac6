"""What every request meets before a view: credentials, bodies, paths, CORS."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.api.headers import ALLOWED
from chalicelib.domain.apps import App
from chalicelib.local.embedded import APP_ID, APP_KEY, MASTER_KEY
from tests.conftest import Clock, Decisions, Desk, Opener
from tests.wire import KEY, PHONE, Door, answered, sign

#: LeanCloud's documented examples of a signature.
VECTOR_KEY = "UtOCzqb67d3sN12Kts4URwy8"
VECTOR_MASTER = "DyJegPlemooo4X1tg94gQkw1"
VECTOR = "d5bcbb897e19b2f6633c716dfdfaf9be,1453014943466"
VECTOR_OF_MASTER = "e074720658078c898aa0d4b1b82bdf4b,1453014943466,master"


@pytest.fixture
def shop(desk: Desk) -> App:
    """An app with the keys of LeanCloud's examples."""
    app = App.create("Shop", id="shop-app-0001", key=VECTOR_KEY, master_key=VECTOR_MASTER)
    app = app.with_approved("天天商城", now=datetime.now(UTC))
    desk.service.directory.create(app)
    return app


def asked(**headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Door(named).get("requestCaptcha").code


@pytest.mark.parametrize("digest", [VECTOR, VECTOR.replace("d5bc", "D5BC")])
def test_the_documented_signature_passes(shop: App, digest: str) -> None:
    assert asked(X_LC_Id=shop.id, X_LC_Sign=digest) == 0
    assert asked(X_AVOSCloud_Application_Id=shop.id, X_AVOSCloud_Request_Sign=digest) == 0


def test_the_master_keys_signature_is_stale_after_a_quarter_of_an_hour(
    shop: App, clock: Clock
) -> None:
    assert asked(X_LC_Id=shop.id, X_LC_Sign=VECTOR_OF_MASTER) == 401
    for stamp in ("2209118400000", "2209118400"):  # milliseconds, and PHP's seconds
        signed = sign(VECTOR_MASTER, stamp, ",master")
        assert asked(X_LC_Id=shop.id, X_LC_Sign=signed) == 0
    clock.pass_(minutes=15)
    assert asked(X_LC_Id=shop.id, X_LC_Sign=signed) == 0
    clock.pass_(seconds=1)
    assert asked(X_LC_Id=shop.id, X_LC_Sign=signed) == 401


def test_the_documented_master_signature_passes_in_its_time(
    shop: App, desk: Desk, clock: Clock
) -> None:
    import time_machine

    with time_machine.travel("2016-01-17T07:15:43.466Z", tick=False):
        assert asked(X_LC_Id=shop.id, X_LC_Sign=VECTOR_OF_MASTER) == 0


def test_a_setting_wants_the_app_keys_signature_fresh_too(open_desk: Opener, clock: Clock) -> None:
    open_desk("fresh_signs=true")

    assert asked(X_LC_Id=APP_ID, X_LC_Sign=sign(APP_KEY, "2209118400000")) == 0
    assert asked(X_LC_Id=APP_ID, X_LC_Sign=sign(APP_KEY, "1453014943466")) == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"X-LC-Id": APP_ID, "X-LC-Key": APP_KEY},
        {"x-lc-id": APP_ID, "x-lc-key": APP_KEY},
        {"X-LC-Id": APP_ID, "X-LC-Key": f"{MASTER_KEY},master"},
        {"X-AVOSCloud-Application-Id": APP_ID, "X-AVOSCloud-Application-Key": APP_KEY},
        {"X-AVOSCloud-Application-Id": APP_ID, "X-AVOSCloud-Master-Key": MASTER_KEY},
        {"X-Uluru-Application-Id": APP_ID, "X-Uluru-Application-Key": APP_KEY},
        {"X-Uluru-Application-Id": APP_ID, "X-Uluru-Master-Key": MASTER_KEY},
        {"X-LC-Id": APP_ID, "X-LC-Key": APP_KEY, "X-LC-Session": "stale", "X-LC-Prod": "0"},
    ],
)
def test_every_spelling_of_the_credentials_passes(desk: Desk, headers: dict[str, str]) -> None:
    assert Door(headers).get("requestCaptcha").code == 0


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-LC-Id": APP_ID},
        {"X-LC-Key": APP_KEY},
        {"X-LC-Id": "", "X-LC-Key": ""},
        {"X-LC-Id": APP_ID, "X-LC-Key": "wrong"},
        {"X-LC-Id": APP_ID, "X-LC-Key": f"{APP_KEY},master"},
        {"X-LC-Id": APP_ID, "X-LC-Key": MASTER_KEY},
        {"X-LC-Id": APP_ID, "X-LC-Key": f"{MASTER_KEY},Master"},
        {"X-LC-Id": APP_ID, "X-LC-Key": f"{APP_KEY},"[:-1] + " "},
        {"X-LC-Id": "nobody-knows-it", "X-LC-Key": APP_KEY},
        {"X-LC-Id": "é" * 12, "X-LC-Key": "é"},
        {"X-LC-Id": "x" * 5000, "X-LC-Key": "x" * 5000},
        {"X-LC-Id": f"{APP_ID}#x", "X-LC-Key": APP_KEY},
        {"X-LC-Id": APP_ID, "X-AVOSCloud-Master-Key": APP_KEY},
        {"X-LC-Id": APP_ID, "X-LC-Sign": "x"},
        {"X-LC-Id": APP_ID, "X-LC-Sign": ",,"},
        {"X-LC-Id": APP_ID, "X-LC-Sign": sign(MASTER_KEY)},
        {"X-LC-Id": APP_ID, "X-LC-Sign": sign(APP_KEY, part=",master")},
        {"X-LC-Id": APP_ID, "X-LC-Sign": sign(APP_KEY, part=",ax-sig-1")},
        {"X-LC-Id": APP_ID, "X-LC-Sign": sign(APP_KEY, "١٢٣")},
        {"X-LC-Id": APP_ID, "X-LC-Sign": sign(APP_KEY, "-1")},
        {"X-LC-Id": APP_ID, "X-LC-Sign": sign(APP_KEY, "9" * 40)},
    ],
)
def test_anybody_else_is_unauthorized(desk: Desk, headers: dict[str, str]) -> None:
    answer = Door(headers).get("requestCaptcha")

    assert answer.status == 401
    assert answer.json == {"code": 401, "error": "Unauthorized."}


def test_nothing_of_one_app_is_visible_to_another(desk: Desk, shop: App, clock: Clock) -> None:
    other = Door({"X-LC-Id": shop.id, "X-LC-Key": VECTOR_KEY})
    assert desk.send() == 0
    code = desk.code()

    assert other.post("requestSmsCode", mobilePhoneNumber=PHONE).code == 0, "its own limits"
    guess = other.post(f"verifySmsCode/{code}", mobilePhoneNumber=PHONE).code
    assert guess == (0 if desk.code() == code else 603)
    assert desk.verify(code) == 0

    token = desk.door.get("requestCaptcha").json["captcha_token"]
    taken = other.post("verifyCaptcha", captcha_token=token, captcha_code="ABCD")
    assert taken.code == 1
    assert desk.service.captchas.captchas.find(APP_ID, token), "still unanswered"
    missing = Door({}).send("GET", f"/1.1/captchaImage?appId={shop.id}&token={token}")
    assert missing.status == 404


def test_a_rotated_key_works_until_it_is_retired(desk: Desk, shop: App) -> None:
    apps = desk.service.directory
    old = {"X-LC-Id": shop.id, "X-LC-Key": VECTOR_KEY}

    apps.change(shop, shop.rotated(master=False))
    changed = apps.read(shop.id)
    assert changed
    new = {"X-LC-Id": shop.id, "X-LC-Key": changed.keys[0]}
    apps._known.clear()
    assert Door(old).get("requestCaptcha").code == 0
    assert Door(new).get("requestCaptcha").code == 0

    apps.change(changed, changed.retired(master=False))
    apps._known.clear()
    assert Door(old).get("requestCaptcha").code == 401
    assert Door(new).get("requestCaptcha").code == 0


@pytest.mark.parametrize("body", [b"", b"null", b"{}", b"  ", b" null\n"])
def test_no_body_is_an_empty_one(desk: Desk, body: bytes) -> None:
    assert desk.door.send("POST", "/1.1/requestSmsCode", body).code == 212
    assert desk.door.send("GET", "/1.1/requestCaptcha", body).code == 0


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b"[1]",
        b'"text"',
        b"1",
        b"true",
        b"{'a': 1}",
        b'{"a": NaN}',
        b'{"a": 1e400}',
        b'{"a": Infinity}',
        b'{"a": -Infinity}',
        b'{"a": 1, "a": 2}',
        b'{"a": "\\ud800"}',
        b'{"\\ud800": 1}',
        b'{"a": [[{"b": "\\udfff"}]]}',
        b'\xff\xfe{"a": 1}',
        b'\xef\xbb\xbf{"a": 1}',
        b'{"a": "\xff"}',
        b"[" * 60000,
        b'{"a":' * 21 + b"1" + b"}" * 21,
        b'{"a":' + b"[" * 5000 + b"]" * 5000 + b"}",
        b'{"a": ' + b"1" * 5000 + b"}",
        json.dumps({f"k{n}": n for n in range(101)}).encode(),
        b'{"a": "' + b"x" * 64 * 1024 + b'"}',
        b"mobilePhoneNumber=18612345678",
        b'{"a": 1} x',
        b"\x00",
    ],
)
def test_a_malformed_body_is_code_107(desk: Desk, body: bytes) -> None:
    answer = desk.door.send("POST", "/1.1/requestSmsCode", body)

    assert answer.status == 400
    assert answer.json == {
        "code": 107,
        "error": "Malformed json object. A json dictionary is expected.",
    }


@pytest.mark.parametrize(
    "body",
    [
        b'{"a":' * 19 + b"1" + b"}" * 19,
        b'{"a": 1e300, "b": -0.0, "c": 1E5}',
        b'{"mobilePhoneNumber": "", "pad": "' + b"x" * 64000 + b'"}',
        '{"mobilePhoneNumber": "", "名": "😀"}'.encode(),
        b'{"path": "a\\/b", "e": "\\ud83d\\ude00"}',
    ],
)
def test_a_body_within_the_bounds_is_read(desk: Desk, body: bytes) -> None:
    assert desk.door.send("POST", "/1.1/requestSmsCode", body).code == 212


@pytest.mark.parametrize(
    "kind",
    ["application/json", "application/json;charset=UTF-8", "APPLICATION/JSON", "text/json", ""]
    + ["application/x-www-form-urlencoded", "application/vnd.api+json"],
)
def test_the_content_type_does_not_matter(desk: Desk, kind: str) -> None:
    body = json.dumps({"mobilePhoneNumber": PHONE}).encode()

    assert desk.door.send("POST", "/1.1/requestSmsCode", body, Content_Type=kind).code == 0


def test_old_browsers_put_everything_into_a_text_body(desk: Desk) -> None:
    keys = {"_ApplicationId": APP_ID, "_ApplicationKey": APP_KEY, "_ClientVersion": "js0.5"}
    form = Door({"Content-Type": "text/plain"})

    sent = form.post("requestSmsCode", mobilePhoneNumber=PHONE, **keys)
    assert sent.code == 0
    asked = form.post("requestCaptcha", _method="GET", width=100, height=50, **keys)
    assert asked.code == 0
    assert "captcha_token" in asked.json
    master = {"_ApplicationId": APP_ID, "_MasterKey": MASTER_KEY}
    assert form.post("requestCaptcha", _method="GET", **master).code == 0
    assert form.post("requestCaptcha", _method="GET", _ApplicationId=APP_ID).code == 401
    assert form.post("requestCaptcha", _method=["GET"], **keys).code == 405


def test_only_a_text_body_can_override_the_method_or_bring_keys(desk: Desk) -> None:
    keys = {"_ApplicationId": APP_ID, "_ApplicationKey": APP_KEY}

    assert Door({}).post("requestSmsCode", mobilePhoneNumber=PHONE, **keys).code == 401
    assert desk.door.post("requestCaptcha", _method="GET").code == 405


def test_a_body_in_base64_meets_the_same_checks(desk: Desk) -> None:
    def asked(body: str, encoded: bool) -> int:
        context = {"resourcePath": "/1.1/requestSmsCode", "httpMethod": "POST"}
        event = {"requestContext": context, "headers": KEY, "body": body}
        return answered({**event, "isBase64Encoded": encoded}).code

    assert asked(base64.b64encode(b"[]").decode(), True) == 107
    assert asked("not base64!", True) == 107
    assert asked("é", True) == 107
    assert asked("{}", False) == 212
    phone = json.dumps({"mobilePhoneNumber": PHONE}).encode()
    assert asked(base64.b64encode(phone).decode(), True) == 0


def test_a_query_cannot_say_one_thing_twice(desk: Desk) -> None:
    desk.send()
    target = f"/1.1/verifySmsCode/{desk.code()}"
    twice = f"{target}?mobilePhoneNumber=13812345678&mobilePhoneNumber=18612345678"

    assert desk.door.send("POST", twice).code == 1
    assert desk.verify(desk.code()) == 0


@pytest.mark.parametrize(
    "path", ["/1.1/date", "/1/date", "//1.1/date", "//1.1//date/", "/1.1/date?", "/1.1/date?a="]
)
def test_a_path_is_known_in_every_spelling(desk: Desk, path: str) -> None:
    assert "iso" in desk.door.send("GET", path).json


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/1.1", "/1.1/", "/1.2/date", "/1.1/Date", "/1.1/date/x", "/../etc/passwd", "/%00"]
    + ["/1.1/%2e%2e/date", "/2/route", "/1.1/classes/Todo", "/{proxy+}", "/1.1/verifySmsCode"],
)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH", "TRACE", "x"])
def test_an_unknown_path_is_404_in_our_words(desk: Desk, method: str, path: str) -> None:
    answer = desk.door.send(method, path, b"{}")

    assert answer.status == 404
    assert answer.json == {"code": 404, "error": "Not found."}
    assert answer.code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/1.1/requestSmsCode"),
        ("PUT", "/1.1/requestSmsCode"),
        ("DELETE", "/1.1/verifySmsCode/123456"),
        ("POST", "/1.1/date"),
        ("POST", "/"),
        ("PATCH", "/health"),
        ("HEAD", "/1.1/date"),
    ],
)
def test_a_wrong_method_is_405_in_our_words(desk: Desk, method: str, path: str) -> None:
    answer = desk.door.send(method, path)

    assert answer.status == 405
    assert answer.code == 405


def test_it_says_what_it_is_and_that_it_is_well(desk: Desk) -> None:
    about = Door({}).send("GET", "/").json
    assert set(about) == {"name", "version", "documentation"}
    assert about["name"] == "Countersign"
    assert Door({}).send("GET", "/health").code == 0


def test_a_new_sandbox_that_is_first_asked_for_its_health_knows_its_tables(desk: Desk) -> None:
    from chalicelib import wiring
    from chalicelib.store import tables

    wiring.forget()
    tables.prefix("before-the-first-call")

    assert Door({}).send("GET", "/health").code == 0


def test_it_says_when_its_tables_do_not_answer(desk: Desk) -> None:
    from chalicelib.store.tables import LineRow

    LineRow.delete_table(wait=True)

    answer = Door({}).send("GET", "/health")
    assert answer.status == 503
    assert answer.code == 503


def test_a_crash_is_told_in_the_envelope_and_nothing_else(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, decisions: Decisions
) -> None:
    from chalicelib.domain.phones import PhoneNumber

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(f"of {PHONE} and 123456 and hp8Jx2Fq9Tz4Rk6W")

    monkeypatch.setattr(PhoneNumber, "parse", broken)
    answer = desk.door.post("requestSmsCode", mobilePhoneNumber=PHONE)

    assert answer.status == 500
    assert answer.json == {
        "code": 1,
        "error": "Internal server error. No information available.",
    }
    (crash,) = decisions("crash")
    assert crash["error"] == "RuntimeError"
    assert crash["says"] == "of *** and *** and ***"
    assert crash["path"] == "/1.1/requestSmsCode"


@pytest.mark.parametrize("event", [{}, {"requestContext": None}, {"headers": None, "body": 5}])
def test_an_event_that_is_none_of_the_gateways_is_answered_all_the_same(
    desk: Desk, event: dict[str, Any]
) -> None:
    assert answered(event).json["name"] == "Countersign"


def test_every_route_of_the_gateway_has_cors_with_all_headers_and_takes_any_type() -> None:
    from app import app

    for methods in app.routes.values():
        for route in methods.values():
            assert route.cors is not None
            headers = route.cors.get_access_control_headers()
            assert headers["Access-Control-Allow-Origin"] == "*"
            assert set(ALLOWED) <= set(headers["Access-Control-Allow-Headers"].split(","))
            assert headers["Access-Control-Max-Age"] == "86400"
            assert route.content_types == ["*/*"]
