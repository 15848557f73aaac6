"""The console in a browser: both languages, narrow and wide, by keyboard, and for all to read."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from chalicelib.local.embedded import APP_ID, APP_KEY, MASTER_KEY
from tests.sdks import Sdk, connecting, require
from tests.server import Server, running
from tools.sdks import SDK, browser

pytestmark = pytest.mark.sdk

#: A phone's width and a desk's, each with the reader's language and taste.
READERS = {
    "narrow, Chinese, dark": {"width": 360, "locale": "zh-CN", "color_scheme": "dark"},
    "wide, English, light": {"width": 1440, "locale": "en-US", "color_scheme": "light"},
}
SECTIONS = ["overview", "records"]
#: What an administrator may have stored, to be shown as it is.
MARKUP = "<script>x</script>"

Open = Callable[..., Page]


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
            assert [fault for fault in faults if "status of 401" not in fault] == []

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


def test_a_wrong_key_is_explained_and_not_kept(open_page: Open, reader: str) -> None:
    with open_page(reader) as page:
        enter(page, "wrong")

        alert = page.get_by_role("alert")
        expect(alert).to_contain_text(re.compile("主密钥不正确|not its master key"))
        assert page.evaluate("sessionStorage.length") == 0


def test_a_key_stays_in_its_tab_and_goes_with_it(open_page: Open, reader: str) -> None:
    with open_page(reader) as page:
        enter(page)
        expect(page.locator(".sums").first).to_be_visible()

        assert page.evaluate("document.cookie") == ""
        assert MASTER_KEY not in page.evaluate("JSON.stringify(localStorage)")
        assert MASTER_KEY not in page.content()
        page.reload()
        expect(page.locator(".sums").first).to_be_visible()
        page.locator("header button").click()
        expect(page.locator("[name=master]")).to_be_visible()
        assert page.evaluate("sessionStorage.length") == 0


@pytest.mark.parametrize("section", ["entrance", *SECTIONS, "record"])
def test_everybody_can_read_it(open_page: Open, reader: str, section: str) -> None:
    with open_page(reader) as page:
        if section != "entrance":
            enter(page)
            go(page, section)

        # As the browser's own tools do: the page's policy lets no other script in.
        page.evaluate((SDK / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8"))
        found = page.evaluate("axe.run()")

        assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= READERS[reader]["width"], "it is scrolled sideways as a whole"


def test_the_overview_counts_and_says_what_needs_attention(open_page: Open, reader: str) -> None:
    with open_page(reader) as page:
        enter(page)

        today = page.locator(".sums").first
        expect(today.locator("dd")).to_have_text(
            ["3", re.compile(r"\d"), "2", "66.7 %", "0", re.compile(r"\$0\.\d+")]
        )
        attention = page.locator(".attention li")
        expect(attention).to_have_text([re.compile("Order"), re.compile(r"\$2\.\d+")])
        expect(page.locator("canvas")).to_be_visible()


def test_records_are_found_by_day_state_and_phone(open_page: Open, reader: str) -> None:
    with open_page(reader) as page:
        enter(page)
        go(page, "records")
        rows = page.locator("tbody tr")

        expect(rows).to_have_count(3)
        page.locator("[name=state]").select_option("verified")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(rows).to_have_count(2)
        page.get_by_role("radio").nth(1).check()
        page.locator("[name=phone]").fill("186 1234 0000")
        page.keyboard.press("Enter")
        expect(rows).to_have_count(1)
        with page.expect_download() as saved:
            page.get_by_role("button", name="CSV").click()
        assert "+86186****0000" in saved.value.path().read_text()


def test_what_was_stored_is_shown_as_text(open_page: Open) -> None:
    with open_page("wide, English, light") as page:
        enter(page)
        go(page, "records")
        page.locator("tbody tr").last.locator("a").click()

        expect(page.locator("q")).to_contain_text("<script>")
        expect(page.locator(".timeline li").first).to_be_visible()
        assert page.locator("main img, main script").count() == 0


def test_the_language_is_the_readers_choice(open_page: Open) -> None:
    with open_page("wide, English, light") as page:
        page.get_by_role("combobox").select_option("zh")

        expect(page.get_by_role("button")).to_have_text("进入")
        assert page.evaluate("document.documentElement.lang") == "zh-CN"
        page.reload()
        expect(page.get_by_role("button")).to_have_text("进入")


def go(page: Page, section: str) -> None:
    """Show a section whole, or one record."""
    if section == "overview":
        expect(page.locator("canvas")).to_be_visible()
        return
    expect(page.locator(".sums").first).to_be_visible()
    page.locator("nav a", has_text=re.compile("Records|发送记录")).click()
    expect(page.locator("tbody tr").first).to_be_visible()
    if section == "record":
        page.locator("tbody a").first.click()
        expect(page.locator(".timeline")).to_be_visible()
