"""The four doors: what is behind each for somebody, what is late, what comes next; and a count is its list's own."""

import json
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from longstone.evidence import commands as evidence
from longstone.kernel.models import Entry
from longstone.kernel.web import shelf
from longstone.kernel.web.doorways import doorways, things
from longstone.kernel.web.piles import LATE, count, firsts, gather, work
from longstone.site.frame import navigation
from tests.clocks.test_following import opened
from tests.house import ROLES, seizing
from tests.site.test_pages import found, world  # noqa: F401 - one of everything

NAMES = [door.name for door in navigation().doors]


def behind(by, at):
    piles = gather(by=by, at=at)
    return doorways(NAMES, by=by, at=at, piles=piles, counts=count(piles), firsts=firsts(piles))


def test_what_lies_on_the_shelves_stands_behind_a_door_that_is_there():
    assert {module.DOOR for module in shelf.modules("work")} <= set(NAMES)
    assert len(shelf.modules("doors")) >= 5


@pytest.mark.parametrize("role", ROLES)
def test_a_count_is_what_its_own_list_counts(world, sign_in, role, now):  # noqa: F811
    by, browser = world.force.actor(role, now), sign_in(world.force.staff[role])
    told = {str(inside): inside for door in behind(by, now).values() for inside in door.inside}

    for said, inside in told.items():
        answer = browser.get(inside.thing.url)
        assert answer.status_code == 200, said
        assert listed(browser, inside.thing.url, answer) == inside.count.number, said


def listed(browser, url, page):
    """Count as the list itself does: by its JSON, or by the rows on its page."""
    asked = browser.get(f"{url}{'&' if '?' in url else '?'}as=json")
    if asked.headers["Content-Type"] == "application/json":
        return json.loads(asked.content)["count"]
    return len(re.findall(r"<tr", page.content.decode())) - 1


@pytest.mark.parametrize("role", ROLES)
def test_what_waits_behind_the_doors_together_is_my_work(world, role, now):  # noqa: F811
    by = world.force.actor(role, now)

    doors, whole = behind(by, now), work(by=by, at=now)

    assert sum(sum(door.waits.values()) for door in doors.values()) == whole.total
    for name, door in doors.items():
        mine = work(by=by, at=now, door=name)
        assert (door.late, sum(door.waits.values())) == (mine.counted.get(LATE, 0), mine.total)
        assert (door.next.what if door.next else None) == (mine.lines[0].what if mine.lines else None)


def test_a_door_says_what_is_in_it_what_is_late_and_what_to_do_next(force, now, sign_in):
    case = opened(force, now - timedelta(days=2))
    evidence.seize(by=force.actor("exhibits_officer", now), **seizing(case, now))

    page = sign_in(force.staff["supervisor"]).get(reverse("home")).content.decode()

    pursue = page[page.index('id="doors"') :].split('<h3 class="govuk-heading-s">')[4]
    assert "1 late" in pursue
    assert f'href="{reverse("cases:list")}?state=open">1 open case</a>' in pursue
    assert ">1 exhibit</a>" in pursue
    assert f'href="{reverse("cases:allocate", args=[case.pk])}">Allocate the case' in pursue
    assert page.count("Nothing in here waits for you") + page.count("There is nothing in here at this moment") >= 2


def test_a_door_with_nothing_for_a_role_says_so(force, now):
    doors = behind(force.actor("administrator", now), now)

    assert doors["Pursue"].said == doors["Prevent"].said == "There is nothing behind this door for your role."
    assert [str(one) for one in doors["Prepare"].inside] == [f"{len(ROLES)} colleagues who serve"]


def test_a_door_whose_things_are_none_says_that_it_is_empty_now(force, now):
    assert behind(force.actor("supervisor", now), now)["Prevent"].said == "There is nothing in here at this moment."


def test_a_question_about_a_young_person_stands_behind_prevent_and_a_talk_behind_protect(world, now):  # noqa: F811
    doors = behind(world.force.actor("engagement_officer", now), now)

    assert "1 enquiry that nobody has taken" in [str(one) for one in doors["Protect"].inside]
    assert not doors["Prevent"].inside


@pytest.mark.parametrize("role", ROLES)
def test_another_force_sees_nothing_behind_the_doors_but_its_own(world, other_force, role, now):  # noqa: F811
    told = [str(one) for door in behind(other_force.actor(role, now), now).values() for one in door.inside]

    own = {f"{len(ROLES)} colleagues who serve"} | (
        {"1 open case", "4 exhibits"} if role == "partner_officer" else set()
    )
    assert set(told) <= own


def test_the_front_page_is_one_read_that_says_what_the_doors_told(force, now, sign_in):
    opened(force, now - timedelta(days=2))

    sign_in(force.staff["supervisor"]).get(reverse("home"))

    read = json.loads(Entry.objects.get(event="home.read").facts)
    assert "1 open case" in json.dumps(read)
    assert "clockrun" in json.dumps(read)


def test_everything_behind_the_doors_is_counted_at_once(force, now):
    by = force.actor("supervisor", now)
    piles = gather(by=by, at=now)
    counts, first = count(piles), firsts(piles)

    with CaptureQueriesContext(
        connection,
    ) as asked:
        doorways(NAMES, by=by, at=now, piles=piles, counts=counts, firsts=first)

    assert len(asked) == 1
    assert len(things(by=by, at=now)) > 10
