"""LeanCloud's own SDKs work against the service as they are.

Each test runs with the Python SDK and with the JavaScript SDK, in Node and in a browser, unless
only one of them can do what it is about.  See `tests/sdk` for what runs them.
"""

import json
import re
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from chalicelib.local.embedded import APP_KEY, MASTER_KEY
from tests.sdks import PROGRAMS, Connect, OpenPage, Sdk, Servers, ask_page, numbers, refused
from tests.wire import MASTER

pytestmark = pytest.mark.sdk

#: The guides' examples.
REGISTER = "感谢您注册 LeanCloud，领先的 BaaS 提供商，为移动开发提供强有力的后端支持。"
ORDER = (
    "尊敬的用户，您的订单号：{{order_id}} 正在派送，请保持手机畅通，"
    "我们的快递员随时可能与您联系，感谢您的订阅。"
)
SIGN_UP = (
    "欢迎注册{{name}}应用！请使用验证码{{code}}来完成注册。"
    "该验证码将在{{ttl}}分钟后失效，请尽快使用。"
)


@pytest.fixture
def gated(connect: Connect, kind: str) -> Sdk:
    """An SDK with a server that wants a captcha read before each send."""
    return connect(kind, SETTINGS="captcha_required=true")


def another(code: str) -> str:
    """A code that is not *code*."""
    return f"{(int(code) + 1) % 1000000:06}"


def test_a_code_is_sent_and_verified(sdk: Sdk, phone: str):
    sdk("send", phone=phone)

    sdk("verify", phone=phone, code=sdk.server.code_to(phone))


def test_a_wrong_code_is_refused_and_the_right_one_still_opens(sdk: Sdk, phone: str):
    sdk("send", phone=phone)
    code = sdk.server.code_to(phone)

    with refused(603):
        sdk("verify", phone=phone, code=another(code))
    sdk("verify", phone=phone, code=code)


def test_a_code_opens_once(sdk: Sdk, phone: str):
    sdk("send", phone=phone)
    code = sdk.server.code_to(phone)
    sdk("verify", phone=phone, code=code)

    with refused(603):
        sdk("verify", phone=phone, code=code)


def test_a_code_opens_for_no_other_phone(sdk: Sdk, phone: str):
    sdk("send", phone=phone)

    with refused(603):
        sdk("verify", phone=next(numbers), code=sdk.server.code_to(phone))


@pytest.mark.parametrize(("asking", "verifying"), [("+86", ""), ("", "+86")])
def test_a_phone_is_the_same_with_and_without_its_country_code(
    sdk: Sdk, phone: str, asking: str, verifying: str
):
    """The Python SDK itself adds +86 when it asks for a code, and not when it verifies."""
    sdk("send", phone=asking + phone)

    sdk("verify", phone=verifying + phone, code=sdk.server.code_to(phone))


def test_a_second_code_at_once_is_too_fast(sdk: Sdk, phone: str):
    sdk("send", phone=phone)

    with refused(1):
        sdk("send", phone=phone)


def test_a_voice_call_reads_out_six_digits_and_nothing_else(sdk: Sdk, phone: str):
    sdk("send_with", phone=phone, smsType="voice")

    inbox = json.loads(sdk.server.ask("GET", "/local/inbox").raw)
    letter = next(letter for letter in inbox if letter["to"] == f"+86{phone}")
    assert letter["channel"] == "voice"
    assert re.fullmatch(r"\d{6}", letter["text"])
    sdk("verify", phone=phone, code=letter["text"])


def test_a_voice_call_that_no_sender_carries_fails_and_a_text_does_not(
    connect: Connect, kind: str, phone: str
):
    sdk = connect(kind, SENDERS="sns")

    with refused(602):
        sdk("send_with", phone=phone, smsType="voice")
    sdk("send", phone=phone)
    sdk("verify", phone=phone, code=sdk.server.code_to(phone))


def test_the_name_the_operation_and_the_life_of_a_code_stand_in_the_text(sdk: Sdk, phone: str):
    sdk("send_with", phone=phone, name="书店", op="付款", ttl=5)

    code = sdk.server.code_to(phone)
    assert sdk.server.message_to(phone) == (
        f"【Countersign】您正在使用书店服务进行付款操作，您的验证码是：{code}，请在5分钟内完成验证。"
    )


