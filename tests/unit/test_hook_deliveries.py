"""When an event is told to a hook again."""

from datetime import timedelta

import pytest

from chalicelib.domain.hook_deliveries import wait


@pytest.mark.parametrize(
    ("tries", "seconds"), [(1, 5), (2, 10), (3, 20), (4, 40), (8, 640), (9, 900), (200, 900)]
)
def test_waits_double_up_to_a_quarter_of_an_hour_less_a_fifth_at_the_most(
    tries: int, seconds: int
) -> None:
    waits = {wait(tries) for _ in range(50)}

    assert len(waits) > 1, "not all come at once"
    assert all(0.8 * seconds <= one / timedelta(seconds=1) <= seconds for one in waits)
