"""The pages on which an exhibit is booked in and moved."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localtime

from longstone.cases.models import Case
from longstone.evidence import commands, queries, rules
from longstone.evidence.models import Exhibit
from longstone.evidence.web import forms
from longstone.kernel.imports import UNKNOWN
from longstone.kernel.verdict import Verdict
from longstone.kernel.web.forms import CommandForm
from longstone.kernel.web.pages import act, find, page
from longstone.kernel.web.request import Request, show
from longstone.people.models import Staff


def exhibit_of(request: Request, exhibit_id: int) -> Exhibit:
    """Find an exhibit that the officer may see."""
    return find(Exhibit.objects.visible_to(request.actor).select_related("case"), pk=exhibit_id)


def url_of(exhibit: Exhibit) -> str:
    """Say where an exhibit's page is."""
    return reverse("exhibit", args=[exhibit.pk])


@page
def seize(request: Request, case_id: int) -> HttpResponse:
    """Book in an exhibit."""
    case = find(Case.objects.visible_to(request.actor), pk=case_id)
    show(request, "case", on=case, page="book in an exhibit")
    back = reverse("case", args=[case.pk])
    context = {"title": "Book in an exhibit", "caption": f"Case {case}", "button": "Book it in", "back": back}
    return act(
        request, template="kernel/act.html", form=forms.SeizeForm(request.POST or None), command=commands.seize,
        may=rules.may_seize(by=request.actor, case=case), context=context, case=case,
        done=lambda exhibit: (f"{exhibit} is booked in, and in your hands.", url_of(exhibit)),
    )  # fmt: skip


@page
def seize_part(request: Request, exhibit_id: int) -> HttpResponse:
    """Book in what comes from another exhibit, such as a card from a phone."""
    parent = exhibit_of(request, exhibit_id)
    show(request, "exhibit", on=parent, page="book in a part")
    form = forms.SeizeForm(request.POST or None, initial={"reference": f"{parent}-"})
    form.fields[
        "reference"
    ].help_text = f"{parent}, a dash, then initials, a stroke and a number, such as {parent}-DEF/1."
    context = {
        "title": f"Book in what comes from {parent}",
        "caption": f"Case {parent.case}",
        "button": "Book it in",
    }
    return act(
        request, template="kernel/act.html", form=form, command=commands.seize,
        may=rules.may_seize(by=request.actor, case=parent.case), context={**context, "back": url_of(parent)},
        case=parent.case, parent=parent,
        done=lambda exhibit: (f"{exhibit} is booked in, and in your hands.", url_of(exhibit)),
    )  # fmt: skip


def act_on(
    request: Request, exhibit: Exhibit, *, title: str, button: str, form: CommandForm, command: Any, may: Verdict, said: str,
    template: str = "kernel/act.html", **given: Any,
) -> HttpResponse:  # fmt: skip
    """Show one act on one exhibit, and do it."""
    show(request, "exhibit", on=exhibit, page=title)
    caption = f"Exhibit {exhibit}: {exhibit.description}"
    context = {
        "title": title,
        "caption": caption,
        "button": button,
        "back": url_of(exhibit),
        "exhibit": exhibit,
    }
    return act(
        request, template=template, form=form, command=command, may=may, context=context,
        done=lambda _: (said, url_of(exhibit)), **(given or {"exhibit": exhibit}),
    )  # fmt: skip


@page
def offer(request: Request, exhibit_id: int) -> HttpResponse:
    """Offer an exhibit to a colleague."""
    exhibit = exhibit_of(request, exhibit_id)
    form = forms.OfferForm(request.POST or None)
    near = Staff.objects.visible_to(request.actor).serving().exclude(pk=request.actor.staff)
    form.fields["to"].queryset = near.order_by("name")  # type: ignore[attr-defined]  # a choice of rows
    may = rules.may_offer(by=request.actor, exhibit=exhibit, to=0)
    return act_on(
        request, exhibit, title="Hand it to somebody", button="Offer it", form=form, command=commands.offer, may=may,
        said="Offered. It stays in your hands until it is accepted.",
    )  # fmt: skip


@page
def accept(request: Request, exhibit_id: int) -> HttpResponse:
    """Accept an exhibit."""
    exhibit = exhibit_of(request, exhibit_id)
    return act_on(
        request, exhibit, title="Accept the exhibit", button=f"I have {exhibit} in my hands, seal {exhibit.seal}",
        form=forms.AcceptForm(request.POST or None), command=commands.accept,
        may=rules.may_accept(by=request.actor, exhibit=exhibit), said="Accepted. It is in your hands.",
    )  # fmt: skip


