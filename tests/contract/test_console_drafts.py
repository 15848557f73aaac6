"""A template being written, in a browser: what it will say is seen before it is submitted."""

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
    look,
    open_page,
    press,
    reader,
)
from tests.reviews import TEMPLATES
from tests.server import Server, running

pytestmark = pytest.mark.sdk

__all__ = ["open_page", "reader"]  # fixtures

#: What decides where the letters of an element stand.
_SETTING = """(element) => {
  const style = getComputedStyle(element)
  return ["font", "padding", "borderWidth", "lineHeight", "letterSpacing", "wordSpacing",
    "textIndent", "whiteSpace", "overflowWrap", "wordBreak", "tabSize", "boxSizing",
  ].map((name) => style[name])
}"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A desk where a person reviews, and a text to China costs five cents."""
    settings = "review=manual prices=CN=0.05"
    with running(tmp_path_factory.mktemp("desk"), SETTINGS=settings) as server:
        yield server


def write(page: Page, text: str, *, fault: bool = False) -> None:
    """Type a source, and wait for its preview, or for why there is none."""
    page.locator("[name=source]").fill(text)
    expect(page.locator(".preview")).not_to_have_attribute("aria-busy", "true")
    expect(page.locator(".preview .fault" if fault else ".preview .bubble")).to_be_visible()


def test_everybody_can_read_it(open_page: Open, reader: str) -> None:
    with open_page(reader) as page:
        look(page, "templates/+")
        write(page, "😀 {{x}}{{y}} 抽奖 {{#if z}}{{z}}{{/if}}")
        press(page, "Add a supplier|添加渠道商")

        accessible(page, READERS[reader]["width"])


def test_a_preview_follows_what_is_typed(open_page: Open, reader: str) -> None:
    with open_page(reader) as page:
        look(page, "templates/+")
        asked_for: list[str] = []
        page.on("request", lambda said: asked_for.append(said.url) if "preview" in said.url else 0)

        page.locator("[name=source]").press_sequentially("订单{{order_id}}已发货。", delay=20)

        preview = page.locator(".preview")
        expect(preview.locator(".bubble")).to_have_text("【Countersign】订单order_id已发货。")
        expect(preview.locator("dd").first).to_have_text("1")
        expect(preview).to_contain_text("$0.05")
        assert len(asked_for) < 6, "it waits for a pause"
        preview.locator('[name="variable.order_id"]').fill("7" * 60)
        expect(preview.locator("dd").first).to_have_text("2")
        expect(preview).to_contain_text("$0.1")
        preview.locator('[name="variable.order_id"]').fill("7" * 101)
        expect(preview.locator('[id="fault-variable.order_id"]')).to_be_visible()


def test_both_branches_of_a_text_can_be_seen(open_page: Open) -> None:
    with open_page(ENGLISH) as page:
        look(page, "templates/+")
        write(page, "{{#if x}}{{x}} comes{{else}}nobody comes{{/if}}")
        bubble = page.locator(".preview .bubble")
        expect(bubble).to_have_text("【Countersign】x comes")

        page.locator('[name="variable.x"]').fill("")

        expect(bubble).to_have_text("【Countersign】nobody comes")


def test_marketing_without_a_company_is_told_so(open_page: Open, reader: str) -> None:
    with open_page(reader) as page:
        look(page, "templates/+")
        page.locator("[name=kind]").select_option("marketing")
        write(page, "全场打折", fault=True)

        expect(page.locator(".preview .fault")).to_have_text(re.compile("errors|修正错误"))
        expect(page.locator(".findings li")).to_contain_text(re.compile("company|公司名称"))
        expect(page.locator(".marked mark")).to_have_count(0)


@pytest.mark.parametrize(
    ("number", "said"),
    [("", "Type a number"), ("12", "Not a number"), ("+12065550123", "Abroad")],
)
def test_a_number_that_cannot_be_tried_is_told_beside_it(
    open_page: Open, number: str, said: str
) -> None:
    with open_page(ENGLISH) as page:
        look(page, "templates/+")
        write(page, "x")

        page.locator("[name=number]").fill(number)

        expect(page.locator("#fault-number")).to_contain_text(said)


