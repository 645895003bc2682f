"""Where is the demo's region? On an invented coast, made here by chance that is always the same, and laid into the open sea."""

from __future__ import annotations

import itertools
import json
from random import Random
from typing import Any

from demo.forces import Force
from longstone.kernel.maps import acts
from longstone.kernel.maps.models import Region

WEST, SOUTH, SIDE = 600_000, 400_000, 9_000  # far from any land
ACROSS, UP, HALVINGS = 6, 4, 5
NAMES = [
    "Northford", "Saltby", "Gullness", "Pellmere", "Harrow Sands", "Wickhythe", "Old Tarn", "Fennick", "Marram", "Stonelow", "Bellhaven", "Quillay",
    "Dunmoor", "Ashby Deep", "Little Tarn", "Corran", "Tidewell", "Brackley Point", "Sandholm", "Ewefield", "Lantern Hill", "Moss End", "Kettleby", "Far Ness",
]  # fmt: skip

Point = tuple[int, int]


def geojson() -> bytes:
    """Make the file: areas that share crooked borders, the last of them with an island."""
    dice = Random(20180117)  # noqa: S311 - the same coast every time
    edges: dict[tuple[Point, Point], list[Point]] = {}
    corners = {(i, j): _corner(i, j, dice) for i in range(ACROSS + 1) for j in range(UP + 1)}
    features = [_area(number, corners, edges, dice) for number in range(ACROSS * UP)]
    features[-1]["geometry"]["coordinates"].append([_island(dice)])
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}
    return json.dumps({"type": "FeatureCollection", "crs": crs, "features": features}).encode()


def bring_in(force: Force, at: Any) -> Region:
    """Let the administrator bring it in, as they would any file."""
    told = {
        "name": "The invented coast",
        "licence": "Apache-2.0, as the demo itself",
        "attribution": "Invented areas: nobody lives here.",
    }
    return acts.import_region(
        by=force.actor("ada", at), at=at, file_name="invented-coast.geojson", body=geojson(), **told
    )


def _corner(i: int, j: int, dice: Random) -> Point:
    return WEST + i * SIDE + dice.randrange(-2500, 2500), SOUTH + j * SIDE + dice.randrange(-2500, 2500)


def _area(
    number: int, corners: dict[Point, Point], edges: dict[tuple[Point, Point], list[Point]], dice: Random
) -> dict[str, Any]:
    i, j = number % ACROSS, number // ACROSS
    round_ = [corners[one] for one in ((i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1), (i, j))]
    ring = [round_[0]]
    for one, other in itertools.pairwise(round_):
        ring += _edge(one, other, edges, dice)[1:]
    properties = {"code": f"X{number + 1:02}", "name": NAMES[number]}
    return {"type": "Feature", "properties": properties, "geometry": {"type": "MultiPolygon", "coordinates": [[ring]]}}


def _edge(one: Point, other: Point, edges: dict[tuple[Point, Point], list[Point]], dice: Random) -> list[Point]:
    """Give a border between two corners: the same one from whichever side it is walked."""
    least, most = sorted((one, other))
    if (least, most) not in edges:
        edges[least, most] = _crooked([least, most], SIDE / 6, dice)
    found = edges[least, most]
    return found if one == least else found[::-1]


def _crooked(line: list[Point], by: float, dice: Random) -> list[Point]:
    for _ in range(HALVINGS):
        made = [line[0]]
        for (x1, y1), (x2, y2) in itertools.pairwise(line):
            aside = round((x1 + x2) / 2 + dice.uniform(-by, by)), round((y1 + y2) / 2 + dice.uniform(-by, by))
            made += [aside, (x2, y2)]
        line, by = made, by / 2
    return line


def _island(dice: Random) -> list[Point]:
    x, y = WEST + ACROSS * SIDE + 5_000, SOUTH + UP * SIDE
    ends = [(x, y), (x + 2600, y + 700), (x + 1900, y + 3100), (x - 300, y + 2300)]
    ring = [ends[0]]
    for one, other in zip(ends, [*ends[1:], ends[0]], strict=True):
        ring += _crooked([one, other], 300, dice)[1:]
    return ring
