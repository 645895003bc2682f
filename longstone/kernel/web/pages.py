"""What do pages share? Finding one row for somebody, a page of a list, and handing a form to its command."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from django.contrib import messages
from django.db import models
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from longstone.kernel.refusals import NotPermitted, NotVisible
from longstone.kernel.verdict import Verdict
from longstone.kernel.web import typed
from longstone.kernel.web.forms import CommandForm
from longstone.kernel.web.panels import Action
from longstone.kernel.web.request import Request

Row = TypeVar("Row", bound=models.Model)
PAGE = 50


def page(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Make a view a page of the house: signed in only; what is not visible is not there."""

    @wraps(view)
    def answer(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.actor.id is None:
            return typed.turn_away(request)
        typed.restore(request)
        try:
            return view(request, *args, **kwargs)
        except NotVisible as gone:
            raise Http404(gone.sentence) from gone
        except NotPermitted as refusal:
            return render(request, "kernel/refused.html", {"sentence": refusal.sentence}, status=403)

    return answer


def find(rows: models.QuerySet[Row], **by: Any) -> Row:
    """Find one row among those already scoped, or nothing."""
    found = rows.filter(**by).first()
    if found is None:
        raise NotVisible
    return found


@dataclass(frozen=True)
class Slice:
    """One page of a list: its rows, the count of all, and where the neighbours begin."""

    rows: list[Any]
    total: int
    first: int
    before: int | None
    after: int | None

    @property
    def last(self) -> int:
        """Number the last row shown."""
        return self.first + len(self.rows) - 1


def sliced(rows: models.QuerySet[Any], asked: str | None) -> Slice:
    """Cut one page out of a list; a page that is not there is the first."""
    start = int(asked) if asked and asked.isascii() and asked.isdigit() and len(asked) < 9 else 0  # noqa: PLR2004
    total = rows.count()
    start = start if start < total else 0
    found = list(rows[start : start + PAGE])
    before = max(start - PAGE, 0) if start else None
    after = start + PAGE if start + PAGE < total else None
    return Slice(found, total, start + 1 if found else 0, before, after)


@dataclass(frozen=True)
class Link:
    """A cell of a list that leads to a page."""

    text: str
    url: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Tag:
    """A cell of a list that names a state."""

    word: str
    colour: str = ""

    def __str__(self) -> str:
        return self.word


@dataclass(frozen=True)
class Listing:
    """A list as a page shows it: what it is, what can be done from it, how it is searched, its cells, and what it says when empty."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    empty: str
    actions: Sequence[Action] = ()
    find: str = ""
    about: str = ""


def listed(request: Request, told: Listing, *, shown: Slice | None = None, text: str = "", which: str = "") -> HttpResponse:  # fmt: skip
    """Show a list, or only which of it."""
    return render(request, "kernel/list.html", {"told": told, "shown": shown, "q": text, "which": which})


def asked(request: Request, name: str = "q") -> str:
    """Give what the officer looks for, without what no name holds."""
    return request.GET.get(name, "").replace("\x00", "").strip()[:80]


def act(
    request: Request,
    *,
    template: str = "kernel/act.html",
    form: CommandForm,
    command: Callable[..., Any],
    may: Verdict,
    done: Callable[[Any], tuple[str, str]],
    context: dict[str, Any],
    edits: Any = None,
    **given: Any,
) -> HttpResponse:
    """Show a form, or hand it to its command; `done` gives the sentence for the officer and where to go.

    `edits` is the versioned row that the form changes: the page says which version it showed (D18).
    """
    if edits is not None:
        given["seen"] = context["seen"] = seen_of(request, edits)
    if request.method == "POST" and form.is_valid():
        form.do(command, by=request.actor, at=request.now, **given)
        if not form.errors:
            sentence, where = done(form.result)
            _tell(request, form, sentence)
            return redirect(where)
    if form.stale:
        context["seen"] = edits.version  # the page now shows what stands, so the next sending has seen it
    return render(request, template, {**context, "form": form, "may": may, "drawn_for": typed.mark(request, form)})


def _tell(request: Request, form: CommandForm, sentence: str) -> None:
    if form.again:
        messages.info(request, "You had sent that already. It was done once, not twice.")
    else:
        messages.success(request, sentence)


def seen_of(request: Request, row: Any) -> int:
    """Say which version of a row the page showed that was sent; the newest, if none was."""
    told = request.POST.get("seen", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 9 else int(row.version)  # noqa: PLR2004
