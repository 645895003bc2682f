"""Who is there? Forces' staff, teams and posts; organisations and consortia; persons of any case."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models.functions import Now

from longstone.kernel.actor import Actor
from longstone.kernel.models import Controller, Scoped, ScopedQuerySet, Versioned
from longstone.kernel.words import words_of
from longstone.people.entrance import InDirectory, Lock, OneTimeCode, SignedIn
from longstone.people.marks import Marker, OrganisationMerge, PersonMerge, marked_off
from longstone.people.systems import System, SystemToken

__all__ = [
    "Competence", "CompetenceQuerySet", "Consortium", "DateRange", "Identity", "InDirectory", "Lock", "Marker", "OneTimeCode", "Organisation", "OrganisationMerge", "OrganisationQuerySet", "Person", "PersonKey", "PersonMerge", "PersonQuerySet", "Post", "SignedIn", "Staff", "StaffManager", "StaffQuerySet", "System", "SystemToken", "Team",
]  # fmt: skip


class DateRange(models.Func):
    """A range of days, open at its end."""

    function = "DATERANGE"
    output_field: Any = None


class Consortium(models.Model):
    """Several forces that work together, such as a regional unit."""

    name = models.CharField(max_length=120, unique=True)
    members = models.ManyToManyField(Controller, related_name="consortia")

    def __str__(self) -> str:
        return self.name


class OrganisationQuerySet(ScopedQuerySet["Organisation"]):
    """Organisations, for somebody."""

    def for_actor(self, actor: Actor) -> models.Q:
        """Give the organisations of the actor's force; a system sees them only if it sees people."""
        seen = [actor.controller] if actor.system is None else actor.controllers_with("see people")
        return models.Q(controller__in=seen)


class Organisation(Scoped):
    """A business, a school, a charity, a public body: known to one force."""

    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=40)
    contact = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    words = words_of("name", "kind")

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        default_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                "controller",
                "name",
                name="one_organisation_of_a_name",
                violation_error_message="Your force already has an organisation of that name.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class StaffManager(BaseUserManager["Staff"]):
    """Finds staff when they sign in."""

    def get_by_natural_key(self, username: str | None) -> Staff:
        """Find one by the name they sign in with, however they capitalise it."""
        return self.get(username__iexact=username)


class StaffQuerySet(models.QuerySet["Staff"]):
    """Staff, for somebody."""

    def visible_to(self, actor: Actor) -> StaffQuerySet:
        """Keep the staff of the actor's own force and of the consortia it is in; for a system, whom its powers deal with."""
        if actor.sees_everything:
            return self
        if actor.system is not None:
            return self.filter(controller__in=actor.controllers_with("keep the staff list") | actor.controllers_with("allocate cases"))  # fmt: skip
        if actor.controller is None:
            return self.none()
        partners = Controller.objects.filter(consortia__members=actor.controller)
        return self.filter(models.Q(controller=actor.controller) | models.Q(controller__in=partners))

    def serving(self) -> StaffQuerySet:
        """Keep those who have not left."""
        return self.filter(is_active=True)


