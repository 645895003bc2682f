"""The pages about who sees a case: restricted to some, opened in need, reviewed by a second person, hidden from whoever is connected."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from longstone.cases import commands, queries, rules
from longstone.cases.models import Case, Connection, Glass
from longstone.cases.web import seeing_forms as forms
from longstone.kernel.refusals import NotPermitted, NotVisible
from longstone.kernel.verdict import no
from longstone.kernel.web.pages import act, asked, find, page, sliced
from longstone.kernel.web.request import Request, show
from longstone.people import queries as people
from longstone.people import sameness
from longstone.people.models import Staff


def _case(request: Request, case_id: int) -> Case:
    return find(Case.objects.visible_to(request.actor).select_related("team", "controller"), pk=case_id)


def _colleagues(request: Request, case: Case) -> object:
    return Staff.objects.visible_to(request.actor).serving().filter(controller=case.controller_id).order_by("name")


@page
def restrict(request: Request, case_id: int) -> HttpResponse:
    """Say who alone sees a case."""
    case = _case(request, case_id)
    show(request, "case", on=case, page="restrict")
    form = forms.RestrictForm(request.POST or None, initial={"team": case.team_id})
    form.fields["named"].queryset = _colleagues(request, case)  # type: ignore[attr-defined]  # a choice of rows
    form.fields["team"].queryset = people.teams_of(case.controller_id)  # type: ignore[attr-defined]
    back = reverse("case", args=[case.pk])
    context = {"title": "Say who alone sees the case", "caption": f"Case {case}", "button": "Restrict it", "back": back}
    return act(
        request, form=form, command=commands.restrict, may=rules.may_restrict(by=request.actor, case=case), context=context,
        case=case, done=lambda _: ("The case is restricted. Nobody else sees it from now on.", back),
    )  # fmt: skip


@page
def lift_restriction(request: Request, case_id: int) -> HttpResponse:
    """Let everybody see a case again who sees cases like it."""
    case = _case(request, case_id)
    show(request, "case", on=case, page="lift the restriction")
    back = reverse("case", args=[case.pk])
    context = {"title": "Lift the restriction", "caption": f"Case {case}", "button": "Lift it", "back": back}
    may = rules.may_lift_restriction(by=request.actor, case=case, restricted=case.restricted)
    return act(
        request, form=forms.WhyForm(request.POST or None), command=commands.lift_restriction, may=may, context=context, case=case,
        done=lambda _: ("The restriction is lifted.", back),
    )  # fmt: skip


@page
def glass(request: Request, case_id: int) -> HttpResponse:
    """Say why a case does not open, whom to ring, and how to open it in need."""
    closed, case = _closed(request, case_id)
    show(request, "closed case", case=case_id)
    may = no("You see this case already. Open it.") if case else rules.may_break_glass(
        by=request.actor, controller=closed.controller if closed else 0, visible=False
    )  # fmt: skip
    reference = closed.reference if closed else str(case)
    context: dict[str, Any] = {
        "title": "This case does not open for you" if closed else "You see this case already",
        "caption": f"Case {reference}",
        "button": "Break the glass",
        "closed": closed,
    }
    context["back"] = reverse("case", args=[case_id]) if case else reverse("cases:whom")
    context["hours"] = int(rules.GLASS_LASTS.total_seconds() // 3600)
    return act(
        request, template="cases/glass.html", form=forms.GlassForm(request.POST or None), command=commands.break_glass, may=may,
        context=context, case=case_id, done=lambda _: ("The glass is broken. Your supervisor has been told.", reverse("case", args=[case_id])),
    )  # fmt: skip


def _closed(request: Request, case_id: int) -> tuple[queries.Closed | None, Case | None]:
    """Give the case as one that is closed to the officer, or as one that they see; or nothing, as if there were none."""
    case = Case.objects.visible_to(request.actor).filter(pk=case_id).first()
    found = queries.closed_to(by=request.actor, case=case_id)
    if case is None and not found:
        raise NotVisible
    return (found[0] if found else None), case


@page
def whom(request: Request) -> HttpResponse:
    """Find out, by a reference or by somebody's name, whom to ring about a case that does not open."""
    text = asked(request)
    found = queries.closed_like(by=request.actor, text=text) if text else []
    warnings = sameness.rings(by=request.actor, text=text)
    show(request, "whom to ring", filter=text, ids=[one.id for one in found], rings=len(warnings))
    context = {"q": text, "found": found, "warnings": warnings}
    return render(request, "cases/whom.html", context)


