"""This is where the tables of users are, as pynamodb sees them; the others are in `tables`."""

from typing import Any

from pynamodb.attributes import (
    BooleanAttribute,
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
)
from pynamodb.constants import STREAM_NEW_AND_OLD_IMAGE

from .attributes import DocumentAttribute, InstantAttribute
from .indexes import ByApp
from .row import Meta as _Meta
from .row import Row


class ProofMap(MapAttribute[str, Any]):
    id = UnicodeAttribute()
    via = UnicodeAttribute()
    at = InstantAttribute()


class UserRow(Row):
    """A user, `app#id`; *auth* and *fields* are JSON, for they are the app's and of any shape.

    *writer* names the write that made the item what it is.  *app_shard* is the key of an index,
    and *place* is the order in it: see `store/indexes.py`.
    """

    class Meta(_Meta):
        table_name = "users"
        stream_view_type = STREAM_NEW_AND_OLD_IMAGE

    key = UnicodeAttribute(hash_key=True)
    created_at = InstantAttribute()
    updated_at = InstantAttribute()
    username = UnicodeAttribute(null=True)
    phone = UnicodeAttribute(null=True)
    phone_said = UnicodeAttribute(null=True)
    phone_verified = BooleanAttribute(default=False)
    email = UnicodeAttribute(null=True)
    email_verified = BooleanAttribute(default=False)
    password = UnicodeAttribute(null=True)
    seals: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute, default=list)
    nonce = UnicodeAttribute(null=True)
    masked = UnicodeAttribute(null=True)
    auth = DocumentAttribute(null=True)
    fields = DocumentAttribute(null=True)
    version = NumberAttribute()
    doubted = BooleanAttribute(default=False)
    proof = ProofMap(null=True)
    writer = UnicodeAttribute()
    app_shard = UnicodeAttribute()
    place = UnicodeAttribute()

    by_app = ByApp()


class ClaimRow(Row):
    """What is one user's alone: `app#kind#value`; of a phone, *proved* says that it is no wish."""

    class Meta(_Meta):
        table_name = "claims"

    key = UnicodeAttribute(hash_key=True)
    user = UnicodeAttribute()
    proved = BooleanAttribute(default=True)


class TryRow(Row):
    """The latest tries of somebody, latest first."""

    class Meta(_Meta):
        table_name = "tries"
        stream_view_type = STREAM_NEW_AND_OLD_IMAGE

    key = UnicodeAttribute(hash_key=True)
    times: ListAttribute[Any] = ListAttribute(of=InstantAttribute)
    writer = UnicodeAttribute()
    purge_at = TTLAttribute()


class PointerRow(Row):
    """Which phone an open code is of, for those who hand in the code alone."""

    class Meta(_Meta):
        table_name = "pointers"

    key = UnicodeAttribute(hash_key=True)
    phone = UnicodeAttribute()
    expires_at = InstantAttribute()
    purge_at = TTLAttribute()
