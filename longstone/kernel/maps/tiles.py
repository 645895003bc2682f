"""How is every area given the same room? A map of hexagons: each area one tile, near to where it lies, so that small ones are seen too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import hypot, sqrt

Place = tuple[float, float]
Cell = tuple[int, int]  # column and row; odd rows lie half a tile to the east
WIDE = 1.0
HIGH = sqrt(3) / 2  # from a row of hexagons to the next
ROUNDS = 12  # of bettering: after a few nothing changes
BETTERED = 300  # with more areas the first placing stays: bettering it asks for each pair


def middle_of(cell: Cell) -> Place:
    """Give the middle of a tile, in widths of a tile."""
    column, row = cell
    return column + (0.5 if row % 2 else 0.0), row * HIGH


def placed(middles: Mapping[str, tuple[int, int]]) -> dict[str, Cell]:
    """Give each area a tile of its own, the first ones those in the middle; then change any two that are both nearer so."""
    where = _scaled(middles)
    heart = (sum(x for x, _ in where.values()) / len(where), sum(y for _, y in where.values()) / len(where))
    found: dict[str, Cell] = {}
    taken: set[Cell] = set()
    for code in sorted(where, key=lambda one: (_far(where[one], heart), one)):
        found[code] = _nearest(where[code], taken)
        taken.add(found[code])
    return _corner(_bettered(found, where) if len(found) <= BETTERED else found)


def _scaled(middles: Mapping[str, tuple[int, int]]) -> dict[str, Place]:
    """Make the map as large as there are tiles; north is up, and rows are counted from the north.

    So many columns by so many rows are as many as there are areas, where the middles alone reach over one less of each.
    """
    xs, ys = [x for x, _ in middles.values()], [y for _, y in middles.values()]
    wide, high = max(xs) - min(xs) or 1, max(ys) - min(ys) or 1
    across, down, more = wide / WIDE, high / HIGH, max(len(middles) - 1, 1)
    side = (across + down + sqrt((across + down) ** 2 + 4 * more * across * down)) / (2 * more)
    return {code: ((x - min(xs)) / side, (max(ys) - y) / side) for code, (x, y) in middles.items()}


def _nearest(place: Place, taken: set[Cell]) -> Cell:
    """Find the nearest tile that is free, looking further and further out until nothing nearer can come."""
    home, out = (round(place[0]), round(place[1] / HIGH)), 0
    best: tuple[float, Cell] | None = None
    while best is None or (out - 1) * HIGH <= best[0]:
        free = [(_far(middle_of(cell), place), cell) for cell in _around(home, out) if cell not in taken]
        best = min([*free, *([best] if best else [])], default=None)
        out += 1
    return best[1]


def _around(home: Cell, out: int) -> Iterator[Cell]:
    """Give the tiles that lie just so many steps out, across or down."""
    for row in range(home[1] - out, home[1] + out + 1):
        edge = abs(row - home[1]) == out
        for column in range(home[0] - out, home[0] + out + 1, 1 if edge or not out else 2 * out):
            yield column, row


def _bettered(found: dict[str, Cell], where: Mapping[str, Place]) -> dict[str, Cell]:
    codes = sorted(found)
    for _ in range(ROUNDS):
        changed = False
        for place, one in enumerate(codes):
            for other in codes[place + 1 :]:
                if (
                    _pull(found, where, one, other)
                    < _pull(found, where, one, one) + _pull(found, where, other, other) - 1e-9
                ):
                    found[one], found[other], changed = found[other], found[one], True
        if not changed:
            break
    return found


def _pull(found: Mapping[str, Cell], where: Mapping[str, Place], one: str, other: str) -> float:
    """Give how far areas lie from tiles, squared: one on its own, or two on each other's."""
    if one == other:
        return _far(middle_of(found[one]), where[one]) ** 2
    return _far(middle_of(found[other]), where[one]) ** 2 + _far(middle_of(found[one]), where[other]) ** 2


def _far(one: Place, other: Place) -> float:
    return hypot(one[0] - other[0], one[1] - other[1])


def _corner(found: Mapping[str, Cell]) -> dict[str, Cell]:
    """Count columns and rows from nought, without changing which rows lie to the east."""
    left, top = min(column for column, _ in found.values()), min(row for _, row in found.values())
    top -= top % 2
    return {code: (column - left, row - top) for code, (column, row) in found.items()}
