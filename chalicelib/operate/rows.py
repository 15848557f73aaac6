"""This is where an export is read row by row, in each form that LeanCloud has written or reads.

That is JSON Lines with or without a first line that begins with `#`, an array, and an object
whose `results` are one; gzip or not.  Of a file of any size a row and a little more is in memory.

The standard library's own decoder reads all of them, so that a row says the same in each: a
parser of events stops at an integer of more than 64 bits, and turns half a surrogate into `?`.
"""

import gzip
import io
import json
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TextIO

from ..flows.arrivals import Row
from .faults import Fault
from .progress import Told

#: Characters of a row: far more than any that can be kept.
LONGEST = 4_000_000
_CHUNK = 1 << 16
_GZIP = b"\x1f\x8b"
#: Characters of what cannot be read that are kept.
_SHOWN = 1000
_ARRAY = re.compile(r'(?:\s|#[^\n]*\n)*(?P<object>\{\s*"results"\s*:\s*)?\[')
_BLANK = re.compile(r"[ \t\r\n]*")
#: What `kept.py` writes beside a row.
_KEPT = frozenset({"file", "line", "reason", "row"})

NOT_JSON = "not JSON"
TOO_LONG = f"longer than {LONGEST // 1_000_000} MB, and not kept"
BROKEN = "not JSON from here on: the rest of the file is not read"


def rows(path: Path, told: Told) -> Iterator[Row]:
    """The rows of the file at *path*; *told* of the bytes read.  Raises Fault or OSError."""
    try:
        with _opened(path, lambda _: None) as text:
            opening = _opening(text.read(_CHUNK))
        with _opened(path, told) as text:
            yield from _items(str(path), text, opening) if opening else _lines(str(path), text)
    except (EOFError, zlib.error) as fault:
        raise Fault(f"{path}: its gzip breaks off: {fault}") from fault


class _Counted(io.RawIOBase):
    """A file that tells how much of it was read."""

    def __init__(self, file: io.RawIOBase, told: Told) -> None:
        self._file, self._told = file, told

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        read = self._file.readinto(buffer)
        self._told(read or 0)
        return read


@contextmanager
def _opened(path: Path, told: Told) -> Iterator[TextIO]:
    with path.open("rb", buffering=0) as raw:
        stream: Any = io.BufferedReader(_Counted(raw, told), _CHUNK)
        if stream.peek(2)[:2] == _GZIP:
            stream = gzip.GzipFile(fileobj=stream)
        # What is not UTF-8 makes a bad row of one row, and is kept as it was.
        yield io.TextIOWrapper(stream, "utf-8-sig", errors="surrogateescape", newline="\n")


def _opening(head: str) -> str:
    """What stands before the first row of an array; nothing, if rows stand by themselves."""
    found = _ARRAY.match(head)
    if found and found["object"]:
        # A row of a user whose own field is called "results" begins in the same way.
        with suppress(ValueError, RecursionError):
            if "objectId" in json.loads(head[found.start("object") :].partition("\n")[0]):
                return ""
    return found[0] if found else ""


def _lines(file: str, text: TextIO) -> Iterator[Row]:
    """Rows by themselves, one on a line."""
    line = 0
    while said := text.readline(LONGEST):
        line += 1
        if len(said) == LONGEST:
            while said and not said.endswith("\n"):
                said = text.readline(LONGEST)
            yield Row(file, line, raw="null", fault=TOO_LONG)
        elif said.strip() and not said.startswith("#"):
            yield _row(file, line, said.strip())


def _items(file: str, text: TextIO, opening: str) -> Iterator[Row]:
    """The rows of an array, each of which is decoded when the whole of it is in the buffer."""
    decoder = json.JSONDecoder(parse_constant=_refuse)
    buffer, at, line = text.read(_CHUNK), len(opening), 1
    while True:
        at = _past_blanks(buffer, at)
        if buffer[at : at + 1] == "]":
            break
        mark = ""
        with suppress(ValueError, RecursionError):
            value, end = decoder.raw_decode(buffer, at)
            end = _past_blanks(buffer, end)
            mark = buffer[end : end + 1]
        if mark and mark in ",]":
            yield _row_of(file, line, value, buffer[at:end])
            at, line = end + (mark == ","), line + 1
            continue
        more = "" if mark or len(buffer) - at > LONGEST else text.read(_CHUNK)
        if not more:
            yield Row(file, line, raw=json.dumps(buffer[at : at + _SHOWN]), fault=BROKEN)
            return
        buffer, at = buffer[at:] + more, 0
    rest = (buffer[at + 1 :] + text.read(_CHUNK)).strip()
    if rest and not ("{" in opening and rest[0] in "},"):
        yield Row(file, line, raw=json.dumps(rest[:_SHOWN]), fault=BROKEN)


def _row(file: str, line: int, said: str) -> Row:
    try:
        value = json.loads(said, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return Row(file, line, raw=json.dumps(said), fault=NOT_JSON)
    return _row_of(file, line, value, said)


def _row_of(file: str, line: int, value: Any, said: str) -> Row:
    if isinstance(value, dict) and value.keys() == _KEPT:
        value = value["row"]
        said = json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()
    # Between the tokens of JSON, and nowhere else, may stand the end of a line.
    return Row(file, line, value, said.strip().replace("\r", " ").replace("\n", " "))


def _past_blanks(buffer: str, at: int) -> int:
    blank = _BLANK.match(buffer, at)
    return blank.end() if blank else at


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")
