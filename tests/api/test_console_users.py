"""What an administrator does for a user whom no call of the users' own API helps."""

import pytest

from chalicelib.store.user_tables import TryRow
from tests.conftest import Clock, Desk
from tests.people import NAME, PASSWORD, logged_in, signed_up, verified
from tests.wire import KEY, PHONE, Console, Door


def locked(desk: Desk, name: str = NAME) -> None:
    """Let the user *name* fail until they are locked."""
    for _ in range(7):
        assert logged_in(desk, username=name, password="wrong") == 210
    assert logged_in(desk, username=name, password=PASSWORD) == 219


def test_a_lock_is_lifted_for_every_way_in(desk: Desk, clock: Clock) -> None:
    tom = verified(desk)
    locked(desk)

    assert desk.console.post(f"users/{tom.id}/unlock").json == {}

    assert [*TryRow.scan()] == []
    assert logged_in(desk, username=NAME, password=PASSWORD) == 0
    assert logged_in(desk, mobilePhoneNumber=PHONE, password=PASSWORD) == 0
    locked(desk)


def test_a_lock_that_is_lifted_is_one_users(desk: Desk, clock: Clock) -> None:
    tom, _ = signed_up(desk), signed_up(desk, "jerry")
    locked(desk, "jerry")

    assert desk.console.post(f"users/{tom.id}/unlock").code == 0, "who is not locked stays so"

    assert logged_in(desk, username=NAME, password=PASSWORD) == 0
    assert logged_in(desk, username="jerry", password=PASSWORD) == 219


@pytest.mark.parametrize("id", ["5f0c1e2d3b4a596877869504", "no id"])
def test_nobody_is_no_user_to_unlock(desk: Desk, id: str) -> None:
    assert desk.console.post(f"users/{id}/unlock").code == 211


def test_a_lock_is_lifted_with_the_master_key_alone(desk: Desk, clock: Clock) -> None:
    tom = signed_up(desk)
    locked(desk)
    path = f"users/{tom.id}/unlock"

    assert Console(Door(KEY)).post(path).status == 403
    assert Console(Door({})).post(path).status == 401
    assert Console(tom.door).post(path).status == 403
    assert desk.console.get(path).status == 405
    assert desk.console.post(path, force=True).json["field"] == "force"
    assert logged_in(desk, username=NAME, password=PASSWORD) == 219
