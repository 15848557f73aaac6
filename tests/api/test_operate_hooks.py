"""The administrator's commands that say who is told of events, and deal with dead letters."""

import json
from collections.abc import Iterator

import pytest

from bench.exports import row
from chalicelib.local.embedded import APP_ID
from chalicelib.local.pump import Pump
from tests.api.test_hook_deliveries import HOOK_KEY, signs_up, states
from tests.api.test_operate import Run
from tests.conftest import Clock, Desk
from tests.hooks import FUNCTION, Receiver, Told, hooked, pumped, receiving


@pytest.fixture
def run(desk: Desk, capsys: pytest.CaptureFixture[str]) -> Run:
    return Run(desk, capsys)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def test_a_hook_is_set_listed_and_taken_away(run: Run) -> None:
    assert run("hooks", "list", APP_ID) == "no hooks yet"

    run("hooks", "set", APP_ID, "shop", "function", FUNCTION)
    run("hooks", "set", APP_ID, "all", "bus", "default", "--events", "sent", "login_locked")

    assert run("hooks", "list", APP_ID).splitlines() == [
        f"shop  function  {FUNCTION}  phone_verified",
        "all  bus  default  login_locked, sent",
    ]
    run("hooks", "remove", APP_ID, "shop")
    assert "shop" not in run("hooks", "list", APP_ID)


def test_a_hooks_key_is_kept_and_not_shown(run: Run, desk: Desk) -> None:
    url = ("url", "https://engine.example.com")
    run("hooks", "set", APP_ID, "engine", *url, "--key", HOOK_KEY)

    assert HOOK_KEY not in run("hooks", "list", APP_ID)
    assert HOOK_KEY not in run("show", APP_ID)
    run("hooks", "set", APP_ID, "engine", *url, "--events", "sent")
    app = desk.service.directory.read(APP_ID)
    hook = app.hook("engine") if app else None
    assert hook
    assert hook.key == HOOK_KEY


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("set", APP_ID, "Shop", "function", FUNCTION), "name: a letter"),
        (("set", APP_ID, "shop", "function", "other"), "address: a function whose name begins"),
        (("set", APP_ID, "shop", "url", "https://e.example.com"), "key: the LeanEngine"),
        (("set", APP_ID, "shop", "url", "http://e.example.com", "--key", "k"), "address: an https"),
        (("set", "nobody", "shop", "function", FUNCTION), "there is no app nobody"),
        (("remove", APP_ID, "shop"), "no hook shop"),
        (("deliveries", "nobody"), "there is no app nobody"),
        (("read", APP_ID, "a-b"), "no delivery a-b"),
        (("replay", APP_ID, "a-b"), "no delivery a-b"),
        (("replay", APP_ID), "either the ids of deliveries, or --all"),
        (("drop", APP_ID, "a-b", "--all"), "either the ids of deliveries, or --all"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    run: Run, arguments: tuple[str, ...], said: str
) -> None:
    assert run.fails("hooks", *arguments).startswith(f"operate: {said}")


def dead(run: Run, clock: Clock, told: Told, *phones: str) -> None:
    """A dead letter for each of *phones*."""
    told.down = "ResourceNotFoundException"
    pump = Pump()
    for phone in phones:
        signs_up(run.desk, phone)
    pumped(run.desk, pump)
    clock.pass_(hours=24, minutes=1)
    pumped(run.desk, pump)
    for _ in range(5):
        clock.pass_(minutes=15)
        pumped(run.desk, pump)
    assert states(run.desk) == {"dead": len(phones)}
    told.down = ""
    clock.pass_(minutes=10)


def test_dead_letters_are_listed_read_and_replayed(run: Run, clock: Clock) -> None:
    told = hooked(run.desk)
    dead(run, clock, told, "+8618612345678", "+8618612345679")

    lines = run("hooks", "deliveries", APP_ID).splitlines()

    assert len(lines) == 2
    assert all("dead  phone_verified  shop  +86186****" in line for line in lines)
    assert all(line.endswith("ResourceNotFoundException") for line in lines)
    id = lines[0].split()[0]
    assert '"type":"sms"' in run("hooks", "read", APP_ID, id)
    assert run("hooks", "replay", APP_ID, id) == "1 replayed"
    pumped(run.desk)
    assert states(run.desk) == {"delivered": 1, "dead": 1}
    assert len(told.bodies) == 1


def test_all_dead_letters_are_replayed_at_once(run: Run, clock: Clock) -> None:
    told = hooked(run.desk)
    dead(run, clock, told, "+8618612345678", "+8618612345679")

    assert run("hooks", "replay", APP_ID, "--all") == "2 replayed"
    pumped(run.desk)

    assert states(run.desk) == {"delivered": 2}
    assert run("hooks", "deliveries", APP_ID) == "none is dead"


def test_dead_letters_are_dropped(run: Run, clock: Clock) -> None:
    told = hooked(run.desk)
    dead(run, clock, told, "+8618612345678", "+8618612345679")

    assert run("hooks", "drop", APP_ID, "--all") == "2 dropped"
    pumped(run.desk)

    assert states(run.desk) == {"dropped": 2}
    assert told.bodies == []


def test_what_was_delivered_cannot_be_dropped(run: Run, clock: Clock) -> None:
    hooked(run.desk)
    signs_up(run.desk)
    pumped(run.desk)
    [line] = run("hooks", "deliveries", APP_ID, "--state", "delivered").splitlines()

    said = run.fails("hooks", "drop", APP_ID, line.split()[0])

    assert said.endswith("It was delivered.\n")


def test_users_who_are_brought_along_verified_are_told_of_to_nobody(
    desk: Desk, run: Run, tmp_path_factory: pytest.TempPathFactory
) -> None:
    told = hooked(desk)
    file = tmp_path_factory.mktemp("users") / "users.jsonl"
    rows = [{**row(place), "mobilePhoneVerified": True} for place in range(20)]
    file.write_text("\n".join(map(json.dumps, rows)))

    run("import-users", "--app", APP_ID, str(file))
    pumped(desk)

    assert desk.service.people.users.count(APP_ID) == 20
    assert told.bodies == []
