"""Another service's captchas at the door: Turnstile's, hCaptcha's, reCAPTCHA's in place of ours."""

import json
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import trustme

from chalicelib import humans, operate
from chalicelib.domain.captchas import Service
from chalicelib.domain.settings import MASK, Settings
from chalicelib.local.embedded import APP_ID as APP
from tests.api.test_captchas import proved, reading
from tests.conftest import Clock, Decisions, Desk, Opener
from tests.siteverify import GOOD, SECRET, SITE_KEY, Siteverify, verifying
from tests.wire import PHONE, Answer

SERVICES = [Service.TURNSTILE, Service.HCAPTCHA, Service.RECAPTCHA]
OTHER = "+8613812345678"


def keys(service: Service, **more: str) -> str:
    """The settings of an app that has chosen *service*."""
    said = {
        "captcha_required": "true",
        "captcha_service": service,
        "captcha_site_key": SITE_KEY,
        "captcha_secret": SECRET,
        **more,
    }
    return " ".join(f"{name}={value}" for name, value in said.items())


@pytest.fixture(params=SERVICES)
def standin(request: pytest.FixtureRequest) -> Iterator[Siteverify]:
    """Each service, as it is met on this machine."""
    with pytest.MonkeyPatch.context() as patch, verifying(request.param, patch) as standin:
        yield standin


@pytest.fixture
def recaptcha() -> Iterator[Siteverify]:
    with pytest.MonkeyPatch.context() as patch, verifying(Service.RECAPTCHA, patch) as standin:
        yield standin


@pytest.fixture
def shop(standin: Siteverify, open_desk: Opener) -> Desk:
    """A desk whose app has chosen the service."""
    return open_desk(keys(standin.service))


def sent(desk: Desk, token: str, phone: str = PHONE) -> Answer:
    """A send with what the widget gave."""
    return desk.door.post("requestSmsCode", mobilePhoneNumber=phone, validate_token=token)


def verified(desk: Desk, token: str, **fields: str) -> Answer:
    """What the widget gave, handed in for a token of ours."""
    return desk.door.post("verifyCaptcha", captcha_code=token, **fields)


#: Both ways, and by which number each says that a token is not good.
Way = Callable[[Desk, str], Answer]
WAYS: list[tuple[Way, int]] = [(sent, 608), (verified, 1)]


def test_a_client_is_told_which_widget_to_draw(shop: Desk, standin: Siteverify) -> None:
    answer = shop.door.get("requestCaptcha", width=100)

    assert answer.code == 0
    assert answer.json == {"captcha_service": standin.service, "site_key": SITE_KEY}


def test_captchas_that_are_switched_off_name_no_widget(
    standin: Siteverify, open_desk: Opener
) -> None:
    desk = open_desk(keys(standin.service, captcha_enabled="false"))

    assert desk.door.get("requestCaptcha").code == 119
    assert desk.master.get("requestCaptcha").json["site_key"] == SITE_KEY


def test_a_widgets_token_opens_one_send(shop: Desk, standin: Siteverify) -> None:
    assert shop.send() == 608
    assert standin.asked == []

    assert sent(shop, GOOD).code == 0

    assert len(shop.letters()) == 1
    assert sent(shop, GOOD, OTHER).code == 608
    assert shop.letters(OTHER) == []


@pytest.mark.parametrize("named", [True, False], ids=["by name", "by no name"])
def test_a_widgets_token_is_changed_for_one_of_ours(
    shop: Desk, standin: Siteverify, named: bool, clock: Clock
) -> None:
    answer = verified(shop, GOOD, captcha_token=standin.service if named else "")
    ours = answer.json["validate_token"]

    assert set(answer.json) == {"validate_token"}
    assert sent(shop, ours).code == 0
    assert len(standin.asked) == 1
    clock.pass_(minutes=1)
    assert sent(shop, ours).code == 608


