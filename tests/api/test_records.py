"""What an administrator sees of the messages that were sent."""

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from chalicelib import operate
from chalicelib.api.events import carrier_event, changed, record_changed
from chalicelib.domain.apps import App
from chalicelib.domain.settings import Settings
from chalicelib.local.embedded import APP_ID
from chalicelib.local.streams import event, told
from chalicelib.store.tables import LineRow, RecordRow
from tests.api.test_receipts import eum
from tests.conftest import Clock, Desk
from tests.faults import refusal
from tests.wire import PHONE, Console, Door

DAY = "2040-01-02"
NOW = datetime(2040, 1, 2, 12, tzinfo=UTC)


def send(desk: Desk, clock: Clock, count: int, start: int = 0) -> list[str]:
    """Send to *count* phones, a second apart; the ids of the records, newest first."""
    for place in range(start, start + count):
        clock.pass_(seconds=1)
        assert desk.send(f"+861861234{place:04}") == 0
    return [row.id for row in sorted(RecordRow.scan(), key=lambda row: row.at, reverse=True)]


def walk(desk: Desk, **query: Any) -> list[list[str]]:
    """The ids of a search, page by page, to its end."""
    pages, cursor = [], {}
    while True:
        said = desk.console.find("records", **query, **cursor).json
        pages.append([record["id"] for record in said["records"]])
        if "next" not in said:
            return pages
        cursor = {"next": said["next"]}


@pytest.fixture
def other(desk: Desk) -> Console:
    """The administrator of another app."""
    app = App.create("Another")
    app = app.with_settings(Settings(plain_signatures=True)).with_approved("Other", now=NOW)
    desk.service.directory.create(app)
    return Console(Door({"X-LC-Id": app.id, "X-LC-Key": f"{app.master_keys[0]},master"}))


def test_a_record_past_its_time_is_gone_before_it_is_purged(desk: Desk, clock: Clock) -> None:
    desk.send()
    [record] = desk.console.find("records", phone=PHONE).json["records"]

    clock.pass_(days=61)

    assert desk.console.get(f"records/{record['id']}").status == 404
    assert desk.console.find("records", phone=PHONE).json["records"] == []


def test_a_record_shows_what_became_of_a_message(desk: Desk, clock: Clock) -> None:
    desk.send()

    [record] = desk.console.find("records", phone=PHONE).json["records"]

    assert record.pop("id")
    assert record.pop("messageId")
    assert record == {
        "phone": "+86186****5678",
        "channel": "sms",
        "kind": "verification",
        "template": "",
        "signature": "Countersign",
        "text": desk.letters()[0].message.masked_text,
        "state": "pending",
        "stateName": "等待回执",
        "sender": "inbox",
        "word": "",
        "error": "",
        "first": "",
        "second": "",
        "segments": 1,
        "price": record["price"],
        "estimate": record["price"],
        "address": "203.0.113.7",
        "decision": {"verdict": "allowed", "reasons": [], "saved": None},
        "timeline": {
            "requested": "2040-01-02T12:00:00.000Z",
            "accepted": "2040-01-02T12:00:00.000Z",
            "carrier": None,
            "device": None,
            "verified": None,
        },
    }
    assert desk.code() not in record["text"]


def test_a_message_nobody_took_is_on_record_too(
    open_desk: Callable[..., Desk], clock: Clock
) -> None:
    desk = open_desk(SENDERS="sns")
    desk.faults.always("sns.Publish", refusal("OptedOut", xml=True))
    assert desk.send() == 602

    [record] = desk.console.find("records", day=DAY, state="refused").json["records"]

    assert (record["stateName"], record["error"], record["price"]) == ("调用失败", "OptedOut", "0")
    assert record["timeline"]["accepted"] is None


@pytest.mark.parametrize("spelling", [PHONE, "18612345678", " 8618612345678", "186-1234-5678"])
def test_records_are_found_by_the_number_however_it_is_spelt(
    desk: Desk, clock: Clock, spelling: str
) -> None:
    desk.send()
    desk.send("+8618612345679")

    found = desk.console.find("records", phone=spelling).json["records"]

    assert [record["phone"] for record in found] == ["+86186****5678"]


