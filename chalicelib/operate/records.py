"""This is where records are taken away."""

import argparse
from datetime import UTC, date, datetime
from pathlib import Path

from ..domain.exports import csv_header, csv_lines, json_lines
from ..domain.searches import Search
from ..store.records import DynamoRecords
from .faults import app_of

#: Records held in memory at a time.
_PAGE = 1000


def export_records(asked: argparse.Namespace) -> str:
    """write an app's records of a day (UTC) to a file, newest first; numbers are masked"""
    app = app_of(asked)
    search = Search(app.id, day=date.fromisoformat(asked.day))
    records, now, written, place = DynamoRecords(), datetime.now(UTC), 0, ""
    as_csv = asked.format == "csv"
    with Path(asked.file).open("w", encoding="utf-8", newline="") as file:
        file.write(csv_header() if as_csv else "")
        while True:
            page = records.search(search, before=place, limit=_PAGE, now=now)
            file.write((csv_lines if as_csv else json_lines)(page.records))
            written, place = written + len(page.records), page.next
            if not place:
                return f"{asked.file}: {written} records"