def test_one_of_ours_is_given_back_by_a_send_that_failed(shop: Desk, clock: Clock) -> None:
    shop.master.post("requestSmsCode", mobilePhoneNumber=PHONE)
    ours = verified(shop, GOOD).json["validate_token"]

    assert sent(shop, ours).code == 1
    assert sent(shop, ours, OTHER).code == 0


def test_one_of_ours_lives_five_minutes(shop: Desk, clock: Clock) -> None:
    ours = verified(shop, GOOD).json["validate_token"]

    clock.pass_(minutes=5)

    assert sent(shop, ours).code == 608


@pytest.mark.parametrize("way", [sent, verified])
def test_a_service_hears_the_token_the_secret_and_where_the_client_is(
    shop: Desk, standin: Siteverify, way: Way
) -> None:
    assert way(shop, GOOD).code == 0

    expected = {"secret": SECRET, "response": GOOD, "remoteip": "203.0.113.7"}
    if standin.service is Service.HCAPTCHA:
        expected["sitekey"] = SITE_KEY
    assert standin.asked == [expected]


#: What a service says, and what becomes of it: None is that the token is not good.
SAID = [
    pytest.param({"answer": {"success": True}}, 0, id="good"),
    pytest.param({"answer": {"success": False}}, None, id="bad, and no reason"),
    pytest.param(
        {"answer": {"success": False, "error-codes": ["timeout-or-duplicate"]}}, None, id="used"
    ),
    pytest.param(
        {"answer": {"success": False, "error-codes": [SECRET, "Quoted", 7, None]}},
        None,
        id="odd reasons",
    ),
    pytest.param(
        {"answer": {"success": False, "error-codes": 1}}, None, id="reasons that are none"
    ),
    pytest.param(
        {"answer": {"success": False, "error-codes": ["internal-error"]}}, 503, id="its own fault"
    ),
    pytest.param(
        {"answer": {"success": False, "error-codes": ["invalid-input-secret"]}}, 503, id="our fault"
    ),
    pytest.param({"answer": {"success": True}, "status": 500}, 503, id="HTTP 500"),
    pytest.param({"answer": {"success": True}, "status": 429}, 503, id="HTTP 429"),
    pytest.param({"answer": {"success": True}, "status": 307}, 503, id="redirect"),
    pytest.param({"answer": b"<html>success: true"}, 503, id="not JSON"),
    pytest.param({"answer": b'\xff{"success": true}'}, 503, id="not UTF-8"),
    pytest.param({"answer": b""}, 503, id="empty"),
    pytest.param({"answer": b'{"success": true}' + b" " * 20_000}, 503, id="without end"),
    pytest.param({"answer": b"[" * 10_000}, 503, id="too deep"),
    pytest.param({"answer": [True]}, 503, id="a list"),
    pytest.param({"answer": {}}, 503, id="no success"),
    pytest.param({"answer": {"success": "true"}}, 503, id="success is text"),
    pytest.param({"answer": {"success": 1}}, 503, id="success is a number"),
    pytest.param({"answer": {"success": None}}, 503, id="success is nothing"),
]


@pytest.mark.parametrize(("said", "becomes"), SAID)
def test_only_a_plain_yes_lets_through(
    shop: Desk, standin: Siteverify, said: dict[str, Any], becomes: int | None
) -> None:
    vars(standin).update(said)

    for way, refusal in WAYS:
        standin.asked.clear()
        assert way(shop, GOOD).code == (refusal if becomes is None else becomes)
        assert len(standin.asked) == 1, "it was asked once, and not again"

    assert len(shop.tray.letters) == (1 if becomes == 0 else 0)


@pytest.mark.parametrize("way", [sent, verified])
@pytest.mark.parametrize("silent", ["no answer", "byte by byte", "nobody there"])
def test_who_says_nothing_in_time_lets_nobody_through(
    shop: Desk, standin: Siteverify, monkeypatch: pytest.MonkeyPatch, silent: str, way: Way
) -> None:
    monkeypatch.setattr(humans, "SECONDS", 0.4)
    standin.drip = silent == "byte by byte"
    if silent == "no answer":
        standin.open.clear()
    if silent == "nobody there":
        monkeypatch.setitem(humans.VERIFY, standin.service, "http://127.0.0.1:9/siteverify")
    began = time.monotonic()

    answer = way(shop, GOOD)

    assert (answer.status, answer.code) == (503, 503)
    assert time.monotonic() - began < 1
    assert not shop.tray.letters


