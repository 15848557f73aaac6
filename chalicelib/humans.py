"""This is where a service is asked whether a token comes from a person.

Turnstile, hCaptcha and reCAPTCHA are asked alike, and once: a token is used up by asking.
"""

import json
import ssl
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from http.client import HTTPConnection, HTTPSConnection
from re import fullmatch
from socket import SHUT_RDWR
from threading import Thread
from typing import Any
from urllib.parse import urlencode, urlsplit

from .domain.captchas import Assessment, Service, Widget
from .domain.errors import OutOfService

#: Where each is asked, and the page that says so.
VERIFY = {
    # https://developers.cloudflare.com/turnstile/get-started/server-side-validation/
    Service.TURNSTILE: "https://challenges.cloudflare.com/turnstile/v0/siteverify",
    # https://docs.hcaptcha.com/#verify-the-user-response-server-side
    Service.HCAPTCHA: "https://api.hcaptcha.com/siteverify",
    # https://developers.google.com/recaptcha/docs/verify
    Service.RECAPTCHA: "https://www.google.com/recaptcha/api/siteverify",
}

#: A send may begin three seconds after it was asked for, and no later.
SECONDS = 2.0

#: Answers take some hundred bytes.
_MOST = 16_384

#: Their words for faults that are none of the token's: nothing is said of it.
_NOT_JUDGED = frozenset({"missing-input-secret", "invalid-input-secret", "internal-error"})


def judge(widget: Widget, token: str, *, secret: str, address: str) -> Assessment:
    """What the service of *widget* says of *token*; raises OutOfService if it says nothing."""
    asked = {"secret": secret, "response": token}
    if address:
        asked["remoteip"] = address
    if widget.service is Service.HCAPTCHA:  # whose secret is good for all keys of an account
        asked["sitekey"] = widget.site_key
    return _assessed(widget.service, _answered(widget.service, urlencode(asked)))


def _answered(service: Service, body: str) -> Any:
    url = urlsplit(VERIFY[service])
    secure, host = url.scheme == "https", url.netloc
    connection = (
        HTTPSConnection(host, timeout=SECONDS, context=_trust())
        if secure
        else HTTPConnection(host, timeout=SECONDS)
    )
    told: list[Any] = []

    def work() -> None:
        try:
            told.append(_posted(connection, url.path, body))
        except Exception as fault:  # whatever it was, nothing was said of the token
            told.append(OutOfService(f"{service}: {type(fault).__name__}"))
        finally:
            connection.close()

    # A name server has no time-out of its own, nor has an answer that comes byte by byte.
    thread = Thread(target=work, daemon=True)
    thread.start()
    thread.join(SECONDS)
    if not told:
        _cut(connection)
        raise OutOfService(f"{service}: no answer in {SECONDS:.0f} seconds")
    if isinstance(told[0], OutOfService):
        raise told[0]
    status, answer = told[0]
    if status != 200:  # redirects, too: the secret goes nowhere else
        raise OutOfService(f"{service}: HTTP {status}")
    return answer


def _posted(connection: HTTPConnection, path: str, body: str) -> tuple[int, Any]:
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept": "application/json",
        "User-Agent": "Countersign",
    }
    connection.request("POST", path, body, headers)
    answer = connection.getresponse()
    said = answer.read(_MOST + 1)
    if len(said) > _MOST:
        raise ValueError("without end")
    return answer.status, json.loads(said) if answer.status == 200 else None


def _assessed(service: Service, said: Any) -> Assessment:
    """What was *said*, in our words; raises OutOfService for what is not of the documented form."""
    good = said.get("success") if isinstance(said, Mapping) else None
    if not isinstance(good, bool):
        raise OutOfService(f"{service}: not an answer")
    why = _codes(said.get("error-codes"))
    if good:
        return Assessment(True, _score(service, said))
    if not _NOT_JUDGED.isdisjoint(why):
        raise OutOfService(f"{service}: {', '.join(why)}")
    return Assessment(False, why=", ".join(why))


def _score(service: Service, said: Mapping[str, Any]) -> float | None:
    """The score of reCAPTCHA v3: hCaptcha's is a risk, for its enterprises, and judged by it."""
    if service is not Service.RECAPTCHA or "score" not in said:
        return None
    score = said["score"]
    if type(score) not in (int, float) or not 0 <= score <= 1:
        raise OutOfService(f"{service}: not a score")
    return float(score)


def _codes(said: Any) -> list[str]:
    """Words of theirs that may be logged: whatever else they say might quote what was asked."""
    codes = said if isinstance(said, list) else []
    return [code for code in codes if isinstance(code, str) and fullmatch("[a-z-]{1,60}", code)][:5]


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


def _cut(connection: HTTPConnection) -> None:
    """End whatever is on its way."""
    if connection.sock:
        with suppress(OSError):
            connection.sock.shutdown(SHUT_RDWR)