@page
def decline(request: Request, exhibit_id: int) -> HttpResponse:
    """Decline an exhibit."""
    exhibit = exhibit_of(request, exhibit_id)
    return act_on(
        request, exhibit, title="Decline the exhibit", button="Decline it", form=forms.ReasonForm(request.POST or None),
        command=commands.decline, may=rules.may_accept(by=request.actor, exhibit=exhibit),
        said="Declined. It stays with the person who offered it.",
    )  # fmt: skip


@page
def withdraw(request: Request, exhibit_id: int) -> HttpResponse:
    """Take back an offer."""
    exhibit = exhibit_of(request, exhibit_id)
    return act_on(
        request, exhibit, title="Take back the offer", button="Take it back", form=forms.ReasonForm(request.POST or None),
        command=commands.withdraw, may=rules.may_withdraw(by=request.actor, exhibit=exhibit), said="The offer is taken back.",
    )  # fmt: skip


def _places(request: Request, form: CommandForm, exhibit: Exhibit, *, lockers: bool) -> CommandForm:
    found = queries.locations(by=request.actor, exhibit=exhibit, lockers=lockers)
    form.fields["location"].queryset = found  # type: ignore[attr-defined]  # a choice of rows
    return form


@page
def store(request: Request, exhibit_id: int) -> HttpResponse:
    """Put an exhibit into store."""
    exhibit = exhibit_of(request, exhibit_id)
    form = _places(request, forms.StoreForm(request.POST or None), exhibit, lockers=False)
    return act_on(
        request, exhibit, title="Put it into store", button="Store it", form=form, command=commands.store,
        may=rules.may_put_away(by=request.actor, exhibit=exhibit), said="It is in store.",
    )  # fmt: skip


@page
def deposit(request: Request, exhibit_id: int) -> HttpResponse:
    """Leave an exhibit in a locker."""
    exhibit = exhibit_of(request, exhibit_id)
    form = _places(request, forms.DepositForm(request.POST or None), exhibit, lockers=True)
    return act_on(
        request, exhibit, title="Leave it in a locker", button="Leave it there", form=form, command=commands.deposit,
        may=rules.may_put_away(by=request.actor, exhibit=exhibit), said="It is in the locker, waiting to be collected.",
    )  # fmt: skip


@page
def take_out(request: Request, exhibit_id: int) -> HttpResponse:
    """Take an exhibit out of a store or a locker."""
    exhibit = exhibit_of(request, exhibit_id)
    return act_on(
        request, exhibit, title="Take it out", button="I have it in my hands", form=forms.ReasonForm(request.POST or None),
        command=commands.take_out, may=rules.may_take_out(by=request.actor, exhibit=exhibit), said="It is in your hands.",
    )  # fmt: skip


@page
def reseal(request: Request, exhibit_id: int) -> HttpResponse:
    """Break a seal and seal again."""
    exhibit = exhibit_of(request, exhibit_id)
    return act_on(
        request, exhibit, title="Reseal it", button="Reseal it", form=forms.ResealForm(request.POST or None),
        command=commands.reseal, may=rules.may_put_away(by=request.actor, exhibit=exhibit), said="It is sealed again.",
    )  # fmt: skip


@page
def return_to_owner(request: Request, exhibit_id: int) -> HttpResponse:
    """Return an exhibit."""
    exhibit = exhibit_of(request, exhibit_id)
    return act_on(
        request, exhibit, title="Return it to its owner", button="Return it", form=forms.ReasonForm(request.POST or None),
        command=commands.return_to_owner, may=rules.may_put_away(by=request.actor, exhibit=exhibit),
        said="Returned. Its custody ends here.",
    )  # fmt: skip


@page
def complete(request: Request, exhibit_id: int) -> HttpResponse:
    """Fill in what an old list did not say of an exhibit."""
    exhibit = exhibit_of(request, exhibit_id)
    known = {"power": exhibit.power, "seized_at_place": exhibit.seized_at_place}
    return act_on(
        request, exhibit, title="Fill in what the old list did not say", button="Fill it in",
        form=forms.CompleteForm(request.POST or None, known=known), command=commands.complete,
        may=rules.may_complete(by=request.actor, exhibit=exhibit, known=UNKNOWN not in known.values()), said="It is filled in.",
    )  # fmt: skip


@page
def correct_owner(request: Request, exhibit_id: int) -> HttpResponse:
    """Correct whose device it is."""
    exhibit = exhibit_of(request, exhibit_id)
    initial = {"owner_role": exhibit.owner_role, "since": localtime(exhibit.seized_at)}
    return act_on(
        request, exhibit, title="Correct whose it is", button="Save",
        form=forms.OwnerRoleForm(request.POST or None, initial=initial), command=commands.correct_owner_role,
        may=rules.may_seize(by=request.actor, case=exhibit.case), said="Corrected. What was thought before stays readable.",
    )  # fmt: skip
