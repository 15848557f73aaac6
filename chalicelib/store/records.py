"""This is where records are kept, by the id of the request that sent the message.

Whatever is heard of a message is one conditional write to its record, filed or not: so what
comes early is not lost, and what comes late or twice undoes nothing.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from pynamodb.attributes import Attribute

from ..domain.receipts import NotFiled, Receipt
from ..domain.records import KEPT_FOR, Record, Status
from ..domain.searches import Page, Search
from . import edge, searches
from .journal import lives, record_of, row_of
from .tables import RecordRow

#: What a receipt may have told before the record was filed.
_HEARD = ("status", "message_id", "word")

#: What is heard of a message: each fact with the attribute it goes to.
Facts = Sequence[tuple[Attribute[Any], Any]]


class DynamoRecords:
    """Records as items."""

    def put(self, record: Record, *, kept_for: timedelta = KEPT_FOR) -> None:
        row = row_of(record, purge_at=record.at + kept_for)
        try:
            edge.put(row, RecordRow.id.does_not_exist())
        except edge.Refused as refused:
            if "app" not in refused.item:  # else our first try stood, and its reply was lost
                self._file_late(row)

    @staticmethod
    def _file_late(row: RecordRow) -> None:
        """File a record of whose message something was heard already: that stays."""
        actions = []
        for name, attribute in RecordRow.get_attributes().items():
            value = getattr(row, name)
            if value is not None and not attribute.is_hash_key:
                actions.append(attribute.set(attribute | value if name in _HEARD else value))
        try:
            edge.update(RecordRow, row.id, actions, RecordRow.app.does_not_exist())
        except edge.Refused:
            return  # our first try stood, and its reply was lost

    def filed(self, id: str) -> bool:
        return edge.get(RecordRow, id) is not None

    def find(self, id: str, *, now: datetime | None = None) -> Record | None:
        item = edge.get(RecordRow, id)
        if not item or (now and not lives(item, now)):
            return None
        return record_of(item)

    def claim(self, id: str, *, by: str) -> bool:
        try:
            edge.update(
                RecordRow,
                id,
                [RecordRow.second.set(by)],
                RecordRow.app.exists()
                & RecordRow.second.does_not_exist()
                & RecordRow.status.is_in(Status.PENDING.value, Status.UNDELIVERED.value),
            )
        except edge.Refused as refused:
            # Else our first try stood, and its reply was lost.
            return refused.item.get("second", {}).get("S") == by
        return True

    def release(self, id: str, *, by: str) -> None:
        try:
            edge.update(RecordRow, id, [RecordRow.second.remove()], RecordRow.second == by)
        except edge.Refused:
            return

    def search(self, search: Search, *, before: str, limit: int, now: datetime) -> Page:
        return searches.page(search, before=before, limit=limit, now=now)

    def receive(self, receipt: Receipt) -> Record | None:
        assert receipt.status, "a word that nobody knows changes nothing"  # noqa: S101
        id = receipt.record or _id_of(receipt)
        facts = (
            (RecordRow.word, receipt.word or None),
            (RecordRow.message_id, receipt.message_id or None),
            (RecordRow.billed, receipt.price),
            (RecordRow.carrier_at, receipt.carrier_at),
            (RecordRow.device_at, receipt.device_at),
        )
        return _hear(id, receipt.status, facts, at=receipt.at)

    def verified(self, id: str, at: datetime) -> Record | None:
        return _hear(id, Status.VERIFIED, [(RecordRow.verified_at, at)], at=at)


def _id_of(receipt: Receipt) -> str:
    """The record of a receipt that does not name it; raises NotFiled."""
    id = searches.id_of(receipt.sender, receipt.message_id)
    if id is None:
        raise NotFiled(receipt.sender)
    return id


def _hear(id: str, status: Status, facts: Facts, *, at: datetime) -> Record | None:
    """Move a record to *status* if its own yields; of the *facts*, note those that are news.

    The record as it was before; None if it is not filed.  What is heard before that waits in
    its place: a record that is filed later finds it there.
    """
    facts = [(attribute, fact) for attribute, fact in facts if fact is not None]
    purge_at = (RecordRow.purge_at, at + KEPT_FOR)
    notes = [attribute.set(attribute | fact) for attribute, fact in (*facts, purge_at)]
    unheard_of = RecordRow.status.does_not_exist()
    if status.overcomes:
        moves = [
            # The latest word is of the state it led to; of all else the first is kept.
            attribute.set(fact) if attribute is RecordRow.word else note
            for (attribute, fact), note in zip((*facts, purge_at), notes, strict=True)
        ]
        yields = unheard_of | RecordRow.status.is_in(*sorted(status.overcomes))
        try:
            before = edge.update(
                RecordRow, id, [RecordRow.status.set(status.value), *moves], yields
            )
            return record_of(before)
        except edge.Refused as refused:
            if all(attribute.attr_name in refused.item for attribute, _ in facts):
                return record_of(refused.item)
    lacking = reduce(or_, (attribute.does_not_exist() for attribute, _ in facts))
    taken = unheard_of | (RecordRow.status != Status.REFUSED.value)
    try:
        return record_of(edge.update(RecordRow, id, notes, lacking & taken))
    except edge.Refused as refused:
        return record_of(refused.item)
