"""This is where a terminal is shown how far a command has come."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

#: Told how much more is done.
Told = Callable[[int], object]


@contextmanager
def bar(total: int, unit: str) -> Iterator[Told]:
    """A bar of *total* on a terminal; nothing anywhere else, nor where tqdm is not installed."""
    if not sys.stderr.isatty():
        yield _nothing
        return
    try:
        from tqdm import tqdm  # of no use to a function in AWS
    except ImportError:
        print("no progress bar without: pip install -r requirements-operate.txt", file=sys.stderr)
        yield _nothing
        return
    with tqdm(total=total, unit=unit, unit_scale=True, file=sys.stderr) as drawn:
        yield drawn.update


def _nothing(more: int) -> None:
    """Nobody looks."""
