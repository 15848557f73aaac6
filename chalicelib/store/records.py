"""This is where records are kept, by the id of the request that sent the message."""

from ..domain.records import KEPT_FOR, Record
from . import edge
from .tables import RecordRow


class DynamoRecords:
    """Records as items."""

    def put(self, record: Record) -> None:
        edge.put(
            RecordRow(
                id=record.id,
                app=record.app,
                phone=record.to.e164,
                channel=record.channel.value,
                text=record.text,
                status=record.status.value,
                at=record.at,
                kind=record.kind.value,
                template=record.template or None,
                signature=record.signature,
                segments=record.cost.segments,
                price=record.cost.price,
                sender=record.sender or None,
                message_id=record.message_id or None,
                error=record.error or None,
                purge_at=record.at + KEPT_FOR,
            )
        )

    def filed(self, id: str) -> bool:
        return edge.get(RecordRow, id) is not None
