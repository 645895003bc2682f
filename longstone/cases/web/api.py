"""What may programs do and read in the cases room?"""

from __future__ import annotations

from datetime import datetime

from longstone.cases.models import Case
from longstone.kernel.api import Listing, Row, Rows

NOT_FOR_SYSTEMS = {
    "share": "A person decides that another force sees a case, and stands by the basis for it (D12).",
    "review": "A person reviews a case, and stands by what was found.",
    "take_back": "Only an old list that is undone takes back the cases that it opened.",
}


class CaseRow(Row):
    """A case."""

    reference: str
    title: str
    offence: str
    marking: str
    state: str
    episode: int
    officer_id: int | None
    team_id: int | None
    opened_at: datetime
    version: int


LISTS: list[Listing] = [Rows("cases", "Cases", CaseRow, Case.objects.visible_to)]
