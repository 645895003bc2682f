"""What is held as evidence? Exhibits with their seals and custody, their copies, and what examining these has found."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.functions import Now

from longstone.cases.models import Case, unconnected
from longstone.evidence.models.places import Location
from longstone.evidence.rules import AS_RECORDED, KINDS
from longstone.kernel import constraints
from longstone.kernel.actor import Actor
from longstone.kernel.among import among, beneath
from longstone.kernel.history import DatedQuerySet, never_two
from longstone.kernel.models import Dated, Event, Scoped, ScopedQuerySet, Stateful
from longstone.kernel.words import words_of
from longstone.people.models import Staff

constraints.MESSAGES["accepted_by_the_one_it_was_offered_to"] = "This exhibit was offered to somebody else."


class ExhibitQuerySet(ScopedQuerySet["Exhibit"]):
    """Exhibits, for somebody: those of the cases they see, and what is in their own hands."""

    def for_actor(self, actor: Actor) -> models.Q:
        """Say it as PostgreSQL finds it soonest: through the few cases that most officers see, or case by case for who sees them all."""
        return self._reached(actor) & ~models.Q(state="undone")

    def _reached(self, actor: Actor) -> models.Q:
        nobody = models.Q(pk__in=[])
        hands = nobody if actor.id is None else models.Q(holder=actor.id) | models.Q(offered_to=actor.id)
        apart = unconnected(actor, "case")
        if actor.controllers_with("see every case"):
            return beneath("case", Case.objects.all().for_actor(actor)) | (hands & apart)
        few = among("case", Case.objects.visible_to(actor).values("pk"))
        return (
            few | hands
        ) & apart  # an index answers each arm alone: what is found is not tried against each case again


class Exhibit(Scoped, Stateful):
    """A thing held for a case; its reference carries its parent's."""

    walled = True
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="exhibits")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts")
    reference = models.CharField(max_length=60)
    description = models.CharField(max_length=300)
    kind = models.CharField(max_length=12, choices=list(KINDS.items()))
    owner_role = models.CharField(max_length=20, choices=list(AS_RECORDED.items()))
    power = models.CharField(max_length=60)
    seized_at = models.DateTimeField()
    only_the_day = models.BooleanField(
        default=False, db_default=False
    )  # of the seizure only the day is known: an old list said no hour
    seized_at_place = models.CharField(max_length=200)
    holder = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    offered_to = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, null=True, blank=True, related_name="exhibits")
    seal = models.CharField(max_length=40)
    since = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    words = words_of("reference", "description", "seal")

    objects = ExhibitQuerySet.as_manager()

    class Meta:
        default_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                "controller",
                "case",
                "reference",
                name="one_reference_per_case",
                condition=~models.Q(state="undone"),
                violation_error_message="This case already has an exhibit with that reference.",
            ),
            models.CheckConstraint(
                name="an_exhibit_is_in_one_place",
                condition=models.Q(state="held", holder__isnull=False, location=None, offered_to=None)
                | models.Q(state="offered", holder__isnull=False, location=None, offered_to__isnull=False)
                | models.Q(state__in=["stored", "deposited"], holder=None, location__isnull=False, offered_to=None)
                | models.Q(state__in=["returned", "undone"], holder=None, location=None, offered_to=None),
                violation_error_message="An exhibit is in one place: in somebody's hands or in one location.",
            ),
        ]
        indexes = [
            models.Index("since", "id", name="exhibits_as_they_moved"),
            models.Index("reference", "id", name="exhibits_by_reference"),
            models.Index("state", "since", "id", name="exhibits_by_state"),
        ]

    def __str__(self) -> str:
        return self.reference


class OfExhibits(ScopedQuerySet[Any]):
    """What hangs on an exhibit, for somebody: on the exhibits they see."""

    def for_actor(self, actor: Actor) -> models.Q:
        return models.Q(exhibit__in=Exhibit.objects.visible_to(actor))


class OwnerRole(Dated):
    """Whose device it was, in this case, as the record knew it: figures are split by it."""

    row = models.ForeignKey(Exhibit, on_delete=models.PROTECT, related_name="owner_roles")
    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints = [never_two("one_owner_role_at_a_time")]


