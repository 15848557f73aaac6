"""Send records in a browser: found page by page, explained in words, and taken away whole."""

import ast
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.exceptions import NoCredentialsError, NoRegionError, SSLError
from playwright.sync_api import Page, Route, expect

from chalicelib import hooks, senders
from chalicelib.api.console.page import version
from chalicelib.flows import dead_letters, hook_deliveries
from chalicelib.hooks import bus
from chalicelib.hooks import function as told_function
from chalicelib.senders import faults, function, reasons, receipts, sns
from chalicelib.store.tables import RecordRow
from tests.conftest import opened
from tests.console import ENGLISH, READERS, Open, accessible, look, open_page, reader
from tests.gateways import served

pytestmark = pytest.mark.sdk

__all__ = ["open_page", "reader"]  # fixtures

#: One more than a page holds.
MANY = 51
FIRST = "+8618612340000"
FAILED = {
    "error": "aliyun: rests; eum: DESTINATION_COUNTRY_BLOCKED; ours: no credit <b>",
    "word": "TEXT_CARRIER_BLOCKED",
    "status": "undelivered",
}


@dataclass(frozen=True)
class Site:
    """A desk of this process, at an address: so a carrier's words can be put into its records."""

    url: str
    oldest: str


@pytest.fixture(scope="module")
def server() -> Iterator[Site]:
    """A desk with a page of records and one, of which the oldest did not arrive."""
    with opened("limit_number= limit_signature=") as desk, served() as url:
        for place in range(MANY):
            assert desk.send(f"+861861234{place:04}") == 0
        oldest = min(RecordRow.scan(), key=lambda row: row.at)
        for name, said in FAILED.items():
            setattr(oldest, name, said)
        oldest.save()
        yield Site(url, oldest.id)


def find(page: Page, by: int, typed: dict[str, str]) -> None:
    page.get_by_role("radio").nth(by).check()
    for name, value in typed.items():
        field = page.locator(f"form [name={name}]")
        field.select_option(value) if name == "state" else field.fill(value)
    page.locator("form button").click()


def test_each_page_is_asked_for_once(open_page: Open) -> None:
    with open_page(ENGLISH) as page:
        asked: list[Any] = []
        page.on("request", lambda one: asked.append(parse_qs(urlsplit(one.url).query)))
        look(page, "records")
        rows = page.locator("tbody tr")
        expect(rows).to_have_count(MANY - 1)
        expect(page.get_by_role("status").first).to_have_text("50+ records")
        page.get_by_role("button", name="More").click()

        expect(rows).to_have_count(MANY)
        expect(page.get_by_role("status").first).to_have_text("51 records")
        expect(page.get_by_role("button", name="More")).to_have_count(0)
        pages = [one for one in asked if "day" in one]
        assert [one["limit"] for one in pages] == [["50"], ["50"]]
        assert ["next" in one for one in pages] == [False, True]
        hashes = rows.evaluate_all("rows => rows.map(row => row.querySelector('a').hash)")
        assert len(set(hashes)) == MANY


def test_a_page_that_holds_none_is_not_the_end(open_page: Open, reader: str) -> None:
    with open_page(reader) as page:

        def empty_first(route: Route) -> None:
            if "next=" in route.request.url:
                route.continue_(url=route.request.url.replace("next=behind", "next="))
            else:
                route.fulfill(json={"records": [], "currency": "USD", "next": "behind"})

        page.route("**/console/api/records?*", empty_first)
        look(page, "records")
        expect(page.get_by_role("status").first).to_have_text(
            re.compile("No record so far|目前没有找到记录")
        )
        accessible(page, READERS[reader]["width"])
        page.get_by_role("button", name=re.compile("More|更多")).click()

        expect(page.locator("tbody tr")).to_have_count(MANY - 1)


def test_no_record_is_said_where_there_is_none(open_page: Open) -> None:
    with open_page(ENGLISH) as page:
        look(page, "records")
        find(page, 0, {"day": "2020-01-01"})

        expect(page.get_by_role("status")).to_have_text("No record.")
        expect(page.get_by_role("button", name="CSV")).to_have_count(0)


@pytest.mark.parametrize(
    ("by", "typed"), [(1, {"phone": FIRST}), (0, {"state": "undelivered"})], ids=["phone", "day"]
)
def test_what_was_looked_for_stays_while_a_record_is_looked_at(
    open_page: Open, reader: str, by: int, typed: dict[str, str]
) -> None:
    with open_page(reader) as page:
        look(page, "records")
        find(page, by, typed)
        rows = page.locator("tbody tr")
        expect(rows).to_have_count(1)
        rows.locator("a").click()
        expect(page.locator(".timeline")).to_be_visible()
        page.get_by_role("link", name=re.compile("All records|全部记录")).click()

        expect(rows).to_have_count(1)
        expect(page.get_by_role("radio").nth(by)).to_be_checked()
        for name, value in typed.items():
            expect(page.locator(f"form [name={name}]")).to_have_value(value)


def test_it_is_said_whose_day_and_whose_time_it_is(open_page: Open, reader: str) -> None:
    with open_page(reader) as page:
        look(page, "records")

        expect(page.locator("form label", has_text="UTC")).to_be_visible()
        expect(page.locator("th").first).to_have_text(re.compile("local time|本地"))


