"""From which address does a request come? The one that our own proxies say, counted from the end; else whoever asks us."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from longstone.kernel.addresses import plain


def address_of(request: HttpRequest | None) -> str:
    """Give the address of the browser; nothing if it cannot be told."""
    if request is None:
        return ""
    proxies, passed = settings.LONGSTONE_PROXY, request.headers.get("X-Forwarded-For", "")
    hops = [hop.strip() for hop in passed.split(",")] if passed else []
    if proxies and len(hops) >= proxies:
        return plain(hops[-proxies])
    return plain(request.META.get("REMOTE_ADDR", ""))
