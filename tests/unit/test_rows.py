"""In which forms an export is read."""

import gzip
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from chalicelib.operate import rows as reading
from chalicelib.operate.faults import Fault
from chalicelib.operate.rows import BROKEN, NOT_JSON, TOO_LONG, rows

ROWS: list[dict[str, Any]] = [
    {"objectId": "a", "nickname": "天\n天😀", "n": 1, "x": 1.0},
    {"objectId": "b", "big": 2**70, "y": 1e2},
    {"objectId": "c", "half": "\ud83d", "in": {"results": []}},
]
BOM = b"\xef\xbb\xbf"
HEAD = b'#filetype:JSON-streaming {"type":"Class","class":"_User"}\n'


def lines(*said: Any) -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in said)


@pytest.fixture
def read(tmp_path: Path) -> Any:
    def read(said: bytes) -> list[tuple[int, Any, str]]:
        path = tmp_path / "users.json"
        path.write_bytes(said)
        told: list[int] = []
        found = list(rows(path, told.append))
        assert sum(told) == len(said)
        assert all(row.file == str(path) and "\n" not in row.raw for row in found)
        for row in found:
            assert row.fault or json.loads(row.raw) == row.value
        return [(row.line, row.value, row.fault) for row in found]

    return read


@pytest.mark.parametrize("made", [lambda said: said, gzip.compress], ids=["plain", "gzip"])
@pytest.mark.parametrize("mark", [b"", BOM], ids=["", "bom"])
@pytest.mark.parametrize(
    ("said", "places"),
    [
        (lines(*ROWS), [1, 2, 3]),
        (HEAD + lines(*ROWS), [2, 3, 4]),
        (lines(*ROWS).rstrip(b"\n"), [1, 2, 3]),
        (lines(*ROWS).replace(b"\n", b"\r\n\r\n"), [1, 3, 5]),
        (json.dumps(ROWS).encode(), [1, 2, 3]),
        (json.dumps(ROWS, indent=2, ensure_ascii=True).encode(), [1, 2, 3]),
        (b"\n [" + b",\n".join(json.dumps(row).encode() for row in ROWS) + b",\n]\n", [1, 2, 3]),
        (json.dumps({"results": ROWS}).encode(), [1, 2, 3]),
        (json.dumps({"results": ROWS, "count": 3}, indent=2).encode() + b"\n", [1, 2, 3]),
        (HEAD + json.dumps({"results": ROWS}).encode(), [1, 2, 3]),
    ],
    ids=[
        *("lines", "head", "no last end", "blank lines", "array", "indented"),
        *("a row a line", "results", "results and more", "head and results"),
    ],
)
def test_a_row_says_the_same_in_every_form(
    read: Any, made: Any, mark: bytes, said: bytes, places: list[int]
) -> None:
    found = read(made(mark + said))

    assert found == [(place, row, "") for place, row in zip(places, ROWS, strict=True)]
    assert [type(value) for value in found[0][1].values()] == [str, str, int, float]


@pytest.mark.parametrize("said", [b"", b"\n\n", HEAD, b"[]", b' { "results" : [ ] } '])
def test_an_empty_export_has_no_rows(read: Any, said: bytes) -> None:
    assert read(said) == []


def test_a_user_whose_own_field_is_called_results_is_a_row(read: Any) -> None:
    row = {"results": [{"score": 1}], "objectId": "a"}

    assert read(lines(row, row)) == [(1, row, ""), (2, row, "")]


@pytest.mark.parametrize(
    "said",
    [b'{"a": 1', b"{'a': 1}", b'{"a": NaN}', b'{"a": Infinity}', b"x", b'{"a":1} {"b":2}'],
)
def test_a_line_that_is_not_json_is_one_bad_row(read: Any, said: bytes) -> None:
    assert read(lines(ROWS[0]) + said + b"\n" + lines(ROWS[1])) == [
        (1, ROWS[0], ""),
        (2, None, NOT_JSON),
        (3, ROWS[1], ""),
    ]


def test_bytes_that_are_not_utf_8_are_kept_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "users.jsonl"
    path.write_bytes(b'{"objectId": "a", "nickname": "\xff"}\n')

    [row] = rows(path, lambda _: None)

    assert row.raw.encode("utf-8", "surrogateescape") == path.read_bytes().strip()


@pytest.mark.parametrize(
    ("said", "whole"),
    [
        (b'[{"objectId": "a"}, {"b" 1}, {"objectId": "c"}]', 1),
        (b'[{"objectId": "a"}, {"objectId": "b"', 1),
        (b'[{"objectId": "a"}, {"objectId": "b"}', 1),
        (b'[{"objectId": "a"} {"objectId": "b"}]', 0),
        (b'[{"objectId": "a"}, NaN]', 1),
        (b'[{"objectId": "a"}][{"objectId": "b"}]', 1),
        (b'{"results": [{"objectId": "a"}] "x"}', 1),
        (b"[", 0),
        (b"[" * 5000, 0),
    ],
)
def test_an_array_that_breaks_off_is_read_up_to_there(read: Any, said: bytes, whole: int) -> None:
    found = read(said)

    assert found[:-1] == [(1, {"objectId": "a"}, "")] * whole
    assert found[-1] == (whole + 1, None, BROKEN)


@pytest.mark.parametrize("form", ["lines", "array"])
def test_a_row_may_be_longer_than_what_is_read_at_once(read: Any, form: str) -> None:
    row = {"objectId": "a", "story": "天" * 200_000}

    found = read(lines(row, row) if form == "lines" else json.dumps([row, row]).encode())

    assert found == [(1, row, ""), (2, row, "")]


def test_a_line_that_is_longer_than_any_row_is_passed_over(
    read: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LONGEST", 100)

    for many in (99, 100, 101, 250, 1000):
        found = read(lines("x" * many, ROWS[0]) + lines("x" * many).rstrip())

        assert found[1] == (2, ROWS[0], "")
        assert [fault for _, _, fault in found] == [TOO_LONG if many > 97 else "", "", TOO_LONG]


def test_a_file_of_any_size_takes_no_more_memory(tmp_path: Path) -> None:
    path = tmp_path / "users.json"
    row = json.dumps({"objectId": "a", "story": "x" * 1000})
    peaks = []
    for many in (1000, 20_000):
        path.write_text(f"[{','.join([row] * many)}]")
        tracemalloc.start()
        assert sum(1 for _ in rows(path, lambda _: None)) == many
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert peaks[1] < peaks[0] * 1.2


def test_a_gzip_that_breaks_off_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "users.jsonl.gz"
    path.write_bytes(gzip.compress(lines(*ROWS))[:-12])

    with pytest.raises(Fault, match="gzip breaks off"):
        list(rows(path, lambda _: None))


def test_a_row_that_was_kept_is_read_without_what_stands_beside_it(read: Any) -> None:
    kept = {"file": "users.jsonl", "line": 7, "reason": "email", "row": ROWS[2]}

    assert read(lines(kept)) == [(1, ROWS[2], "")]
