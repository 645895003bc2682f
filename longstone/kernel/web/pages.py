"""What do pages share? Finding one row for somebody, a page of a list, and handing a form to its command."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import models
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from longstone.kernel.refusals import NotPermitted, NotVisible
from longstone.kernel.verdict import Verdict
from longstone.kernel.web.forms import CommandForm
from longstone.kernel.web.request import Request

Row = TypeVar("Row", bound=models.Model)
PAGE = 50


def page(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Make a view a page of the house: signed in only; what is not visible is not there."""

    @wraps(view)
    def answer(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except NotVisible as gone:
            raise Http404(gone.sentence) from gone
        except NotPermitted as refusal:
            return render(request, "kernel/refused.html", {"sentence": refusal.sentence}, status=403)

    return login_required(answer)


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


def act(
    request: Request,
    *,
    template: str,
    form: CommandForm,
    command: Callable[..., Any],
    may: Verdict,
    done: Callable[[Any], tuple[str, str]],
    context: dict[str, Any],
    **given: Any,
) -> HttpResponse:
    """Show a form, or hand it to its command; `done` gives the sentence for the officer and where to go."""
    if request.method == "POST" and form.is_valid():
        form.do(command, by=request.actor, at=request.now, **given)
        if not form.errors:
            sentence, where = done(form.result)
            messages.success(request, sentence)
            return redirect(where)
    return render(request, template, {**context, "form": form, "may": may})
