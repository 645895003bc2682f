"""Who asks, and what may a page load? Set before anything else of ours runs."""

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from longstone.cases.queries import marks_of
from longstone.kernel.acting import acting
from longstone.kernel.actor import NOBODY
from longstone.kernel.web.request import Request
from longstone.people.models import Staff
from longstone.people.queries import actor_for

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def actor_and_moment(
    get_response: Callable[[Request], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Give the request its actor, with what they may do today, and its one moment."""

    def answer(request: HttpRequest) -> HttpResponse:
        known = cast("Request", request)
        known.now = timezone.now()
        user = request.user
        known.actor = actor_for(user, at=known.now) if isinstance(user, Staff) else NOBODY
        known.marks = marks_of(known.actor)
        with acting(known.actor):
            return get_response(known)

    return answer


def content_policy(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Let a page load only what the house itself serves, and let nobody keep it."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers["Content-Security-Policy"] = POLICY
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return answer
