"""What may programs do and read in the cases room?"""

from __future__ import annotations

from longstone.cases.web.registers import cases
from longstone.kernel.api import Listing, Registered
from longstone.kernel.register import listing

NOT_FOR_SYSTEMS = {
    "share": "A person decides that another force sees a case, and stands by the basis for it (D12).",
    "review": "A person reviews a case, and stands by what was found.",
    "take_back": "Only an old list that is undone takes back the cases that it opened.",
}


LISTS: list[Listing] = [Registered(cases.REGISTER, listing)]
