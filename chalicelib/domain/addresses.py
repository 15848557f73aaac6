"""This is where a caller's address is: what calls are counted by."""

import ipaddress
import re
from collections.abc import Sequence

#: What a caller without an address counts as: all of them as one.
NOWHERE = "nowhere"

_WITH_PORT = re.compile(r"\[([0-9A-Fa-f:.]+)\](?::[0-9]+)?|([0-9.]+):[0-9]+")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def counted(said: str) -> str:
    """What the calls of an address are counted by: of IPv6 the /64, which is one subscriber's."""
    try:
        parsed = ipaddress.ip_address(said)
    except ValueError:
        return NOWHERE
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)
    return str(parsed)


def caller(source: str, forwarded: str, trusted: Sequence[Network]) -> str:
    """The address of whoever called: *source*, as the gateway saw it.

    Only if that is one of the *trusted* proxies is anything believed that a header says: the last
    address in *forwarded* (X-Forwarded-For) that is none of theirs.
    """
    said = [source, *map(_bare, reversed(forwarded.split(",")))]
    for address in filter(None, said):
        if not _within(address, trusted):
            return address
    return source


def _bare(said: str) -> str:
    """An address without the port that some proxies write behind it."""
    found = _WITH_PORT.fullmatch(said.strip())
    return next(filter(None, found.groups())) if found else said.strip()


def _within(address: str, networks: Sequence[Network]) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in networks)
