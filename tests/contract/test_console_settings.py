"""The console's settings in a browser: said in words, changed one by one, and never overwritten."""

import ast
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from chalicelib.api.console.page import version
from chalicelib.domain import errors, user_errors
from chalicelib.domain.settings import NAMES, Settings
from chalicelib.local.embedded import APP_ID, MASTER_KEY
from tests.console import MARKUP, READERS, Open, accessible, enter, open_page, reader
from tests.server import ROOT, Server, running

pytestmark = pytest.mark.sdk

__all__ = ["open_page", "reader"]  # fixtures

ENGLISH = "wide, English, light"
GROUPS = [
    *("service", "captcha", "limits", "defence", "sending", "texts", "money", "users", "hooks"),
]
ASSETS = f"/console/assets/{version()}"
_HEADERS = {"X-LC-Id": APP_ID, "X-LC-Key": f"{MASTER_KEY},master"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A desk that is paid from a balance."""
    with running(tmp_path_factory.mktemp("desk"), SETTINGS="prepaid=true") as server:
        yield server


def asked(server: Server, method: str, path: str, **fields: Any) -> dict[str, Any]:
    """What the administrator's API answers."""
    body = json.dumps(fields).encode() if fields else None
    answer = server.ask(method, f"/console/api/{path}", body, _HEADERS)
    assert answer.status < 300, answer.raw
    found: dict[str, Any] = json.loads(answer.raw)
    return found


def put(server: Server, **settings: str) -> None:
    """Change settings as somebody else would."""
    version = asked(server, "GET", "settings")["version"]
    asked(server, "PUT", "settings", version=version, settings=settings)


def stored(server: Server, name: str) -> str:
    return str(asked(server, "GET", "settings")["settings"][name])


@contextmanager
def refused(page: Page, reader: str = ENGLISH, *, status: str = "4(00|04|09)") -> Iterator[Page]:
    """A page of another context, of whose refusals Chromium may tell: the page explains them."""
    browser = page.context.browser
    assert browser is not None
    said = READERS[reader]
    context = browser.new_context(
        viewport={"width": said["width"], "height": 900},
        locale=said["locale"],
        color_scheme=said["color_scheme"],
    )
    other, faults = context.new_page(), []
    other.on("pageerror", lambda fault: faults.append(str(fault)))
    other.on("console", lambda told: faults.append(told.text) if told.type == "error" else 0)
    other.goto(page.url)
    yield other
    context.close()
    assert [
        fault for fault in faults if not re.search(f"status of {status}|ERR_FAILED", fault)
    ] == []


def go(page: Page, group: str) -> None:
    """Come in, if need be, and look at a group."""
    if page.locator("[name=master]").count():
        enter(page)
    expect(page.locator("nav a").first).to_be_visible()
    page.evaluate("hash => { location.hash = hash }", f"settings/{group}")
    expect(page.locator(f'.groups [href="#settings/{group}"][aria-current]')).to_be_visible()
    expect(page.locator(".setting").first).to_be_visible()


def setting(page: Page, name: str) -> Any:
    return page.locator(".setting", has=page.locator(f"#setting-{name}"))


def save(page: Page) -> None:
    page.locator(".bar button.first").click()
    expect(page.locator(".bar [role=status]")).to_have_text(re.compile("Saved|已保存"))


def test_every_setting_has_a_group_a_default_and_both_languages(
    open_page: Open, server: Server
) -> None:
    with open_page(ENGLISH) as page:
        groups = page.evaluate(f"import('{ASSETS}/catalogue.js').then(one => one.GROUPS)")
        frame, words, helps = page.evaluate(
            "Promise.all(['settings', 'catalogue', 'helps'].map("
            f"name => import(`{ASSETS}/words/${{name}}.js`).then(one => ({{...one}}))))"
        )

    placed = [name for group in groups.values() for name in group]
    assert list(groups) == GROUPS
    assert sorted(placed) == sorted(NAMES)
    assert {f"settings.group.{group}" for group in groups} <= {*frame["en"]} & {*frame["zh"]}
    assert {f"setting.{name}" for name in NAMES} <= {*words["en"]} & {*words["zh"]}
    read = asked(server, "GET", "settings")
    assert read["defaults"] == Settings().texts()
    assert {*helps["zh"]} == {*NAMES}
    assert {*helps["en"]} | {*read["help"]} == {*NAMES}


def test_a_control_offers_what_a_setting_takes_and_no_more(open_page: Open) -> None:
    with open_page(ENGLISH) as page:
        groups = page.evaluate(f"import('{ASSETS}/catalogue.js').then(one => one.GROUPS)")
        words = page.evaluate(f"import('{ASSETS}/words/catalogue.js').then(one => ({{...one}}))")

    for name, (kind, *more) in {n: s for g in groups.values() for n, s in g.items()}.items():
        takes = Settings().set
        if kind == "switch":
            assert isinstance(getattr(Settings(), name), bool)
        elif kind == "number":
            takes(name, str(more[0]["min"]))
            takes(name, str(more[0]["max"]))
            for beyond in (more[0]["min"] - 1, more[0]["max"] + 1):
                with pytest.raises(ValueError, match=name):
                    takes(name, str(beyond))
        elif kind in ("choice", "several"):
            with pytest.raises(ValueError, match=name) as all_there_are:
                takes(name, "?")
            said = re.sub(r".* of (.*): .*", r"\1", str(all_there_are.value))
            assert sorted(more[0]) == sorted(said.split(", "))
            choices = {f"choice.{name}.{one}" for one in more[0]}
            assert choices <= {*words["en"]} & {*words["zh"]}
        takes(name, Settings().texts()[name])


@pytest.mark.parametrize("group", GROUPS)
def test_everybody_can_read_it(open_page: Open, reader: str, group: str) -> None:
    with open_page(reader) as page:
        go(page, group)
        for shown in page.locator(".setting").all():
            expect(shown.locator("[id^=help-]")).not_to_be_empty()
            expect(shown.locator("strong")).not_to_contain_text("setting.")

        accessible(page, READERS[reader]["width"])


@pytest.mark.parametrize(
    ("name", "act", "text"),
    [
        ("captcha_required", lambda one: one.check(), "true"),
        ("record_days", lambda one: one.fill("90"), "90"),
        ("company", lambda one: one.fill(MARKUP), MARKUP),
        ("balance_alarm", lambda one: one.fill("2.5"), "2.5"),
        ("review", lambda one: one.select_option("manual"), "manual"),
        ("prices", lambda one: one.fill("CN=0.05, US/voice=0.02"), "CN=0.05, US/voice=0.02"),
        ("limit_voice", lambda one: one.fill("2/1m"), "2/1m"),
        ("destinations", lambda one: one.fill("CN; login: *, -US"), "CN; login: *, -US"),
        ("defence", lambda one: one.select_option("watch"), "watch"),
        ("budget_floor", lambda one: one.fill("100000"), "100000"),
        ("refused_lines", lambda one: one.get_by_role("checkbox").first.check(), "landline"),
        (
            "on_verified",
            lambda one: one.get_by_role("checkbox").nth(1).uncheck(),
            "verify, sign_up, reset",
        ),
        ("marketing_hours", lambda one: one.locator("input").first.fill("10:00"), "10:00-21:00"),
    ],
)
def test_a_setting_is_changed_alone_and_restored(
    open_page: Open, server: Server, name: str, act: Any, text: str
) -> None:
    default = Settings().texts()[name]
    with open_page(ENGLISH) as page:
        go(page, group_of(page, name))
        row = setting(page, name)
        expect(row.locator(".differs")).to_have_count(0)

        act(page.locator(f"#setting-{name}"))
        with page.expect_request(lambda one: one.method == "PUT") as request:
            save(page)

        assert request.value.post_data_json == {"settings": {name: text}}
        assert stored(server, name) == text
        assert page.locator("main script").count() == 0
        page.reload()
        expect(row.locator(".differs")).to_contain_text("Default:")
        row.get_by_role("button", name="Restore").click()
        save(page)
        expect(row.locator(".differs")).to_have_count(0)
    assert stored(server, name) == default


def group_of(page: Page, name: str) -> str:
    found: str = page.evaluate(
        f"name => import('{ASSETS}/catalogue.js').then(one => one.groupOf(name))", name
    )
    return found


def test_limits_are_said_in_words(open_page: Open, reader: str) -> None:
    with open_page(reader) as page:
        go(page, "limits")

        expect(setting(page, "limit_voice").locator(".control")).to_contain_text(
            re.compile(
                "1 in 30 seconds, 3 in 1 hour, 5 in 1 day|30秒钟?内 1 次，1小时内 3 次，1天内 5 次"
            )
        )
        page.locator("#setting-limit_address").fill("30/1h, 100/1d")
        expect(setting(page, "limit_address").locator(".control")).to_contain_text(
            re.compile("30 in 1 hour, 100 in 1 day|1小时内 30 次，1天内 100 次")
        )
        page.locator("#setting-limit_voice").fill("")
        expect(setting(page, "limit_voice").locator(".control")).to_contain_text(
            re.compile("No limit|不限制")
        )


def test_test_numbers_are_a_list(open_page: Open, server: Server, reader: str) -> None:
    put(server, test_numbers="+19490008888=246810")
    with open_page(reader) as page:
        go(page, "service")
        row = setting(page, "test_numbers")
        expect(row.locator("[type=tel]")).to_have_value("+19490008888")
        expect(row.locator(".code")).to_have_value("246810")

        row.locator(".control > div > button").click()
        row.locator("[type=tel]").nth(1).fill("+86 186 1234 0000")
        row.locator(".code").nth(1).fill("135790")
        row.locator(".control > div > button").click()  # a row that stays empty says nothing
        save(page)
        assert stored(server, "test_numbers") == "+19490008888=246810, +8618612340000=135790"
        expect(row.locator("[type=tel]").nth(1)).to_have_value("+8618612340000")

        row.locator(".row button").first.click()
        expect(page.locator("#setting-test_numbers")).to_be_focused()
        save(page)
        assert stored(server, "test_numbers") == "+8618612340000=135790"


def test_a_test_number_has_a_last_day_and_is_said_to_have_expired(
    open_page: Open, server: Server, reader: str
) -> None:
    today = datetime.now(UTC).date()
    yesterday, later = today - timedelta(days=1), today + timedelta(days=90)
    put(server, test_numbers=f"+19490008888=246810 until {yesterday}, +18005550100=135790")
    with open_page(reader) as page:
        go(page, "service")
        row = setting(page, "test_numbers")
        days = row.locator("[type=date]")
        expect(days.first).to_have_value(str(yesterday))
        expect(days.nth(1)).to_have_value("")
        expect(row.locator(".expired")).to_have_text(re.compile("Expired|已过期"))
        expect(days.first).to_have_accessible_description(re.compile("Expired|已过期"))
        accessible(page, READERS[reader]["width"])

        days.first.fill(str(today))
        expect(row.locator(".expired")).to_have_count(0)
        days.nth(1).fill(str(later))
        save(page)
        said = f"+19490008888=246810 until {today}, +18005550100=135790 until {later}"
        assert stored(server, "test_numbers") == said
        days.nth(1).fill("")
        save(page)
        assert stored(server, "test_numbers").endswith(", +18005550100=135790")
    put(server, test_numbers="")


def words_of_refusals(page: Page) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = page.evaluate(
        f"import('{ASSETS}/words/refusals.js').then(({{ en, zh }}) => ({{ en, zh }}))"
    )
    return found


def test_every_refusal_has_a_meaning(open_page: Open) -> None:
    with open_page(ENGLISH) as page:
        words = words_of_refusals(page)

    kinds = {
        kind
        for module in (errors, user_errors)
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, errors.Refusal)
    }
    numbers = {key.split(".")[1] for key in words["zh"] if "." in key}
    assert {str(kind.code) for kind in kinds} <= numbers
    always = {kind.text for kind in kinds if "text" in vars(kind)}
    assert always <= {*words["en"].values()}
    said = {
        node.value
        for path in (ROOT / "chalicelib").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    with_a_name = {text for key, text in words["en"].items() if key.count(".") == 2}
    unknown = {text for text in with_a_name - said if not text.startswith("HTTP ")}
    assert unknown == {words["en"]["refusal.1.field"]}, "the service says it otherwise"


#: What the service refuses with, and what it means; the last is what is quoted besides.
REFUSALS: dict[str, tuple[int, dict[str, Any], str, str]] = {
    "always the same": (400, {"code": 601, "error": "Can't send SMS too frequently."}, "频繁", ""),
    "one of several": (400, {"code": 605, "error": "SMS sign not verified"}, "签名未通过", ""),
    "more than that": (
        400,
        {"code": 606, "error": "Fails to render SMS template: missing variable: <b>."},
        "无法生成短信内容",
        "Fails to render SMS template: missing variable: <b>.",
    ),
    "of a field": (
        400,
        {"code": 1, "error": "next: no.", "field": "next"},
        "填写有误",
        "next: no.",
    ),
    "of nothing": (400, {"code": 1, "error": "At most one."}, "请求有误", "At most one."),
    "unheard of": (418, {"code": 999, "error": "A teapot."}, "拒绝", "A teapot."),
    "a gateway's": (502, {}, "没有正常应答", ""),
    "no more there": (404, {"code": 404, "error": "Not found."}, "不存在", ""),
    "too busy": (429, {"code": 601, "error": "Can't send SMS too frequently."}, "频繁", ""),
    "somebody was first": (
        409,
        {"code": 409, "error": "It was changed meanwhile; current is how it stands."},
        "已被他人修改",
        "",
    ),
}


@pytest.mark.parametrize("why", REFUSALS)
def test_a_refusal_is_explained_in_the_readers_language(
    open_page: Open, reader: str, why: str
) -> None:
    status, said, meaning, quoted = REFUSALS[why]
    with open_page(reader) as first, refused(first, reader, status=str(status)) as page:
        enter(page)
        expect(page.locator(".sums").first).to_be_visible()
        page.route(
            "**/console/api/records?*", lambda route: route.fulfill(status=status, json=said)
        )
        page.locator('nav [href="#records"]').click()

        alert = page.get_by_role("alert")
        if reader == ENGLISH:
            expect(alert).to_contain_text(said.get("error", f"HTTP {status}"))
            expect(alert.locator("q")).to_have_count(0)
        else:
            expect(alert).to_contain_text(meaning)
            assert alert.locator("q[lang=en]").all_text_contents() == ([quoted] if quoted else [])
            assert not re.search("[a-z]{3}", (alert.text_content() or "").replace(quoted, ""))


def test_a_refusal_stands_beside_its_field_wherever_that_is(
    open_page: Open, server: Server, reader: str
) -> None:
    with open_page(reader) as first, refused(first, reader) as page:
        go(page, "sending")
        page.locator("#setting-routes").fill("CN=nobody")
        go(page, "captcha")
        page.locator("#setting-captcha_required").check()
        page.locator(".bar button.first").click()

        row = setting(page, "routes")
        expect(row.get_by_role("alert")).to_contain_text("no sender nobody")
        if reader != ENGLISH:
            expect(row.get_by_role("alert")).to_contain_text("填写有误")
            expect(row.locator("q[lang=en]")).to_contain_text("no sender nobody")
        expect(page.locator("#setting-routes")).to_be_focused()
        expect(page.locator("#setting-routes")).to_have_attribute("aria-invalid", "true")
        assert stored(server, "captcha_required") == "false"
        accessible(page, READERS[reader]["width"])
        page.locator("#setting-routes").fill("")
        expect(row.get_by_role("alert")).to_have_count(0)


def test_what_somebody_else_changed_is_shown_and_not_overwritten(
    open_page: Open, server: Server, reader: str
) -> None:
    put(server, company="Before", record_days="60", password_least="1")
    with open_page(reader) as theirs, refused(theirs, reader) as mine:
        for page in (theirs, mine):
            go(page, "texts")
        mine.locator("#setting-company").fill("Mine")
        theirs.locator("#setting-company").fill("Theirs")
        save(theirs)
        put(server, password_least="8")

        mine.locator(".bar button.first").click()

        alert = mine.locator(".bar [role=alert]")
        expect(alert).to_contain_text(
            re.compile("Somebody else changed.*Company.*Shortest|公司名称.*最短")
        )
        expect(setting(mine, "company").locator(".theirs")).to_contain_text("Theirs")
        expect(mine.locator("#setting-company")).to_have_value("Mine")
        expect(mine.locator("#setting-company")).to_be_focused()
        assert stored(server, "company") == "Theirs"
        accessible(mine, READERS[reader]["width"])
        go(mine, "users")
        expect(mine.locator("#setting-password_least")).to_have_value("8")
        go(mine, "texts")
        setting(mine, "company").locator(".theirs button").click()
        expect(mine.locator("#setting-company")).to_have_value("Theirs")
        mine.locator("#setting-company").fill("Both")
        save(mine)
        assert (stored(server, "company"), stored(server, "password_least")) == ("Both", "8")
    put(server, company="", password_least="1")


def test_a_signature_made_meanwhile_is_in_nobodys_way(open_page: Open, server: Server) -> None:
    with open_page(ENGLISH) as first, refused(first) as page:
        go(page, "captcha")
        page.locator("#setting-captcha_required").check()
        asked(server, "POST", "signatures", name="Meanwhile", text="Meanwhile")
        save(page)
        assert stored(server, "captcha_required") == "true"
    put(server, captcha_required="false")


def test_what_is_not_saved_stays_while_another_section_is_looked_at(open_page: Open) -> None:
    with open_page(ENGLISH) as page:
        go(page, "texts")
        page.locator("#setting-longest_value").fill("50")
        page.locator('nav [href="#records"]').click()
        expect(page.locator(".search")).to_be_visible()
        page.locator('nav [href="#settings"]').click()
        expect(page.locator(".bar")).to_contain_text("Longest value")
        go(page, "texts")
        expect(page.locator("#setting-longest_value")).to_have_value("50")
        page.locator(".bar button").last.click()
        expect(page.locator("#setting-longest_value")).to_have_value("100")


def test_it_is_changed_by_keyboard_alone(open_page: Open, server: Server, reader: str) -> None:
    with open_page(reader) as page:
        go(page, "captcha")
        page.locator("#setting-captcha_enabled").focus()
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        page.keyboard.press("Tab")  # the way back to the default
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator(".bar [role=status]")).to_have_text(re.compile("Saved|已保存"))
        assert stored(server, "captcha_required") == "true"
    put(server, captcha_required="false")


