"""The defence against pumping in a browser: what was held back and why, and how that is set."""

import json
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from chalicelib.domain.abuse import ABROAD, Cause, Verdict
from chalicelib.domain.line_types import REFUSABLE
from chalicelib.domain.settings import MASK
from tests.console import (
    ENGLISH,
    MARKUP,
    READERS,
    Open,
    accessible,
    asked,
    enter,
    look,
    open_page,
    reader,
)
from tests.server import Server, running
from tests.wire import KEY

pytestmark = pytest.mark.sdk

__all__ = ["open_page", "reader"]  # fixtures

#: Nobody is held up by anything but the defence; a second code that has not come back is too many.
SETTINGS = "limit_number= limit_signature= defence=block budget_floor=1 budget_address=1"
LISTED = "+8613912340000"
BLOCKED = f"+86139* # {MARKUP}"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("desk"), SETTINGS=SETTINGS) as server:
        yield server


@pytest.fixture(scope="module")
def blocked(server: Server) -> Any:
    """The record of the first code that was held back, once there had been too many."""
    limit = time.monotonic() + 30
    for place in range(1000):
        phone = f"+861861{place:03}0000"
        if send(server, phone) == 154:
            [record] = asked(server, "GET", f"records?phone={phone[1:]}")["records"]
            return asked(server, "GET", f"records/{record['id']}")["record"]
        assert time.monotonic() < limit, "nothing is held back"
        time.sleep(0.5)
    return None


@pytest.fixture(scope="module")
def listed(server: Server, blocked: Any) -> Any:
    """The record of a code to what the block list names, with a note that holds markup."""
    put(server, block_list=BLOCKED)
    assert send(server, LISTED) == 154
    [record] = asked(server, "GET", f"records?phone={LISTED[1:]}")["records"]
    return record


def send(server: Server, phone: str) -> int:
    """The number of what a client hears who asks for a code."""
    body = json.dumps({"mobilePhoneNumber": phone}).encode()
    return server.ask("POST", "/1.1/requestSmsCode", body, KEY).code


def put(server: Server, **settings: str) -> None:
    version = asked(server, "GET", "settings")["version"]
    asked(server, "PUT", "settings", version=version, settings=settings)


def stored(server: Server, name: str) -> str:
    return str(asked(server, "GET", "settings")["settings"][name])


def fact(page: Page, name: str) -> Locator:
    """What a record says under a name, in either language."""
    return page.locator(".facts div", has=page.locator("dt", has_text=re.compile(f"^({name})$")))


def dollars(text: str) -> str:
    """An amount as both languages write it."""
    whole, _, cents = f"{float(text):.4f}".partition(".")
    return re.escape(f"${whole}.{cents[:2]}{cents[2:].rstrip('0')}")


def test_what_was_held_back_is_said_with_the_reasons(
    open_page: Open, blocked: Any, reader: str
) -> None:
    region, address = blocked["decision"]["reasons"]
    assert (region["cause"], address["cause"]) == ("region", "address")
    assert region["got"] > region["most"] == 1
    said = [
        f"{one['cause']} {one['what']}: {one['got']} unverified codes of 1 allowed"
        f"|{where} {one['what']}：未验证 {one['got']} 条，额度 1 条"
        for one, where in ((region, "地区"), (address, "地址"))
    ]
    with open_page(reader) as page:
        look(page, "records")
        page.locator("[name=state]").select_option("refused")
        page.locator("form button").click()
        row = page.locator("tbody tr", has=page.locator(f'[href="#records/{blocked["id"]}"]'))
        expect(row.locator("td").nth(1)).to_have_text(
            re.compile("^(Call failed, not billed · held back|调用失败（不计费） · 被拦下)$")
        )
        accessible(page, READERS[reader]["width"])
        row.locator("a").click()

        expect(fact(page, "State|状态")).to_contain_text(re.compile("held back|被拦下"))
        decision = fact(page, "Decision|防刷判定").locator("dd")
        expect(decision).to_contain_text(re.compile("Blocked: not sent|拦截：未发送"))
        expect(decision.locator("li")).to_have_text([re.compile(f"^({one})$") for one in said])
        cost = dollars(blocked["decision"]["saved"])
        expect(fact(page, "Would have cost|本来的费用")).to_have_text(re.compile(cost))
        expect(fact(page, "Asked for from|请求来源地址").locator("dd")).to_have_text("127.0.0.1")
        expect(fact(page, "Why|说明")).to_have_count(0)
        accessible(page, READERS[reader]["width"])


def test_what_was_sent_is_not_said_to_have_been_held_back(
    open_page: Open, server: Server, blocked: Any, reader: str
) -> None:
    sent = asked(server, "GET", "records?phone=8618610000000")["records"][0]
    with open_page(reader) as page:
        look(page, f"records/{sent['id']}")

        expect(fact(page, "Decision|防刷判定").locator("dd")).to_have_text(
            re.compile("^(Allowed|放行)$")
        )
        expect(page.locator(".held")).to_have_count(0)
        expect(fact(page, "Would have cost|本来的费用")).to_have_count(0)


