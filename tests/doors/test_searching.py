"""One search over all rooms: it finds what the lists find, for whom they find it, and says the rest in a sentence."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from longstone.cases import commands as cases
from longstone.kernel.models import Entry
from longstone.kernel.web import finding
from longstone.people import commands as people
from tests.house import ROLES
from tests.site.test_pages import found, world  # noqa: F401 - one of everything

PAGE = "/search/"


def names(text, by):
    return {kind.name: [hit.what for hit in group.hits] for kind, group in finding.found(text, by=by)}


def test_every_kind_is_found_by_its_name(world, now):  # noqa: F811
    by = world.force.actor("supervisor", now)

    assert names("Stolen", by) == {"case": ["NS/1/26, Stolen laptop"]}
    assert names("laptop", by)["exhibit"][0].startswith("ABC/")
    assert names("Invented", by)["person"] == ["INVENTED, Alex", "INVENTED, Alex"]
    assert names("bakery", by)["organisation"] == ["Invented Bakery", "Invented Bakery Ltd"]
    assert names(world.enquiry.reference.lower(), by) == {
        "enquiry": [f"{world.enquiry.reference}, {world.enquiry.title}"]
    }
    assert names("detective", by)["colleague"] == ["Detective Northshire (no1)"]


def test_an_exact_reference_comes_before_everything_else(world, now):  # noqa: F811
    by = world.force.actor("supervisor", now)
    cases.open_case(by=by, at=now, reference="NS/77/26", title="Copied from ABC/2 and others", offence="Theft")

    told = list(finding.found("abc/2", by=by))

    assert [(kind.name, group.how) for kind, group in told] == [("exhibit", finding.EXACT), ("case", finding.HELD)]
    assert told[0][1].hits[0].what.startswith("ABC/2,")


def test_a_misspelt_name_finds_its_person_and_their_case(world, now):  # noqa: F811
    told = {kind.name: group for kind, group in finding.found("Invnted", by=world.force.actor("supervisor", now))}

    assert told["person"].how == told["case"].how == finding.ALIKE
    assert told["case"].hits[0].what == "NS/1/26, Stolen laptop"


def test_more_than_a_few_are_left_to_their_list_without_a_count(world, sign_in, now):  # noqa: F811
    by = world.force.actor("supervisor", now)
    for number in range(7):
        people.record_organisation(by=by, at=now, name=f"Pretend Mill {number}", kind="Business")

    page = sign_in(world.force.staff["supervisor"]).get(PAGE, {"q": "pretend mill"}).content.decode()

    assert page.count("Pretend Mill") == finding.MOST
    assert f'href="{reverse("people:organisations")}?q=pretend+mill"' in page


def test_a_person_is_told_with_what_must_never_be_done_and_without_how_they_are_reached(world, sign_in):  # noqa: F811
    page = sign_in(world.force.staff["supervisor"]).get(PAGE, {"q": "Invented"}).content.decode()

    assert "Never contact by their own phone." in page
    assert "01632" not in page
    assert page.index("Never contact by") < page.index("Open the record before you make contact")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    "text", ["Invented", "NS/1/26", "ABC/1", "Stolen laptop", "Stollen lapptop", "N0003", "BK-AAAA-BBBB-CC01"]
)
def test_another_force_finds_nothing_of_this_one(world, other_force, role, text, now):  # noqa: F811
    cases.end_share(by=world.force.actor("supervisor", world.share.since), at=world.share.since, case=world.case, to=other_force.controller)  # fmt: skip

    assert names(text, other_force.actor(role, now)) == {}


@pytest.mark.parametrize("role", ROLES)
def test_what_is_found_is_what_the_lists_show(world, role, sign_in, now):  # noqa: F811
    browser = sign_in(world.force.staff[role])

    for page, kind in (("cases:list", "case"), ("evidence:list", "exhibit"), ("people:persons", "person")):
        listed = json.loads(browser.get(reverse(page), {"q": "Invented", "as": "json"}).content)
        hits = names("Invented", world.force.actor(role, now)).get(kind, [])
        assert len(hits) == min(listed["count"], finding.MOST), (role, kind)


def test_the_answer_is_one_entry_that_says_what_was_sought_and_found(world, sign_in):  # noqa: F811
    staff = world.force.staff["supervisor"]
    browser = sign_in(staff)
    before = Entry.objects.filter(by_id=staff.pk).count()

    browser.get(PAGE, {"q": "Invented"})

    read = Entry.objects.get(event="search.read", by_id=staff.pk)
    facts = json.loads(read.facts)
    assert Entry.objects.filter(by_id=staff.pk).count() == before + 1
    assert f"person {world.person.pk}" in json.dumps(facts)
    assert "Invented" in json.dumps(facts)


ODD = [("", 200, "Write a reference"), ("a", 400, "at least two"), ("%_", 400, "at least two"), ("x" * 5000, 400, "too long"),
       ("a\x00b\x00", 200, "Nothing that you may see"), ('"', 400, "at least two"), ('"no such"', 200, "Nothing that you may see"),
       ("' OR 1=1 --", 200, "Nothing that you may see"), ("Ｚoë 李四", 200, "Nothing that you may see"), ("\u202e\u200b", 200, "Write a reference"),
       ("one two three four five six seven eight nine", 400, "too many words"), ("%%ab__", 200, "Nothing that you may see"),
       ("<script>alert(1)</script>", 200, "Nothing that you may see")]  # fmt: skip


@pytest.mark.parametrize(("text", "status", "said"), ODD)
def test_whatever_is_typed_is_answered_with_a_sentence(force, sign_in, text, status, said):
    answer = sign_in(force.staff["supervisor"]).get(PAGE, {"q": text})

    page = answer.content.decode()
    assert answer.status_code == status
    assert said in page
    assert "<script>alert" not in page


def test_what_is_asked_twice_or_not_as_text_is_refused(force, sign_in):
    browser = sign_in(force.staff["supervisor"])

    assert browser.get("/search/?q=ab&q=cd").status_code == 400
    assert browser.get("/search/?q=%ff%fe%ed%a0%80").status_code in {200, 400}


def test_every_page_has_the_box(force, sign_in):
    page = sign_in(force.staff["supervisor"]).get(reverse("cases:list")).content.decode()

    assert page.count('action="/search/"') == 1


def test_each_kind_is_asked_a_few_questions_that_read_a_few_rows(world, now):  # noqa: F811
    by = world.force.actor("supervisor", now)

    with CaptureQueriesContext(connection) as asked:
        list(finding.found("Invented", by=by))

    rows = [one["sql"] for one in asked if "COUNT(" in one["sql"].upper()]
    assert rows == []
    assert len(asked) <= 5 * len(finding.kinds())  # one of them goes behind the wall, whether anything is there or not
