"""The console's page as it is served: whole, from its own host alone, and to nobody's frame."""

import re

import pytest

from chalicelib.api.console.page import ASSETS
from chalicelib.local import gateway
from tests.conftest import Desk, Opener
from tests.wire import Answer, answered

NAMES = sorted(path.relative_to(ASSETS).as_posix() for path in ASSETS.rglob("*.*"))
SCRIPTS = [name for name in NAMES if name.endswith(".js") and not name.startswith("vendor/")]


@pytest.mark.parametrize(
    ("path", "base"),
    [
        ("/api/console", "/api"),
        ("/console", ""),
        ("/console/", ""),
        ("/sms/v2/console", "/sms/v2"),
        ("//evil.example/console", ""),
        ('/"><script>/console', ""),
    ],
)
def test_the_page_names_its_assets_by_where_it_is_served(desk: Desk, path: str, base: str) -> None:
    event = gateway.event("GET", "/console", {"Host": "x"}, b"", source_ip="203.0.113.7")
    event["requestContext"]["path"] = path

    page = answered(event)

    assert page.status == 200
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    sources = re.findall('(?:src|href)="([^"]*)"', page.raw.decode())
    assert len(sources) == 5
    assert all(source.startswith(f"{base}/console/assets/") for source in sources)
    assert {source.removeprefix(f"{base}/console/assets/") for source in sources} <= {*NAMES}


@pytest.mark.parametrize(("said", "status"), [("", 200), ("on", 200), ("off", 404)])
def test_the_demo_page_is_shown_where_that_is_said(
    open_desk: Opener, said: str, status: int
) -> None:
    assert _got(open_desk(DEMO=said), "/demo").status == status


@pytest.mark.parametrize("name", ["", *[f"/assets/{name}" for name in NAMES if name[-3:] != ".md"]])
def test_nothing_comes_from_elsewhere_or_runs_inline(desk: Desk, name: str) -> None:
    answer = _got(desk, f"/console{name}")

    assert answer.status == 200
    policy = answer.headers["Content-Security-Policy"].split("; ")
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "name", ["page.py", "../page.py", "..%2fpage.py", "%2e%2e/page.py", "vendor/README.md", "x.js"]
)
def test_only_assets_are_served(desk: Desk, name: str) -> None:
    assert _got(desk, f"/console/assets/{name}").code == 404


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_asks_for_scripts_that_are_there(name: str) -> None:
    text = (ASSETS / name).read_text("utf-8")

    asked = re.findall(r"from '\./([^']+)'", text)

    assert set(asked) <= {*NAMES}
    assert f"'./{name}'" in "".join((ASSETS / one).read_text("utf-8") for one in SCRIPTS) or (
        name in ("console.js", "demo.js")
    ), "nobody asks for it"
    assert "innerHTML" not in text
    assert "style=" not in text, "the policy refuses it"


def test_both_languages_say_the_same_things_and_all_that_is_asked_for() -> None:
    files = [name for name in SCRIPTS if name.startswith("words/")]
    english, chinese = (
        {key: text for name in files for key, text in _words(name, language).items()}
        for language in ("en", "zh")
    )
    asked = {
        key
        for name in SCRIPTS
        for key in re.findall(r"\bt\('([\w.-]+)'", (ASSETS / name).read_text("utf-8"))
    }

    assert list(english) == list(chinese)
    assert {key: _places(text) for key, text in english.items()} == {
        key: _places(text) for key, text in chinese.items()
    }
    assert asked <= {*english}


def _words(name: str, language: str) -> dict[str, str]:
    text = (ASSETS / name).read_text("utf-8")
    [said] = re.findall(rf"^export const {language} = {{\n(.*?)^}}$", text, re.M | re.S)
    found = re.findall(r"^  '([^']+)':\s+'(.*)',$", said, re.M)
    assert len(found) == said.count("': '"), "each in a line of its own"
    return dict(found)


def _places(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def _got(desk: Desk, path: str) -> Answer:
    return desk.door.send("GET", path)