#: Each reason as the API has it, and how it is said.
CAUSES: dict[Cause, tuple[str, str]] = {
    Cause.REGION: (
        "CN",
        "region CN: 1,021 unverified codes of 20 allowed|地区 CN：未验证 1,021 条.*20 条",
    ),
    Cause.ADDRESS: (
        "2001:db8:1:2::",
        "address 2001:db8:1:2::/64: 1,021 unverified .* 20 .*|地址 2001:db8:1:2::/64：.*1,021 条.*",
    ),
    Cause.BREAKER: (
        "BD",
        "breaker of region BD: 1,021 of 20 codes came back.*|地区 BD 已停发：.*20 条.*1,021 条",
    ),
    Cause.SAFE: (MARKUP, f"on the safe list: {MARKUP}|在放行名单中：{MARKUP}"),
    Cause.BARRED: ("+88017*", r"on the block list: \+88017\*|在拦截名单中：\+88017\*"),
    Cause.LINE: ("voip", "kind of line: VoIP|号码类型：网络电话（VoIP）"),
}
VERDICTS: dict[Verdict, str] = {
    Verdict.ALLOWED: "Allowed|放行",
    Verdict.WATCHED: "Watched: .*|观察：.*",
    Verdict.CHALLENGED: "Challenged: .*captcha|要求图形验证码.*",
    Verdict.SLOWED: "Slowed: .*|限速：.*",
    Verdict.BLOCKED: "Blocked: .*|拦截：.*",
}


def test_every_verdict_and_cause_is_said_in_words(
    open_page: Open, blocked: Any, reader: str
) -> None:
    assert ({*CAUSES}, {*VERDICTS}) == ({*Cause}, {*Verdict})
    figures = {"got": 1021, "most": 20}
    reasons = [{"cause": one, "what": what, **figures} for one, (what, _) in CAUSES.items()]
    reasons.append({"cause": Cause.REGION, "what": ABROAD, **figures})
    words = [said for _, said in CAUSES.values()]
    words.append("region any but the home region: 1,021 .*|地区 境外（合计）：.*1,021 条.*")
    decision = {**blocked["decision"], "reasons": reasons}
    record = {**blocked, "decision": decision, "address": "nowhere"}

    def decided(route: Route) -> None:
        route.fulfill(json={"record": record})

    with open_page(reader) as page:
        page.route(f"**/console/api/records/{blocked['id']}", decided)
        for verdict, said in VERDICTS.items():
            decision["verdict"] = verdict
            look(page, "users")
            look(page, f"records/{blocked['id']}")

            shown = fact(page, "Decision|防刷判定").locator("dd")
            expect(shown).to_have_text(re.compile(f"^({said})"))
            expect(shown.locator("li")).to_have_text([re.compile(f"^({one})$") for one in words])
            expect(fact(page, "Asked for from|请求来源地址")).to_have_text(
                re.compile("unknown|未知")
            )
        assert page.locator("main script").count() == 0
        accessible(page, READERS[reader]["width"])


def test_what_was_held_back_is_counted_and_needs_attention(
    open_page: Open, server: Server, listed: Any, reader: str
) -> None:
    counters = counted(server, 2)
    saved = dollars(str(sum(float(one["saved"]) for one in counters)))
    with open_page(reader) as page:
        enter(page)

        for sums in page.locator(".sums").all():
            expect(sums.locator("dt").nth(6)).to_have_text(re.compile("^(Held back|被拦下)$"))
            expect(sums.locator("dt").nth(7)).to_have_text(re.compile("^(Saved|省下)$"))
            expect(sums.locator("dd").nth(6)).to_have_text("2")
            expect(sums.locator("dd").nth(7)).to_have_text(re.compile(f"{saved}$"))
        link = page.locator('.attention [href="#records"]')
        expect(link).to_have_text(
            re.compile(rf"(Held back .* today: 2, .*{saved} saved|防刷拦下 2 条，省下 .*{saved})$")
        )
        for by in ("country|国家", "template|模板"):
            table = page.get_by_role("table", name=re.compile(f"^(By |按)({by})$"))
            expect(table.locator("th")).to_have_count(9)
            expect(table.locator("td").nth(7)).to_have_text("2")
            expect(table.locator("td").nth(8)).to_have_text(re.compile(f"{saved}$"))
        accessible(page, READERS[reader]["width"])
        link.click()
        expect(page.locator("tbody .held")).to_have_count(2)


def counted(server: Server, barred: int) -> Any:
    """Today's counters, once so many are counted that were held back."""
    limit = time.monotonic() + 30
    day = time.strftime("%Y-%m-%d", time.gmtime())
    while time.monotonic() < limit:
        counters = asked(server, "GET", f"counters?from={day}&to={day}")["counters"]
        if sum(one["barred"] for one in counters) == barred:
            return counters
        time.sleep(0.1)
    raise AssertionError(f"not counted: {barred}")


