"""What the cases room says of a person: the cases they are involved in, as far as the officer may see these."""

from __future__ import annotations

from longstone.cases import queries
from longstone.kernel.web.panels import Panel
from longstone.kernel.web.request import Request
from longstone.people.models import Person


def panel(request: Request, person: Person) -> Panel:
    """List the cases a person plays a part in."""
    involved = queries.cases_of(by=request.actor, person=person)
    return Panel(
        "Cases you may see",
        "cases/panel_person.html",
        {"involved": involved, "closed": queries.closed_to(by=request.actor, person=person)},
        order=10,
        ids=[one.case_id for one in involved],
    )
