"""Which bytes have arrived and wait for a command to claim them?"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now


class Staged(models.Model):
    """Bytes that somebody uploads: `offset` of them are safe on disk; a command links them when they are whole."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    controller_id = models.BigIntegerField(null=True)
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=120)
    name = models.CharField(max_length=255)
    size = models.BigIntegerField()
    offset = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        app_label = "kernel"
