"""Who keeps the force's areas, how large may a file of them be, and when is a figure too small to be shown of an area?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from longstone.kernel.actor import Actor
from longstone.kernel.verdict import YES, Verdict, no

KEEP = "keep areas"
MOST_BYTES, MOST_AREAS, MOST_POINTS = 8 << 20, 1_000, 150_000
LONGEST_CODE, LONGEST_NAME = 20, 120
FEWEST = 5  # people in an area, beneath which nothing is said of it
CLASSES = 5

Unit = Literal["people", "things"]


def may_keep(*, by: Actor) -> Verdict:
    """Say whether the actor may bring areas in and withdraw them."""
    return YES if by.holds(KEEP) else no("Only an administrator brings areas in. Ask the administrator of your force.")


def sound_file(*, name: str, size: int) -> Verdict:
    """Say whether a file of areas is of a kind and size that can be read."""
    if not name.lower().endswith((".geojson", ".json")):
        return no("Send the areas as GeoJSON: a file whose name ends with .geojson or .json.")
    if size == 0:
        return no("The file is empty. Export it again.")
    return (
        YES
        if size <= MOST_BYTES
        else no(f"The file is larger than {MOST_BYTES >> 20} MB. Take a more generalised version of it.")
    )


def same_digest(*, told: str, found: str) -> Verdict:
    """Say whether the file is the one whose digest the officer was given."""
    if not told.strip() or told.strip().lower() == found:
        return YES
    return no(f"This is another file than you were told: its SHA-256 is {found}. Fetch it again.")


def shown(numbers: Mapping[str, float], *, unit_is: Unit) -> dict[str, float | None]:
    """Give what may be said of each area; None where it is of fewer people than may be shown.

    If only one area would be kept back, the next smallest is too: else whoever knows the sum knows it.
    """
    if unit_is == "things":
        return dict(numbers)
    few = {code for code, number in numbers.items() if number < FEWEST}
    rest = sorted((number, code) for code, number in numbers.items() if code not in few)
    if len(few) == 1 and rest:
        few.add(rest[0][1])
    return {code: None if code in few else number for code, number in numbers.items()}


def classes(numbers: Mapping[str, float | None]) -> dict[str, int | None]:
    """Part areas into as many shades, each with as many areas; what is the same has the same shade, and what is kept back has none."""
    told = sorted({number for number in numbers.values() if number is not None})
    shade = {number: place * CLASSES // len(told) for place, number in enumerate(told)}
    return {code: None if number is None else shade[number] for code, number in numbers.items()}
