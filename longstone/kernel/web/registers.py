"""How does a register answer? As a page, a file or JSON: the same rows, counted, narrowed and recorded in the same way."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from longstone.kernel.actor import Actor
from longstone.kernel.refusals import Refusal
from longstone.kernel.register import Ask, Column, Kind, Page, Register, Source, parse
from longstone.kernel.web import bulk, charts
from longstone.kernel.web.pages import Link, Tag
from longstone.kernel.web.panels import Action
from longstone.kernel.web.request import Request, show

PAGE = 50
BATCH = 500
RISKY = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run as a formula


def answer(request: Request, register: Register, *, actions: Sequence[Action] = (), back: str = "") -> HttpResponseBase:
    """Answer for a register, in the form that was asked for."""
    ask, around = parse(register, request.GET), {"actions": actions, "back": back}
    source = register.rows(by=request.actor)
    if request.method == "POST" and (act := register.act(request.POST.get("act", ""))):
        return bulk.answer(request, register, act, source)
    form = FORMS.get(request.GET.get("as", ""), _page)
    try:
        return form(request, register, source, ask, around)
    except Refusal as refusal:
        return _refused(request, register, ask, refusal, around)


def _refused(request: Request, register: Register, ask: Ask, refusal: Refusal, more: dict[str, Any]) -> HttpResponse:
    """Say what could not be read of the question; show nothing rather than something else."""
    show(request, register.name, filter=ask.facts(), refused=refusal.sentence)
    if request.GET.get("as") == "json":
        return JsonResponse({"error": refusal.sentence}, status=400)
    told = {**_frame(request.actor, register, ask), **more, "sentence": refusal.sentence}
    return render(request, "kernel/register.html", told, status=400)


def _page(request: Request, register: Register, source: Source, ask: Ask, more: dict[str, Any]) -> HttpResponse:
    total, page = source.count(ask), source.page(ask, limit=PAGE)
    shown = [_id(row) for row in page.rows]
    show(request, register.name, ids=shown, filter=ask.facts(), total=total)
    told = {
        **_frame(request.actor, register, ask), **more, "total": total, "rows": _cells(register, page),
        "pages": _neighbours(ask, page), "downloads": {name: ask.address(**{"as": name}) for name in ("csv", "json")},
        "picked": frozenset(request.GET.getlist("row")),
    }  # fmt: skip
    return render(request, "kernel/register.html", told)


def _id(row: Any) -> Any:
    return row["row"] if isinstance(row, dict) else row.pk


def _frame(by: Actor, register: Register, ask: Ask) -> dict[str, Any]:
    """Give what stands around the rows: the search, the filters, the heads with their orders, the charts, the acts."""
    return {
        "register": register, "ask": ask, "heads": [_head(register, column, ask) for column in register.columns],
        "filters": [_filter(one, ask, by) for one in register.filters], "clear": Ask(order=ask.order).address() or "?",
        "charts": [(register.column(name).title, ask.address(**{"as": "chart", "by": name})) for name in register.charts],
    }  # fmt: skip


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


def _cells(register: Register, page: Page) -> list[dict[str, Any]]:
    return [
        {"id": _id(row), "cells": [_cell(register, column, row) for column in register.columns]} for row in page.rows
    ]


def _cell(register: Register, column: Column, row: Any) -> Any:
    text = column.text(row)
    if register.url and column is register.columns[0]:
        return Link(text or "No name", register.url(row))
    return Tag(text, "grey" if column.of(row) in GREY else "") if column.kind is Kind.STATE and text else text


GREY = frozenset({"closed", "returned", "withdrawn", "ended"})


def _csv(request: Request, register: Register, source: Source, ask: Ask, _: dict[str, Any]) -> StreamingHttpResponse:
    ids = _exported(request, register, source, ask, "csv")
    response = StreamingHttpResponse(_lines(register, source, ids), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{register.name}.csv"'
    return response


def _exported(request: Request, register: Register, source: Source, ask: Ask, form: str) -> list[Any]:
    """Name every row, and have the export recorded with the digest of their ids before the first byte (D9)."""
    ids, digest = [], hashlib.sha256()
    for one in source.ids(ask):
        ids.append(one)
        digest.update(f"{one}\n".encode())
    show(request, register.name, filter=ask.facts(), form=form, total=len(ids), ids_sha256=digest.hexdigest())
    return ids


def _lines(register: Register, source: Source, ids: list[Any]) -> Iterator[str]:
    yield "﻿" + _line([column.title for column in register.columns])  # so that a spreadsheet knows it for UTF-8
    for rows in _batches(source, ids):
        yield "".join(_line([column.text(row) for column in register.columns]) for row in rows)


def _batches(source: Source, ids: list[Any]) -> Iterator[list[Any]]:
    waiting = iter(ids)
    while batch := list(islice(waiting, BATCH)):
        yield source.these(batch)


def _line(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([harmless(cell) for cell in cells])
    return out.getvalue()


def harmless(cell: str) -> str:
    """Put an apostrophe before what a spreadsheet would run, and keep a cell on one line."""
    flat = " ".join(cell.splitlines()) if "\n" in cell or "\r" in cell else cell
    return f"'{flat}" if flat.startswith(RISKY) else flat


def _json(request: Request, register: Register, source: Source, ask: Ask, _: dict[str, Any]) -> JsonResponse:
    total, page = source.count(ask), source.page(ask, limit=PAGE)
    show(request, register.name, ids=[_id(row) for row in page.rows], filter=ask.facts(), form="json", total=total)
    return JsonResponse(as_json(register, ask, page, total))


def as_json(register: Register, ask: Ask, page: Page, total: int) -> dict[str, Any]:
    """Tell a program: the count of all, this page's rows by the names of the columns, and where the next page is."""
    rows = [{"id": _id(row), **{column.name: column.plain(row) for column in register.columns}} for row in page.rows]
    return {"register": register.name, "count": total, "rows": rows, "next": _next(ask, page), "asked": ask.facts()}


def _next(ask: Ask, page: Page) -> str | None:
    return ask.address(**{"after": page.after, "as": "json"}) if page.after else None


def _chart(request: Request, register: Register, source: Source, ask: Ask, more: dict[str, Any]) -> HttpResponse:
    """Show the list's own count by one of its columns, as bars and as a table."""
    name = request.GET.get("by", "")
    if name not in register.charts:
        raise Refusal("There is no such chart of this list.")
    column = register.column(name)
    shares = [(_word(column, value), count) for value, count in source.shares(ask, column.order or column.name)]
    show(request, register.name, filter=ask.facts(), form="chart", of=name, total=sum(count for _, count in shares))
    told = {
        **_frame(request.actor, register, ask),
        **more,
        "by": column.title,
        "bars": charts.bars(shares),
        "back": ask.address() or "?",
    }
    return render(request, "kernel/register_chart.html", told)


def _word(column: Column, value: Any) -> str:
    return (column.words or {}).get(str(value), str(value)) if value is not None else "Not known"


Form = Callable[[Request, Register, Source, Ask, dict[str, Any]], HttpResponseBase]
FORMS: dict[str, Form] = {"csv": _csv, "json": _json, "chart": _chart}