def test_no_page_shows_a_whole_number(desk: Desk, clock: Clock) -> None:
    desk.send()
    id = next(RecordRow.scan()).id

    for path in ("records?day=2040-01-02", f"records/{id}", "records.csv?day=2040-01-02"):
        answer = desk.master.send("GET", f"/console/api/{path}")
        assert answer.status == 200
        assert b"5678" in answer.raw
        assert PHONE[3:].encode() not in answer.raw


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 7, 8, 100])
def test_pages_of_a_day_are_newest_first_and_miss_nothing(
    desk: Desk, clock: Clock, limit: int
) -> None:
    ids = send(desk, clock, 8)

    pages = walk(desk, day=DAY, limit=limit)

    assert [id for page in pages for id in page] == ids
    assert all(len(page) <= limit for page in pages)


def test_pages_of_a_number_are_newest_first_and_miss_nothing(desk: Desk, clock: Clock) -> None:
    for _ in range(5):
        clock.pass_(minutes=1)
        assert desk.send() == 0
    ids = [row.id for row in sorted(RecordRow.scan(), key=lambda row: row.at, reverse=True)]

    assert walk(desk, phone=PHONE, limit=2) == [ids[:2], ids[2:4], ids[4:]]


def test_messages_of_one_moment_are_all_found(desk: Desk, clock: Clock) -> None:
    for place in range(9):
        desk.send(f"+861861234{place:04}")

    found = [id for page in walk(desk, day=DAY, limit=2) for id in page]

    assert sorted(found) == sorted(row.id for row in RecordRow.scan())


def test_what_is_sent_while_one_reads_does_not_disturb(desk: Desk, clock: Clock) -> None:
    ids = send(desk, clock, 4)
    first = desk.console.find("records", day=DAY, limit=2).json

    send(desk, clock, 3, start=4)
    second = desk.console.find("records", day=DAY, limit=2, next=first["next"]).json

    assert [record["id"] for record in second["records"]] == ids[2:]


def test_records_of_a_day_are_found_by_their_state(desk: Desk, clock: Clock) -> None:
    ids = send(desk, clock, 6)
    for id in ids[::2]:
        carrier_event(eum("TEXT_DELIVERED", record=id), None)

    found = walk(desk, day=DAY, state="delivered", limit=2)

    assert [id for page in found for id in page] == ids[::2]
    assert walk(desk, day=DAY, state="verified") == [[]]
    assert walk(desk, day="2040-01-01") == [[]]


def test_a_record_is_its_apps_alone(desk: Desk, clock: Clock, other: Console) -> None:
    desk.send()
    id = next(RecordRow.scan()).id

    assert other.get(f"records/{id}").code == 404
    assert other.find("records", day=DAY).json["records"] == []
    assert other.find("records", phone=PHONE).json["records"] == []


def test_a_cursor_is_good_for_its_own_search_alone(
    desk: Desk, clock: Clock, other: Console
) -> None:
    send(desk, clock, 4)
    cursor = desk.console.find("records", day=DAY, limit=2).json["next"]
    place, _, seal = cursor.rpartition(".")
    manipulated = [
        "x",
        ".",
        place,
        f"{place}.",
        f"{place}.{seal[::-1]}",
        f"~.{seal}",
        f"{cursor}0",
        f"0{cursor}",
    ]

    for next in manipulated:
        answer = desk.console.find("records", day=DAY, limit=2, next=next)
        assert (answer.status, answer.code, answer.json["field"]) == (400, 1, "next"), next
    assert other.find("records", day=DAY, next=cursor).code == 1
    for elsewhere in ({"day": "2040-01-03"}, {"phone": PHONE}, {"day": DAY, "state": "pending"}):
        assert desk.console.find("records", **elsewhere, next=cursor).code == 1
    assert desk.console.find("records", day=DAY, limit=2, next=cursor).code == 0


