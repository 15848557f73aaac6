"""Captchas at the door: offered, shown, read, redeemed."""

import io
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image

from chalicelib.local.embedded import APP_ID
from tests.conftest import Clock, Desk, Opener
from tests.wire import KEY, PHONE, Answer, Door

NOBODY = Door({})


def reading(desk: Desk, token: str) -> str:
    """What a person reads in the picture."""
    captcha = desk.service.captchas.captchas.find(APP_ID, token)
    assert captcha
    answer = captcha.answer(desk.service.secrets.keyring())
    assert answer
    return answer


def picture(url: str) -> Answer:
    """The picture as an <img> on any page fetches it."""
    target = url.partition("sms.example.com")[2]
    return NOBODY.send("GET", target, Accept="image/avif,image/webp,*/*")


def size_of(answer: Answer) -> tuple[int, int]:
    return Image.open(io.BytesIO(answer.raw)).size


def offered(door: Door, **query: Any) -> tuple[str, str]:
    answer = door.get("requestCaptcha", **query)
    assert answer.code == 0
    return answer.json["captcha_token"], answer.json["captcha_url"]


def proved(desk: Desk) -> str:
    """A validate token, honestly come by."""
    token, _ = offered(desk.door)
    answer = desk.door.post("verifyCaptcha", captcha_token=token, captcha_code=reading(desk, token))
    return str(answer.json["validate_token"])


def test_a_picture_is_offered_shown_to_anybody_and_read_for_a_token(desk: Desk) -> None:
    token, url = offered(desk.door)

    shown = picture(url)
    assert shown.status == 200
    assert shown.headers["Content-Type"] == "image/png"
    assert shown.headers["Cache-Control"] == "no-store"
    assert "same" not in shown.headers.get("Cross-Origin-Resource-Policy", "")
    assert size_of(shown) == (85, 30)
    assert parse_qs(urlsplit(url).query) == {"appId": [APP_ID], "token": [token]}
    read = desk.door.post("verifyCaptcha", captcha_token=token, captcha_code=reading(desk, token))
    assert read.code == 0
    assert set(read.json) == {"validate_token"}


def test_one_token_is_one_picture(desk: Desk) -> None:
    _, url = offered(desk.door)

    assert picture(url).raw == picture(url).raw


def test_a_second_request_is_another_picture(desk: Desk) -> None:
    assert offered(desk.door)[1] != offered(desk.door)[1]


@pytest.mark.parametrize(
    ("query", "size"),
    [
        ({}, (85, 30)),
        ({"width": 100, "height": 50}, (100, 50)),
        ({"width": "100.0", "height": "50.0"}, (100, 50)),
        ({"width": 82, "height": 39}, (82, 39)),
        ({"width": 0, "height": 0}, (85, 30)),
        ({"width": "", "height": "x"}, (85, 30)),
        ({"width": 1, "height": 1}, (60, 30)),
        ({"width": 10**9, "height": 10**9}, (200, 100)),
        ({"width": 10**400, "height": -(10**400)}, (200, 30)),
        ({"width": "9" * 400, "height": "1e9"}, (200, 30)),
        ({"width": -5, "height": "NaN"}, (85, 30)),
    ],
)
def test_measures_are_brought_into_range(
    desk: Desk, query: dict[str, Any], size: tuple[int, int]
) -> None:
    assert size_of(picture(offered(desk.door, **query)[1])) == size


def test_length_and_life_are_the_master_keys_to_choose(desk: Desk, clock: Clock) -> None:
    chosen, _ = offered(desk.master, size=6, ttl=180, width=200, height=80)
    ignored, _ = offered(desk.door, size=6, ttl=180)
    clamped, _ = offered(desk.master, size=99, ttl=1)

    assert len(reading(desk, chosen)) == 6
    assert len(reading(desk, ignored)) == 4
    assert len(reading(desk, clamped)) == 6
    clock.pass_(seconds=10)
    assert verify(desk, clamped) == 1
    clock.pass_(seconds=50)
    assert verify(desk, ignored) == 1
    clock.pass_(seconds=119)
    assert verify(desk, chosen) == 0


def verify(desk: Desk, token: str) -> int:
    code = reading(desk, token)
    return desk.door.post("verifyCaptcha", captcha_token=token, captcha_code=code).code


def test_a_reading_counts_in_either_case(desk: Desk) -> None:
    token, _ = offered(desk.door)
    code = f" {reading(desk, token).lower()} "

    assert desk.door.post("verifyCaptcha", captcha_token=token, captcha_code=code).code == 0


def test_a_picture_takes_one_answer(desk: Desk) -> None:
    token, url = offered(desk.door)
    right = reading(desk, token)

    wrong = desk.door.post("verifyCaptcha", captcha_token=token, captcha_code="!!!!")
    assert wrong.code == 1
    assert wrong.json["error"] == "Invalid captcha code."
    again = desk.door.post("verifyCaptcha", captcha_token=token, captcha_code=right)
    assert again.code == 1
    assert picture(url).code == 404


def test_a_right_answer_is_good_for_one_validate_token(desk: Desk) -> None:
    token, _ = offered(desk.door)
    right = reading(desk, token)

    answers = [
        desk.door.post("verifyCaptcha", captcha_token=token, captcha_code=right).code
        for _ in range(2)
    ]

    assert answers == [0, 1]


