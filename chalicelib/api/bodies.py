"""This is where a request body becomes a dictionary, or is refused."""

import json
import math
from typing import Any, NoReturn

from ..domain.errors import Malformed

#: More than any SDK sends, and little enough to parse on every request.
LARGEST = 64 * 1024
DEEPEST = 20
MOST_KEYS = 100


def parse(raw: bytes) -> dict[str, Any]:
    """The JSON object that *raw* holds; nothing and ``null`` are the empty one.

    Raises Malformed for all that is not one UTF-8 object of moderate size, without the
    liberties Python's parser takes: NaN, doubled keys, lone surrogates, nesting without end.
    """
    if len(raw) > LARGEST:
        raise Malformed("too large")
    if not raw.strip():
        return {}
    try:
        parsed = json.loads(
            raw.decode(),
            parse_constant=_no_constant,
            parse_float=_finite,
            object_pairs_hook=_no_doubles,
        )
    except (ValueError, RecursionError) as fault:
        raise Malformed(type(fault).__name__) from fault
    if parsed is None:
        return {}
    if not isinstance(parsed, dict):
        raise Malformed("not an object")
    _check(parsed, depth=1)
    return parsed


def _no_constant(name: str) -> NoReturn:
    raise Malformed(name)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):  # 1e999 is a number to JSON, and none to anybody who reads it
        raise Malformed("infinite")
    return number


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    parsed = dict(pairs)
    if len(parsed) != len(pairs) or len(pairs) > MOST_KEYS:
        raise Malformed("doubled or too many keys")
    return parsed


def _check(value: object, *, depth: int) -> None:
    if depth > DEEPEST:
        raise Malformed("too deep")
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError as fault:
            raise Malformed("lone surrogate") from fault
    elif isinstance(value, dict):
        for name, item in value.items():
            _check(name, depth=depth)
            _check(item, depth=depth + 1)
    elif isinstance(value, list):
        for item in value:
            _check(item, depth=depth + 1)
