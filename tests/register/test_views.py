"""A question that is asked again and again is kept under a name: for oneself, or for a team; and every step is recorded."""

from __future__ import annotations

import uuid
from datetime import date

import pytest
from django.urls import reverse

from longstone.kernel.models import Entry
from longstone.kernel.refusals import NotPermitted, NotVisible, Refusal
from longstone.kernel.register import views
from longstone.kernel.web import shelf
from longstone.people import commands as people
from tests.house import installer

QUERY = "?state=open&officer=mine"


@pytest.fixture
def team(force, now):
    """Form a team of the detective and the examiner."""
    by = installer(force.controller)
    made = people.form_team(by=by, at=now, controller=force.controller, name="Cyber team", telephone="")
    for role in ("detective", "forensic_examiner"):
        people.appoint(by=by, at=now, staff=force.staff[role], role=role, from_on=date(2020, 1, 2), team=made)
    return made


def keep(force, now, role="detective", **told):
    return views.keep_view(by=force.actor(role, now), at=now, **{"of": "cases", "name": "Mine", "query": QUERY, **told})


def named(force, now, role):
    return [one.name for one in views.of("cases", by=force.actor(role, now))]


def test_ones_own_view_is_there_for_nobody_else(force, other_force, now):
    keep(force, now)

    assert named(force, now, "detective") == ["Mine"]
    assert named(force, now, "supervisor") == named(other_force, now, "detective") == []


def test_a_teams_view_is_there_for_the_team(force, team, now):
    keep(force, now, name="Ours", team=team.pk)

    assert named(force, now, "detective") == named(force, now, "forensic_examiner") == ["Ours"]
    assert named(force, now, "supervisor") == []


def test_nobody_keeps_a_view_for_a_team_that_they_are_not_in(force, team, now):
    with pytest.raises(NotPermitted, match="not in that team"):
        keep(force, now, role="supervisor", team=team.pk)


@pytest.mark.parametrize("query", ["", "?", "state=open", "?a b", "?" + "x" * 2000, "?\n", "?é"])
def test_what_is_no_question_is_not_kept(force, now, query):
    with pytest.raises(NotPermitted, match="nothing to keep"):
        keep(force, now, query=query)


def test_a_name_is_used_once_until_its_view_is_forgotten(force, now):
    by, first = force.actor("detective", now), keep(force, now)
    with pytest.raises(Refusal, match="a view of that name already"):
        keep(force, now)

    views.forget_view(by=by, at=now, view=first)
    again = keep(force, now)

    assert list(views.of("cases", by=by)) == [again]
    with pytest.raises(NotVisible):
        views.rename_view(by=by, at=now, view=first, name="Back")


def test_another_neither_renames_nor_forgets_a_view(force, now):
    kept, by = keep(force, now), force.actor("supervisor", now)

    for act, more in ((views.rename_view, {"name": "x"}), (views.forget_view, {})):
        with pytest.raises(NotVisible):
            act(by=by, at=now, view=kept, **more)


def test_a_view_is_kept_renamed_and_forgotten_from_its_pages_and_recorded(force, case, now, sign_in):
    browser, told = sign_in(force.staff["detective"]), {"once": str(uuid.uuid4())}
    there = browser.get(reverse("cases:list"), {"state": "open"}).context["keep"]

    browser.post(there, {**told, "name": "Open ones"})
    kept = views.of("cases", by=force.actor("detective", now)).get()
    page = browser.get(reverse("cases:list")).content.decode()
    browser.post(reverse("view_rename", args=[kept.pk]), {"once": str(uuid.uuid4()), "name": "Still open"})
    browser.post(reverse("view_forget", args=[kept.pk]), {"once": str(uuid.uuid4())})

    assert '<a class="govuk-link" href="?state=open">Open ones</a>' in page
    assert named(force, now, "detective") == []
    done = Entry.objects.filter(event__startswith="view.").exclude(event__endswith=".read")
    assert list(done.order_by("id").values_list("event", flat=True)) == ["view.kept", "view.renamed", "view.forgotten"]


def test_every_view_of_the_list_of_views_leads_to_its_list(force, now, sign_in):
    keep(force, now)

    told = sign_in(force.staff["detective"]).get(reverse("views")).content.decode()

    assert f'href="{reverse("cases:list")}?state=open&amp;officer=mine"' in told


def test_every_list_on_the_shelf_has_its_page_and_answers_whoever_may_open_it(force, now, sign_in):
    browser = sign_in(force.staff["supervisor"])

    found = {name: browser.get(one.page(), {"as": "json"}) for name, one in shelf.registers().items()}

    assert {
        "cases", "exhibits", "exhibits-in-hand", "lockers", "locations", "examinations", "disposals", "persons", "organisations", "staff",
        "teams", "consortia", "holds", "erasures", "views",
    } <= set(found)  # fmt: skip
    assert set(shelf.within()) >= {"location", "catalogue"}
    assert {name for name, answer in found.items() if answer.status_code != 200} == {"erasures"}
    assert all(answer.json()["register"] == name for name, answer in found.items() if answer.status_code == 200)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"stat": "open"}, "cannot be asked for “stat”"), ({"order": "officer"}, "order cannot be"), ({"as": "pdf"}, "Ask for one of"),
        ({"state": ["open", "closed"]}, "twice"), ({"q": "x" * 201}, "too long"), ({"as": "json", "limit": "0"}, "1 to 500"),
        ({"as": "chart", "by": "officer"}, "no such chart"), ({"q": "a b c d e f g h i"}, "at most 8"),
    ],
    ids=str,
)  # fmt: skip
def test_a_question_that_cannot_be_read_is_refused_in_a_sentence(force, case, sign_in, told, said):
    answer = sign_in(force.staff["supervisor"]).get(reverse("cases:list"), told)

    assert answer.status_code == 400
    assert said in answer.content.decode().replace("\\u201c", "“").replace("\\u201d", "”")
    assert case.reference not in answer.content.decode()
