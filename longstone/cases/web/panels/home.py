"""What the cases room says on the front page: the officer's own open cases."""

from __future__ import annotations

from longstone.cases import queries
from longstone.kernel.web.panels import Panel
from longstone.kernel.web.request import Request

MOST = 20


def panel(request: Request, subject: None) -> list[Panel]:  # noqa: ARG001 - the front page is about nobody else
    """List the broken glass that the officer must review, and their own open cases."""
    return [*_glass(request), *_open(request)]


def _glass(request: Request) -> list[Panel]:
    broken = list(queries.glass_to_review(by=request.actor)[:MOST])
    context = {"broken": broken}
    return [Panel("Glass was broken: review it", "cases/panel_glass.html", context, order=1, ids=[one.pk for one in broken])] if broken else []  # fmt: skip


def _open(request: Request) -> list[Panel]:
    found = list(queries.cases(by=request.actor, which="mine")[:MOST])
    return [Panel("Your open cases", "cases/panel_home.html", {"cases": found}, order=20, ids=[c.pk for c in found])] if found else []  # fmt: skip
