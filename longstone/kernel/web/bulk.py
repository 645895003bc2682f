"""How is one thing done to many rows? Each row has its own verdict, its own transaction and its own entry."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render

from longstone.kernel import versions
from longstone.kernel.refusals import AlreadyDone, Refusal
from longstone.kernel.register import BulkAct, Register, Source
from longstone.kernel.verdict import Verdict, no
from longstone.kernel.web.request import Request, show

MOST = 200


@dataclass
class Outcome:
    """One row, whether the act is open to the officer, and what came of it."""

    row: Any
    name: str
    verdict: Verdict
    done: bool = False


def answer(request: Request, register: Register, act: BulkAct, source: Source) -> HttpResponse:
    """Show what would happen to each row, then do it and show what did."""
    rows, sentence = _picked(request, source)
    outcomes = [Outcome(row, register.columns[0].text(row), act.may(request.actor, row)) for row in rows]
    form = act.form(request.POST if "sure" in request.POST else None)
    if act.fill:
        act.fill(form, request.actor)
    finished = bool(rows) and "sure" in request.POST and form.is_valid()
    if finished:
        _do(request, act, form, outcomes)
    show(request, register.name, ids=[one.row.pk for one in outcomes], act=act.name)
    told = {
        "register": register,
        "act": act,
        "form": form,
        "outcomes": outcomes,
        "finished": finished,
        "sentence": sentence,
    }
    return render(request, "kernel/register_act.html", {**told, "able": [one for one in outcomes if one.verdict]})


def _picked(request: Request, source: Source) -> tuple[list[Any], str]:
    """Find the rows that were ticked, among those that the officer may see."""
    ids = [int(one) for one in request.POST.getlist("row") if one.isascii() and one.isdigit() and len(one) < 19]  # noqa: PLR2004
    if not ids:
        return [], "Tick at least one row, then choose what to do with them."
    if len(ids) > MOST:
        return [], f"At most {MOST} rows are dealt with at once. Tick fewer."
    return source.these(ids), ""


def _do(request: Request, act: BulkAct, form: Any, outcomes: list[Outcome]) -> None:
    told = {name: value for name, value in form.cleaned_data.items() if name != "once"}
    for outcome in outcomes:
        if outcome.verdict:
            _one(request, act, outcome, told, uuid.uuid5(form.cleaned_data["once"], str(outcome.row.pk)))


def _one(request: Request, act: BulkAct, outcome: Outcome, told: dict[str, Any], once: uuid.UUID) -> None:
    """Do it to one row, once; what one row refuses keeps no other from being done."""
    try:
        with transaction.atomic():
            versions.spend(once, by_id=request.actor.id)
            act.command(by=request.actor, at=request.now, **{act.argument: outcome.row}, **told)
        outcome.done = True
    except AlreadyDone:
        outcome.done = True
    except Refusal as refusal:
        outcome.verdict = no(refusal.sentence)