def test_a_cursor_outlives_a_new_pepper(desk: Desk, clock: Clock) -> None:
    send(desk, clock, 3)
    cursor = desk.console.find("records", day=DAY, limit=2).json["next"]

    ring = desk.service.secrets.read()
    desk.service.secrets.write(type(ring)((b"x" * 32, *ring.peppers)))
    desk.service.secrets._ring = None

    assert len(desk.console.find("records", day=DAY, next=cursor).json["records"]) == 1


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({}, "phone"),
        ({"phone": PHONE, "day": DAY}, "phone"),
        ({"phone": PHONE, "state": "pending"}, "state"),
        ({"day": DAY, "state": "lost"}, "state"),
        ({"day": "yesterday"}, "day"),
        ({"day": "2040-13-01"}, "day"),
        ({"day": "20400102"}, "day"),
        ({"day": DAY, "limit": "0"}, "limit"),
        ({"day": DAY, "limit": "1001"}, "limit"),
        ({"day": DAY, "limit": "ten"}, "limit"),
        ({"day": DAY, "app": "another"}, "app"),
    ],
)
def test_a_search_that_makes_no_sense_names_the_field(
    desk: Desk, query: dict[str, str], field: str
) -> None:
    answer = desk.console.find("records", **query)

    assert (answer.status, answer.code, answer.json["field"]) == (400, 1, field)


def test_a_number_that_is_none_is_refused(desk: Desk) -> None:
    assert desk.console.find("records", phone="12").code == 127


@pytest.mark.parametrize(
    "path", ["records?day=2040-01-02", "records/1", "records.csv", "records.jsonl", "counters"]
)
def test_the_master_key_is_needed(desk: Desk, path: str) -> None:
    assert desk.door.send("GET", f"/console/api/{path}").code == 403


def test_a_record_is_kept_as_long_as_the_app_says(desk: Desk, clock: Clock) -> None:
    """A broom that comes late shows nothing that is due to be gone."""
    desk.console.set(record_days=3)
    desk.service.directory._known.clear()
    desk.send()
    clock.pass_(days=2, hours=23)
    assert len(desk.console.find("records", day=DAY).json["records"]) == 1

    clock.pass_(hours=2)

    assert desk.console.find("records", day=DAY).json["records"] == []
    assert list(RecordRow.scan())


def test_records_are_taken_away_as_csv(desk: Desk, clock: Clock) -> None:
    ids = send(desk, clock, 5)
    text, headers, cursor = "", [], {}
    while True:
        answer = desk.console.find("records.csv", day=DAY, limit=2, **cursor)
        text += answer.raw.decode()
        headers.append(answer.headers)
        if "X-Next" not in answer.headers:
            break
        cursor = {"next": answer.headers["X-Next"]}

    rows = list(csv.DictReader(io.StringIO(text, newline="")))

    assert [row["id"] for row in rows] == ids
    assert rows[0]["stateName"] == "等待回执"
    assert rows[0]["phone"] == "'+86186****0004", "no formula"
    assert headers[0]["Content-Type"] == "text/csv; charset=utf-8"
    assert "records.csv" in headers[0]["Content-Disposition"]
    assert len(headers) == 3


def test_records_are_taken_away_as_lines_of_json(desk: Desk, clock: Clock) -> None:
    [id] = send(desk, clock, 1)
    carrier_event(eum("TEXT_DELIVERED", record=id), None)

    answer = desk.console.find("records.jsonl", day=DAY, state="delivered")

    [said] = map(json.loads, answer.raw.decode().splitlines())
    assert (said["id"], said["state"], said["price"]) == (id, "delivered", "0.00883")


@pytest.mark.parametrize("format", ["csv", "jsonl"])
def test_the_administrator_writes_a_day_to_a_file(
    desk: Desk,
    clock: Clock,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    format: str,
) -> None:
    monkeypatch.setattr("chalicelib.operate.records._PAGE", 2)
    ids = send(desk, clock, 5)
    capsys.readouterr()
    file = tmp_path / f"records.{format}"

    asked = ["export-records", APP_ID, "--day", DAY, "--format", format, str(file)]
    assert operate.main(asked) == 0

    assert capsys.readouterr().out == f"{file}: 5 records\n"
    lines = file.read_text("utf-8").splitlines()
    assert [id for id in ids if not any(id in line for line in lines)] == []
    assert len(lines) == (6 if format == "csv" else 5)


