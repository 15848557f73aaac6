"""A command that a person runs: what it asks them, and how it ends."""

import argparse
import sys
from collections.abc import Callable

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.errors import Refusal

from .account import Failed


def consent(question: str) -> None:
    """Go on if somebody says so; raises Failed otherwise, and where nobody can be asked."""
    if not sys.stdin.isatty():
        raise Failed(f"{question} Nobody can be asked here: YES=1 says so")
    if answer(f"{question} [y/N] ").lower() not in ("y", "yes"):
        raise Failed("nothing was changed")


def answer(question: str) -> str:
    """What somebody types; nothing at the end of input (Ctrl-D)."""
    try:
        return input(question).strip()
    except EOFError:
        print()
        return ""


def run(command: Callable[[argparse.Namespace], None], asked: argparse.Namespace) -> int:
    """The exit status of *command*; what went wrong is said in a line."""
    try:
        command(asked)
    except (Failed, Refusal, BotoCoreError, ClientError, OSError) as fault:
        print(f"not done: {fault}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ninterrupted; what AWS has begun goes on", file=sys.stderr)
        return 1
    return 0
