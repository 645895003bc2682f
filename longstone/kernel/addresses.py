"""How is the address that somebody comes from written, and whose count is it? The house and the public's site have one answer."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

HOUSEHOLD = 64  # bits: for whoever has one address of IPv6 there has them all


def plain(untrusted_told: str) -> str:
    """Write an address as it is written everywhere, without a port; what is none is nothing."""
    return str(_read(untrusted_told) or "")


def network(untrusted_told: str) -> str:
    """Give an address as it is counted: all of one household's or one machine's addresses of IPv6 are one."""
    known = _read(untrusted_told)
    if isinstance(known, IPv6Address):
        return str(IPv6Network((int(known), HOUSEHOLD), strict=False).network_address)
    return str(known or "")


def _read(untrusted_told: str) -> IPv4Address | IPv6Address | None:
    told = untrusted_told.strip()
    host = told[1:].partition("]")[0] if told.startswith("[") else told
    host = host.partition(":")[0] if host.count(":") == 1 else host
    try:
        found = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found
