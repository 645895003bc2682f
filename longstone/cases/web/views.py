"""The pages of the cases room."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from longstone.cases import commands, queries, rules
from longstone.cases.models import Case
from longstone.cases.web import forms
from longstone.kernel.verdict import Verdict
from longstone.kernel.web.forms import CommandForm
from longstone.kernel.web.pages import act, find, page, sliced
from longstone.kernel.web.request import Request, show
from longstone.people.models import Person, Staff


def _case(request: Request, case_id: int) -> Case:
    return find(Case.objects.visible_to(request.actor).select_related("officer", "team", "controller"), pk=case_id)


def _url(case: Case) -> str:
    return reverse("case", args=[case.pk])


@page
def cases(request: Request) -> HttpResponse:
    """Show the cases that the officer may see."""
    text = request.GET.get("q", "").replace("\x00", "").strip()[:80]
    shown = sliced(queries.cases(by=request.actor, text=text), request.GET.get("from"))
    show(request, "cases", ids=[case.pk for case in shown.rows], filter=text, total=shown.total)
    may = rules.may_open(by=request.actor)
    return render(request, "cases/cases.html", {"shown": shown, "q": text, "may": may})


@page
def open_case(request: Request) -> HttpResponse:
    """Open a case."""
    show(request, "open a case")
    may = rules.may_open(by=request.actor)
    form = forms.OpenForm(request.POST or None)
    context = {"title": "Open a case", "button": "Open the case", "back": reverse("cases:list")}
    return act(
        request, template="kernel/act.html", form=form, command=commands.open_case, may=may, context=context,
        done=lambda case: (f"Case {case} is open, and allocated to you.", _url(case)),
    )  # fmt: skip


def _act_on(
    request: Request,
    case: Case,
    *,
    title: str,
    button: str,
    form: CommandForm,
    command: Any,
    may: Verdict,
    said: str,
) -> HttpResponse:
    show(request, "case", on=case, page=title)
    context = {"title": title, "caption": f"Case {case}", "button": button, "back": _url(case)}
    return act(
        request, template="kernel/act.html", form=form, command=command, may=may, context=context, case=case,
        done=lambda _: (said, _url(case)),
    )  # fmt: skip


@page
def allocate(request: Request, case_id: int) -> HttpResponse:
    """Give a case to an officer."""
    case = _case(request, case_id)
    form = forms.AllocateForm(request.POST or None)
    own = Staff.objects.visible_to(request.actor).serving().filter(controller=case.controller_id)
    form.fields["to"].queryset = own.order_by("name")  # type: ignore[attr-defined]  # a choice of rows
    may = rules.may_allocate(by=request.actor, case=case)
    return _act_on(
        request, case, title="Allocate the case", button="Allocate", form=form, command=commands.allocate, may=may,
        said="The case is allocated.",
    )  # fmt: skip


@page
def involve(request: Request, case_id: int) -> HttpResponse:
    """Record a person's part in a case."""
    case = _case(request, case_id)
    form = forms.InvolveForm(request.POST or None)
    persons = Person.objects.visible_to(request.actor).filter(controller=case.controller_id)
    form.fields["person"].queryset = persons.order_by("family_name")  # type: ignore[attr-defined]
    may = rules.may_work(by=request.actor, case=case)
    return _act_on(
        request, case, title="Record who is involved", button="Record", form=form, command=commands.involve, may=may,
        said="The person is recorded in this case.",
    )  # fmt: skip


@page
def close(request: Request, case_id: int) -> HttpResponse:
    """Close a case."""
    case = _case(request, case_id)
    may = rules.may_close(by=request.actor, case=case)
    return _act_on(
        request, case, title="Close the case", button="Close the case", form=forms.CloseForm(request.POST or None),
        command=commands.close, may=may, said="The case is closed. It can be reopened.",
    )  # fmt: skip


@page
def reopen(request: Request, case_id: int) -> HttpResponse:
    """Open a closed case again."""
    case = _case(request, case_id)
    may = rules.may_reopen(by=request.actor, case=case)
    return _act_on(
        request, case, title="Reopen the case", button="Reopen the case", form=forms.ReopenForm(request.POST or None),
        command=commands.reopen, may=may, said="The case is open again, as its next episode.",
    )  # fmt: skip
