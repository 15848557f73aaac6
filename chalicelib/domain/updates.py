"""This is where a document is changed as a client says: values, `__op`s and dotted keys."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from .user_errors import InvalidKey, TooLarge, WrongType

Document = dict[str, Any]

_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,127}")
#: What follows the first key, which may be a platform's or any object's.
_REST = re.compile(r"[A-Za-z0-9_-]{1,128}")
#: Bytes of a user's own fields: an item of DynamoDB's has 400 KB for all.
LARGEST = 200_000
_DEEPEST = 10
#: Each looks at the whole field: an SDK makes one of several that it cannot make one of itself.
_MOST_OPS = 10

#: Stands for a field that is not there.
_NOTHING: Any = object()


def updated(document: Mapping[str, Any], changes: Mapping[str, Any]) -> Document:
    """*document* with *changes* made.

    A value takes the field's place, null and `Delete` let it go, the other `__op`s change what
    is there.  Raises InvalidKey, WrongType or TooLarge.
    """
    after: Document = dict(document)
    for key, change in changes.items():
        first, *rest = key.split(".")
        if not _KEY.fullmatch(first) or not all(map(_REST.fullmatch, rest)) or len(rest) > _DEEPEST:
            raise InvalidKey(key[:60])
        _change(after, [first, *rest], change, key)
    if len(json.dumps(after, ensure_ascii=False).encode()) > LARGEST:
        raise TooLarge
    return after


def _change(holder: Document, path: list[str], change: Any, key: str) -> None:
    name, *rest = path
    if rest:
        inner = holder.get(name, {})
        if not isinstance(inner, Mapping):
            raise WrongType(key)
        holder[name] = dict(inner)  # nobody else's object is changed
        _change(holder[name], rest, change, key)
        return
    value = _applied(holder.get(name, _NOTHING), change, key)
    if value is _NOTHING or value is None:
        holder.pop(name, None)
    else:
        holder[name] = value


def _applied(before: Any, change: Any, key: str) -> Any:
    if not isinstance(change, Mapping) or "__op" not in change:
        return change
    operation = change["__op"]
    if operation == "Batch":  # what the JavaScript SDK makes of several at once
        ops = change.get("ops")
        if not isinstance(ops, list) or len(ops) > _MOST_OPS:
            raise WrongType(key)
        for one in ops:
            if isinstance(one, Mapping) and one.get("__op") == "Batch":
                raise WrongType(key)
            before = _applied(before, one, key)
        return before
    run = _OPERATIONS.get(operation) if isinstance(operation, str) else None
    if run is None:
        raise WrongType(key)
    try:
        return run(before, change)
    except TypeError:
        raise WrongType(key) from None


def _increment(before: Any, change: Mapping[str, Any]) -> Any:
    return _number(before) + _number(change.get("amount", 1))


def _decrement(before: Any, change: Mapping[str, Any]) -> Any:
    return _number(before) - _number(change.get("amount", 1))


def _add(before: Any, change: Mapping[str, Any]) -> Any:
    return [*_list(before), *_objects(change)]


def _add_unique(before: Any, change: Mapping[str, Any]) -> Any:
    # By their texts, as JSON has it: 1 is not true, as it is to Python.
    after: dict[str, Any] = {}
    for one in (*_list(before), *_objects(change)):
        after.setdefault(_text(one), one)
    return list(after.values())


def _remove(before: Any, change: Mapping[str, Any]) -> Any:
    gone = set(map(_text, _objects(change)))
    return [one for one in _list(before) if _text(one) not in gone]


def _bits(combine: Callable[[int, int], int]) -> Callable[[Any, Mapping[str, Any]], Any]:
    def run(before: Any, change: Mapping[str, Any]) -> Any:
        one, other = _number(before), _number(change.get("value"))
        if not isinstance(one, int) or not isinstance(other, int):
            raise TypeError
        return combine(one, other)

    return run


_OPERATIONS: Mapping[str, Callable[[Any, Mapping[str, Any]], Any]] = {
    "Delete": lambda before, change: _NOTHING,
    "Increment": _increment,
    "Decrement": _decrement,
    "Add": _add,
    "AddUnique": _add_unique,
    "Remove": _remove,
    "BitAnd": _bits(lambda one, other: one & other),
    "BitOr": _bits(lambda one, other: one | other),
    "BitXor": _bits(lambda one, other: one ^ other),
}


def _number(value: Any) -> Any:
    if value is _NOTHING:
        return 0
    # A number of JSON's, and of a size that stays one.
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) >= 1e300:
        raise TypeError
    return value


def _list(value: Any) -> list[Any]:
    if value is _NOTHING:
        return []
    if not isinstance(value, list):
        raise TypeError
    return value


def _objects(change: Mapping[str, Any]) -> list[Any]:
    objects = change.get("objects")
    if not isinstance(objects, list):
        raise TypeError
    return objects


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
