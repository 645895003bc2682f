"""What is done with a device that an older list says was waiting: brought in, completed, or taken back with the whole list?"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from longstone.cases import commands as cases
from longstone.cases.models import Case
from longstone.evidence import rules
from longstone.evidence.commands.custody import is_ours
from longstone.evidence.models import CustodyMove, Exhibit, Location, OwnerRole, Seal, Waiting
from longstone.evidence.queries import acted_on, legal_power, officer_on_list
from longstone.kernel import history, holds, ledger, states
from longstone.kernel.actor import Actor
from longstone.kernel.command import command, hold, require
from longstone.kernel.imports import UNKNOWN
from longstone.kernel.refusals import Refusal
from longstone.kernel.verdict import YES, Verdict, no

TITLE = "Opened from the list of waiting devices"


@command
def receive_from_queue(  # noqa: PLR0913 - a row of the list has as many cells
    *,
    by: Actor,
    at: datetime,
    case_reference: str,
    reference: str,
    kind: str,
    owner_role: str,
    seized_on: date,
    submitted_on: date,
    location: Location,
    seal: str = UNKNOWN,
    description: str = "",
    power: str = UNKNOWN,
    seized_at_place: str = UNKNOWN,
    priority_note: str = "",
    officer: str = "",
    open_cases: bool = False,
) -> Exhibit:
    """Bring in a device that an older list of the force says waits in a store, as it was when it was submitted."""
    _require_sound(reference, power, seized_on, submitted_on)
    case, version = _case_of(case_reference, officer, by=by, at=at, open_cases=open_cases)
    case = hold(case, by=by)
    require(rules.may_receive_from_queue(by=by, controller=case.controller_id))
    require(rules.may_seize(by=by, case=case))
    _require_of("location", is_ours(location, controller=case.controller_id, locker=False))
    exhibit = Exhibit(
        controller_id=case.controller_id, case=case, reference=reference, kind=kind, owner_role=owner_role, power=power,
        description=description or f"{rules.KINDS[kind]}, as the list of waiting devices has it", seized_at=_beginning(seized_on),
        only_the_day=True, seized_at_place=seized_at_place, location=location, seal=seal, since=at,
    )  # fmt: skip
    told: dict[str, Any] = {"act": "brought in", "location": location, "seal": seal}
    move = states.begin(exhibit, CustodyMove, rules.CUSTODY, now="stored", by=by, at=at, **told)
    _keep(
        exhibit,
        by=by,
        at=at,
        submitted_on=submitted_on,
        priority_note=priority_note,
        officer=officer,
        case_version=version,
    )
    facts = {"case": case.reference, "description": exhibit.description, "kind": kind, "owner_role": owner_role}
    facts |= {"power": power, "seized_on": seized_on.isoformat(), "submitted_on": submitted_on.isoformat()}
    custody = {"seq": 1, "from": move.was, "to": move.now, "holder": None, "offered_to": None, "place": str(location)}
    ledger.record(
        "exhibit.brought_in", on=exhibit, by=by, at=at, custody={**custody, "seal": seal, "reason": None}, **facts
    )
    return exhibit


def _case_of(reference: str, officer: str, *, by: Actor, at: datetime, open_cases: bool) -> tuple[Case, int | None]:
    """Find the case of a reference; or open it, give it to the officer whom the list names, and give its version."""
    found = Case.objects.visible_to(by).filter(controller=by.force, reference=reference).first()
    if found is not None:
        return found, None
    if not open_cases:
        told = (
            f"Your force has no case {reference} that you may see. Correct it, or choose that missing cases are opened."
        )
        raise Refusal(told, field="case_reference")
    opened = cases.open_case(by=by, at=at, reference=reference, title=TITLE, offence=UNKNOWN)
    if to := officer_on_list(officer, by=by):
        opened = cases.allocate(by=by, at=at, case=opened, to=to)
    return opened, opened.version


def _require_sound(reference: str, power: str, seized_on: date, submitted_on: date) -> None:
    _require_of("reference", rules.sound_reference(reference, parent=None))
    _require_of("seized_on", rules.sound_seizure(_beginning(seized_on), at=timezone.now()))
    _require_of("submitted_on", rules.sound_wait(submitted_on, seized_on=seized_on, today=timezone.localdate()))
    known = power == UNKNOWN or legal_power(power) is not None
    _require_of(
        "power", YES if known else no("There is no legal power of that name. Choose one of those on the shelf.")
    )


def _require_of(field: str, verdict: Verdict) -> None:
    """Require a verdict on one thing that was told, and name it if the answer is no."""
    if not verdict:
        raise Refusal(verdict.refusal, field=field)
    require(verdict)


def _beginning(day: date) -> datetime:
    """Give the first moment of a day in London: what a list that knows no hour can say."""
    return timezone.make_aware(datetime.combine(day, time()))


def _keep(exhibit: Exhibit, *, by: Actor, at: datetime, submitted_on: date, priority_note: str, officer: str, case_version: int | None) -> None:  # fmt: skip
    """Keep the seal, whose device it was, and since when it waits."""
    if exhibit.seal != UNKNOWN:
        told = {"controller_id": exhibit.controller_id, "number": exhibit.seal, "applied_at": at, "applied_by": by.name}
        Seal.objects.create(exhibit=exhibit, **told)
    history.put(OwnerRole, row=exhibit, value=exhibit.owner_role, since=at, by=by)
    Waiting.objects.create(
        controller_id=exhibit.controller_id, exhibit=exhibit, submitted_on=submitted_on, priority_note=priority_note,
        officer_as_written=officer, case_version=case_version,
    )  # fmt: skip


@command
def take_back_from_queue(*, by: Actor, at: datetime, exhibit: Exhibit, reason: str) -> Exhibit:
    """Take back a device whose import is undone: no list shows it any more, and its history stays."""
    exhibit = hold(exhibit, by=by)
    require(rules.may_take_back(by=by, exhibit=exhibit, since=acted_on(exhibit)))
    require(holds.held([("exhibit", str(exhibit.pk)), ("case", str(exhibit.case_id))]))
    place, exhibit.location, exhibit.since = exhibit.location, None, at
    told = {"act": "taken back", "seal": exhibit.seal, "reason": reason}
    move = states.move(exhibit, CustodyMove, rules.CUSTODY, now="undone", by=by, at=at, **told)
    exhibit.seals.everything(because="an import is undone with what it brought in").update(undone_at=at)
    _with_its_case(exhibit, by=by, at=at, reason=reason)
    custody = {"seq": move.seq, "from": move.was, "to": move.now, "holder": None, "offered_to": None, "place": None}
    custody |= {"seal": exhibit.seal, "reason": reason}
    ledger.record("exhibit.taken_back", on=exhibit, by=by, at=at, custody=custody, was_in=str(place))
    return exhibit


def _with_its_case(exhibit: Exhibit, *, by: Actor, at: datetime, reason: str) -> None:
    """Let it wait no longer; and take the case back too, if the same list opened it and nothing else is in it."""
    waiting = Waiting.objects.everything(because="an import is undone with what it brought in").get(exhibit=exhibit)
    waiting.ended_at = at
    waiting.save(update_fields=["ended_at"])
    others = Exhibit.objects.everything(because="a case with anything in it stays").filter(case=exhibit.case_id)
    if waiting.case_version is not None and not others.exclude(state="undone").exists():
        cases.take_back(by=by, at=at, case=exhibit.case, seen=waiting.case_version, reason=reason)


@command
def complete(*, by: Actor, at: datetime, exhibit: Exhibit, power: str, seized_at_place: str) -> Exhibit:
    """Fill in what an old list did not say: under which power a device was seized, and where."""
    exhibit = hold(exhibit, by=by)
    known = UNKNOWN not in {exhibit.power, exhibit.seized_at_place}
    require(rules.may_complete(by=by, exhibit=exhibit, known=known))
    require(YES if legal_power(power) or power == exhibit.power else no("Choose the legal power."))
    was = {"power": exhibit.power, "seized_at_place": exhibit.seized_at_place}
    now = {"power": power, "seized_at_place": seized_at_place}
    for name, value in now.items():
        setattr(exhibit, name, value if was[name] == UNKNOWN else was[name])
    exhibit.save(update_fields=list(now))
    Waiting.objects.visible_to(by).filter(exhibit=exhibit).update(completed_at=at)
    ledger.record("exhibit.completed", on=exhibit, by=by, at=at, was=was, now=now)
    return exhibit
