"""What pumping costs an app, and what the defence costs its people: a fortnight, then an attack."""

from functools import cache

import pytest

from tests.pumping import ATTACKS, VOLUME
from tests.siege import Toll, besieged

#: Those that are to be found out before a twentieth of a day's traffic has gone out.
LOUD = [attack for attack in ATTACKS if attack != "a slow drip"]


@cache
def toll(attack: str, settings: str = "") -> Toll:
    return besieged(attack, settings)


@pytest.mark.parametrize("attack", ATTACKS)
def test_people_get_their_codes_beside_an_attack(attack: str) -> None:
    assert toll(attack).people > 40_000
    assert toll(attack).harm <= 0.001


@pytest.mark.parametrize("attack", LOUD)
def test_an_attack_is_found_out_early(attack: str) -> None:
    found = toll(attack).detected_after

    assert found is not None
    assert found <= VOLUME * 0.05


@pytest.mark.parametrize(("attack", "most"), [*((one, 0.01) for one in LOUD), ("a slow drip", 0.5)])
def test_most_of_the_money_is_saved(attack: str, most: float) -> None:
    lost, wanted = toll(attack).lost, toll(attack).wanted

    assert float(lost / wanted) <= most


def test_who_only_watches_pays_for_all_of_it_and_bars_nobody() -> None:
    watched = toll("adjacent ranges", "defence=watch")

    assert watched.lost == watched.wanted
    assert watched.harmed == watched.challenged == 0


def test_blocking_bars_people_of_the_region_alone() -> None:
    blocked = toll("adjacent ranges", "defence=block")

    assert blocked.harm <= 0.002
    assert blocked.passed == toll("adjacent ranges").passed
