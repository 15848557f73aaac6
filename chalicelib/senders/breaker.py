"""This is where a failing carrier is left in peace, so that it invites no storm."""

import threading
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta

from ..domain.messages import Broken, Declined, Message, Rejected, Sent, Unavailable, Unknown
from ..flows.ports import Sender

#: So many failures within so many seconds open the breaker.
FAILURES, WITHIN = 5, 30.0
#: So many failures within the last minute, and others are asked first.
AILS, _MINUTE = 3, 60.0
#: Seconds of the first rest; each one after a failed trial is twice as long, up to the longest.
FIRST_REST, LONGEST_REST = 30.0, 480.0


@dataclass(eq=False, repr=False)
class Breaker:
    """A sender that takes nothing for a while after repeated failures.

    What it raises that no sender may is Broken: whoever asked must know whom it asked.

    While it rests, the next sender is asked, or the client hears 602 before anything is
    spent.  After the rest one message is let through as a trial.  A sandbox knows only its
    own failures.  Rejected and Declined are none: they say something of the message, not of the
    carrier, and else whoever asks for a few odd numbers could switch it off for everybody.
    """

    sender: Sender
    _failures: deque[float] = field(default_factory=lambda: deque(maxlen=FAILURES))
    _lately: deque[float] = field(default_factory=lambda: deque(maxlen=AILS))
    _rests_until: float = 0.0
    _last_rest: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def name(self) -> str:
        return self.sender.name

    @property
    def takes(self) -> timedelta:
        return self.sender.takes

    @property
    def ailing(self) -> bool:
        """Whether it failed often in the last minute, whatever worked between."""
        lately = list(self._lately)
        return len(lately) == AILS and lately[0] > time.monotonic() - _MINUTE

    @property
    def rest(self) -> timedelta:
        """How long it takes nothing at all, after failures; zero as a rule."""
        return timedelta(seconds=max(0.0, self._rests_until - time.monotonic()))

    def carries(self, message: Message) -> bool:
        return not self.rest and self.takes_on(message)

    def takes_on(self, message: Message) -> bool:
        """Whether it carries such a message when it does not rest."""
        return self.sender.carries(message)

    def send(self, message: Message) -> Sent:
        self._claim_trial()
        try:
            sent = self.sender.send(message)
        except (Rejected, Declined):
            self._worked()
            raise
        except (Unavailable, Unknown):
            self._failed()
            raise
        except Exception as fault:
            self._failed()
            raise Broken(type(fault).__name__, sender=self.name) from fault
        self._worked()
        return sent

    def _claim_trial(self) -> None:
        """After a rest, let one message through and hold the others back until it is answered."""
        with self._lock:
            if self._last_rest:
                if self.rest:
                    raise Unavailable("rests", sender=self.name)
                self._rests_until = time.monotonic() + FIRST_REST

    def _worked(self) -> None:
        with self._lock:
            self._failures.clear()
            self._rests_until = self._last_rest = 0.0

    def _failed(self) -> None:
        now = time.monotonic()
        with self._lock:
            self._failures.append(now)
            self._lately.append(now)
            full = len(self._failures) == FAILURES and now - self._failures[0] <= WITHIN
            if self._last_rest or full:
                self._last_rest = min(self._last_rest * 2, LONGEST_REST) or FIRST_REST
                self._rests_until = now + self._last_rest
