"""The administrator's commands that bring users along and take them home."""

import gzip
import json
import re
import stat
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from bench.exports import BCRYPT, DIGEST, PASSWORD, SALT, row
from chalicelib import operate
from chalicelib.domain import passwords
from chalicelib.domain.apps import App
from chalicelib.domain.users import Change, User
from chalicelib.flows.clock import clock
from chalicelib.local.embedded import APP_ID
from chalicelib.store.users import DynamoUsers
from tests.conftest import Desk
from tests.faults import lost_reply, refusal
from tests.people import logged_in, signed_up, within
from tests.wire import KEY, Door

TOKEN = "47vn9wub7mqe5piw9ktd6d8tx"
OTHER = "another-app-of-ours"


class Run:
    """Runs the two commands in a folder, and keeps what they said."""

    def __init__(self, desk: Desk, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.desk, self.folder, self._capsys = desk, folder, capsys
        self.status, self.said, self.fault = 0, "", ""

    def __call__(self, *arguments: str) -> str:
        self.status = operate.main(arguments)
        self.said, self.fault = self._capsys.readouterr()
        return self.said

    def write(self, *rows: Any, name: str = "users.jsonl") -> str:
        """A file of *rows*, which are lines as they are if they are text."""
        path = self.folder / name
        lines = (one if isinstance(one, str) else json.dumps(one) for one in rows)
        path.write_text("".join(f"{line}\n" for line in lines), errors="surrogateescape")
        return str(path)

    def bring(self, *rows: Any, dry: bool = False) -> str:
        """Import *rows*."""
        return self("import-users", "--app", APP_ID, *["--dry-run"] * dry, self.write(*rows))

    def take(self, app: str = APP_ID) -> list[Any]:
        """Export the users of *app*."""
        path = self.folder / f"{app}.jsonl"
        self("export-users", "--app", app, str(path))
        assert self.status == 0, self.fault
        return [json.loads(line) for line in path.read_text().splitlines()]

    def counts(self) -> dict[str, int]:
        """The numbers of the report."""
        found = re.findall(r"^ +(\d+) +(.+)$", self.said, re.MULTILINE)
        return {what: int(many) for many, what in found}

    def kept(self, name: str = "users.jsonl.bad.jsonl") -> list[Any]:
        return [json.loads(line) for line in (self.folder / name).read_text().splitlines()]

    def user(self, place: int, app: str = APP_ID) -> User | None:
        return DynamoUsers().find(app, row(place)["objectId"])


@pytest.fixture
def run(desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    return Run(desk, tmp_path, capsys)


def test_users_are_brought_along_with_all_they_have(run: Run) -> None:
    run.bring(*map(row, range(20)))

    assert run.status == 0
    assert run.counts() == {
        "rows": 20,
        "new": 20,
        "keep their session": 20,
        "have a number that is not verified": 2,
        "already there": 0,
        "conflicts: somebody else has the same": 0,
        "bad rows": 0,
    }
    assert "passwords: 2 bcrypt, 16 leancloud, 2 none" in run.said
    assert not list(run.folder.glob("*.bad.jsonl"))
    user = run.user(5)
    assert user
    assert passwords.matches(PASSWORD, user.password)
    assert user.fields["nickname"] == "用户 5"
    assert user.auth == {"weixin": {"openid": "o5", "access_token": "x"}}


def test_somebody_brought_along_logs_in_as_before(run: Run) -> None:
    run.bring({**row(1), "sessionToken": TOKEN, "username": "tester1", "score": 1.0, "n": 2**70})

    me = within(TOKEN).get("users/me").json
    assert (me["objectId"], me["sessionToken"]) == (row(1)["objectId"], TOKEN)
    assert (me["score"], me["n"], me["ACL"]) == (1.0, 2**70, {"*": {"read": True}})
    assert logged_in(run.desk, username="tester1", password="wrong") == 210
    answer = run.desk.door.post("login", username="tester1", password=PASSWORD)
    assert answer.json["sessionToken"] == TOKEN
    user = run.user(1)
    assert user
    assert user.password.startswith("$argon2id")
    assert logged_in(run.desk, mobilePhoneNumber="+8618600000001", password=PASSWORD) == 0


def test_a_second_run_changes_nothing(run: Run) -> None:
    rows = [row(place) for place in range(10)]
    run.bring(*rows)
    before = run.take()
    run.desk.door.post("login", username=row(1)["username"], password=PASSWORD)
    changed = run.user(1)

    run.bring(*[{**one, "nickname": "changed", "email": None} for one in rows])

    assert run.status == 0
    assert (run.counts()["new"], run.counts()["already there"]) == (0, 10)
    assert run.user(1) == changed
    assert [one for one in run.take() if one["objectId"] != row(1)["objectId"]] == [
        one for one in before if one["objectId"] != row(1)["objectId"]
    ]


def test_a_dry_run_says_the_same_and_writes_no_user(run: Run) -> None:
    rows = [*map(row, range(10)), {**row(10), "email": row(1)["email"]}, "{", row(1)]

    dry = run.bring(*rows, dry=True)

    assert run.status == 2
    assert run.user(0) is None
    assert len(run.kept()) == 2
    assert dry.splitlines()[0] == "a dry run: no user was written"
    assert run.bring(*rows).splitlines() == dry.splitlines()[1:]
    assert run.counts()["already there"] == 1


def _with(place: int, name: str, **fields: Any) -> dict[str, Any]:
    """A row that has what the first one has of *name*."""
    return {**row(place), name: row(0)[name], **fields}


CLASHES = [
    ("username", _with(10, "username"), "username is {}'s"),
    ("email", _with(10, "email"), "email is {}'s"),
    ("sessionToken", _with(10, "sessionToken"), "sessionToken is {}'s"),
    ("authData", _with(10, "authData"), "authData.weixin is {}'s"),
    (
        "mobilePhoneNumber, unverified",
        _with(11, "mobilePhoneNumber"),  # the first one's is not verified
        "mobilePhoneNumber is {}'s",
    ),
    (
        "username",
        _with(11, "mobilePhoneNumber", username=row(0)["username"]),
        "username is {}'s, mobilePhoneNumber is {}'s",
    ),
]


@pytest.mark.parametrize("earlier", ["in the file", "here"])
@pytest.mark.parametrize(("kind", "clashing", "said"), CLASHES)
def test_what_somebody_else_has_is_named_and_kept(
    run: Run, earlier: str, kind: str, clashing: dict[str, Any], said: str
) -> None:
    if earlier == "here":
        run.bring(row(0))
        run.bring(clashing, row(20))
    else:
        run.bring(row(0), clashing, row(20))

    line = 1 if earlier == "here" else 2
    reason = said.replace("{}", row(0)["objectId"])
    assert run.status == 2
    assert (run.counts()["conflicts: somebody else has the same"], run.counts()[kind]) == (1, 1)
    assert f"users.jsonl:{line}  {clashing['objectId']}  {reason}\n" in run.said
    [kept] = run.kept()
    assert (kept["line"], kept["reason"], kept["row"]) == (line, reason, clashing)
    assert run.user(20)


def test_two_verified_numbers_are_another_conflict(run: Run) -> None:
    run.bring(row(1), {**row(2), "mobilePhoneNumber": "+86 186 0000 0001"})

    assert run.counts()["mobilePhoneNumber"] == 1


def test_who_was_left_out_leaves_to_others_what_they_claim(run: Run) -> None:
    run.bring(
        row(0),
        {**row(1), "username": row(0)["username"]},
        {**row(2), "email": row(1)["email"]},
    )

    assert run.counts()["new"] == 2


def test_somebody_who_signed_up_here_stays_who_they_are(run: Run) -> None:
    person = signed_up(run.desk, row(1)["username"])

    run.bring(row(1))

    assert f"username is {person.id}'s" in run.said
    assert person.seen()["username"] == row(1)["username"]


def test_bad_rows_are_counted_by_reason_and_kept_as_they_were_written(run: Run) -> None:
    phone = (
        '{"mobilePhoneNumber" : "12",  "objectId":"a","createdAt":"2020-01-01T00:00:00Z", "x":1.0}'
    )
    run.bring(row(0), phone, phone.replace('"a"', '"b"'), "天{", '{"objectId":"\udcff"}')

    assert run.status == 2
    assert run.counts()["mobilePhoneNumber: not a phone number"] == 2
    assert run.counts()["not JSON"] == 1
    path = run.folder / "users.jsonl.bad.jsonl"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    lines = path.read_bytes().splitlines()
    assert lines[0].endswith(f'"row": {phone}}}'.encode())
    assert lines[3].endswith(b'"row": {"objectId":"\xff"}}')
    assert json.loads(lines[2]) == {
        "file": str(run.folder / "users.jsonl"),
        "line": 4,
        "reason": "not JSON",
        "row": "天{",
    }
    assert "users.jsonl.bad.jsonl" in run.said


def test_kept_rows_are_mended_and_imported(run: Run) -> None:
    run.bring({**row(1), "mobilePhoneNumber": "12"}, {**row(2), "email": "天"})
    mended = run.folder / "users.jsonl.bad.jsonl"
    mended.write_text(mended.read_text().replace('"12"', '"18612345678"'))

    run("import-users", "--app", APP_ID, str(mended))

    assert run.status == 2
    assert (run.counts()["new"], run.counts()["bad rows"]) == (1, 1)
    assert run.user(1)
    [still] = run.kept("users.jsonl.bad.jsonl.bad.jsonl")
    assert still["row"] == {**row(2), "email": "天"}


def test_what_an_earlier_run_kept_is_put_aside(run: Run) -> None:
    run.bring("{")
    run.bring("}")

    assert run.kept()[0]["row"] == "}"
    assert run.kept("users.jsonl.bad.jsonl~")[0]["row"] == "{"


def test_rows_left_out_go_where_they_are_sent(run: Run) -> None:
    files = [run.write("{", name="one.jsonl"), run.write(row(1), "[", name="two.jsonl")]
    bad = run.folder / "bad.jsonl"

    run("import-users", "--app", APP_ID, "--bad", str(bad), *files)

    assert [(one["file"], one["line"]) for one in run.kept("bad.jsonl")] == [
        (files[0], 1),
        (files[1], 2),
    ]
    assert run.counts()["rows"] == 3


@pytest.mark.parametrize("form", ["array", "results", "gzip"])
def test_every_form_of_an_export_is_read(run: Run, form: str) -> None:
    rows = [row(place) for place in range(3)]
    said: Any = {"results": rows} if form == "results" else rows
    path = run.folder / "users.json"
    path.write_bytes(json.dumps(said, indent=1).encode())
    if form == "gzip":
        path.write_bytes(gzip.compress(b"".join(json.dumps(one).encode() + b"\n" for one in rows)))

    run("import-users", "--app", APP_ID, str(path))

    assert (run.status, run.counts()["new"]) == (0, 3)


def test_nothing_secret_is_said(run: Run) -> None:
    rows = [row(1), _with(2, "email"), {**row(1), "objectId": "b"}, {**row(3), "salt": 7}]
    run.bring(*rows, {**row(4), "authData": {"qq": {"openid": "secret-id"}}, "username": ""})
    said = run.said
    run.take()

    for secret in (SALT, DIGEST, BCRYPT, "18600000001", row(1)["sessionToken"], "secret-id"):
        assert secret not in said + run.said + run.fault


def test_an_export_is_imported_elsewhere_and_is_the_same_again(run: Run) -> None:
    run.bring(*[{**row(place), "mobilePhoneVerified": True} for place in range(20)])
    signed_up(run.desk, "here", PASSWORD, nickname="天天")
    first = run.take()
    elsewhere = App.create("Another", id=OTHER, key="another-app-key")
    run.desk.service.directory.create(elsewhere)

    run("import-users", "--app", OTHER, str(run.folder / f"{APP_ID}.jsonl"))

    assert (run.status, run.counts()["new"], run.counts()["keep their session"]) == (0, 21, 21)
    assert run.take(OTHER) == first
    door = Door({**KEY, "X-LC-Id": OTHER, "X-LC-Key": "another-app-key"})
    for name in ("here", row(1)["username"], row(7)["username"]):
        assert door.post("login", username=name, password=PASSWORD).code == 0
    token = row(8)["sessionToken"]
    me = door.send("GET", "/1.1/users/me", **{"X-LC-Session": token}).json
    assert me["objectId"] == row(8)["objectId"]


def test_an_export_has_what_the_file_brought(run: Run) -> None:
    said = {
        **row(1),
        "createdAt": "2020-01-01T00:00:00.001Z",
        "updatedAt": "2020-01-01T00:00:00.002Z",
    }
    run.bring(said)
    (run.folder / f"{APP_ID}.jsonl").write_text("older")
    (run.folder / f"{APP_ID}.jsonl").chmod(0o644)

    assert run.take() == [{name: value for name, value in said.items() if value is not None}]
    assert "1 users, 1 of them with their session" in run.said
    assert stat.S_IMODE((run.folder / f"{APP_ID}.jsonl").stat().st_mode) == 0o600


def test_half_a_surrogate_does_not_stop_an_export(run: Run) -> None:
    made = User.new(APP_ID, now=clock())
    DynamoUsers().write([Change(None, replace(made, username="a", fields={"n": "天\ud83d"}))])

    assert run.take()[0]["n"] == "天\ud83d"


def test_an_export_that_stops_leaves_no_half_of_a_file(run: Run) -> None:
    run.bring(row(1))
    run.take()
    before = (run.folder / f"{APP_ID}.jsonl").read_text()
    run.desk.faults.always("dynamodb.BatchGetItem", refusal("ResourceNotFoundException"))

    run("export-users", "--app", APP_ID, str(run.folder / f"{APP_ID}.jsonl"))

    assert run.status == 1
    assert (run.folder / f"{APP_ID}.jsonl").read_text() == before


@pytest.mark.parametrize(
    "arguments",
    [
        ("import-users", "--app", "nobody-knows", "{users}"),
        ("import-users", "--app", APP_ID, "{users}", "{nowhere}"),
        ("import-users", "--app", APP_ID, "{folder}"),
        ("import-users", "--app", APP_ID, "--bad", "{users}", "{users}"),
        ("import-users", "--app", APP_ID, "{users}", "{users}.bad.jsonl"),
        ("export-users", "--app", "nobody-knows", "{nowhere}"),
        ("export-users", "--app", APP_ID, "{nowhere}/users.jsonl"),
    ],
)
def test_a_mistake_is_one_clear_line(run: Run, arguments: tuple[str, ...]) -> None:
    users = run.write(row(1), "{")
    run.write("{", name="users.jsonl.bad.jsonl")
    names = {"users": users, "nowhere": str(run.folder / "nowhere"), "folder": str(run.folder)}

    run(*(one.format(**names) for one in arguments))

    assert (run.status, run.said) == (1, "")
    assert run.fault.startswith("operate: ")
    assert run.fault.count("\n") == 1
    assert run.user(1) is None


def test_a_file_that_breaks_off_is_told_of_and_what_came_before_is_in(run: Run) -> None:
    rows = "".join(f"{json.dumps(row(place))}\n" for place in range(2000))
    path = run.folder / "users.jsonl.gz"
    path.write_bytes(gzip.compress(rows.encode())[:-2000])

    run("import-users", "--app", APP_ID, "--dry-run", str(path))

    assert run.status == 1
    assert "gzip breaks off" in run.fault
    assert run.counts()["new"] >= 0
    assert "run it again" in run.said


@pytest.mark.parametrize("fault", ["ThrottlingException", "ResourceNotFoundException"])
def test_a_table_that_takes_no_more_just_now_is_waited_for(run: Run, fault: str) -> None:
    many = [refusal(fault)] * (4 if fault == "ThrottlingException" else 1)
    run.desk.faults.next("dynamodb.TransactWriteItems", *many)
    run.desk.faults.next("dynamodb.BatchGetItem", *many)

    run.bring(row(1))

    assert (run.status, run.counts()["new"]) == (0, 1)


def test_a_table_out_of_reach_ends_the_run_which_goes_on_later(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.flows.migration._WAITS", (0,) * 6)
    rows = [row(place) for place in range(100)]
    run.desk.faults.next("dynamodb.TransactWriteItems", None)
    run.desk.faults.always("dynamodb.TransactWriteItems", refusal("ResourceNotFoundException"))
    run.bring(*rows)

    there = run.counts()["new"]
    assert run.status == 1
    assert 0 < there < 100
    assert "AWS says" in run.fault
    assert "run it again" in run.said
    run.desk.faults.mend()
    run.bring(*rows)
    assert (run.status, run.counts()["already there"]) == (0, there)
    assert run.counts()["new"] == 100 - there


def test_a_reply_that_is_lost_brings_nobody_twice(run: Run) -> None:
    run.desk.faults.next("dynamodb.TransactWriteItems", lost_reply(ReadTimeoutError))

    run.bring(row(1), row(2))

    assert run.status == 0
    assert run.counts()["new"] + run.counts()["already there"] == 2
    assert len(run.take()) == 2


def test_a_terminal_is_shown_how_far_it_is(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)

    run.bring(row(1))

    assert "100%" in run.fault
    assert run.counts()["new"] == 1
    monkeypatch.setitem(sys.modules, "tqdm", None)
    run.bring(row(2))
    assert "pip install -r requirements-operate.txt" in run.fault
    assert run.counts()["new"] == 1


def test_nobody_else_is_shown_a_bar(run: Run) -> None:
    run.bring(row(1))

    assert run.fault == ""