def test_findings_are_marked_at_their_places(open_page: Open, reader: str) -> None:
    with open_page(reader) as page:
        look(page, "templates/+")
        # A smile is one character to the API, and two units to the page.
        write(page, "😀😀 您的订单 {{a}}{{b}} 中抽奖了")

        marks = page.locator(".marked mark")
        expect(marks).to_have_text(["{{a}}{{b}}", "抽奖"])
        assert [mark.get_attribute("class") for mark in marks.all()] == ["warning", "error"]
        over, under = (page.locator(f".marked {one}") for one in ("textarea", "div"))
        assert over.bounding_box() == under.bounding_box()
        assert over.evaluate(_SETTING) == under.evaluate(_SETTING), "marks lie under their letters"
        page.locator(".findings button", has_text="抽奖").focus()
        page.keyboard.press("Enter")
        source = page.locator("[name=source]")
        expect(source).to_be_focused()
        assert source.evaluate("e => e.value.slice(e.selectionStart, e.selectionEnd)") == "抽奖"
        said = page.locator(".findings li").last
        expect(said).to_contain_text(re.compile("is marketing|含有营销用词"))
        page.keyboard.press("ArrowLeft")
        page.keyboard.type("大")
        expect(marks).to_have_text(["{{a}}{{b}}", "抽奖"], timeout=250)


def test_suppliers_that_take_no_texts_are_told_of(open_page: Open, server: Server) -> None:
    name = TEMPLATES.made(server, source="{{a}}, {{b}}")
    with open_page(ENGLISH) as page:
        look(page, f"templates/{name}/edit")
        press(page, "Add a supplier")
        page.locator("input.sender").fill("aliyun")
        page.locator("input.id").fill("SMS_1")
        page.locator("input.parameters").fill("b, c")
        press(page, "Submit")
        expect(page.locator("#fault-registered")).to_have_text("The text has no variable c.")
        expect(page.locator("input.sender")).to_be_focused()
        page.locator("input.parameters").fill("b a")
        press(page, "Submit")

        expect(page.locator(".version")).to_contain_text("aliyun: SMS_1, b, a")
        registered = TEMPLATES.read(server, name)["waiting"]["registered"]
        assert registered == {"aliyun": {"id": "SMS_1", "parameters": ["b", "a"]}}
        page.get_by_role("link", name="Write a new version").click()
        press(page, "Remove aliyun")
        press(page, "Submit")
        expect(page.locator(".version")).not_to_contain_text("aliyun")
        assert TEMPLATES.read(server, name)["waiting"]["registered"] == {}


def test_what_was_typed_stays_until_it_is_discarded(open_page: Open, server: Server) -> None:
    name = TEMPLATES.made(server)
    with open_page(ENGLISH) as page:
        look(page, f"templates/{name}/edit")
        page.locator("[name=note]").fill("half a thought")
        page.locator("nav a", has_text="Settings").click()
        expect(page.locator(".setting").first).to_be_visible()
        page.go_back()
        expect(page.locator("[name=note]")).to_have_value("half a thought")

        press(page, "Discard")
        page.get_by_role("link", name="Write a new version").click()

        expect(page.locator("[name=note]")).to_have_value("")


def test_what_is_typed_is_shown_as_text(open_page: Open, server: Server) -> None:
    name = TEMPLATES.made(server, source=f"{HOSTILE}{{{{x}}}}")
    with open_page(ENGLISH) as page:
        look(page, f"templates/{name}/edit")
        page.locator('[name="variable.x"]').fill(HOSTILE)

        expect(page.locator(".preview .bubble")).to_contain_text(HOSTILE * 2)
        expect(page.locator(".marked .under")).to_contain_text(HOSTILE)
        assert page.locator("main img, main script").count() == 0
