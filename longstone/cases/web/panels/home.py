"""What the cases room says on the front page: the officer's own open cases."""

from __future__ import annotations

from longstone.cases import queries
from longstone.kernel.web.panels import Panel
from longstone.kernel.web.request import Request

MOST = 20


def panel(request: Request, subject: None) -> Panel | None:  # noqa: ARG001 - the front page is about nobody else
    """List the officer's open cases; nothing for those who have none."""
    found = list(queries.cases(by=request.actor, which="mine")[:MOST])
    return Panel("Your open cases", "cases/panel_home.html", {"cases": found}, order=20, ids=[c.pk for c in found]) if found else None  # fmt: skip
