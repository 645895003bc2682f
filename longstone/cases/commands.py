"""What is done with a case?"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from longstone.cases import rules
from longstone.cases.models import Allocation, Case, CaseMove, CaseReview, CaseShare, Involvement
from longstone.kernel import history, holds, ledger, markings, states
from longstone.kernel.actor import Actor
from longstone.kernel.command import command, hold, require
from longstone.kernel.models import Controller
from longstone.kernel.verdict import YES, Verdict, no
from longstone.people.models import Person, Staff, Team


@command
def open_case(
    *,
    by: Actor,
    at: datetime,
    reference: str,
    title: str,
    offence: str,
    team: Team | None = None,
    marking: str = markings.Marking.SENSITIVE,
) -> Case:
    """Open a case for the actor's force; it is theirs until it is allocated."""
    require(rules.may_open(by=by))
    require(YES if team is None or team.controller_id == by.force else no("That team belongs to another force."))
    require(markings.may_hold(marking))
    case = Case(controller_id=by.force, reference=reference, title=title, offence=offence, marking=marking)
    case.team, case.officer_id, case.opened_at = team, by.id, at
    states.begin(case, CaseMove, rules.CASE, now="open", by=by, at=at, episode=1)
    history.put(Allocation, row=case, value=str(by.id or ""), since=at, by=by)
    ledger.record("case.opened", on=case, by=by, at=at, title=title, offence=offence)
    return case


@command
def allocate(
    *, by: Actor, at: datetime, case: Case, to: Staff, team: Team | None = None, seen: int | None = None
) -> Case:
    """Give a case to an officer, and to a team if one is named."""
    case = hold(case, by=by, seen=seen)
    require(rules.may_allocate(by=by, case=case))
    require(_of_the_force(case, to, team))
    case.officer, case.team = to, team or case.team
    _changed(case, by=by, at=at)
    history.put(Allocation, row=case, value=str(to.pk), since=at, by=by)
    ledger.record("case.allocated", on=case, by=by, at=at, to=to.pk, officer=str(to))
    return case


@command
def review(*, by: Actor, at: datetime, case: Case, found: str) -> CaseReview:
    """Review an open case, and write down what was found and what is to be done next."""
    case = hold(case, by=by)
    require(rules.may_review(by=by, case=case))
    require(YES if found.strip() else no("Write down what you found, and what is to be done next."))
    told = {"episode": case.episode, "found": found.strip(), "at": at, "by_id": by.staff, "by_name": by.name}
    reviewed = CaseReview.objects.create(case=case, **told)
    ledger.record("case.reviewed", on=case, by=by, at=at, episode=case.episode, found=reviewed.found)
    return reviewed


@command
def correct(*, by: Actor, at: datetime, case: Case, seen: int, title: str, offence: str, marking: str) -> Case:
    """Correct what a case is about, its offence or its marking."""
    case = hold(case, by=by, seen=seen)
    require(rules.may_work(by=by, case=case))
    require(markings.may_hold(marking))
    was = {"title": case.title, "offence": case.offence, "marking": case.marking}
    case.title, case.offence, case.marking = title, offence, marking
    _changed(case, by=by, at=at)
    ledger.record("case.corrected", on=case, by=by, at=at, was=was, title=title, offence=offence, marking=marking)
    return case


def _changed(case: Case, *, by: Actor, at: datetime) -> None:
    """Save an edit, so that whoever looks at an older version is told."""
    case.version, case.changed_by, case.changed_at = case.version + 1, by.name, at
    case.save()


def _of_the_force(case: Case, to: Staff, team: Team | None) -> Verdict:
    if to.controller_id != case.controller_id:
        return no("A case stays with an officer of its own force.")
    if team is not None and team.controller_id != case.controller_id:
        return no("That team belongs to another force.")
    return YES


@command
def involve(*, by: Actor, at: datetime, case: Case, person: Person, role: str, is_opinion: bool = False) -> Involvement:
    """Record the part that a person plays in a case."""
    case, person = hold(case, by=by), hold(person, by=by)
    require(rules.may_work(by=by, case=case))
    involvement = Involvement.objects.create(
        controller=case.controller,
        case=case,
        person=person,
        role=role,
        is_opinion=is_opinion,
        by_name=by.name,
    )
    ledger.record("person.involved", on=case, by=by, at=at, person=person.pk, role=role, opinion=is_opinion)
    return involvement


@command
def close(*, by: Actor, at: datetime, case: Case, outcome: str, reason: str) -> Case:
    """Close the present episode of a case, with its outcome."""
    case = hold(case, by=by)
    require(rules.may_close(by=by, case=case))
    states.move(
        case,
        CaseMove,
        rules.CASE,
        now="closed",
        by=by,
        at=at,
        episode=case.episode,
        outcome=outcome,
        reason=reason,
    )
    ledger.record("case.closed", on=case, by=by, at=at, episode=case.episode, outcome=outcome)
    return case


@command
def reopen(*, by: Actor, at: datetime, case: Case, reason: str) -> Case:
    """Open a closed case again, as its next episode."""
    case = hold(case, by=by)
    require(rules.may_reopen(by=by, case=case))
    case.episode += 1
    case.save(update_fields=["episode"])
    states.move(case, CaseMove, rules.CASE, now="open", by=by, at=at, episode=case.episode, reason=reason)
    ledger.record("case.reopened", on=case, by=by, at=at, episode=case.episode, reason=reason)
    return case


@command
def share(
    *,
    by: Actor,
    at: datetime,
    case: Case,
    to: Controller,
    basis: str,
    marking: str,
    until: datetime | None = None,
) -> CaseShare:
    """Let another force see a case: on what basis, under which marking, until when."""
    case = hold(case, by=by)
    require(rules.may_share(by=by, case=case, to=to.pk))
    require(markings.may_hold(marking))
    live = case.shares.filter(Q(until=None) | Q(until__gt=at), to=to, ended_at=None)
    require(rules.sound_share(shared=live.exists(), until=until, at=at))
    shared = CaseShare.objects.create(
        case=case, to=to, basis=basis, marking=marking, since=at, until=until, by_id=by.staff, by_name=by.name
    )
    ledger.record("case.shared", on=case, by=by, at=at, to=to.slug, basis=basis, marking=marking)
    return shared


@command
def end_share(*, by: Actor, at: datetime, case: Case, to: Controller) -> Case:
    """Stop letting another force see a case."""
    case = hold(case, by=by)
    require(rules.may_share(by=by, case=case, to=to.pk))
    ended = case.shares.filter(to=to, ended_at__isnull=True).update(ended_at=at)
    require(YES if ended else no("This case is not shared with that force."))
    ledger.record("case.share_ended", on=case, by=by, at=at, to=to.slug)
    return case


@command
def take_back(*, by: Actor, at: datetime, case: Case, seen: int, reason: str) -> Case:
    """Take back a case that was opened by an import which is undone; its history stays."""
    case = hold(case, by=by, seen=seen)
    untouched = case.state_seq == 1 and not (
        case.involvements.exists() or case.shares.exists() or case.reviews.exists()
    )
    require(rules.may_take_back(by=by, case=case, untouched=untouched))
    require(holds.held([("case", str(case.pk))]))
    states.move(case, CaseMove, rules.CASE, now="undone", by=by, at=at, episode=case.episode, reason=reason)
    ledger.record("case.taken_back", on=case, by=by, at=at, reason=reason)
    return case
