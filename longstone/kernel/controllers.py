"""Whose data is it? Each chief constable is a controller; another force sees a row only through a share."""

from datetime import datetime

from django.db import models
from django.db.models.functions import Now

from longstone.kernel import markings


class Controller(models.Model):
    """A chief constable, in law the controller of the force's records."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120, unique=True)

    class Meta:
        app_label = "kernel"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ShareQuerySet(models.QuerySet["Share"]):
    """Shares, by when they hold."""

    def live(self, at: datetime) -> "ShareQuerySet":
        """Keep the shares that hold at a moment."""
        open_ended = models.Q(until__isnull=True) | models.Q(until__gt=at)
        return self.filter(open_ended, since__lte=at, ended_at__isnull=True)


class Share(models.Model):
    """One force lets another see something: on what basis, under which marking, until when."""

    to = models.ForeignKey(Controller, on_delete=models.PROTECT, related_name="+")
    basis = models.CharField(max_length=300)
    marking = models.CharField(max_length=20, choices=markings.CHOICES)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    by_id = models.BigIntegerField()
    by_name = models.CharField(max_length=120)
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        abstract = True
