"""How long a cold start imports: what a send and a verify need, beside Chalice and pynamodb."""

import os
import statistics
import subprocess
import sys
import time

#: The comparison that says what the machine is worth.
BARE = "import chalice, pynamodb.models"
OURS = (
    "import app; from chalicelib.domain import rendering, wordings; "
    "rendering.render(wordings.BUILTIN['zh'], dict(name='', op='', sign='', code='', ttl=''))"
)
#: What a function is told that bears on it: one that is deployed imports the rest when asked.
FUNCTION = {"AWS_DEFAULT_REGION": "us-east-1", "AWS_LAMBDA_FUNCTION_NAME": "countersign"}
ROUNDS = 15


def milliseconds() -> tuple[float, float]:
    """Ours and the bare imports', each without the interpreter's own start; taken in turn."""
    programs = ("pass", BARE, OURS)
    times: dict[str, list[float]] = {program: [] for program in programs}
    for _ in range(ROUNDS):
        for program in programs:
            began = time.perf_counter()
            subprocess.run(
                [sys.executable, "-c", program],
                check=True,
                stdout=subprocess.DEVNULL,
                env={**os.environ, **FUNCTION},
            )
            times[program].append(time.perf_counter() - began)
    start, bare, ours = (statistics.median(times[program]) * 1000 for program in programs)
    return ours - start, bare - start