def test_money_is_put_in_once_it_was_asked(open_page: Open, server: Server, reader: str) -> None:
    before = float(asked(server, "GET", "balance")["balance"])
    with open_page(reader) as page:
        go(page, "money")
        amount = page.locator("[name=amount]")
        amount.fill("12.5")
        page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("12.50")
        accessible(page, READERS[reader]["width"])
        page.keyboard.press("Escape")
        expect(page.locator("dialog")).to_have_count(0)
        assert float(asked(server, "GET", "balance")["balance"]) == before

        expect(amount).to_be_focused()
        page.keyboard.press("Enter")
        dialog.locator("button.first").click()
        expect(page.locator("#balance-said [role=status]")).to_contain_text(re.compile(r"\d"))
        expect(amount).to_have_value("")
    assert float(asked(server, "GET", "balance")["balance"]) == before + 12.5


@pytest.mark.parametrize(("again", "more"), [("3", 3), ("4", 7)], ids=["same", "another"])
def test_a_payment_whose_answer_was_lost_is_not_made_twice(
    open_page: Open, server: Server, again: str, more: int
) -> None:
    before = float(asked(server, "GET", "balance")["balance"])
    with open_page(ENGLISH) as first, refused(first) as page:
        go(page, "money")
        lost: list[int] = []

        def lose(route: Any) -> None:
            if route.request.method == "POST" and not lost:
                lost.append(route.fetch().status)
                route.abort()
            else:
                route.continue_()

        page.context.route("**/console/api/balance", lose)
        for amount in ("3", again):
            page.locator("[name=amount]").fill(amount)
            page.keyboard.press("Enter")
            page.get_by_role("dialog").locator("button.first").click()
            expect(page.locator("dialog")).to_have_count(0)
        expect(page.locator("#balance-said [role=status]")).to_contain_text("Done")
        assert lost == [200]
    assert float(asked(server, "GET", "balance")["balance"]) == before + more


