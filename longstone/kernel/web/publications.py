"""The pages of what is published for the public: what is, what was proposed, and who decides."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse

from longstone.kernel.inbox import publishing, rules
from longstone.kernel.inbox.models import Publication
from longstone.kernel.refusals import NotPermitted
from longstone.kernel.verdict import Verdict
from longstone.kernel.web.forms import CommandForm
from longstone.kernel.web.pages import Link, Tag, act, find, page, sliced
from longstone.kernel.web.panels import Action
from longstone.kernel.web.request import Request, show

COLUMNS = ("Title", "Kind", "Size", "Where it stands", "Proposed by", "Published by")
COLOURS = {"proposed": "yellow", "published": "green", "declined": "grey", "withdrawn": "grey"}


class ProposeForm(CommandForm):
    """What is to be published: its file, and the same in words."""

    title = forms.CharField(max_length=200, label="Title", help_text="Its address is made of it.")
    kind = forms.ChoiceField(label="What is it?", choices=list(rules.KINDS.items()), widget=forms.RadioSelect)
    words = forms.CharField(
        max_length=20_000, label="What it says, in plain words", widget=forms.Textarea(attrs={"rows": 8}),
        help_text="For people who cannot see the file or open it. For a poster, say what is written and what is shown. No child's surname.",
    )  # fmt: skip
    file = forms.FileField(label="The file", max_length=120, help_text="PDF or plain text, at most 5 MB.", allow_empty_file=True)  # fmt: skip
    sha256 = forms.CharField(max_length=64, required=False, label="Its SHA-256, if you were given it", help_text="Then we check that it is the very file.")  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Turn the file into its name and its bytes."""
        told: dict[str, Any] = super().clean() or {}
        if sent := told.pop("file", None):
            told["file_name"], told["body"] = sent.name, sent.read(rules.MOST_BYTES + 1)
        return told


class ReasonForm(CommandForm):
    """An act that needs a reason."""

    reason = forms.CharField(max_length=500, label="Why?")


@page
def publications(request: Request) -> HttpResponse:
    """Show what is published, what was proposed and what was, the newest first."""
    if not any(request.actor.holds(power) for power in (rules.PROPOSE, rules.PUBLISH)):
        raise NotPermitted("Only those who publish for the force can open this page. Ask the engagement officers.")
    which = "proposed" if request.GET.get("which") == "proposed" else ""
    rows = Publication.objects.visible_to(request.actor).without_bytes().order_by("-recorded_at", "-pk")
    shown = sliced(rows.filter(state=which) if which else rows, request.GET.get("from"))
    show(request, "publications", ids=[one.pk for one in shown.rows], total=shown.total, which=which)
    cells = [list(zip(COLUMNS, _cells(one), strict=True)) for one in shown.rows]
    may = rules.may_propose(by=request.actor)
    context = {"shown": shown, "columns": COLUMNS, "rows": cells, "may": may, "which": which}
    return render(request, "kernel/publications.html", context)


def _cells(one: Publication) -> tuple[Any, ...]:
    link = Link(one.title, reverse("publication", args=[one.pk]))
    stands = Tag(rules.PUBLICATION.words[one.state], COLOURS[one.state])
    return link, rules.KINDS[one.kind], filesizeformat(one.size), stands, one.proposed_by, one.published_by or "Nobody"


@page
def publication(request: Request, publication_id: int) -> HttpResponse:
    """Show one publication, as the public would see it, and what can be done with it."""
    one = _found(request, publication_id)
    show(request, "publication", on=one)
    moves = [
        {"title": rules.PUBLICATION.words[move.now].capitalize(), "by": move.by_name, "at": move.at, "reason": move.reason}
        for move in one.moves.order_by("seq")
    ]  # fmt: skip
    context = {"publication": one, "word": rules.PUBLICATION.words[one.state], "colour": COLOURS[one.state]}
    context |= {"kind": rules.KINDS[one.kind], "moves": moves, "actions": _actions(request, one)}
    return render(request, "kernel/publication.html", context)


def _actions(request: Request, one: Publication) -> list[Action]:
    decide = rules.may_decide(by=request.actor, publication=one)
    told: list[tuple[str, str, Verdict]] = [
        ("Publish", "publication_publish", decide),
        ("Decline", "publication_decline", decide),
        ("Withdraw", "publication_withdraw", rules.may_withdraw(by=request.actor, publication=one)),
    ]
    return [Action(label, reverse(name, args=[one.pk]), verdict.refusal) for label, name, verdict in told]


def _found(request: Request, publication_id: int) -> Publication:
    return find(Publication.objects.visible_to(request.actor).without_bytes(), pk=publication_id)


@page
def publication_file(request: Request, publication_id: int) -> HttpResponse:
    """Give the file, for whoever decides whether it is published."""
    one = find(Publication.objects.visible_to(request.actor), pk=publication_id)
    show(request, "publication", on=one, page="file")
    response = HttpResponse(bytes(one.body), content_type=one.media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{one.file_name}"'
    return response


@page
def publication_new(request: Request) -> HttpResponse:
    """Propose something to be published."""
    show(request, "propose a publication")
    form = ProposeForm(request.POST or None, request.FILES or None)
    context = {"title": "Propose a publication", "button": "Propose it", "back": reverse("publications")}
    return act(
        request, template="kernel/propose_publication.html", form=form, command=publishing.propose_publication, context=context,
        may=rules.may_propose(by=request.actor),
        done=lambda one: ("It is proposed. A colleague must publish it.", reverse("publication", args=[one.pk])),
    )  # fmt: skip


def _decide(request: Request, publication_id: int, form: CommandForm, command: Any, rule: Any, title: str, said: str) -> HttpResponse:  # fmt: skip
    one = _found(request, publication_id)
    show(request, "publication", on=one, page=title)
    back = reverse("publication", args=[one.pk])
    context = {"title": title, "caption": one.title, "button": title, "back": back}
    may = rule(by=request.actor, publication=one)
    return act(request, form=form, command=command, may=may, context=context, publication=one, done=lambda _: (said, back))  # fmt: skip


@page
def publication_publish(request: Request, publication_id: int) -> HttpResponse:
    """Publish what a colleague proposed."""
    form, said = CommandForm(request.POST or None), "It is published. The public's pages show it now."
    return _decide(request, publication_id, form, publishing.publish, rules.may_decide, "Publish it", said)


@page
def publication_decline(request: Request, publication_id: int) -> HttpResponse:
    """Decline what a colleague proposed."""
    form = ReasonForm(request.POST or None)
    return _decide(request, publication_id, form, publishing.decline_publication, rules.may_decide, "Decline it", "It is declined.")  # fmt: skip


@page
def publication_withdraw(request: Request, publication_id: int) -> HttpResponse:
    """Withdraw what is published."""
    form, said = ReasonForm(request.POST or None), "It is off the public's pages."
    return _decide(request, publication_id, form, publishing.withdraw_publication, rules.may_withdraw, "Withdraw it", said)  # fmt: skip
