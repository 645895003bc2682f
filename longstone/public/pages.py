"""The public's pages: what can be asked, what is published, and what becomes of what somebody sends."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent, TooManyFilesSent
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from longstone.kernel.inbox import shown
from longstone.public import ours, sending, tickets
from longstone.public.asking import Asked
from longstone.public.limits import Limit
from longstone.public.shelf import Form, forms
from longstone.public.walls import from_here

LIMIT = Limit(ours.TRIES, ours.TRIES_OF_ALL)
TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent, MultiPartParserError)
TOO_OFTEN = "Too much was sent from your network in the last ten minutes. What you wrote is still here: send it again a little later."
View = Callable[..., HttpResponse]


def found(name: str) -> Form:
    """Give a form by its address, or say that there is none."""
    form = forms().get(name.replace("-", "_"))
    if form is None:
        raise Http404
    return form


def reads(view: View) -> View:
    """Say plainly that a page cannot be read while the database does not answer."""

    @wraps(view)
    def answer(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except DatabaseError:
            return _say(request, "This cannot be read just now", "Try again in a few minutes.", status=503)

    return answer


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Say what can be asked here; it opens also while the database does not answer."""
    return render(request, "public/home.html", {"forms": forms().values()})


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """Say what is kept of what somebody sends, and what this site does not do."""
    return render(request, "public/about.html", {"forms": forms().values()})


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, name: str) -> HttpResponse:
    """Ask a form's questions, or take its answers."""
    form = found(name)
    if request.method == "POST":
        return _taken(request, form)
    return _drawn(request, form, Asked(form, timezone.localdate()), tickets.give(form.id))


def _taken(request: HttpRequest, form: Form) -> HttpResponse:
    if not from_here(request):
        return _say(request, "This was not sent from here", "Open the form on this site, and send it from there.", status=403)  # fmt: skip
    told = _told(request)
    if told is None:
        return _say(request, "This is too much to send", "Write less: each question says how much it takes. Then send it again.", status=413)  # fmt: skip
    if not LIMIT.allows(_address(request)):
        return _too_often(request, form, told)
    outcome = sending.send(form, told, today=timezone.localdate())
    if outcome.status == sending.TAKEN:
        context = {"form": form, "reference": outcome.reference, "again": outcome.again}
        return render(request, "public/taken.html", context)
    return _drawn(request, form, outcome.asked, outcome.ticket, status=outcome.status)


def _told(request: HttpRequest) -> QueryDict | None:
    """Give what was sent, unless it is larger than a form can be or no form at all."""
    try:
        return request.POST
    except TOO_LARGE:
        return None


def _too_often(request: HttpRequest, form: Form, told: QueryDict) -> HttpResponse:
    asked = Asked(form, timezone.localdate(), told)
    asked.full_clean()
    asked.add_error(None, TOO_OFTEN)
    ticket = tickets.read(form.id, told.get("ticket", "")[:500])
    response = _drawn(request, form, asked, tickets.give(form.id, ticket.key), status=429)
    response.headers["Retry-After"] = "600"
    return response


def _address(request: HttpRequest) -> str:
    """Give where a request comes from, for counting; behind a proxy what that proxy saw, which is the last it names."""
    if ours.PROXY:
        return request.headers.get("X-Forwarded-For", "").rpartition(",")[2]
    return str(request.META.get("REMOTE_ADDR", ""))


def _drawn(request: HttpRequest, form: Form, asked: Asked, ticket: str, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "asked": asked, "ticket": ticket, "warned": " ".join(asked.words)}
    return render(request, "public/ask.html", context, status=status)


@require_safe
@reads
def papers(request: HttpRequest) -> HttpResponse:
    """List what is published."""
    return render(request, "public/papers.html", {"papers": shown.papers(ours.FORCE)})


@require_safe
@reads
def paper(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one thing that is published, in words, with its file to take away."""
    return render(request, "public/paper.html", {"paper": _published(slug)})


@require_safe
@reads
def paper_file(request: HttpRequest, slug: str) -> HttpResponse:  # noqa: ARG001 - every page takes it
    """Give the file of one thing that is published."""
    one = _published(slug)
    response = HttpResponse(shown.content(ours.FORCE, slug), content_type=one.media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{one.file_name}"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _published(slug: str) -> shown.Paper:
    one = shown.paper(ours.FORCE, slug)
    if one is None:
        raise Http404
    return one


@require_safe
def live(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Say that the process answers."""
    return HttpResponse("alive\n", content_type="text/plain; charset=utf-8")


@require_safe
def ready(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Say whether what somebody sends could be taken."""
    try:
        shown.answers()
    except DatabaseError:
        told = "not ready\ndatabase: It does not answer. Is it running, and does DATABASE_URL name it?\n"
        return HttpResponse(told, status=503, content_type="text/plain; charset=utf-8")
    return HttpResponse("ready\ndatabase: well\n", content_type="text/plain; charset=utf-8")


def _say(request: HttpRequest, title: str, sentence: str, *, status: int) -> HttpResponse:
    return render(request, "public/said.html", {"title": title, "sentence": sentence}, status=status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's own signature
    """Say that there is no such page."""
    return _say(request, "There is no such page", "Go to the first page, and look there.", status=404)


def bad_request(request: HttpRequest, exception: SuspiciousOperation) -> HttpResponse:  # noqa: ARG001
    """Say that a request could not be read."""
    return _say(request, "That could not be read", "Go to the first page, and begin again.", status=400)


def broken(request: HttpRequest) -> HttpResponse:
    """Say that something went wrong here."""
    return _say(request, "Something went wrong here", "Nothing was sent. Try again in a few minutes, or ring us.", status=500)  # fmt: skip
