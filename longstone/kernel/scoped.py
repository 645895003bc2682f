"""For whom? Rows of a subject can only be read for an actor, or for a stated reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from django.conf import settings
from django.db import models

from longstone.kernel.acting import now, unless_acting
from longstone.kernel.refusals import Unscoped

if TYPE_CHECKING:
    from longstone.kernel.actor import Actor

M_co = TypeVar("M_co", bound=models.Model, covariant=True)


class ScopedQuerySet(models.QuerySet[M_co]):
    """A queryset that refuses to be evaluated before it is told for whom; where nobody acts, the one it is asked for does."""

    asked_for: str = ""
    asker: Actor | None = None

    def for_actor(self, actor: Actor) -> models.Q:
        """Say which rows an actor may see; every room's queryset answers this."""
        raise NotImplementedError

    def visible_to(self, actor: Actor) -> Self:
        """Keep what this actor may see."""
        scoped = self._told(f"visible to {actor.name}", actor)
        return scoped if actor.sees_everything else scoped.filter(self.for_actor(actor))

    def everything(self, *, because: str) -> Self:
        """Take every row, for a command, a job or a measure, and say why."""
        if not because.strip():
            raise Unscoped("everything() needs a reason.")
        return self._told(because)

    def _told(self, why: str, asker: Actor | None = None) -> Self:
        chained = self._chain()  # type: ignore[attr-defined]  # Django's own way to copy
        chained.asked_for, chained.asker = why, asker
        return chained  # type: ignore[no-any-return]

    def _clone(self) -> Self:
        clone = super()._clone()  # type: ignore[misc]
        clone.asked_for, clone.asker = self.asked_for, self.asker
        return clone  # type: ignore[no-any-return]

    def _checked(self) -> None:
        name = self.model.__name__
        if not self.asked_for:
            raise Unscoped(f"{name} was read without visible_to(actor) or everything(because=…).")
        if self.asker is None and not now() and settings.LONGSTONE_ROLE != "web":
            raise Unscoped(f"{name} was read while nobody acts, and would seem empty. Say acting(actor) around it.")

    def _with(self, *others: Any) -> None:
        """Let only rows that are asked for somebody be added to these."""
        for other in (self, *others):
            if isinstance(other, ScopedQuerySet):
                other._checked()  # noqa: SLF001 - its own kind

    def __or__(self, other: Any) -> Self:
        self._with(other)
        return super().__or__(other)

    def __xor__(self, other: Any) -> Self:
        self._with(other)
        return super().__xor__(other)  # type: ignore[misc, no-any-return]  # unknown to the stubs

    def union(self, *others: Any, **kwargs: Any) -> Self:
        self._with(*others)
        return super().union(*others, **kwargs)

    def raw(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ARG002 - Django's own signature
        """Refuse: a statement of one's own is asked for nobody."""
        raise Unscoped(f"{self.model.__name__} was read by a statement of its own. Say visible_to(actor).")

    def _fetch_all(self) -> None:
        self._checked()
        with unless_acting(self.asker):
            super()._fetch_all()

    def iterator(self, *args: Any, **kwargs: Any) -> Iterator[Any]:
        self._checked()
        return self._steps(super().iterator(*args, **kwargs))

    def _steps(self, rows: Iterator[Any]) -> Iterator[Any]:
        done = object()
        while True:
            with unless_acting(self.asker):
                row = next(rows, done)
            if row is done:
                return
            yield row

    def count(self) -> int:
        self._checked()
        with unless_acting(self.asker):
            return super().count()

    def exists(self) -> bool:
        self._checked()
        with unless_acting(self.asker):
            return super().exists()

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        self._checked()
        with unless_acting(self.asker):
            return super().aggregate(*args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        self._checked()
        with unless_acting(self.asker):
            return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._checked()
        with unless_acting(self.asker):
            return super().delete()


@dataclass(frozen=True)
class Sight:
    """By way of which exception a row is seen: what the page says of it, and why nothing can be changed (or nothing)."""

    sentence: str
    read_only: str = ""


class Scoped(models.Model):
    """A row about a subject: it has a controller, and is read only for somebody."""

    walled: ClassVar[bool] = False  # whether its words are looked for behind a wall (kernel/walls.py, `finder`)
    controller = models.ForeignKey("kernel.Controller", on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True

    def sight(self, by: Actor) -> Sight | None:
        """Say whether somebody sees this only by way of an exception: what the row itself says, or what it belongs to."""
        for name in _ways_up(type(self)):
            above = getattr(self, name)
            if above is not None and (found := above.sight(by)):
                return found  # type: ignore[no-any-return]
        return None


@cache
def _ways_up(model: type[Scoped]) -> tuple[str, ...]:
    """Name the foreign keys that lead to a subject which knows of exceptions."""
    keys = (field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey))  # noqa: SLF001
    return tuple(field.name for field in keys if field.related_model is not model and _knows(field.related_model))


def _knows(model: Any) -> bool:
    return issubclass(model, Scoped) and (model.sight is not Scoped.sight or bool(_ways_up(model)))
