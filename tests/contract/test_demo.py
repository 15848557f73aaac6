"""The demo page, in a browser: what the guide shows, with LeanCloud's SDK as LeanCloud ships it."""

import re
import threading
from collections.abc import Iterator
from functools import partial
from hashlib import sha256
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from chalicelib.api.console.page import ASSETS
from tests.console import ENGLISH, READERS, Open, accessible, begin, open_page, read, reader
from tests.sdks import numbers
from tests.server import Server, running
from tests.wire import KEY
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


def answer(page: Page, server: Server, picture: str) -> str:
    """What the picture says."""
    token = (page.locator(picture).get_attribute("src") or "").rpartition("token=")[2]
    return server.ask("GET", f"/local/captcha/{token}").raw.decode()


def snippet(page: Page, server: Server) -> str:
    """What stands there to be copied."""
    begin(page, server)
    page.locator("summary").focus()
    page.keyboard.press("Enter")
    return page.locator("pre").inner_text()


def test_the_snippet_is_copied_by_the_keyboard(
    server: Server, open_page: Open, reader: str
) -> None:
    with open_page(reader) as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        text = snippet(page, server)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")

        expect(page.locator("details [role=status]")).to_have_text(re.compile("Copied|已复制"))
        assert page.evaluate("navigator.clipboard.readText()").strip() == text.strip()
        accessible(page, READERS[reader]["width"])


def test_where_nothing_may_be_copied_it_is_selected(server: Server, open_page: Open) -> None:
    with open_page(ENGLISH) as page:
        page.add_init_script("delete Navigator.prototype.clipboard")
        text = snippet(page, server)
        page.get_by_role("button", name="Copy").click()

        expect(page.locator("details [role=status]")).to_contain_text("Ctrl+C")
        assert page.evaluate("getSelection().toString()").strip() == text.strip()


def test_no_key_ends_the_snippets_script(server: Server, open_page: Open) -> None:
    with open_page(ENGLISH) as page:
        page.goto(f"{server.url}/demo")
        page.locator("[name=appId]").fill("</script><b>")
        page.locator("[name=appKey]").fill(KEY["X-LC-Key"])
        page.keyboard.press("Enter")
        page.locator("summary").click()

        expect(page.locator("pre")).to_contain_text(r'appId: "\u003c/script>\u003cb>"')
        expect(page.locator("pre")).to_contain_text(f'serverURL: "{server.url}"')


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A site of another origin, and the file that it shows."""
    shown = tmp_path / "index.html"
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as site:
        thread = threading.Thread(target=site.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{site.server_port}", shown
        site.shutdown()
        thread.join(5)


def test_the_snippet_verifies_a_phone_on_another_site_as_it_stands(
    server: Server, open_page: Open, elsewhere: tuple[str, Path], reader: str
) -> None:
    phone, (site, shown) = next(numbers), elsewhere
    with open_page(reader) as page:
        shown.write_text(f"<!doctype html><meta charset=utf-8>{snippet(page, server)}", "utf-8")
        theirs, faults = page.context.new_page(), []
        theirs.on("pageerror", lambda fault: faults.append(str(fault)))
        theirs.goto(site)
        picture, said = theirs.locator("#captcha-image"), theirs.locator("#said")
        expect(picture).to_have_attribute("src", re.compile("token="))
        before = picture.get_attribute("src") or ""
        theirs.locator("#captcha-code").fill("?")
        theirs.locator("#captcha-verify").click()
        expect(said).to_contain_text("Invalid captcha code")
        expect(picture).not_to_have_attribute("src", before)

        theirs.locator("#captcha-code").fill(answer(theirs, server, "#captcha-image"))
        theirs.locator("#captcha-verify").click()
        theirs.locator("#phone").fill("12")
        theirs.keyboard.press("Enter")
        expect(said).not_to_be_empty()
        expect(theirs.locator("#verify")).to_be_hidden()
        theirs.locator("#phone").fill(phone)
        theirs.keyboard.press("Enter")
        expect(said).to_contain_text(phone)
        theirs.locator("#sms-code").fill("000000")
        theirs.keyboard.press("Enter")
        expect(said).not_to_contain_text(phone)
        theirs.locator("#sms-code").fill(server.code_to(phone))
        theirs.locator("#verify button").click()

        expect(said).to_have_text(re.compile(f"{phone} (is verified.|已通过验证。)"))
        expect(theirs.locator("form:visible")).to_have_count(0)
        assert faults == []


def test_the_sdk_is_leanclouds_own_file() -> None:
    shipped = ASSETS / "vendor" / "av-min.js"
    theirs = SDK / "node_modules" / "leancloud-storage" / "dist" / "av-min.js"

    assert sha256(shipped.read_bytes()).digest() == sha256(theirs.read_bytes()).digest()
