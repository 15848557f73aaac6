"""All the numbers of the README, from one run: `make bench`."""

import argparse
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import calls, captcha_ocr, delays, hooks, imports, templates, users
from chalicelib.local.dynamodb import NotAvailable
from tools import package


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
            package.build("dev", Path(folder))
        except package.Failed as failed:
            print(f"not measured: {failed}")
            return
        made = Path(folder, "deployment.zip")
        with zipfile.ZipFile(made) as zipped:
            unzipped = sum(entry.file_size for entry in zipped.infolist())
        print(f"{made.stat().st_size / 1e6:.1f} MB zipped, {unzipped / 1e6:.1f} MB unzipped")


if __name__ == "__main__":
    main()