def test_two_seconds_are_what_a_service_has() -> None:
    assert humans.SECONDS == 2


def test_a_failed_send_leaves_the_widgets_token_used_up(shop: Desk, clock: Clock) -> None:
    shop.master.post("requestSmsCode", mobilePhoneNumber=PHONE)

    assert sent(shop, GOOD).code == 1
    assert sent(shop, GOOD, OTHER).code == 608


@pytest.mark.parametrize(
    ("token", "turnstiles"),
    [
        ("x" * 2048, True),
        ("x" * 2049, False),
        ("x" * 16_384, False),
        ("x" * 16_385, None),
        ("a b", None),
        ("a\n", None),
        ("é", None),
        ("\x00", None),
        (" ", None),
    ],
)
def test_what_can_be_no_token_is_refused_unasked(
    shop: Desk, standin: Siteverify, token: str, turnstiles: bool | None
) -> None:
    for way, refusal in WAYS:
        assert way(shop, token).code == refusal

    wanted = turnstiles if standin.service is Service.TURNSTILE else turnstiles is not None
    assert [one["response"] for one in standin.asked] == ([token] * 2 if wanted else [])


def test_a_token_of_our_form_is_tried_as_ours(shop: Desk, standin: Siteverify) -> None:
    assert sent(shop, f"{'a' * 32}.{'b' * 32}").code == 608
    assert standin.asked == []


def test_a_picture_that_was_offered_before_the_service_was_chosen_is_still_read(
    open_desk: Opener, standin: Siteverify
) -> None:
    desk = open_desk()
    token = desk.door.get("requestCaptcha").json["captcha_token"]
    proof = proved(desk)
    desk.console.set(
        captcha_service=standin.service, captcha_site_key=SITE_KEY, captcha_secret=SECRET
    )

    assert verified(desk, reading(desk, token), captcha_token=token).code == 0
    assert sent(desk, proof).code == 0
    assert standin.asked == []


@pytest.mark.parametrize("captcha_token", ["nonsense", "picture", "a" * 32])
def test_a_picture_that_is_none_is_answered_by_nothing(
    shop: Desk, standin: Siteverify, captcha_token: str
) -> None:
    assert verified(shop, GOOD, captcha_token=captcha_token).code == 1
    assert verified(shop, "").code == 1
    assert standin.asked == []


def test_the_master_key_needs_no_token_and_is_no_visitor(shop: Desk, standin: Siteverify) -> None:
    assert shop.master.post("requestSmsCode", mobilePhoneNumber=PHONE).code == 0
    assert standin.asked == []

    for token, code in ((GOOD, 0), ("bad", 608)):
        fields = {"mobilePhoneNumber": OTHER, "validate_token": token}
        assert shop.master.post("requestSmsCode", **fields).code == code
    assert all("remoteip" not in one for one in standin.asked)


def test_a_token_that_is_given_must_be_good_where_none_is_needed(
    open_desk: Opener, standin: Siteverify
) -> None:
    desk = open_desk(keys(standin.service, captcha_required="false"))

    assert desk.send() == 0
    assert sent(desk, "bad", OTHER).code == 608
    assert sent(desk, GOOD, OTHER).code == 0


@pytest.mark.parametrize(("way", "refusal"), WAYS)
def test_who_makes_tokens_up_is_not_asked_about_without_end(
    open_desk: Opener, standin: Siteverify, way: Way, refusal: int
) -> None:
    desk = open_desk(keys(standin.service, limit_captchas="3/1m"))

    assert [way(desk, f"made-up-{n}").code for n in range(5)] == [refusal] * 3 + [601] * 2
    assert len(standin.asked) == 3


