"""How is anything done? Hold the row, require a verdict, change it, record it; nothing is committed otherwise."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import IntegrityError, connection, models, transaction

from longstone.kernel import ledger, promises
from longstone.kernel.acting import acting
from longstone.kernel.actor import NOBODY, Actor
from longstone.kernel.clocks import following
from longstone.kernel.constraints import refusal_for
from longstone.kernel.refusals import NotPermitted, NotVisible, Refusal
from longstone.kernel.scoped import Scoped
from longstone.kernel.verdict import Verdict
from longstone.kernel.versions import unchanged_since

P = ParamSpec("P")
T = TypeVar("T")
Row = TypeVar("Row", bound=models.Model)

COMMANDS: dict[str, Callable[..., Any]] = {}
_sitting: ContextVar[list[dict[str, Any]] | None] = ContextVar("sitting", default=None)


def command(work: Callable[P, T]) -> Callable[P, T]:
    """Make a function an act: one transaction that commits only if it required and recorded."""
    name = f"{work.__module__}.{work.__name__}"

    @wraps(work)
    def run(*args: P.args, **given: P.kwargs) -> T:
        by: Any = given.get("by", NOBODY)
        try:
            with acting(by):
                return _in_one_transaction(name, lambda: work(*args, **given))
        except Refusal as refusal:
            remember_refusal(name, refusal, by=by, about=_about(given))
            raise

    COMMANDS[name] = run
    return run


def _in_one_transaction(name: str, work: Callable[[], T]) -> T:
    try:
        with promises.new_sheet(name) as sheet, transaction.atomic():
            result = work()
            if not (sheet.required and sheet.recorded):
                raise AssertionError(f"{name} must require a verdict and record an entry.")
            following.follow(sheet.happened, sheet.entry)
            _settle()
            return result
    except IntegrityError as error:
        raise refusal_for(error) from error


def _settle() -> None:
    """Let the database judge now what it would judge at commit, while it can still be refused in a sentence."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def hold(row: Row, *, by: Actor, seen: int | None = None) -> Row:
    """Read a row afresh, locked, and only if the actor may see it."""
    rows: Any = type(row)._default_manager  # noqa: SLF001
    found = rows.visible_to(by).select_for_update(of=("self",)).filter(pk=row.pk).first()
    if found is None:
        raise NotVisible
    sight = found.sight(by) if isinstance(found, Scoped) else None
    if sight and sight.read_only:
        raise NotPermitted(sight.read_only)
    if seen is not None:
        unchanged_since(found, seen)
    return found  # type: ignore[no-any-return]


def require(verdict: Verdict) -> None:
    """Go on only if the rule says yes."""
    sheet = promises.current_sheet()
    if sheet is None:
        raise AssertionError("require() belongs inside a command.")
    sheet.required = True
    if not verdict:
        raise NotPermitted(verdict.refusal)


@contextmanager
def sitting() -> Any:
    """Keep refusals until the work around them is over, then write them down: they outlive its rollback (D9)."""
    kept: list[dict[str, Any]] = []
    token = _sitting.set(kept)
    try:
        yield kept
    finally:
        _sitting.reset(token)
        for refusal in kept:
            ledger.refused(**refusal)


def remember_refusal(name: str, refusal: Refusal, *, by: Actor, about: dict[str, str]) -> None:
    """Write a refused act down, or keep it until the work around it is over."""
    told = {"act": name, "by": by, "sentence": refusal.sentence, **about}
    kept = _sitting.get()
    if kept is None:
        ledger.refused(**told)  # type: ignore[arg-type]  # what it is about, by its own names
    else:
        kept.append(told)


def _about(given: dict[str, Any]) -> dict[str, str]:
    rows = ((word, value) for word, value in given.items() if isinstance(value, models.Model))
    return {word: f"{value._meta.model_name} {value.pk}" for word, value in rows}  # noqa: SLF001
