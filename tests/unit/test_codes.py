"""Codes and seals: derived fairly, bound to their place, telling nothing."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chalicelib.domain.challenges import Challenge, Codebook, Purpose
from chalicelib.domain.codes import Keyring, random_token, wellformed
from chalicelib.domain.phones import PhoneNumber

RING = Keyring((b"p" * 32,))
CONTEXT = "app\0+8618612345678\0operation"


def test_every_digit_is_equally_likely_in_every_place() -> None:
    """Chi-square over 10^5 codes, 9 degrees of freedom: 33.7 is passed once in 10^4."""
    codes = [RING.code(RING.nonce(), CONTEXT) for _ in range(100_000)]

    assert all(code and len(code) == 6 for code in codes)
    for place in range(6):
        seen = Counter(code[place] for code in codes if code)
        chi = sum((seen[digit] - 10_000) ** 2 / 10_000 for digit in "0123456789")
        assert chi < 45, place
    leading_zero = sum(code.startswith("0") for code in codes if code)
    assert 9_500 < leading_zero < 10_500


def test_a_code_is_the_same_each_time_and_another_elsewhere() -> None:
    nonce = RING.nonce()

    codes = {
        RING.code(nonce, CONTEXT),
        RING.code(nonce, CONTEXT),
        RING.code(nonce, CONTEXT.replace("app", "other")),
        RING.code(nonce, CONTEXT.replace("8618612345678", "8613812345678")),
        RING.code(nonce, CONTEXT.replace("operation", "login")),
    }

    assert len(codes) >= 3  # five places, four codes; two alike once in 10^5


def test_nonces_and_tokens_do_not_repeat() -> None:
    assert len({RING.nonce() for _ in range(10_000)}) == 10_000
    assert len({random_token() for _ in range(10_000)}) == 10_000


def test_zeros_in_front_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Keyring, "derive", lambda *_: (7).to_bytes(4, "big") * 8)

    assert RING.code("x", CONTEXT) == "000007"


def test_a_draw_that_would_favour_some_codes_is_drawn_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    unfair = (2**32 - 1).to_bytes(4, "big")
    monkeypatch.setattr(Keyring, "derive", lambda *_: unfair * 7 + (42).to_bytes(4, "big"))
    assert RING.code("x", CONTEXT) == "000042"

    monkeypatch.setattr(Keyring, "derive", lambda *_: unfair * 8)
    assert wellformed(RING.code("x", CONTEXT))


def test_a_seal_is_of_one_text_in_one_place_under_one_pepper() -> None:
    other = Keyring((b"q" * 32,))
    seals = {
        RING.seals("123456", CONTEXT)[0],
        RING.seals("123457", CONTEXT)[0],
        RING.seals("123456", CONTEXT + "x")[0],
        other.seals("123456", CONTEXT)[0],
    }

    assert len(seals) == 4
    assert "123456" not in "".join(seals)
    assert RING.seals("123456", CONTEXT)[0] == RING.seals("123456", CONTEXT)[0]


def test_an_older_pepper_stays_good_behind_a_new_one() -> None:
    nonce, seal = RING.nonce(), RING.seals("x", CONTEXT)[0]
    rotated = Keyring((b"n" * 32, *RING.peppers))

    assert rotated.code(nonce, CONTEXT) == RING.code(nonce, CONTEXT)
    assert seal in rotated.seals("x", CONTEXT)
    assert rotated.seals("x", CONTEXT)[0] != seal
    assert RING.knows(nonce)
    assert not RING.knows(rotated.nonce())
    assert RING.code(rotated.nonce(), CONTEXT) is None


def test_two_challenges_with_one_code_look_different_in_the_table() -> None:
    """What is stored of a challenge is its nonce alone."""
    nonces = {RING.nonce() for _ in range(100)}

    assert len(nonces) == 100
    assert not any((RING.code(nonce, CONTEXT) or "") in nonce[9:15] for nonce in nonces)


@pytest.mark.parametrize(
    "guess",
    ["", "12345", "1234567", "12345a", "１２３４５６", "١٢٣٤٥٦", "12345\n", None, 123456, True],
)
def test_a_guess_is_six_ascii_digits(guess: object) -> None:
    assert not wellformed(guess)
    assert wellformed("012345")


def test_an_answer_is_bound_to_its_app_its_phone_and_its_purpose() -> None:
    phone, other = PhoneNumber("+8618612345678"), PhoneNumber("+8613812345678")
    challenge = Challenge(RING.nonce(), datetime(2026, 11, 21, tzinfo=UTC))
    books = [Codebook(RING, "one-app", phone), Codebook(RING, "another", phone)]
    books.append(Codebook(RING, "one-app", other))

    marks = {book.mark(Purpose.OPERATION, "123456", by="x") for book in books}
    codes = {
        book.code(Purpose.OPERATION, replace(challenge, nonce=RING.nonce()))
        for book in books
        for _ in range(3)
    }

    assert len(marks) == 3
    assert len(codes) > 3
    assert len({book.code(Purpose.OPERATION, challenge) for book in books}) > 1


def test_no_secret_shows_in_a_representation() -> None:
    assert "ppp" not in repr(RING)
    assert "70707070" not in repr(RING)
