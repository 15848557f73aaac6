"""Templates in a browser: written with a preview beside them, reviewed, and never overwritten."""

import json
import re
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from chalicelib.local.embedded import APP_ID, MASTER_KEY
from tests.console import MARKUP, READERS, Open, accessible, enter, open_page, reader
from tests.server import Server, running

pytestmark = pytest.mark.sdk

__all__ = ["open_page", "reader"]  # fixtures

ENGLISH = "wide, English, light"
HOSTILE = f'{MARKUP}"><img src=x>'
NOTICE = "您的订单{{order_id}}正在派送。"
_HEADERS = {"X-LC-Id": APP_ID, "X-LC-Key": f"{MASTER_KEY},master"}
_numbers = count()

#: What decides where the letters of an element stand.
_SETTING = """(element) => {
  const style = getComputedStyle(element)
  return ["font", "padding", "borderWidth", "lineHeight", "letterSpacing", "wordSpacing",
    "textIndent", "whiteSpace", "overflowWrap", "wordBreak", "tabSize", "boxSizing",
  ].map((name) => style[name])
}"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A desk where a person reviews."""
    settings = "review=manual prices=CN=0.05"
    with running(tmp_path_factory.mktemp("desk"), SETTINGS=settings) as server:
        yield server


def asked(server: Server, method: str, path: str, **fields: Any) -> Any:
    """What the administrator's API answers."""
    body = json.dumps(fields).encode() if fields else None
    answer = server.ask(method, f"/console/api/{path}", body, _HEADERS)
    assert answer.status < 300, answer.raw
    return answer.json


def read(server: Server, name: str) -> Any:
    return asked(server, "GET", f"templates/{name}")


def changed(server: Server, name: str, verb: str, **fields: Any) -> Any:
    """Change a template as somebody else would."""
    version = read(server, name)["version"]
    return asked(server, "POST", f"templates/{name}/{verb}", version=version, **fields)


def made(server: Server, source: str = NOTICE, **fields: Any) -> str:
    """A template that waits; its name."""
    name = f"made_{next(_numbers)}"
    asked(server, "POST", "templates", **{"name": name, "kind": "notice", **fields}, source=source)
    return name


def two(server: Server) -> str:
    """A template of which one version is in use, and another waits."""
    name = made(server)
    changed(server, name, "approve")
    changed(server, name, "submit", source="您的包裹{{order_id}}正在派送。", note="parcels")
    return name


def go(page: Page, place: str) -> None:
    """Come in, if need be, and look at that place of the section."""
    if page.locator("[name=master]").count():
        enter(page)
    expect(page.locator("nav a").first).to_be_visible()
    page.evaluate("hash => { location.hash = hash }", f"templates{place}")


def write(page: Page, text: str, *, fault: bool = False) -> None:
    """Type a source, and wait for its preview, or for why there is none."""
    page.locator("[name=source]").fill(text)
    expect(page.locator(".preview")).not_to_have_attribute("aria-busy", "true")
    expect(page.locator(".preview .fault" if fault else ".preview .bubble")).to_be_visible()


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=re.compile(f"^({words})")).click()


@pytest.mark.parametrize("shown", ["list", "one", "refused", "new", "stale", "asked"])
def test_everybody_can_read_it(open_page: Open, server: Server, reader: str, shown: str) -> None:
    name = made(server, "【a】抽奖{{x}}{{y}}") if shown == "refused" else two(server)
    with open_page(reader) as page:
        go(page, {"list": "", "new": "/+", "stale": f"/{name}/edit"}.get(shown, f"/{name}"))
        if shown == "list":
            expect(page.locator("tbody tr").first).to_be_visible()
        elif shown == "new":
            write(page, "😀 {{x}}{{y}} 抽奖 {{#if z}}{{z}}{{/if}}")
            press(page, "Add a supplier|添加渠道商")
        elif shown == "stale":
            expect(page.locator("[name=source]")).to_be_visible()
            changed(server, name, "submit", source="订单{{order_id}}。")
            write(page, "包裹{{order_id}}。")
            press(page, "Submit|提交")
            expect(page.locator(".theirs")).to_be_visible()
        else:
            expect(page.locator(".version").first).to_be_visible()
        if shown == "asked":
            press(page, "Reject|拒绝")
            expect(page.locator("dialog")).to_be_visible()

        accessible(page, READERS[reader]["width"])


