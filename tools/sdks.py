"""Set up what the tests drive but do not ship: `make sdks`, which does nothing the second time.

The SDKs and DynamoDB Local are fetched once; a browser is the machine's own.  What cannot be had
is named in one line, and the tests that need it are skipped; with CI=true that is an error, for in
CI nothing may be skipped.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from chalicelib.local import dynamodb

ROOT = Path(__file__).parents[1]
SDK = ROOT / "tests" / "sdk"
VENV = ROOT / ".venv-sdk"

#: What Chromium's program is called, by who brings it.
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NO_BROWSER = "Chromium is needed: `apt-get install chromium`, or Google's Chrome in the PATH"

#: How pip and npm begin the line that says what is wrong.
_ERROR = re.compile("(npm )?error", re.IGNORECASE)


class NotAvailable(Exception):
    """Something cannot be had; the text says why, and how to get it."""


def python_sdk() -> None:
    """LeanCloud's Python SDK in an environment of its own, its dependencies being of old."""
    wanted = SDK / "requirements.txt"
    mark = VENV / ".ready"
    said = f"{sys.version} {_digest(wanted)}"
    if _reads(mark, said):
        return
    print("fetching LeanCloud's Python SDK …", flush=True)
    _run([sys.executable, "-m", "venv", "--clear", str(VENV)])
    options = ["--no-deps", "--quiet", "--disable-pip-version-check", "--retries", "2"]
    _run([str(VENV / "bin" / "python"), "-m", "pip", "install", *options, "-r", str(wanted)])
    mark.write_text(said)


def javascript_sdk() -> None:
    """LeanCloud's JavaScript SDK, as its lock file says."""
    if not shutil.which("node") or not shutil.which("npm"):
        raise NotAvailable("Node.js 18 or newer with npm is needed: https://nodejs.org")
    mark = SDK / "node_modules" / ".ready"
    said = _digest(SDK / "package-lock.json")
    if _reads(mark, said):
        return
    print("fetching LeanCloud's JavaScript SDK …", flush=True)
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    _run(["npm", "ci", *options, "--fetch-retries=1", "--fetch-retry-mintimeout=1000"], cwd=SDK)
    mark.write_text(said)


def browser() -> str | None:
    """The program of the browser in which the JavaScript SDK is driven."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def chromium() -> None:
    """A browser, which is the machine's own: it is not worth another download for the tests."""
    if not browser():
        raise NotAvailable(NO_BROWSER)


def dynamodb_local() -> None:
    """Amazon's DynamoDB Local."""
    try:
        dynamodb.fetch()
    except dynamodb.NotAvailable as fault:
        raise NotAvailable(str(fault)) from fault


#: What is set up, in the words of the line that names it when it is missing.
ALL: dict[str, Callable[[], None]] = {
    "the Python SDK": python_sdk,
    "the JavaScript SDK": javascript_sdk,
    "the JavaScript SDK in a browser": chromium,
    "DynamoDB Local": dynamodb_local,
}


def main() -> int:
    """Set everything up; the exit status."""
    must = os.environ.get("CI") == "true"
    missing = False
    for name, set_up in ALL.items():
        try:
            set_up()
        except NotAvailable as fault:
            missing = True
            print(f"{'missing' if must else 'skipping the tests of'} {name}: {fault}", flush=True)
    return 1 if missing and must else 0


def _run(command: list[str], *, cwd: Path | None = None) -> None:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = (done.stderr or done.stdout).splitlines()
        why = next((line for line in lines if _ERROR.match(line)), "it does not say why")
        raise NotAvailable(f"it cannot be fetched; is the network there? ({why.strip()[:160]})")


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _reads(mark: Path, said: str) -> bool:
    return mark.exists() and mark.read_text() == said


if __name__ == "__main__":
    sys.exit(main())
