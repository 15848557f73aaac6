"""This is where users are brought along from LeanCloud, and taken home."""

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from ..flows.arrivals import NAMED, Report
from ..flows.migration import Import, export
from ..store.census import DynamoCensus
from ..store.users import DynamoUsers
from . import progress
from .faults import Fault, app_of
from .kept import Kept, private
from .roll import DiskRoll
from .rows import rows


def import_users(asked: argparse.Namespace) -> str:
    """bring along users from LeanCloud's export of _User, or from ours; again goes on from there"""
    app, keyring = app_of(asked), asked.secrets.read()
    files = [Path(file) for file in asked.files]
    with closing(Kept(asked.bad)) as kept:
        _check(files, kept)
        report = Report(kept)
        try:
            size = sum(file.stat().st_size for file in files)
            with progress.bar(size, "B") as told, closing(DiskRoll()) as roll:
                seen = DynamoUsers(), DynamoCensus(), roll
                bringing = Import(app, *seen, keyring, report, dry=asked.dry_run)
                bringing.run(row for file in files for row in rows(file, told))
        except BaseException:
            print(_said(report, kept, asked.dry_run))
            print("stopped here; run it again, and it goes on from here")
            raise
    asked.status = 2 if report.left_out else 0
    return _said(report, kept, asked.dry_run)


def export_users(asked: argparse.Namespace) -> str:
    """write all users of an app to a file, with password hashes and sessions, for import-users"""
    app, keyring, users = app_of(asked), asked.secrets.read(), DynamoUsers()
    part, written, sessions = Path(f"{asked.file}.part"), 0, 0
    many = users.count(app.id)
    # Half of a surrogate becomes the escape that JSON has for it.
    with private(part, errors="backslashreplace") as file, progress.bar(many, " users") as told:
        for row in export(app, users, keyring):
            file.write(f"{json.dumps(row, ensure_ascii=False)}\n")
            written, sessions = written + 1, sessions + ("sessionToken" in row)
            told(1)
    part.replace(asked.file)  # whole, or not at all
    return f"{asked.file}: {written} users, {sessions} of them with their session"


def _check(files: list[Path], kept: Kept) -> None:
    for file in files:
        if not file.is_file():
            raise Fault(f"there is no file {file}")
        if Path(kept.name(str(file))).resolve() in [one.resolve() for one in files]:
            raise Fault(f"{kept.name(str(file))} is read already: choose another with --bad")


def _said(report: Report, kept: Kept, dry: bool) -> str:
    passwords = [f"{many} {kind}" for kind, many in sorted(report.passwords.items())]
    of_the_new = [
        _count(report.sessions, "  keep their session"),
        _count(report.unverified, "  have a number that is not verified"),
        f"           passwords: {', '.join(passwords)}",
    ]
    lines = [
        *(["a dry run: no user was written"] if dry else []),
        _count(report.rows, "rows"),
        _count(report.arrived, "new"),
        *(of_the_new if report.arrived else []),
        _count(report.known, "already there"),
        _count(report.conflicts.total(), "conflicts: somebody else has the same"),
        *_counts(report.conflicts),
        _count(report.bads.total(), "bad rows"),
        *_counts(report.bads),
    ]
    if report.named:
        lines += [f"conflicts, the first {NAMED}" if len(report.named) == NAMED else "conflicts"]
        lines += [f"  {one}" for one in report.named]
    if kept.names:
        lines += [f"left out, row by row and why: {', '.join(kept.names)}"]
    return "\n".join(lines)


def _counts(counter: Counter[str]) -> Iterator[str]:
    return (_count(many, f"  {what}") for what, many in counter.most_common())


def _count(many: int, what: str) -> str:
    return f"{many:>9}  {what}"
