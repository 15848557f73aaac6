"""LeanCloud's own SDKs as clients of a server: programs of their own, and a page in a browser."""

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from chalicelib.local.embedded import APP_ID, APP_KEY
from tests.server import ROOT, Server, running
from tools.sdks import NO_BROWSER, browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FOLDER = ROOT / "tests" / "sdk"

PROGRAMS = {
    "python": [str(ROOT / ".venv-sdk" / "bin" / "python"), str(FOLDER / "client.py")],
    "node": ["node", str(FOLDER / "client.js")],
}

KINDS = (*PROGRAMS, "browser")

#: LeanEngine apps, of the same kinds.
ENGINES = {
    kind: [program[0], program[1].replace("client", "engine")] for kind, program in PROGRAMS.items()
}

#: What `make sdks` writes when it is done.
_READY = {
    "python": ROOT / ".venv-sdk" / ".ready",
    "node": FOLDER / "node_modules" / ".ready",
    "browser": FOLDER / "node_modules" / ".ready",
}


#: Valid numbers of the home region, enough for each test to have its own.
numbers = map(str, count(18600000000))


class Refused(Exception):
    """The SDK raised its own error."""

    def __init__(self, code: object, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code
        self.text = text


class Sdk:
    """One of LeanCloud's SDKs, as a client of one server.

    *answer* takes a line that is a call to the line that is its outcome, see `tests/sdk`.
    """

    def __init__(self, answer: Callable[[str], str], server: Server) -> None:
        self._answer = answer
        self.server = server

    def __call__(self, call: str, /, **arguments: object) -> Any:
        """What one call of the SDK gives; raises Refused when it raises its own error."""
        answer = json.loads(self._answer(json.dumps([call, arguments])) or '{"crash": "it ended"}')
        assert "crash" not in answer, answer
        if "code" in answer:
            raise Refused(answer["code"], answer["error"])
        return answer.get("value")

    def read_captcha(self) -> str:
        """What the captcha says that is asked for here."""
        return self.read(self("captcha")["token"])

    def read(self, token: str) -> str:
        """What the captcha of a token says."""
        return self.server.ask("GET", f"/local/captcha/{token}").raw.decode()


@contextmanager
def refused(code: int) -> Iterator[None]:
    """The SDK says that it was refused, and gives the number."""
    with pytest.raises(Refused) as refusal:
        yield
    assert refusal.value.code == code, refusal.value
    assert refusal.value.text


#: Gives a server by its environment.
Servers = Callable[..., Server]
#: Gives an SDK by its kind, the keys to use (none: the app key) and a server's environment.
Connect = Callable[..., Sdk]
#: Opens a page with the SDK in it, for a server and with an app key.
OpenPage = Callable[..., "Page"]


@contextmanager
def starting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Servers, each started when it is first asked for."""
    with ExitStack() as stack:

        @cache
        def started(environ: tuple[tuple[str, str], ...]) -> Server:
            return stack.enter_context(running(tmp_path_factory.mktemp("server"), **dict(environ)))

        yield lambda **environ: started(tuple(sorted(environ.items())))


@contextmanager
def connecting(servers: Servers, open_page: OpenPage) -> Iterator[Connect]:
    """SDKs, each started when it is first asked for."""
    with ExitStack() as stack:

        @cache
        def connected(kind: str, server: Server, keys: tuple[str, ...]) -> Sdk:
            if kind == "browser":
                return Sdk(partial(ask_page, open_page(server, *keys)), server)
            process = subprocess.Popen(
                [*PROGRAMS[kind], server.url, APP_ID, *keys],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                # Neither a proxy nor a LeanCloud account of the person who runs the tests.
                env={"PATH": os.environ["PATH"]},
            )
            return Sdk(partial(_ask_program, stack.enter_context(process)), server)

        def connect(kind: str, *keys: str, **environ: str) -> Sdk:
            require(kind)
            return connected(kind, servers(**environ), keys or (APP_KEY,))

        yield connect


@contextmanager
def browsing() -> Iterator[OpenPage]:
    """Pages of one browser, which is started for the first; each has a profile of its own.

    They are served from another origin than the API, as a team's site is.
    """
    with ExitStack() as stack:

        @cache
        def started() -> tuple["Browser", str]:
            # Not above: what drives no browser should not wait for it.
            from playwright.sync_api import sync_playwright

            site = stack.enter_context(_serving())
            chromium = stack.enter_context(sync_playwright()).chromium
            return stack.enter_context(chromium.launch(executable_path=browser())), site

        def open_page(server: Server, key: str = APP_KEY) -> "Page":
            require("browser")
            chromium, site = started()
            page = chromium.new_context().new_page()
            options = {"serverURL": server.url, "appId": APP_ID, "appKey": key}
            page.goto(f"{site}/page.html?{urlencode(options)}")
            return page

        yield open_page


def require(kind: str) -> None:
    """Skip the test when that SDK is not set up; in CI it fails."""
    if kind == "browser" and not browser():
        lacking = NO_BROWSER
    elif not _READY[kind].exists() or (kind in PROGRAMS and not shutil.which(PROGRAMS[kind][0])):
        lacking = f"the {kind} SDK is not set up: `make sdks` says why or does it"
    else:
        return
    if os.environ.get("CI") == "true":
        pytest.fail(lacking)
    pytest.skip(lacking)


def ask_page(page: "Page", line: str) -> str:
    """What the SDK in a page answers to a line."""
    answer: str = page.evaluate("line => answer(line)", line)
    return answer


def _ask_program(process: "subprocess.Popen[str]", line: str) -> str:
    assert process.stdin
    assert process.stdout
    process.stdin.write(line + "\n")
    process.stdin.flush()
    return process.stdout.readline()


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nothing: what a page loads is no one's news."""


@contextmanager
def _serving() -> Iterator[str]:
    """The address of a site that is `tests/sdk`."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Silent, directory=str(FOLDER))) as site:
        thread = threading.Thread(target=site.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{site.server_port}"
        finally:
            site.shutdown()
            thread.join()
