"""The console whole, in a browser: what official SDKs did at a desk is seen in every tab of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from chalicelib.api.console.page import ASSETS, version
from chalicelib.local.embedded import APP_KEY, TEST_NUMBERS
from tests.console import (
    READERS,
    Open,
    accessible,
    asked,
    begin,
    enter,
    heard,
    open_page,
    read,
    reader,
)
from tests.sdks import Sdk, connecting
from tests.server import Server, running

pytestmark = pytest.mark.sdk

__all__ = ["open_page", "reader"]  # fixtures

CODES = ["18612340001", "18612340002", "18612340003"]
BUYER, TOM = "18612340004", "18612340005"
SOURCE, TEXT = "您的订单{{order_id}}已发货。", "【小店】您的订单7已发货。"

#: What the page says in words, and not in a text that somebody else has written.
_SAID = """() => {
  const root = document.documentElement
  const ours = (element) => element?.closest('[lang]') === root
  const found = [document.title]
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (texts.nextNode()) {
    if (ours(texts.currentNode.parentElement)) found.push(texts.currentNode.data.trim())
  }
  for (const name of ['aria-label', 'title', 'placeholder', 'alt']) {
    for (const one of document.querySelectorAll(`[${name}]`)) {
      if (ours(one)) found.push(one.getAttribute(name))
    }
  }
  return found.filter(Boolean)
}"""
_WORDS = """async (names) => {
  const words = { en: [], zh: [] }
  const keep = (said, language) => {
    if (typeof said === 'string') words[language]?.push(said)
    else for (const [key, one] of Object.entries(said)) keep(one, language ?? (words[key] && key))
  }
  for (const name of names) keep({ ...(await import(`/console/assets/VERSION/words/${name}`)) })
  return words
}""".replace("VERSION", version())


@dataclass(frozen=True)
class Done:
    """What was done, as the page's addresses name it."""

    record: str
    signature: str
    user: str
    delivery: str


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A desk where a person reviews, and a text to China costs five cents of a balance."""
    settings = "review=manual prepaid=true daily_cap=9 prices=CN=0.05"
    free = "limit_number= limit_signature="
    with running(tmp_path_factory.mktemp("desk"), SETTINGS=f"{settings} {free}") as server:
        yield server


@pytest.fixture(scope="module")
def done(server: Server) -> Done:
    """Codes, a message of a template and a sign-up, each by an official SDK."""
    asked(server, "POST", "balance", amount="3")
    made = asked(server, "POST", "signatures", name="Shop", text="小店")
    signature = made["signature"]["id"]
    asked(server, "POST", f"signatures/{signature}/approve", version=made["version"])
    made = asked(server, "POST", "templates", name="Order", kind="notice", source=SOURCE)
    asked(server, "POST", "templates/Order/approve", version=made["version"])
    asked(server, "POST", "templates", name="Later", kind="notice", source="Later.")
    with connecting(lambda: server, lambda *_: pytest.fail("no page is needed")) as connect:
        python: Sdk = connect("python", APP_KEY)
        node: Sdk = connect("node", APP_KEY)
        for place, phone in enumerate(CODES):
            sdk = (python, node)[place % 2]
            sdk("send", phone=phone)
            if place:
                sdk("verify", phone=phone, code=server.code_to(phone))
        node("send_with", phone=BUYER, template="Order", sign="Shop", order_id="7")
        python("send", phone=TOM)
        user = python("enter", phone=TOM, code=server.code_to(TOM))["objectId"]
    [record] = asked(server, "GET", f"records?phone={BUYER}")["records"]
    return Done(record["id"], signature, user, heard(server, "phone_verified"))


def facts(done: Done) -> dict[str, list[tuple[str, str | list[str]]]]:
    """Of each place what stands there: a part of the text, or all texts, of what is named."""
    bill, usual = r"\$0\.25", ("5", "3", "3", "60 %", "0")
    return {
        "overview": [
            (".sums:first-of-type dd", ["5", "3", "3", "60 %", "0", bill]),
            (".attention", "Later"),
            ("tr:has(:text-matches('^(China|中国)$')) td", ["China|中国", *usual, bill]),
            ("tr:has-text('inbox') td", ["inbox", "5", "3", "3", "60 %", "0", bill]),
            ("tr:has-text('Order') td", ["Order", "1", "0", "0", "0 %", "0", r"\$0\.05"]),
        ],
        "records": [
            ("tbody tr .state.verified", ["Verified|验证成功"] * 3),
            ("tbody tr:has-text('Order')", r"\+86186\*{4}0004"),
            *((f"tbody tr:has-text('{phone[-4:]}')", "inbox") for phone in CODES),
        ],
        f"records/{done.record}": [
            ("q", TEXT),
            (".timeline", "Taken by the sender|渠道商已接收"),
            ("dl.facts", r"(Allowed|放行).*127\.0\.0\.1"),
        ],
        "templates": [
            ("tr:has-text('Order')", "In use|使用中"),
            ("tr:has-text('Later')", "Waiting|待审核"),
        ],
        "templates/Order": [(".version .bubble", re.escape(SOURCE))],
        "signatures": [("tr:has-text('Shop')", "【小店】.*(In use|使用中)")],
        f"signatures/{done.signature}": [("h2", "【小店】"), ("dl.facts", "Shop")],
        "send": [(".bubble", TEXT), ("tbody tr", rf"\+86{BUYER}.*\$0\.05.*(China|中国)")],
        f"users/{done.user}": [
            ("h2 >> nth=0", TOM),
            ("dl.facts", rf"{done.user}.*{TOM} \((verified|已验证)\)"),
        ],
        "settings": [("h2", "Service|服务开关")],
        "settings/captcha": [("h2", "Captcha|图形验证码")],
        "settings/limits": [(".setting:has(#setting-limit_number)", "No limit|不限制")],
        "settings/defence": [("h2", "Against pumping|防刷")],
        "settings/sending": [("h2", "routes|路由")],
        "settings/texts": [("#setting-default_signature", "Shop")],
        "settings/money": [("main", r"\$2\.75.*\$0\.25")],
        "settings/users": [("h2", "Users|用户")],
        "settings/hooks": [("h2", "Hooks|钩子")],
        "hooks": [("tbody tr:has-text('desk')", "verified|验证")],
        f"hooks/{done.delivery}": [
            ("pre", rf'"objectId": "{done.user}".*"mobilePhoneVerified": true'),
        ],
    }


def compose(page: Page) -> None:
    """Write what was sent once more, and look at it."""
    page.locator('nav [href="#send"]').click()
    page.locator("[name=template]").select_option("Order")
    page.locator("[name=sign]").select_option("Shop")
    page.locator("[name='variable.order_id']").fill("7")
    page.locator("[name=numbers]").fill(BUYER)


def find(page: Page) -> None:
    """Look Tom up."""
    page.locator('nav [href="#users"]').click()
    page.locator("[name=typed]").fill(TOM)
    page.keyboard.press("Enter")


def choose(page: Page) -> None:
    """Look at what hooks have been told."""
    page.locator('nav [href="#hooks"]').click()
    page.locator("section select").select_option("delivered")


def test_all_that_was_done_is_seen_in_its_tab(
    open_page: Open, server: Server, done: Done, reader: str
) -> None:
    ways = {"send": compose, f"users/{done.user}": find, "hooks": choose}
    with open_page(reader) as page:
        enter(page)
        for place, expected in facts(done).items():
            if place in ways:
                ways[place](page)
            else:
                page.locator(f'a[href="#{place}"]').first.click()
            for selector, text in expected:
                found = page.locator(selector)
                if isinstance(text, str):
                    expect(found.first, place).to_contain_text(re.compile(text, re.DOTALL))
                else:
                    expect(found, place).to_have_text([re.compile(one) for one in text])
            right(page, server, reader)


def test_the_demo_is_seen_through(open_page: Open, server: Server, reader: str) -> None:
    [(phone, code)] = re.findall(r"(.*)=(.*)", TEST_NUMBERS)
    with open_page(reader) as page:
        begin(page, server)
        right(page, server, reader)
        read(page, server)
        page.locator("[name=phone]").fill(phone)
        page.keyboard.press("Enter")
        expect(page.locator("[name=code]")).to_be_visible()
        right(page, server, reader)
        page.locator("[name=code]").fill(code)
        page.keyboard.press("Enter")
        expect(page.locator(".verified")).to_contain_text(phone)
        right(page, server, reader)


def right(page: Page, server: Server, reader: str) -> None:
    """Everybody can read it, and all of it in the reader's language."""
    accessible(page, READERS[reader]["width"])
    chinese = READERS[reader]["locale"] == "zh-CN"
    words = page.evaluate(_WORDS, [path.name for path in (ASSETS / "words").iterdir()])
    words["en"] += asked(server, "GET", "settings")["help"].values()
    mine, theirs = (words["zh"], words["en"]) if chinese else (words["en"], words["zh"])
    whole = {*theirs} - {*mine}
    parts = [part.strip() for one in whole for part in re.split(r"\{\w+\}", one)]
    # A shorter one, or the name of a call, may stand in any text.
    sentence = r".{4,}\s.{4,}" if chinese else ".{4,}"
    sentences = [part for part in parts if re.search(sentence, part)]
    for said in page.evaluate(_SAID):
        assert said not in whole, page.url
        assert [one for one in sentences if one in said] == [], page.url
