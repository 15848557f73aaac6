"""This is where it is looked at where a URL leads: nowhere but into the open internet."""

import ipaddress
import socket

#: All of IPv6 that is routed so far (RFC 4291); what wraps an IPv4 address is elsewhere, but for
#: the two that `ipaddress` unwraps.
_ROUTED = ipaddress.ip_network("2000::/3")
#: For documents (RFC 9637) and for protocols' own use (RFC 6890): not every `ipaddress` knows both.
_RESERVED = tuple(map(ipaddress.ip_network, ("3fff::/20", "192.0.0.0/24")))

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Forbidden(Exception):
    """The name leads somewhere private; the text says where to, without the address."""


def resolve(host: str, port: int) -> str:
    """The address to connect with; raises Forbidden if any of the name's is not public.

    It is looked up once, and the connection goes to what was looked at: a name that leads
    elsewhere the next time leads nobody astray.  Raises OSError when there is none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [ipaddress.ip_address(str(one[4][0]).partition("%")[0]) for one in found]
    if not addresses:
        raise OSError("no address")
    for address in addresses:
        if not public(address):
            raise Forbidden("not a public address")
    return str(addresses[0])


def public(address: Address) -> bool:
    """Whether *address*, and what is wrapped in it, is of the open internet."""
    reserved = any(address in network for network in _RESERVED)
    if reserved or address.is_multicast or not address.is_global:
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return True
    wrapped = [address.sixtofour, *(address.teredo or ())]
    return address in _ROUTED and all(public(one) for one in wrapped if one is not None)
