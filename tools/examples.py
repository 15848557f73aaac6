"""Set up what the examples' tests drive: the suppliers' SDKs, as the examples pin them.

`python -m tools.examples` makes `.venv-examples` of the requirements files of all examples, with
the boto3 that Lambda brings along, and does nothing the second time.  What cannot be had is named
in one line, and the tests that need it are skipped; with CI=true that is an error.
"""

import os
import sys

from .sdks import ROOT, NotAvailable, _digest, _reads, _run

EXAMPLES = ("aliyun", "tencent")
VENV = ROOT / ".venv-examples"


def suppliers_sdks() -> None:
    """The SDKs of all suppliers in one environment, which they share without a quarrel."""
    wanted = [ROOT / "examples" / name / "requirements.txt" for name in EXAMPLES]
    house = ROOT / "requirements.txt"
    mark = VENV / ".ready"
    said = " ".join([sys.version, *map(_digest, [*wanted, house])])
    if _reads(mark, said):
        return
    print("fetching the SDKs of the examples' suppliers …", flush=True)
    _run([sys.executable, "-m", "venv", "--clear", str(VENV)])
    options = ["--quiet", "--disable-pip-version-check", "--retries", "2", "-c", str(house)]
    files = [word for file in wanted for word in ("-r", str(file))]
    _run([str(VENV / "bin" / "python"), "-m", "pip", "install", *options, *files, "boto3"])
    mark.write_text(said)


def main() -> int:
    """Set everything up; the exit status."""
    must = os.environ.get("CI") == "true"
    try:
        suppliers_sdks()
    except NotAvailable as fault:
        print(f"{'missing' if must else 'skipping the tests of'} the examples: {fault}", flush=True)
        return 1 if must else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
