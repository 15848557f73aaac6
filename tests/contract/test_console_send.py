"""Sending online, in a browser: what goes out is seen, priced and asked for before it does."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.console import (
    ENGLISH,
    HOSTILE,
    READERS,
    Open,
    accessible,
    asked,
    look,
    open_page,
    reader,
)
from tests.server import Server, running

pytestmark = pytest.mark.sdk

__all__ = ["open_page", "reader"]  # fixtures

TEMPLATES = {
    "Order": ("notice", "您的订单{{order_id}}已发货{{#if more}}，{{more}}{{/if}}。"),
    "Plain": ("notice", "Hello {{who}}."),
    "Code": ("verification", "您的验证码是{{code}}。"),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A desk with templates of each kind, where a text to China costs five cents."""
    settings = "international_allowed=true limit_number= limit_signature= prices=CN=0.05,*=0.01"
    with running(tmp_path_factory.mktemp("desk"), SETTINGS=settings) as server:
        for name, (kind, source) in TEMPLATES.items():
            asked(server, "POST", "templates", name=name, kind=kind, source=source)
        asked(server, "POST", "signatures", name="Shop", text="小店")
        yield server


def compose(page: Page, template: str, numbers: str, **values: str) -> None:
    """Come in and write a message, until it is seen."""
    look(page, "send")
    page.locator("[name=template]").select_option(template)
    for name, value in values.items():
        page.locator(f"[name='variable.{name}']").fill(value)
    page.locator("[name=numbers]").fill(numbers)
    expect(page.locator("tbody tr").first).to_be_visible()


def confirm(page: Page) -> None:
    """Press send, and send."""
    page.locator("form .first").click()
    page.locator("dialog .first").click()
    expect(page.locator("dialog")).to_have_count(0)


@pytest.mark.parametrize("shown", ["empty", "written", "asked", "sent"])
def test_everybody_can_read_it(open_page: Open, reader: str, shown: str) -> None:
    with open_page(reader) as page:
        if shown == "empty":
            compose(page, "Order", "12")
            page.reload()
            expect(page.locator("[name=template]")).to_be_visible()
        else:
            compose(page, "Order", "18612341000\n18612341000\n12 \n+12065550123", order_id="7")
            expect(page.locator("form .first")).to_be_enabled()
        if shown in ("asked", "sent"):
            page.locator("form .first").click()
            expect(page.locator("dialog")).to_be_visible()
        if shown == "sent":
            page.locator("dialog .first").click()
            expect(page.locator("h2:focus")).to_be_visible()

        accessible(page, READERS[reader]["width"])


def test_only_what_is_approved_and_no_code_is_offered(open_page: Open) -> None:
    with open_page(ENGLISH) as page:
        compose(page, "Order", "12")

        offered = page.locator("[name=template] option")
        expect(offered).to_have_text(["Choose one", "Order · notice", "Plain · notice"])
        signatures = page.locator("[name=sign] option")
        expect(signatures.last).to_have_text("Shop · 【小店】")


PASTED = {
    "18612340000\n18612340001": ["+8618612340000", "+8618612340001"],
    "18612340000,18612340001;18612340002": ["+86186123400" + two for two in ("00", "01", "02")],
    "18612340000，18612340001、18612340002": ["+86186123400" + two for two in ("00", "01", "02")],
    "18612340000 18612340001": ["+8618612340000", "+8618612340001"],
    "186 1234 0000 186-1234-0001": ["+8618612340000", "+8618612340001"],
    "+86 186 1234 0000 +1 (206) 555-0123": ["+8618612340000", "+12065550123"],
    "+8618612340000+12065550123": ["+8618612340000", "+12065550123"],
    'Tom\t"18612340000"\nJerry\t<186.1234.0001>': ["+8618612340000", "+8618612340001"],
    "tel:+86-186-1234-0000": ["+8618612340000"],
    "１８６１２３４００００": ["+8618612340000"],
    "8618612340000 86 18612340001": ["+8618612340000", "+8618612340001"],
    "12, 18612340000": ["–", "+8618612340000"],
}


def test_numbers_are_read_however_they_are_pasted(open_page: Open) -> None:
    with open_page(ENGLISH) as page:
        compose(page, "Order", "1", order_id="7")
        for typed, read in PASTED.items():
            page.locator("[name=numbers]").fill(typed)

            # How it was typed stands below, where that is otherwise.
            begun = [re.compile(f"^{re.escape(number)}") for number in read]
            expect(page.locator("tbody td:first-child"), typed).to_have_text(begun)


def test_the_text_and_its_price_are_seen_as_one_types(open_page: Open) -> None:
    with open_page(ENGLISH) as page:
        compose(page, "Order", "18612340000 +12065550123", order_id="7")

        expect(page.locator(".bubble")).to_have_text("【Countersign】您的订单7已发货。")
        expect(page.locator(".sums")).to_contain_text("22 characters (UCS-2) · segments: 1")
        expect(page.locator("form .first")).to_have_text("Send to 2 for $0.06 …")
        page.locator("[name=sign]").select_option("Shop")
        page.locator("[name='variable.more']").fill("字" * 60)
        expect(page.locator(".bubble")).to_contain_text("【小店】您的订单7已发货，字字")
        expect(page.locator(".sums")).to_contain_text("segments: 2")
        expect(page.locator("form .first")).to_have_text("Send to 2 for $0.12 …")


