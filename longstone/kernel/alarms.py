"""What is wrong in the house at this moment? Each part that watches something says so here, for the front page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import DatabaseError, transaction

from longstone.kernel.refusals import Refusal


@dataclass(frozen=True)
class Alarm:
    """One thing that is wrong: a short, stable name, a sentence that says what to do, and since when."""

    name: str
    sentence: str
    since: datetime


Watch = Callable[[], Iterable[Alarm]]
_watches: dict[str, Watch] = {}


def raises_alarms(watch: Watch) -> Watch:
    """Register a function that looks for something wrong, by a cheap query, and gives an alarm for each thing found."""
    _watches[f"{watch.__module__}.{watch.__qualname__}"] = watch
    return watch


def open_alarms() -> list[Alarm]:
    """Ask every watch; one that cannot answer is itself an alarm. The oldest comes first."""
    found = [alarm for name, watch in sorted(_watches.items()) for alarm in _asked(name, watch)]
    return sorted(found, key=lambda alarm: (alarm.since, alarm.name))


def _asked(name: str, watch: Watch) -> list[Alarm]:
    try:
        with transaction.atomic():
            return list(watch())
    except (DatabaseError, OSError, Refusal) as fault:
        sentence = (
            f"It could not be looked whether all is well ({name}: {type(fault).__name__}). Tell whoever runs the house."
        )
        return [Alarm("a watch does not answer", sentence, datetime.now(UTC))]
