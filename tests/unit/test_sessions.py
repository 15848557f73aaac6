"""Session tokens: random enough, and not to be read from what is kept."""

import math
import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chalicelib.domain import sessions
from chalicelib.domain.codes import Keyring
from chalicelib.domain.sessions import Session

RING = Keyring((b"p" * 32,))
USER = "an-app\0a-user"
PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))

tokens = some.text(PRINTABLE, min_size=1, max_size=128)


def test_a_token_has_leanclouds_form_and_random_bits_enough() -> None:
    drawn = [sessions.draw() for _ in range(10_000)]

    assert all(re.fullmatch(r"[0-9a-z]{25}", token) for token in drawn)
    assert all(map(sessions.wellformed, drawn))
    assert len(set(drawn)) == 10_000
    assert sessions.LENGTH * math.log2(36) >= 128


def test_every_character_is_equally_likely_in_every_place() -> None:
    """Chi-square over 10^4 tokens, 35 degrees of freedom: 76 is passed once in 10^4."""
    drawn = [sessions.draw() for _ in range(10_000)]

    for place in range(sessions.LENGTH):
        seen = Counter(token[place] for token in drawn)
        assert len(seen) == 36
        assert sum((many - 10_000 / 36) ** 2 / (10_000 / 36) for many in seen.values()) < 100


@pytest.mark.parametrize(
    "token",
    [
        "",
        " ",
        "a b",
        "a\n",
        "\n",
        "a" * 129,
        "é",
        "天",
        "\x7f",
        "\0",
        "１",
        None,
        1,
        True,
        b"a",
        ["a"],
    ],
)
def test_what_is_no_token_has_not_the_form_of_one(token: object) -> None:
    assert not sessions.wellformed(token)
    assert sessions.wellformed("qmdj8pdidnmyzp0c7yqil91oc")
    assert sessions.wellformed(PRINTABLE)


@given(tokens, some.text(max_size=20))
def test_the_token_is_read_again_from_what_is_kept(token: str, user: str) -> None:
    assert Session.of(token, RING, user).token(RING, user) == token


@given(some.text(PRINTABLE, min_size=16, max_size=128))
def test_what_is_kept_is_not_the_token(token: str) -> None:
    session = Session.of(token, RING, USER)
    kept = (*session.seals, session.nonce, session.masked)

    assert session.seals == (sessions.seal(token),)
    assert len(session.masked) == 2 * len(token)
    assert not any(token in one or token.encode().hex() in one for one in kept)


def test_the_same_token_is_masked_otherwise_each_time() -> None:
    masked = {Session.of("a" * 128, RING, USER).masked for _ in range(100)}

    assert len(masked) == 100
    assert not any(one[:64] == one[64:128] for one in masked), "no block of the pad comes twice"


@pytest.mark.parametrize("user", ["an-app\0another", "another\0a-user", "an-app", "", USER + "\0"])
def test_what_is_kept_of_one_user_tells_nothing_in_the_place_of_anothers(user: str) -> None:
    token = sessions.draw()
    session = Session.of(token, RING, USER)

    assert session.token(RING, user) != token
    assert session.token(RING, USER) == token


def test_nobody_reads_it_without_the_pepper() -> None:
    session = Session.of(sessions.draw(), RING, USER)

    assert session.token(Keyring((b"q" * 32,)), USER) is None
    assert session.token(Keyring(()), USER) is None


def test_a_newer_pepper_leaves_it_to_be_read_until_the_older_is_retired() -> None:
    token = sessions.draw()
    session = Session.of(token, RING, USER)
    rotated, retired = Keyring((b"n" * 32, *RING.peppers)), Keyring((b"n" * 32,))

    assert session.token(rotated, USER) == token
    assert session.token(retired, USER) is None
    assert session.admits(token), "whoever has it is still let in"
    assert Session.of(token, rotated, USER).token(retired, USER) == token


def test_no_session_admits_nobody_and_tells_nothing() -> None:
    none = Session()

    assert none.token(RING, USER) is None
    assert not any(map(none.admits, ("", "a", sessions.draw(), sessions.seal(""))))


def test_a_session_admits_its_token_alone() -> None:
    token = sessions.draw()
    session = Session.of(token, RING, USER)

    assert session.admits(token)
    assert not any(
        session.admits(one)
        for one in (token[:-1], token.upper() + "A", f"{token} ", "", *session.seals)
    )
    assert not any(map(session.admits, (session.masked, session.nonce)))


def test_a_session_beside_an_older_one_admits_both_and_hands_out_its_own() -> None:
    first, second, third = (sessions.draw() for _ in range(3))
    one, two, three = (Session.of(token, RING, USER) for token in (first, second, third))

    both = two.beside(one)

    assert both.seals == (sessions.seal(second), sessions.seal(first))
    assert both.admits(first)
    assert both.admits(second)
    assert both.token(RING, USER) == second
    assert both.beside(one) == both.beside(both) == both
    assert two.beside(Session()) == two
    assert three.beside(both).seals == tuple(map(sessions.seal, (third, second, first)))
    assert not Session.of(third, RING, USER).admits(first), "alone, it ends the others"
    assert one.seals == (sessions.seal(first),)


def test_a_session_shows_nothing_of_itself() -> None:
    token = sessions.draw()
    session = Session.of(token, RING, USER)

    assert repr(session) == "Session()"
    assert token not in str(session)
