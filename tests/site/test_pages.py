"""Pages: who gets which, and that what one may not see is not there."""

import re
import uuid

import pytest
from django.urls import reverse

from longstone.cases import commands as cases
from longstone.cases.models import Case
from longstone.evidence import catalogue
from longstone.evidence.models import Exhibit
from longstone.kernel.models import Entry
from longstone.people import commands as people
from tests.house import PASSWORD, ROLES, installer
from tests.site.table import CASE, NOT_PAGES, OPEN, PAGES, address, answer_elsewhere, answer_to, named
from tests.site.world import examined, make_world


@pytest.fixture(scope="session")
def found(django_db_setup, tmp_path_factory):
    """Give what an examination of a small image found, its catalogue in its place."""
    return examined(tmp_path_factory.mktemp("image") / "image.raw")


@pytest.fixture
def world(force, other_force, found, now):
    """Give one of everything that a page can be about."""
    yield make_world(force, other_force, found, now)
    catalogue.close()  # the process that reads catalogues ends with the test that began it


def test_no_page_is_forgotten():
    assert sorted(named()) == sorted([*PAGES, *NOT_PAGES])


@pytest.mark.parametrize("role", ROLES)
def test_the_forces_own_get_what_their_role_sees_and_each_look_is_recorded_once(world, sign_in, role):
    browser, by = sign_in(world.force.staff[role]), world.force.staff[role].pk
    told, wanted = {}, {}

    for name in PAGES:
        before = Entry.objects.filter(by_id=by).count()
        status = browser.get(address(name, world)).status_code
        told[name] = (status, Entry.objects.filter(by_id=by).count() - before)
        wanted[name] = (answer_to(role, name), 1)

    assert told == wanted


@pytest.mark.parametrize("role", [*ROLES, "auditor", "importer"])
def test_a_role_that_is_held_for_a_team_alone_breaks_no_page(world, sign_in, now, role):
    installer_of = installer(world.force.controller)
    team = people.form_team(by=installer_of, at=now, controller=world.force.controller, name="A team of one")
    staff = people.take_on(
        by=installer_of, at=now, controller=world.force.controller, username="one", name="One Alone", collar="T1", initials="OAL", password=PASSWORD,
    )  # fmt: skip
    people.appoint(by=installer_of, at=now, staff=staff, role=role, from_on=now.date(), team=team)
    browser = sign_in(staff)

    told = {name: browser.get(address(name, world)).status_code for name in PAGES}

    assert told["home"] == 200
    assert {name: status for name, status in told.items() if status not in {200, 403, 404}} == {}


@pytest.mark.parametrize("role", ROLES)
def test_the_same_role_in_another_force_finds_nothing(world, other_force, sign_in, role):
    cases.end_share(by=world.force.actor("supervisor", world.share.since), at=world.share.since, case=world.case, to=other_force.controller)  # fmt: skip
    browser = sign_in(other_force.staff[role])

    told = {name: browser.get(address(name, world)) for name in PAGES}

    wanted = {name: answer_elsewhere(role, name) for name in PAGES}
    assert {name: one.status_code for name, one in told.items()} == wanted
    for name, one in told.items():
        assert not re.search("NS/[12]/26|Stolen|INVENTED|Bakery|ABC/", one.content.decode()), name
    refused = Entry.objects.filter(event="act.refused", by_id=other_force.staff[role].pk)
    assert refused.count() == sum(status != 200 for status in wanted.values())


def test_a_force_with_which_a_case_is_shared_sees_that_case_and_no_more(world, other_force, sign_in):
    browser = sign_in(other_force.staff["partner_officer"])

    told = {name: browser.get(address(name, world)).status_code for name in PAGES}

    seen = {name for name, (kind, _) in PAGES.items() if kind in {OPEN, CASE}} - {"cases:reopen"}
    assert {name for name, status in told.items() if status == 200} == seen
    assert told["evidence:catalogue"] == told["evidence:download"] == 403
    assert told["person"] == told["cases:reopen"] == told["people:colleague"] == 404


@pytest.mark.parametrize("role", ROLES)
def test_an_empty_form_does_nothing_and_breaks_nothing(world, sign_in, role):
    browser = sign_in(world.force.staff[role])
    acts = Entry.objects.exclude(event__endswith=".read").exclude(event="act.refused")
    before = acts.count()

    for name in PAGES:
        answer = browser.post(address(name, world), {"q": "x", "seen": "x"})
        assert answer.status_code in {200, 302, 400, 403, 404}, name

    assert acts.count() == before


