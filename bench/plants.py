"""This is where functions run and what they use is known: in two ways, which add up.

In this process each call to AWS is seen, and DynamoDB says what it counts.  Under Amazon's runtime
client, where the packaged functions run, time and logs are as Lambda has them.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, Protocol

from bench.runtime import Event, Function, Package
from bench.surroundings import Surroundings

#: The function that API Gateway calls.
API = "APIHandler"

#: Megabytes at which Lambda gives a function one processor; below it a share.
#: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
WHOLE = 1769
#: Milliseconds that a function waits for one call of each service, in a region: our assumption.
WAITS = {"dynamodb": 5, "sns": 50, "lambda": 15}

#: What Lambda itself writes of each invocation.
_ID = "12345678-1234-1234-1234-123456789012"
_LINES = (
    f"START RequestId: {_ID} Version: $LATEST\n"
    f"END RequestId: {_ID}\n"
    f"REPORT RequestId: {_ID}\tDuration: 123.45 ms\tBilled Duration: 124 ms\t"
    "Memory Size: 512 MB\tMax Memory Used: 100 MB\t\n"
)

#: Quantities, by the names that they have as prices; not all of them are whole.
Usage = Counter[str]


@dataclass
class Used:
    """What was used by calls of a client's, and by what followed from them."""

    asked: Usage = field(default_factory=Counter)
    after: Usage = field(default_factory=Counter)

    def less(self, other: "Used") -> "Used":
        """What is more than in *other*; what is less by a hair's breadth is nothing."""
        return Used(self.asked - other.asked, self.after - other.after)


class Plant(Protocol):
    """Something that functions run in, which knows what they use."""

    def call(self, function: str, event: Event) -> Any:
        """What *function* answers to *event*."""

    def taken(self) -> Usage:
        """What was used since this was last asked."""


@dataclass(eq=False)
class Counted:
    """The functions in this process."""

    handlers: Mapping[str, Callable[[Any, object], Any]]
    memory: int
    _used: Usage = field(default_factory=Counter)
    _open: bool = False

    def watch(self, session: Any) -> None:
        emitter = session.get_component("event_emitter")
        emitter.register("before-parameter-build.dynamodb", self._asked)
        emitter.register("after-call", self._answered)

    def call(self, function: str, event: Event) -> Any:
        self._open = True  # what is asked in between is nobody's
        answer = self.handlers[function](event, None)
        self._open = False
        return answer

    def taken(self) -> Usage:
        taken, self._used = self._used, Counter()
        return taken

    def _asked(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        if "ReturnConsumedCapacity" in model.input_shape.members:
            params.setdefault("ReturnConsumedCapacity", "TOTAL")

    def _answered(self, parsed: dict[str, Any], model: Any, **_: Any) -> None:
        if not self._open:
            return
        service = model.service_model.service_name
        self._used["aws_calls"] += 1
        self._used["gb_seconds"] += WAITS.get(service, 0) / 1000 * self.memory / 1024
        told = parsed.get("ConsumedCapacity", [])
        units = "read_units" if model.name in _READS else "write_units"
        for one in told if isinstance(told, list) else [told]:
            self._used[units] += one["CapacityUnits"]


#: The calls that DynamoDB counts read units of; of the others it counts write units.
_READS = {"GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems"}


@dataclass(eq=False)
class Timed:
    """The packaged functions, each in a sandbox of its own."""

    package: Package
    around: Surroundings
    stack: ExitStack
    _used: Usage = field(default_factory=Counter)
    _warm: dict[str, Function] = field(default_factory=dict)

    def call(self, function: str, event: Event) -> Any:
        if function not in self._warm:
            made = Function(self.package, function, self.around.told)
            self._warm[function] = self.stack.enter_context(made)
        sandbox, memory = self._warm[function], self.package.properties(function)["MemorySize"]
        spent, written = sandbox.spent(), len(sandbox.written())
        answer = sandbox.invoke(event)
        took = (sandbox.spent() - spent) * max(1, WHOLE / memory)
        # A millisecond that has begun is billed: half of one on the average.
        self._used["gb_seconds"] += (took + 0.0005) * memory / 1024
        self._used["lambda_requests"] += 1
        self._used["log_bytes"] += len(_LINES) + len(sandbox.written()) - written
        if function == API:
            self._used["gateway_requests"] += 1
            self._used["bytes_out"] += _size(answer)
        return answer

    def taken(self) -> Usage:
        taken, self._used = self._used, Counter()
        return taken


def _size(answer: Mapping[str, Any]) -> int:
    """Bytes of *answer* as HTTP, but for what the gateway adds."""
    body = len(answer["body"]) * 3 // 4 if answer.get("isBase64Encoded") else len(answer["body"])
    headers: Mapping[str, str] = answer["headers"]
    return body + sum(len(name) + len(value) + 4 for name, value in headers.items())
