"""This is where a low balance is told of: once each time it falls below its threshold."""

from datetime import datetime
from decimal import Decimal

from pynamodb.expressions.condition import Condition

from ..domain.errors import Busy, OutOfService
from . import edge, transactions
from .tables import PurseRow
from .tills import BALANCE, balance_of, key_of, keys_of

_RACES = 4


def ring(app: str, threshold: Decimal, *, now: datetime) -> Decimal | None:
    """What the balance has left, if it is below *threshold* and for this caller to tell of it.

    Of many callers one is, until a top-up arms the alarm again.  To be asked after a payment,
    not before: then the last of many that pay at the same time sees what all have left.
    """
    for attempt in range(_RACES):
        try:
            balance = balance_of(app, edge.get_many(PurseRow, keys_of(app, BALANCE)))
        except (Busy, OutOfService):
            return None  # what was paid is paid
        if not balance.alarming(threshold):
            return None
        noted = [
            PurseRow.told.set(threshold),
            PurseRow.told_left.set(balance.left),
            PurseRow.told_at.set(now),
        ]
        told = [
            transactions.updating(
                PurseRow, key_of(app, BALANCE, shard), noted, _armed(left, threshold)
            )
            for shard, left in enumerate(balance.shards)
        ]
        try:
            transactions.write(PurseRow, told)
        except (edge.Refused, edge.Contended):
            edge.pause(attempt)
        except Busy:
            return None
        except OutOfService:
            return balance.left  # perhaps it stands: rather told twice than never
        else:
            return balance.left
    return None  # the next payment asks again


def _armed(left: Decimal, threshold: Decimal) -> Condition:
    """Whether nobody has told of it, and nothing was added to *left* since it was read."""
    poor = PurseRow.left.does_not_exist() | (PurseRow.left <= left)
    armed: Condition = poor & (PurseRow.told.does_not_exist() | (PurseRow.told > threshold))
    return armed
