"""The pages on which a copy's disposal is proposed, approved or stopped, and the state of the store is told."""

from __future__ import annotations

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from longstone.evidence import commands, rules
from longstone.evidence.commands.disposal import may_propose
from longstone.evidence.models import Copy, Disposal
from longstone.evidence.web import forms
from longstone.evidence.web.disposal_forms import ApproveForm, DisposalForm
from longstone.evidence.web.registers.disposals import REGISTER
from longstone.evidence.web.views import act_on
from longstone.kernel.refusals import NotPermitted
from longstone.kernel.store import telling, watching
from longstone.kernel.web.pages import find, page
from longstone.kernel.web.registers import answer
from longstone.kernel.web.request import Request, show


@page
def propose(request: Request, copy_id: int) -> HttpResponse:
    """Propose that a copy is disposed of."""
    copy = find(Copy.objects.visible_to(request.actor).select_related("exhibit__case"), pk=copy_id)
    return act_on(
        request, copy.exhibit, title=f"Propose the disposal of {copy}", button="Propose it",
        form=DisposalForm(request.POST or None), command=commands.propose_disposal, copy=copy,
        may=may_propose(by=request.actor, copy=copy), said="The disposal is proposed. Somebody else must approve it.",
    )  # fmt: skip


def _disposal(request: Request, disposal_id: int) -> Disposal:
    rows = Disposal.objects.visible_to(request.actor)
    return find(rows.select_related("copy__exhibit__case", "proposed_by"), pk=disposal_id)


@page
def approve(request: Request, disposal_id: int) -> HttpResponse:
    """Approve somebody else's proposal."""
    disposal = _disposal(request, disposal_id)
    return act_on(
        request, disposal.copy.exhibit, title=f"Approve the disposal of {disposal.copy}", button="Approve it",
        form=ApproveForm(request.POST or None, disposal=disposal), command=commands.approve_disposal, disposal=disposal,
        may=rules.may_approve_disposal(by=request.actor, disposal=disposal),
        template="evidence/approve_disposal.html", said="The disposal is approved. It is carried out when its delay is over, and can be stopped until then.",
    )  # fmt: skip


@page
def withdraw(request: Request, disposal_id: int) -> HttpResponse:
    """Stop a disposal."""
    disposal = _disposal(request, disposal_id)
    return act_on(
        request, disposal.copy.exhibit, title=f"Stop the disposal of {disposal.copy}", button="Stop it",
        form=forms.ReasonForm(request.POST or None), command=commands.withdraw_disposal, disposal=disposal,
        may=rules.may_withdraw_disposal(by=request.actor, disposal=disposal), said="The disposal is stopped. The copy stays.",
    )  # fmt: skip


@page
def disposals(request: Request) -> HttpResponseBase:
    """List the disposals that wait."""
    return answer(request, REGISTER)


@page
def kept(request: Request) -> HttpResponse:
    """Tell the state of the store."""
    verdict = watching.may_watch(by=request.actor)
    if not verdict:
        raise NotPermitted("Only administrators and records managers may look at the state of the store.")
    show(request, "store")
    return render(request, "evidence/kept.html", {"told": telling.tell()})
