"""The console in a browser: both languages, narrow and wide, by keyboard, and for all to read."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from chalicelib.local.embedded import MASTER_KEY
from tests.console import MARKUP, READERS, Open, accessible, enter, open_page, reader, server
from tests.contract.test_console_settings import asked
from tests.server import Server

pytestmark = pytest.mark.sdk

__all__ = ["open_page", "reader", "server"]  # fixtures

SECTIONS = ["overview", "records"]


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

        accessible(page, READERS[reader]["width"])


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


@pytest.mark.parametrize("days", [0, 1], ids=["usual", "falling"])
def test_what_needs_attention_leads_to_where_it_is_done(
    open_page: Open, server: Server, reader: str, days: int
) -> None:
    made = asked(server, "POST", "signatures", name=MARKUP, text="小店")["signature"]["id"]
    with open_page(reader) as page:
        if days:
            page.route("**/console/api/counters?*", _with_better_days)
        page.route("**/console/api/deliveries?*", _with_dead_letters)
        enter(page)

        links = page.locator(".attention a")
        expect(links).to_have_count(4 + days)
        assert [link.get_attribute("href") for link in links.all()] == [
            "#templates/Order",
            f"#signatures/{made}",
            "#hooks",
            "#settings/money",
            *["#records"] * days,
        ]
        expect(links.nth(1)).to_have_text(MARKUP)
        assert page.locator("main script").count() == 0
        accessible(page, READERS[reader]["width"])
        links.nth(1).focus()
        page.keyboard.press("Enter")
        expect(page.locator(".facts")).to_contain_text(MARKUP)
        page.go_back()
        links.first.click()
        expect(page.get_by_role("heading", name="Order")).to_be_visible()
    version = asked(server, "GET", "signatures")["version"]
    asked(server, "DELETE", f"signatures/{made}", version=version)


def _with_better_days(route: Route) -> None:
    """A month in which all arrived, before a day on which nothing does."""
    answer = route.fetch()
    said = answer.json()
    day = (datetime.now(UTC) - timedelta(days=3)).date().isoformat()
    [model] = said["counters"][:1]
    none = {"delivered": 0, "verified": 0, "failed": 0}
    said["counters"] += [
        {**model, "day": day, "sent": 900, **none, "delivered": 900, "template": MARKUP},
        {**model, "sent": 30, **none},
    ]
    route.fulfill(response=answer, json=said)


def _with_dead_letters(route: Route) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, json={"deliveries": [{}], "next": "dead.1"})


def test_messages_are_counted_by_template(open_page: Open, reader: str) -> None:
    with open_page(reader) as page:
        page.route("**/console/api/counters?*", _with_better_days)
        enter(page)

        table = page.get_by_role("table", name=re.compile("^(By template|按模板)$"))
        expect(table.locator("tbody td:first-child")).to_have_text(
            [MARKUP, re.compile("^(built-in|内置)$")]
        )
        expect(table.locator("tbody td:nth-child(2)")).to_have_text(["900", "33"])


def test_records_are_found_by_day_state_and_phone(open_page: Open, reader: str) -> None:
    with open_page(reader) as page:
        enter(page)
        go(page, "records")
        rows = page.locator("tbody tr")

        expect(rows).to_have_count(3)
        page.locator("[name=state]").focus()
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
