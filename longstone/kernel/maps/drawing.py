"""How is a figure for each area drawn? As a map, as tiles of one size and as a ranked table: three equal ways, from one set of numbers.

The map is an affine image of the National Grid: no projection, no tiles from a server, no script. Only areas are drawn, never a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from longstone.kernel.maps import rules
from longstone.kernel.maps.models import Area, Region
from longstone.kernel.maps.tiles import HIGH, middle_of

WIDE = 1000  # of the drawing, in its own units
TILE = 100
AROUND = 12
CORNERS = ((0.0, -1.0), (0.5, -0.5), (0.5, 0.5), (0.0, 1.0), (-0.5, 0.5), (-0.5, -0.5))
KEPT_BACK = f"Fewer than {rules.FEWEST}, or kept back so that these cannot be worked out"


@dataclass(frozen=True)
class Drawn:
    """One area as it is drawn: its rank, its figure in words, its shade (None: kept back), its path and where its rank stands."""

    rank: int
    code: str
    name: str
    said: str
    shade: int | None
    path: str
    x: float
    y: float
    tile: str
    tile_x: float
    tile_y: float


@dataclass(frozen=True)
class Picture:
    """A figure of areas, in all three ways; `legend` gives each shade with its bounds."""

    title: str
    unit: str
    areas: Sequence[Drawn]
    box: str
    tile_box: str
    legend: Sequence[tuple[str, str]]
    attribution: str


def picture(
    region: Region, areas: Iterable[Area], numbers: Mapping[str, float], *, title: str, unit: str, unit_is: rules.Unit, figures: int = 0
) -> Picture:  # fmt: skip
    """Draw a number of every area; an area that is not named has none of them. Of people, small numbers are kept back."""
    every = list(areas)
    told = rules.shown({area.code: numbers.get(area.code, 0) for area in every}, unit_is=unit_is)
    shades = rules.classes(told)
    ranked = sorted(every, key=lambda area: (told[area.code] is None, -(told[area.code] or 0), area.name, area.code))
    scale = WIDE / max(region.east - region.west, region.north - region.south)
    drawn = [_drawn(region, area, rank, told[area.code], shades[area.code], scale, figures) for rank, area in enumerate(ranked, start=1)]  # fmt: skip
    return Picture(
        title, unit, drawn, _box(region, scale), _tile_box(every), _legend(told, shades, figures), region.attribution
    )


def _drawn(
    region: Region, area: Area, rank: int, number: float | None, shade: int | None, scale: float, figures: int
) -> Drawn:
    x, y = _at(region, scale, area.middle_east, area.middle_north)
    across, down = middle_of((area.column, area.row))
    tile_x, tile_y = across * TILE, down * TILE
    said = KEPT_BACK if number is None else _written(number, figures)
    path = "".join(_ring(region, scale, ring) for polygon in area.borders for ring in polygon)
    return Drawn(rank, area.code, area.name, said, shade, path, x, y, _hexagon(tile_x, tile_y), tile_x, tile_y)


def _written(number: float, figures: int) -> str:
    return f"{number:,.{figures}f}"


def _at(region: Region, scale: float, east: float, north: float) -> tuple[float, float]:
    """Give where a point of the grid lies in the drawing: its north is up."""
    return round((east - region.west) * scale, 1), round((region.north - north) * scale, 1)


def _ring(region: Region, scale: float, ring: Sequence[Sequence[int]]) -> str:
    points = [_at(region, scale, east, north) for east, north in ring[:-1]]
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points) + "Z"


def _hexagon(x: float, y: float) -> str:
    side = TILE / sqrt(3) - 1.5  # a little smaller, so that tiles stand apart
    return " ".join(f"{x + across * side * sqrt(3):.1f},{y + down * side:.1f}" for across, down in CORNERS)


def _box(region: Region, scale: float) -> str:
    wide, high = (region.east - region.west) * scale, (region.north - region.south) * scale
    return f"{-AROUND} {-AROUND} {wide + 2 * AROUND:.0f} {high + 2 * AROUND:.0f}"


def _tile_box(areas: Sequence[Area]) -> str:
    columns, rows = max(area.column for area in areas) + 1.5, max(area.row for area in areas)
    return (
        f"{-TILE * 0.6:.0f} {-TILE * 0.7:.0f} {columns * TILE + TILE * 0.2:.0f} {rows * HIGH * TILE + TILE * 1.4:.0f}"
    )


def _legend(told: Mapping[str, float | None], shades: Mapping[str, int | None], figures: int) -> list[tuple[str, str]]:
    """Give each shade that is used, with the least and the most of its numbers."""
    found: list[tuple[str, str]] = []
    for shade in sorted({one for one in shades.values() if one is not None}):
        within = [number for code, number in told.items() if number is not None and shades[code] == shade]
        least, most = _written(min(within), figures), _written(max(within), figures)
        found.append((str(shade), least if least == most else f"{least} to {most}"))
    return [*found, ("few", KEPT_BACK)] if None in shades.values() else found
