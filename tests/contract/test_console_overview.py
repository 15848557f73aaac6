"""The overview in a browser: what is counted, drawn, and in need of attention."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Route, expect

from tests.console import (
    ENGLISH,
    MARKUP,
    READERS,
    Open,
    accessible,
    asked,
    enter,
    open_page,
    reader,
    server,
)
from tests.server import Server

pytestmark = pytest.mark.sdk

__all__ = ["open_page", "reader", "server"]  # fixtures


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


#: What the days before were like, and today: sent, delivered, and verified of those.
_DAYS: dict[str, tuple[tuple[int, int, int], tuple[int, int, int], list[str]]] = {
    "falls": ((900, 900, 0), (97, 40, 40), ["42 %", "94.2 %"]),
    "falls, of messages that are verified": ((900, 900, 900), (97, 48, 48), ["50 %", "95 %"]),
    "is usual": ((900, 500, 400), (97, 58, 48), []),
    "is better": ((900, 500, 500), (97, 90, 0), []),
    "is of few": ((900, 900, 900), (16, 0, 0), []),
}


@pytest.mark.parametrize("what", _DAYS)
def test_a_delivery_that_falls_needs_attention(open_page: Open, reader: str, what: str) -> None:
    *days, said = _DAYS[what]
    with open_page(reader) as page:
        page.route("**/console/api/counters?*", lambda route: _as_if(route, *days))
        enter(page)

        expect(page.locator(".sums").first).to_be_visible()
        falling = page.locator(".attention a[href='#records']")
        assert [re.findall(r"[\d.]+ %", one) for one in falling.all_text_contents()] == (
            [said] if said else []
        )


def _with_better_days(route: Route) -> None:
    """A month in which all arrived, before a day on which nothing does."""
    _as_if(route, (900, 900, 0), (30, 0, 0))


def _as_if(route: Route, before: tuple[int, int, int], today: tuple[int, int, int]) -> None:
    """As if that much more had been sent, delivered and verified."""
    answer = route.fetch()
    said = answer.json()
    day = (datetime.now(UTC) - timedelta(days=3)).date().isoformat()
    [model] = said["counters"][:1]
    names = ("sent", "delivered", "verified")
    said["counters"] += [
        {**model, "failed": 0, "day": day, "template": MARKUP, **_named(names, before)},
        {**model, "failed": 0, **_named(names, today)},
    ]
    route.fulfill(response=answer, json=said)


def _named(names: Iterable[str], values: Iterable[int]) -> dict[str, int]:
    return dict(zip(names, values, strict=True))


def _with_dead_letters(route: Route) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, json={"deliveries": [{}], "next": "dead.1"})


def test_the_day_that_is_pointed_at_is_told_or_else_the_last(open_page: Open, reader: str) -> None:
    with open_page(reader) as page:
        enter(page)

        today = datetime.now(UTC).date()
        told = page.locator(".u-legend .u-value")
        expect(told).to_have_text([today.isoformat(), "3", "2"])
        over = page.locator(".u-over")
        box = over.bounding_box()
        assert box is not None
        over.hover(position={"x": 1, "y": 100})
        expect(told.first).to_have_text((today - timedelta(days=29)).isoformat())
        over.hover(position={"x": box["width"] - 1, "y": 100})
        expect(told.first).to_have_text(today.isoformat())


def test_the_last_day_is_drawn_whole(open_page: Open) -> None:
    with open_page(ENGLISH) as page:
        enter(page)
        expect(page.locator("canvas")).to_be_visible()

        assert page.evaluate(_DRAWN) == [True, False]


#: Whether the last day's bar is drawn in the middle of its place, which is a thirtieth of the
#: chart, and at the chart's edge.
_DRAWN = """() => {
  const canvas = document.querySelector('canvas')
  const over = document.querySelector('.u-over')
  const [to, from] = [canvas, over].map((one) => one.getBoundingClientRect())
  const scale = canvas.width / to.width
  const blue = (x) => {
    const at = [x - to.left, from.bottom - to.top - 4].map((one) => Math.floor(one * scale))
    const [red, , blue] = canvas.getContext('2d').getImageData(...at, 1, 1).data
    return blue > red + 20
  }
  return [from.right - from.width / 60, from.right - 1].map(blue)
}"""


def test_messages_are_counted_by_country_and_channel_in_words(open_page: Open, reader: str) -> None:
    with open_page(reader) as page:
        enter(page)

        for by, said in {"country|国家": "China|中国", "channel|通道": "text message|短信"}.items():
            table = page.get_by_role("table", name=re.compile(f"^(By |按)({by})$"))
            expect(table.locator("tbody td:first-child")).to_have_text(re.compile(f"^({said})$"))


def test_messages_are_counted_by_template(open_page: Open, reader: str) -> None:
    with open_page(reader) as page:
        page.route("**/console/api/counters?*", _with_better_days)
        enter(page)

        table = page.get_by_role("table", name=re.compile("^(By template|按模板)$"))
        expect(table.locator("tbody td:first-child")).to_have_text(
            [MARKUP, re.compile("^(built-in|内置)$")]
        )
        expect(table.locator("tbody td:nth-child(2)")).to_have_text(["900", "33"])
