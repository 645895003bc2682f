"""Who asks, and what may a page load? Set before anything else of ours runs."""

from collections.abc import Callable
from datetime import datetime
from typing import cast

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from longstone.cases.queries import marks_of
from longstone.kernel.acting import acting
from longstone.kernel.actor import NOBODY, Actor
from longstone.kernel.web import typed
from longstone.kernel.web.request import Request
from longstone.people import admission
from longstone.people.models import Staff
from longstone.people.queries import actor_for
from longstone.site import sign_in

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

WITHOUT_FACTOR = ("/people/me/sign-in/", "/sign-in/", "/static/", "/health/", "/metrics")


def actor_and_moment(
    get_response: Callable[[Request], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Give the request its actor, with what they may do today, and its one moment."""

    def answer(request: HttpRequest) -> HttpResponse:
        known = cast("Request", request)
        known.now = timezone.now()
        known.actor = _actor(request, known.now)
        with acting(known.actor):
            known.marks = marks_of(known.actor)
            return get_response(known)

    return answer


def _actor(request: HttpRequest, at: datetime) -> Actor:
    """Say who asks; whose session is over is nobody, and hears why."""
    user = request.user
    if not isinstance(user, Staff):
        return NOBODY
    if why := sign_in.over(request, user, at=at):
        logout(request)
        messages.warning(request, f"You have been signed out. {why}", extra_tags="said")
        return NOBODY
    return actor_for(user, at=at)


def factor_first(get_response: Callable[[Request], HttpResponse]) -> Callable[[Request], HttpResponse]:
    """Lead somebody who must have a second factor, and has none, to where they add one; nothing else is there for them."""

    def answer(request: Request) -> HttpResponse:
        user, session = request.user, getattr(request, "signed_in", None)
        if request.actor.id is None or session is None or session.factor or request.path.startswith(WITHOUT_FACTOR):
            return get_response(request)
        if isinstance(user, Staff) and admission.must_have_factor(user, at=request.now):
            if request.method == "POST":
                typed.keep(request)  # it waits for them
            return redirect("people:sign-in")
        return get_response(request)

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
