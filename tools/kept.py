"""The tables of a stage that are there, whether in its stack or left by one that was deleted."""

from contextlib import suppress
from typing import Any

from chalicelib.store.tables import TABLES

from .account import client

#: The nouns of tables whose items only pass through: nobody would miss them.
_PASSING = ("lines", "captchas", "tries", "pointers", "deliveries")


def tables(prefix: str) -> dict[str, dict[str, Any]]:
    """What DynamoDB says of each, by name."""
    there, dynamodb = {}, client("dynamodb")
    for table in TABLES:
        name = f"{prefix}-{table.Meta.table_name.rpartition('-')[2]}"
        with suppress(dynamodb.exceptions.ResourceNotFoundException):
            there[name] = dynamodb.describe_table(TableName=name)["Table"]
    return there


def keeps(name: str) -> bool:
    """Whether the table *name* holds an item that somebody would miss."""
    if name.rpartition("-")[2] in _PASSING:
        return False
    return bool(client("dynamodb").scan(TableName=name, Limit=1, Select="COUNT")["Count"])


def unprotect(name: str, said: dict[str, Any]) -> None:
    """Let the table *name*, of which DynamoDB says *said*, be deleted."""
    if said.get("DeletionProtectionEnabled"):
        client("dynamodb").update_table(TableName=name, DeletionProtectionEnabled=False)


def delete(name: str) -> None:
    """Delete the table *name*, and wait until it is gone."""
    client("dynamodb").delete_table(TableName=name)
    client("dynamodb").get_waiter("table_not_exists").wait(TableName=name)
