"""What the cases room says of a case: who is involved, and its episodes."""

from __future__ import annotations

from django.urls import reverse

from longstone.cases import queries, rules
from longstone.cases.models import Case
from longstone.kernel.clocks import asking
from longstone.kernel.verdict import Verdict
from longstone.kernel.web.panels import Action, Panel
from longstone.kernel.web.request import Request


def panel(request: Request, case: Case) -> list[Panel]:
    """Tell who is involved, and what has become of the case."""
    by = request.actor
    may_share = rules.may_share(by=by, case=case, to=0)
    context = {
        "involved": queries.involved(by=by, case=case),
        "deadlines": asking.told_of(Case.objects.visible_to(by).filter(pk=case.pk), request.now),
        "reviews": list(case.reviews.order_by("-at", "-pk")),
        "moves": list(case.moves.order_by("seq")),
        "allocations": queries.allocations_of(case),
        "shares": queries.shares_of(by=by, case=case),
        "may_share": may_share,
        "now": request.now,
    }
    actions = [
        _action("Allocate", "allocate", case, rules.may_allocate(by=by, case=case)),
        _action("Review the case", "review", case, rules.may_review(by=by, case=case)),
        _action("Record who is involved", "involve", case, rules.may_work(by=by, case=case)),
        _action("Correct the case", "correct", case, rules.may_work(by=by, case=case)),
        _action("Share the case", "share", case, may_share),
        _action("Close the case", "close", case, rules.may_close(by=by, case=case)),
        _action("Reopen the case", "reopen", case, rules.may_reopen(by=by, case=case)),
    ]
    progress = Panel("People and progress", "cases/panel_case.html", context, order=20, actions=actions)
    return [progress, _seeing(request, case)]


def _seeing(request: Request, case: Case) -> Panel:
    """Tell who sees the case, and offer to change it."""
    by = request.actor
    named = queries.named_on(case) if case.restricted and by.controller == case.controller_id else []
    keeps = by.holds("keep connections", controller=case.controller_id)
    context = {"restricted": case.restricted, "secret": case.secret, "named": named, "keeps": keeps}
    restrict = _action("Say who alone sees it", "restrict", case, rules.may_restrict(by=by, case=case))
    may_lift = rules.may_lift_restriction(by=by, case=case, restricted=True)
    lift = [_action("Lift the restriction", "lift-restriction", case, may_lift)] if case.restricted else []
    return Panel(
        "Who sees this case", "cases/panel_seeing.html", context, order=60, told_first=True, actions=[restrict, *lift]
    )


def _action(label: str, name: str, case: Case, may: Verdict) -> Action:
    return Action(label, reverse(f"cases:{name}", args=[case.pk]), may.refusal)
