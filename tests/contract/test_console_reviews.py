"""Reviews in a browser, of templates and signatures: decided, explained, never overwritten."""

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
from tests.reviews import SIGNATURES, TEMPLATES, Reviewed, two
from tests.server import Server, running
from tests.wire import MASTER

pytestmark = pytest.mark.sdk

__all__ = ["open_page", "reader"]  # fixtures


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A desk where a person reviews, by the rules of mainland China."""
    settings = "review=manual plain_signatures=false"
    with running(tmp_path_factory.mktemp("desk"), SETTINGS=settings) as server:
        yield server


@pytest.fixture(params=[TEMPLATES, SIGNATURES], ids=str)
def kind(request: pytest.FixtureRequest) -> Reviewed:
    found: Reviewed = request.param
    return found


def said(page: Page, words: str) -> None:
    """What was done is told, and told to who cannot see it: the focus is there."""
    expect(page.get_by_role("status").first).to_have_text(re.compile(words))
    expect(page.get_by_role("status").first).to_be_focused()


@pytest.mark.parametrize("shown", ["list", "one", "asked", "stale"])
def test_everybody_can_read_it(
    open_page: Open, server: Server, kind: Reviewed, reader: str, shown: str
) -> None:
    id = two(server) if kind is TEMPLATES else kind.made(server)
    place = {"list": kind.section, "stale": f"{kind.path(id)}/edit"}.get(shown, kind.path(id))
    with open_page(reader) as page:
        look(page, place)
        if shown == "list":
            expect(page.locator("tbody tr").first).to_be_visible()
        elif shown == "stale":
            expect(page.locator("[name=note]")).to_be_visible()
            kind.changed(server, id, "submit", note="theirs")
            page.locator("[name=note]").fill("mine")
            press(page, "Submit|提交")
            expect(page.locator(".theirs")).to_be_visible()
        else:
            expect(page.locator(kind.shown).first).to_be_visible()
        if shown == "asked":
            press(page, "Reject|拒绝")
            expect(page.locator("dialog")).to_be_visible()

        accessible(page, READERS[reader]["width"])


@pytest.mark.parametrize(
    ("kind", "field", "typed", "words"),
    [
        (TEMPLATES, "name", "a b", "A name has|名称为"),
        (TEMPLATES, "source", " ", "empty|请填写"),
        (TEMPLATES, "source", "{{x", "misspelt|语法错误"),
        (TEMPLATES, "note", "n" * 201, "at most 200|最多 200"),
        (SIGNATURES, "name", "【a】", "A name has|名称为"),
        (SIGNATURES, "name", "", "needed|名称为|A name has"),
        (SIGNATURES, "text", "天 天", "1 to 12|1 到 12"),
        (SIGNATURES, "text", "", "1 to 12|1 到 12"),
        (SIGNATURES, "text", "abc", "mainland China|中国大陆"),
        (SIGNATURES, "note", "n" * 201, "at most 200|最多 200"),
    ],
)
def test_a_refusal_is_explained_beside_its_field(
    open_page: Open, kind: Reviewed, reader: str, field: str, typed: str, words: str
) -> None:
    fine = {"name": "fine", **kind.fine, field: typed}
    with open_page(reader) as page:
        look(page, f"{kind.section}/+")
        for name in {"name", *kind.fine, field} - {"kind"}:
            page.locator(f"[name={name}]").fill(fine[name])
        press(page, "Submit|提交")

        expect(page.locator(f"#fault-{field}")).to_have_text(re.compile(words))
        expect(page.locator(f"[name={field}]")).to_be_focused()
        expect(page.locator(f"[name={field}]")).to_have_attribute("aria-invalid", "true")
        expect(page.locator(f"[name={field}]")).to_have_value(typed)


def test_one_is_rejected_with_reasons(
    open_page: Open, server: Server, kind: Reviewed, reader: str
) -> None:
    id = two(server) if kind is TEMPLATES else kind.made(server)
    used = kind.in_use(server, id)
    with open_page(reader) as page:
        look(page, kind.path(id))
        button = page.get_by_role("button", name=re.compile("Reject|拒绝"))
        button.focus()
        page.keyboard.press("Enter")
        expect(page.locator("[name=reasons]")).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator("dialog")).to_have_count(0)
        expect(button).to_be_focused()
        page.keyboard.press("Enter")
        for typed in ("", "\n".join("r" * (kind.most + 1))):
            page.locator("[name=reasons]").fill(typed)
            page.locator("dialog .first").click()
            expect(page.locator("dialog .fault")).to_have_text(
                re.compile(f"1 to {kind.most}|1 到 {kind.most}")
            )
            expect(page.locator("[name=reasons]")).to_be_focused()
        page.locator("[name=reasons]").fill(f"whose is it?\n\n{HOSTILE}\n")
        page.locator("dialog .first").click()

        said(page, "rejected|已拒绝")
        expect(page.locator(".reasons li")).to_have_text(["whose is it?", HOSTILE])
        assert kind.latest(server, id)["reasons"] == ["whose is it?", HOSTILE]
        assert kind.in_use(server, id) == used


def test_what_is_in_use_is_taken_out_of_use(
    open_page: Open, server: Server, kind: Reviewed
) -> None:
    id = kind.made(server)
    kind.changed(server, id, "approve")
    assert kind.in_use(server, id)
    with open_page(ENGLISH) as page:
        look(page, kind.path(id))
        press(page, "Take out of use")
        page.locator("[name=reasons]").fill("no more parcels")
        page.locator("dialog .first").click()

        said(page, "^It is out of use.$")
        assert kind.latest(server, id)["state"] == "rejected"
        assert not kind.in_use(server, id)


def test_one_is_deleted_when_that_is_meant(
    open_page: Open, server: Server, kind: Reviewed, reader: str
) -> None:
    id = kind.made(server)
    with open_page(reader) as page:
        look(page, kind.path(id))
        button = page.get_by_role("button", name=re.compile("Delete|删除"))
        button.click()
        page.keyboard.press("Escape")
        expect(button).to_be_focused()
        assert kind.read(server, id)
        page.keyboard.press("Enter")
        page.locator("dialog .first").click()

        name = id if kind is TEMPLATES else "【天天商城】"
        said(page, f"^{name} is deleted|已删除 ?{name}")
        expect(page.locator(f'[href="#{kind.path(id)}"]')).to_have_count(0)
        assert server.ask("GET", f"/console/api/{kind.path(id)}", None, MASTER).status == 404
        page.go_back()
        expect(page.get_by_role("status").last).to_have_text(
            re.compile("There is no (template|such signature)|已不存在")
        )


def test_a_stale_change_shows_the_others_and_overwrites_nothing(
    open_page: Open, server: Server, kind: Reviewed
) -> None:
    id = kind.made(server)
    with open_page(ENGLISH) as page, open_page(ENGLISH) as other:
        for one in (page, other):
            look(one, f"{kind.path(id)}/edit")
            expect(one.locator("[name=note]")).to_be_visible()
        other.locator("[name=note]").fill("theirs")
        press(other, "Submit")
        said(other, "waits")

        page.locator("[name=note]").fill("mine")
        press(page, "Submit")

        expect(page.get_by_role("alert")).to_contain_text("nothing was overwritten")
        expect(page.locator(".theirs")).to_contain_text("theirs")
        expect(page.locator("[name=note]")).to_have_value("mine")
        assert kind.latest(server, id)["note"] == "theirs"
        press(page, "Submit")
        said(page, "waits")
        assert kind.latest(server, id)["note"] == "mine"


@pytest.mark.parametrize("verb", ["Approve", "Reject", "Delete"])
def test_nothing_is_decided_of_what_was_not_read(
    open_page: Open, server: Server, kind: Reviewed, verb: str
) -> None:
    id = kind.made(server)
    with open_page(ENGLISH) as page:
        look(page, kind.path(id))
        expect(page.locator(kind.shown)).to_be_visible()
        kind.changed(server, id, "submit", **kind.theirs)
        before = kind.version(server, id)
        press(page, verb)
        if verb == "Reject":
            page.locator("[name=reasons]").fill("not that")
        if verb != "Approve":
            page.locator("dialog .first").click()

        expect(page.get_by_role("alert")).to_contain_text("nothing was done")
        place = kind.places[verb != "Approve"]
        expect(page.locator(place)).to_contain_text(kind.told)
        assert kind.version(server, id) == before
        assert kind.latest(server, id)["state"] == "pending"
        if verb == "Reject":
            expect(page.locator("[name=reasons]")).to_have_value("not that")
            page.locator("dialog .first").click()
            expect(page.locator(".reasons")).to_have_text("not that")
