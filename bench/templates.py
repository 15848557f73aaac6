"""What a stored template costs: its first text in a new process, and every one after that.

Beside both stands pybars as it comes: imported, compiled and called with a dict.
"""

import os
import statistics
import subprocess
import sys
import time
from tempfile import TemporaryDirectory

#: A text as LeanCloud's guides have them, with four variables.
SOURCE = (
    "【{{{sign}}}】{{name}} 您好，您的订单 {{order_id}} 已发货"
    "{{#if time}}，预计 {{time}} 送达{{/if}}。详情见 App 内“我的订单”。"
)
VALUES = {"sign": "天天商城", "name": "张三", "order_id": "20260412", "time": "18:00"}

ROUNDS, RENDERS = 15, 2000

_FIRST = """
import time
{imports}
from bench.templates import SOURCE, VALUES
began = time.perf_counter()
{render}
print(time.perf_counter() - began)
"""
OURS = _FIRST.format(
    imports="from chalicelib.domain import rendering",
    render="rendering.render(SOURCE, VALUES)",
)
ORDINARY = _FIRST.format(
    imports="", render="import pybars; str(pybars.Compiler().compile(SOURCE)(VALUES))"
)


def first() -> tuple[float, float]:
    """Milliseconds until the first text is there, ours and pybars'; taken in turn.

    In new processes that have imported what is ours, and find no bytecode: nor does Lambda.
    """
    times: dict[str, list[float]] = {OURS: [], ORDINARY: []}
    with TemporaryDirectory() as empty:
        bare = {"PYTHONPYCACHEPREFIX": empty, "PYTHONDONTWRITEBYTECODE": "1"}
        for _ in range(ROUNDS):
            for program in times:
                ran = subprocess.run(
                    [sys.executable, "-c", program],
                    check=True,
                    capture_output=True,
                    env={**os.environ, **bare},
                )
                times[program].append(float(ran.stdout))
    ours, ordinary = (statistics.median(times[program]) * 1000 for program in times)
    return ours, ordinary


def warm() -> tuple[float, float]:
    """Microseconds for one more text of a template that is compiled, ours and pybars'."""
    from chalicelib.domain import rendering

    rendering.render(SOURCE, VALUES)
    import pybars

    compiled = pybars.Compiler().compile(SOURCE)
    ours, ordinary = [], []
    for _ in range(RENDERS):
        began = time.perf_counter()
        rendering.render(SOURCE, VALUES)
        between = time.perf_counter()
        str(compiled(VALUES))
        ours.append(between - began)
        ordinary.append(time.perf_counter() - between)
    return statistics.median(ours) * 1e6, statistics.median(ordinary) * 1e6


def report() -> list[str]:
    """Two lines: the first text, and the next."""
    return [
        "first text of a new process: {:.0f} ms; pybars as it comes: {:.0f} ms".format(*first()),
        "every next text: {:.0f} µs; pybars as it comes: {:.0f} µs".format(*warm()),
    ]