def test_a_fault_stands_beside_its_field(open_page: Open, reader: str) -> None:
    with open_page(reader) as page:
        compose(page, "Order", "18612340000")
        field = page.locator("[name='variable.order_id']")

        expect(page.locator("form .first")).to_be_disabled()
        field.focus()
        page.keyboard.press("Tab")
        expect(field).to_have_attribute("aria-invalid", "true")
        alert = page.locator("[id='fault.order_id']")
        expect(alert).to_have_text(re.compile("needs this value|需要这个变量"))
        field.fill("x" * 101)
        expect(alert).to_contain_text("order_id is longer than 100 characters")
        field.fill("7")
        expect(alert).to_have_count(0)
        expect(page.locator("form .first")).to_be_enabled()


def test_no_more_than_a_hundred_go_at_once(open_page: Open) -> None:
    with open_page(ENGLISH) as page:
        compose(page, "Order", "\n".join(f"18612341{n:03}" for n in range(101)), order_id="7")

        expect(page.get_by_role("alert")).to_contain_text("101 numbers; at most 100")
        expect(page.locator("form .first")).to_be_disabled()


def test_it_is_sent_by_the_keyboard_alone_once_to_each(
    open_page: Open, server: Server, reader: str
) -> None:
    phone = f"1861234{READERS[reader]['width']:04}"
    with open_page(reader) as page:
        compose(page, "Order", f"{phone}, +86{phone}, 12", order_id="7")
        expect(page.locator("tbody tr").nth(1)).to_contain_text(
            re.compile("sent to once|只发送一次")
        )
        expect(page.locator("form .first")).to_be_enabled()

        page.locator("form .first").focus()
        page.keyboard.press("Enter")
        dialog = page.locator("dialog")
        expect(dialog).to_be_visible()
        expect(dialog).to_contain_text(re.compile(r"\$0\.05"))
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
        expect(page.locator("form .first")).to_be_focused()
        assert server.ask("GET", f"/local/inbox/{phone}").status == 404, "it was not sent"
        page.keyboard.press("Enter")
        expect(dialog).to_be_visible()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")

        expect(dialog).to_have_count(0)
        expect(page.locator("h2")).to_be_focused()
        expect(page.locator("tbody tr")).to_have_count(2)
        expect(page.locator("tbody tr").first).to_contain_text(f"+86{phone}")
        expect(page.locator("tbody tr").first).to_contain_text(re.compile("Sent|已发送"))
        expect(page.locator("tbody tr").last).to_contain_text(
            re.compile("Not a number|不是可以发送短信的手机号")
        )
        assert "您的订单7已发货" in server.message_to(phone)
        page.locator(".answers button", has_text=re.compile("New message|新的短信")).click()
        expect(page.locator("[name=numbers]")).to_have_value("")


def test_what_failed_is_explained_and_that_alone_is_sent_again(
    open_page: Open, server: Server
) -> None:
    def limit(said: str) -> None:
        version = asked(server, "GET", "settings")["version"]
        asked(server, "PUT", "settings", version=version, settings={"limit_number": said})

    first, second = "18612342000", "18612342001"
    try:
        with open_page(ENGLISH) as page:
            limit("1/1m")
            said = {"template": "Plain", "variables": {"who": "Ann"}}
            asked(server, "POST", "notices", **said, mobilePhoneNumbers=[first])
            compose(page, "Plain", f"{first}\n{second}", who="Tom")
            confirm(page)

            expect(page.locator("h2")).to_have_text("Plain: 1 sent, 1 failed")
            expect(page.locator("tbody tr").first).to_contain_text("A moment ago there was another")
            expect(page.locator("tbody tr").first).to_contain_text("Not before")
            assert "Tom" in server.message_to(second)
            limit("")
            page.locator(".answers .first").click()
            expect(page.locator("dialog h2")).to_have_text("Send it to 1?")
            page.locator("dialog .first").click()
            expect(page.locator("dialog")).to_have_count(0)
            expect(page.locator("h2")).to_have_text("Plain: 2 sent, 0 failed")
            expect(page.locator(".answers button")).to_have_count(1)
            assert "Tom" in server.message_to(first)
            assert _sent_to(server, first) == 2
            assert _sent_to(server, second) == 1, "who has it gets no other"
    finally:
        limit("")


def _sent_to(server: Server, phone: str) -> int:
    records = asked(server, "GET", f"records?phone={phone}")["records"]
    return len([one for one in records if one["state"] != "refused"])


def test_what_nobody_answered_is_not_sent_again(open_page: Open) -> None:
    with open_page(ENGLISH) as page:
        compose(page, "Plain", "18612343000", who="Tom")
        page.route("**/console/api/notices", lambda route: route.fulfill(status=200, body=""))
        confirm(page)

        expect(page.get_by_role("alert")).to_contain_text("not known whether they were sent to")
        expect(page.locator("tbody tr")).to_contain_text("it may have been sent")
        expect(page.locator(".answers button")).to_have_text(["New message"])


def test_what_is_typed_is_shown_as_text(open_page: Open, server: Server) -> None:
    with open_page(ENGLISH) as page:
        compose(page, "Plain", "18612344000", who=HOSTILE)

        expect(page.locator(".bubble")).to_contain_text(HOSTILE)
        confirm(page)
        assert page.locator("main img, main script").count() == 0
        assert HOSTILE in server.message_to("18612344000")
