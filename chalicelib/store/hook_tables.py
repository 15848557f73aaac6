"""This is where the table of deliveries to hooks is, as pynamodb sees it."""

from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.constants import STREAM_NEW_AND_OLD_IMAGE

from .attributes import DocumentAttribute, InstantAttribute
from .indexes import ByStanding
from .row import Meta as _Meta
from .row import Row


class DeliveryRow(Row):
    """A delivery: `app#lane` and its place there.

    *app_shard* is the key of an index, and *standing* the order in it: see `store/indexes.py`.
    """

    class Meta(_Meta):
        table_name = "deliveries"
        stream_view_type = STREAM_NEW_AND_OLD_IMAGE

    key = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)
    hook = UnicodeAttribute()
    type = UnicodeAttribute()
    event = UnicodeAttribute()
    phone = UnicodeAttribute(null=True)
    at = InstantAttribute()
    body = DocumentAttribute()
    since = InstantAttribute()
    state = UnicodeAttribute()
    tries = NumberAttribute(default=0)
    refusals = NumberAttribute(default=0)
    due_at = InstantAttribute(null=True)
    tried_at = InstantAttribute(null=True)
    word = UnicodeAttribute(null=True)
    version = NumberAttribute()
    writer = UnicodeAttribute()
    purge_at = TTLAttribute()
    app_shard = UnicodeAttribute()
    standing = UnicodeAttribute()

    by_standing = ByStanding()
