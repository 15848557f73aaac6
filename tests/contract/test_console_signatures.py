"""Signatures in a browser: made, reviewed, and never overwritten."""

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
_HEADERS = {"X-LC-Id": APP_ID, "X-LC-Key": f"{MASTER_KEY},master"}
_numbers = count()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A desk where a person reviews, by the rules of mainland China."""
    settings = "review=manual plain_signatures=false"
    with running(tmp_path_factory.mktemp("desk"), SETTINGS=settings) as server:
        yield server


def asked(server: Server, method: str, path: str, **fields: Any) -> Any:
    """What the administrator's API answers."""
    body = json.dumps(fields).encode() if fields else None
    answer = server.ask(method, f"/console/api/{path}", body, _HEADERS)
    assert answer.status < 300, answer.raw
    return answer.json


def read(server: Server, id: str) -> Any:
    return asked(server, "GET", f"signatures/{id}")["signature"]


def changed(server: Server, id: str, verb: str, **fields: Any) -> None:
    """Change a signature as somebody else would."""
    version = asked(server, "GET", "signatures")["version"]
    asked(server, "POST", f"signatures/{id}/{verb}", version=version, **fields)


def made(server: Server, name: str = "", **fields: Any) -> str:
    """A signature that waits; its id."""
    number = next(_numbers)
    given = {"name": name or f"made {number}", "text": f"天天商城{number}", **fields}
    return str(asked(server, "POST", "signatures", **given)["signature"]["id"])


def go(page: Page, place: str = "") -> None:
    """Come in, if need be, and look at that place of the section."""
    if page.locator("[name=master]").count():
        enter(page)
    expect(page.locator("nav a").first).to_be_visible()
    page.evaluate("hash => { location.hash = hash }", f"signatures{place}")


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=re.compile(f"^({words})")).click()


@pytest.mark.parametrize("shown", ["list", "one", "new", "asked", "stale"])
def test_everybody_can_read_it(open_page: Open, server: Server, reader: str, shown: str) -> None:
    id = made(server)
    with open_page(reader) as page:
        go(page, {"list": "", "new": "/+", "stale": f"/{id}/edit"}.get(shown, f"/{id}"))
        if shown == "list":
            expect(page.locator("tbody tr").first).to_be_visible()
        elif shown == "new":
            expect(page.locator(".preview")).to_be_visible()
            press(page, "Submit|提交")
            expect(page.locator("form .fault")).to_be_visible()
        elif shown == "stale":
            expect(page.locator("[name=note]")).to_be_visible()
            changed(server, id, "submit", note="theirs")
            page.locator("[name=note]").fill("mine")
            press(page, "Submit|提交")
            expect(page.locator(".theirs")).to_be_visible()
        else:
            expect(page.locator("dl.facts")).to_be_visible()
        if shown == "asked":
            press(page, "Delete|删除")
            expect(page.locator("dialog")).to_be_visible()

        accessible(page, READERS[reader]["width"])


def test_a_signature_is_made_and_approved_by_keyboard(
    open_page: Open, server: Server, reader: str
) -> None:
    name = f"keys {READERS[reader]['width']}"
    with open_page(reader) as page:
        go(page)
        page.locator("a.first").focus()
        page.keyboard.press("Enter")
        page.locator("[name=name]").focus()
        page.keyboard.type(name)
        page.keyboard.press("Tab")
        page.keyboard.type("天天")
        expect(page.locator(".preview .bubble")).to_have_text(re.compile("^【天天】"))
        page.keyboard.press("Enter")

        expect(page.get_by_role("status").first).to_have_text(re.compile("waits|等待审核"))
        expect(page.get_by_role("status").first).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status").first).to_have_text(re.compile("approved|已通过"))
        [kept] = [
            one for one in asked(server, "GET", "signatures")["signatures"] if one["name"] == name
        ]
        assert (kept["state"], kept["text"]) == ("approved", "天天")


def test_the_list_says_which_of_a_name_is_meant(
    open_page: Open, server: Server, reader: str
) -> None:
    name = f"shop {READERS[reader]['width']}"
    first, second = made(server, name), made(server, name)
    rejected = made(server, name)
    for id in (first, second):
        changed(server, id, "approve")
    changed(server, rejected, "reject", reasons=["no"])
    with open_page(reader) as page:
        go(page)

        rows = page.locator("tbody tr", has=page.get_by_role("link", name=name, exact=True))
        expect(rows.locator(".state")).to_have_text(
            [re.compile("Replaced|取代"), re.compile("In use|使用中"), re.compile("Reject|未通过")]
        )
        rows.nth(1).get_by_role("link").click()
        page.get_by_role("link", name=re.compile("another of this name|创建同名签名")).click()
        expect(page.locator("[name=name]")).to_have_value(name)


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", "【a】", "A name has|名称为"),
        ("name", "", "needed|名称为|A name has"),
        ("text", "天 天", "1 to 12|1 到 12"),
        ("text", "", "1 to 12|1 到 12"),
        ("text", "abc", "mainland China|中国大陆"),
        ("note", "n" * 201, "at most 200|最多 200"),
    ],
)
def test_a_refusal_is_explained_beside_its_field(
    open_page: Open, reader: str, field: str, typed: str, said: str
) -> None:
    with open_page(reader) as page:
        go(page, "/+")
        for name, text in {"name": "fine", "text": "天天", field: typed}.items():
            page.locator(f"[name={name}]").fill(text)
        press(page, "Submit|提交")

        expect(page.locator(f"#fault-{field}")).to_have_text(re.compile(said))
        expect(page.locator(f"[name={field}]")).to_be_focused()
        expect(page.locator(f"[name={field}]")).to_have_value(typed)


