"""From which address does a request come? The one that our own proxies say, counted from the end; else whoever asks us."""

from __future__ import annotations

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest | None) -> str:
    """Give the address of the browser; nothing if it cannot be told."""
    if request is None:
        return ""
    proxies, passed = settings.LONGSTONE_PROXY, request.headers.get("X-Forwarded-For", "")
    hops = [hop.strip() for hop in passed.split(",")] if passed else []
    if proxies and len(hops) >= proxies:
        return _plain(hops[-proxies])
    return _plain(request.META.get("REMOTE_ADDR", ""))


def _plain(told: str) -> str:
    """Write an address as it is written everywhere, without a port; what is none is nothing."""
    host = told[1:].partition("]")[0] if told.startswith("[") else told
    host = host.partition(":")[0] if host.count(":") == 1 else host
    try:
        found = ip_address(host)
    except ValueError:
        return ""
    return str(getattr(found, "ipv4_mapped", None) or found)
