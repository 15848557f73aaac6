"""The console in a browser: both languages, narrow and wide, by keyboard, and for all to read."""

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, Route, expect

from chalicelib.local.embedded import MASTER_KEY
from tests.console import (
    ENGLISH,
    READERS,
    Open,
    accessible,
    enter,
    look,
    open_page,
    reader,
    server,
)
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


@pytest.mark.parametrize(("id", "master"), [("x", "ключ"), ("应用", "x"), ("x y", "x")])
def test_a_key_that_no_key_can_be_is_explained(
    open_page: Open, reader: str, id: str, master: str
) -> None:
    with open_page(reader) as page:
        page.locator("[name=id]").fill(id)
        page.locator("[name=master]").fill(master)
        page.keyboard.press("Enter")

        expect(page.get_by_role("alert")).to_contain_text(
            re.compile("只包含英文字母|made of Latin letters")
        )
        assert page.evaluate("sessionStorage.length") == 0


@pytest.mark.parametrize(("status", "code"), [(401, 401), (403, 403)])
def test_who_is_not_let_in_any_more_is_told_so_and_comes_in_again(
    open_page: Open, reader: str, status: int, code: int
) -> None:
    with open_page(reader) as page:
        enter(page)
        expect(page.locator(".sums").first).to_be_visible()
        refusal = json.dumps({"code": code, "error": "Unauthorized."})
        page.route("**/console/api/records?*", _answering(status, refusal))
        page.locator("nav a[href='#records']").click()

        expect(page.locator("[name=master]")).to_be_visible()
        expect(page.get_by_role("alert")).to_contain_text(
            re.compile("主密钥不正确|not its master key")
        )
        assert page.evaluate("sessionStorage.length") == 0
        accessible(page, READERS[reader]["width"])
        page.unroute("**/console/api/records?*")
        enter(page)
        expect(page.locator("tbody tr")).to_have_count(3)


def test_a_firewall_takes_nobodys_key(open_page: Open) -> None:
    with open_page(ENGLISH) as page:
        enter(page)
        expect(page.locator(".sums").first).to_be_visible()
        page.route("**/console/api/records?*", _answering(403, "<html>"))
        page.locator("nav a[href='#records']").click()

        expect(page.get_by_role("alert")).to_contain_text("HTTP 403")
        page.unroute("**/console/api/records?*")
        page.get_by_role("button", name="Try again").click()
        expect(page.locator("tbody tr")).to_have_count(3)


def _answering(status: int, body: str) -> Callable[[Route], None]:
    return lambda route: route.fulfill(status=status, body=body)


def test_a_tab_that_was_emptied_goes_on_until_it_is_left(open_page: Open) -> None:
    with open_page(ENGLISH) as page:
        enter(page)
        expect(page.locator(".sums").first).to_be_visible()
        page.evaluate("sessionStorage.clear()")

        look(page, "templates/+")
        expect(page.locator("textarea").first).to_be_visible()
        page.reload()
        expect(page.locator("[name=master]")).to_be_visible()


#: As a browser does that is told to store nothing.
_FORBIDDEN = """for (const name of ['localStorage', 'sessionStorage']) {
  Object.defineProperty(window, name, { get() { throw new DOMException('no', 'SecurityError') } })
}"""
_FRENCH = "localStorage.setItem('countersign.language', 'fr')"
_OLD = "delete Intl.Segmenter"


@pytest.mark.parametrize("script", [_FORBIDDEN, _FRENCH, _OLD])
def test_a_browser_may_store_nothing_or_nonsense_or_know_less(
    open_page: Open, server: Server, script: str
) -> None:
    with open_page(ENGLISH) as page:
        page.add_init_script(script)
        page.goto(f"{server.url}/console")
        enter(page)

        expect(page.get_by_role("heading", name="Overview")).to_be_visible()
        expect(page.locator(".sums").first).to_be_visible()


def test_words_are_told_apart_where_a_browser_knows_none(open_page: Open) -> None:
    with open_page(ENGLISH) as page:
        page.evaluate(_OLD)
        runs = page.evaluate(
            f"""{_module("differences.js")}
            .then((one) => one.differences('{{{{a}}}} 🙂!', '{{{{b}}}} 🙂?'))"""
        )

        assert [(run["what"], run["text"]) for run in runs] == [
            ("gone", "{{a}}"),
            ("new", "{{b}}"),
            ("same", " 🙂"),
            ("gone", "!"),
            ("new", "?"),
        ]


