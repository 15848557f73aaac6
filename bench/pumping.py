"""The README's picture of four attacks: what they cost with the defence, and without it.

It takes some minutes: a fortnight of people comes before each attack.  Needs
requirements-bench.txt.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from tests.pumping import ATTACKS, VOLUME
from tests.siege import Toll, besieged

#: The picture, from the root of the repository.
PICTURE = Path("docs") / "pumping.png"

_WITHOUT, _WITH = "#c2410c", "#0f766e"


def main() -> None:
    """Print the table and draw the picture."""
    tolls = {attack: besieged(attack) for attack in ATTACKS}
    print(*_table(tolls), sep="\n")
    _draw(tolls)


def _table(tolls: dict[str, Toll]) -> Iterator[str]:
    heads = (
        "attack",
        "codes asked for",
        "found out after",
        "lost without",
        "lost with",
        "people harmed",
    )
    yield f"| {' | '.join(heads)} |"
    yield "|---|---|---|---|---|---|"
    for attack, toll in tolls.items():
        share = 100 * (toll.detected_after or toll.machines) / VOLUME
        yield (
            f"| {attack} | {toll.machines:,} | {toll.detected_after} ({share:.1f} % of a day) "
            f"| ${toll.wanted:,.2f} | ${toll.lost:,.2f} | {toll.harm:.3%} |"
        )


def _draw(tolls: dict[str, Toll]) -> None:
    import matplotlib as drawing

    drawing.use("agg")
    from matplotlib import pyplot

    figure, places = pyplot.subplots(1, len(tolls), figsize=(13, 3.4), layout="constrained")
    for place, (attack, toll) in zip(places, tolls.items(), strict=True):
        hours = [hour for hour, _, _ in toll.curve]
        days = hours[-1] > 48
        at = [hour / 24 for hour in hours] if days else hours
        wanted, lost = ([float(one[part]) for one in toll.curve] for part in (1, 2))
        place.plot(at, wanted, color=_WITHOUT, linewidth=2, label="without")
        place.plot(at, lost, color=_WITH, linewidth=2, label="with")
        place.fill_between(at, lost, wanted, color=_WITHOUT, alpha=0.08)
        place.set_title(attack, fontsize=11)
        place.set_xlabel("days" if days else "hours", fontsize=9)
        place.set_ylim(bottom=0)
        place.set_xlim(left=0)
        place.yaxis.set_major_formatter("${x:,.0f}")
        place.tick_params(labelsize=8)
        place.spines[["top", "right"]].set_visible(False)
    places[0].set_ylabel("spent on machines", fontsize=9)
    places[0].legend(frameon=False, fontsize=9, loc="upper left")
    PICTURE.parent.mkdir(exist_ok=True)
    figure.savefig(PICTURE, dpi=110)


if __name__ == "__main__":
    sys.exit(main())
