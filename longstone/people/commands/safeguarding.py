"""What is done so that nobody makes contact before they have rung? Markers on persons are set, reviewed and lifted (D21)."""

from __future__ import annotations

from datetime import datetime

from longstone.kernel import ledger
from longstone.kernel.actor import Actor
from longstone.kernel.command import command, hold, require
from longstone.kernel.verdict import YES, Verdict, no
from longstone.people import rules
from longstone.people.models import Marker, Person


@command
def safeguard(
    *, by: Actor, at: datetime, person: Person, team: str, telephone: str, reason: str, until: datetime | None = None
) -> Marker:  # fmt: skip
    """Safeguard a person: whoever meets them in a search is told whom to ring before contact, and no more."""
    person = hold(person, by=by)
    require(rules.may_keep_markers(by=by, controller=person.controller_id))
    require(rules.said(reason))
    require(rules.sound_marker(until=until, at=at))
    told = {"team": team.strip(), "telephone": telephone.strip(), "reason": reason.strip(), "since": at, "until": until}
    marker = Marker.objects.create(
        controller_id=person.controller_id, person=person, by_id=by.id, by_name=by.name, **told
    )
    ledger.record(
        "marker.set", on=person, by=by, at=at, marker=marker.pk, team=team, until=until.isoformat() if until else None
    )
    return marker


@command
def review_marker(
    *, by: Actor, at: datetime, marker: Marker, team: str, telephone: str, reason: str, until: datetime | None = None
) -> Marker:  # fmt: skip
    """Say, having looked again, that a marker stays: who is rung now, and until when."""
    marker = hold(marker, by=by)
    require(rules.may_keep_markers(by=by, controller=marker.controller_id))
    require(_holds(marker))
    require(rules.said(reason))
    require(rules.sound_marker(until=until, at=at))
    marker.team, marker.telephone, marker.until = team.strip(), telephone.strip(), until
    marker.reason, marker.reviewed_at, marker.reviewed_by = reason.strip(), at, by.name
    marker.save()
    ledger.record("marker.reviewed", on=marker.person, by=by, at=at, marker=marker.pk, reason=marker.reason, team=team)
    return marker


@command
def lift_marker(*, by: Actor, at: datetime, marker: Marker, reason: str) -> Marker:
    """End a marker, for a reason: the person is found again as anybody is."""
    marker = hold(marker, by=by)
    require(rules.may_keep_markers(by=by, controller=marker.controller_id))
    require(_holds(marker))
    require(rules.said(reason))
    marker.lifted_at, marker.lifted_by, marker.why_lifted = at, by.name, reason.strip()
    marker.save(update_fields=["lifted_at", "lifted_by", "why_lifted"])
    ledger.record("marker.lifted", on=marker.person, by=by, at=at, marker=marker.pk, reason=marker.why_lifted)
    return marker


def _holds(marker: Marker) -> Verdict:
    return YES if marker.lifted_at is None else no(f"{marker.lifted_by} has lifted this marker already.")
