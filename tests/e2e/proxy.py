"""What may go wrong between a deployment's functions and AWS: microburst, which stands there."""

import json
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from tests.e2e.cloud import _free_port as free_port
from tools.cloud import VENV

#: A rule as microburst reads it: which requests it is for, and what they meet.
Rule = Mapping[str, Any]

#: Longer than any client of ours waits for an answer, in milliseconds.
_TOO_LATE = 2600

#: DynamoDB, SNS and the others each have their own word for it.
THROTTLED: Rule = {"error": {"code": "ThrottlingException", "status": 400}}
#: The connection is cut, and the request gets nowhere.
RESET: Rule = {"reset": True}
#: The request is done when its client has given up waiting, and perhaps tried again.
SLOW: Rule = {"latency": _TOO_LATE}
#: The request is done, and its answer is cut off.
LOST: Rule = {"response": {"abort_bytes": 0}}

#: So often is a call of a table tried.
_TRIES = 4


def once(rule: Rule, fault: Rule) -> Rule:
    """The first request that *rule* is for meets *fault*."""
    return {**rule, **fault, "times": 1}


def each(rule: Rule, *faults: Rule) -> list[Rule]:
    """Every call that *rule* is for meets these *faults*, try after try, and then is answered."""
    # Whatever a rule takes none behind it sees: the second counts what the first lets pass.
    return [
        {**rule, **fault, "sequence": {"fail": 1, "pass": len(faults) - place}}
        for place, fault in enumerate(faults)
    ]


@dataclass(frozen=True)
class Proxy:
    """A proxy by its address; clients of it may meet what it is told, and nothing at first."""

    url: str

    @contextmanager
    def meeting(self, *rules: Rule) -> Iterator[None]:
        """Let requests meet faults while this lasts: each the first that is for it."""
        self._say("DELETE", "fired")
        self._say("POST", "rules", list(rules))
        try:
            yield
        finally:
            self._say("POST", "rules", [])

    def met(self) -> list[dict[str, Any]]:
        """What requests have met since the last of these began, or is over."""
        said: list[dict[str, Any]] = self._say("GET", "fired?limit=2000")
        return said

    def _say(self, method: str, path: str, body: object = None) -> Any:
        said = None if body is None else json.dumps(body).encode()
        request = Request(f"{self.url}/_microburst/{path}", said, method=method)
        with urlopen(request, timeout=10) as answer:
            return json.load(answer)


@contextmanager
def running(upstream: str) -> Iterator[Proxy]:
    """A proxy in front of *upstream*, which may start later."""
    url = f"http://127.0.0.1:{(port := free_port())}"
    process = subprocess.Popen(
        [VENV / "bin" / "microburst", "--upstream", upstream, "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _awake(url, process)
        yield Proxy(url)
    finally:
        process.kill()
        process.wait(10)


def _awake(url: str, process: "subprocess.Popen[bytes]") -> None:
    limit = time.monotonic() + 60
    while True:
        try:
            urlopen(f"{url}/_microburst/health", timeout=2).close()
        except (URLError, OSError):
            assert process.poll() is None, "the proxy does not start"
            assert time.monotonic() < limit, "the proxy does not start"
            time.sleep(0.05)
        else:
            return