@pytest.mark.parametrize("name", list(PAGES))
def test_nobody_gets_a_page_without_signing_in(client, world, name):
    answer = client.get(address(name, world))

    assert answer.status_code == 302
    assert "/sign-in/login/" in answer.headers["Location"]


def test_another_force_sees_a_case_only_while_it_is_shared(force, other_force, case, sign_in, now):
    partner, page = sign_in(other_force.staff["partner_officer"]), reverse("case", args=[case.pk])
    by = force.actor("supervisor", now)
    cases.share(by=by, at=now, case=case, to=other_force.controller, basis="Linked", marking="OFFICIAL")

    assert partner.get(page).status_code == 200
    cases.end_share(by=by, at=now, case=case, to=other_force.controller)
    assert partner.get(page).status_code == 404


def test_another_forces_list_and_count_tell_nothing(other_force, case, sign_in):
    told = sign_in(other_force.staff["supervisor"]).get(reverse("cases:list")).content.decode()

    assert case.reference not in told
    assert "There are no cases you may see" in told


def opening(reference, once):
    return {"reference": reference, "title": "A theft", "offence": "Theft", "marking": "OFFICIAL", "once": once}


def test_a_form_sent_twice_is_done_once(force, sign_in):
    browser, once = sign_in(force.staff["detective"]), str(uuid.uuid4())

    first = browser.post(reverse("cases:open"), opening("NS/2/26", once))
    second = browser.post(reverse("cases:open"), opening("NS/2/26", once))

    assert first.headers["Location"] == second.headers["Location"]
    assert Case.objects.everything(because="the test counts").count() == 1


def test_a_refusal_is_shown_and_nothing_typed_is_lost(force, case, sign_in):
    answer = sign_in(force.staff["detective"]).post(reverse("cases:open"), opening("NS/1/26", str(uuid.uuid4())))

    told = answer.content.decode()
    assert "already has a case with that reference" in told
    assert 'value="A theft"' in told
    assert Entry.objects.filter(event="act.refused").count() == 1


def test_an_act_that_is_not_permitted_shows_its_sentence_and_no_form(force, exhibit, sign_in):
    told = sign_in(force.staff["detective"]).get(reverse("evidence:offer", args=[exhibit.pk])).content.decode()

    assert "You do not hold this exhibit" in told
    assert "<button type" not in told


def test_hostile_text_is_shown_as_text(force, case, sign_in, now):
    from longstone.evidence import commands
    from tests.house import seizing

    commands.seize(
        by=force.actor("exhibits_officer", now), **seizing(case, now, description="<script>alert(1)</script>")
    )

    told = sign_in(force.staff["supervisor"]).get(reverse("case", args=[case.pk])).content.decode()

    assert "&lt;script&gt;alert(1)" in told
    assert "<script>alert" not in told
    assert Exhibit.objects.everything(because="the test counts").count() == 1


@pytest.mark.parametrize(
    ("q", "status"),
    [("\x00", 200), ("%", 200), ("'", 200), ("x" * 5000, 400), ("\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), 200)],
)  # fmt: skip
def test_odd_searches_find_nothing_and_break_nothing(force, case, sign_in, q, status):
    assert sign_in(force.staff["supervisor"]).get(reverse("cases:list"), {"q": q}).status_code == status


def test_sign_in_and_its_failure_are_recorded(client, force):
    login = reverse("account_login")

    client.post(login, {"login": "detective.northshire", "password": "wrong"})
    answer = client.post(login, {"login": "detective.northshire", "password": PASSWORD})

    assert answer.status_code == 302
    assert Entry.objects.filter(event="sign_in.failed").count() == 1
    assert Entry.objects.filter(event="staff.signed_in").count() == 1


def test_somebody_who_has_left_cannot_sign_in(client, force):
    from longstone.kernel.promises import writing

    with writing("the test"):
        force.staff["detective"].is_active = False
        force.staff["detective"].save()

    client.post(reverse("account_login"), {"login": "detective.northshire", "password": PASSWORD})

    assert client.get(reverse("home")).status_code == 302


def test_pages_carry_a_strict_policy(client, db):
    policy = client.get(reverse("account_login")).headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
