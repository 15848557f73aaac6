"""All the numbers of the README, from one run: `make bench`."""

import argparse
import platform
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import (
    calls,
    captcha_ocr,
    cold,
    cost,
    delays,
    hooks,
    imports,
    records,
    templates,
    users,
)
from chalicelib.local.dynamodb import NotAvailable
from tools import package
from tools.account import Failed


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--pictures", type=int, default=300, help="captchas drawn and read")
    parser.add_argument("--users", type=int, default=users.ROWS, help="users brought along")
    asked = parser.parse_args()
    print("What one request costs (warm; medians over", calls.ROUNDS, "calls)")
    try:
        costs = calls.measure()
        print(calls.HEAD, *costs, sep="\n")
        took, needed = delays.measure()
        print(f"\nFrom request to carrier, each AWS call delayed {delays.DELAY * 1000:.0f} ms")
        print(f"{took:.1f} ms, where the delays of the calls that are needed take {needed:.0f} ms")
        print("\nUsers brought along")
        print(*users.measure(asked.users), sep="\n")
        print("\nEvents on their way to a hook")
        print(*hooks.measure(), sep="\n")
    except NotAvailable as missing:
        print(f"not measured: {missing}")
    print(f"\nWhat the console shows first, of {records.RECORDS} records of a day, on moto")
    print(*records.measure(), sep="\n")
    ours, bare = imports.milliseconds()
    print("\nWhat a cold start imports")
    print(f"send and verify: {ours:.0f} ms; chalice and pynamodb alone: {bare:.0f} ms")
    print("\nTemplates")
    print(*templates.report(), sep="\n")
    print("\nCaptchas")
    models = captcha_ocr.readers()
    if not models:
        print(captcha_ocr.MISSING)
    for size in captcha_ocr.SIZES:
        print(captcha_ocr.report(*size, asked.pictures, models))
    print("\nThe package")
    with TemporaryDirectory() as folder:
        try:
            for line in _package(Path(folder)):
                print(line, flush=True)
        except (Failed, NotAvailable) as failed:
            print(f"not measured: {failed}")


def _package(made: Path) -> Iterator[str]:
    """How large it is, how soon it wakes, and what it costs; raises NotAvailable and Failed."""
    here = {"x86_64": "x86_64", "aarch64": "arm64"}.get(platform.machine(), "")
    package.build("dev", made, here)
    zipped = made / "deployment.zip"
    with zipfile.ZipFile(zipped) as entries:
        unzipped = sum(entry.file_size for entry in entries.infolist())
    yield (
        f"{zipped.stat().st_size / 1e6:.1f} MB zipped, budget {cold.ZIP} MB; "
        f"{unzipped / 1e6:.1f} MB unzipped"
    )
    if not here or sys.platform != "linux":
        raise Failed("it runs where Lambda does, on Linux on x86-64 or arm64")
    yield "\nHow soon it wakes, on one core, under Amazon's runtime client"
    yield str(cold.measure(made))
    yield "\nWhat 1,000 verifications cost"
    yield from cost.measure(made)


if __name__ == "__main__":
    main()