def test_the_list_says_where_each_stands(open_page: Open, server: Server, reader: str) -> None:
    names = [made(server), two(server), made(server, "全场打折")]
    with open_page(reader) as page:
        go(page, "")

        said = ["Waiting|待审核", "(In use|使用中) · (Waiting|待审核)", "Rejected|未通过"]
        for name, state in zip(names, said, strict=True):
            row = page.locator("tbody tr", has=page.get_by_role("link", name=name, exact=True))
            expect(row.locator("td").nth(1)).to_have_text(re.compile(f"^({state})"))


def test_a_preview_follows_what_is_typed(open_page: Open, reader: str) -> None:
    with open_page(reader) as page:
        go(page, "/+")
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
        go(page, "/+")
        write(page, "{{#if x}}{{x}} comes{{else}}nobody comes{{/if}}")
        bubble = page.locator(".preview .bubble")
        expect(bubble).to_have_text("【Countersign】x comes")

        page.locator('[name="variable.x"]').fill("")

        expect(bubble).to_have_text("【Countersign】nobody comes")


def test_marketing_without_a_company_is_told_so(open_page: Open, reader: str) -> None:
    with open_page(reader) as page:
        go(page, "/+")
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
        go(page, "/+")
        write(page, "x")

        page.locator("[name=number]").fill(number)

        expect(page.locator("#fault-number")).to_contain_text(said)


def test_findings_are_marked_at_their_places(open_page: Open, reader: str) -> None:
    with open_page(reader) as page:
        go(page, "/+")
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


def test_a_template_is_written_and_approved_by_keyboard(
    open_page: Open, server: Server, reader: str
) -> None:
    name = f"keys.{READERS[reader]['width']}"
    with open_page(reader) as page:
        go(page, "")
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
        kept = read(server, name)
        waiting = kept["waiting"]
        assert (waiting["kind"], waiting["note"]) == ("verification", "for logging in")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status").first).to_have_text(re.compile("approved|已通过"))
        assert read(server, name)["inUse"]["source"] == "Your code is {{code}}."


def test_suppliers_that_take_no_texts_are_told_of(open_page: Open, server: Server) -> None:
    name = made(server, "{{a}}, {{b}}")
    with open_page(ENGLISH) as page:
        go(page, f"/{name}/edit")
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
        registered = read(server, name)["waiting"]["registered"]
        assert registered == {"aliyun": {"id": "SMS_1", "parameters": ["b", "a"]}}
        page.get_by_role("link", name="Write a new version").click()
        press(page, "Remove aliyun")
        press(page, "Submit")
        expect(page.locator(".version")).not_to_contain_text("aliyun")
        assert read(server, name)["waiting"]["registered"] == {}


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", "a b", "A name has|名称为"),
        ("source", " ", "empty|请填写"),
        ("source", "{{x", "misspelt|语法错误"),
        ("note", "n" * 201, "at most 200|最多 200"),
    ],
)
def test_a_refusal_is_explained_beside_its_field(
    open_page: Open, reader: str, field: str, typed: str, said: str
) -> None:
    with open_page(reader) as page:
        go(page, "/+")
        for name, text in {"name": "fine", "source": "x", field: typed}.items():
            page.locator(f"[name={name}]").fill(text)
        press(page, "Submit|提交")

        expect(page.locator(f"#fault-{field}")).to_have_text(re.compile(said))
        expect(page.locator(f"[name={field}]")).to_be_focused()
        expect(page.locator(f"[name={field}]")).to_have_attribute("aria-invalid", "true")
        expect(page.locator(f"[name={field}]")).to_have_value(typed)


