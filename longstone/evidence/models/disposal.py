"""Which copies are to be disposed of, on whose word? Two people's, and the database checks that they are two."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from longstone.evidence.models.exhibits import Copy
from longstone.kernel import constraints
from longstone.kernel.actor import Actor
from longstone.kernel.models import Event, Scoped, ScopedQuerySet, Stateful
from longstone.people.models import Staff

TWO = "Disposal takes two people: the one who proposed it cannot approve it."
constraints.MESSAGES["a_disposal_is_approved_by_another"] = TWO
constraints.MESSAGES["a_move_of_a_disposal_names_its_proposer"] = TWO


class DisposalQuerySet(ScopedQuerySet["Disposal"]):
    """Disposals, for somebody: those of the copies they see."""

    def for_actor(self, actor: Actor) -> models.Q:
        return models.Q(copy__in=Copy.objects.visible_to(actor))


class Disposal(Scoped, Stateful):
    """The removal of one copy's bytes: proposed by one, approved by another, carried out after a delay."""

    copy = models.ForeignKey(Copy, on_delete=models.PROTECT, related_name="disposals")
    reason = models.CharField(max_length=500)
    authority = models.CharField(max_length=300)
    proposed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    approved_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    due_at = models.DateTimeField(null=True)
    disposed_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = DisposalQuerySet.as_manager()

    class Meta:
        default_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                "copy",
                name="one_disposal_of_a_copy",
                condition=~models.Q(state="withdrawn"),
                violation_error_message="The disposal of this copy has been proposed already.",
            ),
            models.CheckConstraint(
                name="two_people_for_a_disposal",
                condition=models.Q(approved_by=None) | ~models.Q(approved_by=models.F("proposed_by")),
                violation_error_message=TWO,
            ),
            models.CheckConstraint(
                name="a_disposal_is_approved_and_due",
                condition=models.Q(state__in=["proposed", "withdrawn"], disposed_at=None)
                | models.Q(state="approved", approved_by__isnull=False, due_at__isnull=False, disposed_at=None)
                | models.Q(state="disposed", approved_by__isnull=False, disposed_at__gte=models.F("due_at")),
                violation_error_message="A disposal is carried out when it is approved and its delay has passed.",
            ),
        ]

    def __str__(self) -> str:
        return f"disposal of {self.copy}"


class DisposalMove(Event):
    """A disposal was proposed, approved, withdrawn or carried out; an approval is never the proposer's."""

    row = models.ForeignKey(Disposal, on_delete=models.PROTECT, related_name="moves")
    proposer = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_disposal_is_approved_by_another",
                condition=~models.Q(now="approved")
                | (models.Q(by_id__isnull=False) & ~models.Q(by_id=models.F("proposer"))),
                violation_error_message=TWO,
            )
        ]
