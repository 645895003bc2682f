"""What is done about who sees a case: restricted to some, opened in need, and hidden from whoever is connected to it?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from longstone.cases import queries, rules
from longstone.cases.models import Case, Connection, Glass, Named
from longstone.kernel import ledger
from longstone.kernel.actor import Actor
from longstone.kernel.command import command, hold, require
from longstone.kernel.refusals import NotVisible
from longstone.kernel.verdict import YES, Verdict, no
from longstone.people.models import Staff, Team


@command
def restrict(
    *, by: Actor, at: datetime, case: Case, reason: str, named: list[Staff], team: Team | None = None, secret: bool = False
) -> Case:  # fmt: skip
    """Let only some see a case: those named, a team, and whoever restricts it. A secret one is not known to exist."""
    case = hold(case, by=by)
    require(rules.may_restrict(by=by, case=case))
    require(rules.said(reason))
    require(_of_the_force(case, named, team))
    who = sorted({*(one.pk for one in named), *([by.id] if by.id is not None else [])})
    _name(case, who, team, by=by, at=at)
    case.restricted, case.secret = True, secret
    _changed(case, by=by, at=at)
    told = {"staff": who, "team": team.pk if team else None, "secret": secret}
    ledger.record("case.restricted", on=case, by=by, at=at, reason=reason.strip(), **told)
    return case


def _of_the_force(case: Case, named: Iterable[Staff], team: Team | None) -> Verdict:
    if any(one.controller_id != case.controller_id for one in named):
        return no("Only officers of the case's own force can be named. Share it with another force instead.")
    return (
        YES if team is None or team.controller_id == case.controller_id else no("That team belongs to another force.")
    )


def _name(case: Case, staff: Iterable[int], team: Team | None, *, by: Actor, at: datetime) -> None:
    """Name those, and no longer whoever else was named; who stays named is never out of sight of the case in between."""
    told = {"controller_id": case.controller_id, "case": case, "by_name": by.name, "since": at}
    now = case.named.filter(ended_at=None)
    there = set(now.values_list("staff_id", "team_id"))
    wanted = {*((one, None) for one in staff), *([(None, team.pk)] if team else [])}
    for one, its_team in sorted(wanted - there, key=str):
        Named.objects.create(staff_id=one, team_id=its_team, **told)
    for one, its_team in there - wanted:
        now.filter(staff=one, team=its_team).update(ended_at=at)


def _changed(case: Case, *, by: Actor, at: datetime) -> None:
    case.version, case.changed_by, case.changed_at = case.version + 1, by.name, at
    case.save()


@command
def lift_restriction(*, by: Actor, at: datetime, case: Case, reason: str) -> Case:
    """Let everybody see a case again who sees cases like it."""
    case = hold(case, by=by)
    require(rules.may_lift_restriction(by=by, case=case, restricted=case.restricted))
    require(rules.said(reason))
    case.restricted = case.secret = False
    _changed(case, by=by, at=at)
    case.named.filter(ended_at=None).update(ended_at=at)
    ledger.record("case.restriction_lifted", on=case, by=by, at=at, reason=reason.strip())
    return case


@command
def break_glass(*, by: Actor, at: datetime, case: int, reason: str) -> Glass:
    """Open, in need, a case that the actor does not see; the supervisor is told at once, and every look is marked."""
    found = queries.closed_to(by=by, case=case)
    if not found:
        raise NotVisible
    require(rules.may_break_glass(by=by, controller=found[0].controller, visible=False))
    require(rules.said(reason))
    told = {"reason": reason.strip(), "since": at, "until": at + rules.GLASS_LASTS, "case_label": found[0].reference}
    glass = Glass.objects.create(controller_id=found[0].controller, case_id=case, staff_id=by.staff, **told)
    on = _to_read(case, by=by)
    ledger.record(
        "glass.broken", on=on, by=by, at=at, glass=glass.pk, reason=glass.reason, until=glass.until.isoformat()
    )
    return glass


def _to_read(case: int, *, by: Actor) -> Case:
    """Read a case that is to be looked at and not changed."""
    found = Case.objects.visible_to(by).filter(pk=case).first()
    if found is None:
        raise NotVisible
    return found


@command
def review_glass(*, by: Actor, at: datetime, glass: Glass, finding: str, note: str) -> Glass:
    """Judge, as a second person, that a glass was broken: it was right, or it was not; then it lets nobody see any more."""
    glass = hold(glass, by=by)
    require(
        rules.may_review_glass(
            by=by, controller=glass.controller_id, staff=glass.staff_id, reviewed=bool(glass.finding)
        )
    )
    require(YES if finding in rules.FINDINGS else no("Say whether it was right or not."))
    require(rules.said(note))
    glass.finding, glass.note, glass.reviewed_by_id, glass.reviewed_at = finding, note.strip(), by.staff, at
    glass.save(update_fields=["finding", "note", "reviewed_by", "reviewed_at"])
    told = {"finding": finding, "note": glass.note, "broken_by": glass.staff_id, "case": glass.case_id}
    ledger.record("glass.reviewed", on=glass, by=by, at=at, **told)
    return glass


@command
def record_connection(*, by: Actor, at: datetime, case: Case, staff: Staff, how: str, reason: str) -> Connection:
    """Record that a colleague is connected to a case: from now on they see nothing of it, in any role, and are not told."""
    case = hold(case, by=by)
    require(rules.may_connect(by=by, controller=case.controller_id, staff=staff.pk))
    require(YES if how in rules.CONNECTIONS else no("Say how they are connected."))
    require(rules.said(reason))
    told = {"how": how, "reason": reason.strip(), "by_id": by.id, "by_name": by.name, "since": at}
    connection = Connection.objects.create(controller_id=case.controller_id, case=case, staff=staff, **told)
    ledger.record("connection.recorded", on=connection, by=by, at=at, how=how, case=case.pk, staff=staff.pk)
    return connection


@command
def lift_connection(*, by: Actor, at: datetime, connection: Connection, reason: str) -> Connection:
    """End a connection, for a reason: from now on the colleague sees of the case what their role sees."""
    connection = hold(connection, by=by)
    require(rules.may_connect(by=by, controller=connection.controller_id, staff=connection.staff_id))
    require(YES if connection.ended_at is None else no(f"{connection.ended_by} has lifted this already."))
    require(rules.said(reason))
    connection.ended_at, connection.ended_by, connection.why_ended = at, by.name, reason.strip()
    connection.save(update_fields=["ended_at", "ended_by", "why_ended"])
    ledger.record(
        "connection.lifted", on=connection, by=by, at=at, reason=connection.why_ended, case=connection.case_id
    )
    return connection
