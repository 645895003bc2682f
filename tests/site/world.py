"""One of everything that a page can be about, in an invented force."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction

from demo.region import geojson
from longstone.cases import commands as cases
from longstone.cases.models import Case, CaseShare, Connection, Glass
from longstone.evidence import commands, examining
from longstone.evidence.jobs import EXAMINER
from longstone.evidence.models import Bundle, Copy, Disposal, Exhibit
from longstone.kernel import erasures, holds, states
from longstone.kernel.inbox import answering, publishing, rules
from longstone.kernel.maps import acts
from longstone.kernel.models import (
    ClockRun,
    Enquiry,
    EnquiryMove,
    Entry,
    Erasure,
    Hold,
    Import,
    Publication,
    Region,
)
from longstone.kernel.promises import writing
from longstone.kernel.register import views
from longstone.kernel.register.views import View
from longstone.kernel.store import staging
from longstone.people import commands as people
from longstone.people import factors
from longstone.people.models import Marker, Organisation, Person, Post, SignedIn, System, Team
from longstone.people.queries import actor_for
from tests.examiner.specimens.fat import Fat12
from tests.house import PASSWORD, Force, installer, seizing
from tests.imports.specimens import faulty_list
from tests.site.app import SECRET, code_of

LONG = "Quarterly figures with a name so long that no telephone could show it in one line, draft 17.txt"


@dataclass
class World:
    """What pages are about."""

    force: Force
    case: Case
    closed: Case
    exhibit: Exhibit
    offered: Exhibit
    copy: Copy
    bundle: Bundle
    person: Person
    organisation: Organisation
    team: Team
    post: Post
    share: CaseShare
    hold: Hold
    disposal: Disposal
    erasure: Erasure
    twin: Person
    branch: Organisation
    marker: Marker
    hidden: Case
    glass: Glass
    connection: Connection
    enquiry: Enquiry
    accepted: Enquiry
    proposed: Publication
    published: Publication
    run: ClockRun
    imported: Import
    factor: Any  # of somebody who is not in any test's browser
    session: SignedIn
    system: System
    view: View
    region: Region


def image() -> bytes:
    """Give a small disk image with a few files, one of them deleted and one with a long name."""
    disk = Fat12()
    disk.add(b"LAMP    TXT", b"The lamp burns on the rock.\n")
    disk.add(b"GONE    TXT", b"Wiped away.\n", deleted=True)
    disk.add(b"QUARTE~1TXT", b"1,2,3\n" * 200, long=LONG)
    return disk.image()


def examined(path: Path) -> dict[str, Any]:
    """Have the small image opened, once, and its catalogue put in its place."""
    path.write_bytes(image())
    out = examining.folder() / "making-test"
    examining.folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    run = examining._run(path, out)
    assert run.returncode == 0, run.stderr
    return examining._shelve(out)


def make_world(force: Force, other: Force, found: dict[str, Any], at: datetime) -> World:
    """Make one of everything; `found` is what an examination of the small image found."""
    team = _furnish(force, at)
    case, closed, share = _cases(force, other, team, at)
    person, twin = _persons(force, case, at)
    exhibit, offered = _exhibits(force, case, at)
    copy, bundle = _material(force.actor("exhibits_officer", at), exhibit, found, at)
    by = force.actor("detective", at)
    organisation = people.record_organisation(by=by, at=at, name="Invented Bakery", kind="Business")
    branch = people.record_organisation(by=by, at=at, name="Invented Bakery Ltd", kind="Business")
    post = force.staff["detective"].posts.get()
    hold, disposal, erasure = _kept(force, case, copy, at)
    imported = tried_list(force, other, at)
    things = (case, closed, exhibit, offered, copy, bundle, person, organisation, team, post, share)
    runs = ClockRun.objects.everything(because="the test looks")
    run = runs.get(on_kind="exhibit", on_id=offered.pk, ended_at=None)
    view = views.keep_view(by=by, at=at, of="cases", name="Nobody's", query="?officer=nobody")
    marker = _marker(force, at)
    told = (hold, disposal, erasure, twin, branch, marker, *_hidden(force, team, at), *_from_outside(force, at))
    return World(
        force,
        *things,
        *told,
        run=run,
        imported=imported,
        view=view,
        **_set_up(force, at),
        **_of_another(force, at),
    )


def _set_up(force: Force, at: datetime) -> dict[str, Any]:
    """Register a system, and bring in the areas of a region."""
    ada = force.actor("administrator", at)
    told = {
        "name": "The invented coast",
        "licence": "Our own",
        "attribution": "Invented.",
        "file_name": "coast.geojson",
    }
    system = people.register_system(by=ada, at=at, name="Invented lab", purpose="Sends what the laboratory finds")
    return {"system": system, "region": acts.import_region(by=ada, at=at, body=geojson(), **told)}


def _hidden(force: Force, team: Team, at: datetime) -> tuple[Case, Glass, Connection]:
    """Restrict a case to those named, let somebody break the glass for another, and record who is connected to it."""
    sam, pro = force.actor("supervisor", at), force.actor("professional_standards", at)
    hidden = cases.open_case(by=sam, at=at, offence="Theft", reference="NS/3/26", title="A secret matter", team=team)
    hidden = cases.restrict(by=sam, at=at, case=hidden, reason="A colleague's family", named=[])
    shut = cases.open_case(by=sam, at=at, offence="Theft", reference="NS/4/26", title="Nobody's matter", team=team)
    shut = cases.restrict(by=sam, at=at, case=shut, reason="A colleague's family", named=[])
    glass = cases.break_glass(by=force.actor("exhibits_officer", at), at=at, case=shut.pk, reason="A call at night")
    told = {"how": "relative", "reason": "A cousin of the victim's"}
    return (
        hidden,
        glass,
        cases.record_connection(by=pro, at=at, case=shut, staff=force.staff["partner_officer"], **told),
    )


def _from_outside(force: Force, at: datetime) -> tuple[Enquiry, Enquiry, Publication, Publication]:
    """Let two people outside have asked for something, and something be published for them."""
    eve, sam = force.actor("engagement_officer", at), force.actor("supervisor", at)
    with writing("the test"), transaction.atomic():  # what the public sent is taken in by the worker alone
        waits, mine = (enquiry_of(force, at, reference=f"BK-AAAA-BBBB-CC0{number}") for number in (1, 2))
    told = {"kind": "material", "words": "Lock your door.", "file_name": "poster.txt", "body": b"Lock your door.\n"}
    proposed, done = (publishing.propose_publication(by=eve, at=at, title=title, **told) for title in ("Poster one", "Poster two"))  # fmt: skip
    accepted = answering.accept(by=eve, at=at, enquiry=mine, reply="We come on Tuesday.")
    return waits, accepted, proposed, publishing.publish(by=sam, at=at, publication=done)


def enquiry_of(force: Force, at: datetime, **changed: Any) -> Enquiry:
    """Make an enquiry as the worker would have."""
    told = {
        "key": uuid.uuid4(), "form": "booking", "form_version": 1, "title": "Ask for a talk or a session", "arrived_at": at,
        "answers": '[["What is your organisation called?", "INVENTED BAKERY"]]', "dispose_on": at.date() + timedelta(days=365),
    }  # fmt: skip
    one = Enquiry(controller=force.controller, **{**told, **changed})
    states.begin(one, EnquiryMove, rules.ENQUIRY, now="received", by=answering.LETTER_BOX, at=at)
    return one


def tried_list(force: Force, other: Force, at: datetime) -> Import:
    """Let the exhibits officers bring lists in, and one of them send in a list with rows to be mended."""
    for one in (force, other):
        told = {"staff": one.staff["exhibits_officer"], "role": "importer", "from_on": at.date()}
        people.appoint(by=installer(one.controller), at=at, **told)
    return faulty_list(force.actor("exhibits_officer", at), at)


def _of_another(force: Force, at: datetime) -> dict[str, Any]:
    """Give somebody a second factor and a session, who does nothing else here."""
    ada = installer(force.controller)
    told = {
        "username": "other.northshire",
        "name": "Other Northshire",
        "collar": "no99",
        "initials": "XYZ",
        "password": PASSWORD,
    }
    one = people.take_on(by=ada, at=at, controller=force.controller, **told)
    by = actor_for(one, at=at)
    people.add_app(by=by, at=at, staff=one, secret=SECRET, code=code_of(SECRET))
    session = people.sign_in(by=by, at=at, staff=one, address="192.0.2.7", device="Firefox on Linux")
    return {"factor": factors.of(one)[0], "session": session}


def _kept(force: Force, case: Case, copy: Copy, at: datetime) -> tuple[Hold, Disposal, Erasure]:
    """Propose a disposal and an erasure, and then hold the case."""
    sam, ria = force.actor("supervisor", at), force.actor("records_manager", at)
    disposal = commands.propose_disposal(by=sam, at=at, copy=copy, reason="Not needed", authority="Review of 2026")
    entry = Entry.objects.filter(event="person.recorded").latest("id")
    told = {"ground": next(iter(erasures.grounds())), "reason": "Asked", "subjects": "[]", "proposed_at": at}
    with writing("the test"):  # an entry is numbered first, which only the sequencer does
        erasure = Erasure.objects.create(
            controller=force.controller, entry=entry, proposed_by_id=ria.staff, proposed_by=ria.name, **told
        )
    return holds.place_hold(by=sam, at=at, on=case, reason="An appeal is pending"), disposal, erasure


def _furnish(force: Force, at: datetime) -> Team:
    """Form a team, and record a training that has run out."""
    ada = force.actor("administrator", at)
    people.certify(
        by=ada, at=at, holder=force.staff["detective"], kind="training", subject="Imaging of phones", level="2",
        from_on=at.date() - timedelta(days=900), to_on=at.date() - timedelta(days=90),
    )  # fmt: skip
    return people.form_team(
        by=ada, at=at, controller=force.controller, name="Cyber crime unit", telephone="0191 498 0000"
    )


def _cases(force: Force, other: Force, team: Team, at: datetime) -> tuple[Case, Case, CaseShare]:
    """Open a case and share it, and open and close another."""
    dev, sam = force.actor("detective", at), force.actor("supervisor", at)
    opening = {"by": dev, "at": at, "offence": "Theft", "team": team}
    case = cases.open_case(**opening, reference="NS/1/26", title="Stolen laptop")
    closed = cases.open_case(**opening, reference="NS/2/26", title="Nothing came of it")
    closed = cases.close(by=sam, at=at, case=closed, outcome="no_crime", reason="It was found at home.")
    since = at - timedelta(seconds=1)
    share = cases.share(by=sam, at=since, case=case, to=other.controller, basis="Linked", marking="OFFICIAL")
    return case, closed, share


def _marker(force: Force, at: datetime) -> Marker:
    """Safeguard somebody."""
    lead = force.actor("safeguarding_lead", at)
    person = people.record_person(by=force.actor("supervisor", at), at=at, family_name="Sheltered", given_names="Kim")
    told = {"team": "Safeguarding", "telephone": "0191 498 0999", "reason": "She hides from a colleague."}
    return people.safeguard(by=lead, at=at, person=person, **told)


def _persons(force: Force, case: Case, at: datetime) -> tuple[Person, Person]:
    """Record a person, a second who may be the same, and the first one's part in a case."""
    by = force.actor("supervisor", at)
    person = people.record_person(
        by=by, at=at, family_name="Invented", given_names="Alex", safe_channel="telephone", safe_contact="01632 960001",
        never_contact_by="their own phone",
    )  # fmt: skip
    twin = people.record_person(by=by, at=at, family_name="Invented", given_names="Alex")
    cases.involve(by=by, at=at, case=case, person=person, role="victim")
    return person, twin