def test_where_nothing_was_held_back_nothing_is_said_of_it(
    open_page: Open, server: Server, blocked: Any
) -> None:
    def none(route: Route) -> None:
        answer = route.fetch()
        said = answer.json()
        for one in said["counters"]:
            one |= {"barred": 0, "saved": "0"}
        route.fulfill(response=answer, json=said)

    with open_page(ENGLISH) as page:
        page.route("**/console/api/counters?*", none)
        enter(page)

        expect(page.locator(".sums").first.locator("dd")).to_have_count(6)
        expect(page.get_by_role("table", name="By country").locator("th")).to_have_count(7)
        expect(page.locator('.attention [href="#records"]')).to_have_count(0)


def test_a_listed_note_is_text_and_the_record_names_the_entry(
    open_page: Open, listed: Any, reader: str
) -> None:
    with open_page(reader) as page:
        look(page, f"records/{listed['id']}")
        expect(fact(page, "Decision|防刷判定").locator("li")).to_have_text(
            re.compile(r"^(on the block list: |在拦截名单中：)\+86139\*$")
        )
        look(page, "settings/defence")

        expect(page.locator("#setting-block_list")).to_have_value(BLOCKED)
        setting = page.locator(".setting", has=page.locator("#setting-block_list"))
        expect(setting.locator(".differs")).to_be_visible()
        assert page.locator("main script").count() == 0


def save(page: Page) -> None:
    page.locator(".bar button.first").click()
    expect(page.locator(".bar [role=status]")).to_have_text(re.compile("Saved|已保存"))


def test_a_list_has_an_entry_a_line_and_says_which_have_expired(
    open_page: Open, server: Server, listed: Any, reader: str
) -> None:
    put(server, safe_list="+8613800138000; +852* until 2020-01-01 # office")
    with open_page(reader) as page:
        look(page, "settings/defence")
        field = page.locator("#setting-safe_list")
        expect(field).to_have_value("+8613800138000\n+852* until 2020-01-01 # office")
        shown = page.locator(".setting", has=field)
        expect(shown.locator(".fault")).to_have_text(re.compile(r"(Expired.*|已过期.*)\+852\*$"))
        expect(field).to_have_accessible_description(re.compile("Expired|已过期"))
        accessible(page, READERS[reader]["width"])

        field.focus()
        page.keyboard.press("Control+End")
        page.keyboard.press("Enter")
        page.keyboard.type("203.0.113.0/24 until 2099-01-01 # ours")
        save(page)
        assert (
            stored(server, "safe_list").split("; ")[2] == "203.0.113.0/24 until 2099-01-01 # ours"
        )
        expect(shown.locator(".fault")).to_have_count(1)
        field.fill(f"+852* # {MARKUP}")
        expect(shown.locator(".fault")).to_have_count(0)
        save(page)
        assert stored(server, "safe_list") == f"+852* # {MARKUP}"
        expect(field).to_have_value(f"+852* # {MARKUP}")
    put(server, safe_list="")


def test_the_defence_is_set(open_page: Open, server: Server, listed: Any, reader: str) -> None:
    names = ("defence", "defence_silent", "budget_share", "breaking", "refused_lines")
    before = {name: stored(server, name) for name in names}
    with open_page(reader) as page:
        look(page, "settings/defence")
        page.locator("#setting-defence").select_option("slow")
        page.locator("#setting-defence_silent").check()
        page.locator("#setting-budget_share").fill("30")
        page.locator("#setting-breaking").select_option("block")
        page.locator("#setting-refused_lines input[value=voip]").check()
        page.locator("#setting-refused_lines input[value=invalid]").check()
        save(page)

        assert [stored(server, name) for name in names] == [
            "slow",
            "true",
            "30",
            "block",
            "voip, invalid",
        ]
        kinds = page.locator("#setting-refused_lines label")
        expect(kinds).to_have_count(len(REFUSABLE))
        accessible(page, READERS[reader]["width"])
    put(server, **before)


def test_a_secret_is_never_shown_and_stays_as_it_is(
    open_page: Open, server: Server, reader: str
) -> None:
    keys = {"captcha_site_key": "site", "captcha_secret": "s3cret"}
    put(server, captcha_service="turnstile", **keys)
    with open_page(reader) as page:
        look(page, "settings/captcha")
        field = page.locator("#setting-captcha_secret")
        expect(field).to_have_value("")
        expect(field).to_have_attribute("type", "password")
        shown = page.locator(".setting", has=field)
        expect(shown).to_contain_text(re.compile("One is kept|已保存"))
        assert "s3cret" not in page.content()
        accessible(page, READERS[reader]["width"])

        page.locator("#setting-captcha_score").fill("70")
        save(page)
        assert stored(server, "captcha_secret") == MASK
        field.fill("another")
        with page.expect_request(lambda one: one.method == "PUT") as request:
            save(page)
        assert request.value.post_data_json == {"settings": {"captcha_secret": "another"}}
        expect(field).to_have_value("")
        page.locator("#setting-captcha_service").select_option("picture")
        shown.locator(".differs button").click()
        expect(shown).to_contain_text(re.compile("There is none|未设置"))
        save(page)
        assert stored(server, "captcha_secret") == ""
    put(server, captcha_service="picture", captcha_site_key="", captcha_score="50")
