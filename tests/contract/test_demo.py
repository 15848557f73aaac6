"""The demo page, in a browser: what the guide shows, with LeanCloud's SDK as LeanCloud ships it."""

from collections.abc import Iterator
from hashlib import sha256

import pytest
from playwright.sync_api import expect

from chalicelib.api.console.page import ASSETS
from chalicelib.local.embedded import APP_ID
from tests.console import ENGLISH, READERS, Open, accessible, begin, open_page, read, reader
from tests.sdks import numbers
from tests.server import Server, running
from tools.sdks import SDK

pytestmark = pytest.mark.sdk

__all__ = ["open_page", "reader"]  # fixtures


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A desk that wants a captcha read before each code."""
    with running(tmp_path_factory.mktemp("desk"), SETTINGS="captcha_required=true") as server:
        yield server


def test_a_phone_is_verified_by_captcha_and_code(
    server: Server, open_page: Open, reader: str
) -> None:
    phone = next(numbers)
    with open_page(reader) as page:
        begin(page, server)
        accessible(page, READERS[reader]["width"])
        read(page, server)
        page.locator("[name=phone]").fill(phone)
        page.keyboard.press("Enter")
        expect(page.locator("[name=code]")).to_be_visible()
        page.locator("[name=code]").fill(server.code_to(phone))
        page.keyboard.press("Enter")

        expect(page.locator(".verified")).to_contain_text(phone)


def test_what_goes_wrong_is_said_and_another_picture_shown(server: Server, open_page: Open) -> None:
    with open_page(ENGLISH) as page:
        begin(page, server)
        before = page.locator(".captcha img").get_attribute("src") or ""
        page.locator(".captcha input").fill("?")
        page.locator(".captcha button").click()

        expect(page.get_by_role("alert")).to_contain_text("Invalid captcha code")
        expect(page.locator(".captcha img")).not_to_have_attribute("src", before)
        read(page, server)
        page.locator("[name=phone]").fill("12")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("127")


def test_the_snippet_holds_the_keys_and_where_the_service_is(
    server: Server, open_page: Open
) -> None:
    with open_page(ENGLISH) as page:
        begin(page, server)
        page.locator("summary").click()

        expect(page.locator("pre")).to_contain_text(f'appId: "{APP_ID}"')
        expect(page.locator("pre")).to_contain_text(f'serverURL: "{server.url}"')


def test_the_sdk_is_leanclouds_own_file() -> None:
    shipped = ASSETS / "vendor" / "av-min.js"
    theirs = SDK / "node_modules" / "leancloud-storage" / "dist" / "av-min.js"

    assert sha256(shipped.read_bytes()).digest() == sha256(theirs.read_bytes()).digest()