@pytest.mark.parametrize("typed", ["", "much", "1e3", "0x10", "1,5", "--3", "."])
def test_an_amount_that_is_none_is_explained_before_anything_is_asked(
    open_page: Open, reader: str, typed: str
) -> None:
    with open_page(reader) as page:
        go(page, "money")
        amount = page.locator("[name=amount]")
        amount.fill(typed)
        page.locator("[name=amount]").press("Enter")

        expect(page.locator("#balance-said [role=alert]")).to_contain_text("25")
        expect(amount).to_have_attribute("aria-invalid", "true")
        expect(page.locator("dialog")).to_have_count(0)
        amount.fill("-0.5")
        expect(page.locator("#balance-said [role=alert]")).to_have_count(0)
        amount.press("Enter")
        expect(page.get_by_role("dialog")).to_contain_text("0.50")


def test_an_amount_that_the_service_refuses_is_explained(open_page: Open) -> None:
    with open_page(ENGLISH) as page:
        go(page, "money")
        page.locator("[name=amount]").fill("0")
        page.keyboard.press("Enter")
        page.get_by_role("dialog").locator("button.first").click()

        expect(page.locator("#balance-said [role=alert]")).to_contain_text("nothing is no amount")
        expect(page.locator("[name=amount]")).to_have_attribute("aria-invalid", "true")


def test_what_is_spent_is_shown_where_it_is_counted(open_page: Open, server: Server) -> None:
    with open_page(ENGLISH) as page:
        go(page, "money")
        names = page.locator("[aria-label=Balance] dt")
        expect(names).to_have_text(["Left"])

        put(server, daily_cap="9")
        page.reload()
        expect(names).to_have_text(["Left", "Spent today (UTC)", "At most a day"])
    put(server, daily_cap="")


def test_what_was_typed_is_gone_with_whoever_leaves(open_page: Open) -> None:
    with open_page(ENGLISH) as page:
        go(page, "service")
        page.locator("#setting-home_region").fill("FR")
        expect(page.locator(".bar")).to_contain_text("Not saved")
        page.get_by_role("button", name="Leave").click()

        go(page, "service")
        expect(page.locator("#setting-home_region")).not_to_have_value("FR")
        expect(page.locator(".bar button")).to_have_count(0)
