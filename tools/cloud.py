"""Set up the emulated AWS that the end-to-end tests deploy to: `python -m tools.cloud`.

It does nothing the second time.  What cannot be had is named in one line, and the tests that need
it are skipped; with CI=true that is an error.
"""

import os
import sys
from pathlib import Path

from . import interpreter
from .sdks import ROOT, NotAvailable, _digest, _reads, _run

WANTED = ROOT / "tests" / "e2e" / "requirements.txt"
VENV = ROOT / ".venv-e2e"


def ready(base: Path | None = None) -> Path:
    """The Python of an environment with the emulator; raises NotAvailable.

    The emulator runs the functions in the Python it runs in itself, so its *base* is the one that
    packages them, unless another is named.
    """
    base = base or _packager()
    python, mark = VENV / "bin" / "python", VENV / ".ready"
    said = f"{base.resolve()} {_digest(WANTED)}"
    if not _reads(mark, said):
        print("fetching an emulated AWS …", file=sys.stderr, flush=True)
        _run([str(base), "-m", "venv", "--clear", str(VENV)])
        options = ["--quiet", "--disable-pip-version-check", "--retries", "2"]
        _run([str(python), "-m", "pip", "install", *options, "-r", str(WANTED)])
        mark.write_text(said)
    return python


def _packager() -> Path:
    try:
        interpreter.ready()  # or each worker of the tests would make it for itself, at one time
        return interpreter.find()[1]
    except interpreter.NoInterpreter as fault:
        raise NotAvailable(str(fault)) from fault


def main() -> int:
    """Set everything up; the exit status."""
    must = os.environ.get("CI") == "true"
    try:
        ready()
    except NotAvailable as fault:
        verb = "missing" if must else "skipping the tests of"
        print(f"{verb} the deployment: {fault}", flush=True)
        return 1 if must else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
