"""Deadlines worked out by hand, each with why: clock changes, leap days, Friday evenings, Easter, moved bank holidays."""

from datetime import UTC, date, datetime

import pytest

from longstone.kernel.clocks import shelf
from longstone.kernel.clocks.days import LONDON, BeyondCalendar
from longstone.kernel.clocks.rules import Terms, due

EW, UK = "england_and_wales", "united_kingdom"


def london(text: str) -> datetime:
    """Read a moment of London; fold=1 where it says GMT in the hour that comes twice."""
    plain, _, zone = text.partition(" GMT")
    at = datetime.strptime(plain, "%d/%m/%Y %H:%M").replace(tzinfo=LONDON)
    return at.replace(fold=1) if zone or text.endswith("GMT") else at


# start in London, how long, which calendar, due in London (for days: the midnight that ends the last day), and why
BY_HAND = [
    ("24/11/2026 09:30", 12, "hours", None, "24/11/2026 21:30", "an ordinary half day"),
    ("28/03/2026 22:00", 12, "hours", None, "29/03/2026 11:00", "clocks go forward at 01:00: twelve hours pass by eleven"),
    ("24/10/2026 22:00", 12, "hours", None, "25/10/2026 09:00", "clocks go back at 02:00: twelve hours pass by nine"),
    ("25/10/2026 01:30", 60, "minutes", None, "25/10/2026 01:30 GMT", "the hour that comes twice is an hour long"),
    ("28/02/2028 12:00", 24, "hours", None, "29/02/2028 12:00", "a leap day is a day"),
    ("24/11/2026 09:30", 1, "working_days", EW, "26/11/2026 00:00", "the next day is the first"),
    ("20/11/2026 23:55", 1, "working_days", EW, "24/11/2026 00:00", "Friday evening: Monday is the first working day"),
    ("21/11/2026 10:00", 1, "working_days", EW, "24/11/2026 00:00", "Saturday: Monday is the first working day"),
    ("22/11/2026 10:00", 5, "working_days", EW, "28/11/2026 00:00", "Sunday: Monday to Friday are the five"),
    ("02/04/2026 17:00", 1, "working_days", EW, "08/04/2026 00:00", "Maundy Thursday: Good Friday and Easter Monday do not count"),
    ("02/04/2026 17:00", 1, "working_days", UK, "08/04/2026 00:00", "Easter Monday is none in Scotland's list, but is in the others"),
    ("16/03/2026 09:00", 1, "working_days", EW, "18/03/2026 00:00", "St Patrick's Day is an ordinary day in England"),
    ("16/03/2026 09:00", 1, "working_days", UK, "19/03/2026 00:00", "St Patrick's Day is a bank holiday in Northern Ireland"),
    ("31/07/2026 09:00", 1, "working_days", UK, "05/08/2026 00:00", "Friday; Scotland's summer holiday is the Monday after"),
    ("31/07/2026 09:00", 1, "working_days", EW, "04/08/2026 00:00", "Friday; that Monday is worked in England"),
    ("12/06/2026 09:00", 1, "working_days", UK, "17/06/2026 00:00", "Friday; Scotland's holiday of 15 June 2026"),
    ("24/12/2026 23:00", 2, "working_days", EW, "31/12/2026 00:00", "Christmas Day, then Boxing Day's substitute on Monday 28th"),
    ("24/12/2027 09:00", 1, "working_days", EW, "30/12/2027 00:00", "both substitute days: Monday 27th and Tuesday 28th"),
    ("31/12/2027 09:00", 1, "working_days", EW, "05/01/2028 00:00", "New Year's Day's substitute is Monday the 3rd"),
    ("31/12/2027 09:00", 1, "working_days", UK, "06/01/2028 00:00", "and Scotland's 2nd January moves to Tuesday the 4th"),
    ("01/06/2022 09:00", 1, "working_days", EW, "07/06/2022 00:00", "the spring holiday moved to Thursday 2 June, and the Jubilee's Friday"),
    ("27/05/2022 09:00", 1, "working_days", EW, "31/05/2022 00:00", "so the last Monday of May 2022 was worked"),
    ("16/09/2022 09:00", 1, "working_days", EW, "21/09/2022 00:00", "the State Funeral, Monday 19 September 2022"),
    ("05/05/2023 09:00", 1, "working_days", EW, "10/05/2023 00:00", "the coronation, Monday 8 May 2023"),
    ("07/05/2020 09:00", 1, "working_days", EW, "12/05/2020 00:00", "early May 2020 moved to Friday the 8th"),
    ("01/05/2020 09:00", 1, "working_days", EW, "05/05/2020 00:00", "so Monday 4 May 2020 was worked"),
    ("27/03/2026 23:30", 1, "calendar_days", None, "29/03/2026 00:00", "the day ends at London's midnight"),
    ("28/03/2026 09:00", 1, "calendar_days", None, "30/03/2026 00:00", "a day of twenty-three hours is a day"),
    ("27/02/2028 09:00", 2, "calendar_days", None, "01/03/2028 00:00", "Monday is the 28th, Tuesday the leap day"),
    ("01/02/2026 09:00", 28, "calendar_days", None, "02/03/2026 00:00", "28 days of a February without a leap day"),
    ("01/07/2026 00:30", 1, "calendar_days", None, "03/07/2026 00:00", "half past midnight is the 1st in London and still June in UTC"),
    ("31/01/2026 09:00", 1, "months", None, "01/03/2026 00:00", "February has no 31st: its last day"),
    ("31/01/2028 09:00", 1, "months", None, "01/03/2028 00:00", "its last day is the 29th in a leap year"),
    ("29/02/2028 09:00", 12, "months", None, "01/03/2029 00:00", "a year after a leap day ends on the 28th"),
    ("28/02/2026 09:00", 1, "months", None, "29/03/2026 00:00", "the end of a month is no rule of its own: the 28th"),
    ("15/12/2026 09:00", 1, "months", None, "16/01/2027 00:00", "over the year's end"),
    ("28/11/2026 09:00", 1, "months", EW, "30/12/2026 00:00", "28 December is a bank holiday: the next working day"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("start", "lasts", "unit", "calendar", "wanted", "why"), BY_HAND, ids=[one[5] for one in BY_HAND]
)
def test_a_deadline_is_what_was_worked_out_by_hand(start, lasts, unit, calendar, wanted, why):
    terms = Terms(lasts, unit, shelf.calendar(calendar) if calendar else None)

    assert due(terms, london(start)) == london(wanted).astimezone(UTC), why


# a pause takes away what passes meanwhile: start, how long, when it pauses and goes on, due
PAUSED = [
    (("24/11/2026 09:00", 12, "hours", None), [("24/11/2026 10:00", "24/11/2026 13:00")], "25/11/2026 00:00"),
    (("24/11/2026 09:00", 5, "working_days", EW), [("25/11/2026 12:00", "27/11/2026 09:00")], "04/12/2026 00:00"),
    (("24/11/2026 09:00", 5, "working_days", EW), [("25/11/2026 12:00", "25/11/2026 17:00")], "02/12/2026 00:00"),
    (("24/11/2026 09:00", 5, "working_days", EW), [("27/11/2026 18:00", "30/11/2026 08:00")], "03/12/2026 00:00"),
    (("31/01/2026 09:00", 1, "months", None), [("10/02/2026 12:00", "13/02/2026 12:00")], "04/03/2026 00:00"),
    (("24/11/2026 09:00", 1, "calendar_days", None), [("27/11/2026 09:00", "28/11/2026 09:00")], "26/11/2026 00:00"),
]


@pytest.mark.parametrize(("told", "pauses", "wanted"), PAUSED)
def test_a_pause_moves_a_deadline_by_what_was_worked_out_by_hand(told, pauses, wanted):
    start, lasts, unit, calendar = told
    terms = Terms(lasts, unit, shelf.calendar(calendar) if calendar else None)
    stood = [(london(one), london(other)) for one, other in pauses]

    assert due(terms, london(start), stood) == london(wanted).astimezone(UTC)


# easter Sunday, from any almanac
EASTER = [(2015, 4, 5), (2016, 3, 27), (2017, 4, 16), (2018, 4, 1), (2019, 4, 21), (2020, 4, 12), (2021, 4, 4), (2022, 4, 17),
          (2023, 4, 9), (2024, 3, 31), (2025, 4, 20), (2026, 4, 5), (2027, 3, 28), (2028, 4, 16)]  # fmt: skip


@pytest.mark.parametrize("sunday", [date(*one) for one in EASTER])
def test_good_friday_is_a_holiday_everywhere_and_easter_monday_all_but_in_scotland(sunday):
    friday, monday = sunday.toordinal() - 2, sunday.toordinal() + 1
    for name, one in shelf.holidays().items():
        assert one.days[date.fromordinal(friday)] == "Good Friday"
        assert (date.fromordinal(monday) in one.days) == (name != "scotland")


@pytest.mark.parametrize(("name", "many"), [("england_and_wales", 8), ("scotland", 9), ("northern_ireland", 10)])
def test_every_year_has_its_bank_holidays_and_the_extra_ones_that_were_proclaimed(name, many):
    extra = {2022: 2, 2023: 1, **({2026: 1} if name == "scotland" else {})}
    days = shelf.holidays()[name].days

    for year in range(2015, 2029):
        assert sum(day.year == year for day in days) == many + extra.get(year, 0), year


def test_a_day_beyond_the_data_is_refused_and_says_what_to_add():
    terms = Terms(5, "working_days", shelf.calendar(UK))

    with pytest.raises(BeyondCalendar, match=r"known from 01/01/2015 to 31/12/2028.*01/01/2029.*Add the missing years"):
        due(terms, london("29/12/2028 09:00"))
    with pytest.raises(BeyondCalendar, match="england_and_wales"):
        due(terms, london("29/12/2010 09:00"))
