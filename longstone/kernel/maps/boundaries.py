"""What areas does a file hold? GeoJSON from outside, read strictly: whatever is not as it must be is refused in a sentence that names it."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from typing import Any

from longstone.kernel.maps import rules
from longstone.kernel.maps.grid import from_wgs84
from longstone.kernel.maps.lines import Point, Polygons, Ring
from longstone.kernel.refusals import Refusal

RINGS_LEAST = 4
DEGREES = (49.0, 61.5, -9.5, 2.5)  # of latitude and longitude, around Great Britain
METRES = (0.0, 700_000.0, 0.0, 1_300_000.0)  # of easting and northing, where the grid is
LARGEST_DEGREE = 180.0


@dataclass(frozen=True)
class Shape:
    """One area of a file: its code, its name, its borders in metres of the grid, and its size."""

    code: str
    name: str
    polygons: Polygons
    square_metres: float
    middle: Point


def read(untrusted: bytes, *, code_field: str, name_field: str) -> list[Shape]:
    """Read areas whose code and name stand in two properties of each; degrees are carried to the grid."""
    features = _features(_parsed(untrusted))
    told = [_Feature(one, number) for number, one in enumerate(features, start=1)]
    if sum(one.points for one in told) > rules.MOST_POINTS:
        raise Refusal(f"The file has more than {rules.MOST_POINTS:,} points. Take a more generalised version of it.")
    shapes = [one.shape(code_field, name_field) for one in told]
    codes = [shape.code for shape in shapes]
    if twice := next((code for code in codes if codes.count(code) > 1), ""):
        raise Refusal(f"The code {twice} stands twice in the file. Each area has a code of its own.")
    return shapes


def _parsed(untrusted: bytes) -> Any:
    try:
        return json.loads(untrusted.decode("utf-8-sig"), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Refusal("The file is no GeoJSON: it cannot be read as JSON in UTF-8. Export it again.") from error


def _no_number(word: str) -> Any:
    raise ValueError(word)


def _features(told: Any) -> list[Any]:
    if (
        not isinstance(told, dict)
        or told.get("type") != "FeatureCollection"
        or not isinstance(told.get("features"), list)
    ):
        raise Refusal("The file is no GeoJSON collection of areas: its type must be FeatureCollection.")
    found: list[Any] = told["features"]
    if not 1 <= len(found) <= rules.MOST_AREAS:
        raise Refusal(f"The file has {len(found):,} areas. It must have 1 to {rules.MOST_AREAS:,}.")
    return found


class _Feature:
    """One feature of the file, with its number for whoever mends it."""

    def __init__(self, told: Any, number: int) -> None:
        self.number = number
        self.told: dict[str, Any] = told if isinstance(told, dict) else {}
        geometry = self.told.get("geometry")
        kind = geometry.get("type") if isinstance(geometry, dict) else None
        if kind not in ("Polygon", "MultiPolygon"):  # whatever it is, a list too
            raise self.wrong("is no Polygon and no MultiPolygon: only areas can be brought in")
        within = geometry.get("coordinates")  # type: ignore[union-attr]  # it is a dict
        self.polygons = self._lists([within] if kind == "Polygon" else within)
        self.points = sum(len(ring) for polygon in self.polygons for ring in polygon)

    def wrong(self, what: str) -> Refusal:
        """Say what is wrong with this one."""
        return Refusal(f"Area {self.number} of the file {what}. Mend the file, and send it again.")

    def _lists(self, told: Any) -> list[list[list[Any]]]:
        whole = isinstance(told, list) and told and all(
            isinstance(polygon, list) and polygon and all(isinstance(ring, list) for ring in polygon) for polygon in told
        )  # fmt: skip
        if not whole:
            raise self.wrong("has no borders that can be read")
        return told  # type: ignore[no-any-return]  # it was just looked at

    def shape(self, code_field: str, name_field: str) -> Shape:
        """Give it as an area of the grid."""
        polygons = [[self._ring(ring) for ring in polygon] for polygon in self.polygons]
        size = (
            sum(abs(_twice(ring)) * (1 if place == 0 else -1) for one in polygons for place, ring in enumerate(one)) / 2
        )
        if size <= 0:
            raise self.wrong("has no size")
        code, name = self._said(code_field, rules.LONGEST_CODE), self._said(name_field, rules.LONGEST_NAME)
        return Shape(code, name, polygons, size, _middle(max((one[0] for one in polygons), key=lambda ring: abs(_twice(ring)))))  # fmt: skip

    def _said(self, field: str, longest: int) -> str:
        properties = self.told.get("properties")
        told = properties.get(field) if isinstance(properties, dict) else None
        text = str(told).strip() if isinstance(told, str | int) and not isinstance(told, bool) else ""
        if not text or len(text) > longest or not text.isprintable():
            known = ", ".join(map(str, list(properties)[:8])) if isinstance(properties, dict) else "none"
            raise self.wrong(f"has no “{field[:40]}” of 1 to {longest} signs (its properties: {known[:200]})")
        return text

    def _ring(self, told: list[Any]) -> Ring:
        points = [self._point(one) for one in told]
        if len(points) < RINGS_LEAST or points[0] != points[-1]:
            raise self.wrong("has a border that is not closed")
        once = [one for one, other in itertools.pairwise(points) if one != other]
        if len(once) < RINGS_LEAST - 1:
            raise self.wrong("has a border with fewer than three corners")
        return [*once, once[0]]

    def _point(self, told: Any) -> Point:
        if not isinstance(told, list) or len(told) < 2 or any(type(one) not in (int, float) for one in told[:2]):  # noqa: PLR2004
            raise self.wrong("has a point that is no pair of numbers")
        x, y = told[0], told[1]
        if abs(x) <= LARGEST_DEGREE and abs(y) <= LARGEST_DEGREE:
            self._must_lie(y, x, DEGREES, "latitude and longitude")
            x, y = from_wgs84(y, x)
        self._must_lie(x, y, METRES, "easting and northing")
        return round(x), round(y)

    def _must_lie(self, one: float, other: float, bounds: tuple[float, float, float, float], what: str) -> None:
        least, most, first, last = bounds
        if not (least <= one <= most and first <= other <= last):
            raise self.wrong(f"has a point outside Great Britain ({what} {str(one)[:12]}, {str(other)[:12]})")


def _twice(ring: Ring) -> int:
    """Give twice the size within a ring, less than nothing if it runs with the clock."""
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in itertools.pairwise(ring))


def _middle(ring: Ring) -> Point:
    """Give the middle of what lies within a ring."""
    twice = _twice(ring) or 1
    pairs = [(one, other, one[0] * other[1] - other[0] * one[1]) for one, other in itertools.pairwise(ring)]
    x = sum((one[0] + other[0]) * cross for one, other, cross in pairs) / (3 * twice)
    y = sum((one[1] + other[1]) * cross for one, other, cross in pairs) / (3 * twice)
    return round(x), round(y)
