"""The pages of what is held back from disposal, and of what is to be erased."""

from __future__ import annotations

from typing import Any

from django import forms
from django.apps import apps
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.timezone import localtime

from longstone.kernel import erasures, holds
from longstone.kernel.erasures import Erasure
from longstone.kernel.holds import Hold
from longstone.kernel.ledger.entries import Entry
from longstone.kernel.refusals import NotPermitted
from longstone.kernel.scoped import Scoped
from longstone.kernel.web.forms import CommandForm
from longstone.kernel.web.pages import Link, Listing, act, find, listed, page, sliced
from longstone.kernel.web.panels import Action
from longstone.kernel.web.registers import answer
from longstone.kernel.web.registers import erasures as erasures_list
from longstone.kernel.web.registers import holds as holds_list
from longstone.kernel.web.request import Request, show

LINES = forms.Textarea(attrs={"rows": 3})
ENTRIES = ("What was done", "When", "By whom", "What can be done")


class ReasonForm(CommandForm):
    """An act that needs a reason."""

    reason = forms.CharField(max_length=500, label="Why?", widget=LINES)


class WhyForm(CommandForm):
    """A refusal that needs a reason."""

    why = forms.CharField(max_length=500, label="Why is it refused?", widget=LINES)


class ErasureForm(CommandForm):
    """What is to be erased, and on which legal ground."""

    entry = forms.UUIDField(
        label="The entry's id",
        help_text="Its entries are listed from the page of the case, the exhibit or the person.",
        error_messages={
            "invalid": "That is no entry's id. Choose the entry from the page of the case, the exhibit or the person."
        },
    )
    ground = forms.ChoiceField(label="Legal ground")
    reason = forms.CharField(max_length=500, label="Why?", widget=LINES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.id, f"{one.title} ({one.law})") for one in erasures.grounds().values()]
        self.fields["ground"].choices = [("", "Choose the legal ground"), *choices]  # type: ignore[attr-defined]


@page
def held(request: Request) -> HttpResponseBase:
    """Show the holds that last."""
    return answer(request, holds_list.REGISTER)


def keeping(request: Request, on: Any, *over: Any) -> dict[str, Any]:
    """What the page of a thing says of its being kept: the holds on it and on what is above it, and what may be done."""
    subjects = [(str(one._meta.model_name), str(one.pk)) for one in (on, *over)]  # noqa: SLF001
    return {
        "kind": subjects[0][0],
        "on": on,
        "holds": holds.lasting(subjects),
        "may_hold": holds.may_keep_holds(by=request.actor, controller=on.controller_id),
        "may_erase": erasures.may_propose(by=request.actor, controller=on.controller_id),
    }


def _subject(request: Request, kind: str, subject: int) -> Any:
    model: Any = next((one for one in apps.get_models() if one._meta.model_name == kind), None)  # noqa: SLF001
    if model is None or not issubclass(model, Scoped):
        raise Http404
    return find(model.objects.visible_to(request.actor), pk=subject)


@page
def hold_new(request: Request, kind: str, subject: int) -> HttpResponse:
    """Place a hold on a thing."""
    on = _subject(request, kind, subject)
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
def proposed(request: Request) -> HttpResponseBase:
    """Show the erasures that were proposed, the newest first."""
    may = erasures.may_propose(by=request.actor, controller=request.actor.force)
    return answer(
        request, erasures_list.REGISTER, actions=[Action("Propose an erasure", reverse("erasure_new"), may.refusal)]
    )


@page
def entries(request: Request, kind: str, subject: int) -> HttpResponse:
    """Show which entries the ledger has of a thing, the newest first, for whoever may propose that one be erased."""
    on = _subject(request, kind, subject)
    if not (may := erasures.may_propose(by=request.actor, controller=request.actor.force)):
        raise NotPermitted(may.refusal)
    found = Entry.objects.filter(on_kind=kind, on_id=str(on.pk), controller=str(request.actor.controller))
    shown = sliced(found.order_by("-pk"), request.GET.get("from"))
    show(request, "entries", on=on, ids=[one.pk for one in shown.rows], total=shown.total)
    told = Listing(
        f"What the ledger says of {kind} {on}", list(ENTRIES), [_entry(one) for one in shown.rows],
        empty="The ledger has no entry of it.",
    )  # fmt: skip
    return listed(request, told, shown=shown)


def _entry(one: Entry) -> list[object]:
    address = f"{reverse('erasure_new')}?entry={one.uuid}"
    may = "Erased" if one.erased else Link("Propose its erasure", address)
    return [one.event, f"{localtime(one.at):%d/%m/%Y %H:%M}", one.by_name, may]


@page
def erasure_new(request: Request) -> HttpResponse:
    """Propose that an entry be erased."""
    show(request, "propose an erasure")
    return act(
        request, template="kernel/act.html", command=erasures.propose,
        form=ErasureForm(request.POST or None, initial={"entry": request.GET.get("entry", "")[:36]}),
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
