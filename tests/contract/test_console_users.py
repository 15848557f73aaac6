"""Users in a browser: looked up, and helped by whoever holds the master key."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.console import (
    ENGLISH,
    HOSTILE,
    MARKUP,
    READERS,
    Open,
    accessible,
    look,
    open_page,
    reader,
)
from tests.server import Server, running
from tests.wire import KEY, MASTER

pytestmark = pytest.mark.sdk

__all__ = ["open_page", "reader"]  # fixtures

PASSWORD, TOKEN = "f32@ds*@&dsa", "openid-token-of-hers"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A desk where people have signed up."""
    with running(tmp_path_factory.mktemp("desk")) as server:
        yield server


def ask(server: Server, method: str, path: str, headers: Any = KEY, **fields: Any) -> Any:
    """What the users' API answers, which is a dict with a code for a refusal."""
    body = json.dumps(fields).encode() if fields else None
    return server.ask(method, f"/1.1/{path}", body, headers).json


_numbers = iter(range(18612345000, 18612346000))


def signed_up(server: Server, name: str, **fields: Any) -> Any:
    """Somebody new, whose number is verified."""
    phone = fields.setdefault("mobilePhoneNumber", str(next(_numbers)))
    user = ask(server, "POST", "users", username=name, password=PASSWORD, **fields)
    ask(server, "PUT", f"users/{user['objectId']}", MASTER, mobilePhoneVerified=True)
    return {**user, "mobilePhoneNumber": phone}


def find(page: Page, typed: str, by: str = "username") -> None:
    page.locator("[name=by]").select_option(by)
    page.locator("[name=typed]").fill(typed)
    page.keyboard.press("Enter")


def show(page: Page, name: str) -> None:
    """Come in and look *name* up."""
    look(page, "users")
    find(page, name)
    expect(page.locator("h2").first).to_have_text(name)


@pytest.mark.parametrize("shown", ["nobody", "one", "asked", "stale"])
def test_everybody_can_read_it(open_page: Open, server: Server, reader: str, shown: str) -> None:
    name = f"{shown}-{READERS[reader]['width']}"
    user = signed_up(server, name, email=f"{name}@example.com", score=7, tags=["a", "b"])
    with open_page(reader) as page:
        show(page, name)
        if shown == "nobody":
            find(page, "no such name")
            expect(page.locator("form [role=status]")).to_contain_text("no such name")
            expect(page.locator("h2")).to_have_count(0)
        if shown == "asked":
            page.locator(".acts button").last.click()
            expect(page.locator("dialog")).to_be_visible()
        if shown == "stale":
            ask(server, "PUT", f"users/{user['objectId']}", MASTER, score=8)
            page.locator("[name=mobilePhoneNumber]").fill("18612347000")
            page.keyboard.press("Enter")
            expect(page.locator(".theirs")).to_be_visible()

        accessible(page, READERS[reader]["width"])


def test_a_user_is_found_by_each_thing_that_is_theirs(open_page: Open, server: Server) -> None:
    user = signed_up(
        server,
        "anna",
        email="anna@example.com",
        authData={"weixin": {"openid": "o1", "access_token": TOKEN}},
    )
    phone = user["mobilePhoneNumber"]
    with open_page(ENGLISH) as page:
        look(page, "users")
        for by, typed in (
            ("mobilePhoneNumber", f"+86 {phone}"),
            ("username", "anna"),
            ("email", "anna@example.com"),
            ("objectId", user["objectId"]),
        ):
            find(page, "x@y.zz", by)
            expect(page.locator("form [role=status]")).to_contain_text("Nobody")
            expect(page.locator("dl")).to_have_count(0)
            find(page, typed, by)

            facts = page.locator("dl.facts")
            expect(facts).to_contain_text(f"{phone} (verified)")
            expect(facts).to_contain_text("weixin")
        assert TOKEN not in page.content()
        assert user["sessionToken"] not in page.content()
        assert page.url.endswith(f"#users/{user['objectId']}")


