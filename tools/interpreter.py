"""The Python that packages: Chalice builds for the runtime of the interpreter it runs in.

Lambda's newest runtimes start sooner and are supported for longer, so a Python of their versions
is looked for beside the one that runs this; where there is none, 3.11 will do.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
REQUIREMENTS = ("requirements.txt", "requirements-package.txt")

#: Lambda's runtimes that every pinned wheel is made for, in the order they are preferred.
VERSIONS = ("3.13", "3.12", "3.11")
#: Said where none but the last was found.
LAST = "packaged for Python 3.11, which Lambda supports until 2027-06-30; install 3.12 or 3.13"


class NoInterpreter(Exception):
    """No Python here can package; the message says which can."""


def ready() -> Path:
    """A Python with what packaging imports, in an environment of its own; raises NoInterpreter."""
    version, base = find()
    folder = ROOT / f".venv-package-{version}"
    python, mark = folder / "bin" / "python", folder / ".ready"
    said = _digest()
    if not (mark.exists() and mark.read_text() == said):
        print(f"setting up Python {version} to package with …", file=sys.stderr, flush=True)
        _run([base, "-m", "venv", "--clear", folder])
        wanted = [part for name in REQUIREMENTS for part in ("-r", ROOT / name)]
        _run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *wanted])
        mark.write_text(said)
    return python


def find() -> tuple[str, Path]:
    """The best of the Pythons here, and its version; raises NoInterpreter."""
    asked = os.environ.get("LAMBDA_PYTHON")
    for version in VERSIONS:
        for base in [Path(asked)] if asked else _candidates(version):
            if _version(base) == version:
                return version, base
    raise NoInterpreter(
        f"{asked or 'no Python here'} is none of {', '.join(VERSIONS)}, which Lambda runs; "
        "LAMBDA_PYTHON may name one"
    )


def _candidates(version: str) -> Iterator[Path]:
    if version == f"{sys.version_info.major}.{sys.version_info.minor}":
        yield Path(sys.executable)
    if found := shutil.which(f"python{version}"):
        yield Path(found)
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv", "versions")
    yield from sorted(pyenv.glob(f"{version}.*/bin/python{version}"), reverse=True)


def _version(python: Path) -> str:
    """*python*'s version; empty if it does not run, as a shim may not."""
    program = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"
    try:
        ran = subprocess.run([python, "-c", program], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return ran.stdout.strip()


def _digest() -> str:
    files = (ROOT / name for name in REQUIREMENTS)
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def _run(command: list[str | Path]) -> None:
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode:
        lines = (ran.stderr or ran.stdout).strip().splitlines() or ["it does not say why"]
        raise NoInterpreter(f"{command[0]} cannot be set up: {lines[-1][:200]}")
