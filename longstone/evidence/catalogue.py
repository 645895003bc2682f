"""What was found, as far as this actor may see it? The only way to a catalogue (D8)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from examiner.client import Reader
from longstone.evidence import rules
from longstone.evidence.models import Copy, Examination, Withheld
from longstone.kernel.actor import Actor
from longstone.kernel.refusals import NotPermitted, NotVisible

PAGE = 50


def folder() -> Path:
    """Say where the catalogues lie."""
    return Path(settings.LONGSTONE_HOME) / "catalogues"


@cache
def _reader() -> Reader:
    """Start the process that reads catalogues, once for each process of the house."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    return Reader(folder())


def close() -> None:
    """Stop the process that reads catalogues; the next question starts another."""
    if _reader.cache_info().currsize:
        _reader().close()
        _reader.cache_clear()


@dataclass(frozen=True)
class Catalogue:
    """One copy's catalogue, less what is withheld."""

    examination: Examination
    without: tuple[int, ...]

    def page(self, table: str = "files", *, search: str = "", after: int = -1) -> dict[str, Any]:
        """Give a page of rows and where the next one begins."""
        return self._ask("page", table=table, search=search, after=after, limit=PAGE)

    def count(self, table: str = "files", *, search: str = "") -> int:
        """Count the rows."""
        return int(self._ask("count", table=table, search=search)["count"])

    def ask(self, ask: str, table: str, **given: Any) -> dict[str, Any]:
        """Ask anything else of a table."""
        return self._ask(ask, table=table, **given)

    def row(self, number: int, table: str = "files") -> dict[str, Any]:
        """Give one row."""
        found = self._ask("row", table=table, row=number).get("row")
        if found is None:
            raise NotVisible
        return dict(found)

    def _ask(self, ask: str, **given: Any) -> dict[str, Any]:
        asked = {"catalogue": self.examination.catalogue, "without": list(self.without), **given}
        return dict(_reader().ask(ask, **asked))


def open(copy: Copy, *, by: Actor) -> Catalogue:  # noqa: A001 - the decision's own word
    """Open the catalogue of a copy for somebody; withheld rows are gone before anything is counted or ranked."""
    examination = Examination.objects.visible_to(by).filter(copy=copy, state="finished").first()
    if examination is None:
        raise NotVisible
    if copy.disposed_at is not None:
        raise NotPermitted("This copy was disposed of, and with it what was found in it.")
    verdict = rules.may_read_catalogue(by=by, controller=copy.controller_id)
    if not verdict:
        raise NotPermitted(verdict.refusal)
    return Catalogue(examination, _withheld(examination, by))


def _withheld(examination: Examination, by: Actor) -> tuple[int, ...]:
    """Name the rows that are withheld; whoever sees the examination sees which these are, or would see them."""
    rows = Withheld.objects.visible_to(by).filter(examination=examination)
    return tuple(rows.order_by("row").values_list("row", flat=True))
