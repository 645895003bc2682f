"""Which questions does somebody ask again and again? Views of a list, kept under a name, by one person or for a team."""

from __future__ import annotations

import re
from datetime import datetime

from django.db import models
from django.db.models.functions import Now

from longstone.kernel import ledger
from longstone.kernel.actor import Actor
from longstone.kernel.command import command, hold, require
from longstone.kernel.scoped import Scoped, ScopedQuerySet
from longstone.kernel.verdict import YES, Verdict, no

LONGEST = 60
QUERY = re.compile(r"\?[\x21-\x7e]{1,1500}", re.ASCII)


class ViewQuerySet(ScopedQuerySet["View"]):
    """Kept views, for somebody: their own, and those of their teams."""

    def for_actor(self, actor: Actor) -> models.Q:
        own = models.Q(keeper_id=actor.id, team_id=None) if actor.id is not None else models.Q(pk=None)
        return (own | models.Q(team_id__in=actor.teams)) & models.Q(forgotten_at=None, controller=actor.controller)


class View(Scoped):
    """A question to a list, under a name. What it shows is asked afresh, for whoever opens it."""

    of = models.CharField(max_length=40)
    name = models.CharField(max_length=LONGEST)
    query = models.CharField(max_length=1600)
    keeper_id = models.BigIntegerField()
    keeper = models.CharField(max_length=120)
    team_id = models.BigIntegerField(null=True)
    kept_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    forgotten_at = models.DateTimeField(null=True)

    objects = ViewQuerySet.as_manager()

    class Meta:
        app_label = "kernel"
        default_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                "controller", "of", "name", "keeper_id", name="one_view_of_a_name",
                condition=models.Q(forgotten_at=None, team_id=None),
                violation_error_message="You keep a view of that name already. Choose another name.",
            ),
            models.UniqueConstraint(
                "controller", "of", "name", "team_id", name="one_view_of_a_name_in_a_team",
                condition=models.Q(forgotten_at=None, team_id__isnull=False),
                violation_error_message="Your team keeps a view of that name already. Choose another name.",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


def of(register: str, *, by: Actor) -> ViewQuerySet:
    """List the views of a list that somebody can open, by name."""
    return View.objects.visible_to(by).filter(of=register).order_by("name", "pk")


def may_keep(*, by: Actor, name: str, query: str, team: int | None) -> Verdict:
    """Say whether the actor may keep a view for themselves, or for one of their teams."""
    if by.id is None or by.controller is None:
        return no("Only somebody on the staff list keeps views.")
    if team is not None and team not in by.teams:
        return no("You are not in that team today. Keep the view for yourself, or for a team that you are in.")
    if not QUERY.fullmatch(query):
        return no("There is nothing to keep: choose or look for something in the list first.")
    return _named(name)


def _named(name: str) -> Verdict:
    if name.strip():
        return YES
    return no("Give the view a name.")


@command
def keep_view(*, by: Actor, at: datetime, of: str, name: str, query: str, team: int | None = None) -> View:
    """Keep a question to a list under a name, for oneself or for a team."""
    require(may_keep(by=by, name=name, query=query, team=team))
    told = {"of": of, "name": name.strip(), "query": query, "team_id": team}
    kept = View.objects.create(controller_id=by.force, keeper_id=by.staff, keeper=by.name, kept_at=at, **told)
    ledger.record("view.kept", on=kept, by=by, at=at, of=of, name=kept.name, query=query, team=team)
    return kept


@command
def rename_view(*, by: Actor, at: datetime, view: View, name: str) -> View:
    """Give a kept view another name."""
    view = hold(view, by=by)
    require(_named(name))
    was, view.name = view.name, name.strip()
    view.save(update_fields=["name"])
    ledger.record("view.renamed", on=view, by=by, at=at, was=was, now=view.name)
    return view


@command
def forget_view(*, by: Actor, at: datetime, view: View) -> View:
    """Keep a view no longer; a team's view is gone for the whole team."""
    view = hold(view, by=by)
    require(YES if view.forgotten_at is None else no("That view is forgotten already."))
    view.forgotten_at = at
    view.save(update_fields=["forgotten_at"])
    ledger.record("view.forgotten", on=view, by=by, at=at, name=view.name, of=view.of)
    return view
