"""How carriers count a text, and how LeanCloud did."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.segments import (
    ALPHABET,
    EXTENSION,
    LONGEST,
    Encoding,
    Rule,
    Segments,
    count,
    leancloud_count,
    strangers,
)

GSM7, UCS2 = Encoding.GSM7, Encoding.UCS2


@pytest.mark.parametrize(
    ("text", "encoding", "units", "parts"),
    [
        ("", GSM7, 0, 1),
        ("\n", GSM7, 1, 1),
        ("Your code is 123456\r\n", GSM7, 21, 1),
        ("a" * 160, GSM7, 160, 1),
        ("a" * 161, GSM7, 161, 2),
        ("a" * 306, GSM7, 306, 2),
        ("a" * 307, GSM7, 307, 3),
        ("€" * 80, GSM7, 160, 1),
        ("a" * 158 + "€", GSM7, 160, 1),
        ("a" * 159 + "€", GSM7, 161, 2),
        # The 153rd septet cannot hold an escape alone: 305 septets, and three parts yet.
        ("a" * 152 + "€" + "a" * 151, GSM7, 305, 2),
        ("a" * 152 + "€" + "a" * 152, GSM7, 306, 3),
        ("\f", GSM7, 2, 1),
        ("好" * 70, UCS2, 70, 1),
        ("好" * 71, UCS2, 71, 2),
        ("好" * 134, UCS2, 134, 2),
        ("好" * 135, UCS2, 135, 3),
        ("a" * 70 + "’", UCS2, 71, 2),
        ("😀" * 35, UCS2, 70, 1),
        ("😀" * 36, UCS2, 72, 2),
        ("好" * 66 + "😀" + "好" * 65, UCS2, 133, 2),
        ("好" * 66 + "😀" + "好" * 66, UCS2, 134, 3),
        ("\ud83d", UCS2, 1, 1),
        ("ç", UCS2, 1, 1),
        ("`", UCS2, 1, 1),
        ("\x1b", UCS2, 1, 1),
    ],
)
def test_a_text_is_counted_in_parts_that_split_nothing(
    text: str, encoding: Encoding, units: int, parts: int
) -> None:
    assert count(text) == Segments(encoding, units, parts)


def test_the_alphabet_is_whole() -> None:
    """127 characters and the escape are 128; the extension shares none of them."""
    assert len(ALPHABET) == len(set(ALPHABET)) == 127
    assert len(set(EXTENSION)) == 10
    assert not set(ALPHABET) & set(EXTENSION)
    assert [ALPHABET.index(letter) for letter in "@\n\r"] == [0x00, 0x0A, 0x0D]
    assert [ALPHABET.index(letter) + 1 for letter in " 0A¡a¿à"] == [
        0x20,  # from here on the missing escape moves a place
        0x30,
        0x41,
        0x40,
        0x61,
        0x60,
        0x7F,
    ]


def split(alone: int, part: int, pieces: list[str]) -> list[str]:
    """Cut as a handset would: whole pieces, one after the other, into the parts themselves."""
    if sum(map(len, pieces)) <= alone:
        return ["".join(pieces)]
    parts = [""]
    for piece in pieces:
        if len(parts[-1] + piece) > part:
            parts.append("")
        parts[-1] += piece
    return parts


@given(st.text(alphabet=ALPHABET + EXTENSION + "好’😀", max_size=500))
def test_the_count_is_what_cutting_would_give(text: str) -> None:
    if set(text) <= set(ALPHABET + EXTENSION):
        septets = ["\x1b" + mark if mark in EXTENSION else mark for mark in text]
        parts = split(160, 153, septets)
    else:
        units = [mark.encode("utf-16-be").decode("latin-1")[::2] for mark in text]
        parts = split(70, 67, units)

    counted = count(text)
    assert counted.count == len(parts)
    assert counted.units == sum(map(len, parts))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ()),
        ("a€\f~", ()),
        ("Don’t", ((3, "’"),)),
        ("您a😀", ((0, "您"), (2, "😀"))),
    ],
)
def test_strangers_are_found_with_their_places(text: str, found: tuple[object, ...]) -> None:
    assert strangers(text) == found


@pytest.mark.parametrize(
    ("length", "messages"),
    [(0, 1), (1, 1), (70, 1), (71, 2), (134, 2), (135, 3), (LONGEST, 6)],
)
@pytest.mark.parametrize("letter", ["a", "好", "😀", "€"])
def test_leancloud_counts_every_character_as_one(letter: str, length: int, messages: int) -> None:
    assert leancloud_count(letter * length) == messages


@pytest.mark.parametrize(
    ("text", "carrier", "leancloud"),
    [("a" * 160, 1, 3), ("好" * 71, 2, 2), ("😀" * 70, 3, 1)],
    ids=["latin", "chinese", "emoji"],
)
def test_an_app_chooses_by_whose_rule_it_is_billed(text: str, carrier: int, leancloud: int) -> None:
    assert Rule("carrier").billed(text) == carrier
    assert Rule("leancloud").billed(text) == leancloud