@pytest.mark.parametrize(
    ("score", "least", "becomes"),
    [
        (0.9, "", 0),
        (0.5, "", 0),
        (0.49, "", None),
        (0, "", None),
        (0, "0", 0),
        (0.29, "29", 0),
        (1, "100", 0),
        (0.99, "100", None),
        (1.01, "0", 503),
        (-0.1, "0", 503),
        (True, "0", 503),
        ("0.9", "", 503),
        (None, "", 503),
        (float("nan"), "0", 503),
        (float("inf"), "0", 503),
    ],
)
def test_a_score_of_recaptcha_must_be_high_enough(
    open_desk: Opener,
    recaptcha: Siteverify,
    score: Any,
    least: str,
    becomes: int | None,
) -> None:
    desk = open_desk(keys(Service.RECAPTCHA, **({"captcha_score": least} if least else {})))
    recaptcha.more["score"] = score

    for way, refusal in WAYS:
        code = way(desk, f"{GOOD}-{refusal}").code
        assert code == (refusal if becomes is None else becomes)


@pytest.mark.parametrize("service", [Service.TURNSTILE, Service.HCAPTCHA])
def test_a_score_of_anybody_else_is_another_thing(
    open_desk: Opener, monkeypatch: pytest.MonkeyPatch, service: Service
) -> None:
    with verifying(service, monkeypatch) as standin:
        standin.more["score"] = 0.01  # a low risk, at hCaptcha

        assert sent(open_desk(keys(service)), GOOD).code == 0


@pytest.mark.parametrize("trusted", [True, False])
def test_the_secret_goes_to_nobody_whose_certificate_is_not_good(
    open_desk: Opener, monkeypatch: pytest.MonkeyPatch, trusted: bool
) -> None:
    authority, tls = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(tls)
    with ExitStack() as stack:
        stack.callback(humans._trust.cache_clear)
        humans._trust.cache_clear()
        path = stack.enter_context(authority.cert_pem.tempfile())
        if trusted:
            monkeypatch.setenv("SSL_CERT_FILE", path)
        standin = stack.enter_context(verifying(Service.TURNSTILE, monkeypatch, tls=tls))

        assert sent(open_desk(keys(Service.TURNSTILE)), GOOD).code == (0 if trusted else 503)

        assert len(standin.asked) == (1 if trusted else 0)


def test_every_service_is_asked_over_tls() -> None:
    assert set(humans.VERIFY) == set(SERVICES)
    assert all(url.startswith("https://") for url in humans.VERIFY.values())


def test_neither_secret_nor_token_is_ever_said(
    shop: Desk, standin: Siteverify, decisions: Decisions, caplog: pytest.LogCaptureFixture
) -> None:
    answers: list[Answer] = []
    with caplog.at_level("DEBUG", logger="countersign"):
        for said, _ in (param.values for param in SAID):
            vars(standin).update({"status": 200, **said})
            for way in (sent, verified):
                answers.append(way(shop, GOOD))
        answers.append(shop.door.get("requestCaptcha"))
        standin.answer = {"success": True}
        shop.faults.always("dynamodb.PutItem", lambda request: 1 / 0)  # a fault of our own
        answers.append(verified(shop, GOOD))

    log = json.dumps(decisions(), ensure_ascii=False) + caplog.text
    told = log + "".join(answer.raw.decode() for answer in answers)
    assert [secret for secret in (SECRET, GOOD) if secret in told] == []
    assert "Quoted" not in told, "whatever they say might quote what was asked"
    reasons = {line.get("reason") for line in decisions("refused")}
    assert "timeout-or-duplicate" in reasons
    assert f"{standin.service}: HTTP 500" in reasons
    assert decisions("crash")


