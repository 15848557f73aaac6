"""The console's page in a browser, for two readers, beside a desk where something was sent."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from chalicelib.local.embedded import APP_ID, APP_KEY, MASTER_KEY
from tests.sdks import Sdk, connecting, require
from tests.server import Server, running
from tools.sdks import SDK, browser

#: A phone's width and a desk's, each with the reader's language and taste.
READERS = {
    "narrow, Chinese, dark": {"width": 360, "locale": "zh-CN", "color_scheme": "dark"},
    "wide, English, light": {"width": 1440, "locale": "en-US", "color_scheme": "light"},
}
#: What an administrator may have stored, to be shown as it is.
MARKUP = "<script>x</script>"

Open = Callable[[str], AbstractContextManager[Page]]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A desk at which three codes were sent by the Python SDK, and two came back."""
    require("python")
    settings = "limit_number= limit_signature= review=manual prepaid=true balance_alarm=5"
    with running(tmp_path_factory.mktemp("desk"), SETTINGS=settings) as server:
        headers = {"X-LC-Id": APP_ID, "X-LC-Key": f"{MASTER_KEY},master"}
        bodies = {
            "balance": b'{"amount": "3"}',
            "templates": b'{"name": "Order", "kind": "notice", "source": "{{order_id}} is out."}',
        }
        for path, body in bodies.items():
            answer = server.ask("POST", f"/console/api/{path}", body, headers)
            assert answer.status < 300, answer.raw
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
            page.goto(f"{server.url}/console")
            yield page
            context.close()
            # Chromium tells of each refusal, too, which the page explains.
            assert [fault for fault in faults if "responded with a status of 4" not in fault] == []

        yield opened


@pytest.fixture(params=READERS)
def reader(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def enter(page: Page, master: str = MASTER_KEY) -> None:
    """Come in by the keyboard alone."""
    expect(page.get_by_role("main")).to_be_visible()
    page.locator("[name=id]").focus()
    page.keyboard.type(APP_ID)
    page.keyboard.press("Tab")
    page.keyboard.type(master)
    page.keyboard.press("Enter")


def accessible(page: Page, width: int) -> None:
    """Axe finds nothing on the page, and only its tables are scrolled sideways."""
    # As the browser's own tools do: the page's policy lets no other script in.
    page.evaluate((SDK / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8"))
    found = page.evaluate("axe.run()")
    assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
