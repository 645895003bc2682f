"""What stands around every page of the public's: whose it is, the way out, and whom to ring."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from longstone.public import ours


def frame(request: HttpRequest) -> dict[str, Any]:
    """Give every template what the frame needs."""
    return {
        "demo": ours.DEMO,
        "force": ours.NAME,
        "telephone": ours.TELEPHONE,
        "way_out": ours.EXIT,
        "here": request.path,
    }
