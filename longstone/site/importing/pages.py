"""Which lists were sent in, how far is each, what is wrong with its rows, and what is still unknown of what came in?"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localtime

from longstone.kernel.imports import UNKNOWN, rules, writing
from longstone.kernel.imports.definition import Column, Definition, definitions
from longstone.kernel.imports.models import Import, ImportRow
from longstone.kernel.refusals import NotPermitted
from longstone.kernel.web.pages import Link, Listing, Tag, find, listed, page, sliced
from longstone.kernel.web.panels import Action
from longstone.kernel.web.request import Request, show

TAGS = {
    "reading": Tag("Being tried", "yellow"), "refused": Tag("Refused", "red"), "tried": Tag("Tried", ""),
    "bringing_in": Tag("Being brought in", "yellow"), "in": Tag("Brought in", "green"), "undoing": Tag("Being undone", "yellow"),
    "undone": Tag("Undone", "grey"), "given_up": Tag("Given up", "grey"),
}  # fmt: skip
COLUMN = "column"
DONE = {
    "reading": "Sent in to be tried", "refused": "Refused", "tried": "Tried", "bringing_in": "Told to come in", "in": "Brought in",
    "undoing": "Told to be undone", "undone": "Undone", "given_up": "Given up",
}  # fmt: skip


def import_of(request: Request, import_id: int) -> Import:
    """Find a list that the officer may see."""
    return find(Import.objects.visible_to(request.actor), pk=import_id)


def definition_of(name: str) -> Definition:
    """Find a kind of list, or nothing."""
    if name not in definitions():
        raise Http404
    return definitions()[name]


def only_importers(request: Request) -> None:
    """Refuse the page to whoever brings no lists in."""
    may = rules.may_import(by=request.actor, controller=request.actor.force)
    if not may:
        raise NotPermitted(may.refusal)


@page
def lists(request: Request) -> HttpResponse:
    """Show the lists that were sent in, the newest first, and the kinds that can be."""
    only_importers(request)
    which = "open" if request.GET.get("which") == "open" else ""
    rows = Import.objects.visible_to(request.actor).order_by("-asked_at", "-pk")
    shown = sliced(rows.filter(state__in=rules.NOT_IN_YET) if which else rows, request.GET.get("from"))
    show(request, "lists", ids=[one.pk for one in shown.rows], total=shown.total, which=which)
    told = Listing(
        "Bring in a list", ["List", "What it is", "Sent in", "By", "Rows", "State"], [_listed(one) for one in shown.rows],
        empty="No list has been sent in yet.", about="A list is tried first. Nothing of it comes in before you say so, and all of it can be undone.",
        actions=[Action(f"Bring in {one.title[0].lower()}{one.title[1:]}", reverse("imports:new", args=[one.id])) for one in definitions().values()],
    )  # fmt: skip
    return listed(request, told, shown=shown, which=which)


def _listed(one: Import) -> list[Any]:
    link = Link(one.name, reverse("imports:one", args=[one.pk]))
    return [
        link,
        _title(one),
        f"{localtime(one.asked_at):%d/%m/%Y %H:%M}",
        one.asked_by,
        one.rows_read,
        TAGS[one.state],
    ]


def _title(one: Import) -> str:
    told = definitions().get(one.definition)
    return told.title if told else one.definition


@page
def template(request: Request, name: str, kind: str) -> HttpResponse:
    """Give the template of a list: its headings, each with one line of help."""
    only_importers(request)
    told = definition_of(name)
    show(request, "template", list=told.id, version=told.version)
    return _sheet(writing.template(told), kind, f"{told.id}-template")


def _sheet(rows: list[Any], kind: str, name: str) -> HttpResponse:
    if kind not in writing.KINDS:
        raise Http404
    answer = HttpResponse(writing.written(rows, kind), content_type=writing.KINDS[kind])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return answer


@page
def faulty(request: Request, import_id: int, kind: str) -> HttpResponse:
    """Give the rows that are to be mended as a sheet, each with what to mend."""
    imported = import_of(request, import_id)
    rows = list(rows_of(request, imported, "faulty"))
    show(request, "rows to mend", on=imported, ids=[row.line for row in rows], kind=kind)
    return _sheet(writing.faulty(imported.told, rows), kind, f"to-mend-{imported.pk}")


def rows_of(request: Request, imported: Import, *states: str) -> Any:
    """List the rows of a list that stand so, in the order of their lines."""
    rows = ImportRow.objects.visible_to(request.actor).select_related("of")
    return rows.filter(of=imported, state__in=states).order_by("line")


@page
def one(request: Request, import_id: int) -> HttpResponse:
    """Show how far a list is, what is wrong with its rows, and what can be done."""
    imported = import_of(request, import_id)
    states = (
        ("in",) if imported.state in {"in", "undoing"} else ("undone",) if imported.state == "undone" else ("faulty",)
    )
    shown = sliced(rows_of(request, imported, *states), request.GET.get("from"))
    show(request, "list", on=imported, ids=[row.line for row in shown.rows], total=shown.total)
    context = {"imported": imported, "title": _title(imported), "shown": shown, "tag": TAGS[imported.state]}
    context |= {"rows": [_row(imported, row) for row in shown.rows], "columns": COLUMNS.get(states[0], [])}
    context |= {
        "actions": _actions(request, imported),
        "moves": list(imported.moves.order_by("seq")),
        "words": DONE,
    }
    return render(request, "importing/one.html", context)


COLUMNS = {"faulty": ["Line", "Row", "What to mend"], "in": ["Line", "Brought in", "Unknown (legacy)"], "undone": ["Line", "Taken back", "Unknown (legacy)"]}  # fmt: skip


def _row(imported: Import, row: ImportRow) -> list[Any]:
    told = imported.told
    if row.state == "faulty":
        key = ", ".join(filter(None, (row.text(name) for name in told.key))) or "Row without its key"
        return [row.line, Link(key, reverse("imports:row", args=[imported.pk, row.line])), " ".join(_said(row))]
    here = Link(row.on_label, reverse(told.page, args=[row.on_id])) if row.state == "in" else row.on_label
    return [row.line, here, ", ".join(told.column(name).heading for name in row.unknowns)]


def _said(row: ImportRow) -> list[str]:
    return [f"{one[COLUMN]}: {one['sentence']}" if one[COLUMN] else one["sentence"] for one in row.wrong()]


def _actions(request: Request, imported: Import) -> list[Action]:
    """Offer what can be done now, the next step first; what makes no sense in this state is not shown."""
    by = request.actor
    mend = rules.may_mend(by=by, imported=imported).refusal
    first = rows_of(request, imported, "faulty").first()
    tried = [("Bring it in", "bring-in", rules.may_bring_in(by=by, imported=imported).refusal)]
    if first is not None:
        to_mend = Action(
            f"Mend {imported.faulty:,} in turn", reverse("imports:row", args=[imported.pk, first.line]), mend
        )
        more = [("Send a mended sheet", "mended", mend), ("Leave them out", "leave-out", mend)]
        return [to_mend, *(_action(imported, *one) for one in [*more, *tried, ("Give it up", "give-up", "")])]
    undo = rules.may_undo(by=by, imported=imported).refusal
    give_up = ("Give it up", "give-up", rules.may_give_up(by=by, imported=imported).refusal)
    by_state = {"tried": [*tried, give_up], "refused": [give_up], "in": [("Undo it", "undo", undo)]}
    return [_action(imported, *one) for one in by_state.get(imported.state, [])]


def _action(imported: Import, label: str, name: str, refusal: str) -> Action:
    return Action(label, reverse(f"imports:{name}", args=[imported.pk]), refusal)


@page
def unknown(request: Request) -> HttpResponse:
    """Show what old lists did not say, counted apart for each thing, and where it can be filled in."""
    told = [(one, column) for one in definitions().values() for column in one.columns if column.unknown]
    counted = [(one, column, _unknown(request, one, column).count()) for one, column in told]
    asked = [row for row in counted if f"{row[0].id}.{row[1].field}" == request.GET.get("which")]
    definition, column, _ = (asked or [row for row in counted if row[2]] or counted)[0]
    shown = sliced(_unknown(request, definition, column).order_by("pk"), request.GET.get("from"))
    show(request, "unknown (legacy)", ids=[one.pk for one in shown.rows], total=shown.total, column=column.field)
    rows = [
        [Link(str(one), reverse(definition.page, args=[one.pk])), f"{localtime(one.recorded_at):%d/%m/%Y %H:%M}"]
        for one in shown.rows
    ]
    context = {"counted": counted, "definition": definition, "column": column, "shown": shown, "rows": rows}
    context["columns"] = [definition.noun.capitalize(), "Written down"]
    return render(request, "importing/unknown.html", {**context, "which": f"{definition.id}.{column.field}"})


def _unknown(request: Request, told: Definition, column: Column) -> Any:
    return told.subjects().visible_to(request.actor).filter(**{column.field: UNKNOWN})
