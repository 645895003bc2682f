"""How does an auditor copy the whole ledger? As C2SP tlog-tiles: the checkpoint, the tree's hashes, and each entry's commitment.

An entry's leaf is its 32-byte commitment, so whoever copies the ledger can compute every hash of it and sees no person's data.
"""

from __future__ import annotations

from django.db import connection
from django.http import Http404, HttpResponse

from longstone.kernel.ledger import nodes, proofs
from longstone.kernel.refusals import NotPermitted
from longstone.kernel.web.pages import page
from longstone.kernel.web.request import Request, show

POWER = "read the ledger"
WIDE, HEIGHT, TALLEST = 256, 8, 63
FOREVER = "private, max-age=31536000, immutable"
LENGTH = (32).to_bytes(2, "big")
COMMITMENTS = 'SELECT commitment FROM ledger_leaf WHERE "index" >= %s AND "index" < %s ORDER BY "index"'


class Level:
    """How a tile's level is written in an address: without a nought before it."""

    regex = "0|[1-9][0-9]?"

    def to_python(self, value: str) -> int:
        """Read it."""
        return int(value)

    def to_url(self, value: int) -> str:
        """Write it."""
        return str(value)


class Tile:
    """How a tile is written in an address: its number in threes, and its width where it is not full (C2SP tlog-tiles)."""

    regex = r"(?:x[0-9]{3}/){0,5}[0-9]{3}(?:\.p/[1-9][0-9]{0,2})?"

    def to_python(self, value: str) -> tuple[str, str]:
        """Take an address apart: the number as written, and the width or nothing."""
        place, _, width = value.partition(".p/")
        return place, width

    def to_url(self, value: str) -> str:
        """An address is given as it is written."""
        return value


def _auditor(request: Request) -> None:
    if not request.actor.holds(POWER):
        raise NotPermitted("Only auditors can copy the ledger.")


@page
def checkpoint(request: Request) -> HttpResponse:
    """Give the newest checkpoint, with the cosignatures that it has."""
    _auditor(request)
    last = proofs.newest()
    if last is None:
        raise Http404
    show(request, "ledger", checkpoint=last.size)
    return HttpResponse(proofs.cosigned(last), content_type="text/plain; charset=utf-8")


@page
def tile(request: Request, level: int, place: tuple[str, str]) -> HttpResponse:
    """Give the hashes of one tile, whole or as far as it goes."""
    _auditor(request)
    first, wide = _asked(level, *place)
    show(request, "ledger", level=level, tile=first // WIDE, width=wide)
    return _answer(nodes.stored(level * HEIGHT, first, first + wide), 32 * wide, full=wide == WIDE)


@page
def entries(request: Request, place: tuple[str, str]) -> HttpResponse:
    """Give the commitments of the entries beneath one tile of the lowest level."""
    _auditor(request)
    first, wide = _asked(0, *place)
    show(request, "ledger", entries=first // WIDE, width=wide)
    with connection.cursor() as cursor:
        cursor.execute(COMMITMENTS, [first, first + wide])
        told = b"".join(LENGTH + bytes(found) for (found,) in cursor.fetchall())
    return _answer(told, 34 * wide, full=wide == WIDE)


def _asked(level: int, place: str, width: str) -> tuple[int, int]:
    """Give the first hash and the number of hashes that are asked for; 404 for what the signed tree does not have."""
    index, wide = int(place.replace("x", "").replace("/", "")), int(width or WIDE)
    last = proofs.newest()
    there = last and level <= TALLEST and index * WIDE + wide <= last.size >> min(HEIGHT * level, 64)
    if not there or place != written(index) or (width and wide >= WIDE):
        raise Http404
    return index * WIDE, wide


def written(index: int) -> str:
    """Write a tile's number as its path: 1234067 is x001/x234/067."""
    told = f"{index:0{-(-len(str(index)) // 3) * 3}d}"
    parts = [told[start : start + 3] for start in range(0, len(told), 3)]
    return "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])


def _answer(told: bytes, expected: int, *, full: bool) -> HttpResponse:
    if len(told) != expected:
        raise nodes.Missing("Something of the ledger is missing here. Run `longstone audit`: it was damaged.")
    response = HttpResponse(told, content_type="application/octet-stream")
    if full:  # what is full never changes; only the auditor's own programs may keep it
        response.headers["Cache-Control"] = FOREVER
    return response