def test_without_options_the_text_has_the_apps_name_and_ten_minutes(sdk: Sdk, phone: str):
    sdk("send", phone=phone)

    code = sdk.server.code_to(phone)
    assert sdk.server.message_to(phone) == (
        f"【Countersign】您正在使用Countersign服务，您的验证码是：{code}，请在10分钟内完成验证。"
    )


@pytest.mark.parametrize("number", ["1860000", "18600000000000", "phone", "+8613"])
def test_a_bad_phone_is_refused(sdk: Sdk, number: str):
    with refused(127):
        sdk("send", phone=number)


def test_an_unknown_template_is_refused(sdk: Sdk, phone: str):
    with refused(604):
        sdk("send_with", phone=phone, template="nobody's")


def test_a_foreign_number_is_refused_by_default(sdk: Sdk):
    with refused(1):
        sdk("send", phone="+4915112345678")


def test_the_test_number_of_leancloud_s_guides_has_a_fixed_code(connect: Connect):
    """One SDK alone: there is one such number, and it may be sent to once in ten seconds."""
    sdk = connect("python")
    sdk("send", phone="+19490008888")

    sdk("verify", phone="+19490008888", code="246810")


def test_a_wrong_app_key_is_refused(connect: Connect, kind: str, phone: str):
    sdk = connect(kind, "not-the-key")

    with refused(401):
        sdk("send", phone=phone)
    with refused(401):
        sdk("captcha")


def test_the_servers_clock_is_told(sdk: Sdk):
    told = datetime.fromisoformat(sdk("now"))

    assert abs(told - datetime.now(UTC)) < timedelta(seconds=10)


def test_a_captchas_picture_loads_without_keys(sdk: Sdk):
    captcha = sdk("captcha", width=120, height=50)

    assert captcha["url"].startswith(sdk.server.url)
    picture = sdk.server.ask("GET", captcha["url"])
    assert picture.status == 200
    assert picture.headers["Content-Type"] == "image/png"
    assert _measures(picture.raw) == (120, 50)


def test_a_captcha_that_is_read_right_gives_a_validate_token(sdk: Sdk):
    assert sdk("solve", reading=sdk.read_captcha())


def test_a_captcha_may_be_read_in_small_letters(sdk: Sdk):
    assert sdk("solve", reading=sdk.read_captcha().lower())


def test_a_captcha_that_is_read_wrong_is_spent(sdk: Sdk):
    says = sdk.read_captcha()

    with refused(1):
        sdk("solve", reading="????")  # no picture asks
    with refused(1):
        sdk("solve", reading=says)


def test_a_captcha_can_be_asked_for_anew(connect: Connect):
    """The JavaScript SDK's `refresh`; it sends its GETs with the body `null`."""
    sdk = connect("node")
    first = sdk("captcha")["url"]

    second = sdk("refresh")

    assert second != first
    assert sdk.server.ask("GET", second).raw != sdk.server.ask("GET", first).raw


def test_a_gated_send_wants_a_validate_token(gated: Sdk, phone: str):
    with refused(608):
        gated("send", phone=phone)
    with refused(608):
        gated("send", phone=phone, token="made.up")

    gated("send", phone=phone, token=gated("solve", reading=gated.read_captcha()))

    gated("verify", phone=phone, code=gated.server.code_to(phone))


def test_a_validate_token_is_good_for_one_send(gated: Sdk, phone: str):
    token = gated("solve", reading=gated.read_captcha())
    gated("send", phone=phone, token=token)

    with refused(608):
        gated("send", phone=next(numbers), token=token)


def test_a_validate_token_may_be_one_of_the_options(gated: Sdk, phone: str):
    token = gated("solve", reading=gated.read_captcha())

    gated("send_with", phone=phone, validate_token=token, name="书店")

    gated("verify", phone=phone, code=gated.server.code_to(phone))


@pytest.mark.parametrize("kind", PROGRAMS)  # a page has no master key
def test_the_master_key_sends_without_a_captcha(connect: Connect, kind: str, phone: str):
    sdk = connect(kind, APP_KEY, MASTER_KEY, SETTINGS="captcha_required=true")

    sdk("send", phone=phone)

    sdk("verify", phone=phone, code=sdk.server.code_to(phone))


@pytest.mark.parametrize("kind", PROGRAMS)  # a page has no master key
def test_only_the_master_key_chooses_the_length_of_a_captcha(connect: Connect, kind: str):
    for keys, length in (((APP_KEY,), 4), ((APP_KEY, MASTER_KEY), 6)):
        sdk = connect(kind, *keys)
        token = sdk("captcha", size=6, ttl=180)["token"]

        assert len(sdk.server.ask("GET", f"/local/captcha/{token}").raw) == length


