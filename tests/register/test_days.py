"""A day in a list is the day that it was in London, whatever the hour; and a day that no calendar has is refused."""

from datetime import UTC, date, datetime

import pytest

from longstone.cases.web.registers.cases import REGISTER
from longstone.kernel.refusals import Refusal
from longstone.kernel.register import Column, Kind, listing

SUMMER, WINTER = datetime(2026, 6, 30, 23, 30, tzinfo=UTC), datetime(2026, 12, 30, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(("at", "day"), [(SUMMER, date(2026, 7, 1)), (WINTER, date(2026, 12, 30))])
def test_a_moment_before_midnight_utc_is_shown_on_its_day_in_london(at, day):
    column = Column("at", "Opened", Kind.DAY)

    assert column.of({"at": at}) == day
    assert column.text({"at": at}) == f"{day:%d/%m/%Y}"
    assert column.plain({"at": at}) == day.isoformat()


@pytest.mark.parametrize("written", ["31/12/9999", "01/01/0001", "31/02/2026", "yesterday"])
@pytest.mark.parametrize("end", ["opened_from", "opened_to"])
def test_a_day_that_cannot_be_counted_from_is_refused_in_a_sentence(force, now, end, written):
    with pytest.raises(Refusal, match="is not a day"):
        listing(REGISTER, {end: written}, by=force.actor("detective", now))
