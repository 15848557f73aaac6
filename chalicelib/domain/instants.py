"""This is where an instant gets its text."""

from datetime import UTC, datetime


def iso(at: datetime) -> str:
    """*at* in UTC and to the millisecond, as LeanCloud writes it: ``2026-11-21T08:00:00.000Z``."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