def test_a_page_shows_a_captcha_and_another_one_after_a_wrong_answer(
    open_page: OpenPage, servers: Servers, phone: str
):
    """The JavaScript SDK's `bind`; the page is not of the origin that its picture comes from."""
    server = servers(SETTINGS="captcha_required=true")
    page = open_page(server)
    sdk = Sdk(partial(ask_page, page), server)
    page.evaluate(
        """async () => {
            captcha = await AV.Captcha.request()
            const elements = { textInput: "reading", image: "picture", verifyButton: "solve" }
            captcha.bind(elements, { success: (token) => (solved = token), error() {} })
        }"""
    )
    shows = "before => picture.src !== before && picture.complete && picture.naturalWidth"
    assert page.wait_for_function(shows, arg="").json_value() == 85
    first = page.evaluate("captcha.url")

    page.fill("#reading", "????")  # no picture asks
    page.click("#solve")

    page.wait_for_function(shows, arg=first)
    assert page.input_value("#reading") == ""
    page.fill("#reading", sdk.read(page.evaluate("captcha.captchaToken")))
    page.click("#solve")
    token = page.wait_for_function("window.solved").json_value()
    sdk("send", phone=phone, token=token)
    sdk("verify", phone=phone, code=server.code_to(phone))


def _measures(png: bytes) -> tuple[int, int]:
    """Width and height, as a PNG's first chunk says them."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")


@pytest.fixture
def worded(sdk: Sdk) -> Sdk:
    """An SDK with a server that has the guides' templates and signatures."""
    said = [
        ("signatures", {"name": "LeanCloud", "text": "LeanCloud"}),
        ("signatures", {"name": "sign_BuyBuyBuy", "text": "天天商城"}),
        ("templates", {"name": "Register_Notice", "kind": "notice", "source": REGISTER}),
        ("templates", {"name": "Order_Notice", "kind": "notice", "source": ORDER}),
        ("templates", {"name": "Sign_Up", "kind": "verification", "source": SIGN_UP}),
    ]
    if sdk.server.ask("GET", "/console/api/templates", headers=MASTER).json["templates"]:
        return sdk  # which another test made
    for path, fields in said:
        body = json.dumps(fields).encode()
        made = sdk.server.ask("POST", f"/console/api/{path}", body, MASTER)
        assert made.status == 201, made.raw
    return sdk


def test_the_guides_register_notice_arrives_letter_for_letter(worded: Sdk, phone: str):
    worded("send_with", phone=phone, template="Register_Notice", sign="LeanCloud")

    assert worded.server.message_to(phone) == (
        "【LeanCloud】感谢您注册 LeanCloud，领先的 BaaS 提供商，为移动开发提供强有力的后端支持。"
    )


def test_the_guides_order_notice_arrives_letter_for_letter(worded: Sdk, phone: str):
    order = {"template": "Order_Notice", "sign": "sign_BuyBuyBuy", "order_id": "7623432424540"}
    worded("send_with", phone=phone, **order)

    assert worded.server.message_to(phone) == (
        "【天天商城】尊敬的用户，您的订单号：7623432424540 正在派送，请保持手机畅通，"
        "我们的快递员随时可能与您联系，感谢您的订阅。"
    )


def test_a_templates_code_is_sent_and_verified(worded: Sdk, phone: str):
    worded("send_with", phone=phone, template="Sign_Up", ttl=5)

    code = worded.server.code_to(phone)
    assert worded.server.message_to(phone) == (
        f"【Countersign】欢迎注册Countersign应用！请使用验证码{code}来完成注册。"
        "该验证码将在5分钟后失效，请尽快使用。"
    )
    worded("verify", phone=phone, code=code)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"template": "Nobody_Made"}, 604),
        ({"template": "Order_Notice", "order_id": "1", "sign": "nobodys"}, 600),
        ({"template": "Order_Notice"}, 606),
        ({"template": "Order_Notice", "order_id": "【银行】"}, 606),
    ],
)
def test_a_template_that_does_not_fit_is_refused(
    worded: Sdk, phone: str, options: dict[str, str], code: int
):
    with refused(code):
        worded("send_with", phone=phone, **options)