def test_a_secret_is_never_shown_again(
    desk: Desk, decisions: Decisions, capsys: pytest.CaptureFixture[str]
) -> None:
    before = desk.console.get("settings")
    version = before.json["version"]
    chosen = {
        "captcha_service": "turnstile",
        "captcha_site_key": SITE_KEY,
        "captcha_secret": SECRET,
    }
    put = desk.console.ask("PUT", "settings", version=version, settings=chosen)
    stale = desk.console.ask("PUT", "settings", version=version, settings=chosen)
    read = desk.console.get("settings")
    app = desk.service.directory.read(APP)
    operate.main(["show", APP])
    operate.main(["set", APP, f"captcha_secret={SECRET}"])
    said = capsys.readouterr().out

    assert before.json["settings"]["captcha_secret"] == ""
    assert put.json["settings"] == read.json["settings"]
    assert read.json["settings"]["captcha_secret"] == MASK
    assert stale.status == 409
    shown = [answer.raw.decode() for answer in (before, put, stale, read)]
    assert SECRET not in "".join([*shown, said, repr(app), json.dumps(decisions())])
    assert f"* captcha_secret = {MASK}" in said
    assert f"captcha_secret={MASK}" in said
    assert app
    assert app.settings.captcha_secret == SECRET


def test_what_is_shown_in_its_place_leaves_the_secret(desk: Desk) -> None:
    desk.console.set(captcha_secret=SECRET)
    desk.console.set(captcha_secret=MASK, company="天天商城")
    operate.main(["set", APP, f"captcha_secret={MASK}"])

    assert kept(desk).captcha_secret == SECRET
    desk.console.set(captcha_secret="")
    assert kept(desk).captcha_secret == ""
    desk.console.set(captcha_secret=MASK)
    assert kept(desk).captcha_secret == ""


def kept(desk: Desk) -> Settings:
    app = desk.service.directory.read(APP)
    assert app
    return app.settings


@pytest.mark.parametrize("text", ["a b", "é", "x" * 257, "a\nb"])
def test_a_secret_that_is_none_is_refused_without_being_quoted(desk: Desk, text: str) -> None:
    version = desk.console.get("settings").json["version"]

    answer = desk.console.ask("PUT", "settings", version=version, settings={"captcha_secret": text})

    assert answer.status == 400
    assert answer.json["field"] == "captcha_secret"
    assert text not in answer.json["error"]


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, "captcha_site_key"),
        ({"captcha_secret": SECRET}, "captcha_site_key"),
        ({"captcha_site_key": SITE_KEY}, "captcha_secret"),
        ({"captcha_site_key": SITE_KEY, "captcha_secret": MASK}, "captcha_secret"),
    ],
)
@pytest.mark.parametrize("service", SERVICES)
def test_a_service_without_its_keys_is_not_chosen(
    desk: Desk,
    capsys: pytest.CaptureFixture[str],
    service: Service,
    given: dict[str, str],
    missing: str,
) -> None:
    chosen = {"captcha_service": service, **given}
    version = desk.console.get("settings").json["version"]

    answer = desk.console.ask("PUT", "settings", version=version, settings=chosen)
    status = operate.main(["set", APP, *(f"{name}={text}" for name, text in chosen.items())])

    assert (answer.status, answer.code) == (400, 1)
    assert answer.json["error"] == f"captcha_service: {service} needs {missing}."
    assert answer.json["field"] == "captcha_service"
    assert status == 1
    assert f"{service} needs {missing}" in capsys.readouterr().err
    assert kept(desk).captcha_service is Service.PICTURE


def test_the_keys_stay_while_the_service_is_chosen(shop: Desk) -> None:
    version = shop.console.get("settings").json["version"]

    answer = shop.console.ask("PUT", "settings", version=version, settings={"captcha_secret": ""})
    assert answer.json["field"] == "captcha_service"

    shop.console.set(captcha_secret="", captcha_service="picture")
    assert "captcha_url" in shop.door.get("requestCaptcha").json


def test_a_service_whose_secret_is_missing_all_the_same_lets_nobody_through(
    open_desk: Opener, standin: Siteverify
) -> None:
    desk = open_desk(keys(standin.service, captcha_secret=""))

    assert sent(desk, GOOD).code == 503
    assert verified(desk, GOOD).code == 503
    assert standin.asked == []
