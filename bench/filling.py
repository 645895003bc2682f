"""A force with 200,000 cases and 1,000,000 exhibits, written by SQL as fast as the server takes it; every name is invented."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

PASSWORD = "a lamp burns on the rock"
FEW, SOME = 20, 2000
OFFENCES = [
    "Fraud by false representation",
    "Unauthorised access to computer material",
    "Blackmail",
    "Harassment",
    "Theft",
]
MATTERS = [
    "Phishing of",
    "Ransom note at",
    "Stolen laptop at",
    "Account takeover of",
    "Invoice changed at",
    "Threats sent to",
]
PLACES = [
    "a parish council",
    "a garden centre",
    "a dental surgery",
    "a village school",
    "a printing works",
    "a seed merchant",
]
FIRST = [
    "Fen",
    "Hal",
    "Mar",
    "Tor",
    "Bex",
    "Wil",
    "Cor",
    "Dun",
    "Est",
    "Gar",
    "Hex",
    "Ing",
    "Jar",
    "Kel",
    "Lan",
    "Nor",
    "Ost",
    "Pen",
    "Quar",
    "Ruf",
]
MIDDLE = [
    "der",
    "ber",
    "lin",
    "wick",
    "stan",
    "gar",
    "mon",
    "ster",
    "hol",
    "ven",
    "tri",
    "sal",
    "dow",
    "fer",
    "mar",
    "rin",
    "low",
    "tam",
    "nes",
    "bro",
]
LAST = [
    "ton",
    "ham",
    "by",
    "shaw",
    "worth",
    "ley",
    "field",
    "more",
    "gate",
    "combe",
    "hurst",
    "wood",
    "stead",
    "thorpe",
    "well",
    "bury",
    "ford",
    "dale",
    "croft",
    "den",
]
KINDS = ["phone", "laptop", "drive", "card", "tablet"]

NAME = "(%(first)s::text[])[1 + {a} %% 20] || (%(middle)s::text[])[1 + ({a} / 20) %% 20] || (%(last)s::text[])[1 + ({a} / 400) %% 20]"
CASES = f"""
INSERT INTO cases_case (controller_id, state, state_seq, version, changed_by, reference, title, offence, marking, restricted, team_id,
  officer_id, episode, opened_at)
SELECT %(force)s, CASE WHEN n %% 10 = 0 THEN 'closed' ELSE 'open' END, 1, 1, '', 'NS/' || n || '/26',
  (%(matters)s::text[])[1 + n %% 6] || ' ' || (%(places)s::text[])[1 + (n / 6) %% 6] || ', Operation ' || {NAME.format(a="(n * 7919 %% 8000)")},
  (%(offences)s::text[])[1 + n %% 5], 'OFFICIAL-SENSITIVE', n %% 1000 = 0, CASE WHEN n <= %(some)s THEN %(team)s END,
  CASE WHEN n > %(cases)s - %(few)s THEN %(officer)s::bigint END, 1, now() - n * interval '5 minutes'
FROM generate_series(1, %(cases)s) AS n"""
EXHIBITS = """
INSERT INTO evidence_exhibit (controller_id, state, state_seq, case_id, reference, description, kind, owner_role, power, seized_at,
  seized_at_place, location_id, seal, since)
SELECT %(force)s, 'stored', 1, %(first_case)s + n %% %(cases)s, 'ABC/' || n, 'A ' || (ARRAY['black', 'silver', 'cracked', 'blue'])[1 + n %% 4]
  || ' ' || (%(kinds)s::text[])[1 + n %% 5] || ' marked ' || n, (%(kinds)s::text[])[1 + n %% 5], (ARRAY['suspect', 'victim'])[1 + n %% 2], 'pace_s18',
  now() - n * interval '1 minute', 'An invented place', %(store)s, 'S' || n, now() - n * interval '1 minute'
FROM generate_series(1, %(exhibits)s) AS n"""
PERSONS = f"""
WITH made AS (INSERT INTO people_identity (uuid) SELECT gen_random_uuid() FROM generate_series(1, %(persons)s) RETURNING id)
INSERT INTO people_person (controller_id, version, changed_by, identity_id, family_name, given_names, safe_channel, safe_contact,
  never_contact_by)
SELECT %(force)s, 1, '', id, {NAME.format(a="(id * 104729 %% 8000)")}, 'Invented ' || (%(first)s::text[])[1 + id %% 20], '', '', '' FROM made"""
INVOLVED = """
INSERT INTO cases_involvement (controller_id, case_id, person_id, role, is_opinion, by_name)
SELECT %(force)s, %(first_case)s + n %% %(cases)s, %(first_person)s + n %% %(persons)s, (ARRAY['victim', 'suspect'])[1 + n %% 2], false, 'bench'
FROM generate_series(1, %(involved)s) AS n"""


def fill(*, cases: int, exhibits: int) -> dict[str, Any]:
    """Write it all, and give who sees few, some and all of it."""
    made = _people()
    told = {
        **{name: value for name, value in globals().items() if isinstance(value, list)}, **made, "cases": cases, "exhibits": exhibits,
        "few": FEW, "some": SOME, "persons": cases // 2, "involved": cases,
    }  # fmt: skip
    told = {name.lower(): value for name, value in told.items()}
    _run("SET session_replication_role = replica")  # the moves behind each row are left out: no list reads them
    _run(CASES, told)
    told["first_case"] = _one("SELECT min(id) FROM cases_case")
    _run(EXHIBITS, told)
    _run(PERSONS, told)
    told["first_person"] = _one("SELECT min(id) FROM people_person")
    _run(INVOLVED, told)
    _run("RESET session_replication_role")
    _run("VACUUM ANALYZE")
    return made


def _people() -> dict[str, Any]:
    """Found a force by the house's own acts: one who sees few cases, one of the team, and one who sees all."""
    from longstone.evidence.models import Location
    from longstone.kernel.actor import Actor, Grant
    from longstone.kernel.promises import writing
    from longstone.people import commands

    at = datetime.now(UTC)
    powers = ("found forces", "keep the staff list")
    by = Actor(
        id=None, name="the installer", controller=None, grants=frozenset(Grant(one, frozenset()) for one in powers)
    )
    force = commands.found_force(by=by, at=at, slug="northshire", name="Northshire Police")
    grants = frozenset(Grant(one, frozenset({force.pk})) for one in powers)
    by = Actor(id=None, name="the installer", controller=force.pk, grants=grants)
    team = commands.form_team(by=by, at=at, controller=force, name="Cyber team", telephone="")
    with writing("bench"):
        store = Location.objects.create(controller=force, name="The store")
    staff = {}
    for number, (name, role, of) in enumerate(
        [("few", "detective", None), ("some", "detective", team), ("all", "supervisor", None)]
    ):
        one = commands.take_on(
            by=by, at=at, controller=force, username=name, name=f"Invented {name}", collar=f"NS{number}", initials="AB", password=PASSWORD,
        )  # fmt: skip
        commands.appoint(by=by, at=at, staff=one, role=role, from_on=date(2020, 1, 1), team=of)
        staff[name] = one.pk
    return {"force": force.pk, "team": team.pk, "store": store.pk, "officer": staff["few"], "staff": staff}


def _run(sql: str, told: dict[str, Any] | None = None) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, told)


def _one(sql: str) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0])


def day_of(number: int) -> str:
    """Say from which day on about so many cases were opened: one every five minutes, back from now."""
    return f"{datetime.now(UTC) - number * timedelta(minutes=5):%d/%m/%Y}"
