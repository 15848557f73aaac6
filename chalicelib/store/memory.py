"""This is where a sandbox remembers for half a minute what it has read."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")

#: Seconds a sandbox may go on with what it has read: so long a changed switch takes at most.
_FOR = 30
#: Keys remembered at the most, unknown ones included: a flood of made-up ones must not fill memory.
_MOST = 1000


@dataclass(eq=False, repr=False)
class Memory(Generic[T]):
    """What was read by its key, for as long as it is fresh."""

    _kept: OrderedDict[str, tuple[float, T]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, key: str, read: Callable[[], T]) -> T:
        """What is remembered of *key*, or what *read* gives."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None and time.monotonic() - kept[0] < _FOR:
                return kept[1]
        value = read()
        with self._lock:
            self._kept[key] = (time.monotonic(), value)
            self._kept.move_to_end(key)
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)
        return value

    def forget(self, key: str) -> None:
        """Read *key* anew the next time: it was changed here."""
        with self._lock:
            self._kept.pop(key, None)

    def clear(self) -> None:
        """Read everything anew, as a new sandbox would."""
        with self._lock:
            self._kept.clear()
