"""This is where a sandbox remembers for half a minute what it has read."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")

#: Seconds a sandbox may go on with what it has read: so long a changed switch takes at most.
FRESH_FOR = 30
#: Keys remembered at the most: a flood of made-up ones must not fill memory.
_MOST = 1000


@dataclass(eq=False, repr=False)
class Memory(Generic[T]):
    """What was read by its key, for as long as it is fresh; None stands for nothing there.

    Keys of nothing are remembered apart: made-up ones must not drive out those that are.
    """

    seconds: float = FRESH_FOR
    _there: OrderedDict[str, tuple[float, T | None]] = field(default_factory=OrderedDict)
    _nothing: OrderedDict[str, tuple[float, T | None]] = field(default_factory=OrderedDict)
    _changes: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, key: str, read: Callable[[], T | None]) -> T | None:
        """What is remembered of *key*, or what *read* gives."""
        with self._lock:
            kept = self._there.get(key) or self._nothing.get(key)
            if kept is not None and time.monotonic() - kept[0] < self.seconds:
                return kept[1]
            changes = self._changes
        value = read()
        with self._lock:
            if changes == self._changes:  # else it may be what was there before
                self._keep(key, value)
        return value

    def _keep(self, key: str, value: T | None) -> None:
        self._there.pop(key, None)
        self._nothing.pop(key, None)
        kept = self._nothing if value is None else self._there
        kept[key] = (time.monotonic(), value)
        while len(kept) > _MOST:
            kept.popitem(last=False)

    def forget(self, key: str) -> None:
        """Read *key* anew the next time: it was changed here."""
        with self._lock:
            self._changes += 1
            self._there.pop(key, None)
            self._nothing.pop(key, None)

    def clear(self) -> None:
        """Read everything anew, as a new sandbox would."""
        with self._lock:
            self._changes += 1
            self._there.clear()
            self._nothing.clear()
