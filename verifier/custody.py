"""Does the custody hold together, step by step, and did somebody else accept what was offered?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from verifier.records import CUSTODY, Failed, fit

START = "*"


@dataclass(frozen=True)
class Step:
    """One step of custody: its number from 1, what the entry says of it, and the whole entry."""

    seq: int
    told: dict[str, Any]
    entry: dict[str, Any]


def steps_of(entries: list[dict[str, Any]]) -> list[Step]:
    """Pick the steps of custody out of parsed entries, in the ledger's order. Raises Failed. (docs/bundle.md)"""
    found = []
    for entry in entries:
        told = entry["facts"].get("custody")
        if told is not None and entry["event"] != "bundle.made":
            fit(told, CUSTODY, f"The custody in entry {entry['id']}")
            found.append(Step(told["seq"], told, entry))
    return found


def check(steps: list[Step]) -> None:
    """Check that the steps run from 1 without a gap, each from where the last one ended. Raises Failed."""
    last: Step | None = None
    for number, step in enumerate(steps, start=1):
        if step.seq != number:
            raise Failed(f"Step {number} of the custody is missing: entry {step.entry['id']} is step {step.seq}.")
        _follows(step, last)
        _hands(step, last)
        last = step
    if last is None:
        raise Failed("The bundle tells no custody at all.")


def _follows(step: Step, last: Step | None) -> None:
    was = last.told["to"] if last else START
    if step.told["from"] != was:
        raise Failed(f"Step {step.seq} of the custody begins from {step.told['from']!r}, but the exhibit was {was!r}.")
    if last and step.entry["at"] < last.entry["at"] and not step.entry["past"]:
        raise Failed(f"Step {step.seq} of the custody is dated before the step that it follows.")


def _hands(step: Step, last: Step | None) -> None:
    """Check that the exhibit went from one person's hands to another's only by being offered and accepted."""
    if step.entry["event"].endswith(".accepted"):
        _accepted(step, last)
    elif last and last.told["holder"] and step.told["holder"] and _id(step, "holder") != _id(last, "holder"):
        raise Failed(f"Step {step.seq} of the custody puts the exhibit into other hands, and nobody accepted it.")


def _accepted(step: Step, last: Step | None) -> None:
    by = step.entry["by"]
    if last is None or by["id"] is None or by["id"] != _id(last, "offered_to"):
        raise Failed(f"Step {step.seq} was accepted by {by['name']!r}, to whom the exhibit was not offered.")
    if last.entry["by"]["id"] == by["id"]:
        raise Failed(f"Step {step.seq} was offered and accepted by the same person, {by['name']!r}.")
    if _id(step, "holder") != by["id"]:
        raise Failed(f"Step {step.seq} was accepted by {by['name']!r}, but puts the exhibit into other hands.")


def _id(step: Step, role: str) -> Any:
    return (step.told[role] or {}).get("id")
