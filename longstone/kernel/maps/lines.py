"""How few points does a border need? Douglas and Peucker's rule, line by line, so that neighbours keep one and the same border.

Source: D. H. Douglas and T. K. Peucker, *Algorithms for the reduction of the number of points required to represent a digitized line or
its caricature*, 1973. A ring is cut where borders meet, and each piece is simplified from the same end, whichever area it is read from.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from math import hypot

Point = tuple[int, int]
Ring = list[Point]  # closed: its last point is its first
Polygons = list[list[Ring]]  # each an outer ring and its holes
LEAST = 4  # points of a ring, the first one twice
PART = 250  # points that are simplified together
MEET = 2  # a point on one border has two neighbours; where borders meet it has more


def simplified(line: list[Point], tolerance: float) -> list[Point]:
    """Keep the ends of a line, and of the rest only what lies further than the tolerance from the straight way."""
    kept, waits = {0, len(line) - 1}, [(0, len(line) - 1)]
    while waits:
        first, last = waits.pop()
        far, where = _farthest(line, first, last)
        if far > tolerance:
            kept.add(where)
            waits += [(first, where), (where, last)]
    return [line[one] for one in sorted(kept)]


def _in_parts(line: list[Point], tolerance: float) -> list[Point]:
    """Simplify a long line part by part: of one part, however crooked, every point is looked at a bounded number of times."""
    parts = [line[start : start + PART + 1] for start in range(0, max(len(line) - 1, 1), PART)]
    few = [simplified(part, tolerance) for part in parts]
    return [*(point for part in few for point in part[:-1]), line[-1]]


def _farthest(line: list[Point], first: int, last: int) -> tuple[float, int]:
    """Find the point between two others that lies furthest from the straight piece between them."""
    (x1, y1), (x2, y2) = line[first], line[last]
    dx, dy = x2 - x1, y2 - y1
    square = dx * dx + dy * dy
    far, where = 0.0, first
    for one in range(first + 1, last):
        x, y = line[one][0] - x1, line[one][1] - y1
        along = min(1.0, max(0.0, (x * dx + y * dy) / square)) if square else 0.0
        off = hypot(x - along * dx, y - along * dy)
        if off > far:
            far, where = off, one
    return far, where


def simplify_all(shapes: Mapping[str, Polygons], tolerance: float) -> dict[str, Polygons]:
    """Simplify the borders of many areas together; a hole that becomes nothing is left out, an island stays as it was."""
    corners = _corners(ring for shape in shapes.values() for polygon in shape for ring in polygon)
    return {code: [_polygon(polygon, corners, tolerance) for polygon in shape] for code, shape in shapes.items()}


def _polygon(polygon: list[Ring], corners: set[Point], tolerance: float) -> list[Ring]:
    outer, *holes = [_ring(ring, corners, tolerance) for ring in polygon]
    return [outer if len(outer) >= LEAST else polygon[0], *(one for one in holes if len(one) >= LEAST)]


def _corners(rings: Iterable[Ring]) -> set[Point]:
    """Find where borders meet: points with more than two neighbours."""
    near: dict[Point, set[Point]] = defaultdict(set)
    for ring in rings:
        for one, other in itertools.pairwise(ring):
            near[one].add(other)
            near[other].add(one)
    return {point for point, others in near.items() if len(others) > MEET}


def _ring(ring: Ring, corners: set[Point], tolerance: float) -> Ring:
    made: Ring = []
    for piece in _pieces(ring[:-1], corners):
        turned = piece[0] > piece[-1]
        few = _in_parts(piece[::-1] if turned else piece, tolerance)
        made += (few[::-1] if turned else few)[:-1]
    return [*made, made[0]]


def _pieces(ring: list[Point], corners: set[Point]) -> Iterator[list[Point]]:
    """Cut a ring where borders meet; one that meets nothing, or only once, is cut at its ends from west to east."""
    cuts = [place for place, point in enumerate(ring) if point in corners]
    if len(cuts) < MEET:
        cuts = sorted({ring.index(min(ring)), ring.index(max(ring))})
    for first, last in zip(cuts, [*cuts[1:], cuts[0] + len(ring)], strict=True):
        yield [ring[place % len(ring)] for place in range(first, last + 1)]
