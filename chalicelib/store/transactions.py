"""This is where several items are read or written at one moment; `edge` names the faults."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pynamodb.constants import KEY
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.models import Model

from ..domain.codes import random_token
from . import edge

#: One of the writes of a transaction, as DynamoDB is told it.
Write = Mapping[str, Mapping[str, Any]]


def updating(
    table: type[Model],
    key: str,
    actions: Sequence[Action],
    condition: Condition | None = None,
    *,
    range: str | None = None,
) -> Write:
    """A change of one item."""
    asked = table._get_connection().get_operation_kwargs(
        key, range, key=KEY, actions=actions, condition=condition
    )
    return {"Update": asked}


def putting(row: Model, condition: Condition | None = None) -> Write:
    """A whole item written."""
    return {"Put": row.get_save_kwargs_from_instance(condition)}


def deleting(table: type[Model], key: str, condition: Condition | None = None) -> Write:
    """An item deleted."""
    connection = table._get_connection()
    return {"Delete": connection.get_operation_kwargs(key, key=KEY, condition=condition)}


def write(table: type[Model], writes: Sequence[Write]) -> None:
    """Do all of *writes* or none; raises Refused, Contended, Busy or OutOfService.

    After the last two nobody knows, if a reply was lost before.  A token makes all tries of
    one call the same transaction: DynamoDB knows it for ten minutes, and does nothing twice.
    """
    asked = {"TransactItems": writes, "ClientRequestToken": random_token()}
    edge.call(table, "TransactWriteItems", asked)


def snapshot(table: type[Model], keys: Iterable[str]) -> dict[str, edge.Item]:
    """The items there are of *keys*, all as they stand at one moment.

    Raises Contended while one of them is being written, Busy or OutOfService.
    """
    name = table.Meta.table_name
    gets = [{"Get": {"TableName": name, "Key": edge.key_of(table, key)}} for key in keys]
    answer = edge.call(table, "TransactGetItems", {"TransactItems": gets})
    return edge.by_key(table, (one["Item"] for one in answer["Responses"] if one.get("Item")))
