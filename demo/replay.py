"""What happened in the demo's thirty days? The same acts that officers do, on their own dates."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from random import Random

from demo import enquiries, region, seeing
from demo.forces import Force, found, train
from longstone.cases import commands as cases
from longstone.cases.models import Case
from longstone.evidence import commands as evidence
from longstone.evidence.models import Exhibit
from longstone.kernel import keys
from longstone.kernel.clocks import acts as clocks
from longstone.kernel.ledger import sequencer
from longstone.kernel.models import ClockRun
from longstone.people import commands as people

DAYS = 30
MATTERS = [
    ("Ransomware at an invented bakery", "Computer Misuse Act 1990, section 3"),
    ("Messages from an unknown account", "Harassment"),
    ("A school's email taken over", "Computer Misuse Act 1990, section 1"),
    ("Payment diverted from an invented builder", "Fraud by false representation"),
    ("Threats in a games chat", "Malicious communications"),
]
THINGS = [
    ("phone", "Black phone, cracked corner", "victim", "pcsc_s37"),
    ("laptop", "Grey laptop with a sticker of a boat", "suspect", "pace_s18"),
    ("drive", "Silver USB drive, 32 GB", "suspect", "pace_s19"),
    ("tablet", "Tablet in a green case", "witness", "pcsc_s37"),
]


def replay() -> str:
    """Replay the days and say what came of them."""
    began, dice = time.monotonic(), Random(20180116)  # noqa: S311 - the same demo every time
    keys.ensure("checkpoint")
    keys.ensure("sealed")
    start = datetime.now(UTC).replace(hour=7, minute=0, second=0, microsecond=0) - timedelta(days=DAYS)
    forces = found(start)
    train(forces, start)
    for day in range(DAYS):
        for force in forces.values():
            _day(force, start + timedelta(days=day), dice, day)
    _share(forces, start + timedelta(days=DAYS - 1))
    seeing.keep_apart(forces["northshire"], datetime.now(UTC))
    enquiries.send(forces["northshire"], datetime.now(UTC))
    region.bring_in(forces["northshire"], datetime.now(UTC))
    clocks.catch_up(by=clocks.KEEPER, at=datetime.now(UTC))
    sequencer.catch_up()
    return f"Demo: {len(forces)} forces, {DAYS} days, {Case.objects.everything(because='the demo counts itself').count()} cases in {time.monotonic() - began:.0f} s."


def _day(force: Force, morning: datetime, dice: Random, day: int) -> None:
    """Let one force work for a day."""
    if dice.random() < 0.5:  # noqa: PLR2004
        case = _open(force, morning + timedelta(hours=dice.randrange(1, 12)), dice, day)
        _allocate(force, case, dice)
        for number in range(dice.randrange(1, 3)):
            _exhibit(force, case, case.opened_at + timedelta(minutes=20 + number * 9), dice, number)
        if dice.random() < 0.2:  # noqa: PLR2004
            at = case.opened_at + timedelta(hours=6)
            by = force.actor("sam", at)
            cases.close(by=by, at=at, case=case, outcome="no_further_action", reason="No line of enquiry remains.")


def _open(force: Force, at: datetime, dice: Random, day: int) -> Case:
    title, offence = dice.choice(MATTERS)
    reference = f"{force.controller.slug[:2].upper()}/{1000 + day}/26"
    case = cases.open_case(
        by=force.actor("dev", at), at=at, reference=reference, title=title, offence=offence, team=force.team
    )
    person = people.record_person(
        by=force.actor("dev", at), at=at, family_name=f"Invented{day}", given_names=dice.choice(["Alex", "Robin", "Jo"]),
        safe_channel="telephone", safe_contact=f"01632 960{day:03}", never_contact_by="their own phone",
    )  # fmt: skip
    cases.involve(by=force.actor("sam", at), at=at, case=case, person=person, role="victim")
    return case


def _allocate(force: Force, case: Case, dice: Random) -> None:
    """Let the supervisor allocate most cases in time, some a day late and say why, and forget a few."""
    late = dice.random() < 0.15  # noqa: PLR2004
    at = case.opened_at + timedelta(hours=31 if late else dice.randrange(1, 5))
    if dice.random() < 0.1 or at > datetime.now(UTC):  # noqa: PLR2004
        return
    by = force.actor("sam", at)
    cases.allocate(by=by, at=at, case=case, to=force.staff["dev"], team=force.team)
    if late and dice.random() < 0.5:  # noqa: PLR2004
        run = ClockRun.objects.visible_to(by).get(on_kind="case", on_id=case.pk, clock="case_allocated")
        clocks.explain_breach(
            by=by, at=at + timedelta(minutes=2), run=run, reason="The supervisor was at a serious incident."
        )


def _exhibit(force: Force, case: Case, at: datetime, dice: Random, number: int) -> Exhibit:
    kind, description, owner, power = dice.choice(THINGS)
    by = force.actor("dev", at)
    exhibit = evidence.seize(
        by=by, at=at, case=case, reference=f"DSA/{number + 1}", description=description, kind=kind, owner_role=owner,
        power=power, seized_at=at - timedelta(minutes=45), seized_at_place="1 Invented Lane",
        seal=f"{force.controller.slug[0].upper()}{case.pk:05}{number}",
    )  # fmt: skip
    _move_on(force, exhibit, at + timedelta(minutes=5), dice)
    return exhibit


def _move_on(force: Force, exhibit: Exhibit, at: datetime, dice: Random) -> None:
    """Leave it in a locker at night, or hand it to the exhibits officer, who stores it."""
    by = force.actor("dev", at)
    if dice.random() < 0.3:  # noqa: PLR2004
        evidence.deposit(by=by, at=at, exhibit=exhibit, location=dice.choice(force.lockers), seal=exhibit.seal)
        return
    exhibit = evidence.offer(by=by, at=at, exhibit=exhibit, to=force.staff["erin"], reason="For the store")
    if dice.random() < 0.8:  # noqa: PLR2004
        later = at + timedelta(minutes=30)
        erin = force.actor("erin", later)
        exhibit = evidence.accept(by=erin, at=later, exhibit=exhibit)
        evidence.store(by=erin, at=later + timedelta(minutes=3), exhibit=exhibit, location=force.store)


def _share(forces: dict[str, Force], at: datetime) -> None:
    """Let Westmark see one case of Northshire's."""
    north = forces["northshire"]
    by = north.actor("sam", at)
    case = Case.objects.visible_to(by).filter(controller=north.controller, state="open").order_by("pk").first()
    if case is not None:
        to = forces["westmark"].controller
        cases.share(by=by, at=at, case=case, to=to, basis="Linked offences", marking="OFFICIAL-SENSITIVE")
