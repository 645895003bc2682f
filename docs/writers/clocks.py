"""What is due, and when? Drawn from the shelf of clocks, and from the calendars they count by."""

from __future__ import annotations

from collections.abc import Iterator

from docs.writers import table
from longstone.kernel.clocks import shelf
from longstone.people.queries import roles

TITLE = "Clocks"


def lines() -> Iterator[str]:
    """List every clock, then the calendars."""
    yield "A clock is one file on a room's shelf (docs/how-to/add-a-clock.md). What the law does not set is a force's policy, and a default here."
    yield ""
    for one in sorted(shelf.clocks().values(), key=lambda clock: (clock.of, clock.id)):
        yield from _about(one)
    yield from (
        "## Calendars",
        "",
        "A working day is a weekday that is no bank holiday. For the United Kingdom, one anywhere in it is none.",
        "",
    )
    rows = [(one.title, f"{one.first_day:%d/%m/%Y} to {one.last_day:%d/%m/%Y}", len(one.days), one.source) for one in shelf.holidays().values()]  # fmt: skip
    yield from table(["bank holidays of", "known", "days", "source"], rows)


def _about(one: shelf.Clock) -> Iterator[str]:
    yield from (f"## {one.title} ({one.id}, version {one.version})", "")
    yield from table(["", ""], [(word, said) for word, said in _told(one) if said])


def _told(one: shelf.Clock) -> Iterator[tuple[str, str]]:
    yield "counts on", one.of
    yield "lasts", one.how_long
    yield "starts with", ", ".join(one.starts_on) or f"the day in `{one.due_on}` is the first on which it is late"
    yield "met by", ", ".join(one.ends_on)
    yield "falls away with", ", ".join(one.stops_on)
    yield "pauses with", ", ".join(one.pauses_on)
    yield "goes on with", ", ".join(one.resumes_on)
    yield "warns", f"{one.warn_hours} hours before"
    yield "tells", ", ".join(["whose it is", *(roles()[role].title.lower() for role in one.tells)])
    yield "a breach needs a reason", "yes" if one.reason_needed else "no"
    yield "source", one.source
