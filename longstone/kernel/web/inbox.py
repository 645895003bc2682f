"""The pages of what the public sent: what waits, one enquiry, and what is done with it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localtime

from longstone.kernel.inbox import answering, rules
from longstone.kernel.inbox.models import Enquiry
from longstone.kernel.refusals import NotPermitted
from longstone.kernel.verdict import Verdict
from longstone.kernel.web.forms import CommandForm
from longstone.kernel.web.pages import Link, Tag, act, find, page, sliced
from longstone.kernel.web.panels import Action
from longstone.kernel.web.request import Request, show

COLUMNS = ("Reference", "What", "Arrived", "Where it stands", "Whose")
WHICH = {"waiting": "Waiting", "mine": "Mine", "all": "All"}
COLOURS = {"received": "yellow", "accepted": "blue", "answered": "green", "refused": "grey"}
# behind which door an enquiry belongs: its name in an address, which they are, and what one and several are called
DOORS = {
    "Protect": ("talks", ~Q(form="school_enquiry"), "enquiry that nobody has taken", "enquiries that nobody has taken"),
    "Prevent": ("young", Q(form="school_enquiry"), "question about a young person", "questions about young people"),
}
ABOUT = {about: where for about, where, _, _ in DOORS.values()}
REPLY = "Thank you for writing to us. Your reference number is {reference}.\n\n"


class AcceptForm(CommandForm):
    """The reply that the owner will send."""

    reply = forms.CharField(
        max_length=4000, label="The reply that you will send", widget=forms.Textarea(attrs={"rows": 8}),
        help_text="It is kept with the enquiry. Longstone sends nothing: send it from your own mailbox, or say it on the telephone.",
    )  # fmt: skip


class RefuseForm(CommandForm):
    """Why an enquiry is refused."""

    refused_for = forms.ChoiceField(
        label="Why is it refused?", choices=list(rules.WHY_REFUSED.items()), widget=forms.RadioSelect
    )
    note = forms.CharField(max_length=500, required=False, label="Anything to add", help_text="Do not repeat what it says of a person.")  # fmt: skip


class TakeOverForm(CommandForm):
    """Why somebody takes an enquiry over."""

    reason = forms.CharField(max_length=500, label="Why do you take it over?")


class AnsweredForm(CommandForm):
    """How the reply was given."""

    how = forms.ChoiceField(label="How did you give the reply?", choices=list(rules.HOW_ANSWERED.items()), widget=forms.RadioSelect)  # fmt: skip


def _rows(request: Request, which: str, about: str) -> Any:
    rows = Enquiry.objects.visible_to(request.actor).defer("answers", "reply").filter(ABOUT.get(about, Q()))
    if which == "mine":
        return rows.filter(owner_id=request.actor.staff, state="accepted").order_by("arrived_at", "pk")
    return rows.order_by("-arrived_at", "-pk") if which == "all" else rows.filter(state="received").order_by("arrived_at", "pk")  # fmt: skip


@page
def enquiries(request: Request) -> HttpResponse:
    """Show what the public sent: what waits, the oldest first, what is mine, or all."""
    if not request.actor.holds(rules.ANSWER):
        raise NotPermitted("Only those who answer the inbox can open it. Ask the engagement officers of your force.")
    which = request.GET.get("which", "")
    which, about = which if which in WHICH else "waiting", request.GET.get("about", "")
    about = about if about in ABOUT else ""
    shown = sliced(_rows(request, which, about), request.GET.get("from"))
    show(request, "inbox", ids=[one.pk for one in shown.rows], total=shown.total, which=which, about=about)
    rows = [list(zip(COLUMNS, _cells(one), strict=True)) for one in shown.rows]
    context = {
        "shown": shown,
        "columns": COLUMNS,
        "rows": rows,
        "which": which,
        "about": about,
        "all_of_which": WHICH.items(),
    }
    return render(request, "kernel/inbox.html", context)


def _cells(one: Enquiry) -> tuple[Any, ...]:
    link = Link(one.reference, reverse("enquiry", args=[one.pk]))
    stands = Tag(rules.ENQUIRY.words[one.state], COLOURS[one.state])
    return link, one.title, f"{localtime(one.arrived_at):%d/%m/%Y %H:%M}", stands, one.owner_name or "Nobody's yet"


@page
def enquiry(request: Request, enquiry_id: int) -> HttpResponse:
    """Show one enquiry: what was asked and answered, as text that can do no harm, and what can be done with it."""
    one = find(Enquiry.objects.visible_to(request.actor), pk=enquiry_id)
    show(request, "enquiry", on=one)
    moves = [_told(move) for move in one.moves.order_by("seq")]
    context = {"enquiry": one, "word": rules.ENQUIRY.words[one.state], "colour": COLOURS[one.state]}
    return render(request, "kernel/enquiry.html", {**context, "moves": moves, "actions": _actions(request, one)})


def _told(move: Any) -> dict[str, Any]:
    again = move.was == move.now == "accepted"
    title = "Taken over" if again else rules.ENQUIRY.words[move.now].capitalize()
    reason = ". ".join(filter(None, [rules.WHY_REFUSED.get(move.refused_for, ""), move.reason]))
    return {"title": title, "by": move.by_name, "at": move.at, "reason": reason}


def _actions(request: Request, one: Enquiry) -> list[Action]:
    by = request.actor
    told: list[tuple[str, str, Verdict]] = [
        ("Accept", "enquiry_accept", rules.may_accept(by=by, enquiry=one)),
        ("Say that it is answered", "enquiry_answered", rules.may_say_answered(by=by, enquiry=one)),
        ("Take it over", "enquiry_take_over", rules.may_take_over(by=by, enquiry=one)),
        ("Refuse", "enquiry_refuse", rules.may_refuse(by=by, enquiry=one)),
    ]
    return [Action(label, reverse(name, args=[one.pk]), verdict.refusal) for label, name, verdict in told]


def _act(request: Request, one: Enquiry, form: CommandForm, command: Any, may: Verdict, title: str, said: str) -> HttpResponse:  # fmt: skip
    show(request, "enquiry", on=one, page=title)
    back = reverse("enquiry", args=[one.pk])
    context = {"title": title, "caption": f"{one.title}, {one.reference}", "button": title, "back": back}
    return act(request, form=form, command=command, may=may, context=context, enquiry=one, done=lambda _: (said, back))


def _found(request: Request, enquiry_id: int) -> Enquiry:
    return find(Enquiry.objects.visible_to(request.actor), pk=enquiry_id)


@page
def accept(request: Request, enquiry_id: int) -> HttpResponse:
    """Accept an enquiry."""
    one = _found(request, enquiry_id)
    form = AcceptForm(request.POST or None, initial={"reply": REPLY.format(reference=one.reference)})
    may = rules.may_accept(by=request.actor, enquiry=one)
    return _act(request, one, form, answering.accept, may, "Accept it", "It is yours. Send the reply, and then say so here.")  # fmt: skip


@page
def refuse(request: Request, enquiry_id: int) -> HttpResponse:
    """Refuse an enquiry."""
    one = _found(request, enquiry_id)
    may = rules.may_refuse(by=request.actor, enquiry=one)
    return _act(request, one, RefuseForm(request.POST or None), answering.turn_down, may, "Refuse it", "It is refused.")


@page
def take_over(request: Request, enquiry_id: int) -> HttpResponse:
    """Take an enquiry over."""
    one = _found(request, enquiry_id)
    may = rules.may_take_over(by=request.actor, enquiry=one)
    return _act(request, one, TakeOverForm(request.POST or None), answering.take_over, may, "Take it over", "It is yours now.")  # fmt: skip


@page
def answered(request: Request, enquiry_id: int) -> HttpResponse:
    """Say that an enquiry is answered."""
    one = _found(request, enquiry_id)
    may = rules.may_say_answered(by=request.actor, enquiry=one)
    form = AnsweredForm(request.POST or None)
    return _act(request, one, form, answering.say_answered, may, "Say that it is answered", "It is answered.")
