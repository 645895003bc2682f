"""What may programs do and read in the cases room?"""

from __future__ import annotations

from longstone.cases.web.registers import cases
from longstone.kernel.api import Listing, Registered
from longstone.kernel.register import listing

NOT_FOR_SYSTEMS = {
    "share": "A person decides that another force sees a case, and stands by the basis for it (D12).",
    "review": "A person reviews a case, and stands by what was found.",
    **dict.fromkeys(("restrict", "lift_restriction"), "A person decides who alone sees a case, and stands by the reason."),
    **dict.fromkeys(("break_glass", "review_glass"), "A person opens a case in need, and another judges whether it was right (D21)."),
    **dict.fromkeys(("record_connection", "lift_connection"), "Professional standards judge who is connected to a case (D21)."),
    "take_back": "Only an old list that is undone takes back the cases that it opened.",
}  # fmt: skip


LISTS: list[Listing] = [Registered(cases.REGISTER, listing)]
