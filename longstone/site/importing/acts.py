"""The pages on which a list is sent in, mended, brought in, undone or given up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from longstone.kernel.actor import Actor
from longstone.kernel.imports import commands, rules
from longstone.kernel.imports.models import Import, ImportRow
from longstone.kernel.web import typed
from longstone.kernel.web.forms import CommandForm
from longstone.kernel.web.pages import act, find, page, seen_of
from longstone.kernel.web.request import Request, show
from longstone.site.importing import forms, jobs
from longstone.site.importing.pages import definition_of, import_of, only_importers, rows_of


def _then(job: Any, command: Callable[..., Import]) -> Callable[..., Import]:
    """Do an act, and queue what follows it in the same transaction, for the officer who asked."""

    def run(*, by: Actor, at: datetime, **given: Any) -> Import:
        imported = command(by=by, at=at, **given)
        job.defer(import_id=imported.pk, staff=by.staff)
        return imported

    return run


def _url(imported: Import) -> str:
    return reverse("imports:one", args=[imported.pk])


@page
def send_in(request: Request, name: str) -> HttpResponse:
    """Send a list in: it is read and tried."""
    only_importers(request)
    told = definition_of(name)
    show(request, "send a list in", list=told.id)
    context = {"title": told.title, "button": "Send it in", "back": reverse("imports:list"), "told": told}
    return act(
        request, template="importing/send.html", form=forms.SendForm(told, request.POST or None), context=context,
        command=_then(jobs.try_list, commands.send_in), definition=told.id,
        may=rules.may_import(by=request.actor, controller=request.actor.force, past=bool(told.at)),
        done=lambda one: ("The list has arrived, and is being tried. Nothing of it has come in.", _url(one)),
    )  # fmt: skip


@page
def mend_with_sheet(request: Request, import_id: int) -> HttpResponse:
    """Send the sheet of faulty rows back, mended."""
    imported = import_of(request, import_id)
    show(request, "list", on=imported, page="send a mended sheet")
    context = {
        "title": "Send the mended sheet",
        "caption": imported.name,
        "button": "Send it in",
        "back": _url(imported),
    }
    return act(
        request, template="importing/send_mended.html", form=forms.SheetForm(request.POST or None), imported=imported,
        command=_then(jobs.try_list, commands.mend_with_sheet), context={**context, "imported": imported},
        may=rules.may_mend(by=request.actor, imported=imported),
        done=lambda one: ("The mended rows have arrived, and the list is being tried again.", _url(one)),
    )  # fmt: skip


def _simple(
    request: Request, import_id: int, title: str, button: str, form: CommandForm, command: Any, may: Any, said: str
) -> HttpResponse:
    imported = import_of(request, import_id)
    show(request, "list", on=imported, page=title)
    context = {"title": title, "caption": imported.name, "button": button, "back": _url(imported), "imported": imported}
    return act(
        request, template="importing/act.html", form=form, command=command, may=may(by=request.actor, imported=imported),
        context=context, imported=imported, done=lambda one: (said, _url(one)),
    )  # fmt: skip


@page
def bring_in(request: Request, import_id: int) -> HttpResponse:
    """Have a list brought in, as one act."""
    return _simple(
        request, import_id, "Bring the list in", "Bring it in", CommandForm(request.POST or None),
        _then(jobs.bring_in, commands.ask_to_bring_in), rules.may_bring_in, "The list is being brought in.",
    )  # fmt: skip


@page
def undo(request: Request, import_id: int) -> HttpResponse:
    """Have a list undone, as one act."""
    return _simple(
        request, import_id, "Undo the list", "Undo it", forms.ReasonForm(request.POST or None),
        _then(jobs.undo, commands.ask_to_undo), rules.may_undo, "The list is being undone.",
    )  # fmt: skip


@page
def leave_out(request: Request, import_id: int) -> HttpResponse:
    """Leave out every row that is still to be mended."""
    return _simple(
        request, import_id, "Leave out what is to be mended", "Leave them out", forms.ReasonForm(request.POST or None),
        commands.leave_out, rules.may_mend, "They are left out. The rest can be brought in.",
    )  # fmt: skip


@page
def give_up(request: Request, import_id: int) -> HttpResponse:
    """Give a list up that was not brought in."""
    return _simple(
        request, import_id, "Give the list up", "Give it up", forms.ReasonForm(request.POST or None),
        commands.give_up, rules.may_give_up, "The list is given up. Nothing of it came in.",
    )  # fmt: skip


def _row_of(request: Request, import_id: int, line: int) -> ImportRow:
    imported = import_of(request, import_id)
    found: ImportRow = find(rows_of(request, imported, *rules.ROWS), line=line)
    show(request, "list", on=imported, line=line)
    return found


@page
def leave_row_out(request: Request, import_id: int, line: int) -> HttpResponse:
    """Leave one row out."""
    row = _row_of(request, import_id, line)
    back = reverse("imports:row", args=[import_id, line])
    context = {"title": f"Leave line {line} out", "caption": row.of.name, "button": "Leave it out", "back": back}
    return act(
        request, form=forms.ReasonForm(request.POST or None), command=commands.leave_out, imported=row.of, row=row,
        may=rules.may_mend(by=request.actor, imported=row.of), context=context,
        done=lambda one: (f"Line {line} is left out.", _next(request, one, line)),
    )  # fmt: skip


def _next(request: Request, imported: Import, line: int) -> str:
    """Go on to the next row that is to be mended, from the top again after the last, or back to the list."""
    faulty = rows_of(request, imported, "faulty")
    after = faulty.filter(line__gt=line).first() or faulty.first()
    return reverse("imports:row", args=[imported.pk, after.line]) if after else _url(imported)


@page
def mend(request: Request, import_id: int, line: int) -> HttpResponse:
    """Mend one row; once it is right, the next one comes."""
    row = _row_of(request, import_id, line)
    may = rules.may_mend(by=request.actor, imported=row.of)
    form = forms.RowForm(row, request.POST) if request.POST else forms.row_form(row)
    seen = seen_of(request, row)
    if request.method == "POST" and form.is_valid():
        mended = form.do(commands.mend_row, by=request.actor, at=request.now, row=row, seen=seen)
        if mended is not None and mended.state != "faulty":
            _tell(request, mended)
            return redirect(_next(request, mended.of, line))
        form = forms.row_form(mended) if mended is not None else form
        seen = mended.version if mended is not None else row.version if form.stale else seen
    return render(request, "importing/row.html", {**_context(request, row, form, may), "seen": seen})


def _tell(request: Request, row: ImportRow) -> None:
    left = rows_of(request, row.of, "faulty").count()
    to_go = f"{left:,} more to mend." if left else "That was the last: the list can be brought in."
    was = "was brought in before with another list" if row.state == "already" else "is right now"
    messages.success(request, f"Line {row.line} {was}. {to_go}")


def _stands(row: ImportRow) -> list[tuple[str, str]]:
    """Say what the row says now, for whoever mended an older version of it."""
    return [(one.heading, row.text(one.argument)) for one in row.of.told.columns]


def _context(request: Request, row: ImportRow, form: forms.RowForm, may: Any) -> dict[str, Any]:
    faulty = rows_of(request, row.of, "faulty")
    place = faulty.filter(line__lt=row.line).count() + 1
    return {
        "row": row, "imported": row.of, "form": form, "may": may, "place": place, "count": faulty.count(),
        "back": _url(row.of), "drawn_for": typed.mark(request, form), "stands": form.stale and _stands(row),
    }  # fmt: skip