def test_a_name_that_is_taken_leads_to_its_template(open_page: Open, server: Server) -> None:
    name = made(server)
    with open_page(ENGLISH) as page:
        go(page, "/+")
        page.locator("[name=name]").fill(name)
        page.locator("[name=source]").fill("something else")
        press(page, "Submit")

        expect(page.locator("#fault-name")).to_contain_text("of this name already")
        expect(page.locator(".theirs")).to_contain_text(NOTICE)
        expect(page.locator("[name=source]")).to_have_value("something else")
        assert read(server, name)["waiting"]["source"] == NOTICE


def test_what_waits_is_shown_against_what_is_in_use(
    open_page: Open, server: Server, reader: str
) -> None:
    name = two(server)
    with open_page(reader) as page:
        go(page, f"/{name}")

        change = page.locator("[aria-labelledby=change]")
        expect(change.locator("p del")).to_have_text(re.compile("订单$"))
        expect(change.locator("p ins")).to_have_text(re.compile("包裹$"))
        expect(change.locator("dl ins")).to_have_text(re.compile("parcels$"))
        press(page, "Approve|通过")
        expect(page.locator(".version")).to_have_count(1)
        expect(change).to_have_count(0)
        kept = read(server, name)
        assert (kept["inUse"]["source"], kept["waiting"]) == (
            "您的包裹{{order_id}}正在派送。",
            None,
        )


def test_a_version_is_rejected_with_reasons(open_page: Open, server: Server, reader: str) -> None:
    name = two(server)
    with open_page(reader) as page:
        go(page, f"/{name}")
        button = page.get_by_role("button", name=re.compile("Reject|拒绝"))
        button.focus()
        page.keyboard.press("Enter")
        expect(page.locator("[name=reasons]")).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator("dialog")).to_have_count(0)
        expect(button).to_be_focused()
        page.keyboard.press("Enter")
        page.locator("dialog .first").click()
        expect(page.locator("dialog .fault")).to_have_text(re.compile("1 to 10|1 到 10"))
        page.locator("[name=reasons]").fill(f"too long\n\n{HOSTILE}\n")
        page.locator("dialog .first").click()

        expect(page.get_by_role("status").first).to_have_text(re.compile("rejected|已拒绝"))
        expect(page.locator(".reasons li")).to_have_text(["too long", HOSTILE])
        kept = read(server, name)
        assert kept["waiting"]["reasons"] == ["too long", HOSTILE]
        assert kept["inUse"]["source"] == NOTICE


def test_what_is_in_use_is_taken_out_of_use(open_page: Open, server: Server) -> None:
    name = made(server)
    changed(server, name, "approve")
    with open_page(ENGLISH) as page:
        go(page, f"/{name}")
        press(page, "Take out of use")
        page.locator("[name=reasons]").fill("no more parcels")
        page.locator("dialog .first").click()

        expect(page.get_by_role("status").first).to_have_text("It is out of use.")
        assert read(server, name)["inUse"] is None


def test_what_the_rules_refuse_is_not_to_be_approved(open_page: Open, server: Server) -> None:
    name = made(server, "全场打折")
    with open_page(ENGLISH) as page:
        go(page, f"/{name}")

        expect(page.locator(".version mark")).to_have_text("打折")
        expect(page.get_by_role("button", name="Approve")).to_have_count(0)


def test_a_template_is_deleted_when_that_is_meant(
    open_page: Open, server: Server, reader: str
) -> None:
    name = made(server)
    with open_page(reader) as page:
        go(page, f"/{name}")
        press(page, "Delete|删除")
        page.keyboard.press("Escape")
        assert read(server, name)
        press(page, "Delete|删除")
        page.locator("dialog .first").click()

        expect(page.get_by_role("status").first).to_have_text(
            re.compile(f"{name} is|已删除 {name}")
        )
        expect(page.get_by_role("link", name=name, exact=True)).to_have_count(0)
        assert server.ask("GET", f"/console/api/templates/{name}", None, _HEADERS).status == 404
        page.go_back()
        expect(page.get_by_role("status").last).to_have_text(re.compile("no template|已不存在"))


