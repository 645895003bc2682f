"""Does the custody hold together, step by step, and did somebody else accept what was offered?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

START = "*"


class BadCustody(ValueError):
    """The chain of custody does not hold; the sentence names the step."""


@dataclass(frozen=True)
class Step:
    """One step of custody: its number from 1, and what the ledger's entry says of it."""

    seq: int
    entry: dict[str, Any]

    @property
    def custody(self) -> dict[str, Any]:
        """Give the entry's facts about custody."""
        return dict(self.entry["facts"]["custody"])


def steps_of(entries: list[dict[str, Any]]) -> list[Step]:
    """Pick the steps of custody out of parsed entries, in the order of their numbers. Raises BadCustody."""
    found = []
    for entry in entries:
        told = entry["facts"].get("custody")
        if told is None or entry["event"] == "bundle.made":
            continue
        if not isinstance(told, dict) or not isinstance(told.get("seq"), int):
            raise BadCustody(f"Entry {entry['id']} speaks of custody but does not number its step.")
        found.append(Step(told["seq"], entry))
    return sorted(found, key=lambda step: step.seq)


def check(steps: list[Step]) -> None:
    """Check that the steps run from 1 without a gap, each from where the last one ended. Raises BadCustody."""
    last: Step | None = None
    for number, step in enumerate(steps, start=1):
        if step.seq != number:
            raise BadCustody(f"Step {number} of the custody is missing.")
        _follows(step, last)
        last = step
    if last is None:
        raise BadCustody("The bundle tells no custody at all.")


def _follows(step: Step, last: Step | None) -> None:
    was = last.custody.get("to") if last else START
    if step.custody.get("from") != was:
        raise BadCustody(f"Step {step.seq} begins from {step.custody.get('from')!r}, but the exhibit was {was!r}.")
    if last and step.entry["at"] < last.entry["at"] and not step.entry["past"]:
        raise BadCustody(f"Step {step.seq} is dated before the step that it follows.")
    if step.entry["event"].endswith(".accepted"):
        _accepted(step, last)


def _accepted(step: Step, last: Step | None) -> None:
    offered = (last.custody.get("offered_to") or {}) if last else {}
    by = step.entry["by"]
    if by.get("id") is None or offered.get("id") != by["id"]:
        raise BadCustody(f"Step {step.seq} was accepted by {by.get('name')!r}, to whom the exhibit was not offered.")
    if last and last.entry["by"].get("id") == by["id"]:
        raise BadCustody(f"Step {step.seq} was offered and accepted by the same person.")
