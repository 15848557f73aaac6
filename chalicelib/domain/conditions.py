"""This is where a `where` is put to a document: by equality, and by LeanCloud's comparisons."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from .errors import BadRequest

_NOTHING: Any = object()


def met(where: Mapping[str, Any], document: Mapping[str, Any]) -> bool:
    """Whether *document* is as *where* says; raises BadRequest for what it cannot say."""
    for name in where:
        if name.startswith("$"):
            raise _unsaid(name)
    return all([_met(_found(document, name.split(".")), said) for name, said in where.items()])


def _unsaid(name: str) -> BadRequest:
    return BadRequest(f"where: {name[:20]} is not understood.", field="where")


def _found(document: Any, path: list[str]) -> Any:
    for name in path:
        if not isinstance(document, Mapping) or name not in document:
            return _NOTHING
        document = document[name]
    return document


def _met(value: Any, said: Any) -> bool:
    if isinstance(said, Mapping) and any(name.startswith("$") for name in said):
        return all([_compared(value, name, wanted) for name, wanted in said.items()])
    return _equal(value, said)


def _compared(value: Any, name: str, wanted: Any) -> bool:
    compare = _COMPARISONS.get(name)
    if compare is None or (name in ("$in", "$nin", "$all") and not isinstance(wanted, list)):
        raise _unsaid(name)
    return compare(value, wanted)


def _equal(value: Any, said: Any) -> bool:
    return _text(said) in _faces(value)


def _faces(value: Any) -> set[str]:
    """What *value* is equal to: a list is also equal to each that is in it."""
    if value is _NOTHING:
        return {_text(None)}
    inside = map(_text, value) if isinstance(value, list) else ()
    return {_text(value), *inside}


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def run(value: Any, wanted: Any) -> bool:
        value, wanted = _plain(value), _plain(wanted)
        if isinstance(value, bool) or isinstance(wanted, bool):
            return False
        numbers = isinstance(value, int | float) and isinstance(wanted, int | float)
        texts = isinstance(value, str) and isinstance(wanted, str)
        return (numbers or texts) and compare(value, wanted)

    return run


_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "$ne": lambda value, wanted: not _equal(value, wanted),
    "$gt": _ordered(lambda value, wanted: value > wanted),
    "$gte": _ordered(lambda value, wanted: value >= wanted),
    "$lt": _ordered(lambda value, wanted: value < wanted),
    "$lte": _ordered(lambda value, wanted: value <= wanted),
    "$in": lambda value, wanted: not _faces(value).isdisjoint(map(_text, wanted)),
    "$nin": lambda value, wanted: _faces(value).isdisjoint(map(_text, wanted)),
    "$all": lambda value, wanted: _faces(value).issuperset(map(_text, wanted)),
    "$exists": lambda value, wanted: (value is not _NOTHING) == bool(wanted),
}


def _plain(value: Any) -> Any:
    """A date as its text, which stands in the order of time."""
    if isinstance(value, Mapping) and value.get("__type") == "Date":
        return value.get("iso")
    return value


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, sort_keys=True)
