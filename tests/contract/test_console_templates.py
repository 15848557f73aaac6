"""Templates in a browser: where each stands, what is in use, and what would take its place."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.console import (
    ENGLISH,
    READERS,
    Open,
    accessible,
    asked,
    look,
    open_page,
    press,
    reader,
)
from tests.reviews import NOTICE, TEMPLATES, two
from tests.server import Server, running

pytestmark = pytest.mark.sdk

__all__ = ["open_page", "reader"]  # fixtures

MARKETING = "全场打折"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A desk where a person reviews."""
    with running(tmp_path_factory.mktemp("desk"), SETTINGS="review=manual") as server:
        yield server


def test_everybody_can_read_what_the_rules_refuse(
    open_page: Open, server: Server, reader: str
) -> None:
    name = TEMPLATES.made(server, source="【a】抽奖{{x}}{{y}}")
    with open_page(reader) as page:
        look(page, f"templates/{name}")
        expect(page.locator(".version mark").first).to_be_visible()

        accessible(page, READERS[reader]["width"])


def test_the_list_says_where_each_stands(open_page: Open, server: Server, reader: str) -> None:
    names = [TEMPLATES.made(server), two(server), TEMPLATES.made(server, source=MARKETING)]
    with open_page(reader) as page:
        look(page, "templates")

        said = ["Waiting|待审核", "(In use|使用中) · (Waiting|待审核)", "Rejected|未通过"]
        for name, state in zip(names, said, strict=True):
            row = page.locator("tbody tr", has=page.get_by_role("link", name=name, exact=True))
            expect(row.locator("td").nth(1)).to_have_text(re.compile(f"^({state})"))


def test_a_template_is_written_and_approved_by_keyboard(
    open_page: Open, server: Server, reader: str
) -> None:
    name = f"keys.{READERS[reader]['width']}"
    with open_page(reader) as page:
        look(page, "templates")
        page.locator("a.first").focus()
        page.keyboard.press("Enter")
        page.locator("[name=name]").focus()
        page.keyboard.type(name)
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Tab")
        page.keyboard.type("Your code is {{code}}.")
        page.locator("[name=number]").press("Enter")  # which is for the preview alone
        page.locator("[name=note]").fill("for logging in")
        page.keyboard.press("Enter")

        expect(page.get_by_role("status").first).to_have_text(re.compile("waits|等待审核"))
        expect(page.get_by_role("status").first).to_be_focused()
        kept = TEMPLATES.read(server, name)
        waiting = kept["waiting"]
        assert (waiting["kind"], waiting["note"]) == ("verification", "for logging in")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status").first).to_have_text(re.compile("approved|已通过"))
        assert TEMPLATES.read(server, name)["inUse"]["source"] == "Your code is {{code}}."


def test_a_name_that_is_taken_leads_to_its_template(open_page: Open, server: Server) -> None:
    name = TEMPLATES.made(server)
    with open_page(ENGLISH) as page:
        look(page, "templates/+")
        page.locator("[name=name]").fill(name)
        page.locator("[name=source]").fill("something else")
        press(page, "Submit")

        expect(page.locator("#fault-name")).to_contain_text("of this name already")
        expect(page.locator(".theirs")).to_contain_text(NOTICE)
        expect(page.locator("[name=source]")).to_have_value("something else")
        assert TEMPLATES.read(server, name)["waiting"]["source"] == NOTICE


def test_what_waits_is_shown_against_what_is_in_use(
    open_page: Open, server: Server, reader: str
) -> None:
    name = two(server)
    with open_page(reader) as page:
        look(page, f"templates/{name}")

        change = page.locator("[aria-labelledby=change]")
        expect(change.locator("p del")).to_have_text(re.compile("订单$"))
        expect(change.locator("p ins")).to_have_text(re.compile("包裹$"))
        expect(change.locator("dl ins")).to_have_text(re.compile("parcels$"))
        press(page, "Approve|通过")
        expect(page.locator(".version")).to_have_count(1)
        expect(change).to_have_count(0)
        kept = TEMPLATES.read(server, name)
        assert (kept["inUse"]["source"], kept["waiting"]) == (
            "您的包裹{{order_id}}正在派送。",
            None,
        )


def test_what_the_rules_refuse_is_not_to_be_approved(open_page: Open, server: Server) -> None:
    name = TEMPLATES.made(server, source=MARKETING)
    with open_page(ENGLISH) as page:
        look(page, f"templates/{name}")

        expect(page.locator(".version mark")).to_have_text("打折")
        expect(page.get_by_role("button", name="Approve")).to_have_count(0)


def test_anothers_text_is_shown_against_what_is_typed(open_page: Open, server: Server) -> None:
    name, theirs, mine = (
        TEMPLATES.made(server),
        "订单{{order_id}}，他们的。",
        "订单{{order_id}}，我的。",
    )
    with open_page(ENGLISH) as page:
        look(page, f"templates/{name}/edit")
        expect(page.locator("[name=source]")).to_have_value(NOTICE)
        TEMPLATES.changed(server, name, "submit", source=theirs)
        page.locator("[name=source]").fill(mine)
        press(page, "Submit")

        expect(page.locator(".theirs dd").nth(1)).to_have_text(theirs)
        expect(page.locator(".theirs ins")).to_have_text(re.compile("我"))
        expect(page.locator("[name=source]")).to_have_value(mine)
        assert TEMPLATES.latest(server, name)["source"] == theirs
        press(page, "Submit")
        expect(page.get_by_role("status").first).to_contain_text("waits")
        assert TEMPLATES.latest(server, name)["source"] == mine


def test_more_than_a_page_can_be_listed(open_page: Open, server: Server) -> None:
    for place in range(101):
        asked(server, "POST", "templates", name=f"zz{place:03}", kind="notice", source="x")
    with open_page(ENGLISH) as page:
        look(page, "overview")
        expect(page.locator(".sums").first).to_be_visible()
        pages: list[str] = []
        page.on("request", lambda one: pages.append(one.url) if "api/templates" in one.url else 0)
        look(page, "templates")
        expect(page.locator("tbody tr")).to_have_count(100)

        press(page, "More")

        expect(page.get_by_role("link", name="zz100")).to_be_visible()
        expect(page.get_by_role("button", name="More")).to_have_count(0)
        assert ["after=" in one for one in pages] == [False, True], "each once"


@pytest.mark.parametrize("place", ["", "/edit", "+"])
def test_from_one_there_is_a_way_to_all(open_page: Open, server: Server, place: str) -> None:
    name = TEMPLATES.made(server)
    with open_page(ENGLISH) as page:
        look(page, f"templates/{place if place == '+' else name + place}")
        page.get_by_role("link", name="All templates").click()

        expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()


def test_what_was_typed_is_gone_with_whoever_leaves(open_page: Open, server: Server) -> None:
    name = TEMPLATES.made(server)
    with open_page(ENGLISH) as page:
        look(page, f"templates/{name}/edit")
        page.locator("[name=note]").fill("half a thought")
        press(page, "Leave")

        look(page, f"templates/{name}/edit")
        expect(page.locator("[name=note]")).to_have_value("")
