"""This is where hooks and the table of deliveries to them are, as pynamodb sees them."""

from typing import Any

from pynamodb.attributes import (
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
)
from pynamodb.constants import STREAM_NEW_AND_OLD_IMAGE

from .attributes import DocumentAttribute, InstantAttribute
from .indexes import ByStanding
from .row import Meta as _Meta
from .row import Row


class HookMap(MapAttribute[str, Any]):
    name = UnicodeAttribute()
    kind = UnicodeAttribute()
    address = UnicodeAttribute()
    events: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute)
    key = UnicodeAttribute(default="")


class DeliveryRow(Row):
    """A delivery: `app#lane` and its place there; or until when a lane is claimed, which is all.

    *app_shard* is the key of an index, and *standing* the order in it: see `store/indexes.py`.
    """

    class Meta(_Meta):
        table_name = "deliveries"
        stream_view_type = STREAM_NEW_AND_OLD_IMAGE

    key = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)
    hook = UnicodeAttribute(null=True)
    type = UnicodeAttribute(null=True)
    event = UnicodeAttribute(null=True)
    phone = UnicodeAttribute(null=True)
    at = InstantAttribute(null=True)
    body = DocumentAttribute(null=True)
    since = InstantAttribute(null=True)
    state = UnicodeAttribute(null=True)
    tries = NumberAttribute(null=True)
    refusals = NumberAttribute(null=True)
    due_at = InstantAttribute(null=True)
    tried_at = InstantAttribute(null=True)
    ended_at = InstantAttribute(null=True)
    word = UnicodeAttribute(null=True)
    version = NumberAttribute(null=True)
    writer = UnicodeAttribute(null=True)
    purge_at = TTLAttribute(null=True)
    app_shard = UnicodeAttribute(null=True)
    standing = UnicodeAttribute(null=True)
    claimed_until = InstantAttribute(null=True)

    by_standing = ByStanding()
