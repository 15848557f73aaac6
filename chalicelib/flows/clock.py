"""This is where a flow reads the time: once, at its top."""

from datetime import UTC, datetime


def clock() -> datetime:
    """Now, in UTC, to the millisecond: what the tables keep of an instant."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)
