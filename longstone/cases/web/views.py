"""The pages of the cases room."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from longstone.cases import commands, queries, rules
from longstone.cases.models import Case
from longstone.cases.web import forms
from longstone.cases.web.registers.cases import REGISTER
from longstone.kernel.models import Controller
from longstone.kernel.verdict import Verdict
from longstone.kernel.web.forms import CommandForm
from longstone.kernel.web.pages import act, asked, find, page
from longstone.kernel.web.panels import Action
from longstone.kernel.web.registers import answer
from longstone.kernel.web.request import Request, show
from longstone.people import queries as people
from longstone.people import sameness
from longstone.people.models import Person, Staff

MANY = 20


def _case(request: Request, case_id: int) -> Case:
    return find(Case.objects.visible_to(request.actor).select_related("officer", "team", "controller"), pk=case_id)


def _url(case: Case) -> str:
    return reverse("case", args=[case.pk])


@page
def cases(request: Request) -> HttpResponseBase:
    """Show the cases that the officer may see."""
    may = rules.may_open(by=request.actor)
    return answer(request, REGISTER, actions=[Action("Open a case", reverse("cases:open"), may.refusal)])


@page
def open_case(request: Request) -> HttpResponse:
    """Open a case."""
    show(request, "open a case")
    may = rules.may_open(by=request.actor)
    form = forms.OpenForm(request.POST or None, initial={"team": min(request.actor.teams, default=None)})
    form.fields["team"].queryset = people.teams_of(request.actor.force)  # type: ignore[attr-defined]  # a choice of rows
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
    template: str = "kernel/act.html",
    edits: Case | None = None,
    more: dict[str, Any] | None = None,
    persons: Iterable[Any] = (),
    **given: Any,
) -> HttpResponse:
    show(
        request,
        "case",
        on=case,
        page=title,
        persons=[str(one) for one in persons],
        power=queries.power_of(case, by=request.actor),
    )
    context = {"title": title, "caption": f"Case {case}", "button": button, "back": _url(case), **(more or {})}
    return act(
        request, template=template, form=form, command=command, may=may, context=context, case=case, edits=edits,
        done=lambda _: (said, _url(case)), **given,
    )  # fmt: skip


@page
def allocate(request: Request, case_id: int) -> HttpResponse:
    """Give a case to an officer."""
    case = _case(request, case_id)
    form = forms.AllocateForm(request.POST or None)
    own = Staff.objects.visible_to(request.actor).serving().filter(controller=case.controller_id)
    form.fields["to"].queryset = own.order_by("name")  # type: ignore[attr-defined]  # a choice of rows
    form.fields["team"].queryset = people.teams_of(case.controller_id)  # type: ignore[attr-defined]
    may = rules.may_allocate(by=request.actor, case=case)
    return _act_on(
        request, case, title="Allocate the case", button="Allocate", form=form, command=commands.allocate, may=may,
        said="The case is allocated.", edits=case, more={"stands": [("Officer", case.officer), ("Team", case.team)]},
    )  # fmt: skip


@page
def review(request: Request, case_id: int) -> HttpResponse:
    """Review an open case."""
    case = _case(request, case_id)
    return _act_on(
        request, case, title="Review the case", button="Record the review", form=forms.ReviewForm(request.POST or None),
        command=commands.review, may=rules.may_review(by=request.actor, case=case),
        said="The review is recorded. The next is counted from now.",
    )  # fmt: skip


@page
def correct(request: Request, case_id: int) -> HttpResponse:
    """Correct a case's particulars."""
    case = _case(request, case_id)
    now = {"title": case.title, "offence": case.offence, "marking": case.marking}
    form = forms.CorrectForm(request.POST or None, initial=now)
    stands = [(str(form.fields[name].label), value) for name, value in now.items()]
    return _act_on(
        request, case, title="Correct the case", button="Save", form=form, command=commands.correct,
        may=rules.may_work(by=request.actor, case=case), said="The case is corrected.", edits=case, more={"stands": stands},
    )  # fmt: skip


@page
def share(request: Request, case_id: int) -> HttpResponse:
    """Let another force see a case."""
    case = _case(request, case_id)
    form = forms.ShareForm(request.POST or None)
    form.fields["to"].queryset = Controller.objects.exclude(pk=case.controller_id)  # type: ignore[attr-defined]
    return _act_on(
        request, case, title="Share the case", button="Share it", form=form, command=commands.share,
        may=rules.may_share(by=request.actor, case=case, to=0), said="Shared. That force can see this case and its exhibits.",
    )  # fmt: skip


@page
def end_share(request: Request, case_id: int, share_id: int) -> HttpResponse:
    """Stop letting another force see a case."""
    case = _case(request, case_id)
    shared = find(case.shares.select_related("to"), pk=share_id, ended_at=None)
    return _act_on(
        request, case, title=f"Stop sharing with {shared.to}", button="Stop sharing", form=forms.EndShareForm(request.POST or None),
        command=commands.end_share, may=rules.may_share(by=request.actor, case=case, to=shared.to_id),
        said=f"{shared.to} can no longer see this case.", to=shared.to,
    )  # fmt: skip


@page
def involve(request: Request, case_id: int) -> HttpResponse:
    """Record a person's part in a case."""
    case, text = _case(request, case_id), asked(request)
    found = queries.persons_to_involve(by=request.actor, case=case, text=text)
    form = forms.InvolveForm(request.POST or None)
    form.fields["person"].queryset = found  # type: ignore[attr-defined]  # a choice of rows
    form.fields["person"].label_from_instance = _known_by  # type: ignore[attr-defined]
    matches = found.count()
    more = {"q": text, "matches": matches, "many": matches > MANY, "searched": bool(text)}
    more["warnings"] = sameness.rings(by=request.actor, text=text)
    return _act_on(
        request, case, title="Record who is involved", button="Record", form=form, command=commands.involve,
        may=rules.may_work(by=request.actor, case=case), said="The person is recorded in this case.",
        template="cases/involve.html", more=more, persons=[] if matches > MANY else [one.pk for one in found],
    )  # fmt: skip


def _known_by(person: Person) -> str:
    born = f"born {person.born_on:%d/%m/%Y}" if person.born_on else "date of birth not known"
    return f"{person}, {born}"


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