class Seal(Scoped):
    """A numbered seal: used once in a force, ever."""

    walled = True
    number = models.CharField(max_length=40)
    exhibit = models.ForeignKey(Exhibit, on_delete=models.PROTECT, related_name="seals")
    applied_at = models.DateTimeField()
    applied_by = models.CharField(max_length=120)
    broken_at = models.DateTimeField(null=True, blank=True)
    why_broken = models.CharField(max_length=300, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)  # it came with an import that was undone
    words = words_of("number")

    objects = OfExhibits.as_manager()

    class Meta:
        default_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                "controller",
                "number",
                name="a_seal_is_used_once",
                condition=models.Q(undone_at=None),
                violation_error_message="That seal number has been used before. Seal the exhibit with a new one.",
            ),
            models.UniqueConstraint(
                "exhibit",
                name="one_whole_seal",
                condition=models.Q(broken_at=None, undone_at=None),
                violation_error_message="This exhibit has a whole seal already.",
            ),
        ]


class CustodyMove(Event):
    """One step of an exhibit's custody; an offer is accepted by the one it was made to, and the database checks it."""

    row = models.ForeignKey(Exhibit, on_delete=models.PROTECT, related_name="custody")
    act = models.CharField(max_length=16)
    holder = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    offered_to = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    accepts_offer_to = models.BigIntegerField(null=True)
    location = models.ForeignKey(Location, on_delete=models.PROTECT, null=True, related_name="+")
    seal = models.CharField(max_length=40)
    photograph = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="an_offer_is_made_to_another",
                condition=models.Q(offered_to=None) | ~models.Q(offered_to=models.F("by_id")),
                violation_error_message="An exhibit is offered to somebody else, not to yourself.",
            ),
            models.CheckConstraint(
                name="only_an_acceptance_accepts",
                condition=models.Q(act="accepted", accepts_offer_to=models.F("by_id"))
                | (~models.Q(act="accepted") & models.Q(accepts_offer_to=None)),
                violation_error_message="Only the person to whom an exhibit is offered can accept it.",
            ),
        ]


class CopyQuerySet(ScopedQuerySet["Copy"]):
    """Copies, for somebody: those of the exhibits they see."""

    def for_actor(self, actor: Actor) -> models.Q:
        return models.Q(exhibit__in=Exhibit.objects.visible_to(actor))


class Copy(Scoped):
    """The bytes of an exhibit: an image in the store, known by its digest."""

    exhibit = models.ForeignKey(Exhibit, on_delete=models.PROTECT, related_name="copies")
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    name = models.CharField(max_length=255)
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=120)
    disposed_at = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = CopyQuerySet.as_manager()

    class Meta:
        default_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                "controller",
                "exhibit",
                "sha256",
                name="one_copy_of_the_same_bytes",
                condition=models.Q(disposed_at=None),
                violation_error_message="This exhibit already has that very copy.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class ExaminationQuerySet(ScopedQuerySet["Examination"]):
    """Examinations, for somebody: those of the copies they see."""

    def for_actor(self, actor: Actor) -> models.Q:
        return models.Q(copy__in=Copy.objects.visible_to(actor))


class Examination(Scoped, Stateful):
    """The opening of one copy, and the catalogue it gave."""

    copy = models.ForeignKey(Copy, on_delete=models.PROTECT, related_name="examinations")
    asked_at = models.DateTimeField()
    catalogue = models.CharField(max_length=64, blank=True)
    files = models.BigIntegerField(null=True)
    problems = models.BigIntegerField(null=True)
    complete = models.BooleanField(null=True)
    why_failed = models.CharField(max_length=300, blank=True)

    objects = ExaminationQuerySet.as_manager()

    class Meta:
        default_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                "copy",
                name="one_examination_at_a_time",
                condition=~models.Q(state="failed"),
                violation_error_message="This copy is being examined or has been.",
            )
        ]


class ExaminationMove(Event):
    """An examination was asked for, begun, interrupted, finished or failed."""

    row = models.ForeignKey(Examination, on_delete=models.PROTECT, related_name="moves")


class BundleQuerySet(ScopedQuerySet["Bundle"]):
    """Bundles, for somebody: those of the exhibits they see."""

    def for_actor(self, actor: Actor) -> models.Q:
        return models.Q(exhibit__in=Exhibit.objects.visible_to(actor))


class Bundle(Scoped, Stateful):
    """A custody bundle that can be checked without the house."""

    exhibit = models.ForeignKey(Exhibit, on_delete=models.PROTECT, related_name="bundles")
    with_copies = models.BooleanField(default=True)
    asked_at = models.DateTimeField()
    name = models.CharField(max_length=120, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.BigIntegerField(null=True)
    why_failed = models.CharField(max_length=300, blank=True)
    disposed_at = models.DateTimeField(null=True, blank=True)

    objects = BundleQuerySet.as_manager()

    class Meta:
        default_manager_name = "objects"


class BundleMove(Event):
    """A bundle was asked for, and became ready or failed."""

    row = models.ForeignKey(Bundle, on_delete=models.PROTECT, related_name="moves")
