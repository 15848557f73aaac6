"""A code that came back: by a guess alone, or redeemed together with what it was for."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain import openings
from chalicelib.domain.challenges import Challenge, Codebook, Proof, Purpose
from chalicelib.domain.codes import Keyring
from chalicelib.domain.lines import Issued, Line, Order
from chalicelib.domain.phones import PhoneNumber
from chalicelib.domain.quotas import Limit, Quota

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
LIFE = timedelta(minutes=10)
PURPOSE = Purpose.RESET_PASSWORD
RING = Keyring((b"p" * 32,))
BOOK = Codebook(RING, "an-app", PhoneNumber("+8618612345678"))
SENT = Challenge(RING.nonce(), NOON + LIFE, "1")
RIGHT = BOOK.code(PURPOSE, SENT) or ""
WRONG = "000000" if RIGHT != "000000" else "000001"
QUOTAS = (Quota("number", Limit.parse("5/1h")),)


def line(challenge: Challenge | None = None) -> Line:
    return Line(challenges={PURPOSE: challenge} if challenge else {})


def mark(guess: str) -> str:
    return BOOK.mark(PURPOSE, guess, by="a-request")


GUESSED = SENT.guessed("a-request")
REDEEMED = replace(GUESSED, redeemed="a-request")
OPENED = SENT.guessed(mark(RIGHT))


@pytest.mark.parametrize(
    ("before", "after", "moved", "opened"),
    [
        (line(), line(SENT), False, False),
        (line(SENT), line(SENT.resent(NOON + 2 * LIFE, "2")), False, False),
        (line(SENT), line(GUESSED), True, False),
        (line(GUESSED), line(REDEEMED), True, True),
        (line(SENT), line(REDEEMED), True, True),
        (line(REDEEMED), line(REDEEMED), False, False),
        (line(REDEEMED), line(REDEEMED.guessed("b")), True, False),
        (line(SENT), line(SENT.guessed(mark(WRONG))), True, False),
        (line(SENT), line(OPENED), True, True),
        (line(OPENED), line(OPENED.guessed(mark(RIGHT))), True, False),
        (line(), line(REDEEMED), True, True),
        (line(Challenge(RING.nonce(), NOON, redeemed="a")), line(REDEEMED), True, True),
        (line(OPENED), line(Challenge(RING.nonce(), NOON)), False, False),
    ],
)
def test_a_change_shows_that_a_code_came_back(
    before: Line, after: Line, moved: bool, opened: bool
) -> None:
    assert (PURPOSE in openings.guessed(before, after)) is moved
    assert openings.opened(before, after, PURPOSE, BOOK) is opened


def test_a_challenge_that_is_gone_shows_nothing() -> None:
    assert openings.guessed(line(OPENED), line()) == {}


def test_a_right_guess_opens_once_by_itself_or_redeemed() -> None:
    assert BOOK.opens(PURPOSE, SENT, RIGHT)
    assert not BOOK.opens(PURPOSE, SENT, WRONG)
    assert not BOOK.opens(Purpose.LOGIN, SENT, RIGHT)
    assert BOOK.opens(PURPOSE, GUESSED, RIGHT), "what opened nothing is not burned"
    assert not BOOK.opens(PURPOSE, REDEEMED, RIGHT)
    assert not BOOK.opens(PURPOSE, OPENED, RIGHT)


def test_what_was_redeemed_is_so_without_its_pepper() -> None:
    retired = replace(BOOK, keyring=Keyring((b"n" * 32,)))

    assert retired.opened(PURPOSE, REDEEMED)
    assert not retired.opened(PURPOSE, OPENED)
    assert not retired.opens(PURPOSE, SENT, RIGHT)


def test_a_code_that_was_redeemed_is_not_sent_again() -> None:
    order = Order("2", QUOTAS, PURPOSE, LIFE, RING.nonce())
    at = NOON + timedelta(minutes=1)

    assert line(SENT).issue(order, BOOK, now=at).challenges[PURPOSE].nonce == SENT.nonce
    fresh = line(REDEEMED).issue(order, BOOK, now=at).challenges[PURPOSE]
    assert fresh == Challenge(order.nonce, at + LIFE, "2")


@pytest.mark.parametrize("came", [GUESSED, REDEEMED, OPENED])
def test_a_send_that_is_given_back_leaves_a_code_as_used_as_it_is(came: Challenge) -> None:
    """The carrier may refuse the second text while the code of the first is redeemed."""
    before = line(SENT)
    order = Order("2", QUOTAS, PURPOSE, LIFE, RING.nonce())
    after = before.issue(order, BOOK, now=NOON)
    issued = Issued(order, BOOK, before, after, NOON)
    meanwhile = replace(after, challenges={PURPOSE: replace(came, record="2")})

    left = meanwhile.returned(issued).challenges[PURPOSE]

    assert left == came
    assert BOOK.opened(PURPOSE, left) is BOOK.opened(PURPOSE, came)


def test_a_proof_is_of_its_codebooks_phone_and_shows_no_code() -> None:
    proof = Proof(BOOK, PURPOSE, GUESSED, "seen", "a-request")

    assert proof.phone == BOOK.phone
    assert not any(one in repr(proof) for one in (RIGHT, SENT.nonce, BOOK.phone.e164))
