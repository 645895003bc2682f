"""How is one thing done to many rows? Each row has its own verdict, its own savepoint, its own one-use key and its own entry."""

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
DIGITS = 18  # of a row's number


@dataclass
class Outcome:
    """One row, whether the act is open to the officer, and what came of it."""

    row: Any
    name: str
    verdict: Verdict
    url: str = ""
    done: bool = False


def answer(request: Request, register: Register, source: Source) -> HttpResponse:
    """Show what would happen to each row, then do it and show what did."""
    act = register.act(request.POST.get("act", ""))
    if act is None:
        raise Refusal("That cannot be done from this list. Choose one of the acts beneath it.")
    ticked = _ticked(request)
    outcomes = [_outcome(request, register, act, row) for row in source.rows(ticked)]
    form = _form(request, act)
    finished = bool(outcomes) and form.is_bound and form.is_valid()
    if finished:
        _do(request, act, form, outcomes)
    show(request, register.name, ids=[one.row.pk for one in outcomes], act=act.name, done=finished)
    told = {"register": register, "act": act, "form": form, "outcomes": outcomes, "finished": finished}
    able = [one for one in outcomes if one.verdict]
    return render(request, "kernel/register_act.html", {**told, "able": able, "gone": len(ticked) - len(outcomes)})


def _outcome(request: Request, register: Register, act: BulkAct, row: Any) -> Outcome:
    url = register.url(row) if register.url else ""
    return Outcome(row, register.columns[0].text(row), act.may(request.actor, row), url)


def _form(request: Request, act: BulkAct) -> Any:
    form = act.form(request.POST if "sure" in request.POST else None)
    if act.fill:
        act.fill(form, request.actor)
    return form


def _ticked(request: Request) -> list[int]:
    """Read which rows were ticked."""
    told = request.POST.getlist("row")
    ids = list(dict.fromkeys(int(one) for one in told if one.isascii() and one.isdigit() and len(one) <= DIGITS))
    if not ids:
        raise Refusal("Tick at least one row, then choose what to do with them.")
    if len(ids) > MOST:
        raise Refusal(f"At most {MOST} rows are dealt with at once. Tick fewer.")
    return ids


def _do(request: Request, act: BulkAct, form: Any, outcomes: list[Outcome]) -> None:
    told = {name: value for name, value in form.cleaned_data.items() if name not in form.kept_back}
    outcomes = sorted(outcomes, key=lambda one: one.row.pk)  # in one order, so that no two officers wait in a ring
    for outcome in outcomes:
        _one(request, act, outcome, told, uuid.uuid5(form.cleaned_data["once"], f"{act.name} {outcome.row.pk}"))


def _one(request: Request, act: BulkAct, outcome: Outcome, told: dict[str, Any], once: uuid.UUID) -> None:
    """Do it to one row, once; what one row refuses keeps no other from being done.

    The act itself requires its verdict of the row as it stands now; what was shown a minute ago decides nothing.
    """
    try:
        with transaction.atomic():
            versions.spend(once, by_id=request.actor.id)
            act.command(by=request.actor, at=request.now, **{act.argument: outcome.row}, **told)
        outcome.done = True
    except AlreadyDone:
        outcome.done = True
    except Refusal as refusal:
        outcome.verdict = no(refusal.sentence)
