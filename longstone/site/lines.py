"""What was asked of the house, how did it end, and how long did it take? One line a request, by the pattern of its address (D28)."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from longstone.kernel.logs import pattern

LOG = logging.getLogger("longstone.requests")
QUIET = {"health_live", "health_ready", "metrics"}


def requests_logged(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Write a line for each request; those of the machines that watch are left out."""

    def answer(request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = get_response(request)
        name = request.resolver_match.url_name if request.resolver_match else ""
        if name not in QUIET:
            took = 1000 * (time.perf_counter() - began)
            LOG.info("%s %s %d %.0f ms", request.method, pattern(request), response.status_code, took)
        return response

    return answer
