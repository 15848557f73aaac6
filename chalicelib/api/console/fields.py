"""This is where an administrator's fields are read, and each fault names its field."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from ...domain.errors import BadRequest, VersionNeeded
from ..call import Call


def only(call: Call, *names: str) -> None:
    """Raises BadRequest for a field that is none of *names*: it may be one of them, misspelt."""
    for name in call.given:
        if name not in (*names, "version"):
            raise BadRequest(f"There is no field {name[:40]!r} here.", field=name[:40])


def version(call: Call) -> str:
    """Which version the caller has read; raises VersionNeeded."""
    if not call.version:
        raise VersionNeeded("no version")
    return call.version


def text(call: Call, name: str, *, most: int = 200) -> str:
    """A text that there must be."""
    value = optional(call, name, most=most)
    if not value:
        raise BadRequest(f"{name} is needed.", field=name)
    return value


def optional(call: Call, name: str, *, most: int = 200) -> str | None:
    """A text, or None where there is none."""
    value = call.given.get(name)
    if value is not None and (not isinstance(value, str) or len(value) > most):
        raise BadRequest(f"{name} must be a string of at most {most} characters.", field=name)
    return value


def texts(call: Call, name: str, *, most: int) -> tuple[str, ...]:
    """One to *most* texts of at most 200 characters."""
    values = call.given.get(name)
    if (
        not isinstance(values, list)
        or not 1 <= len(values) <= most
        or not all(isinstance(value, str) and 0 < len(value) <= 200 for value in values)
    ):
        raise BadRequest(f"{name} must be a list of 1 to {most} strings.", field=name)
    return tuple(values)


def whole(call: Call, name: str, *, default: int, most: int) -> int:
    """A whole number from 1 to *most*, as number or as text."""
    value = call.given.get(name)
    if value is None:
        return default
    said = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if not re.fullmatch("[0-9]{1,9}", said) or not 1 <= int(said) <= most:
        raise BadRequest(f"{name} must be a whole number from 1 to {most}.", field=name)
    return int(said)


def day(call: Call, name: str) -> date:
    """A day that there must be, in UTC: `2040-01-02`."""
    said = text(call, name)
    try:
        if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", said):
            raise ValueError(said)
        return date.fromisoformat(said)
    except ValueError:
        raise BadRequest(f"{name} must be a day such as 2040-01-02.", field=name) from None


def table(call: Call, name: str) -> Mapping[str, Any]:
    """A JSON object; empty where there is none."""
    value = call.given.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadRequest(f"{name} must be an object.", field=name)
    return value
