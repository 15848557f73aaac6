"""This is where the console's page and its assets are served: to everybody, for they hold nothing.

Whatever the page shows it asks for with the master key, which stays in the browser's tab.
"""

import hashlib
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
    return _page(request, "console", library="uplot")


@public(routes, "GET", "/demo")
def demo(request: Request) -> Response:
    """The guide's page, with LeanCloud's own SDK: read a captcha, get a code, hand it back."""
    if not service().config.demonstrates:
        raise NotFound
    return _page(request, "demo", library="av-min")


def _page(request: Request, name: str, *, library: str) -> Response:
    # The gateway's stage, or what a domain is mapped to; two slashes would be another host.
    path = unquote(request.context.get("path", ""))
    found = re.fullmatch(rf"((?:/[\w.-]+)*)/+{name}/*", path)
    assets = f"{found[1] if found else ''}/console/assets/{version()}"
    styles = [one for one in (f"vendor/{library}.css", "console.css") if one in _names()]
    said = {
        "styles": "\n  ".join(f'<link rel="stylesheet" href="{{assets}}/{one}">' for one in styles),
        "assets": assets,
        "library": library,
        "name": name,
    }
    page = _read("page.html")
    for place, text in said.items():
        page = page.replace(f"{{{place}}}", text)
    tag = f'"{_hashed(page.encode())}"'
    known = tag in re.findall(r'"[^"]*"', request.headers.get("If-None-Match", ""))
    answer = _served("" if known else page, "text/html; charset=utf-8", "no-cache")
    answer.status_code = 304 if known else 200
    answer.headers["ETag"] = tag
    return answer


@public(routes, "GET", "/console/assets/{of}/{name}")
def asset(request: Request, of: str, name: str) -> Response:
    """One of the files that the page is made of, *of* a version of them."""
    return _asset(of, name)


@public(routes, "GET", "/console/assets/{of}/{folder}/{name}")
def asset_in_folder(request: Request, of: str, folder: str, name: str) -> Response:
    """One of those that lie together, as those of others do."""
    return _asset(of, f"{folder}/{name}")


def _asset(of: str, name: str) -> Response:
    if name not in _names() or not re.fullmatch("[0-9a-f]{12}", of):
        raise NotFound
    # A page that was loaded before a deployment gets today's, but not for good.
    caching = "public, max-age=31536000, immutable" if of == version() else "no-cache"
    return _served(_read(name), _TYPES[Path(name).suffix], caching)


def _served(content: str, kind: str, caching: str) -> Response:
    headers: dict[str, str | list[str]] = {
        "Content-Type": kind,
        "Cache-Control": caching,
        "Content-Security-Policy": _POLICY,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, headers)


@cache
def version() -> str:
    """What the assets are called together: otherwise as soon as one of them says otherwise."""
    named = (f"{name}\0{_hashed(_read(name).encode())}" for name in sorted(_names()))
    return _hashed("\n".join(named).encode())


def _hashed(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


@cache
def _names() -> frozenset[str]:
    """The files there are: a name leads to none but these."""
    files = (path for path in ASSETS.rglob("*") if path.suffix in _TYPES)
    return frozenset(path.relative_to(ASSETS).as_posix() for path in files)


@cache
def _read(name: str) -> str:
    return (ASSETS / name).read_text("utf-8")
