"""Erasure: two people, a ground, no hold; what is left is a leaf, and the tree still verifies."""

from datetime import timedelta

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, connections

from longstone.kernel import erasures, holds, ledger
from longstone.kernel.actor import Actor, Grant
from longstone.kernel.ledger import proofs, sequencer
from longstone.kernel.ledger.audit import Report, audit
from longstone.kernel.models import Entry, Erasure
from longstone.kernel.promises import writing
from longstone.kernel.refusals import NotPermitted, NotVisible, Refusal
from longstone.people import commands as people
from tests.house import installer
from tests.server import SERVER
from verifier.tree import leaf_hash, verify_inclusion

WHY = "The court ordered it."


def records_manager(force, now, name):
    by = installer(force.controller)
    staff = people.take_on(
        by=by,
        at=now,
        controller=force.controller,
        username=name,
        name=f"{name} Records",
        collar=f"R{name}",
        initials="RR",
        password="x" * 12,
    )
    people.appoint(by=by, at=now, staff=staff, role="records_manager", from_on=now.date())
    from longstone.people.queries import actor_for

    return actor_for(staff, at=now)


@pytest.fixture
def house(worker_house):
    """Give a force, its two records managers, and the case's own entry, numbered."""
    force, now, case = worker_house
    one, two = records_manager(force, now, "one"), records_manager(force, now, "two")
    person = people.record_person(by=force.actor("detective", now), at=now, family_name="Invented")
    sequencer.catch_up()
    entry = Entry.objects.get(event="person.recorded")
    return force, now, case, person, entry, one, two


def as_eraser(work):
    """Do something with the eraser's own database role, as its process does."""
    told = connections["default"].settings_dict
    connection.close()
    user, told["USER"] = told["USER"], "longstone_eraser"
    try:
        return work()
    finally:
        connection.close()
        told["USER"] = user


def erased(house):
    _, now, _, _, entry, one, two = house
    proposed = erasures.propose(by=one, at=now, entry=entry.uuid, ground="court_order", reason=WHY)
    erasures.approve(by=two, at=now, proposed=proposed)
    as_eraser(lambda: call_command("erase", "--once"))
    entry.refresh_from_db()
    return entry


def test_what_two_people_approved_is_erased_and_the_tree_still_verifies(house):
    before = house[4]
    label, leaf = before.on_label, leaf_hash(bytes(before.commitment))

    entry = erased(house)
    sequencer.catch_up()

    assert (entry.facts, bytes(entry.salt), entry.on_label) == ("", b"", "")
    assert label
    last = proofs.latest_checkpoint()
    verify_inclusion(leaf, entry.leaf_index, last.size, proofs.inclusion(entry.leaf_index, last.size), bytes(last.root))
    report = audit(Report(tell=lambda line: None), ledger_only=True)
    assert (report.code, report.sound["erased entries"]) == (0, 1)
    said = Entry.objects.get(event="entry.erased")
    assert (said.by_name, str(entry.uuid) in said.facts) == ("the eraser", True)
    assert label not in said.facts
    assert Erasure.objects.everything(because="a test").get().erased_at


def test_one_person_cannot_erase_alone_even_with_both_powers(house):
    _, now, _, _, entry, one, _ = house
    proposed = erasures.propose(by=one, at=now, entry=entry.uuid, ground="court_order", reason=WHY)

    with pytest.raises(NotPermitted, match="Two people erase"):
        erasures.approve(by=one, at=now, proposed=proposed)
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError, match="two_people_erase"), writing("an attack"), transaction.atomic():
        Erasure.objects.everything(because="an attack").update(
            decided_by_id=one.id, decided_by="x", decided_at=now, approved=True
        )


