"""This is where it is decided whether marketing may be sent now: by the destination's clock."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from .errors import QuietHours
from .forms import Hours
from .phones import PhoneNumber

#: How finely the end of the quiet hours is looked for, and how far: zones differ by quarters
#: of an hour, and every place has its morning within a day and a shift of its clocks.
_STEP, _STEPS = timedelta(minutes=15), 4 * 26


def admit(to: PhoneNumber, hours: Hours | None, *, now: datetime) -> None:
    """Raises QuietHours outside of *hours*, wherever the number may be.

    A number can belong to several time zones (+1 has dozens): it has to be day in all of them.
    """
    if hours is None:
        return
    zones = [ZoneInfo(name) for name in to.zones]
    if not zones:
        raise QuietHours("its time zone is unknown")
    if _day(now, hours, zones):
        return
    minute = now.minute // 15 * 15
    quarter = now.replace(minute=minute, second=0, microsecond=0)
    later = (quarter + _STEP * step for step in range(1, _STEPS))
    wait = next((moment - now for moment in later if _day(moment, hours, zones)), None)
    raise QuietHours("quiet hours", retry_after=wait)


def _day(moment: datetime, hours: Hours, zones: list[ZoneInfo]) -> bool:
    return all(moment.astimezone(zone).time() in hours for zone in zones)
