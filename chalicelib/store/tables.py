"""This is where every table is, as pynamodb sees it.

Key parts are joined with ``#`` and begin with the app's id.  `purge_at` is DynamoDB's TTL: a
broom, days late at times, and never a clock.
"""

from typing import Any

from pynamodb.attributes import (
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
)
from pynamodb.constants import STREAM_NEW_AND_OLD_IMAGE

from .attributes import DecimalAttribute, InstantAttribute
from .defence_tables import LedgerRow, LookupRow, WindowRow
from .hook_tables import DeliveryRow, HookMap
from .indexes import ByDay, ByMessage, ByPhone
from .row import Meta as _Meta
from .row import Row
from .user_tables import ClaimRow, PointerRow, TryRow, UserRow


class SignatureMap(MapAttribute[str, Any]):
    id = UnicodeAttribute()
    name = UnicodeAttribute()
    text = UnicodeAttribute()
    state = UnicodeAttribute()
    created_at = InstantAttribute()
    note = UnicodeAttribute(default="")
    reasons: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute, default=list)


class AppRow(Row):
    """An app; its settings as text, only those that differ from the defaults."""

    class Meta(_Meta):
        table_name = "apps"

    id = UnicodeAttribute(hash_key=True)
    name = UnicodeAttribute()
    keys: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute)
    master_keys: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute)
    settings: MapAttribute[str, str] = MapAttribute(default=dict)
    signatures: ListAttribute[Any] = ListAttribute(of=SignatureMap, default=list)
    hooks: ListAttribute[Any] = ListAttribute(of=HookMap, default=list)
    version = NumberAttribute(null=True)


class RegisteredMap(MapAttribute[str, Any]):
    sender = UnicodeAttribute()
    id = UnicodeAttribute()
    parameters: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute, default=list)


class VersionMap(MapAttribute[str, Any]):
    kind = UnicodeAttribute()
    source = UnicodeAttribute()
    state = UnicodeAttribute()
    created_at = InstantAttribute()
    note = UnicodeAttribute(default="")
    reasons: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute, default=list)
    registered: ListAttribute[Any] = ListAttribute(of=RegisteredMap, default=list)


class TemplateRow(Row):
    """A template: the version in use, and the one that is pending or was rejected."""

    class Meta(_Meta):
        table_name = "templates"
        stream_view_type = STREAM_NEW_AND_OLD_IMAGE

    app = UnicodeAttribute(hash_key=True)
    name = UnicodeAttribute(range_key=True)
    in_use = VersionMap(null=True)
    waiting = VersionMap(null=True)
    version = NumberAttribute()


class ChallengeMap(MapAttribute[str, Any]):
    nonce = UnicodeAttribute()
    expires_at = InstantAttribute()
    record = UnicodeAttribute(null=True)
    tried: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute, default=list)
    redeemed = UnicodeAttribute(null=True)


class LineRow(Row):
    """A line.  Beside these it has its sends, in numbered slots: see `store/lines.py`.

    *writer* names the request that wrote last.  It is how a write that was tried again after
    a lost reply knows itself, and how a second write knows that nothing came between.
    """

    class Meta(_Meta):
        table_name = "lines"
        stream_view_type = STREAM_NEW_AND_OLD_IMAGE

    key = UnicodeAttribute(hash_key=True)
    writer = UnicodeAttribute()
    operation = ChallengeMap(null=True)
    login = ChallengeMap(null=True)
    verify_phone = ChallengeMap(null=True)
    reset_password = ChallengeMap(null=True)
    change_phone = ChallengeMap(null=True)
    failures = NumberAttribute(null=True)
    failed_at = InstantAttribute(null=True)
    latest = UnicodeAttribute(null=True)
    takeovers = NumberAttribute(null=True)
    purge_at = TTLAttribute()


class CaptchaRow(Row):
    """A captcha: unanswered without *proof*, spent with *redeemer*, the request that spent it."""

    class Meta(_Meta):
        table_name = "captchas"

    key = UnicodeAttribute(hash_key=True)
    nonce = UnicodeAttribute()
    width = NumberAttribute()
    height = NumberAttribute()
    size = NumberAttribute()
    expires_at = InstantAttribute()
    proof = UnicodeAttribute(null=True)
    redeemer = UnicodeAttribute(null=True)
    purge_at = TTLAttribute()


