"""Users brought along by the thousand, on a database that is atomic: nobody lost, nobody twice."""

import json
import os
import re
import signal
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from bench.exports import BADS, CONFLICTS, FAULTS, GOOD, lines, row, write
from chalicelib import operate
from chalicelib.domain.claims import Claim, Holding
from chalicelib.domain.users import User
from chalicelib.local.embedded import APP_ID
from chalicelib.store.census import DynamoCensus
from chalicelib.store.user_tables import ClaimRow, UserRow
from chalicelib.store.users import DynamoUsers
from tests.conftest import Desk
from tests.faults import Killed, killed, refusal
from tests.people import signed_up

ROWS = 3000
#: Of each hundred rows one has each fault; one of these stands there twice.
HUNDREDS = ROWS // 100


@pytest.fixture
def export(tmp_path: Path) -> Path:
    return write(tmp_path / "users.jsonl", ROWS)


@pytest.fixture
def run(true_desk: Desk, capsys: pytest.CaptureFixture[str]) -> "Run":
    return Run(true_desk, capsys)


class Run:
    """Imports a file, and reads what was said of it."""

    def __init__(self, desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
        self.desk, self._capsys = desk, capsys

    def __call__(self, export: Path, *flags: str) -> tuple[int, dict[str, int]]:
        """The exit status, and the numbers of the report."""
        status = operate.main(["import-users", "--app", APP_ID, *flags, str(export)])
        return status, self.counts()

    def counts(self) -> dict[str, int]:
        found = re.findall(r"^ +(\d+) +(.+)$", self._capsys.readouterr().out, re.MULTILINE)
        return {what: int(many) for many, what in found}

    def users(self) -> list[User]:
        users = DynamoUsers()
        return users.find_many(APP_ID, list(users.of(APP_ID, newest_first=False)))


def counts(*, new: int, there: int) -> dict[str, int]:
    """The report, where each hundred has one row of each fault."""
    return {
        "rows": ROWS,
        "new": new,
        "already there": there,
        "conflicts: somebody else has the same": HUNDREDS * len(CONFLICTS),
        **dict.fromkeys(CONFLICTS, HUNDREDS),
        "bad rows": HUNDREDS * len(BADS),
        **dict.fromkeys(BADS, HUNDREDS),
    }


def of_the_new(said: dict[str, int]) -> dict[str, int]:
    """*said* without what it says of the new alone."""
    rest = {"keep their session", "have a number that is not verified"}
    return {what: many for what, many in said.items() if what not in rest}


def whole(users: Iterable[User]) -> bool:
    """Whether what *users* claim is theirs, and nothing else is claimed."""
    claims = {f"{APP_ID}#{claim}": user.id for user in users for claim in user.claims}
    return claims == {row.key: row.user for row in ClaimRow.scan()}


def test_an_export_with_every_fault_is_imported_to_the_last_good_row(
    run: Run, export: Path
) -> None:
    good = HUNDREDS * GOOD
    expected = counts(new=good, there=HUNDREDS)

    dry = run(export, "--dry-run")

    assert not list(UserRow.scan())
    assert dry[0] == 2
    assert of_the_new(dry[1]) == expected
    assert run(export) == dry
    users = run.users()
    assert {user.id for user in users} == {
        row(place)["objectId"] for place in range(ROWS) if place % 100 < GOOD
    }
    assert whole(users)
    kept = (export.parent / "users.jsonl.bad.jsonl").read_bytes().splitlines()
    reasons = Counter(re.sub(rb".*", _reason, one) for one in kept)
    assert sum(reasons.values()) == HUNDREDS * (len(CONFLICTS) + len(BADS))
    assert {many for many in reasons.values()} <= {HUNDREDS, 2 * HUNDREDS}
    before = [item.attribute_values for item in UserRow.scan()]
    assert run(export) == (2, counts(new=0, there=good + HUNDREDS))
    assert [item.attribute_values for item in UserRow.scan()] == before


def _reason(found: "re.Match[bytes]") -> bytes:
    """Why a row was kept, whoever has what it claims."""
    said = re.search(rb'"reason": "([^"]*)"', found[0])
    return re.sub(rb"[0-9a-f]{24}", b"", said[1]) if said else b""


@pytest.mark.parametrize("after", [False, True], ids=["before a write", "after a write"])
def test_a_run_that_was_killed_goes_on_from_where_it_was(
    run: Run, export: Path, after: bool
) -> None:
    run.desk.faults.next("dynamodb.TransactWriteItems", *[None] * 30)
    run.desk.faults.always("dynamodb.TransactWriteItems", killed(after=after))
    with pytest.raises(Killed):
        run(export)
    run.desk.faults.mend()
    run.counts()
    there = len(run.users())
    assert 0 < there < HUNDREDS * GOOD
    assert whole(run.users())

    status, said = run(export)

    assert status == 2
    assert of_the_new(said) == counts(new=HUNDREDS * GOOD - there, there=HUNDREDS + there)
    assert len(run.users()) == HUNDREDS * GOOD
    assert whole(run.users())


def test_ctrl_c_ends_a_run_with_the_report_so_far(run: Run, export: Path) -> None:
    # Whoever was started in the background inherits that the signal is ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)

    def interrupt(request: AWSPreparedRequest) -> AWSResponse:
        os.kill(os.getpid(), signal.SIGINT)
        return refusal("ThrottlingException")(request)

    run.desk.faults.next("dynamodb.TransactWriteItems", *[None] * 10, interrupt)
    try:
        status, said = run(export)
    finally:
        signal.signal(signal.SIGINT, before)

    assert status == 1
    assert 0 < said["new"] < HUNDREDS * GOOD
    assert len(run.users()) == said["new"]
    assert run(export)[1]["new"] == HUNDREDS * GOOD - said["new"]


def test_two_runs_at_once_bring_everybody_once(run: Run, export: Path) -> None:
    other = export.parent / "other.jsonl"
    other.write_bytes(export.read_bytes())
    commands = [["import-users", "--app", APP_ID, str(path)] for path in (export, other)]

    with ThreadPoolExecutor() as pool:
        assert list(pool.map(operate.main, commands)) == [2, 2]

    users = run.users()
    assert len({user.id for user in users}) == len(users) == HUNDREDS * GOOD
    assert whole(users)


def test_what_was_taken_since_it_was_looked_up_is_a_conflict(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(write(tmp_path / "before.jsonl", 50))
    person = signed_up(run.desk, "somebody", email="somebody@example.com")
    rows = [row(place) for place in range(40, 100)]
    rows[20]["email"] = "somebody@example.com"
    rows[30]["username"] = row(3)["username"]
    path = tmp_path / "users.jsonl"
    path.write_text("".join(f"{json.dumps(one)}\n" for one in rows))
    _look_away(monkeypatch)

    status, said = run(path)

    assert (status, said["new"], said["already there"]) == (2, 48, 10)
    assert (said["email"], said["username"]) == (1, 1)
    assert {person.id, row(3)["objectId"]} <= set(
        re.findall(r"(\w+)'s", (tmp_path / "users.jsonl.bad.jsonl").read_text())
    )
    assert whole(run.users())


def _look_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the tables be as empty to those who look as they were a moment ago."""

    def known(self: DynamoCensus, app: str, ids: Iterable[str]) -> frozenset[str]:
        return frozenset()

    def holders(self: DynamoCensus, app: str, claims: Iterable[Claim]) -> dict[Claim, Holding]:
        return {}

    monkeypatch.setattr(DynamoCensus, "known", known)
    monkeypatch.setattr(DynamoCensus, "holders", holders)


def test_the_export_of_an_import_is_the_import(run: Run, tmp_path: Path) -> None:
    good: dict[str, Any] = {}
    for line in lines(1000):
        if '"objectId"' in line and len(good) < GOOD:
            said = json.loads(line)
            good[said["objectId"]] = {**said, "updatedAt": said["updatedAt"]["iso"]}
    path = tmp_path / "good.jsonl"
    path.write_text("".join(f"{json.dumps(one)}\n" for one in good.values()))
    assert run(path)[0] == 0
    taken = tmp_path / "taken.jsonl"

    assert operate.main(["export-users", "--app", APP_ID, str(taken)]) == 0

    for line in taken.read_text().splitlines():
        said = json.loads(line)
        there = good.pop(said["objectId"])
        there["authData"] = {"weixin": there["authData"]["weixin"]} if there["authData"] else None
        assert said == {name: value for name, value in there.items() if value is not None}
    assert not good
    assert len(FAULTS) + GOOD == 100
