"""What others wrote, in a browser: wherever the API takes a text, the console shows text."""

import json
import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from chalicelib.domain.settings import NAMES, SECRETS, Settings
from tests.console import ENGLISH, Open, asked, heard, look, open_page
from tests.reviews import SIGNATURES, TEMPLATES
from tests.server import Server, running
from tests.wire import KEY, MASTER

pytestmark = pytest.mark.sdk

__all__ = ["open_page"]  # a fixture

#: Would be an element, in a text and in an attribute; short enough for the shortest of fields.
STORED = '"><img><script>'
PHONE, USER = "18612340000", "18612340001"

#: The API takes it for none of these.
NO_TEXTS = [
    ("POST", "templates", {"name": STORED, "kind": "notice", "source": "x"}),
    ("POST", "templates", {"name": "a", "kind": STORED, "source": "x"}),
    ("POST", "signatures", {"name": "a", "text": STORED}),
    ("PUT", f"hooks/{quote(STORED)}", {"kind": "bus", "address": "default"}),
    ("PUT", "hooks/a", {"kind": "bus", "address": STORED}),
    ("PUT", "hooks/a", {"kind": "bus", "address": "default", "events": [STORED]}),
    ("POST", "balance", {"amount": STORED}),
]

#: Places, and what there must show it: texts of elements, or the value of a control.
PLACES = [
    ("overview", [".attention"]),
    ("records/{record}", ["q"]),
    ("templates", ["tbody .excerpt"]),
    ("templates/Both", [".version .bubble", ".version dl.facts", ".reasons", "[aria-labelledby]"]),
    ("templates/Both/edit", ["[name=source]", "[name=note]", "input.id"]),
    ("signatures", ["tr:last-child a", "tr:last-child .excerpt"]),
    ("signatures/{used}", ["dl.facts"]),
    ("signatures/{rejected}", ["dl.facts", ".reasons"]),
    ("signatures/{rejected}/edit", ["[name=note]"]),
    (f"signatures/+/{quote(STORED)}", ["[name=name]"]),
    ("users/{user}", ["h2", "dl.facts"]),
    ("hooks/{delivery}", ["pre"]),
    (f"users/{quote(STORED)}", ["main [role=status]:not([hidden])"]),
    (f"templates/{quote(STORED)}", ["main [role=status]:not([hidden])"]),
    (f"records/{quote(STORED)}", []),
    (f"signatures/{quote(STORED)}", []),
    (f"settings/{quote(STORED)}", []),
    (f"hooks/{quote(STORED)}", []),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A desk where a person reviews, and nobody is held up."""
    settings = "review=manual limit_number= limit_signature="
    with running(tmp_path_factory.mktemp("desk"), SETTINGS=settings) as server:
        yield server


@pytest.fixture(scope="module")
def stored(server: Server) -> dict[str, str]:
    """It is in every field that takes it; the names of what holds it."""
    registered = {"aliyun": {"id": STORED, "parameters": ["x"]}}
    version = {"source": f"{STORED}{{{{x}}}}", "note": STORED, "registered": registered}
    TEMPLATES.made(server, name="Both", **version)
    TEMPLATES.changed(server, "Both", "approve")
    ask(server, "POST", "requestSmsCode", mobilePhoneNumber=PHONE, template="Both", x=STORED)
    version |= {"source": f"{STORED}{STORED}{{{{x}}}}", "note": f"{STORED}!"}
    TEMPLATES.changed(server, "Both", "submit", **version)
    TEMPLATES.changed(server, "Both", "reject", reasons=[STORED])
    used, rejected, _ = (SIGNATURES.made(server, name=STORED, note=STORED) for _ in range(3))
    SIGNATURES.changed(server, used, "approve")
    SIGNATURES.changed(server, rejected, "reject", reasons=[STORED])
    [record] = asked(server, "GET", f"records?phone={PHONE}")["records"]
    ask(server, "POST", "requestSmsCode", mobilePhoneNumber=USER, name=STORED, op=STORED)
    fields = {"username": STORED, "email": f"{STORED}@example.com", "bio": STORED}
    code = server.code_to(USER)
    said = {"mobilePhoneNumber": USER, "smsCode": code, "more": [{"a": STORED}], **fields}
    user = ask(server, "POST", "usersByMobilePhone", **said)
    return {
        "record": record["id"],
        "used": used,
        "rejected": rejected,
        "user": user["objectId"],
        "delivery": heard(server, "phone_verified"),
    }


def ask(server: Server, method: str, path: str, **fields: object) -> dict[str, str]:
    """What the clients' API answers."""
    answer = server.ask(method, f"/1.1/{path}", json.dumps(fields).encode(), KEY)
    assert answer.status < 300, answer.raw
    found: dict[str, str] = answer.json
    return found


def shown(page: Page, selector: str, place: str) -> None:
    """It is there, as a control's value or as text."""
    found, text = page.locator(selector).first, re.compile(re.escape(STORED))
    expect(found, f"{selector} of {place}").to_be_visible()
    if found.evaluate("one => 'value' in one && one.matches('input, select, textarea')"):
        expect(found, place).to_have_value(text)
    else:
        expect(found, place).to_contain_text(text)


def no_element(page: Page) -> None:
    """None was made of it."""
    assert page.locator("main img, main script").count() == 0, page.url


@pytest.mark.parametrize(("place", "selectors"), PLACES)
def test_what_was_stored_is_shown_as_text(
    open_page: Open, stored: dict[str, str], place: str, selectors: list[str]
) -> None:
    with open_page(ENGLISH) as page:
        look(page, place.format_map(stored))
        expect(page.locator("main h1 ~ *").first).to_be_attached()
        expect(page.get_by_text("Loading", exact=False)).to_have_count(0)

        for selector in selectors:
            shown(page, selector, place)
        no_element(page)


def test_settings_that_take_a_text_show_text(open_page: Open, server: Server) -> None:
    def takes(name: str) -> bool:
        try:
            return bool(Settings().set(name, STORED))
        except ValueError:
            return False

    texts = {name: STORED for name in NAMES if takes(name) and name not in SECRETS}
    texts |= {name: f"+88017* # {STORED}" for name in ("safe_list", "block_list")}
    assert {"company", "opt_out_zh", "marketing_words", "captcha_site_key"} <= {*texts}
    signature = SIGNATURES.made(server, name=STORED)
    SIGNATURES.changed(server, signature, "approve")
    version = asked(server, "GET", "settings")["version"]
    asked(server, "PUT", "settings", version=version, settings=texts)
    seen = set()
    with open_page(ENGLISH) as page:
        look(page, "settings")
        expect(page.locator(".setting").first).to_be_visible()
        for group in page.locator(".groups a").all():
            group.click()
            expect(group).to_have_attribute("aria-current", "true")
            for name in texts:
                if page.locator(f"#setting-{name}").count():
                    shown(page, f"#setting-{name}", page.url)
                    seen.add(name)
            no_element(page)
    assert seen == {*texts}


def test_what_is_typed_is_shown_as_text(open_page: Open) -> None:
    with open_page(ENGLISH) as page:
        look(page, "users")
        page.locator("[name=by]").select_option("username")
        page.locator("[name=typed]").fill(f"{STORED}!")
        page.keyboard.press("Enter")

        shown(page, "form [role=status]", "users")
        no_element(page)


@pytest.mark.parametrize(("method", "path", "fields"), NO_TEXTS)
def test_what_is_no_text_is_refused(
    server: Server, method: str, path: str, fields: dict[str, object]
) -> None:
    answer = server.ask(method, f"/console/api/{path}", json.dumps(fields).encode(), MASTER)

    assert answer.status == 400, answer.raw
    assert "field" in answer.json
