"""This is where the console's page and its assets are served: to everybody, for they hold nothing.

Whatever the page shows it asks for with the master key, which stays in the browser's tab.
"""

import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote

from chalice.app import Blueprint, Request, Response

from ...domain.errors import NotFound
from ...wiring import service
from ..http import public

routes = Blueprint(__name__)

ASSETS = Path(__file__).parent / "assets"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
#: Nothing from elsewhere, nothing inline, and in nobody's frame.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@public(routes, "GET", "/console")
def console(request: Request) -> Response:
    """The page."""
    return _page(request, "console")


@public(routes, "GET", "/demo")
def demo(request: Request) -> Response:
    """The guide's page, with LeanCloud's own SDK: read a captcha, get a code, hand it back."""
    if not service().config.demonstrates:
        raise NotFound
    return _page(request, "demo")


def _page(request: Request, name: str) -> Response:
    # The gateway's stage, or what a domain is mapped to; two slashes would be another host.
    path = unquote(request.context.get("path", ""))
    found = re.fullmatch(rf"((?:/[\w.-]+)*)/+{name}/*", path)
    base = found[1] if found else ""
    return _served(_read(f"{name}.html").replace("{base}", base), ".html")


@public(routes, "GET", "/console/assets/{name}")
def asset(request: Request, name: str) -> Response:
    """One of the files that the page is made of."""
    return _asset(name)


@public(routes, "GET", "/console/assets/{folder}/{name}")
def asset_in_folder(request: Request, folder: str, name: str) -> Response:
    """One of those that lie together, as those of others do."""
    return _asset(f"{folder}/{name}")


def _asset(name: str) -> Response:
    kind = Path(name).suffix
    if name not in _names() or kind not in _TYPES:
        raise NotFound
    return _served(_read(name), kind)


def _served(content: str, kind: str) -> Response:
    headers = {
        "Content-Type": _TYPES[kind],
        "Cache-Control": "no-cache",
        "Content-Security-Policy": _POLICY,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, {**headers})


@cache
def _names() -> frozenset[str]:
    """The files there are: a name leads to none but these."""
    files = (path for path in ASSETS.rglob("*") if path.is_file())
    return frozenset(path.relative_to(ASSETS).as_posix() for path in files)


@cache
def _read(name: str) -> str:
    return (ASSETS / name).read_text("utf-8")