def test_one_is_rejected_with_reasons_and_submitted_again(
    open_page: Open, server: Server, reader: str
) -> None:
    id = made(server)
    with open_page(reader) as page:
        go(page, f"/{id}")
        press(page, "Reject|拒绝")
        page.locator("[name=reasons]").fill("a\nb\nc\nd")
        page.locator("dialog .first").click()
        expect(page.locator("dialog .fault")).to_have_text(re.compile("1 to 3|1 到 3"))
        page.locator("[name=reasons]").fill(f"whose is it?\n{HOSTILE}")
        page.locator("dialog .first").click()
        expect(page.locator(".reasons li")).to_have_text(["whose is it?", HOSTILE])
        assert read(server, id)["reasons"] == ["whose is it?", HOSTILE]
        page.get_by_role("link", name=re.compile("submit again|重新提交")).click()
        page.locator("[name=note]").fill("ours")
        press(page, "Submit|提交")

        expect(page.get_by_role("status").first).to_have_text(re.compile("waits|等待审核"))
        expect(page.locator(".reasons")).to_have_count(0)
        assert (read(server, id)["state"], read(server, id)["note"]) == ("pending", "ours")


def test_one_in_use_is_taken_out_of_use(open_page: Open, server: Server) -> None:
    id = made(server)
    changed(server, id, "approve")
    with open_page(ENGLISH) as page:
        go(page, f"/{id}")
        press(page, "Take out of use")
        page.locator("[name=reasons]").fill("renamed")
        page.locator("dialog .first").click()

        expect(page.get_by_role("status").first).to_have_text("It is out of use.")
        assert read(server, id)["state"] == "rejected"


def test_one_is_deleted_when_that_is_meant(open_page: Open, server: Server, reader: str) -> None:
    id = made(server)
    with open_page(reader) as page:
        go(page, f"/{id}")
        button = page.get_by_role("button", name=re.compile("Delete|删除"))
        button.click()
        page.keyboard.press("Escape")
        expect(button).to_be_focused()
        assert read(server, id)
        page.keyboard.press("Enter")
        page.locator("dialog .first").click()

        expect(page.get_by_role("status").first).to_have_text(re.compile("is deleted|已删除"))
        expect(page.get_by_role("status").first).to_be_focused()
        expect(page.locator(f'[href="#signatures/{id}"]')).to_have_count(0)
        assert server.ask("GET", f"/console/api/signatures/{id}", None, _HEADERS).status == 404


def test_a_stale_change_shows_the_others_and_overwrites_nothing(
    open_page: Open, server: Server
) -> None:
    id = made(server)
    with open_page(ENGLISH) as page, open_page(ENGLISH) as other:
        for one in (page, other):
            go(one, f"/{id}/edit")
            expect(one.locator("[name=note]")).to_be_visible()
        other.locator("[name=note]").fill("theirs")
        press(other, "Submit")
        expect(other.get_by_role("status").first).to_contain_text("waits")

        page.locator("[name=note]").fill("mine")
        press(page, "Submit")

        expect(page.get_by_role("alert")).to_contain_text("nothing was overwritten")
        expect(page.locator(".theirs")).to_contain_text("theirs")
        expect(page.locator("[name=note]")).to_have_value("mine")
        assert read(server, id)["note"] == "theirs"
        press(page, "Submit")
        expect(page.get_by_role("status").first).to_contain_text("waits")
        assert read(server, id)["note"] == "mine"


@pytest.mark.parametrize("verb", ["Approve", "Reject", "Delete"])
def test_nothing_is_decided_of_what_was_not_read(
    open_page: Open, server: Server, verb: str
) -> None:
    id = made(server)
    with open_page(ENGLISH) as page:
        go(page, f"/{id}")
        expect(page.locator("dl.facts")).to_be_visible()
        changed(server, id, "submit", text="别家商城")
        press(page, verb)
        if verb == "Reject":
            page.locator("[name=reasons]").fill("not that")
        if verb != "Approve":
            page.locator("dialog .first").click()

        expect(page.get_by_role("alert")).to_contain_text("nothing was done")
        heading = page.locator("main > h2" if verb == "Approve" else "dialog h2")
        expect(heading).to_contain_text("【别家商城】")
        assert read(server, id)["state"] == "pending"
        if verb == "Reject":
            expect(page.locator("[name=reasons]")).to_have_value("not that")


def test_what_others_change_besides_is_no_hindrance(open_page: Open, server: Server) -> None:
    id = made(server)
    with open_page(ENGLISH) as page:
        go(page, f"/{id}")
        expect(page.locator("dl.facts")).to_be_visible()
        made(server)
        press(page, "Approve")

        expect(page.get_by_role("status").first).to_contain_text("approved")
        assert read(server, id)["state"] == "approved"


def test_what_was_stored_is_shown_as_text(open_page: Open, server: Server) -> None:
    id = made(server, HOSTILE, note=HOSTILE)
    with open_page(ENGLISH) as page:
        go(page)
        expect(page.locator("tbody")).to_contain_text(HOSTILE)
        page.get_by_role("link", name=HOSTILE).first.click()
        expect(page.locator("dl.facts")).to_contain_text(HOSTILE)
        page.locator("main .row a").click()
        page.locator("[name=text]").fill(HOSTILE)

        expect(page.locator(".preview .bubble")).to_contain_text(HOSTILE)
        assert page.locator("main img, main script").count() == 0
        assert read(server, id)["name"] == HOSTILE
