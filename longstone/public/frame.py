"""What stands around every page of the public's: whose it is, the way out, and whom to ring."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, Any]:
    """Give every template what the frame needs."""
    return {
        "demo": settings.LONGSTONE_DEMO,
        "force": settings.LONGSTONE_PUBLIC_NAME,
        "telephone": settings.LONGSTONE_PUBLIC_TELEPHONE,
        "way_out": settings.LONGSTONE_PUBLIC_EXIT,
        "here": request.path,
    }