@page
def glass_list(request: Request) -> HttpResponse:
    """Show the broken glass that waits for review."""
    if not request.actor.holds("review broken glass"):
        raise NotPermitted("Only supervisors and professional standards review broken glass.")
    shown = sliced(queries.glass_to_review(by=request.actor), request.GET.get("from"))
    show(request, "broken glass", ids=[one.pk for one in shown.rows], total=shown.total)
    return render(request, "cases/glass_list.html", {"shown": shown})


@page
def review_glass(request: Request, glass_id: int) -> HttpResponse:
    """Judge that a glass was broken."""
    found = find(Glass.objects.visible_to(request.actor).select_related("staff"), pk=glass_id)
    show(request, "broken glass", on=found)
    may = rules.may_review_glass(
        by=request.actor, controller=found.controller_id, staff=found.staff_id, reviewed=bool(found.finding)
    )
    context = {"title": "Review why the glass was broken", "caption": f"Case {found.case_label}", "button": "Record it"}
    back = reverse("cases:glass-list") if request.actor.holds("review broken glass") else reverse("home")
    return act(
        request, template="cases/review_glass.html", form=forms.ReviewForm(request.POST or None), command=commands.review_glass,
        may=may, glass=found, context={**context, "back": back, "broken": found}, done=lambda _: ("Recorded.", back),
    )  # fmt: skip


def _kept(request: Request, case_id: int) -> Case:
    """Find a case whose connections the officer keeps: to anybody else there is no such page."""
    case = _case(request, case_id)
    if not request.actor.holds("keep connections", controller=case.controller_id):
        raise NotVisible
    return case


@page
def connections(request: Request, case_id: int) -> HttpResponse:
    """Show who is recorded as connected to a case."""
    case = _kept(request, case_id)
    found = queries.connections_of(by=request.actor, case=case)
    show(request, "connections", on=case, ids=[one.pk for one in found])
    return render(request, "cases/connections.html", {"case": case, "found": found})


@page
def record_connection(request: Request, case_id: int) -> HttpResponse:
    """Record that a colleague is connected to a case."""
    case = _kept(request, case_id)
    show(request, "connections", on=case, page="record")
    form = forms.ConnectionForm(request.POST or None)
    form.fields["staff"].queryset = Staff.objects.visible_to(request.actor).serving().order_by("name")  # type: ignore[attr-defined]  # a choice of rows
    back = reverse("cases:connections", args=[case.pk])
    context = {"title": "Record a connection", "caption": f"Case {case}", "button": "Record it", "back": back}
    return act(
        request, form=form, command=commands.record_connection, context=context, case=case,
        may=rules.may_connect(by=request.actor, controller=case.controller_id),
        done=lambda one: (f"{one.staff} sees nothing of this case from now on, and is not told.", back),
    )  # fmt: skip


@page
def lift_connection(request: Request, case_id: int, connection_id: int) -> HttpResponse:
    """End a connection."""
    case = _kept(request, case_id)
    found = find(Connection.objects.visible_to(request.actor).select_related("staff"), pk=connection_id, case=case.pk)
    show(request, "connections", on=case, page="lift", ids=[found.pk])
    back = reverse("cases:connections", args=[case.pk])
    context = {
        "title": f"Lift the connection of {found.staff}",
        "caption": f"Case {case}",
        "button": "Lift it",
        "back": back,
    }
    return act(
        request, form=forms.WhyForm(request.POST or None), command=commands.lift_connection, context=context, connection=found,
        may=rules.may_connect(by=request.actor, controller=case.controller_id, staff=found.staff_id),
        done=lambda one: (f"The connection of {one.staff} is lifted.", back),
    )  # fmt: skip
