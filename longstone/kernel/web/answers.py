"""How does a register answer? As a page, a file, JSON or a chart: the same rows, counted, narrowed and recorded in the same way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst

from longstone.kernel.actor import Actor
from longstone.kernel.refusals import NotPermitted, Refusal
from longstone.kernel.register import Ask, Column, Page, Register, Source, listing, parse, shown, views
from longstone.kernel.register.columns import written
from longstone.kernel.register.listing import PAGE
from longstone.kernel.web import bulk, charts, files
from longstone.kernel.web.cells import row_of
from longstone.kernel.web.panels import Action
from longstone.kernel.web.request import Request, show


@dataclass
class Asked:
    """A list, who asks for it, what they ask, and what stands around it on its page."""

    request: Request
    register: Register
    source: Source
    ask: Ask
    around: dict[str, Any] = field(default_factory=dict)

    @property
    def by(self) -> Actor:
        """Say who asks."""
        return self.request.actor

    def show(self, **facts: Any) -> None:
        """Say what the answer shows, for the record."""
        show(self.request, self.register.name, **{"filter": self.ask.facts(), **self.around["facts"], **facts})


def answer(request: Request, register: Register, *, actions: Sequence[Action] = (), **around: Any) -> HttpResponseBase:
    """Answer for a register, in the form that was asked for; `around` is for the template (`on`: whose record the read stands on)."""
    source = register.rows(by=request.actor)
    facts = {"on": around.pop("on")} if "on" in around else {}
    asked = Asked(request, register, source, Ask(fixed=register.fixed), {"actions": actions, "facts": facts, **around})
    try:
        asked.ask = parse(register, once(request))
        return _answered(asked)
    except NotPermitted:
        raise
    except Refusal as refusal:
        return _refused(asked, refusal)


def once(request: HttpRequest) -> dict[str, str]:
    """Read an address's query, in which nothing may stand twice but the ticked rows."""
    twice = [name for name, values in request.GET.lists() if len(values) > 1 and name != "row"]
    if twice:
        raise Refusal(f"The address says “{twice[0][:40]}” twice. Choose one.")
    return {name: str(value) for name, value in request.GET.items()}


def _answered(asked: Asked) -> HttpResponseBase:
    if asked.request.method == "POST":
        return bulk.answer(asked.request, asked.register, asked.source)
    told = asked.request.GET.get("as", "page")
    if told not in FORMS:
        raise Refusal(f"A list is no “{told[:20]}”. Ask for one of {', '.join(FORMS)}.")
    asked.ask = asked.source.settle(asked.ask)
    return FORMS[told](asked)


def _refused(asked: Asked, refusal: Refusal) -> HttpResponse:
    """Say what could not be read of the question; show nothing rather than something else."""
    asked.show(refused=refusal.sentence)
    if asked.request.GET.get("as") == "json":
        return JsonResponse({"error": refusal.sentence}, status=400)
    return render(asked.request, "kernel/register.html", {**_frame(asked), "sentence": refusal.sentence}, status=400)


def _page(asked: Asked) -> HttpResponse:
    source, ask = asked.source, asked.ask
    count, page, heed = source.count(ask), source.page(ask, limit=PAGE), asked.register.to_heed(ask.text, by=asked.by)
    asked.show(**shown(source, ask, page, count, heed))
    told = {
        **_frame(asked), "heed": heed, "count": count, "rows": [row_of(asked.register, row, source.id(row), by=asked.by) for row in page.rows], "pages": _neighbours(ask, page),
        "alike": "" if ask.like or not ask.text else ask.address(like="yes"), "whole": "" if count.whole else ask.address(count="all"),
        "downloads": {name: ask.address(**{"as": name}) for name in ("csv", "json")},
        "picked": frozenset(asked.request.GET.getlist("row")),
    }  # fmt: skip
    return render(asked.request, "kernel/register.html", told)


def _frame(asked: Asked) -> dict[str, Any]:
    """Give what stands around the rows: the search, the filters, the heads with their orders, the charts, the acts, the views."""
    register, ask = asked.register, asked.ask
    return {
        "register": register, "ask": ask, "heads": [_head(register, column, ask) for column in register.columns],
        "filters": [_filter(one, ask, asked.by) for one in register.filters], "clear": Ask(fixed=ask.fixed).address(),
        "charts": [(register.column(name).title, ask.address(**{"as": "chart", "by": name})) for name in register.charts],
        "linked": register.links is not None, **_views(asked), **asked.around,
    }  # fmt: skip


def _views(asked: Asked) -> dict[str, Any]:
    """Give the views that were kept of this list, and where this one can be kept."""
    if not asked.register.page:
        return {}
    kept = [(one.name, one.query) for one in views.of(asked.register.name, by=asked.by)]
    query = asked.ask.address()
    keep = reverse("view_keep", args=[asked.register.name], query={"query": query}) if query != "?" else ""
    return {"views": kept, "keep": keep, "here": query}


def _filter(one: Any, ask: Ask, by: Actor) -> dict[str, Any]:
    chosen = [(name, ask.chosen.get(name, "")) for name in one.parameters]
    return {
        "title": one.title,
        "choices": one.choices(by=by),
        "chosen": chosen,
        "used": any(value for _, value in chosen),
    }


def _head(register: Register, column: Column, ask: Ask) -> dict[str, str]:
    now = register.ordered_by(ask)
    turned = f"-{column.name}" if now == column.name else column.name
    sort = {column.name: "ascending", f"-{column.name}": "descending"}.get(now, "none")
    return {"title": column.title, "sort": sort, "url": ask.address(order=turned) if column.order else ""}


def _neighbours(ask: Ask, page: Page) -> dict[str, str]:
    before = ask.address(before=page.before) if page.before else ""
    return {"before": before, "after": ask.address(after=page.after) if page.after else ""}


def _csv(asked: Asked) -> HttpResponseBase:
    ids, digest = files.named(asked.source, asked.ask)
    asked.show(form="csv", total=len(ids), ids_sha256=digest)
    return files.csv_of(asked.register, asked.source, ids, by=asked.by)


def _json(asked: Asked) -> JsonResponse:
    told = listing(asked.register, once(asked.request), by=asked.by)
    asked.show(**told.shown, form="json")
    following = told.body["next"] and f"{told.body['next']}&as=json"
    return JsonResponse({**told.body, "next": following})


def _chart(asked: Asked) -> HttpResponse:
    """Show the list's own count by one of its columns, as bars and as a table."""
    name = asked.request.GET.get("by", "")
    if name not in asked.register.charts:
        raise Refusal("There is no such chart of this list.")
    column = asked.register.column(name)
    counted = asked.source.shares(asked.ask, column.field)
    total = sum(count for _, count in counted)
    asked.show(form="chart", of=name, total=total)
    drawn = charts.bars([(_word(column, value), count) for value, count in counted])
    told = {**_frame(asked), "by": column.title, "total": total, "bars": drawn, "back": asked.ask.address()}
    return render(asked.request, "kernel/register_chart.html", told)


def _word(column: Column, value: Any) -> str:
    return capfirst(written(value, column.words)) or "Not known"


Form = Callable[[Asked], HttpResponseBase]
FORMS: dict[str, Form] = {"page": _page, "csv": _csv, "json": _json, "chart": _chart}
