"""Passwords: what is kept of them, what matches, and what may be one."""

import base64
import re
from typing import NoReturn

import bcrypt
import pytest

from chalicelib.domain import passwords
from chalicelib.domain.user_errors import InvalidPassword, MissingPassword

SALT = "h60d8x797d3oa0naxybxxv9bn7xpt2yiowz68mpiwou7gwr2"
DIGEST = "tA7BLW+NK0UeARng0693gCaVnljkglCB9snqlpCSUKjx2RgYp8VZZOQt0S5iUtlDrkJXfT3gknS4rRqjYsd/Ug=="
LEANCLOUD = f"leancloud${SALT}${DIGEST}"

#: Of "password", by the bcrypt library with four rounds.
BCRYPT = "$2b$04$Qu08a0niacNSEd3kCjd6F.hd.tQvMfK6rT2AUoH4zP9IB5lZnnPmy"
#: Of 72 times "x".
BCRYPT_72 = "$2b$04$tigQOFqpAq2IRoLNLj.VI.uTOoSBl/23bXkM8VziLfRzThVA.aAZG"
#: Of "U*U", from the test vectors of Openwall's crypt_blowfish, whose scheme it is.
OPENWALL = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"

#: Spellings that people take for one password, and nobody else does.
ALIKE = ["Pass wörd", "pass wörd", "Pass wo\u0308rd", " Pass wörd", "Pass wörd ", "Pass wörd\n"]
ALIKE += ["Pass  wörd", "Ｐass wörd", "Pass\u00a0wörd", "Pass wörd\0", "\ufeffPass wörd"]


@pytest.fixture(scope="module")
def kept() -> str:
    """What is kept of the first of those that are alike."""
    return passwords.hash(ALIKE[0])


