"""This is where a decision becomes one line of JSON. Codes, keys and tokens never pass here."""

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime

_log = logging.getLogger("countersign.decisions")

#: What an error's text may hold of a number, a code, a key, a token or an address: runs of
#: digits, long words with a digit in them, and what has an @.
_SECRET = re.compile(r"\b(?=\w*[0-9])\w{16,}\b|\+?[0-9][0-9 ()./-]{2,}[0-9]|[^\s@]+@[^\s@]+")


def log(event: str, **facts: object) -> None:
    """Write *event* with its *facts*, those that are empty left out."""
    said = {name: value for name, value in facts.items() if value not in (None, "")}
    at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    _log.info(json.dumps({"event": event, "at": at, **said}, ensure_ascii=False, default=str))


def crash(fault: BaseException, **facts: object) -> None:
    """Write where *fault* came from and what it says, with whatever could be secret struck out."""
    frames = traceback.extract_tb(fault.__traceback__)[-6:]
    log(
        "crash",
        **facts,
        error=type(fault).__name__,
        says=scrub(str(fault))[:300],
        where=[f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in frames],
    )


def scrub(text: str) -> str:
    """*text* without anything that could be a number, a code, a key or a token."""
    return _SECRET.sub("***", text)


def start() -> None:
    """Let the lines go to standard output, which Lambda keeps."""
    if not _log.handlers:
        handler = logging.StreamHandler(sys.stdout)
        handler.setFormatter(logging.Formatter("%(message)s"))
        _log.addHandler(handler)
    _log.setLevel(logging.INFO)
    _log.propagate = False
