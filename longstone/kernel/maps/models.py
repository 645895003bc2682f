"""Which areas does a force count by? Regions that were brought in from a file, and their areas, as they are drawn."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from longstone.kernel.actor import Actor
from longstone.kernel.maps import rules
from longstone.kernel.scoped import Scoped, ScopedQuerySet


class RegionQuerySet(ScopedQuerySet["Region"]):
    """Regions, for somebody: those of their own force."""

    def for_actor(self, actor: Actor) -> models.Q:
        return models.Q(controller=actor.controller)


class Region(Scoped):
    """Some areas that were brought in together: from which file, under which licence, and by whom."""

    name = models.CharField(max_length=120)
    licence = models.CharField(max_length=200)
    attribution = models.CharField(max_length=300)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    tolerance = models.FloatField()  # metres by which a border may lie beside what the file says
    west, south = models.IntegerField(), models.IntegerField()
    east, north = models.IntegerField(), models.IntegerField()
    imported_at = models.DateTimeField()
    imported_by = models.CharField(max_length=120)
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=120, blank=True, default="")
    why_withdrawn = models.CharField(max_length=300, blank=True, default="")

    objects = RegionQuerySet.as_manager()

    class Meta:
        app_label = "kernel"
        default_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                "controller", "name", name="one_region_of_a_name", condition=models.Q(withdrawn_at=None),
                violation_error_message="Your force has a region of that name already. Withdraw it first, or choose another name.",
            ),
            models.CheckConstraint(
                name="a_region_has_a_size", condition=models.Q(east__gt=models.F("west"), north__gt=models.F("south")),
                violation_error_message="A region reaches from west to east and from south to north.",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def metres(self) -> str:
        """Say how far a border may lie beside what the file says."""
        return f"{self.tolerance:,.0f} metres"


class Area(models.Model):
    """One area of a region: its borders in metres of the National Grid, and its tile."""

    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="areas")
    code = models.CharField(max_length=rules.LONGEST_CODE)
    name = models.CharField(max_length=rules.LONGEST_NAME)
    borders = models.JSONField()
    square_metres = models.FloatField()
    middle_east, middle_north = models.IntegerField(), models.IntegerField()
    column, row = models.PositiveSmallIntegerField(), models.PositiveSmallIntegerField()

    class Meta:
        app_label = "kernel"
        constraints = [
            models.UniqueConstraint(
                "region", "code", name="one_area_of_a_code", violation_error_message="Each area of a region has a code of its own."
            ),
            models.UniqueConstraint(
                "region", "column", "row", name="one_tile_an_area", violation_error_message="Each area has a tile of its own."
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name
