"""This is where the tables of the defence are; the others are in `tables`."""

from typing import Any

from pynamodb.attributes import ListAttribute, TTLAttribute, UnicodeAttribute

from .attributes import InstantAttribute
from .row import Meta as _Meta
from .row import Row


class WindowRow(Row):
    """What an address did lately, the latest first; *writer* is as a line's."""

    class Meta(_Meta):
        table_name = "windows"

    key = UnicodeAttribute(hash_key=True)
    times: ListAttribute[Any] = ListAttribute(of=InstantAttribute, default=list)
    writer = UnicodeAttribute()
    purge_at = TTLAttribute()


class LedgerRow(Row):
    """A ledger of codes, or the standing that follows from an app's: see `store/ledgers.py`."""

    class Meta(_Meta):
        table_name = "ledgers"

    key = UnicodeAttribute(hash_key=True)
    writer = UnicodeAttribute(null=True)
    purge_at = TTLAttribute(null=True)


class LookupRow(Row):
    """What kind of *line* a number is, which is its key."""

    class Meta(_Meta):
        table_name = "lookups"

    key = UnicodeAttribute(hash_key=True)
    line = UnicodeAttribute()
    asked_at = InstantAttribute()
    purge_at = TTLAttribute()
