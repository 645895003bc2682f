"""What the evidence room says on the front page: what is in the officer's hands, and what waits for those who move exhibits."""

from __future__ import annotations

from longstone.evidence import queries
from longstone.kernel.web.panels import Panel
from longstone.kernel.web.request import Request

MOST = 20


def panel(request: Request, subject: None) -> Panel | None:  # noqa: ARG001 - the front page is about nobody else
    """Show what the officer holds or is offered, and what waits in lockers if they may collect it."""
    by = request.actor
    moves = by.holds("move exhibits") and by.holds("see every case")
    waiting = queries.awaiting_collection(by=by) if moves else None
    context = {
        "held": list(queries.in_my_hands(by=by)[:MOST]),
        "waiting": list(waiting[:MOST]) if waiting is not None else [],
    }
    if not context["held"] and not by.holds("move exhibits"):
        return None
    ids = {one.pk for one in context["held"] + context["waiting"]}
    return Panel("Exhibits", "evidence/panel_home.html", context, order=10, ids=sorted(ids))
