"""What the evidence room says of an exhibit: its copies, and its custody from the first step."""

from __future__ import annotations

from django.urls import reverse

from longstone.evidence import queries, rules
from longstone.evidence.models import Exhibit
from longstone.kernel.actor import Actor
from longstone.kernel.clocks import asking
from longstone.kernel.imports import UNKNOWN
from longstone.kernel.verdict import Verdict
from longstone.kernel.web.panels import Action, Panel
from longstone.kernel.web.request import Request


def panel(request: Request, exhibit: Exhibit) -> Panel:
    """Tell an exhibit's custody, its copies and its bundles."""
    by = request.actor
    context = {
        "custody": queries.custody_of(by=by, exhibit=exhibit),
        "waiting": queries.waiting_of(by=by, exhibit=exhibit),
        "copies": queries.copies_of(by=by, exhibit=exhibit),
        "examinations": {one.copy_id: one for one in queries.examinations_of(by=by, exhibit=exhibit)},
        "may_take": rules.may_hand_out(by=by, exhibit=exhibit),
        "may_examine": rules.may_examine(by=by, controller=exhibit.controller_id, examined=False),
        "deadlines": asking.told_of(Exhibit.objects.visible_to(by).filter(pk=exhibit.pk), request.now),
        "seals": queries.seals_of(by=by, exhibit=exhibit),
        "owners": queries.owner_roles_of(exhibit),
        "parts": list(queries.parts_of(by=by, exhibit=exhibit)),
        "bundles": queries.bundles_of(by=by, exhibit=exhibit),
        "disposals": queries.disposals_of(by=by, exhibit=exhibit),
        "may_propose": rules.may_propose_disposal(
            by=by, controller=exhibit.controller_id, disposed=False, proposed=False
        ),
        "may_read": rules.may_read_catalogue(by=by, controller=exhibit.controller_id),
    }
    return Panel("Custody and copies", "evidence/panel_exhibit.html", context, order=10, actions=_actions(by, exhibit))


def _actions(by: Actor, exhibit: Exhibit) -> list[Action]:
    """Offer what can be done now; what makes no sense in this state is not shown, what is not permitted says why."""
    offered = [
        ("Accept it", "accept", rules.may_accept(by=by, exhibit=exhibit)),
        ("Decline it", "decline", rules.may_accept(by=by, exhibit=exhibit)),
        ("Take back the offer", "withdraw", rules.may_withdraw(by=by, exhibit=exhibit)),
    ]
    held = [
        ("Hand it to somebody", "offer", rules.may_offer(by=by, exhibit=exhibit, to=0)),
        ("Put it into store", "store", rules.may_put_away(by=by, exhibit=exhibit)),
        ("Leave it in a locker", "deposit", rules.may_put_away(by=by, exhibit=exhibit)),
        ("Reseal it", "reseal", rules.may_put_away(by=by, exhibit=exhibit)),
        ("Return it to its owner", "return", rules.may_put_away(by=by, exhibit=exhibit)),
    ]
    away = [("Take it out", "take-out", rules.may_take_out(by=by, exhibit=exhibit))]
    by_state = {"offered": offered, "held": held, "stored": away, "deposited": away}
    may_seize = rules.may_seize(by=by, case=exhibit.case)
    always = [
        ("Add a copy", "receive", rules.may_receive_copy(by=by, exhibit=exhibit)),
        ("Make a custody bundle", "hand-out", rules.may_hand_out(by=by, exhibit=exhibit)),
        ("Book in a part of it", "seize-part", may_seize),
        ("Correct whose it is", "correct-owner", may_seize),
    ]
    if UNKNOWN in {exhibit.power, exhibit.seized_at_place}:
        always.append(
            (
                "Fill in what the old list did not say",
                "complete",
                rules.may_complete(by=by, exhibit=exhibit, known=False),
            )
        )
    return [_action(exhibit, *one) for one in [*by_state.get(exhibit.state, []), *always]]


def _action(exhibit: Exhibit, label: str, name: str, may: Verdict) -> Action:
    return Action(label, reverse(f"evidence:{name}", args=[exhibit.pk]), may.refusal)