def test_the_eraser_cannot_take_away_what_nobody_approved(house):
    _, now, _, _, entry, one, two = house
    told = {"at": now, "entry": entry.uuid, "ground": "court_order", "reason": WHY}
    erasures.refuse(by=two, at=now, proposed=erasures.propose(by=one, **told), why="Not needed.")
    erasures.propose(by=one, **told)
    url = SERVER.url("eraser", connection.settings_dict["NAME"])

    with psycopg.connect(url, autocommit=True) as eraser:
        for told in ("facts = '', salt = '', on_label = ''", "facts = '{}'"):
            with pytest.raises(psycopg.errors.CheckViolation):
                eraser.execute(f"UPDATE ledger_entry SET {told} WHERE id = {entry.pk}")
        for told in (
            "DELETE FROM ledger_entry",
            "UPDATE ledger_entry SET by_name = 'x'",
            "UPDATE kernel_erasure SET approved = true",
            "UPDATE ledger_leaf SET commitment = sha256('x')",
            "DELETE FROM ledger_leaf",
            "DELETE FROM ledger_waiting",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                eraser.execute(told)


def test_web_and_worker_cannot_erase_anything(house):
    from django.db.utils import ProgrammingError

    with pytest.raises(ProgrammingError, match="permission denied"), writing("an attack"):
        Entry.objects.filter(pk=house[4].pk).update(facts="", salt=b"")


@pytest.mark.parametrize("when", ["before", "between", "after"])
def test_a_hold_above_refuses_it_at_every_step(house, when):
    force, now, _, person, entry, one, two = house
    by = force.actor("supervisor", now)

    def place(moment):
        if when == moment:
            holds.place_hold(by=by, at=now, on=person, reason="An appeal is open.")

    place("before")
    if when == "before":
        with pytest.raises(NotPermitted, match="An appeal is open"):
            erasures.propose(by=one, at=now, entry=entry.uuid, ground="court_order", reason=WHY)
        return
    proposed = erasures.propose(by=one, at=now, entry=entry.uuid, ground="court_order", reason=WHY)
    place("between")
    if when == "between":
        with pytest.raises(NotPermitted, match="An appeal is open"):
            erasures.approve(by=two, at=now, proposed=proposed)
        return
    erasures.approve(by=two, at=now, proposed=proposed)
    place("after")
    as_eraser(lambda: call_command("erase", "--once"))
    entry.refresh_from_db()
    assert entry.facts


def test_a_hold_on_the_case_binds_the_entries_of_its_exhibits(worker_house):
    from longstone.evidence import commands as evidence
    from longstone.kernel import above
    from tests.house import seizing

    force, now, case = worker_house
    exhibit = evidence.seize(by=force.actor("exhibits_officer", now), **seizing(case, now))
    manager = records_manager(force, now, "one")
    holds.place_hold(by=force.actor("supervisor", now), at=now, on=case, reason="An appeal is open.")
    sequencer.catch_up()
    entry = Entry.objects.get(event="exhibit.seized")

    assert above.subjects("exhibit", str(exhibit.pk)) == [("case", str(case.pk)), ("exhibit", str(exhibit.pk))]
    with pytest.raises(NotPermitted, match="hold on case"):
        erasures.propose(by=manager, at=now, entry=entry.uuid, ground="court_order", reason=WHY)


def test_a_ground_must_be_named_and_a_reason_given(house):
    _, now, _, _, entry, one, _ = house

    with pytest.raises(NotPermitted, match="legal ground"):
        erasures.propose(by=one, at=now, entry=entry.uuid, ground="because", reason=WHY)
    with pytest.raises(NotPermitted, match="Say why"):
        erasures.propose(by=one, at=now, entry=entry.uuid, ground="court_order", reason=" ")


def test_the_access_log_is_kept_for_its_period_whoever_asks(house, settings):
    _, now, _, _, _, one, two = house
    read = ledger.read("persons", by=Actor(id=99, name="PC 99", controller=one.controller), ids=["1"])
    sequencer.catch_up()

    for ground in ("court_order", "retention_ended"):
        with pytest.raises(NotPermitted, match="access log is kept"):
            erasures.propose(by=one, at=now, entry=read.uuid, ground=ground, reason=WHY)
    settings.LONGSTONE_ACCESS_LOG_DAYS = 0
    with pytest.raises(NotPermitted, match="access log is kept"):
        erasures.propose(by=one, at=now, entry=read.uuid, ground="court_order", reason=WHY)
    later = now + timedelta(minutes=2)
    proposed = erasures.propose(by=one, at=later, entry=read.uuid, ground="retention_ended", reason=WHY)
    assert erasures.approve(by=two, at=later, proposed=proposed).approved


def test_nobody_erases_what_names_them(house, settings):
    _, now, _, _, _, one, two = house
    settings.LONGSTONE_ACCESS_LOG_DAYS = 0
    mine, of_me = ledger.read("persons", by=one, ids=["1"]), ledger.read("staff", by=two, who=one.name)
    sequencer.catch_up()
    later = now + timedelta(minutes=2)

    for entry in (mine, of_me):
        with pytest.raises(NotPermitted, match="You are named"):
            erasures.propose(by=one, at=later, entry=entry.uuid, ground="retention_ended", reason=WHY)
    proposed = erasures.propose(by=two, at=later, entry=mine.uuid, ground="retention_ended", reason=WHY)
    with pytest.raises(NotPermitted, match="You are named"):
        erasures.approve(by=one, at=later, proposed=proposed)


def test_what_keeps_the_ledger_is_never_erased(house):
    _, now, _, _, _, one, two = house
    proposed = erasures.propose(by=one, at=now, entry=house[4].uuid, ground="court_order", reason=WHY)
    erasures.refuse(by=two, at=now, proposed=proposed, why="Not needed.")
    sequencer.catch_up()
    other = Actor(id=98, name="Somebody else", controller=one.controller, grants=one.grants)

    with pytest.raises(NotPermitted, match="keeps the ledger"):
        erasures.propose(
            by=other, at=now, entry=Entry.objects.get(event="erasure.refused").uuid, ground="court_order", reason=WHY
        )


def test_a_refused_erasure_can_be_proposed_again_and_a_decided_one_is_not_decided_twice(house):
    _, now, _, _, entry, one, two = house
    told = {"at": now, "entry": entry.uuid, "ground": "court_order", "reason": WHY}
    proposed = erasures.propose(by=one, **told)
    with pytest.raises(Refusal, match="proposed already"):
        erasures.propose(by=two, **told)
    erasures.refuse(by=two, at=now, proposed=proposed, why="Not needed.")

    with pytest.raises(NotPermitted, match="decided this already"):
        erasures.approve(by=two, at=now, proposed=proposed)
    assert erasures.propose(by=two, **told)


def test_another_force_and_another_role_erase_nothing(house):
    force, now, _, _, entry, _, _ = house
    stranger = Actor(id=5, name="x", controller=999, grants=frozenset({Grant("propose erasures", frozenset({999}))}))

    with pytest.raises(NotVisible):
        erasures.propose(by=stranger, at=now, entry=entry.uuid, ground="court_order", reason=WHY)
    with pytest.raises(NotPermitted, match="records manager"):
        erasures.propose(by=force.actor("supervisor", now), at=now, entry=entry.uuid, ground="court_order", reason=WHY)


def test_an_erased_entry_that_is_changed_again_is_found(house, fresh_house):
    entry = erased(house)
    sequencer.catch_up()
    with psycopg.connect(fresh_house.replace("longstone_worker", "app"), autocommit=True) as superuser:
        superuser.execute(f"UPDATE ledger_leaf SET commitment = sha256('x') WHERE entry_id = {entry.pk}")

    report = audit(Report(tell=lambda line: None), ledger_only=True)

    assert [one.item for one in report.faults] == [f"{entry.uuid} (index {entry.leaf_index})"]


def test_every_ground_can_be_read_by_a_person():
    for ground in erasures.grounds().values():
        assert ground.law
        assert ground.for_what.endswith(".")
