"""What calls are counted by, and whom a header is believed of."""

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chalicelib.domain.addresses import NOWHERE, caller, counted


@pytest.mark.parametrize(
    ("said", "by"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("0.0.0.0", "0.0.0.0"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:DB8:1:2::", "2001:db8:1:2::"),
        ("2001:0db8:0001:0002:ffff:ffff:ffff:ffff", "2001:db8:1:2::"),
        ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ("::1", "::"),
        ("fe80::1%eth0", "fe80::"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("::ffff:cb00:7107", "203.0.113.7"),
        ("", NOWHERE),
        (" ", NOWHERE),
        ("nowhere", NOWHERE),
        ("unknown", NOWHERE),
        ("203.0.113.7 ", NOWHERE),
        ("203.0.113.7:443", NOWHERE),
        ("203.0.113.7, 198.51.100.1", NOWHERE),
        ("203.0.113", NOWHERE),
        ("203.0.113.007", NOWHERE),
        ("203.0.113.256", NOWHERE),
        ("3405803783", NOWHERE),
        ("0xcb007107", NOWHERE),
        ("203.0.113.0/24", NOWHERE),
        ("2001:db8::/64", NOWHERE),
        ("[2001:db8::1]", NOWHERE),
        ("2001:db8:::1", NOWHERE),
        ("٢٠٣.0.113.7", NOWHERE),
        ("203.0.113.7\n", NOWHERE),
        ("203.0.113.7\0", NOWHERE),
        ("a#b", NOWHERE),
        ("x" * 10_000, NOWHERE),
    ],
)
def test_calls_are_counted_by_the_address_of_one_subscriber(said: str, by: str) -> None:
    assert counted(said) == by


@given(some.text(max_size=40))
def test_whatever_the_address_there_is_something_to_count_by(said: str) -> None:
    assert "#" not in counted(said)
    assert len(counted(said)) <= 39


@given(some.ip_addresses(v=4))
def test_an_address_is_the_same_one_mapped(ip: object) -> None:
    assert counted(f"::ffff:{ip}") == counted(str(ip)) == str(ip)


@pytest.mark.parametrize(
    ("source", "forwarded", "trusted", "address"),
    [
        ("203.0.113.7", "198.51.100.1", (), "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", ("192.0.2.0/24",), "203.0.113.7"),
        ("192.0.2.1", "198.51.100.1", ("192.0.2.0/24",), "198.51.100.1"),
        ("192.0.2.1", "6.6.6.6, 198.51.100.1", ("192.0.2.0/24",), "198.51.100.1"),
        ("192.0.2.1", "198.51.100.1, 192.0.2.9", ("192.0.2.0/24",), "198.51.100.1"),
        ("192.0.2.1", "", ("192.0.2.0/24",), "192.0.2.1"),
        ("192.0.2.1", "198.51.100.1:4711", ("192.0.2.0/24",), "198.51.100.1"),
        ("192.0.2.1", "[2001:db8::1]:443, ", ("192.0.2.0/24",), "2001:db8::1"),
        ("192.0.2.1", "192.0.2.9", ("192.0.2.0/24",), "192.0.2.1"),
        ("192.0.2.1", "198.51.100.1, rubbish", ("192.0.2.0/24",), "rubbish"),
        ("2001:db8::1", "2001:db8:9::1", ("2001:db8::/64",), "2001:db8:9::1"),
        ("", "", ("192.0.2.0/24",), ""),
    ],
)
def test_a_header_is_believed_of_trusted_proxies_alone(
    source: str, forwarded: str, trusted: tuple[str, ...], address: str
) -> None:
    assert caller(source, forwarded, [ip_network(one) for one in trusted]) == address
