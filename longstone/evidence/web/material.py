"""The pages on which an exhibit's data are received, examined, browsed and handed out."""

from __future__ import annotations

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from longstone.evidence import catalogue, commands, jobs, rules
from longstone.evidence.models import Bundle, Copy, Examination, Exhibit
from longstone.evidence.web import forms
from longstone.evidence.web.registers.catalogue import within
from longstone.evidence.web.views import act_on, exhibit_of
from longstone.kernel import store
from longstone.kernel.actor import Actor
from longstone.kernel.refusals import NotPermitted
from longstone.kernel.web.pages import act, find, page
from longstone.kernel.web.registers import answer
from longstone.kernel.web.request import Request, show


@page
def receive(request: Request, exhibit_id: int) -> HttpResponse:
    """Add a copy of an exhibit's data."""
    exhibit = exhibit_of(request, exhibit_id)
    return act_on(
        request, exhibit, title="Add a copy", button="Add the copy", form=forms.CopyForm(request.POST or None),
        command=commands.receive_copy, may=rules.may_receive_copy(by=request.actor, exhibit=exhibit),
        said="The copy is in the store, under its digest.", template="evidence/receive.html",
    )  # fmt: skip


def _ask(*, by: Actor, at: object, copy: Copy) -> Examination:
    """Ask for an examination, and queue it in the same transaction."""
    examination = commands.ask_for_examination(by=by, at=at, copy=copy)  # type: ignore[arg-type]  # a moment
    jobs.examine.defer(examination_id=examination.pk)
    return examination


@page
def examine(request: Request, copy_id: int) -> HttpResponse:
    """Ask for a copy to be examined."""
    copy = find(Copy.objects.visible_to(request.actor).select_related("exhibit__case"), pk=copy_id)
    done = Examination.objects.visible_to(request.actor).filter(copy=copy).exclude(state="failed").exists()
    may = rules.may_examine(by=request.actor, controller=copy.controller_id, examined=done)
    return act_on(
        request, copy.exhibit, title=f"Examine {copy}", button="Examine it", form=forms.AcceptForm(request.POST or None),
        command=_ask, may=may, said="It is in the examiner's queue.", copy=copy,
    )  # fmt: skip


def _bundle(*, by: Actor, at: object, exhibit: Exhibit, with_copies: bool) -> Bundle:
    """Ask for a bundle, and queue it in the same transaction."""
    bundle = commands.hand_out(by=by, at=at, exhibit=exhibit, with_copies=with_copies)  # type: ignore[arg-type]
    jobs.make_bundle.defer(bundle_id=bundle.pk)
    return bundle


@page
def hand_out(request: Request, exhibit_id: int) -> HttpResponse:
    """Have a bundle made."""
    exhibit = exhibit_of(request, exhibit_id)
    return act_on(
        request, exhibit, title="Make a custody bundle", button="Make the bundle", form=forms.BundleForm(request.POST or None),
        command=_bundle, may=rules.may_hand_out(by=request.actor, exhibit=exhibit),
        said="The bundle is being made. It appears on this page in a moment.",
    )  # fmt: skip


@page
def download(request: Request, bundle_id: int) -> HttpResponse | StreamingHttpResponse:
    """Give a bundle, its bytes verified on the way out."""
    bundle = find(Bundle.objects.visible_to(request.actor).select_related("exhibit"), pk=bundle_id, state="ready")
    may = rules.may_hand_out(by=request.actor, exhibit=bundle.exhibit)
    if not may:
        raise NotPermitted(may.refusal)
    if bundle.disposed_at is not None:
        raise NotPermitted("This bundle was disposed of with a copy that it held. Have a new one made.")
    show(request, "bundle", on=bundle.exhibit, sha256=bundle.sha256, name=bundle.name)
    response = StreamingHttpResponse(store.blocks(bundle.sha256), content_type="application/zip")
    response.headers["Content-Length"] = str(bundle.size)
    response.headers["Content-Disposition"] = f'attachment; filename="{bundle.name}"'
    return response


@page
def browse(request: Request, copy_id: int) -> HttpResponseBase:
    """Show what an examination found, page by page, searched by name."""
    copy = find(Copy.objects.visible_to(request.actor).select_related("exhibit__case"), pk=copy_id)
    problems = request.GET.get("show", "files") == "problems"
    opened, exhibit = catalogue.open(copy, by=request.actor), copy.exhibit
    kinds = [
        ("Entries", "?" if problems else ""),
        (f"Problems ({opened.count('problems')})", "" if problems else "?show=problems"),
    ]
    return answer(
        request, within(copy_id, by=request.actor, problems=problems), on=exhibit, caption=f"{exhibit.reference}: {copy.name}",
        trail=[(exhibit.case.reference, reverse("case", args=[exhibit.case_id])), (exhibit.reference, reverse("exhibit", args=[exhibit.pk]))],
        beside=[*kinds, ("I have read this", reverse("evidence:read-findings", args=[copy.pk]))],
        warning="" if opened.examination.complete else "Not everything could be read. The problems say what and why.",
    )  # fmt: skip


@page
def read_findings(request: Request, copy_id: int) -> HttpResponse:
    """Say that one has read what was found on a copy."""
    copy = find(Copy.objects.visible_to(request.actor).select_related("exhibit__case"), pk=copy_id)
    done = find(Examination.objects.visible_to(request.actor).filter(copy=copy).exclude(state="failed"))
    read = done.readers.filter(staff=request.actor.id).exists()
    may = rules.may_say_read(
        by=request.actor, controller=copy.controller_id, finished=done.state == "finished", read=read
    )
    return act_on(
        request, copy.exhibit, title=f"I have read what was found on {copy}", button="I have read it", form=forms.AcceptForm(request.POST or None),
        command=commands.read_findings, may=may, said="It no longer waits for you.", examination=done,
    )  # fmt: skip


TIMES = [("modified", "Contents changed"), ("changed", "Entry changed"), ("accessed", "Opened"), ("born", "Made")]


@page
def row(request: Request, copy_id: int, row: int) -> HttpResponse:
    """Show one file that an examination found, whole: its digest and its times."""
    copy = find(Copy.objects.visible_to(request.actor).select_related("exhibit__case"), pk=copy_id)
    found = catalogue.open(copy, by=request.actor).row(row)
    show(request, "catalogue", on=copy.exhibit, row=row)
    times = [(title, found[name], found[f"{name}_as_written"]) for name, title in TIMES]
    may = rules.may_withhold(by=request.actor, controller=copy.controller_id)
    context = {"copy": copy, "exhibit": copy.exhibit, "row": found, "times": times, "may": may}
    return render(request, "evidence/row.html", context)


@page
def withhold(request: Request, copy_id: int, row: int) -> HttpResponse:
    """Withhold a row of a catalogue."""
    copy = find(Copy.objects.visible_to(request.actor).select_related("exhibit"), pk=copy_id)
    opened = catalogue.open(copy, by=request.actor)
    found = opened.row(row)
    show(request, "catalogue", on=copy.exhibit, row=row)
    back = reverse("evidence:catalogue", args=[copy.pk])
    context = {"title": "Withhold this", "caption": found["path"], "button": "Withhold it", "back": back}
    return act(
        request, template="kernel/act.html", form=forms.WithholdForm(request.POST or None), command=commands.withhold,
        may=rules.may_withhold(by=request.actor, controller=copy.controller_id), context=context,
        examination=opened.examination, row=row, done=lambda _: ("It is withheld from everybody's lists and searches.", back),
    )  # fmt: skip