class RecordRow(Row):
    """What became of a message; without *app* no more than what was heard of it so far.

    *app_phone*, *app_day* and *message* are keys of indexes, and *place* is the order in them:
    see `store/indexes.py`.
    """

    class Meta(_Meta):
        table_name = "records"
        stream_view_type = STREAM_NEW_AND_OLD_IMAGE

    id = UnicodeAttribute(hash_key=True)
    app = UnicodeAttribute(null=True)
    phone = UnicodeAttribute(null=True)
    channel = UnicodeAttribute(null=True)
    text = UnicodeAttribute(null=True)
    status = UnicodeAttribute(null=True)
    at = InstantAttribute(null=True)
    kind = UnicodeAttribute(null=True)
    template = UnicodeAttribute(null=True)
    signature = UnicodeAttribute(null=True)
    segments = NumberAttribute(null=True)
    price = DecimalAttribute(null=True)
    sender = UnicodeAttribute(null=True)
    message_id = UnicodeAttribute(null=True)
    error = UnicodeAttribute(null=True)
    word = UnicodeAttribute(null=True)
    billed = DecimalAttribute(null=True)
    expires_at = InstantAttribute(null=True)
    values = UnicodeAttribute(null=True)
    first = UnicodeAttribute(null=True)
    second = UnicodeAttribute(null=True)
    address = UnicodeAttribute(null=True)
    verdict = UnicodeAttribute(null=True)
    reasons = UnicodeAttribute(null=True)
    saved = DecimalAttribute(null=True)
    accepted_at = InstantAttribute(null=True)
    carrier_at = InstantAttribute(null=True)
    device_at = InstantAttribute(null=True)
    verified_at = InstantAttribute(null=True)
    app_phone = UnicodeAttribute(null=True)
    app_day = UnicodeAttribute(null=True)
    place = UnicodeAttribute(null=True)
    message = UnicodeAttribute(null=True)
    purge_at = TTLAttribute()

    by_phone = ByPhone()
    by_day = ByDay()
    by_message = ByMessage()


class CounterRow(Row):
    """A shard of a counter, or the mark of a step that was counted, of which there is no more.

    *key* is `app#shard` and *name* `day#country#sender#channel#template`; of a mark, the record
    and its step.
    """

    class Meta(_Meta):
        table_name = "counters"

    key = UnicodeAttribute(hash_key=True)
    name = UnicodeAttribute(range_key=True)
    sent = NumberAttribute(null=True)
    delivered = NumberAttribute(null=True)
    verified = NumberAttribute(null=True)
    failed = NumberAttribute(null=True)
    segments = NumberAttribute(null=True)
    cost = DecimalAttribute(null=True)
    barred = NumberAttribute(null=True)
    saved = DecimalAttribute(null=True)
    purge_at = TTLAttribute(null=True)


class PurseRow(Row):
    """A shard of a purse, or a top-up that was made, of which there is only the *amount*.

    *cap* is the one a day's shards were cut from, and *told* the threshold whose crossing
    was told of, with *told_left* in the purse and *told_at* a moment; each is the same in all
    shards of a purse.
    """

    class Meta(_Meta):
        table_name = "purses"
        stream_view_type = STREAM_NEW_AND_OLD_IMAGE

    key = UnicodeAttribute(hash_key=True)
    left = DecimalAttribute(null=True)
    cap = DecimalAttribute(null=True)
    told = DecimalAttribute(null=True)
    told_left = DecimalAttribute(null=True)
    told_at = InstantAttribute(null=True)
    amount = DecimalAttribute(null=True)
    purge_at = TTLAttribute(null=True)


TABLES: tuple[type[Row], ...] = (
    AppRow,
    TemplateRow,
    LineRow,
    CaptchaRow,
    RecordRow,
    CounterRow,
    PurseRow,
    WindowRow,
    LedgerRow,
    LookupRow,
    UserRow,
    ClaimRow,
    TryRow,
    PointerRow,
    DeliveryRow,
)
_NOUNS = {table: table.Meta.table_name for table in TABLES}


def prefix(name: str) -> None:
    """Let every table's name begin with *name*."""
    for table, noun in _NOUNS.items():
        table.Meta.table_name = f"{name}-{noun}"


def create_all() -> None:
    """Make the tables that do not exist: at the desk alone; CloudFormation makes the others."""
    for table in TABLES:
        if not table.exists():
            table.create_table(wait=True)