PLACES = {
    "constructor": "Overview",
    "toString/x": "Overview",
    "__proto__": "Overview",
    "users/%E0": "Users",
    "signatures/%": "Signatures",
    "templates/%": "Templates",
    "records/%": "Records",
    "settings/constructor": "Settings",
    "settings/%": "Settings",
}


@pytest.mark.parametrize("place", PLACES)
def test_an_address_that_names_nothing_leads_somewhere(open_page: Open, place: str) -> None:
    with open_page(ENGLISH) as page:
        enter(page)
        expect(page.locator(".sums").first).to_be_visible()
        page.evaluate("hash => { location.hash = hash }", place)

        expect(page.get_by_role("heading", level=1)).to_have_text(PLACES[place])
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_have_text(PLACES[place])
        expect(page.locator("nav a").first).to_be_visible()


def test_who_follows_a_link_is_where_it_leads(open_page: Open, reader: str) -> None:
    with open_page(reader) as page:
        enter(page)
        expect(page.locator("canvas")).to_be_visible()
        page.locator(".attention a[href='#templates/Order']").focus()
        page.keyboard.press("Enter")

        expect(page.get_by_role("heading", level=1)).to_be_focused()
        expect(page).to_have_title(re.compile("^Order · (Templates|短信模板) · Countersign$"))
        page.locator("nav a[href='#settings']").focus()
        page.keyboard.press("Enter")
        expect(page.locator("nav a[href='#settings']")).to_be_focused()
        expect(page).to_have_title(re.compile("^(Settings|设置) · Countersign$"))
        look(page, "settings/money")
        expect(page).to_have_title(re.compile("^(Money|费用) · (Settings|设置) · Countersign$"))


def test_what_was_typed_goes_with_who_leaves(open_page: Open) -> None:
    with open_page(ENGLISH) as page:
        enter(page)
        expect(page.locator(".sums").first).to_be_visible()
        source, longest = page.locator("textarea").first, page.locator("#setting-longest_value")
        look(page, "templates/+")
        source.fill("Mine")
        look(page, "settings/texts")
        longest.fill("77")
        look(page, "templates/+")
        expect(source).to_have_value("Mine")
        page.locator("header button").click()

        expect(page.locator("[name=master]")).to_be_visible()
        enter(page)
        expect(source).to_have_value("")
        look(page, "settings/texts")
        expect(longest).not_to_have_value("77")


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


def test_a_file_is_all_pages_of_what_was_found(open_page: Open) -> None:
    day = datetime.now(UTC).date().isoformat()
    with open_page(ENGLISH) as page:
        enter(page)
        expect(page.locator(".sums").first).to_be_visible()
        files = {}
        for name in ("records.csv", "records.jsonl"):
            with page.expect_download() as saved:
                page.evaluate(
                    f"""([name, day]) => {_module("api.js")}.then((api) =>
                    api.save(`console/api/${{name}}`, {{ day, limit: 1 }}, name))""",
                    [name, day],
                )
            assert saved.value.suggested_filename == name
            files[name] = saved.value.path().read_bytes().decode()

        # The byte order mark is for Excel, which else takes Chinese for something else.
        assert files["records.csv"].startswith("\ufeffid,phone,")
        rows = list(csv.DictReader(io.StringIO(files["records.csv"].removeprefix("\ufeff"))))
        lines = [json.loads(line) for line in files["records.jsonl"].splitlines()]
        assert [row["id"] for row in rows] == [line["id"] for line in lines]
        assert len({row["id"] for row in rows}) == 3


def test_a_file_is_none_if_a_page_of_it_is_refused(open_page: Open) -> None:
    day = datetime.now(UTC).date().isoformat()
    with open_page(ENGLISH) as page:
        enter(page)
        expect(page.locator(".sums").first).to_be_visible()
        refusal = json.dumps({"code": 1, "error": "Too late."})
        page.route("**/records.csv?*next=*", _answering(400, refusal))
        page.on("download", lambda _: pytest.fail("half a file"))

        said = page.evaluate(
            f"""(day) => {_module("api.js")}.then((api) =>
            api.save('console/api/records.csv', {{ day, limit: 1 }}, 'records.csv'))
            .then(() => 'saved', (fault) => `${{fault.status}} ${{fault.message}}`)""",
            day,
        )

        assert said == "400 Too late."


def _module(name: str) -> str:
    """In the browser, the page's own module of that name."""
    return f"import(new URL('{name}', document.querySelector('script[type=module]').src))"


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
