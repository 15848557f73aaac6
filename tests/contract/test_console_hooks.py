"""The console's hooks in a browser: who is told, and what is done about what nobody took."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Page, expect

from chalicelib.api.console.page import version
from chalicelib.domain.events import EventType
from chalicelib.domain.hook_deliveries import DeliveryState
from chalicelib.domain.hooks import HookKind
from chalicelib.local.pump import Pump
from tests.conftest import Desk, opened
from tests.console import ENGLISH, READERS, Open, accessible, look, open_page, reader
from tests.gateways import served
from tests.hooks import Receiver, pumped, receiving

pytestmark = pytest.mark.sdk

__all__ = ["open_page", "reader"]  # fixtures

ASSETS = f"/console/assets/{version()}"
KEY = "hook-key-of-the-engine"
NAME = '"><img src=x>'


@dataclass
class Site:
    """A desk of this process, at an address: so the clock of its past can be another."""

    url: str
    desk: Desk
    receiver: Receiver
    people: Iterator[int]

    def hooks(self) -> dict[str, dict[str, Any]]:
        return {one["name"]: one for one in self.desk.console.get("hooks").json["hooks"]}

    def set(self, name: str, **fields: Any) -> None:
        answer = self.desk.console.ask("PUT", f"hooks/{name}", **fields)
        assert answer.code == 0, answer.json

    def states(self) -> dict[str, int]:
        found = {
            state: len(self.desk.console.find("deliveries", state=state).json["deliveries"])
            for state in DeliveryState
        }
        return {state: many for state, many in found.items() if many}

    def dead(self, many: int) -> None:
        """Let that many dead letters be all there is."""
        for state in DeliveryState:
            for one in self.desk.console.find("deliveries", state=state).json["deliveries"]:
                self.desk.console.post(f"deliveries/{one['id']}/drop")
        self.set("engine", kind="url", address=self.receiver.address, key=KEY)
        self.receiver.status = 404
        with time_machine.travel(datetime.now(UTC) - timedelta(hours=26), tick=False) as clock:
            pump = Pump()
            for _ in range(many):
                phone = f"+86186{next(self.people):08}"
                assert self.desk.send(phone) == 0
                answer = self.desk.door.post(
                    "usersByMobilePhone",
                    mobilePhoneNumber=phone,
                    smsCode=self.desk.code(phone),
                    username=f"{NAME}{phone}",
                )
                assert answer.code == 0, answer.json
                pumped(self.desk, pump)
                clock.shift(timedelta(seconds=1))
            clock.shift(timedelta(hours=24, minutes=6))
            for _ in range(many + 5):  # a hook that is out of order is spared the next ones
                pumped(self.desk, pump)
                clock.shift(timedelta(minutes=6))
        self.receiver.status = 200
        self.receiver.requests.clear()
        assert self.states()["dead"] == many, self.states()


@pytest.fixture(scope="module")
def server() -> Iterator[Site]:
    opening = opened("limit_number= limit_signature=")
    with opening as desk, receiving() as receiver, served() as url:
        yield Site(url, desk, receiver, iter(range(10**8)))


@pytest.fixture(autouse=True)
def no_hooks(server: Site) -> None:
    for name in server.hooks():
        server.desk.console.ask("DELETE", f"hooks/{name}")


def add(page: Page) -> None:
    page.locator("section > button.first").click()


def told(page: Page) -> Any:
    return page.locator("main [role=status]").first


def test_every_kind_event_and_state_has_words_in_both_languages(open_page: Open) -> None:
    with open_page(ENGLISH) as page:
        words = page.evaluate(f"import('{ASSETS}/words/hooks.js').then(one => ({{...one}}))")
        events = page.evaluate(f"import('{ASSETS}/hooks.js').then(one => one.EVENTS)")

    assert sorted(events) == sorted(EventType)
    for language in ("en", "zh"):
        assert {f"event.{one}" for one in EventType} <= {*words[language]}
        assert {f"hook.kind.{one}" for one in HookKind} <= {*words[language]}
        assert {f"deliveries.state.{one}" for one in DeliveryState} <= {*words[language]}


def test_a_hook_is_added_changed_and_removed(open_page: Open, server: Site, reader: str) -> None:
    with open_page(reader) as page:
        look(page, "hooks")
        add(page)
        expect(page.locator("[name=name]")).to_be_focused()
        accessible(page, READERS[reader]["width"])
        page.keyboard.type("engine")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.type("https://engine.example.com")
        page.keyboard.press("Tab")
        page.keyboard.type(KEY)
        page.locator("[name=events][value=sent]").check()
        page.keyboard.press("Enter")
        expect(told(page)).to_contain_text("engine")
        expect(page.locator("#hooks-list")).to_be_focused()
        assert server.hooks()["engine"] == {
            "name": "engine",
            "kind": "url",
            "address": "https://engine.example.com",
            "events": ["phone_verified", "sent"],
            "hasKey": True,
        }
        accessible(page, READERS[reader]["width"])
        assert KEY not in page.content()

        change, remove = page.locator(".hooks button").all()
        change.click()
        page.locator("[name=address]").fill("https://other.example.com")
        page.locator("[name=events][value=phone_verified]").uncheck()
        page.locator("form.panel button.first").click()
        expect(page.locator(".hooks")).to_contain_text("https://other.example.com")
        assert server.hooks()["engine"]["events"] == ["sent"]
        assert server.hooks()["engine"]["hasKey"], "the key stays if none is typed"

        remove.click()
        dialog = page.get_by_role("dialog")
        accessible(page, READERS[reader]["width"])
        page.keyboard.press("Escape")
        expect(page.locator("dialog")).to_have_count(0)
        expect(remove).to_be_focused()
        assert server.hooks()
        remove.click()
        dialog.locator("button.first").click()
        expect(page.locator(".hooks li")).to_have_count(0)
        expect(page.locator("#hooks-list")).to_be_focused()
    assert not server.hooks()


@pytest.mark.parametrize(
    ("kind", "fields", "field", "said"),
    [
        ("url", {"name": "A!", "address": "https://a.example", "key": "k"}, "name", "a letter"),
        ("url", {"name": "a", "address": "ftp://a.example", "key": "k"}, "address", "https"),
        ("url", {"name": "a", "address": "https://a.example.com"}, "key", "hook key"),
        ("function", {"name": "a", "address": "mine"}, "address", "countersign-"),
        ("bus", {"name": "a", "address": ""}, "address", "needed"),
    ],
)
def test_a_refusal_stands_beside_its_field(
    open_page: Open, server: Site, kind: str, fields: dict[str, str], field: str, said: str
) -> None:
    with open_page(ENGLISH) as page:
        look(page, "hooks")
        add(page)
        page.locator("[name=kind]").select_option(kind)
        for name, text in fields.items():
            page.locator(f"[name={name}]").fill(text)
        page.locator("form.panel button.first").click()

        expect(page.locator(f"#fault-{field}")).to_contain_text(said)
        expect(page.locator(f"[name={field}]")).to_be_focused()
    assert not server.hooks()


def test_a_hook_without_events_is_refused_beside_them(open_page: Open, server: Site) -> None:
    with open_page(ENGLISH) as page:
        look(page, "hooks")
        add(page)
        page.locator("[name=name]").fill("a")
        page.locator("[name=kind]").select_option("bus")
        page.locator("[name=address]").fill("default")
        page.locator("[name=events]:checked").uncheck()
        page.locator("form.panel button.first").click()
        expect(page.locator("#fault-events")).to_contain_text("list of 1 to 11")
        accessible(page, 1440)


def test_a_new_hook_takes_no_other_ones_place(open_page: Open, server: Site) -> None:
    server.set("shop", kind="bus", address="default")
    with open_page(ENGLISH) as page:
        look(page, "hooks")
        add(page)
        page.locator("[name=name]").fill("shop")
        page.locator("[name=kind]").select_option("function")
        page.locator("[name=address]").fill("countersign-shop")
        page.locator("form.panel button.first").click()
        expect(page.locator("#fault-name")).to_contain_text("There is a hook")
    assert server.hooks()["shop"]["kind"] == "bus"


@pytest.mark.parametrize("new", [False, True], ids=["changed", "made"])
def test_what_somebody_else_saved_is_shown_and_not_overwritten(
    open_page: Open, server: Site, reader: str, new: bool
) -> None:
    if not new:
        server.set("shop", kind="bus", address="default")
    with open_page(reader) as theirs, open_page(reader) as mine:
        for page, address in ((theirs, "countersign-theirs"), (mine, "countersign-mine")):
            look(page, "hooks")
            if new:
                add(page)
                page.locator("[name=name]").fill("shop")
                page.locator("[name=kind]").select_option("bus")
            else:
                page.locator(".hooks button").first.click()
            page.locator("[name=address]").fill(address)
        theirs.locator("form.panel button.first").click()
        expect(told(theirs)).to_contain_text("shop")

        mine.locator("form.panel button.first").click()

        expect(mine.locator("form.panel [role=alert]")).to_contain_text(
            re.compile("Somebody|其他人")
        )
        expect(mine.locator(".theirs")).to_contain_text("countersign-theirs")
        expect(mine.locator("[name=address]")).to_have_value("countersign-mine")
        assert server.hooks()["shop"]["address"] == "countersign-theirs"
        accessible(mine, READERS[reader]["width"])
        mine.locator("form.panel button.first").click()
        expect(told(mine)).to_contain_text("shop")
    assert server.hooks()["shop"]["address"] == "countersign-mine"


def test_a_hook_that_was_changed_meanwhile_is_not_removed(open_page: Open, server: Site) -> None:
    server.set("shop", kind="bus", address="default")
    with open_page(ENGLISH) as page:
        look(page, "hooks")
        expect(page.locator(".hooks li")).to_have_count(1)
        server.set("shop", kind="bus", address="countersign-other")
        page.locator(".hooks button").last.click()
        page.get_by_role("dialog").locator("button.first").click()

        expect(page.locator("main [role=alert]")).to_contain_text("It was not removed")
        expect(page.locator(".hooks")).to_contain_text("countersign-other")
    assert server.hooks()


def test_a_setting_changed_meanwhile_is_in_nobodys_way(open_page: Open, server: Site) -> None:
    server.set("shop", kind="bus", address="default")
    with open_page(ENGLISH) as page:
        look(page, "hooks")
        page.locator(".hooks button").first.click()
        page.locator("[name=address]").fill("countersign-mine")
        version = server.desk.console.get("settings").json["version"]
        server.desk.console.ask("PUT", "settings", version=version, settings={"company": version})
        page.locator("form.panel button.first").click()
        expect(told(page)).to_contain_text("saved")
    assert server.hooks()["shop"]["address"] == "countersign-mine"


def test_a_dead_letter_is_read_and_replayed(open_page: Open, server: Site, reader: str) -> None:
    server.dead(1)
    with open_page(reader) as page:
        look(page, "hooks")
        rows = page.locator("section").last.locator("tbody tr")
        expect(rows).to_have_count(1)
        expect(rows).to_contain_text(re.compile("(has no such function.|没有这个函数。) HTTP 404"))
        rows.locator("a").click()
        expect(page.locator(".facts code", has_text="HTTP 404")).to_be_visible()

        body = json.loads(page.locator("pre").inner_text())
        assert body["type"] == "sms"
        assert body["object"]["username"].startswith(NAME)
        assert page.locator("main img").count() == 0
        accessible(page, READERS[reader]["width"])
        page.locator("main .row button.first").click()
        expect(told(page)).not_to_be_empty()
        assert server.states()["due"] == 1
        pumped(server.desk)
        assert server.receiver.requests[-1][2]["event"] == body["event"]

        page.reload()
        expect(page.locator(".facts dd").first).to_have_text(re.compile("Delivered|已投递"))
        expect(page.locator("main .row button")).to_have_count(1)  # nobody drops what was delivered


def test_a_dead_letter_is_dropped_once_it_was_asked(
    open_page: Open, server: Site, reader: str
) -> None:
    server.dead(1)
    with open_page(reader) as page:
        look(page, "hooks")
        page.locator("section").last.locator("tbody a").click()
        drop = page.locator("main .row button").last
        drop.click()
        expect(page.get_by_role("dialog")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("dialog")).to_have_count(0)
        expect(drop).to_be_focused()
        assert server.states()["dead"] == 1
        page.keyboard.press("Enter")
        page.get_by_role("dialog").locator("button.first").click()
        expect(page.locator(".facts dd").first).to_have_text(re.compile("Dropped|已丢弃"))
    assert "dead" not in server.states()


@pytest.mark.parametrize(("place", "verb"), [(0, "replay"), (1, "drop")])
def test_all_dead_letters_are_dealt_with_at_once(
    open_page: Open, server: Site, reader: str, place: int, verb: str
) -> None:
    server.dead(3)
    with open_page(reader) as page:
        look(page, "hooks")
        both = page.locator("section").last.locator(".row:not(.search) button")
        both.nth(place).click()
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("3")
        accessible(page, READERS[reader]["width"])
        page.keyboard.press("Escape")
        expect(page.locator("dialog")).to_have_count(0)
        assert server.states()["dead"] == 3

        shown = page.locator("section").last.locator("tbody a")
        newest = shown.evaluate_all("links => links.map(link => link.hash.split('/')[1])")
        acted: list[str] = []
        page.on("request", lambda one: acted.append(one.url) if one.method == "POST" else None)
        both.nth(place).click()
        dialog.locator("button.first").click()
        expect(page.locator("section").last.get_by_role("status").first).to_contain_text("3")
        expect(page.locator("section").last.locator("tbody tr")).to_have_count(0)
        assert "dead" not in server.states()
        assert [url.split("/")[-2] for url in acted] == newest[::-1], "as they happened"
        if verb == "replay":
            page.locator("section select").select_option("due")
            expect(page.locator("section").last.locator("tbody tr")).to_have_count(3)
            pumped(server.desk)
            assert len(server.receiver.requests) == 3


def test_deliveries_are_shown_page_by_page(open_page: Open, server: Site) -> None:
    server.set("engine", kind="url", address=server.receiver.address, key=KEY, events=["sent"])
    for _ in range(101):
        assert server.desk.send(f"+86187{next(server.people):08}") == 0
    pumped(server.desk)
    with open_page(ENGLISH) as page:
        look(page, "hooks")
        page.locator("section select").select_option("delivered")
        rows = page.locator("section").last.locator("tbody tr")
        expect(rows).to_have_count(100)
        expect(rows.first).to_contain_text("It was told. HTTP 200")
        page.get_by_role("button", name="More").click()
        expect(rows.nth(100)).to_be_visible()
        ids = rows.evaluate_all("rows => rows.map(row => row.querySelector('a').hash)")
        assert len(set(ids)) == len(ids)
        expect(page.get_by_role("button", name="More")).to_have_count(0)
