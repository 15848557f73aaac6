"""This is where an administrator takes records away, a page at a time."""

from chalice.app import Blueprint, Response

from ...domain.exports import csv_header, csv_lines, json_lines
from ...domain.searches import Page
from ..call import Call
from ..http import administrator
from .records import MOST, found

routes = Blueprint(__name__)

_PATH = "/console/api/records"


@administrator(routes, "GET", f"{_PATH}.csv")
def export_csv(call: Call) -> Response:
    """Records as CSV: what `records` finds, with `next` in the header X-Next.

    The first page alone has a header row, so that pages put together are one file.
    """
    page = found(call, default=MOST)
    header = "" if call.given.get("next") else csv_header()
    return _file(header + csv_lines(page.records), page, "text/csv", "csv")


@administrator(routes, "GET", f"{_PATH}.jsonl")
def export_jsonl(call: Call) -> Response:
    """Records as lines of JSON: what `records` finds, with `next` in the header X-Next."""
    page = found(call, default=MOST)
    return _file(json_lines(page.records), page, "application/jsonl", "jsonl")


def _file(text: str, page: Page, kind: str, ending: str) -> Response:
    headers: dict[str, str | list[str]] = {
        "Content-Type": f"{kind}; charset=utf-8",
        "Content-Disposition": f'attachment; filename="records.{ending}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    if page.next:
        headers["X-Next"] = page.next
    return Response(text, headers)
