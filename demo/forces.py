"""Who is in the demo? Three invented forces and their people; no name here belongs to anybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from demo import PASSWORD
from longstone.evidence.models import Location
from longstone.kernel.actor import Actor, Grant
from longstone.kernel.models import Controller
from longstone.kernel.promises import writing
from longstone.people import commands
from longstone.people.models import Staff, Team
from longstone.people.queries import actor_for

FORCES = {
    "northshire": "Northshire Police",
    "westmark": "Westmark Police",
    "eastholm": "Eastholm Constabulary",
}
PEOPLE = [
    ("erin", "Erin Example", "exhibits_officer", "EEX"),
    ("dev", "Dev Sample", "detective", "DSA"),
    ("sam", "Sam Pattern", "supervisor", "SPA"),
    ("fay", "Fay Model", "forensic_examiner", "FMO"),
    ("ada", "Ada Specimen", "administrator", "ASP"),
    ("pat", "Pat Draft", "partner_officer", "PDR"),
    ("ria", "Ria Instance", "records_manager", "RIN"),
    ("rob", "Rob Mockup", "records_manager", "RMO"),
    ("una", "Una Sketch", "auditor", "USK"),
    ("eve", "Eve Outline", "engagement_officer", "EOU"),
    ("quin", "Quin Template", "professional_standards", "QTE"),
    ("sol", "Sol Blueprint", "safeguarding_lead", "SBL"),
    ("dee", "Dee Placeholder", "data_protection_officer", "DPL"),
    ("ivo", "Ivo Rough", "importer", "IRO"),
]
POWERS = ("found forces", "keep the staff list", "record competence", "record past acts")


@dataclass
class Force:
    """One invented force."""

    controller: Controller
    team: Team
    staff: dict[str, Staff]
    store: Location
    lockers: list[Location]

    def actor(self, name: str, at: datetime) -> Actor:
        """Give somebody's powers, and leave to enter what is past."""
        known = actor_for(self.staff[name], at=at)
        past = Grant("record past acts", frozenset({self.controller.pk}))
        return Actor(known.id, known.name, known.controller, known.grants | {past}, known.teams)


def installer(controller: Controller | None = None) -> Actor:
    """Give the one who sets the demo up."""
    controllers = frozenset({controller.pk} if controller else set())
    grants = frozenset(Grant(power, controllers) for power in POWERS)
    return Actor(id=None, name="the demo's installer", controller=controller.pk if controller else None, grants=grants)


def found(at: datetime) -> dict[str, Force]:
    """Enter the three forces, and the consortium that two of them form."""
    forces = {slug: _force(slug, name, at) for slug, name in FORCES.items()}
    members = [forces[slug].controller for slug in ("northshire", "westmark")]
    commands.form_consortium(by=installer(), at=at, name="Invented Coast Cyber Partnership", members=members)
    return forces


def train(forces: dict[str, Force], at: datetime) -> None:
    """Record a vetting that has run out, and a training that soon will."""
    for force in forces.values():
        powers = installer(force.controller).grants
        by = Actor(force.staff["ada"].pk, str(force.staff["ada"]), force.controller.pk, powers)
        for kind, subject, days in (("vetting", "Management vetting", 25), ("training", "Imaging of phones", 60)):
            commands.certify(
                by=by, at=at, holder=force.staff["dev"], kind=kind, subject=subject, from_on=date(2024, 1, 8),
                to_on=(at + timedelta(days=days)).date(),
            )  # fmt: skip


def _force(slug: str, name: str, at: datetime) -> Force:
    controller = commands.found_force(by=installer(), at=at, slug=slug, name=name)
    by = installer(controller)
    team = commands.form_team(by=by, at=at, controller=controller, name="Cyber crime unit", telephone="0191 498 0000")
    staff = {person[0]: _person(by, at, controller, slug, number, person) for number, person in enumerate(PEOPLE)}
    with writing("the demo's furniture"):
        store = Location.objects.create(controller=controller, name="Main exhibits store")
        lockers = [
            Location.objects.create(controller=controller, name=f"Night locker {n}", is_locker=True) for n in (1, 2, 3)
        ]
    return Force(controller, team, staff, store, lockers)


def _person(by: Actor, at: datetime, controller: Controller, slug: str, number: int, person: tuple[Any, ...]) -> Staff:
    nick, name, role, initials = person
    staff = commands.take_on(
        by=by, at=at, controller=controller, username=f"{nick}.{slug}", name=f"{name}", collar=f"{slug[0].upper()}{number + 101}",
        initials=initials, password=PASSWORD,
    )  # fmt: skip
    commands.appoint(by=by, at=at, staff=staff, role=role, from_on=date(2020, 1, 1))
    return staff
