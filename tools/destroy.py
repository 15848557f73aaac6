"""Take a stage out of your AWS account: `make destroy STAGE=dev`."""

import argparse
import sys
from collections.abc import Sequence
from contextlib import suppress

from chalicelib.store.secrets import ParameterSecrets

from . import kept, protect
from .account import Account, Failed, client
from .command import consent, run
from .package import DISPOSABLE, configuration
from .stack import Stack
from .uploads import Uploads


def destroy(asked: argparse.Namespace) -> None:
    """Delete the stack of a stage, its tables, peppers and packages; raises Failed.

    Not while a table that is kept holds anything, unless that is asked for.
    """
    config, account = configuration(asked.stage), Account.current()
    stack = Stack(account, config.table_prefix)
    tables = kept.tables(config.table_prefix)
    full = [name for name in tables if kept.keeps(name)]
    if full and not asked.force:
        raise Failed(f"{', '.join(full)} hold data; FORCE=1 deletes it, for good")
    peppers, uploads = ParameterSecrets(config.peppers_parameter), Uploads(account, stack.name)
    there = tables or stack.described() is not None or not peppers.missing() or uploads.any()
    if not there:
        raise Failed(f"there is no {stack.name} in {account}")
    if (full or config.stage not in DISPOSABLE) and not asked.yes:
        consent(f"delete {stack.name} in {account}, and all it holds?")
    if stack.described() is not None:
        stack.delete()
    protect.remove(config)
    # Protected until now: whatever keeps the stack from being deleted must not leave them bare.
    kept.delete(kept.tables(config.table_prefix))
    with suppress(client("ssm").exceptions.ParameterNotFound):
        client("ssm").delete_parameter(Name=config.peppers_parameter)
    uploads.remove()
    print(f"{stack.name} is gone from {account}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Destroy what the command line asks for; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.destroy", description=__doc__)
    parser.add_argument("--stage", default="dev", help="a stage of .chalice/config.json")
    parser.add_argument("--yes", action="store_true", help="ask nothing")
    parser.add_argument("--force", action="store_true", help="though it holds data")
    return run(destroy, parser.parse_args(arguments))


if __name__ == "__main__":
    sys.exit(main())
