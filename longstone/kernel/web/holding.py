"""The pages of what is held back from disposal, and of what is to be erased."""

from __future__ import annotations

from typing import Any

from django import forms
from django.apps import apps
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import localtime

from longstone.kernel import erasures, holds
from longstone.kernel.erasures import Erasure
from longstone.kernel.holds import Hold
from longstone.kernel.refusals import NotPermitted
from longstone.kernel.scoped import Scoped
from longstone.kernel.web.forms import CommandForm
from longstone.kernel.web.pages import act, find, page, sliced
from longstone.kernel.web.request import Request, show

LINES = forms.Textarea(attrs={"rows": 3})
HOLDS = ("What", "Why", "Placed by", "Since", "What can be done")
ERASURES = ("Entry", "Ground", "Why", "Proposed by", "Where it stands")


class ReasonForm(CommandForm):
    """An act that needs a reason."""

    reason = forms.CharField(max_length=500, label="Why?", widget=LINES)


class WhyForm(CommandForm):
    """A refusal that needs a reason."""

    why = forms.CharField(max_length=500, label="Why is it refused?", widget=LINES)


class ErasureForm(CommandForm):
    """What is to be erased, and on which legal ground."""

    entry = forms.UUIDField(
        label="The entry's id", error_messages={"invalid": "An entry's id looks like 9730b9e5-5acb-…"}
    )
    ground = forms.ChoiceField(label="Legal ground")
    reason = forms.CharField(max_length=500, label="Why?", widget=LINES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.id, f"{one.title} ({one.law})") for one in erasures.grounds().values()]
        self.fields["ground"].choices = [("", "Choose the legal ground"), *choices]  # type: ignore[attr-defined]


def _only(request: Request, *powers: str) -> None:
    if not any(request.actor.holds(power) for power in powers):
        raise NotPermitted("Only supervisors and records managers can open this page.")


def _rows(columns: tuple[str, ...], found: list[tuple[Any, ...]]) -> list[list[tuple[str, Any]]]:
    return [list(zip(columns, row, strict=True)) for row in found]


@page
def held(request: Request) -> HttpResponse:
    """Show the holds that last."""
    _only(request, holds.POWER)
    shown = sliced(
        Hold.objects.visible_to(request.actor).filter(ended_at=None).order_by("since"), request.GET.get("from")
    )
    show(request, "holds", ids=[one.pk for one in shown.rows], total=shown.total)
    rows = [
        (f"{one.on_kind} {one.on_label}", one.reason, one.by_name, _day(one.since), _lift(one)) for one in shown.rows
    ]
    return render(request, "kernel/holds.html", {"shown": shown, "columns": HOLDS, "rows": _rows(HOLDS, rows)})


def _day(at: Any) -> str:
    return f"{localtime(at):%d/%m/%Y}"


def _lift(one: Hold) -> Any:
    return format_html('<a class="govuk-link" href="{}">Lift</a>', reverse("hold_lift", args=[one.pk]))


@page
def hold_new(request: Request, kind: str, subject: int) -> HttpResponse:
    """Place a hold on a thing."""
    model: Any = next((one for one in apps.get_models() if one._meta.model_name == kind), None)  # noqa: SLF001
    if model is None or not issubclass(model, Scoped):
        raise Http404
    on = find(model.objects.visible_to(request.actor), pk=subject)
    show(request, kind, on=on, page="place a hold")
    may = holds.may_keep_holds(by=request.actor, controller=on.controller_id)
    context = {
        "title": "Place a hold",
        "caption": f"{kind.capitalize()} {on}",
        "button": "Place it",
        "back": reverse("home"),
    }
    return act(
        request, template="kernel/act.html", form=ReasonForm(request.POST or None), command=holds.place_hold, may=may,
        context=context, on=on, done=lambda one: (f"There is a {one} now.", reverse("holds")),
    )  # fmt: skip


