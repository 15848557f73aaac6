"""Signatures in a browser: made, told apart where they share a name, and submitted again."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.console import (
    ENGLISH,
    HOSTILE,
    READERS,
    Open,
    accessible,
    asked,
    look,
    open_page,
    press,
    reader,
)
from tests.reviews import SIGNATURES
from tests.server import Server, running

pytestmark = pytest.mark.sdk

__all__ = ["open_page", "reader"]  # fixtures


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A desk where a person reviews, by the rules of mainland China."""
    settings = "review=manual plain_signatures=false"
    with running(tmp_path_factory.mktemp("desk"), SETTINGS=settings) as server:
        yield server


def test_everybody_can_read_a_refusal(open_page: Open, reader: str) -> None:
    with open_page(reader) as page:
        look(page, "signatures/+")
        expect(page.locator(".preview")).to_be_visible()
        press(page, "Submit|提交")
        expect(page.locator("form .fault")).to_be_visible()

        accessible(page, READERS[reader]["width"])


def test_a_signature_is_made_and_approved_by_keyboard(
    open_page: Open, server: Server, reader: str
) -> None:
    name = f"keys {READERS[reader]['width']}"
    with open_page(reader) as page:
        look(page, "signatures")
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
    first, second = SIGNATURES.made(server, name=name), SIGNATURES.made(server, name=name)
    rejected = SIGNATURES.made(server, name=name)
    for id in (first, second):
        SIGNATURES.changed(server, id, "approve")
    SIGNATURES.changed(server, rejected, "reject", reasons=["no"])
    with open_page(reader) as page:
        look(page, "signatures")

        rows = page.locator("tbody tr", has=page.get_by_role("link", name=name, exact=True))
        expect(rows.locator(".state")).to_have_text(
            [re.compile("Replaced|取代"), re.compile("In use|使用中"), re.compile("Reject|未通过")]
        )
        rows.nth(1).get_by_role("link").click()
        page.get_by_role("link", name=re.compile("another of this name|创建同名签名")).click()
        expect(page.locator("[name=name]")).to_have_value(name)


@pytest.mark.parametrize("place", ["", "/edit", "+"])
def test_from_one_there_is_a_way_to_all(open_page: Open, server: Server, place: str) -> None:
    id = SIGNATURES.made(server)
    with open_page(ENGLISH) as page:
        look(page, f"signatures/{place if place == '+' else id + place}")
        page.get_by_role("link", name="All signatures").click()

        expect(page.locator(f'tbody a[href="#signatures/{id}"]')).to_be_visible()


def test_what_others_change_besides_is_no_hindrance(open_page: Open, server: Server) -> None:
    id = SIGNATURES.made(server)
    with open_page(ENGLISH) as page:
        look(page, f"signatures/{id}")
        expect(page.locator("dl.facts")).to_be_visible()
        SIGNATURES.made(server)
        press(page, "Approve")

        expect(page.get_by_role("status").first).to_contain_text("approved")
        assert SIGNATURES.read(server, id)["state"] == "approved"


def test_one_that_was_rejected_is_submitted_again(
    open_page: Open, server: Server, reader: str
) -> None:
    id = SIGNATURES.made(server)
    SIGNATURES.changed(server, id, "reject", reasons=["whose is it?"])
    with open_page(reader) as page:
        look(page, f"signatures/{id}")
        expect(page.locator(".reasons li")).to_have_text(["whose is it?"])
        page.get_by_role("link", name=re.compile("submit again|重新提交")).click()
        page.locator("[name=note]").fill("ours")
        press(page, "Submit|提交")

        expect(page.get_by_role("status").first).to_have_text(re.compile("waits|等待审核"))
        expect(page.locator(".reasons")).to_have_count(0)
        now = SIGNATURES.read(server, id)
        assert (now["state"], now["note"]) == ("pending", "ours")


def test_what_is_typed_is_shown_as_text(open_page: Open, server: Server) -> None:
    id = SIGNATURES.made(server)
    with open_page(ENGLISH) as page:
        look(page, f"signatures/{id}/edit")
        page.locator("[name=text]").fill(HOSTILE)

        expect(page.locator(".preview .bubble")).to_contain_text(HOSTILE)
        assert page.locator("main img, main script").count() == 0