def test_who_is_locked_out_is_let_in(open_page: Open, server: Server, reader: str) -> None:
    name = f"locked-{READERS[reader]['width']}"
    signed_up(server, name)
    for _ in range(7):
        assert ask(server, "POST", "login", username=name, password="wrong")["code"] == 210
    assert ask(server, "POST", "login", username=name, password=PASSWORD)["code"] == 219
    with open_page(reader) as page:
        show(page, name)

        page.locator(".acts button").first.focus()
        page.keyboard.press("Enter")

        expect(page.get_by_role("status")).to_have_text(
            re.compile("may log in again|可以重新登录了")
        )
        assert "sessionToken" in ask(server, "POST", "login", username=name, password=PASSWORD)


def test_all_sessions_end_when_that_is_meant(open_page: Open, server: Server) -> None:
    user = signed_up(server, "bert")
    session = {**KEY, "X-LC-Session": user["sessionToken"]}
    with open_page(ENGLISH) as page:
        show(page, "bert")
        button = page.get_by_role("button", name="Log out everywhere")

        button.click()
        page.keyboard.press("Escape")
        expect(page.locator("dialog")).to_have_count(0)
        expect(button).to_be_focused()
        assert ask(server, "GET", "users/me", session)["username"] == "bert"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_have_text("The user is logged out everywhere.")
        assert ask(server, "GET", "users/me", session)["code"] == 211
        fresh = ask(server, "POST", "login", username="bert", password=PASSWORD)["sessionToken"]
        assert fresh not in page.content()


def test_a_user_is_deleted_when_that_is_meant(open_page: Open, server: Server) -> None:
    user = signed_up(server, "carl")
    with open_page(ENGLISH) as page:
        show(page, "carl")
        page.get_by_role("button", name="Delete").click()
        expect(page.locator("dialog h2")).to_have_text("Delete carl?")
        page.locator("dialog .first").click()

        expect(page.get_by_role("status")).to_have_text("carl is deleted.")
        expect(page.get_by_role("status")).to_be_focused()
        assert ask(server, "GET", f"users/{user['objectId']}", MASTER)["code"] == 211
        page.go_back()
        expect(page.get_by_role("status").last).to_have_text(
            f"There is no user {user['objectId']} any more."
        )


def test_a_number_is_set_after_something_else_was_done(open_page: Open, server: Server) -> None:
    path = f"users/{signed_up(server, 'fred')['objectId']}"
    with open_page(ENGLISH) as page:
        show(page, "fred")
        page.get_by_role("button", name="Log out everywhere").click()
        page.locator("dialog .first").click()
        expect(page.get_by_role("status")).to_have_text("The user is logged out everywhere.")
        page.locator("[name=mobilePhoneNumber]").fill("18612348100")
        page.get_by_role("button", name="Set number").click()

        expect(page.get_by_role("status").last).to_have_text("The number is set.")
        assert ask(server, "GET", path, MASTER)["mobilePhoneNumber"] == "18612348100"


def test_anothers_number_is_not_overwritten_by_one_that_stood_there(
    open_page: Open, server: Server
) -> None:
    path = f"users/{signed_up(server, 'gina')['objectId']}"
    with open_page(ENGLISH) as page:
        show(page, "gina")
        ask(server, "PUT", path, MASTER, mobilePhoneNumber="18612348200")
        page.get_by_role("button", name="Unlock").click()
        expect(page.locator("dl.facts").first).to_contain_text("18612348200")
        page.locator("[name=verified]").uncheck()
        page.get_by_role("button", name="Set number").click()

        expect(page.locator(".theirs")).to_contain_text("18612348200")
        assert ask(server, "GET", path, MASTER)["mobilePhoneNumber"] == "18612348200"


def test_from_one_user_there_is_a_way_to_another(open_page: Open, server: Server) -> None:
    signed_up(server, "hugo")
    with open_page(ENGLISH) as page:
        show(page, "hugo")
        page.get_by_role("link", name="Look for another user").click()

        expect(page.locator("h2")).to_have_count(0)
        expect(page.locator("[name=typed]")).to_have_value("hugo")


