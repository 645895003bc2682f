"""What is done about two records of one person, or of one organisation? They are merged, and the merge can be undone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from longstone.kernel import ledger
from longstone.kernel.actor import Actor
from longstone.kernel.command import command, hold, require
from longstone.kernel.verdict import Verdict
from longstone.people import rules
from longstone.people.models import Organisation, OrganisationMerge, Person, PersonMerge


@command
def merge_persons(*, by: Actor, at: datetime, record: Person, survivor: Person, reason: str) -> PersonMerge:
    """Find two records to be of one person: both stay as they are, and whoever opens the one comes to the other."""
    record, survivor = _both(record, survivor, by=by)
    require(may_merge(by=by, record=record, survivor=survivor))
    require(rules.said(reason))
    merge = PersonMerge.objects.create(**_told(record, survivor, by, at, reason))
    ledger.record("person.merged", on=record, by=by, at=at, survivor=survivor.pk, reason=merge.reason)
    return merge


@command
def unmerge_persons(*, by: Actor, at: datetime, record: Person, reason: str) -> PersonMerge:
    """Undo a merge: both records are again what they were."""
    record = hold(record, by=by)
    merge: Any = record.merges.select_for_update().filter(undone_at=None).first()
    require(may_unmerge(by=by, record=record))
    require(rules.said(reason))
    done: PersonMerge = _undone(merge, by, at, reason)
    ledger.record("person.unmerged", on=record, by=by, at=at, survivor=done.survivor_id, reason=done.why_undone)
    return done


@command
def merge_organisations(
    *, by: Actor, at: datetime, record: Organisation, survivor: Organisation, reason: str
) -> OrganisationMerge:
    """Find two records to be of one organisation: both stay as they are, and whoever opens the one comes to the other."""
    record, survivor = _both(record, survivor, by=by)
    require(may_merge(by=by, record=record, survivor=survivor))
    require(rules.said(reason))
    merge = OrganisationMerge.objects.create(**_told(record, survivor, by, at, reason))
    ledger.record("organisation.merged", on=record, by=by, at=at, survivor=survivor.pk, reason=merge.reason)
    return merge


@command
def unmerge_organisations(*, by: Actor, at: datetime, record: Organisation, reason: str) -> OrganisationMerge:
    """Undo a merge: both records are again what they were."""
    record = hold(record, by=by)
    merge: Any = record.merges.select_for_update().filter(undone_at=None).first()
    require(may_unmerge(by=by, record=record))
    require(rules.said(reason))
    done: OrganisationMerge = _undone(merge, by, at, reason)
    ledger.record("organisation.unmerged", on=record, by=by, at=at, survivor=done.survivor_id, reason=done.why_undone)
    return done


def may_merge(*, by: Actor, record: Any, survivor: Any) -> Verdict:
    """Say whether these two records can be merged by the actor."""
    may = rules.may_merge(
        by=by, record=record.controller_id, survivor=survivor.controller_id, same=record.pk == survivor.pk
    )
    if not may:
        return may
    merged, above = (one.merges.filter(undone_at=None).exists() for one in (record, survivor))
    return rules.stands_alone(merged=merged, keeps=record.merged.filter(undone_at=None).exists(), survivor_merged=above)


def _both(record: Any, survivor: Any, *, by: Actor) -> tuple[Any, Any]:
    """Hold two records in the order of their numbers, so that two who merge them crosswise wait for each other."""
    held = {one.pk: hold(one, by=by) for one in sorted((record, survivor), key=lambda one: one.pk)}
    return held[record.pk], held[survivor.pk]


def _told(record: Any, survivor: Any, by: Actor, at: datetime, reason: str) -> dict[str, Any]:
    told = {"controller_id": record.controller_id, "record": record, "survivor": survivor, "at": at}
    return {**told, "reason": reason.strip(), "by_id": by.staff, "by_name": by.name}


def may_unmerge(*, by: Actor, record: Any) -> Verdict:
    """Say whether the actor may undo a record's merge."""
    return rules.may_unmerge(
        by=by, controller=record.controller_id, merged=record.merges.filter(undone_at=None).exists()
    )


def _undone(merge: Any, by: Actor, at: datetime, reason: str) -> Any:
    merge.undone_at, merge.undone_by, merge.why_undone = at, by.name, reason.strip()
    merge.save(update_fields=["undone_at", "undone_by", "why_undone"])
    return merge
