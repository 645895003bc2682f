"""What did the public send, and what is published for them? The inbox itself, enquiries, publications, and the moves of both."""

from __future__ import annotations

import json
from typing import Any

from django.db import models
from django.db.models.functions import Now

from longstone.kernel.actor import Actor
from longstone.kernel.inbox import rules
from longstone.kernel.inbox.plain import plain
from longstone.kernel.scoped import Scoped, ScopedQuerySet
from longstone.kernel.states import Event, Stateful


class Inbox(models.Model):
    """What the public's process left and the house has not taken in; of what was taken in, only the key stays for a while."""

    key = models.UUIDField(primary_key=True)
    form = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    force = models.CharField(max_length=40)
    reference = models.CharField(max_length=20)
    answers = models.TextField()
    keep_days = models.PositiveIntegerField()
    arrived_at = models.DateTimeField(db_default=Now(), editable=False)
    taken_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "kernel"
        indexes = [models.Index("arrived_at", name="inbox_by_arrival")]
        constraints = [
            models.CheckConstraint(
                name="inbox_words_are_plain",
                condition=models.Q(form__regex=r"^[a-z][a-z0-9_]*$", force__regex=r"^[a-z0-9-]+$", reference__regex=r"^[A-Z0-9-]+$"),
                violation_error_message="A form, a force and a reference are named in plain letters.",
            ),
            models.CheckConstraint(
                name="inbox_is_kept_for_a_time",
                condition=models.Q(keep_days__range=(1, 3660)),
                violation_error_message="What is sent in is kept for between a day and ten years.",
            ),
        ]  # fmt: skip


class EnquiryQuerySet(ScopedQuerySet["Enquiry"]):
    """Enquiries, for those who answer them."""

    def for_actor(self, actor: Actor) -> models.Q:
        return models.Q(controller__in=actor.controllers_with(rules.ANSWER))


class Enquiry(Scoped, Stateful):
    """What somebody outside sent through a form, taken in for one force: it waits for a person, and then has an owner."""

    key = models.UUIDField(unique=True)
    form = models.CharField(max_length=60)
    form_version = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    reference = models.CharField(max_length=20)
    answers = models.TextField(blank=True, default="")
    arrived_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    dispose_on = models.DateField()
    wiped_at = models.DateTimeField(null=True)
    owner_id = models.BigIntegerField(null=True)
    owner_name = models.CharField(max_length=120, blank=True, default="")
    reply = models.TextField(blank=True, default="")

    objects = EnquiryQuerySet.as_manager()

    class Meta:
        app_label = "kernel"
        default_manager_name = "objects"
        verbose_name_plural = "enquiries"
        indexes = [models.Index("controller", "state", "arrived_at", name="enquiries_that_wait")]
        constraints = [
            models.CheckConstraint(
                name="what_is_wiped_says_nothing",
                condition=models.Q(wiped_at=None) | models.Q(answers="", reply=""),
                violation_error_message="What was wiped says nothing any more.",
            ),
            models.CheckConstraint(
                name="what_is_accepted_has_an_owner",
                condition=~models.Q(state__in=["accepted", "answered"]) | (models.Q(owner_id__isnull=False) & ~models.Q(owner_name="")),
                violation_error_message="What is accepted has an owner.",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.reference

    @property
    def told(self) -> list[tuple[str, str]]:
        """Give each question with its answer, so that nothing in them can do harm."""
        return [(plain(ask, 300), plain(answer)) for ask, answer in pairs(self.answers)]


def pairs(untrusted_answers: str) -> list[tuple[str, str]]:
    """Read questions with their answers; a text that is no list of pairs is shown as it came."""
    try:
        found: Any = json.loads(untrusted_answers or "[]")
        return [(str(ask), str(answer)) for ask, answer in found]
    except (ValueError, TypeError, RecursionError):
        return [("This did not come in the form's own shape", untrusted_answers)]


class EnquiryMove(Event):
    """An enquiry was received, accepted, taken over, answered or refused."""

    row = models.ForeignKey(Enquiry, on_delete=models.PROTECT, related_name="moves")
    refused_for = models.CharField(max_length=24, blank=True, default="", choices=list(rules.WHY_REFUSED.items()))

    class Meta:
        app_label = "kernel"
        constraints = [
            models.CheckConstraint(
                name="a_refusal_has_its_reason",
                condition=models.Q(now="refused") ^ models.Q(refused_for=""),
                violation_error_message="Choose why it is refused.",
            )
        ]


class PublicationQuerySet(ScopedQuerySet["Publication"]):
    """Publications, for those who propose or publish them."""

    def for_actor(self, actor: Actor) -> models.Q:
        return models.Q(controller__in=actor.controllers_with(rules.PROPOSE) | actor.controllers_with(rules.PUBLISH))

    def without_bytes(self) -> PublicationQuerySet:
        """Leave the bytes where they are."""
        return self.defer("body")


class Publication(Scoped, Stateful):
    """A paper or a material for the public: its bytes, the same in words, and whose word it was to publish it."""

    slug = models.SlugField(max_length=80)
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=list(rules.KINDS.items()))
    words = models.TextField()
    file_name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=40)
    body = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    proposed_by_id = models.BigIntegerField()
    proposed_by = models.CharField(max_length=120)
    published_by_id = models.BigIntegerField(null=True)
    published_by = models.CharField(max_length=120, blank=True, default="")
    published_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        app_label = "kernel"
        default_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                "controller", "slug", name="one_publication_at_an_address", condition=models.Q(state__in=["proposed", "published"]),
                violation_error_message="Something of that title is published or proposed already. Give it another title.",
            ),
            models.CheckConstraint(
                name="two_people_publish",
                condition=models.Q(published_by_id=None) | ~models.Q(published_by_id=models.F("proposed_by_id")),
                violation_error_message="Two people publish: whoever proposed it cannot publish it.",
            ),
            models.CheckConstraint(
                name="what_is_published_was_by_somebody",
                condition=~models.Q(state__in=["published", "withdrawn"]) | models.Q(published_by_id__isnull=False, published_at__isnull=False),
                violation_error_message="Somebody publishes it, at a moment.",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title


class PublicationMove(Event):
    """A publication was proposed, published, declined or withdrawn."""

    row = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="moves")

    class Meta:
        app_label = "kernel"
