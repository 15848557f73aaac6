"""How fast users are brought along, and in how much memory, with a fault of each kind in a hundred.

The import has a process of its own, so that its memory is nobody else's; DynamoDB Local answers.
"""

import io
import re
import resource
import sys
import time
from contextlib import redirect_stdout
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import exports

ROWS = 100_000


def measure(rows: int = ROWS) -> list[str]:
    """A line for a dry run, one for the import, and one for the same again.

    Raises dynamodb.NotAvailable, and AssertionError when a row was lost.
    """
    from chalicelib.local import dynamodb

    with dynamodb.running() as address, TemporaryDirectory() as folder:
        path = exports.write(Path(folder, "users.jsonl"), rows)
        here, there = get_context("spawn").Pipe()
        process = get_context("spawn").Process(target=_bring, args=(str(path), address, there))
        process.start()
        there.close()
        try:
            base, runs = here.recv()
        finally:
            process.join()
        size = path.stat().st_size / 1e6
    hundreds = rows // 100
    good, left_out = exports.GOOD * hundreds, (len(exports.FAULTS) - 1) * hundreds
    for name, (_, _, said) in runs.items():
        new = 0 if name == "the same again" else good
        assert said == (rows, new, rows - new - left_out), (name, said)
    return [
        f"{rows:,} rows ({size:.0f} MB), {left_out:,} of them at fault; {base:.0f} MB before",
        *(
            f"{name}: {rows / took:.0f} rows/s ({took:.0f} s), at most {peak:.0f} MB"
            for name, (took, peak, _) in runs.items()
        ),
    ]


def _bring(path: str, address: str, told: Connection) -> None:
    from chalicelib import operate
    from chalicelib.local import embedded

    with embedded.aws(dynamodb=address):
        embedded.furnish("")
        base, runs = _peak(), {}
        command = ["import-users", "--app", embedded.APP_ID, path]
        for name, flags in (("dry run", ["--dry-run"]), ("import", []), ("the same again", [])):
            began = time.perf_counter()
            with redirect_stdout(io.StringIO()) as said:
                operate.main([*command, *flags])
            took = time.perf_counter() - began
            runs[name] = (took, _peak(), _numbers(said.getvalue()))
        told.send((base, runs))


def _numbers(said: str) -> tuple[int, ...]:
    """Rows, the new ones, and those that were there."""
    found = (re.search(rf"(\d+)  {what}\n", said) for what in ("rows", "new", "already there"))
    return tuple(int(one[1]) if one else -1 for one in found)


def _peak() -> float:
    """Megabytes this process has had at the most."""
    unit = 1e6 if sys.platform == "darwin" else 1e3
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
