"""The tables of a stage that are there, whether in its stack or left by one that was deleted."""

from collections.abc import Collection
from contextlib import suppress
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.store.tables import TABLES

from .account import client
from .smoke import PREFIX as SMOKE

#: The nouns of tables whose items only pass through: nobody would miss them.
_PASSING = ("lines", "captchas", "tries", "pointers", "deliveries")

#: What a smoke test leaves: records and counters, which are purged in their time, and the app
#: itself where the test was killed.
_SMOKE = (
    "begins_with(id, :smoke)",
    "begins_with(app, :smoke)",
    "begins_with(#key, :smoke)",
    "(#name = :pending)",
)


def tables(prefix: str) -> dict[str, dict[str, Any]]:
    """What DynamoDB says of each, by name."""
    there, dynamodb = {}, client("dynamodb")
    for table in TABLES:
        name = f"{prefix}-{table.Meta.table_name.rpartition('-')[2]}"
        with suppress(dynamodb.exceptions.ResourceNotFoundException):
            there[name] = dynamodb.describe_table(TableName=name)["Table"]
    return there


def strays(stack: str) -> set[str]:
    """The tables that bear the stack's name and are none of its own."""
    pages, own = client("cloudformation").get_paginator("list_stack_resources"), set()
    with suppress(ClientError):  # there is no stack
        for page in pages.paginate(StackName=stack):
            own |= {one.get("PhysicalResourceId") for one in page["StackResourceSummaries"]}
    return set(tables(stack)) - own


def keeps(name: str) -> bool:
    """Whether the table *name* holds an item that somebody would miss."""
    if name.rpartition("-")[2] in _PASSING:
        return False
    pages = (
        client("dynamodb")
        .get_paginator("scan")
        .paginate(
            TableName=name,
            Select="COUNT",
            ConsistentRead=True,
            FilterExpression=" AND ".join(f"NOT {one}" for one in _SMOKE),
            ExpressionAttributeNames={"#key": "key", "#name": "name"},
            ExpressionAttributeValues={":smoke": {"S": SMOKE}, ":pending": {"S": ">pending"}},
        )
    )
    return any(page["Count"] for page in pages)


def delete(names: Collection[str]) -> None:
    """Delete tables, protected or not, and wait until they are gone."""
    dynamodb, soon = client("dynamodb"), {"Delay": 3, "MaxAttempts": 200}
    for name in names:
        if dynamodb.describe_table(TableName=name)["Table"].get("DeletionProtectionEnabled"):
            dynamodb.update_table(TableName=name, DeletionProtectionEnabled=False)
            # A table that is being updated cannot be deleted.
            dynamodb.get_waiter("table_exists").wait(TableName=name, WaiterConfig=soon)
        dynamodb.delete_table(TableName=name)
    for name in names:
        dynamodb.get_waiter("table_not_exists").wait(TableName=name, WaiterConfig=soon)
