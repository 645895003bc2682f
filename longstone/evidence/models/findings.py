"""Who has read what an examination found? Each officer says so for themselves; until then it waits for them."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from longstone.evidence.models.exhibits import Examination
from longstone.people.models import Staff


class FindingsRead(models.Model):
    """That an officer has read what an examination found."""

    examination = models.ForeignKey(Examination, on_delete=models.PROTECT, related_name="readers")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "examination",
                "staff",
                name="findings_are_read_once",
                violation_error_message="You have said already that you read this.",
            )
        ]