def test_why_a_message_did_not_arrive_is_said_in_words(open_page: Open, reader: str) -> None:
    with open_page(reader) as page:
        look(page, "records")
        find(page, 1, {"phone": FIRST})
        expect(page.locator("tbody td").nth(1)).to_have_text(re.compile("Not delivered|投递失败"))
        page.locator("tbody a").click()

        why = page.locator(".facts dd").nth(1)
        for words in (
            "aliyun: (It failed several times, .*|多次失败.*) rests",
            "eum: (The AWS account does not send|AWS 账号未开通向该国家发送).* DEST",
            "ours: no credit <b>",
            "(The operator blocked it.|被运营商拦截。) TEXT_CARRIER_BLOCKED",
        ):
            expect(why).to_have_text(re.compile(words))
        expect(why.locator("code")).to_have_text(
            ["rests", "DESTINATION_COUNTRY_BLOCKED", "TEXT_CARRIER_BLOCKED"]
        )
        expect(page.locator("dd", has_text=re.compile("^(text message|短信)$"))).to_be_visible()
        accessible(page, READERS[reader]["width"])


def test_all_pages_are_one_file(open_page: Open) -> None:
    with open_page(ENGLISH) as page:
        look(page, "records")
        held: list[Route] = []

        def in_twenties(route: Route) -> None:
            if held:
                route.continue_(url=f"{route.request.url}&limit=20")
            else:
                held.append(route)

        page.route("**/records.csv?*", in_twenties)
        button = page.get_by_role("button", name="Export")
        with page.expect_download() as saved:
            button.click()
            expect(page.get_by_role("button", name="Exporting …")).to_be_disabled()
            in_twenties(held[0])

        text = saved.value.path().read_bytes().decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text)))
        assert len({row["id"] for row in rows}) == len(rows) == MANY
        expect(button).to_be_enabled()


def test_a_file_that_cannot_be_had_is_explained(open_page: Open, server: Site, reader: str) -> None:
    with open_page(reader) as first:
        # Not the first: what is wrong in that fails the test, and the browser tells of this.
        page = first.context.new_page()
        page.goto(f"{server.url}/console")
        look(page, "records")
        button = page.get_by_role("button", name="CSV")
        expect(button).to_be_visible()
        page.context.set_offline(True)
        button.click()

        expect(page.locator("p.fault[role=alert]")).to_have_text(
            re.compile("does not answer|没有应答")
        )
        accessible(page, READERS[reader]["width"])
        page.context.set_offline(False)
        with page.expect_download() as saved:
            button.click()
        assert saved.value.suggested_filename == "records.csv"
        expect(page.locator("p.fault")).to_have_count(0)


#: What raises, or tells, in words of our own.
_SAYING = {"Unavailable", "Declined", "Rejected", "Unknown", "Outcome", "Forbidden", "dropped"}


def _ours() -> set[str]:
    """The words of our own that end in a record or a delivery, as the modules say them."""
    rooms = [Path(room.__file__ or "").parent for room in (senders, hooks)]
    files = [path for room in rooms for path in room.glob("*.py")]
    files += [Path(one.__file__ or "") for one in (dead_letters, hook_deliveries)]
    return {
        re.sub(r"\{[^}]*SECONDS[^}]*\}", "3", re.sub(r"\{status\}", "418", said))
        for path in files
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", getattr(call.func, "attr", "")) in _SAYING
        for said in map(_literal, call.args)
        if said
    }


def _literal(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return ast.unparse(node).removeprefix("f")[1:-1]
    return ""


def _theirs() -> set[str]:
    """The words of AWS and of connections, as the tables of the senders and hooks have them."""
    tables = (reasons.FAULTS, sns.FAULTS, function.FAULTS)
    named = (*faults.NEVER_OUT, *faults.NO_ANSWER, SSLError, NoCredentialsError, NoRegionError)
    return {
        *(word for one in tables for word in one.rejected | one.declined),
        *(word for one in tables for word in one.unavailable | one.unknown),
        *(one.__name__ for one in named),
        *receipts.EUM,
        *receipts.SNS,
        *bus._OF_THE_EVENT,
        *told_function._OF_THE_EVENT,
        *("gaierror", "ConnectionRefusedError", "ConnectionResetError", "SSLCertVerificationError"),
        *(f"HTTP {status}" for status in (0, 200, 202, 302, 400, 401, 403, 404, 429, 500, 503)),
    }


def test_every_reason_has_a_meaning(open_page: Open) -> None:
    assert {"no such hook", "by hand", "rests", "no time left", "not https"} <= _ours()
    said = sorted(_ours() | _theirs())
    with open_page(ENGLISH) as page:
        means = page.evaluate(
            f"said => import('/console/assets/{version()}/reasons.js').then("
            "one => said.map(one.meaning))",
            said,
        )
        words = page.evaluate(
            f"import('/console/assets/{version()}/words/reasons.js').then(({{ en }}) => en)"
        )

    assert [one for one, meaning in zip(said, means, strict=True) if not meaning] == []
    assert {f"reason.{meaning}" for meaning in means} <= {*words}


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("rests after gaierror", "The hook .*: There is no host of that name. gaierror"),
        ("FAILURE: Phone has blocked SMS", "The phone takes no messages.* Phone has blocked SMS"),
        ("FAILURE: Some new thing", "Some new thing"),
        ("no answer in 3 seconds", "No answer came in time. no answer in 3 seconds"),
        ("no sender carries voice", "No sender carries .* no sender carries voice"),
        ("SomethingNewException", "It failed in a way that nobody foresaw. SomethingNewException"),
        ("A_NEW_WORD", "It failed in a way that nobody foresaw. A_NEW_WORD"),
        ("constructor", "constructor"),
    ],
)
def test_whatever_is_said_is_shown(open_page: Open, server: Site, said: str, shown: str) -> None:
    with open_page(ENGLISH) as page:

        def another(route: Route) -> None:
            record = route.fetch().json()["record"]
            route.fulfill(json={"record": {**record, "error": said, "word": ""}})

        page.route(f"**/console/api/records/{server.oldest}", another)
        look(page, f"records/{server.oldest}")

        expect(page.locator(".facts dd").nth(1)).to_have_text(re.compile(f"^{shown}$"))
