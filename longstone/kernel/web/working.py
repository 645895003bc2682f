"""The page of what waits for the officer, and the page on which they say why something was late."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from longstone.kernel.clocks import acts, asking, rules
from longstone.kernel.clocks.models import ClockRun
from longstone.kernel.web.holding import ReasonForm
from longstone.kernel.web.pages import PAGE, act, find, page
from longstone.kernel.web.piles import DUE, LATE, NOW, WAITING, Work, work
from longstone.kernel.web.request import Request, show


def counted(told: Work) -> str:
    """Say how much waits, in one sentence."""
    if not told.total:
        return "Nothing waits for you."
    words = ((NOW, "to be done now"), (LATE, "late"), (DUE, "due soon"), (WAITING, "waiting"))
    parts = [f"{told.counted[band]} {word}" for band, word in words if told.counted.get(band)]
    return f"{told.total} {'thing waits' if told.total == 1 else 'things wait'} for you: {', '.join(parts)}."


@page
def mine(request: Request) -> HttpResponse:
    """Show all that waits for the officer, the most pressing first, a page at a time."""
    asked = request.GET.get("from", "")
    start = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 0  # noqa: PLR2004
    told = work(by=request.actor, at=request.now, start=start, many=PAGE)
    show(request, "my work", ids=told.ids, total=told.total)
    return render(request, "kernel/work_page.html", {"work": told, "said": counted(told), "shown": _slice(told)})


def _slice(told: Work) -> dict[str, int | None]:
    last = told.start + len(told.lines)
    before = max(told.start - PAGE, 0) if told.start else None
    after = last if last < told.total else None
    return {"first": told.start + 1, "last": last, "total": told.total, "before": before, "after": after}


@page
def explain(request: Request, run_id: int) -> HttpResponse:
    """Say why something was late."""
    run = find(ClockRun.objects.visible_to(request.actor), pk=run_id)
    show(request, "clock", on=run)
    may = rules.may_explain(by=request.actor, run=run, at=request.now)
    caption = f"{run.title}: {asking.thing_of(run, request.actor)}, {asking.said_due(run)}"
    return act(
        request, form=ReasonForm(request.POST or None), command=acts.explain_breach, may=may, run=run,
        context={"title": "Say why it was late", "caption": caption, "button": "Record the reason", "back": reverse("home")},
        done=lambda _: ("The reason is recorded.", reverse("home")),
    )  # fmt: skip
