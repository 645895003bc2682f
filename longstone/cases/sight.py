"""Who else sees a case, and who never does? Those named on a restricted case, those who broke the glass, those connected to it (D21)."""

from __future__ import annotations

from django.db import models
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now

from longstone.cases.rules import CONNECTIONS, FINDINGS
from longstone.kernel.actor import Actor
from longstone.kernel.models import Controller, Scoped, ScopedQuerySet
from longstone.kernel.scoped import Sight
from longstone.people.models import Staff, Team


def connected_to(actor: Actor) -> RawSQL:
    """Name the cases to which somebody is recorded as connected; asked behind the wall, for they may not know."""
    return RawSQL("SELECT cases_connected_to(%s)", [actor.id])


def unconnected(actor: Actor, field: str = "pk") -> models.Q:
    """Keep what is of no case to which the actor is connected: of these they see nothing, in any role (D21)."""
    return models.Q() if actor.id is None else ~models.Q(**{f"{field}__in": connected_to(actor)})


class Named(models.Model):
    """Who may see a restricted case: a member of staff, or all of a team."""

    controller = models.ForeignKey(Controller, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="named")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+")
    by_name = models.CharField(max_length=120)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="one_is_named_or_a_team",
                condition=models.Q(staff=None, team__isnull=False) | models.Q(staff__isnull=False, team=None),
                violation_error_message="Name a member of staff, or a team.",
            )
        ]
        indexes = [
            models.Index("staff", name="named_staff", condition=models.Q(ended_at=None)),
            models.Index("team", name="named_teams", condition=models.Q(ended_at=None)),
        ]

    @classmethod
    def of(cls, actor: Actor) -> models.QuerySet[Named, int]:
        """Name the restricted cases that the actor was let in to, alone or with their team."""
        mine = models.Q(team__in=actor.teams) | (
            models.Q(staff=actor.id) if actor.id is not None else models.Q(pk=None)
        )
        return cls.objects.filter(mine, ended_at=None).values_list("case_id", flat=True)


class GlassQuerySet(ScopedQuerySet["Glass"]):
    """Broken glass, for whoever broke it and for those who review it."""

    def for_actor(self, actor: Actor) -> models.Q:
        mine = models.Q(staff=actor.id) if actor.id is not None else models.Q(pk=None)
        reviewed = models.Q(controller__in=actor.controllers_with("review broken glass"))
        return (mine | reviewed) & unconnected(actor, "case")


class Glass(Scoped):
    """That somebody opened a case they do not see, in need: why, until when, and what a second person found of it."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="glass")
    case_label = models.CharField(max_length=60)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    since = models.DateTimeField()
    until = models.DateTimeField()
    reviewed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    finding = models.CharField(max_length=12, blank=True, default="", choices=list(FINDINGS.items()))
    note = models.CharField(max_length=500, blank=True, default="")
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = GlassQuerySet.as_manager()

    class Meta:
        default_manager_name = "objects"
        constraints = [
            models.CheckConstraint(
                name="glass_is_reviewed_by_another",
                condition=models.Q(reviewed_by=None) | ~models.Q(reviewed_by=models.F("staff")),
                violation_error_message="Whoever broke the glass cannot review it.",
            ),
            models.CheckConstraint(
                name="glass_is_reviewed_whole",
                condition=models.Q(reviewed_by=None, reviewed_at=None, finding="")
                | (models.Q(reviewed_by__isnull=False, reviewed_at__isnull=False) & ~models.Q(finding="")),
                violation_error_message="A review has a finding, by somebody, at a moment.",
            ),
        ]
        indexes = [
            models.Index("staff", "until", name="glass_of_somebody"),
            models.Index("controller", name="glass_to_review", condition=models.Q(finding="")),
        ]

    def __str__(self) -> str:
        return f"glass broken for {self.case_label}"

    def sight(self, by: Actor) -> Sight | None:  # noqa: ARG002 - whoever reviews it may not see the case
        """A broken glass is seen for itself."""
        return None

    @classmethod
    def live(cls, actor: Actor) -> models.QuerySet[Glass]:
        """Keep the actor's own that still holds: its time is not over, and nobody has challenged it."""
        if actor.id is None:
            return cls.objects.none()
        return cls.objects.everything(because="an actor's own broken glass").filter(staff=actor.id, until__gt=Now()).exclude(finding="challenged")  # fmt: skip

    @classmethod
    def live_of(cls, actor: Actor) -> models.QuerySet[Glass, int]:
        """Name the cases that the actor sees through broken glass."""
        return cls.live(actor).values_list("case_id", flat=True)


class ConnectionQuerySet(ScopedQuerySet["Connection"]):
    """Connections, for those few who keep them; never for the one who is connected."""

    def for_actor(self, actor: Actor) -> models.Q:
        return models.Q(controller__in=actor.controllers_with("keep connections")) & unconnected(actor, "case")


class Connection(Scoped):
    """That a member of staff is connected to a case, and so sees nothing of it and is not told why (D21)."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="connections")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=12, choices=list(CONNECTIONS.items()))
    reason = models.CharField(max_length=500)
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=120)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=120, blank=True, default="")
    why_ended = models.CharField(max_length=500, blank=True, default="")
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = ConnectionQuerySet.as_manager()

    class Meta:
        default_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                "case",
                "staff",
                name="one_connection_at_a_time",
                condition=models.Q(ended_at=None),
                violation_error_message="That colleague is recorded as connected to this case already.",
            )
        ]
        indexes = [models.Index("staff", name="connections_that_last", condition=models.Q(ended_at=None))]

    def __str__(self) -> str:
        return f"connection of {self.staff} to {self.case}"
