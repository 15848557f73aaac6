"""Where a URL of a hook may lead: into the open internet, and nowhere else."""

import ipaddress
import socket
from typing import Any

import pytest

from chalicelib.hooks.addresses import Forbidden, public, resolve


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "52.94.236.248"])
def test_the_open_internet_is_public(address: str) -> None:
    assert public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "169.254.170.2",
        "172.16.0.1",
        "192.0.0.8",
        "192.0.2.1",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "2001:0:0:0:0:0:f5ff:fffe",
        "2002:a9fe:a9fe::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "ff02::1",
        "fec0::1",
        "3fff::1",
        "5f00::1",
        "::127.0.0.1",
        "::a9fe:a9fe",
        "::ffff:0:127.0.0.1",
    ],
)
def test_what_is_private_near_or_wrapped_is_not(address: str) -> None:
    assert not public(ipaddress.ip_address(address))


def answering(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Let every name lead to *addresses*; the names that were looked up."""
    asked: list[str] = []

    def look_up(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


def test_a_name_is_looked_up_once_and_what_was_found_is_what_is_called(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = answering(monkeypatch, "8.8.8.8")

    assert resolve("engine.example.com", 443) == "8.8.8.8"
    assert asked == ["engine.example.com"]


@pytest.mark.parametrize(
    "addresses", [("127.0.0.1",), ("8.8.8.8", "10.0.0.1"), ("fe80::1%eth0",), ("::ffff:127.0.0.1",)]
)
def test_a_name_of_which_any_address_is_private_leads_nowhere(
    monkeypatch: pytest.MonkeyPatch, addresses: tuple[str, ...]
) -> None:
    answering(monkeypatch, *addresses)

    with pytest.raises(Forbidden, match="not a public address"):
        resolve("engine.example.com", 443)


@pytest.mark.parametrize("name", ["localhost", "127.1", "0x7f.1", "2130706433", "0177.0.0.1"])
def test_what_this_machine_takes_for_its_own_leads_nowhere(name: str) -> None:
    with pytest.raises((Forbidden, OSError)):
        resolve(name, 443)