@page
def hold_lift(request: Request, hold_id: int) -> HttpResponse:
    """Lift a hold."""
    placed = find(Hold.objects.visible_to(request.actor), pk=hold_id)
    show(request, "hold", on=placed)
    may = holds.may_keep_holds(by=request.actor, controller=placed.controller_id)
    caption = f"{placed.on_kind} {placed.on_label}: {placed.reason}"
    return act(
        request, template="kernel/act.html", form=ReasonForm(request.POST or None), command=holds.lift_hold, may=may, placed=placed,
        context={"title": "Lift a hold", "caption": caption, "button": "Lift it", "back": reverse("holds")},
        done=lambda one: (f"The {one} is lifted.", reverse("holds")),
    )  # fmt: skip


@page
def proposed(request: Request) -> HttpResponse:
    """Show the erasures that were proposed, the newest first."""
    _only(request, erasures.PROPOSE, erasures.APPROVE)
    found = Erasure.objects.visible_to(request.actor).select_related("entry").order_by("-proposed_at")
    shown = sliced(found, request.GET.get("from"))
    show(request, "erasures", ids=[one.pk for one in shown.rows], total=shown.total)
    rows = [
        (one.entry.uuid, erasures.title_of(one.ground), one.reason, one.proposed_by, _stands(one)) for one in shown.rows
    ]
    context = {"shown": shown, "columns": ERASURES, "rows": _rows(ERASURES, rows)}
    return render(request, "kernel/erasures.html", context)


def _stands(one: Erasure) -> Any:
    if one.erased_at:
        return f"erased on {_day(one.erased_at)}, approved by {one.decided_by}"
    if one.approved is not None:
        return f"approved by {one.decided_by}" if one.approved else f"refused by {one.decided_by}: {one.why}"
    told = '<a class="govuk-link" href="{}">Approve</a> or <a class="govuk-link" href="{}">refuse</a>'
    return format_html(told, reverse("erasure_approve", args=[one.pk]), reverse("erasure_refuse", args=[one.pk]))


@page
def erasure_new(request: Request) -> HttpResponse:
    """Propose that an entry be erased."""
    show(request, "propose an erasure")
    return act(
        request, template="kernel/act.html", form=ErasureForm(request.POST or None), command=erasures.propose,
        may=erasures.may_propose(by=request.actor, controller=request.actor.force),
        context={"title": "Propose an erasure", "button": "Propose it", "back": reverse("erasures")},
        done=lambda one: (f"The {one} is proposed. Somebody else must approve it.", reverse("erasures")),
    )  # fmt: skip


@page
def erasure_approve(request: Request, erasure_id: int) -> HttpResponse:
    """Approve an erasure."""
    return _decide(request, erasure_id, CommandForm, erasures.approve, "Approve an erasure", "Approve it", "approved")


@page
def erasure_refuse(request: Request, erasure_id: int) -> HttpResponse:
    """Refuse an erasure."""
    return _decide(request, erasure_id, WhyForm, erasures.refuse, "Refuse an erasure", "Refuse it", "refused")


def _decide(
    request: Request, erasure_id: int, form: Any, command: Any, title: str, button: str, word: str
) -> HttpResponse:
    one = find(Erasure.objects.visible_to(request.actor).select_related("entry"), pk=erasure_id)
    show(request, "erasure", on=one)
    may = erasures.may_decide(by=request.actor, controller=one.controller_id, proposed_by=one.proposed_by_id)
    caption = f"{one.entry.event} of {localtime(one.entry.at):%d/%m/%Y}, proposed by {one.proposed_by}: {one.reason}"
    return act(
        request, template="kernel/act.html", form=form(request.POST or None), command=command, may=may, proposed=one,
        context={"title": title, "caption": caption, "button": button, "back": reverse("erasures")},
        done=lambda done: (f"The {done} is {word}.", reverse("erasures")),
    )  # fmt: skip
