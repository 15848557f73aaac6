"""Phone numbers: one phone, one number, however typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chalicelib.domain import phones
from chalicelib.domain.errors import InvalidPhoneNumber
from chalicelib.domain.messages import Channel
from chalicelib.domain.phones import PhoneNumber

HOMES = ["CN", "US", "DE", "IT", "AR", "MX", "RU"]


@pytest.mark.parametrize(
    ("typed", "home", "e164"),
    [
        ("18612345678", "CN", "+8618612345678"),
        ("+1 (206) 555-0100", "CN", "+12065550100"),
        ("206-555-0100", "US", "+12065550100"),
        ("+49 1512 3456789", "CN", "+4915123456789"),
        ("0151 23456789", "DE", "+4915123456789"),
        ("+39 06 6982", "IT", "+39066982"),
        ("+852 9123 4567", "CN", "+85291234567"),
    ],
)
def test_a_number_is_read_as_e164(typed: str, home: str, e164: str) -> None:
    assert PhoneNumber.parse(typed, home).e164 == e164


@pytest.mark.parametrize(
    "typed", ["", " ", "+", "0", "12", "a", "+86 138x", "1" * 26, "+999123456789"]
)
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(InvalidPhoneNumber):
        PhoneNumber.parse(typed)


@pytest.mark.parametrize(
    ("e164", "texts", "calls", "loosely"),
    [
        ("+8618612345678", True, True, True),
        ("+12065550100", True, True, True),  # the US does not tell mobiles from fixed lines
        ("+862161234567", False, True, False),
        ("+8612012345678", False, False, True),
        ("+19002345678", False, False, False),
        ("+18002345678", False, False, False),
        ("+448431234567", False, False, False),
        ("+881612345678", False, False, False),
        ("+8821234567890", False, False, False),
        ("+80012345678", False, False, False),
        ("+97912345678", False, False, False),
    ],
)
def test_tolls_and_satellites_are_never_reached(
    e164: str, texts: bool, calls: bool, loosely: bool
) -> None:
    phone = PhoneNumber(e164)

    assert phone.reached_by(Channel.SMS) is texts
    assert phone.reached_by(Channel.VOICE) is calls
    assert phone.reached_by(Channel.SMS, loosely=True) is loosely


def test_blanks_around_a_number_are_not_remembered() -> None:
    phones._canonical.cache_clear()
    for length in range(5000, 5100):
        assert PhoneNumber.parse(" " * length + "18612345678").e164 == "+8618612345678"
        with pytest.raises(InvalidPhoneNumber):
            PhoneNumber.parse("1" + " " * length + "8612345678")

    assert phones._canonical.cache_info().currsize == 1


@given(some.text("0123456789", min_size=5, max_size=16), some.sampled_from(HOMES))
def test_a_number_that_is_read_is_read_again_as_itself(digits: str, home: str) -> None:
    for typed in (digits, f"+{digits}"):
        try:
            phone = PhoneNumber.parse(typed, home)
        except InvalidPhoneNumber:
            continue
        assert PhoneNumber.parse(phone.e164, home) == phone


@pytest.mark.parametrize(
    ("e164", "region", "abroad"),
    [
        ("+8618612345678", "CN", False),
        ("+85291234567", "HK", True),
        ("+14165550100", "CA", True),
        ("+19490008888", "US", True),
    ],
)
def test_a_number_knows_its_region(e164: str, region: str, abroad: bool) -> None:
    assert PhoneNumber(e164).region == region
    assert PhoneNumber(e164).abroad("CN") is abroad


@pytest.mark.parametrize(
    ("e164", "masked"),
    [
        ("+8618612345678", "+86186****5678"),
        ("+39066982", "+39****"),
        ("+6591234567", "+65****4567"),
    ],
)
def test_a_number_shows_masked(e164: str, masked: str) -> None:
    assert PhoneNumber(e164).masked == masked
    assert repr(PhoneNumber(e164)) == f"PhoneNumber({masked})"
    assert len(e164) - len(masked.replace("*", "")) >= 4
