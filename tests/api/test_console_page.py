"""The console's page as it is served: whole, from its own host alone, and to nobody's frame."""

import re
import shutil
from pathlib import Path

import pytest

from chalicelib.api.console import page as served
from chalicelib.api.console.page import ASSETS, version
from chalicelib.local import gateway
from tests.conftest import Desk, Opener
from tests.wire import Answer, answered

FILES = sorted(path.relative_to(ASSETS).as_posix() for path in ASSETS.rglob("*.*"))
NAMES = [name for name in FILES if not name.endswith((".md", ".html"))]
SCRIPTS = [name for name in NAMES if name.endswith(".js") and not name.startswith("vendor/")]
#: What is said by the scripts that say words.
SAYING = "".join(
    (ASSETS / name).read_text("utf-8") for name in SCRIPTS if not name.startswith("words/")
)


@pytest.mark.parametrize(("name", "sources"), [("console", 5), ("demo", 4)])
@pytest.mark.parametrize(
    ("path", "base"),
    [
        ("/api/{name}", "/api"),
        ("/{name}", ""),
        ("/{name}/", ""),
        ("/sms/v2/{name}", "/sms/v2"),
        ("//evil.example/{name}", ""),
        ('/"><script>/{name}', ""),
    ],
)
def test_a_page_names_its_assets_by_where_it_is_served(
    desk: Desk, name: str, sources: int, path: str, base: str
) -> None:
    event = gateway.event("GET", f"/{name}", {"Host": "x"}, b"", source_ip="203.0.113.7")
    event["requestContext"]["path"] = path.format(name=name)

    page = answered(event)

    assert page.status == 200
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    named = re.findall('(?:src|href)="([^"]*)"', page.raw.decode())
    assert len(named) == sources
    below = f"{base}/console/assets/{version()}/"
    assert all(source.startswith(below) for source in named)
    assert {source.removeprefix(below) for source in named} <= {*NAMES}
    assert f"{below}{name}.js" in named
    assert not re.search(r"[{}]", page.raw.decode())


@pytest.mark.parametrize("name", ["console", "demo"])
def test_a_page_is_asked_for_each_time_and_sent_where_it_is_another(desk: Desk, name: str) -> None:
    page = _got(desk, f"/{name}")
    assert page.headers["Cache-Control"] == "no-cache"
    tag = page.headers["ETag"]

    known = [tag, f"W/{tag}", f'"other", {tag}']
    assert [_got(desk, f"/{name}", If_None_Match=one).status for one in known] == [304] * 3
    again = _got(desk, f"/{name}", If_None_Match=tag)
    assert (again.raw, again.headers["ETag"]) == (b"", tag)
    others = ["", '"other"', tag.strip('"')]
    assert [_got(desk, f"/{name}", If_None_Match=one).status for one in others] == [200] * 3


@pytest.mark.parametrize("name", ["console.js", "words/app.js"])
def test_an_asset_stays_for_good_under_the_version_of_all(desk: Desk, name: str) -> None:
    ours = _got(desk, f"/console/assets/{version()}/{name}")
    before = _got(desk, f"/console/assets/{'0' * 12}/{name}")

    assert ours.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert (before.status, before.headers["Cache-Control"]) == (200, "no-cache")
    assert before.raw == ours.raw == (ASSETS / name).read_bytes()


@pytest.mark.parametrize("name", ["console.css", "words/app.js", "vendor/uplot.js", "new.js"])
def test_each_asset_makes_the_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    copy = shutil.copytree(ASSETS, tmp_path / "assets")
    with (copy / name).open("a") as file:
        file.write(" ")
    before = version()

    assert _version_of(ASSETS, monkeypatch) == before
    assert _version_of(copy, monkeypatch) != before


def _version_of(assets: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    caches = (served.version, served._names, served._read)
    with monkeypatch.context() as patch:
        patch.setattr(served, "ASSETS", assets)
        for one in caches:
            one.cache_clear()
        found = version()
    for one in caches:
        one.cache_clear()
    return found


@pytest.mark.parametrize(("said", "status"), [("", 200), ("on", 200), ("off", 404)])
def test_the_demo_page_is_shown_where_that_is_said(
    open_desk: Opener, said: str, status: int
) -> None:
    assert _got(open_desk(DEMO=said), "/demo").status == status


@pytest.mark.parametrize("name", ["", *[f"/assets/{version()}/{name}" for name in NAMES]])
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
    "name",
    [
        *("page.py", "../page.py", "..%2fpage.py", "%2e%2e/page.py", "vendor/README.md"),
        *("page.html", "x.js"),
    ],
)
@pytest.mark.parametrize("of", [version(), "words", ".."])
def test_only_assets_are_served(desk: Desk, of: str, name: str) -> None:
    assert _got(desk, f"/console/assets/{of}/{name}").code == 404


@pytest.mark.parametrize("name", ["console.js", "words/app.js"])
@pytest.mark.parametrize("of", ["words", "0" * 11, "0" * 13, "A" * 12, "%2e%2e"])
def test_an_asset_is_of_a_version(desk: Desk, of: str, name: str) -> None:
    assert _got(desk, f"/console/assets/{of}/{name}").code == 404


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

    assert list(english) == list(chinese)
    assert {key: _places(text) for key, text in english.items()} == {
        key: _places(text) for key, text in chinese.items()
    }
    assert _asked() - {*english} == set()
    computed = _computed(r"\bt\(")
    assert [one for one in computed if not any(map(re.compile(one).fullmatch, english))] == []


def test_every_word_is_said_somewhere() -> None:
    words = [key for name in SCRIPTS if name.startswith("words/") for key in _words(name, "en")]
    whole = {*re.findall(r"'([\w.+-]+)'", SAYING)}
    made = re.compile("|".join(_computed("")))

    assert [word for word in words if word not in whole and not made.fullmatch(word)] == []


def _asked() -> set[str]:
    """The keys of words that scripts ask for as they are, one or the other of two."""
    chosen = re.findall(r"\bt\((?:[^'`,]|'\w+')*\? '([^']+)' : '([^']+)'", SAYING)
    return {*re.findall(r"\bt\('([^']+)'", SAYING), *(key for two in chosen for key in two)}


def _computed(before: str) -> list[str]:
    """The patterns of the keys that scripts make, where *before* stands in front of them."""
    made = re.findall(before + r"`([a-z]+\.[^`]*\$\{[^`]*)`", SAYING)
    return [".+".join(map(re.escape, re.split(r"\$\{[^}]*\}", one))) for one in made]


def _words(name: str, language: str) -> dict[str, str]:
    text = (ASSETS / name).read_text("utf-8")
    [said] = re.findall(rf"^export const {language} = {{\n(.*?)^}}$", text, re.M | re.S)
    found = re.findall(r"^  '([^']+)':\s+'(.*)',$", said, re.M)
    assert len(found) == said.count("': '"), "each in a line of its own"
    return dict(found)


def _places(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def _got(desk: Desk, path: str, **headers: str) -> Answer:
    return desk.door.send("GET", path, b"", **headers)
