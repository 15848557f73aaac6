"""This is where a line is read from its item: challenges as maps, sends in numbered slots."""

from datetime import datetime

from pynamodb.expressions.operand import Path

from ..domain.challenges import Challenge, Purpose
from ..domain.lines import Line
from . import edge
from .attributes import instant

#: What a slot holds that no send has reached yet.
NEVER = 0

_SLOT = "sent_"


def slot_of(scope: str, place: int) -> Path:
    """Where the *place*-th latest send of *scope* is kept; the latest is the 0th."""
    return Path([f"{_SLOT}{scope}_{place}"])


def line_of(item: edge.Item) -> Line:
    """The line that *item* says; an empty one for none."""
    return Line(
        sends=_sends(item),
        challenges={
            purpose: _challenge(item[purpose.value]["M"])
            for purpose in Purpose
            if purpose.value in item
        },
        failures=_number(item, "failures"),
        failed_at=instant(_number(item, "failed_at")) if "failed_at" in item else None,
        latest=item.get("latest", {}).get("S", ""),
        takeovers=_number(item, "takeovers"),
    )


def _challenge(kept: edge.Item) -> Challenge:
    tried = tuple(seal["S"] for seal in kept["tried"]["L"])
    record = kept.get("record", {}).get("S", "")
    redeemed = kept.get("redeemed", {}).get("S", "")
    expires_at = instant(_number(kept, "expires_at"))
    return Challenge(kept["nonce"]["S"], expires_at, record, tried, redeemed)


def _number(item: edge.Item, name: str) -> int:
    return int(item.get(name, {}).get("N", 0))


def _sends(item: edge.Item) -> dict[str, tuple[datetime, ...]]:
    slots: dict[str, list[int]] = {}
    for name, value in item.items():
        if name.startswith(_SLOT) and int(value["N"]) != NEVER:
            slots.setdefault(name.removeprefix(_SLOT).rpartition("_")[0], []).append(
                int(value["N"])
            )
    return {
        scope: tuple(instant(at) for at in sorted(times, reverse=True))
        for scope, times in slots.items()
    }


def writer_of(item: edge.Item) -> str:
    """Which request wrote the item last."""
    return str(item.get("writer", {}).get("S", ""))