def test_a_number_is_set_verified_and_taken_away(open_page: Open, server: Server) -> None:
    path = f"users/{signed_up(server, 'dora')['objectId']}"
    with open_page(ENGLISH) as page:
        show(page, "dora")
        field, button = page.locator("[name=mobilePhoneNumber]"), page.locator("text=Set number")
        expect(button).to_be_disabled()

        field.fill("186 1234 8000")
        page.locator("[name=verified]").uncheck()
        button.click()
        expect(page.get_by_role("status")).to_have_text("The number is set.")
        expect(page.locator("dl.facts")).to_contain_text("186 1234 8000 (not verified)")
        user = ask(server, "GET", path, MASTER)
        assert (user["mobilePhoneNumber"], user["mobilePhoneVerified"]) == ("186 1234 8000", False)
        page.locator("[name=verified]").check()
        button.click()
        expect(page.locator("dl.facts")).to_contain_text("186 1234 8000 (verified)")
        field.fill("")
        page.keyboard.press("Enter")
        expect(page.locator("dialog h2")).to_have_text("Take the number away?")
        page.locator("dialog .first").click()
        expect(page.get_by_role("status")).to_have_text("The number is taken away.")
        assert "mobilePhoneNumber" not in ask(server, "GET", path, MASTER)


def test_a_number_that_cannot_be_set_is_explained_beside_it(
    open_page: Open, server: Server, reader: str
) -> None:
    width = READERS[reader]["width"]
    other = signed_up(server, f"other-{width}")["mobilePhoneNumber"]
    user = signed_up(server, f"wants-{width}")
    with open_page(reader) as page:
        show(page, f"wants-{width}")
        field = page.locator("[name=mobilePhoneNumber]")
        for typed, said in (
            ("12", "not a phone number|不是有效的手机号"),
            (other, "another user’s|属于其他用户"),
        ):
            field.fill(typed)
            page.keyboard.press("Enter")

            expect(page.locator("#phone-fault")).to_have_text(re.compile(said))
            expect(field).to_have_attribute("aria-describedby", "phone-fault")
            expect(field).to_have_value(typed)
        kept = ask(server, "GET", f"users/{user['objectId']}", MASTER)["mobilePhoneNumber"]
        assert kept == user["mobilePhoneNumber"]


def test_a_stale_edit_shows_the_others_and_overwrites_nothing(
    open_page: Open, server: Server
) -> None:
    path = f"users/{signed_up(server, 'emma')['objectId']}"
    with open_page(ENGLISH) as page, open_page(ENGLISH) as other:
        show(page, "emma")
        show(other, "emma")
        other.locator("[name=mobilePhoneNumber]").fill("18612349000")
        other.keyboard.press("Enter")
        expect(other.get_by_role("status")).to_have_text("The number is set.")

        page.locator("[name=mobilePhoneNumber]").fill("18612349001")
        page.keyboard.press("Enter")

        theirs = page.locator(".theirs")
        expect(theirs.locator("dd")).to_have_text(
            ["18612349000 (verified)", "18612349001 (verified)"]
        )
        assert ask(server, "GET", path, MASTER)["mobilePhoneNumber"] == "18612349000"
        expect(page.locator("[name=mobilePhoneNumber]")).to_have_value("18612349001")
        expect(page.locator("dl.facts").first).to_contain_text("18612349000")
        page.get_by_role("button", name="Set number").click()
        expect(page.get_by_role("status")).to_have_text("The number is set.")
        expect(theirs).to_have_count(0)
        assert ask(server, "GET", path, MASTER)["mobilePhoneNumber"] == "18612349001"


def test_what_users_wrote_is_shown_as_text(open_page: Open, server: Server) -> None:
    name = HOSTILE
    signed_up(server, name, bio=MARKUP, more={"a": [MARKUP]})
    with open_page(ENGLISH) as page:
        show(page, name)

        expect(page.locator("dl.facts")).to_contain_text(MARKUP)
        page.get_by_role("button", name="Delete").click()
        expect(page.locator("dialog h2")).to_contain_text("<img")
        assert page.locator("main img, main script").count() == 0