@pytest.mark.parametrize(
    "wrong",
    [
        ("nobody-knows", "--day", DAY, "/tmp/x"),
        (APP_ID, "--day", "today", "/tmp/x"),
        (APP_ID, "--day", DAY, "/no/such/folder/x"),
    ],
)
def test_an_export_that_cannot_be_is_one_clear_line(
    desk: Desk, capsys: pytest.CaptureFixture[str], wrong: tuple[str, ...]
) -> None:
    assert operate.main(["export-records", *wrong]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def counters(desk: Desk, first: str = DAY, last: str = DAY) -> Any:
    """The counters, once the stream of records was heard."""
    assert record_changed(event(told(RecordRow)), None) == {"batchItemFailures": []}
    return desk.console.find("counters", **{"from": first, "to": last}).json


def test_messages_are_counted_as_they_stand(desk: Desk, clock: Clock) -> None:
    ids = send(desk, clock, 4)
    desk.send(PHONE)
    carrier_event(eum("TEXT_UNREACHABLE", record=ids[0]), None)
    carrier_event(eum("TEXT_DELIVERED", record=ids[1]), None)
    assert desk.verify(desk.code()) == 0
    changed(event(told(LineRow)), None)

    said = counters(desk)

    [counter] = said["counters"]
    heading = {"day": DAY, "country": "CN", "sender": "inbox", "channel": "sms", "template": ""}
    assert {name: counter.pop(name) for name in heading} == heading
    assert said["total"] == counter
    expected = {"sent": 5, "delivered": 2, "verified": 1, "failed": 1, "segments": 5}
    assert {**counter, "cost": "0"} == {**expected, "cost": "0", "barred": 0, "saved": "0"}


def test_what_is_told_again_is_not_counted_again(desk: Desk, clock: Clock) -> None:
    [id] = send(desk, clock, 1)
    carrier_event(eum("TEXT_UNREACHABLE", record=id), None)
    carrier_event(eum("TEXT_DELIVERED", record=id), None)
    once = counters(desk)

    assert record_changed(event(told(RecordRow)[::-1]), None) == {"batchItemFailures": []}

    assert counters(desk) == once
    assert once["total"]["delivered"] == 1
    assert once["total"]["failed"] == 0


def test_counters_are_apart_by_day_country_sender_and_template(
    open_desk: Callable[..., Desk], clock: Clock
) -> None:
    desk = open_desk("international_allowed=true", SENDERS="sns", SNS_MAX_PRICE="1")
    desk.console.template("a.b", "{{order_id}} is out.")
    desk.send()
    desk.send("+85291234567")
    desk.send("+19490008888")
    clock.pass_(days=1)
    desk.send()
    clock.pass_(minutes=1)
    desk.send(template="a.b", order_id="7")

    said = counters(desk, DAY, "2040-01-03")

    heading = ("day", "country", "sender", "template")
    assert sorted(tuple(one[name] for name in heading) for one in said["counters"]) == [
        (DAY, "CN", "sns", ""),
        (DAY, "HK", "sns", ""),
        (DAY, "US", "inbox", ""),
        ("2040-01-03", "CN", "sns", ""),
        ("2040-01-03", "CN", "sns", "a.b"),
    ]
    assert said["total"]["sent"] == 5
    assert len(counters(desk, "2040-01-03", "2040-01-03")["counters"]) == 2


def test_a_record_that_is_swept_away_stays_counted(desk: Desk, clock: Clock) -> None:
    send(desk, clock, 1)
    next(RecordRow.scan()).delete()

    assert counters(desk)["total"]["sent"] == 1


def test_counters_are_an_apps_own(desk: Desk, clock: Clock, other: Console) -> None:
    send(desk, clock, 1)
    counters(desk)

    said = other.find("counters", **{"from": DAY, "to": DAY}).json

    assert said["counters"] == []
    assert said["total"]["sent"] == 0


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        ("2040-01-01", "2040-04-01", 0),
        ("2040-01-01", "2040-04-02", 1),
        ("2040-01-02", "2040-01-01", 1),
        ("soon", "2040-01-01", 1),
        ("2040-01-01", "", 1),
    ],
)
def test_a_quarter_is_seen_at_once(desk: Desk, first: str, last: str, code: int) -> None:
    assert desk.console.find("counters", **{"from": first, "to": last}).code == code
