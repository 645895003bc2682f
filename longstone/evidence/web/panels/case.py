"""What the evidence room says of a case: its exhibits."""

from django.urls import reverse

from longstone.cases.models import Case
from longstone.evidence import queries, rules
from longstone.kernel.web.panels import Action, Panel
from longstone.kernel.web.request import Request


def panel(request: Request, case: Case) -> Panel:
    """List a case's exhibits."""
    may = rules.may_seize(by=request.actor, case=case)
    book_in = Action("Book in an exhibit", reverse("evidence:seize", args=[case.pk]), may.refusal)
    exhibits = list(queries.exhibits_of(by=request.actor, case=case)[:200])
    return Panel("Exhibits", "evidence/panel_case.html", {"exhibits": exhibits}, order=10, actions=[book_in])
