"""This is where a table's change stream is read: what an item was, and what it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from ..domain.hook_deliveries import HookDelivery
from ..domain.lines import Line
from ..domain.phones import PhoneNumber
from ..domain.purses import Alarm
from ..domain.records import Record
from ..domain.templates import Template
from ..domain.tries import Tries
from ..domain.users import User
from . import edge
from .deliveries import delivery_of
from .items import line_of
from .journal import record_of
from .templates import template_of
from .tills import alarm_of
from .tries import times_of
from .users import user_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class LineChange:
    """A line that has changed, of *phone* in *app*."""

    app: str
    phone: PhoneNumber
    before: Line
    after: Line


@dataclass(frozen=True, slots=True)
class RecordChange:
    """A record that has changed: None where none is filed, or none is left."""

    before: Record | None
    after: Record | None


@dataclass(frozen=True, slots=True)
class UserChange:
    """A user who has changed: None where they are not."""

    before: User | None
    after: User | None


@dataclass(frozen=True, slots=True)
class TemplateChange:
    """A template that has changed *at* a moment, to the second."""

    before: Template | None
    after: Template | None
    at: datetime


@dataclass(frozen=True, slots=True)
class TriesChange:
    """Tries that were counted under *key* in *app*."""

    app: str
    key: str
    before: Tries
    after: Tries


@dataclass(frozen=True, slots=True)
class PurseChange:
    """A shard of a purse of *app* that has changed, as far as somebody was told of it."""

    app: str
    before: Alarm | None
    after: Alarm | None


def line_change(told: Mapping[str, Any]) -> LineChange:
    """What an entry of the stream of lines tells; a line that is gone is an empty one."""
    entry = told["dynamodb"]
    app, _, phone = entry["Keys"]["key"]["S"].rpartition("#")
    before, after = (line_of(entry.get(name) or {}) for name in ("OldImage", "NewImage"))
    return LineChange(app, PhoneNumber(phone), before, after)


def record_change(told: Mapping[str, Any]) -> RecordChange:
    """What an entry of the stream of records tells."""
    entry = told["dynamodb"]
    return RecordChange(*(record_of(entry.get(name) or {}) for name in ("OldImage", "NewImage")))


def user_change(told: Mapping[str, Any]) -> UserChange:
    """What an entry of the stream of users tells."""
    return UserChange(*_images(told, user_of))


def template_change(told: Mapping[str, Any]) -> TemplateChange:
    """What an entry of the stream of templates tells."""
    return TemplateChange(*_images(told, template_of), _at(told))


def tries_change(told: Mapping[str, Any]) -> TriesChange:
    """What an entry of the stream of tries tells: of whom, and how often they tried."""
    app, _, key = told["dynamodb"]["Keys"]["key"]["S"].partition("#")
    before, after = _images(told, times_of)
    return TriesChange(app, key, before or (), after or ())


def purse_change(told: Mapping[str, Any]) -> PurseChange:
    """What an entry of the stream of purses tells."""
    app = told["dynamodb"]["Keys"]["key"]["S"].partition("#")[0]
    before, after = _images(told, alarm_of)
    return PurseChange(app, before, after)


def delivery_change(told: Mapping[str, Any]) -> HookDelivery | None:
    """The delivery that an entry of the stream of deliveries is about, as it is now."""
    image = told["dynamodb"].get("NewImage")
    return delivery_of(image) if image and "state" in image else None  # else a claim


def _images(told: Mapping[str, Any], read: Callable[[edge.Item], T]) -> tuple[T | None, T | None]:
    """What was before, and what is, as *read*: None where nothing is."""
    images = (told["dynamodb"].get(name) for name in ("OldImage", "NewImage"))
    before, after = (read(image) if image else None for image in images)
    return before, after


def _at(told: Mapping[str, Any]) -> datetime:
    """When it changed: Lambda says it in seconds since 1970, the desk in words."""
    said = told["dynamodb"]["ApproximateCreationDateTime"]
    if isinstance(said, str):
        return datetime.fromisoformat(said).replace(tzinfo=UTC, microsecond=0)
    if isinstance(said, datetime):
        return said.astimezone(UTC)
    return datetime.fromtimestamp(int(said), UTC)
