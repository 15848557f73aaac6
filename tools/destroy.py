"""Take a stage out of your AWS account: `make destroy STAGE=dev`."""

import argparse
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.store.tables import TABLES

from .account import Account, Failed, client
from .deploy import consent, run
from .package import DISPOSABLE, configuration
from .stack import Stack
from .uploads import Uploads

#: What is kept, and what only passes through: the tables whose items no one would miss.
_PASSING = ("lines", "captchas", "tries", "pointers", "deliveries")


def destroy(asked: argparse.Namespace) -> None:
    """Delete the stack of a stage, its tables, peppers and packages; raises Failed.

    Not while a table that is kept holds anything, unless that is asked for.
    """
    config, account = configuration(asked.stage), Account.current()
    stack = Stack(account, config.table_prefix)
    tables = _tables(config.table_prefix)
    full = [name for name in tables if name.rpartition("-")[2] not in _PASSING and _holds(name)]
    if full and not asked.force:
        raise Failed(f"{', '.join(full)} hold data; FORCE=1 deletes it, for good")
    if not tables and stack.described() is None:
        raise Failed(f"there is no {stack.name} in {account}")
    if (full or config.stage not in DISPOSABLE) and not asked.yes:
        consent(f"delete {stack.name} in {account}, and all it holds?")
    for name, said in tables.items():
        if said.get("DeletionProtectionEnabled"):
            client("dynamodb").update_table(TableName=name, DeletionProtectionEnabled=False)
    if stack.described() is not None:
        stack.delete()
    for name in _tables(config.table_prefix):
        client("dynamodb").delete_table(TableName=name)
        client("dynamodb").get_waiter("table_not_exists").wait(TableName=name)
    with suppress(client("ssm").exceptions.ParameterNotFound):
        client("ssm").delete_parameter(Name=config.peppers_parameter)
    Uploads(account, stack.name).remove()
    print(f"{stack.name} is gone from {account}")


def _tables(prefix: str) -> dict[str, dict[str, Any]]:
    """The tables that are there, whether in the stack or left by an older one, by name."""
    there, dynamodb = {}, client("dynamodb")
    for table in TABLES:
        name = f"{prefix}-{table.Meta.table_name.rpartition('-')[2]}"
        with suppress(dynamodb.exceptions.ResourceNotFoundException):
            there[name] = dynamodb.describe_table(TableName=name)["Table"]
    return there


def _holds(name: str) -> bool:
    """Whether the table *name* has an item."""
    try:
        return bool(client("dynamodb").scan(TableName=name, Limit=1, Select="COUNT")["Count"])
    except ClientError as fault:
        raise Failed(f"{name} cannot be looked at: {fault}") from fault


def main(arguments: Sequence[str] | None = None) -> int:
    """Destroy what the command line asks for; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.destroy", description=__doc__)
    parser.add_argument("--stage", default="dev", help="a stage of .chalice/config.json")
    parser.add_argument("--yes", action="store_true", help="ask nothing")
    parser.add_argument("--force", action="store_true", help="though it holds data")
    return run(destroy, parser.parse_args(arguments))


if __name__ == "__main__":
    sys.exit(main())
