"""A register becomes a list for programs by one line; it counts, narrows, orders and pages as the register's own page does."""

from __future__ import annotations

import pytest

from longstone.cases import commands as cases
from longstone.kernel import register
from longstone.kernel.api import Registered
from longstone.kernel.refusals import NotVisible, Refusal
from longstone.people.queries import actor_of


@pytest.fixture
def listing(force, now):
    from longstone.cases.web.registers.cases import REGISTER

    by = force.actor("detective", now)
    for number in range(7):
        cases.open_case(by=by, at=now, reference=f"NS/{number}/26", title="A theft", offence="Theft")
    return Registered(REGISTER, register.listing)


def walked(listing, by, **asked):
    found, after = [], ""
    while True:
        page = listing.page(asked, by=by, after=after, limit=3)
        found += [row.reference for row in page.rows]
        after = page.after
        if not after:
            return found, page.count


def test_it_is_walked_whole_and_once_in_the_order_that_is_asked_for(listing, everything):
    found, count = walked(listing, actor_of(everything.system), order="-reference")

    assert found == [f"NS/{number}/26" for number in reversed(range(7))]
    assert count == 7


def test_it_is_narrowed_as_the_page_is(listing, everything):
    by = actor_of(everything.system)

    assert walked(listing, by, state="closed") == ([], 0)
    assert walked(listing, by, q="NS/3/26")[0] == ["NS/3/26"]
    with pytest.raises(Refusal):
        listing.page({"state": "stolen"}, by=by, after="", limit=3)


def test_one_row_is_told_in_the_same_words(listing, everything, other_force, now):
    theirs = cases.open_case(by=other_force.actor("detective", now), at=now, reference="WM/1/26", title="Theirs", offence="Theft")  # fmt: skip
    by = actor_of(everything.system)
    shown = listing.page({}, by=by, after="", limit=1).rows[0]

    assert listing.one(shown.id, by=by)[1] == shown
    with pytest.raises(NotVisible):
        listing.one(theirs.pk, by=by)
