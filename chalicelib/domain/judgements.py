"""This is where it is decided on one request for a message, by an app's settings."""

from datetime import datetime

from . import abuse
from .abuse import Cause, Decision, Defence, Reason, Standing, Verdict
from .phones import PhoneNumber
from .settings import Settings
from .watchlists import Entry


def listed(settings: Settings, phone: PhoneNumber, address: str, now: datetime) -> Decision | None:
    """The decision that the lists make; None where neither has an entry."""

    def first(entries: tuple[Entry, ...]) -> Entry | None:
        return next((one for one in entries if one.met(phone, address, now)), None)

    if safe := first(settings.safe_list):
        return Decision(reasons=(Reason(Cause.SAFE, safe.shown),))
    if barred := first(settings.block_list):
        return Decision(Verdict.BLOCKED, (Reason(Cause.BARRED, barred.shown),))
    return None


def weighed(
    settings: Settings, standing: Standing, phone: PhoneNumber, address: str, now: datetime
) -> Decision:
    """The decision on a code that follows from the *standing* of its region and its address."""
    return abuse.judged(
        standing,
        region=phone.region,
        address=address,
        now=now,
        defence=_possible(settings),
        breaking=settings.breaking,
        home=settings.home_region,
        adaptive=settings.captcha_adaptive,
    )


def _possible(settings: Settings) -> Defence:
    """Who can be shown no captcha is not asked for one unless that was chosen."""
    if settings.defence is Defence.AUTO and not settings.captcha_enabled:
        return Defence.WATCH
    return settings.defence