@pytest.mark.parametrize(
    "target",
    [
        "/1.1/captchaImage",
        "/1.1/captchaImage?appId=&token=",
        f"/1.1/captchaImage?appId={APP_ID}&token=R2cxkqSz",
        f"/1.1/captchaImage?appId={APP_ID}&token={'a' * 32}",
        f"/1.1/captchaImage?appId={APP_ID}&token={'x' * 5000}",
        "/1.1/captchaImage?appId=%00%ff&token=%23%23",
    ],
)
def test_an_unknown_picture_is_not_found(desk: Desk, target: str) -> None:
    answer = NOBODY.send("GET", target)

    assert answer.status == 404
    assert answer.code == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"captcha_code": "ABCD"},
        {"captcha_token": "a" * 32},
        {"captcha_code": 1, "captcha_token": 2},
        {"captcha_code": ["A"], "captcha_token": "a" * 32},
        {"captcha_code": "ABCD", "captcha_token": "#" * 32},
        {"captcha_code": "é", "captcha_token": "a" * 32},
        {"captcha_code": "", "captcha_token": ""},
    ],
)
def test_a_senseless_answer_is_refused(desk: Desk, body: dict[str, Any]) -> None:
    answer = desk.door.post("verifyCaptcha", body)

    assert answer.status == 400
    assert answer.code == 1


def test_a_gated_send_needs_a_token_and_spends_it(open_desk: Opener, clock: Clock) -> None:
    desk = open_desk("captcha_required=true")

    assert desk.send() == 608
    token = proved(desk)
    assert desk.send(validate_token=token) == 0
    clock.pass_(minutes=1)
    assert desk.send(validate_token=token) == 608
    assert desk.master.post("requestSmsCode", mobilePhoneNumber=PHONE).code == 0


@pytest.mark.parametrize(
    "token", ["bogus", "a.b", f"{'a' * 32}.{'b' * 32}", "x" * 5000, "\u0000", "é.é", "."]
)
@pytest.mark.parametrize("required", ["true", "false"])
def test_a_token_that_is_given_must_be_good(open_desk: Opener, required: str, token: str) -> None:
    desk = open_desk(f"captcha_required={required}")

    assert desk.send(validate_token=token) == 608
    assert (
        desk.master.post("requestSmsCode", mobilePhoneNumber=PHONE, validate_token=token).code
        == 608
    )
    assert not desk.tray.letters


def test_a_token_with_a_wrong_secret_opens_nothing_and_spoils_nothing(desk: Desk) -> None:
    token = proved(desk)
    captcha = token.partition(".")[0]

    assert desk.send(validate_token=f"{captcha}.{'b' * 32}") == 608
    assert desk.send(validate_token=captcha) == 608
    assert desk.send(validate_token=token) == 0


def test_a_token_lives_five_minutes(desk: Desk, clock: Clock) -> None:
    token, late = proved(desk), proved(desk)
    clock.pass_(minutes=5, seconds=-1)
    assert desk.send(validate_token=token) == 0
    clock.pass_(seconds=1)
    assert desk.send("+8613812345678", validate_token=late) == 608


def test_a_send_that_a_limit_refused_gives_the_token_back(desk: Desk, clock: Clock) -> None:
    desk.send()
    token = proved(desk)

    assert desk.send(validate_token=token) == 1

    clock.pass_(minutes=1)
    assert desk.send(validate_token=token) == 0


def test_bad_input_spends_no_token(desk: Desk) -> None:
    token = proved(desk)

    assert desk.send("12", validate_token=token) == 127
    assert desk.send(ttl=0, validate_token=token) == 1
    assert desk.send(template="none", validate_token=token) == 604
    assert desk.send(name="【x】", validate_token=token) == 606
    assert desk.send(validate_token=token) == 0


def test_captchas_can_be_switched_off(open_desk: Opener) -> None:
    desk = open_desk("captcha_enabled=false")

    assert desk.door.get("requestCaptcha").code == 119
    assert desk.master.get("requestCaptcha").code == 0


@pytest.mark.parametrize(
    ("context", "headers", "base"),
    [
        ({"path": "/1.1/requestCaptcha"}, {}, "https://id.example.com"),
        ({"path": "/api/1.1/requestCaptcha"}, {}, "https://id.example.com/api"),
        ({"path": "/api//1/requestCaptcha"}, {}, "https://id.example.com/api"),
        (
            {"path": "/sms/1.1/requestCaptcha/"},
            {"X-Forwarded-Proto": "http"},
            "http://id.example.com/sms",
        ),
    ],
)
def test_the_pictures_address_is_absolute_whatever_the_prefix(
    desk: Desk, context: dict[str, str], headers: dict[str, str], base: str
) -> None:
    from tests.wire import answered

    answer = answered(
        {
            "requestContext": {
                "resourcePath": "/1.1/requestCaptcha",
                "httpMethod": "GET",
                "domainName": "id.example.com",
                **context,
            },
            "headers": {**KEY, **headers},
        }
    )

    assert answer.json["captcha_url"].startswith(f"{base}/1.1/captchaImage?appId=")


def test_a_proxy_in_front_is_named_by_the_deployment(open_desk: Opener) -> None:
    desk = open_desk(PUBLIC_URL="https://sms.example.org/lc")

    assert offered(desk.door)[1].startswith("https://sms.example.org/lc/1.1/captchaImage?")


def test_nothing_kept_tells_the_answer(desk: Desk) -> None:
    from chalicelib.store.tables import CaptchaRow

    token, _ = offered(desk.master, size=6)
    answer = reading(desk, token)
    proved(desk)

    for row in CaptchaRow.scan():
        assert answer not in str(row.to_dynamodb_dict())
        assert answer.lower() not in str(row.to_dynamodb_dict()).lower()
