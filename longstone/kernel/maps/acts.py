"""Areas are brought in from a file, and withdrawn: never changed."""

from __future__ import annotations

import hashlib
from datetime import datetime

from longstone.kernel import ledger
from longstone.kernel.actor import Actor
from longstone.kernel.command import command, hold, require
from longstone.kernel.maps import boundaries, lines, rules, tiles
from longstone.kernel.maps.models import Area, Region
from longstone.kernel.verdict import YES, no

FINE = 1500  # parts of a region's breadth that can be told apart on a page


@command
def import_region(
    *, by: Actor, at: datetime, name: str, licence: str, attribution: str, file_name: str, body: bytes, sha256: str = "",
    code_field: str = "code", name_field: str = "name",
) -> Region:  # fmt: skip
    """Bring areas in from a GeoJSON file, with its licence and whom its maps must name."""
    require(rules.may_keep(by=by))
    require(rules.sound_file(name=file_name, size=len(body)))
    found = hashlib.sha256(body).hexdigest()
    require(rules.same_digest(told=sha256, found=found))
    shapes = boundaries.read(body, code_field=code_field, name_field=name_field)
    region = _region(shapes, controller_id=by.force, name=name, licence=licence, attribution=attribution)
    region.file_name, region.sha256, region.imported_at, region.imported_by = file_name[:200], found, at, by.name
    region.save()
    Area.objects.bulk_create(_areas(region, shapes))
    ledger.record("region.imported", on=region, by=by, at=at, sha256=found, areas=len(shapes), licence=licence)
    return region


def _region(shapes: list[boundaries.Shape], **told: object) -> Region:
    """Work out how far the areas reach, and how finely they are drawn."""
    points = [point for shape in shapes for polygon in shape.polygons for point in polygon[0]]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    fine = max(max(xs) - min(xs), max(ys) - min(ys)) / FINE
    return Region(**told, west=min(xs), east=max(xs), south=min(ys), north=max(ys), tolerance=round(fine, 3))


def _areas(region: Region, shapes: list[boundaries.Shape]) -> list[Area]:
    borders = lines.simplify_all({shape.code: shape.polygons for shape in shapes}, region.tolerance)
    cells = tiles.placed({shape.code: shape.middle for shape in shapes})
    return [
        Area(
            region=region, code=shape.code, name=shape.name, borders=borders[shape.code], square_metres=shape.square_metres,
            middle_east=shape.middle[0], middle_north=shape.middle[1], column=cells[shape.code][0], row=cells[shape.code][1],
        )
        for shape in shapes
    ]  # fmt: skip


@command
def withdraw_region(*, by: Actor, at: datetime, region: Region, reason: str) -> Region:
    """Let a region be counted by no more; what was counted by it keeps its areas."""
    region = hold(region, by=by)
    require(rules.may_keep(by=by))
    require(YES if region.withdrawn_at is None else no("That region is withdrawn already."))
    region.withdrawn_at, region.withdrawn_by, region.why_withdrawn = at, by.name, reason
    region.save(update_fields=["withdrawn_at", "withdrawn_by", "why_withdrawn"])
    ledger.record("region.withdrawn", on=region, by=by, at=at, reason=reason)
    return region
