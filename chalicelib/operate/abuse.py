"""This is where a changed rule against pumping is tried on what has been recorded."""

import argparse
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ..domain.abuse import Verdict
from ..domain.apps import App
from ..domain.records import Record
from ..domain.searches import Search
from ..flows.replays import Outcome, Replay
from ..store.ledgers import DynamoLedgers
from ..store.records import DynamoRecords
from .faults import Fault, app_of

_PAGE = 1000
#: The best day of a fortnight is looked back for.
_BEFORE = timedelta(days=15)
_SPAN = re.compile("([1-9][0-9]{0,2})([hd])")
_UNITS = {"h": "hours", "d": "days"}


def replay_abuse(asked: argparse.Namespace) -> str:
    """say what a changed rule would have held back of what was recorded; nothing is changed"""
    app = app_of(asked) if asked.app else _only(asked)
    changed = _rule(Path(asked.rule))
    since = datetime.now(UTC) - _span(asked.since)
    settings = app.settings
    for name, text in changed.items():
        settings = settings.set(name, text)
    standing = DynamoLedgers().read(app.id)
    replay = Replay.of(app.with_settings(settings), standing.since)
    outcome = replay.run(_recorded(app, since - _BEFORE), since)
    return "\n".join(_lines(outcome, changed))


def _only(asked: argparse.Namespace) -> App:
    apps: list[App] = asked.apps.all()
    if len(apps) != 1:
        raise Fault(f"there are {len(apps)} apps: say which by --app")
    return apps[0]


def _rule(path: Path) -> dict[str, str]:
    """The settings in a file of lines `name=value`; lines that begin with # say nothing."""
    changed = {}
    for line in path.read_text("utf-8").splitlines():
        name, equals, value = line.partition("=")
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if not equals:
            raise Fault(f"{path}: a line is name=value, not {line[:40]!r}")
        changed[name.strip()] = value.strip()
    return changed


def _span(text: str) -> timedelta:
    found = _SPAN.fullmatch(text)
    if not found:
        raise Fault(f"--since is hours or days, such as 12h or 30d: {text[:20]!r}")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def _recorded(app: App, since: datetime) -> Iterator[Record]:
    """The records of *app* since a moment, day by day."""
    records, now = DynamoRecords(), datetime.now(UTC)
    day = since.date()
    while day <= now.date():
        place = ""
        while True:
            page = records.search(Search(app.id, day=day), before=place, limit=_PAGE, now=now)
            yield from (record for record in page.records if record.at >= since)
            place = page.next
            if not place:
                break
        day += timedelta(days=1)


def _lines(outcome: Outcome, changed: dict[str, str]) -> Iterator[str]:
    yield "rule: " + (", ".join(f"{name}={value}" for name, value in changed.items()) or "as it is")
    said = ", ".join(f"{outcome.verdicts[verdict]} {verdict}" for verdict in Verdict)
    yield f"codes asked for: {outcome.sends} ({said})"
    yield f"held back: {outcome.held}"
    yield f"verified later all the same (harm): {outcome.harmed}"
    yield f"saved: ${outcome.saved.normalize():f}"
    yield f"held back then, and not by this rule: {outcome.released}"