def _exhibits(force: Force, case: Case, at: datetime) -> tuple[Exhibit, Exhibit]:
    """Seize a thing with a part, a thing that is offered, and one that is left in a locker."""
    by = force.actor("exhibits_officer", at)
    exhibit = commands.seize(by=by, **seizing(case, at))
    commands.seize(by=by, **seizing(case, at, reference="ABC/1-DEF/1", seal="N0002", parent=exhibit))
    offered = commands.seize(by=by, **seizing(case, at, reference="ABC/2", seal="N0003"))
    offered = commands.offer(by=by, at=at, exhibit=offered, to=force.staff["detective"], reason="For the interview")
    left = commands.seize(by=by, **seizing(case, at, reference="ABC/3", seal="N0004"))
    commands.deposit(by=by, at=at, exhibit=left, location=force.locker, seal="N0004")
    commands.correct_owner_role(by=by, at=at, exhibit=exhibit, owner_role="witness", since=at)
    return commands.reseal(by=by, at=at, exhibit=exhibit, new_seal="N0005", reason="The bag was torn."), offered


def _material(by: Any, exhibit: Exhibit, found: dict[str, Any], at: datetime) -> tuple[Copy, Bundle]:
    bytes_ = image()
    staged = staging.begin(by=by, at=at, name="image.raw", size=len(bytes_))
    staging.append(staged, [bytes_], offset=0, at=at)
    copy = commands.receive_copy(by=by, at=at, exhibit=exhibit, staged=staged.pk)
    asked = commands.ask_for_examination(by=by, at=at, copy=copy)
    commands.begin_examination(by=EXAMINER, at=at, examination=asked)
    commands.finish_examination(by=EXAMINER, at=at, examination=asked, **found)
    bundle = commands.hand_out(by=by, at=at, exhibit=exhibit)
    stands_in = {"name": "ABC_1-1.zip", "sha256": copy.sha256, "size": copy.size}
    return copy, commands.bundle_ready(by=EXAMINER, at=at, bundle=bundle, **stands_in)
