"""Clients that call a stage without a pause, each in a thread of its own, and note what fails."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from chalicelib.local.embedded import MASTER_KEY
from tests.e2e.stage import Stage
from tests.sdks import numbers
from tests.wire import Answer


@dataclass
class Tally:
    """How many calls were answered, by the client that made them, and what was said of others."""

    answered: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


@contextmanager
def calling(stage: Stage, session: str) -> Iterator[Tally]:
    """Let clients call while this lasts: for the time, for a user, and for codes that open."""
    tally, over = Tally(), threading.Event()
    clients = {
        "the time": lambda: stage.ask("GET", "/1.1/date"),
        "who one is": lambda: stage.ask("GET", "/1.1/users/me", headers={"X-LC-Session": session}),
        "a code": lambda: _verified(stage),
    }

    def call(name: str, client: Callable[[], Answer]) -> None:
        while not over.is_set():
            try:
                answer = client()
                fault = "" if answer.status == 200 else f"{answer.status} {answer.raw!r}"
            except Exception as raised:  # a connection refused is a failed call, too
                fault = repr(raised)
            if fault:
                tally.failures.append(f"{name}: {fault}")
            tally.answered[name] += 1

    threads = [threading.Thread(target=call, args=client) for client in clients.items()]
    for thread in threads:
        thread.start()
    try:
        yield tally
    finally:
        over.set()
        for thread in threads:
            thread.join()


def _verified(stage: Stage) -> Answer:
    """The answer to a code that is sent and verified, or to the send that failed."""
    phone = next(numbers)
    sent = stage.post("requestSmsCode", key=f"{MASTER_KEY},master", mobilePhoneNumber=phone)
    if sent.status != 200:
        return sent
    return stage.post(f"verifySmsCode/{stage.code_to(phone)}", mobilePhoneNumber=phone)