class Staff(AbstractBaseUser):
    """A person who works for a force and signs in."""

    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    collar = models.CharField(max_length=20)
    initials = models.CharField(max_length=4)
    telephone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    controller = models.ForeignKey(Controller, on_delete=models.PROTECT, related_name="staff")
    last_login = None  # the ledger says when somebody signed in
    is_active = models.BooleanField(default=True)
    left_on = models.DateField(null=True, blank=True)
    words = words_of("name", "collar")

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = StaffManager.from_queryset(StaffQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "controller",
                "collar",
                name="one_collar_number",
                violation_error_message="Somebody in this force already has that number.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.collar})"

    def natural_key(self) -> tuple[str]:
        """Say by what a member of staff is found."""
        return (self.username,)


class Team(models.Model):
    """A unit of one force."""

    controller = models.ForeignKey(Controller, on_delete=models.PROTECT, related_name="teams")
    name = models.CharField(max_length=120)
    telephone = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "controller",
                "name",
                name="one_team_of_a_name",
                violation_error_message="That team exists already.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """A role that somebody holds for a force, one team of it, or a consortium, from a day to a day."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="posts")
    role = models.CharField(max_length=60)
    controller = models.ForeignKey(Controller, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="posts")
    consortium = models.ForeignKey(Consortium, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_post_is_held_for_one_thing",
                condition=models.Q(controller__isnull=False, consortium=None)
                | models.Q(controller=None, team=None, consortium__isnull=False),
                violation_error_message="A post is held for a force, a team of it, or a consortium.",
            ),
            ExclusionConstraint(
                name="a_post_is_held_once",
                expressions=[
                    ("staff", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (models.functions.Coalesce("team", 0), RangeOperators.EQUAL),
                    (DateRange("from_on", "to_on", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                violation_error_message="They already hold that post in that time.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff}: {self.role}"

    def held_on(self, day: date) -> bool:
        """Say whether the post is held on a day; the last day is the day before `to_on`."""
        return self.from_on <= day and (self.to_on is None or day < self.to_on)


class CompetenceQuerySet(models.QuerySet["Competence"]):
    """Training, certificates and vetting."""

    def valid_on(self, day: date) -> CompetenceQuerySet:
        """Keep what is in force on a day."""
        open_ended = models.Q(to_on__isnull=True) | models.Q(to_on__gt=day)
        return self.filter(open_ended, from_on__lte=day)


class Competence(models.Model):
    """What somebody is trained, certified or vetted for, from a day to a day, by whose word."""

    holder = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="competences")
    kind = models.CharField(max_length=20, choices=[(k, k) for k in ("training", "certificate", "vetting")])
    subject = models.CharField(max_length=120)
    level = models.CharField(max_length=40, blank=True)
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)
    assessor = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = CompetenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="nobody_assesses_themselves",
                condition=~models.Q(holder=models.F("assessor")),
                violation_error_message="Nobody records their own competence.",
            ),
            models.CheckConstraint(
                name="competence_ends_after_it_begins",
                condition=models.Q(to_on=None) | models.Q(to_on__gt=models.F("from_on")),
                violation_error_message="The last day lies before the first.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.level}".strip()


class PersonQuerySet(ScopedQuerySet["Person"]):
    """Persons, for somebody."""

    def for_actor(self, actor: Actor) -> models.Q:
        """Give the persons of the forces for which the actor sees people, but for those whom a marker safeguards from them."""
        return models.Q(controller__in=actor.controllers_with("see people")) & ~models.Q(pk__in=marked_off(actor))

    def like(self, keys: dict[str, str]) -> PersonQuerySet:
        """Keep those who share a match key."""
        wanted = models.Q()
        for kind, value in keys.items():
            wanted |= models.Q(keys__kind=kind, keys__value=value)
        return self.filter(wanted).distinct() if keys else self.none()


class Identity(models.Model):
    """One human being, as far as is known: several records may be found to be the same, and found not to be."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)


class Person(Scoped, Versioned):
    """One record of a person; what part they play is said case by case."""

    walled = True
    identity = models.ForeignKey(Identity, on_delete=models.PROTECT, related_name="records")
    family_name = models.CharField(max_length=80)
    given_names = models.CharField(max_length=120, blank=True)
    born_on = models.DateField(null=True, blank=True)
    safe_channel = models.CharField(max_length=40, blank=True)
    safe_contact = models.CharField(max_length=200, blank=True)
    never_contact_by = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    words = words_of("family_name", "given_names")

    objects = PersonQuerySet.as_manager()

    class Meta:
        default_manager_name = "objects"
        indexes = [models.Index("family_name", "id", name="persons_by_name")]

    def __str__(self) -> str:
        return f"{self.family_name.upper()}, {self.given_names}".strip(", ")


class PersonKey(models.Model):
    """A key by which a record can be matched with others; kept apart so that matching changes nothing."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="keys")
    kind = models.CharField(max_length=20)
    value = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint("person", "kind", name="one_key_of_a_kind")]
        indexes = [models.Index("kind", "value", name="persons_by_key")]