def test_a_stale_version_shows_the_others_and_overwrites_nothing(
    open_page: Open, server: Server
) -> None:
    name = made(server)
    with open_page(ENGLISH) as page, open_page(ENGLISH) as other:
        go(page, f"/{name}/edit")
        go(other, f"/{name}/edit")
        write(other, "订单{{order_id}}，他们的。")
        press(other, "Submit")
        expect(other.get_by_role("status").first).to_contain_text("waits")

        write(page, "订单{{order_id}}，我的。")
        press(page, "Submit")

        expect(page.get_by_role("alert")).to_contain_text("nothing was overwritten")
        expect(page.locator(".theirs dd").nth(1)).to_have_text("订单{{order_id}}，他们的。")
        expect(page.locator(".theirs ins")).to_have_text(re.compile("我"))
        expect(page.locator("[name=source]")).to_have_value("订单{{order_id}}，我的。")
        assert read(server, name)["waiting"]["source"] == "订单{{order_id}}，他们的。"
        press(page, "Submit")
        expect(page.get_by_role("status").first).to_contain_text("waits")
        assert read(server, name)["waiting"]["source"] == "订单{{order_id}}，我的。"


@pytest.mark.parametrize("verb", ["Approve", "Reject", "Delete"])
def test_nothing_is_decided_of_what_was_not_read(
    open_page: Open, server: Server, verb: str
) -> None:
    name = made(server)
    with open_page(ENGLISH) as page:
        go(page, f"/{name}")
        expect(page.locator(".version")).to_be_visible()
        after = changed(server, name, "submit", source="{{order_id}}: mine")["version"]
        press(page, verb)
        if verb == "Reject":
            page.locator("[name=reasons]").fill("not that")
        if verb != "Approve":
            page.locator("dialog .first").click()

        expect(page.get_by_role("alert")).to_contain_text("nothing was done")
        expect(page.locator("dialog .bubble" if verb != "Approve" else ".version")).to_contain_text(
            "{{order_id}}: mine"
        )
        assert read(server, name)["version"] == after
        if verb == "Reject":
            expect(page.locator("[name=reasons]")).to_have_value("not that")
            page.locator("dialog .first").click()
            expect(page.locator(".reasons")).to_have_text("not that")


def test_what_was_typed_stays_until_it_is_discarded(open_page: Open, server: Server) -> None:
    name = made(server)
    with open_page(ENGLISH) as page:
        go(page, f"/{name}/edit")
        page.locator("[name=note]").fill("half a thought")
        page.locator("nav a", has_text="Settings").click()
        expect(page.locator(".setting").first).to_be_visible()
        page.go_back()
        expect(page.locator("[name=note]")).to_have_value("half a thought")

        press(page, "Discard")
        page.get_by_role("link", name="Write a new version").click()

        expect(page.locator("[name=note]")).to_have_value("")


def test_what_was_stored_is_shown_as_text(open_page: Open, server: Server) -> None:
    name = made(server, HOSTILE, note=HOSTILE)
    changed(server, name, "approve")
    changed(server, name, "submit", source=f"{HOSTILE}{{{{x}}}}", note="")
    with open_page(ENGLISH) as page:
        go(page, "")
        row = page.locator("tbody tr", has=page.get_by_role("link", name=name, exact=True))
        expect(row).to_contain_text(HOSTILE)
        row.get_by_role("link").click()
        expect(page.locator(".version .bubble").first).to_have_text(f"{HOSTILE}{{{{x}}}}")
        page.get_by_role("link", name="Write a new version").click()
        page.locator('[name="variable.x"]').fill(HOSTILE)

        expect(page.locator(".preview .bubble")).to_contain_text(HOSTILE * 2)
        expect(page.locator(".marked .under")).to_contain_text(HOSTILE)
        assert page.locator("main img, main script").count() == 0


def test_more_than_a_page_can_be_listed(open_page: Open, server: Server) -> None:
    for place in range(101):
        asked(server, "POST", "templates", name=f"zz{place:03}", kind="notice", source="x")
    with open_page(ENGLISH) as page:
        go(page, "")
        expect(page.locator("tbody tr")).to_have_count(100)

        press(page, "More")

        expect(page.get_by_role("link", name="zz100")).to_be_visible()
        expect(page.get_by_role("button", name="More")).to_have_count(0)
