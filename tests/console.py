"""The console's page in a browser, for two readers, beside a desk where something was sent."""

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from chalicelib.local.embedded import APP_KEY, MASTER_KEY
from tests.sdks import Sdk, connecting, require
from tests.server import Server, running
from tests.wire import KEY, MASTER
from tools.sdks import SDK, browser

#: A phone's width and a desk's, each with the reader's language and taste.
READERS = {
    "narrow, Chinese, dark": {"width": 360, "locale": "zh-CN", "color_scheme": "dark"},
    "wide, English, light": {"width": 1440, "locale": "en-US", "color_scheme": "light"},
}
#: The one that is enough where language and width are of no matter.
ENGLISH = "wide, English, light"
#: What an administrator may have stored, to be shown as it is.
MARKUP = "<script>x</script>"
#: The same for who would break out of an attribute, too.
HOSTILE = f'{MARKUP}"><img src=x>'

Open = Callable[[str], AbstractContextManager[Page]]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A desk at which three codes were sent by the Python SDK, and two came back."""
    require("python")
    settings = "limit_number= limit_signature= review=manual prepaid=true balance_alarm=5"
    with running(tmp_path_factory.mktemp("desk"), SETTINGS=settings) as server:
        asked(server, "POST", "balance", amount="3")
        asked(server, "POST", "templates", name="Order", kind="notice", source="{{order_id}}!")
        with connecting(lambda: server, None) as connect:
            sdk: Sdk = connect("python", APP_KEY)
            for place in range(3):
                phone = f"1861234000{place}"
                sdk("send_with", phone=phone, **({} if place else {"name": MARKUP}))
                if place:
                    sdk("verify", phone=phone, code=server.code_to(phone))
        yield server


@pytest.fixture(scope="module")
def open_page(server: Server) -> Iterator[Open]:
    """Opens the page for a reader; whatever goes wrong in it fails the test."""
    require("browser")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser())

        def foreign(url: str) -> bool:
            """Whether it is asked of another host; what the page has made itself is of none."""
            return not url.startswith((f"{server.url}/", "blob:", "data:"))

        @contextmanager
        def opened(reader: str) -> Iterator[Page]:
            said = READERS[reader]
            context = chromium.new_context(
                viewport={"width": said["width"], "height": 900},
                locale=said["locale"],
                color_scheme=said["color_scheme"],
                accept_downloads=True,
            )
            page, faults = context.new_page(), []
            page.on("pageerror", lambda fault: faults.append(str(fault)))
            page.on("dialog", lambda dialog: faults.append(dialog.message))
            page.on("console", lambda told: faults.append(told.text) if told.type == "error" else 0)
            page.on("request", lambda one: faults.append(one.url) if foreign(one.url) else 0)
            page.goto(f"{server.url}/console")
            yield page
            context.close()
            # Chromium tells of each refusal, too, which the page explains.
            assert [fault for fault in faults if "responded with a status of 4" not in fault] == []

        yield opened


@pytest.fixture(params=READERS)
def reader(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def asked(server: Server, method: str, path: str, **fields: Any) -> Any:
    """What the administrator's API answers to what it does not refuse."""
    body = json.dumps(fields).encode() if fields else None
    answer = server.ask(method, f"/console/api/{path}", body, MASTER)
    assert answer.status < 300, answer.raw
    return answer.json


def heard(server: Server, type: str) -> str:
    """The delivery of an event of that type, of which the desk's own hook hears by and by."""
    limit = time.monotonic() + 30
    while time.monotonic() < limit:
        for one in asked(server, "GET", "deliveries?state=delivered")["deliveries"]:
            if one["type"] == type:
                return str(one["id"])
        time.sleep(0.05)
    raise AssertionError(f"nobody heard: {type}")


def enter(page: Page, master: str = MASTER_KEY) -> None:
    """Come in by the keyboard alone."""
    expect(page.get_by_role("main")).to_be_visible()
    page.locator("[name=id]").focus()
    page.keyboard.type(MASTER["X-LC-Id"])
    page.keyboard.press("Tab")
    page.keyboard.type(master)
    page.keyboard.press("Enter")


def look(page: Page, place: str) -> None:
    """Come in, if need be, and look at that *place*: a section's name, and what is there."""
    if page.locator("[name=master]").count():
        enter(page)
    expect(page.locator("nav a").first).to_be_visible()
    page.evaluate("hash => { location.hash = hash }", place)
    shown = page.locator(f'nav [aria-current=page][href="#{place.partition("/")[0]}"]')
    expect(shown).to_be_visible()


def press(page: Page, words: str) -> None:
    """Press the button that is called so, in either language."""
    page.get_by_role("button", name=re.compile(f"^({words})")).click()


def begin(page: Page, server: Server) -> None:
    """Begin with the demo."""
    page.goto(f"{server.url}/demo")
    page.locator("[name=appId]").fill(KEY["X-LC-Id"])
    page.locator("[name=appKey]").fill(KEY["X-LC-Key"])
    page.keyboard.press("Enter")
    expect(page.locator(".captcha img")).to_have_attribute("src", re.compile("token="))


def read(page: Page, server: Server) -> None:
    """Say there what the picture says."""
    shown = page.locator(".captcha img").get_attribute("src") or ""
    token = shown.rpartition("token=")[2]
    answer = server.ask("GET", f"/local/captcha/{token}").raw.decode()
    page.locator(".captcha input").fill(answer)
    page.locator(".captcha button").click()


def accessible(page: Page, width: int) -> None:
    """Axe finds nothing on the page, and only its tables are scrolled sideways."""
    # As the browser's own tools do: the page's policy lets no other script in.
    page.evaluate((SDK / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8"))
    found = page.evaluate("axe.run()")
    assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
