"""This is where it stands how often somebody may try, right or wrong.

A try is counted before anybody knows whether it is right, so that trying in parallel buys
nothing; a success forgets them.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from .errors import TooFrequent
from .user_errors import LoginLocked

#: The latest tries that were counted, latest first.
Tries = tuple[datetime, ...]

#: What one more try makes of them; raises a Refusal.
Rule = Callable[[Tries, datetime], Tries]

#: LeanCloud's: more than six failures within fifteen minutes lock for so long after the last.
FAILURES = 7
LOCKED_FOR = timedelta(minutes=15)

#: In which codes of nobody's are counted for an app, from all addresses.
MISSED_FOR = timedelta(hours=1)


def login(tries: Tries, now: datetime) -> Tries:
    """One more try to log in; raises LoginLocked."""
    if locked(tries):
        wait = tries[0] + LOCKED_FOR - now
        if wait > timedelta(0):
            raise LoginLocked("locked", retry_after=wait)
    return (now, *tries)[:FAILURES]


def locked(tries: Tries) -> bool:
    """Whether the latest of *tries* locked, for a while after it."""
    return len(tries) >= FAILURES and tries[0] - tries[FAILURES - 1] <= LOCKED_FOR


def misses(most: int) -> Rule:
    """One more code that is nobody's, *most* an hour; raises TooFrequent.

    Any of an app's open codes would do, so that many addresses guess as well as one.
    """

    def rule(tries: Tries, now: datetime) -> Tries:
        if len(tries) >= most and now - tries[most - 1] < MISSED_FOR:
            wait = tries[most - 1] + MISSED_FOR - now
            raise TooFrequent("code-only calls of an app", retry_after=wait)
        return (now, *tries)[:most]

    return rule