@pytest.fixture
def nobody_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever sets out to hash has spent the time already."""

    def hashed(*_: object) -> NoReturn:
        raise AssertionError("it was hashed")

    for name in ("_argon2", "_matches_argon2", "_matches_bcrypt", "_digest"):
        monkeypatch.setattr(passwords, name, hashed)


def test_a_hash_is_argon2id_with_owasps_first_choice(kept: str) -> None:
    found = re.fullmatch(r"\$argon2id\$v=19\$m=19456,t=2,p=1\$([^$]+)\$([^$]+)", kept)

    assert found
    salt, digest = (base64.b64decode(part + "==") for part in found.groups())
    assert (len(salt), len(digest)) == (16, 32)
    assert not passwords.outdated(kept)


def test_one_password_is_kept_as_two_hashes() -> None:
    one, other = passwords.hash("x"), passwords.hash("x")

    assert one != other
    assert passwords.matches("x", one)
    assert passwords.matches("x", other)


def test_a_password_matches_by_its_exact_characters(kept: str) -> None:
    assert [one for one in ALIKE if passwords.matches(one, kept)] == ALIKE[:1]


@pytest.mark.parametrize("one", [*ALIKE[1:], "x" * 256, "天" * 85, "x" * 72 + "y", "a\0b", " x"])
def test_a_password_matches_its_own_hash(one: str) -> None:
    assert passwords.matches(one, passwords.hash(one))
    assert not passwords.matches(one[:-1], passwords.hash(one))


def test_a_hash_of_leanclouds_matches_its_password_alone() -> None:
    kept = passwords.leancloud(SALT, DIGEST)

    assert kept == LEANCLOUD
    assert passwords.matches("password", kept)
    assert not any(
        passwords.matches(one, kept) for one in ("Password", "password ", "", "passwor", SALT)
    )
    assert not passwords.matches("password", passwords.leancloud(SALT[:-1], DIGEST))
    assert passwords.of_leancloud(kept) == (SALT, DIGEST)
    assert passwords.outdated(kept)


@pytest.mark.parametrize(
    ("salt", "digest"),
    [
        (SALT, ""),
        (SALT, DIGEST[:-4]),
        (SALT, DIGEST[:-1]),
        (SALT, DIGEST + "\n"),
        (SALT, f" {DIGEST}"),
        (SALT, DIGEST.replace("+", "-")),
        (SALT, base64.b64encode(b"x" * 65).decode()),
        (SALT, base64.b64decode(DIGEST).hex()),
        (SALT, f"{DIGEST}${DIGEST}"),
        (f"{SALT}$", DIGEST),
    ],
)
def test_what_is_no_pair_of_leanclouds_is_refused(salt: str, digest: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        passwords.leancloud(salt, digest)


@pytest.mark.parametrize(
    ("kept", "password"),
    [
        (BCRYPT, "password"),
        (BCRYPT.replace("$2b$", "$2y$"), "password"),
        (BCRYPT.replace("$2b$", "$2a$"), "password"),
        (OPENWALL, "U*U"),
    ],
)
def test_a_hash_of_bcrypts_matches_its_password_alone(kept: str, password: str) -> None:
    assert passwords.bcrypt(kept) == kept
    assert passwords.matches(password, kept)
    assert not any(
        passwords.matches(one, kept)
        for one in (password.swapcase(), f"{password} ", "", password[:-1], f"{password}\0")
        if one != password
    )
    assert passwords.outdated(kept)
    assert passwords.of_leancloud(kept) is None


def test_of_a_long_password_bcrypt_has_read_the_first_72_bytes() -> None:
    """As the library did that made the hash; a newer one refuses to read more."""
    assert passwords.matches("x" * 72, BCRYPT_72)
    assert passwords.matches("x" * 73, BCRYPT_72)
    assert passwords.matches("x" * 72 + "天" * 61, BCRYPT_72)
    assert not passwords.matches("x" * 71, BCRYPT_72)
    with pytest.raises(ValueError, match="72"):
        bcrypt.checkpw(b"x" * 73, BCRYPT_72.encode())


@pytest.mark.parametrize(
    "kept",
    ["", "password", BCRYPT[:-1], f"{BCRYPT}.", f"{BCRYPT}\n", f" {BCRYPT}", LEANCLOUD]
    + [BCRYPT.replace("$04$", f"${rounds}$") for rounds in ("03", "4", "17", "31", "99", "-4")]
    + [BCRYPT.replace("$2b$", kind) for kind in ("$1$", "$2c$", "$3b$", "2b$")],
)
def test_what_is_no_hash_of_bcrypts_is_refused(kept: str) -> None:
    """Nor one of so many rounds that a login would outlive its function."""
    with pytest.raises(ValueError, match="bcrypt"):
        passwords.bcrypt(kept)


@pytest.mark.parametrize(
    "kept",
    ["", "password", "*", "!", "leancloud$$", f"leancloud${SALT}$", f"{LEANCLOUD}\n", "$", "$1$x$y"]
    + ["$2", "$2b$04$", BCRYPT[:-1], "$2b$99$" + BCRYPT[7:], "$argon2", "$argon2id$v=19$m=1$x$y"]
    + [DIGEST, f"{SALT}${DIGEST}"],
)
def test_nothing_matches_what_is_no_hash(kept: str) -> None:
    """A user without a password is opened by none: not by the empty one, not by what is kept."""
    assert not any(passwords.matches(one, kept) for one in ("", "password", kept, "None", "\0"))


def test_a_hash_of_another_profile_is_made_anew() -> None:
    from argon2 import PasswordHasher
    from argon2.low_level import Type

    cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash("x")
    other = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1, type=Type.I).hash("x")

    for kept in (cheap, other):
        assert passwords.matches("x", kept)
        assert not passwords.matches("y", kept)
        assert passwords.outdated(kept)


@pytest.mark.usefixtures("nobody_hashes")
@pytest.mark.parametrize(
    "long", ["x" * 257, "天" * 86, "x" * 2**20], ids=["257", "86 of 3", "1 MB"]
)
def test_bytes_are_counted_before_anything_is_hashed(long: str) -> None:
    for kept in ("$argon2id$v=19$", BCRYPT, LEANCLOUD):
        assert not passwords.matches(long, kept)
    with pytest.raises(InvalidPassword, match="256 bytes"):
        passwords.check(long, least=1, common=False)
    assert not passwords.wellformed(long)


@pytest.mark.usefixtures("nobody_hashes")
@pytest.mark.parametrize(
    ("given", "fault"),
    [
        (" ", "blank"),
        ("\t\n \u3000", "blank"),
        (1, "blank"),
        (12345678, "blank"),
        (True, "blank"),
        (False, "blank"),
        (["password"], "blank"),
        ({"$ne": ""}, "blank"),
        ("1234567", "at least 8 characters"),
        ("天" * 7, "at least 8 characters"),
        ("       x"[1:], "at least 8 characters"),
        ("x" * 257, "at most 256 bytes"),
        ("password", "commonest"),
        ("PassWord", "commonest"),
        ("qwertyuiop", "commonest"),
    ],
)
def test_what_may_be_no_password_is_refused_with_a_reason(given: object, fault: str) -> None:
    with pytest.raises(InvalidPassword) as refused:
        passwords.check(given, least=8, common=False)

    assert refused.value.code == 218
    assert fault in refused.value.text
    assert str(given) not in refused.value.reason or fault == "blank"


@pytest.mark.parametrize("given", [None, ""])
def test_no_password_is_another_refusal_than_a_bad_one(given: object) -> None:
    with pytest.raises(MissingPassword) as refused:
        passwords.check(given, least=1, common=True)

    assert refused.value.code == 201


@pytest.mark.parametrize(
    "given", [*ALIKE, "x" * 256, "天" * 85, "😀" * 8, "        x", "x y z w v"]
)
def test_what_may_be_a_password_stays_exactly_as_it_is(given: str) -> None:
    """Without rules of composition."""
    assert passwords.check(given, least=8, common=False) is given


@pytest.mark.parametrize("given", ["1", "x", "123456", "password", "天"])
def test_by_itself_any_password_is_taken_that_is_not_blank(given: str) -> None:
    assert passwords.check(given, least=1, common=True) == given


@pytest.mark.parametrize("least", [1, 6, 8])
def test_three_thousand_of_those_that_are_long_enough_are_the_commonest(least: int) -> None:
    """OWASP ASVS 6.2.4: the top 3000 "which match the application's password policy"."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    ranked = [one for one in FREQUENCY_LISTS["passwords"] if len(one) >= least]
    for one in (ranked[0], ranked[2999], ranked[1500].upper()):
        with pytest.raises(InvalidPassword, match="commonest"):
            passwords.check(one, least=least, common=False)
        assert passwords.check(one, least=least, common=True)
    assert passwords.check(ranked[3000], least=least, common=False)


def test_a_comparison_with_nobodys_password_takes_the_time_of_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared = []
    matches = passwords._matches_argon2
    monkeypatch.setattr(
        passwords, "_matches_argon2", lambda *said: compared.append(said) or matches(*said)
    )

    passwords.waste("password")

    ((_, kept),) = compared
    assert "m=19456,t=2,p=1" in kept
