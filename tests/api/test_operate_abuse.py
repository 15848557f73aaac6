"""A changed rule, tried on what was recorded: `operate replay-abuse`."""

from pathlib import Path

import pytest

from chalicelib import operate
from tests.api.test_defence import asked, heard, noted, phone, somewhere
from tests.conftest import Clock, Desk, Opener

pytestmark = pytest.mark.usefixtures("clock")


def replayed(tmp_path: Path, rule: str, *more: str) -> int:
    file = tmp_path / "rule"
    file.write_text(rule, encoding="utf-8")
    return operate.main(["replay-abuse", "--rule", str(file), *more])


@pytest.fixture
def desk(open_desk: Opener, clock: Clock) -> Desk:
    """An app that watches: four of ten codes came back, and two were asked for by one address."""
    desk = open_desk("prices=CN=0.05 budget_floor=1000 defence=watch")
    for place in range(10):
        to = phone()
        assert asked(somewhere(place % 9), to).code == 0
        if place >= 6:
            clock.pass_(seconds=20)
            assert desk.verify(desk.code(to), to) == 0
        heard()
        clock.pass_(minutes=1)
    return desk


def test_a_stricter_rule_says_what_it_would_have_held_back(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert replayed(tmp_path, "# stricter\nbudget_floor=3\ndefence=block\n", "--since", "2h") == 0

    said = capsys.readouterr().out.splitlines()

    assert said == [
        "rule: budget_floor=3, defence=block",
        "codes asked for: 10 (4 allowed, 0 watched, 0 challenged, 0 slowed, 6 blocked)",
        "held back: 6",
        "verified later all the same (harm): 4",
        "saved: $0.1",
        "held back then, and not by this rule: 0",
    ]


def test_an_app_that_is_older_than_a_fortnight_is_not_watched_again(
    desk: Desk, clock: Clock, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clock.pass_(days=14)
    for _ in range(6):
        assert asked(somewhere(1)).code == 0
        heard()
        clock.pass_(minutes=1)

    assert replayed(tmp_path, "budget_floor=3\ndefence=auto", "--since", "1h") == 0

    said = capsys.readouterr().out
    assert "codes asked for: 6 (4 allowed, 0 watched, 2 challenged" in said
    assert "held back: 2\n" in said


@pytest.mark.parametrize(
    ("rule", "held", "harm"),
    [("", 0, 0), ("budget_floor=3\ndefence=challenge", 2, 0), ("block_list=198.51.0.0/16", 10, 4)],
)
def test_other_rules_hold_back_others(
    desk: Desk,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    rule: str,
    held: int,
    harm: int,
) -> None:
    assert replayed(tmp_path, rule, "--app", "countersign-local-app") == 0

    said = capsys.readouterr().out
    assert f"held back: {held}\n" in said
    assert f"(harm): {harm}\n" in said


def test_a_looser_rule_says_what_it_would_have_let_go(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.console.set(block_list="198.51.7.0/24")
    assert asked(somewhere(7)).code == 154
    assert noted(desk)["decision"]["saved"] == "0.05"

    assert replayed(tmp_path, "block_list=") == 0

    said = capsys.readouterr().out
    assert "codes asked for: 11" in said
    assert "held back then, and not by this rule: 1" in said


def test_nothing_is_changed_by_it(desk: Desk, tmp_path: Path) -> None:
    before = desk.console.get("settings").json["settings"]
    desk.faults.calls.clear()

    replayed(tmp_path, "budget_floor=1")

    assert desk.console.get("settings").json["settings"] == before
    assert not {name for name in desk.faults.calls if "Put" in name or "Update" in name}


@pytest.mark.parametrize(
    ("rule", "more", "fault"),
    [
        ("budget_floor", (), "name=value"),
        ("budget=1", (), "no such setting"),
        ("budget_floor=none", (), "whole number"),
        ("", ("--since", "a month"), "30d"),
        ("", ("--app", "nobodys-app"), "no app"),
    ],
)
def test_what_makes_no_sense_is_said(
    desk: Desk,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    rule: str,
    more: tuple[str, ...],
    fault: str,
) -> None:
    assert replayed(tmp_path, rule, *more) == 1

    said = capsys.readouterr().err
    assert fault in said
    assert said.count("\n") == 1
