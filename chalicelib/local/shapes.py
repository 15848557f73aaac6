"""This is where a request to AWS is judged by botocore's model of the service, as AWS judges it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

#: What a value of each of the model's types is in JSON.
_TYPES: dict[str, tuple[type, ...]] = {
    "structure": (dict,),
    "map": (dict,),
    "list": (list,),
    "string": (str,),
    "integer": (int,),
    "long": (int,),
    "boolean": (bool,),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one field, as a reason of AWS's."""

    field: str
    reason: str


def problems(shape: Any, value: Any, field: str = "") -> Iterator[Problem]:
    """All that the model finds wrong with *value*, the way AWS would tell it."""
    kind: str = shape.type_name
    if not _of_type(kind, value):
        yield Problem(field, "CANNOT_PARSE")
    elif kind == "structure":
        yield from _of_a_structure(shape, value)
    elif not _fits(shape.metadata, value):
        yield Problem(field, "INVALID_PARAMETER")
    elif kind == "map":
        for name, item in value.items():
            yield from problems(shape.key, name, f"{field}.{name}")
            yield from problems(shape.value, item, f"{field}.{name}")
    elif kind == "list":
        for place, item in enumerate(value):
            yield from problems(shape.member, item, f"{field}.{place}")


def _of_type(kind: str, value: object) -> bool:
    if isinstance(value, bool):  # which Python takes for a number
        return kind == "boolean"
    return isinstance(value, _TYPES[kind])


def _of_a_structure(shape: Any, value: dict[str, Any]) -> Iterator[Problem]:
    for name in shape.required_members:
        if name not in value:
            yield Problem(name, "MISSING_PARAMETER")
    for name, item in value.items():
        if name in shape.members:
            yield from problems(shape.members[name], item, name)
        else:
            yield Problem(name, "INVALID_PARAMETER")


def _fits(limits: dict[str, Any], value: Any) -> bool:
    """Whether *value* is of the size, the pattern and the enumeration that *limits* name."""
    size = value if isinstance(value, int) else len(value)
    if size < limits.get("min", size) or size > limits.get("max", size):
        return False
    if "enum" in limits and value not in limits["enum"]:
        return False
    return "pattern" not in limits or re.fullmatch(limits["pattern"], value) is not None
