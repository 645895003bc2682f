"""Reading by a program: only what its actor sees, page by page from a key, each read written down; and files in pieces."""

from __future__ import annotations

import base64
import hashlib
import json

import pytest
from django.test import Client

from longstone.cases import commands as cases
from longstone.evidence.models import Copy
from longstone.kernel.api import rooms_lists
from longstone.kernel.models import Entry
from longstone.people import commands as people
from tests.house import seizing


@pytest.fixture
def seven(force, now):
    """Give seven cases."""
    by = force.actor("detective", now)
    return [cases.open_case(by=by, at=now, reference=f"NS/{n}/26", title="A theft", offence="Theft") for n in range(7)]


def walked(program, path, limit):
    found, after = [], ""
    while True:
        told = program.get(path, limit=limit, **({"after": after} if after else {})).json()
        found += told["rows"]
        after = told["after"]
        if not after:
            return found, told["count"]


@pytest.mark.parametrize("limit", [1, 3, 7, 200])
def test_a_list_is_walked_whole_and_once(everything, seven, limit):
    found, count = walked(everything, "lists/cases", limit)

    assert sorted(one["id"] for one in found) == [case.pk for case in seven]
    assert count == 7


def test_each_read_says_what_was_shown_to_which_system(everything, seven):
    shown = [str(row["id"]) for row in everything.get("lists/cases", limit=2).json()["rows"]]
    everything.get(f"lists/cases/{seven[3].pk}")

    page, one = Entry.objects.filter(by_name=str(everything.system), event__endswith=".read").order_by("id")
    assert page.event == "cases.read"
    assert json.loads(page.facts) == {
        "after": "", "count": 2, "filter": {}, "form": "api", "ids": shown, "total": 7,
    }  # fmt: skip
    assert (one.event, one.on_kind, one.on_id) == ("case.read", "case", str(seven[3].pk))


def test_another_forces_rows_are_neither_listed_nor_counted_nor_found(everything, other_force, now):
    by = other_force.actor("detective", now)
    theirs = cases.open_case(by=by, at=now, reference="WM/1/26", title="Theirs", offence="Theft")

    nothing = {"count": 0, "count_is_whole": True, "rows": [], "after": "", "heed": []}
    assert everything.get("lists/cases").json() == nothing
    assert everything.get(f"lists/cases/{theirs.pk}").status_code == 404
    assert Entry.objects.filter(event="act.refused", by_name=str(everything.system)).count() == 1


def test_without_the_power_to_see_them_there_are_none(program, seven):
    mine = program("open cases")

    assert mine.get("lists/cases").json()["count"] == 0
    assert mine.get(f"lists/cases/{seven[0].pk}").status_code == 404
    assert mine.get("lists/persons").json()["count"] == 0


@pytest.mark.parametrize(
    ("name", "powers"),
    [("organisations", ["see people"]), ("staff", ["keep the staff list", "allocate cases"])],
)
def test_a_system_reads_organisations_and_staff_by_a_power_for_them_alone(
    program, force, other_force, now, name, powers
):
    for one in (force, other_force):
        people.record_organisation(by=one.actor("detective", now), at=now, name="Invented Mill", kind="Business", contact="A name")  # fmt: skip

    told = [program(power, name=power).get(f"lists/{name}").json() for power in ("keep locations", *powers)]

    own = {"organisations": 1, "staff": len(force.staff)}[name]
    assert [one["count"] for one in told] == [0, *[own] * len(powers)]


@pytest.mark.parametrize("listing", rooms_lists(), ids=lambda one: one.name)
def test_every_list_is_there_and_tells_its_own_words(everything, exhibit, listing):
    answer = everything.get(f"lists/{listing.name}")

    assert answer.status_code == 200
    assert all(set(row) == set(listing.row.model_fields) for row in answer.json()["rows"])


def test_how_somebody_is_reached_in_safety_is_in_no_list():
    told = {word for one in rooms_lists() for word in one.row.model_fields}

    assert "family_name" in told
    assert not {word for word in told if "safe" in word or "password" in word or word == "secret"}


@pytest.mark.parametrize(
    ("query", "field"),
    [({"limit": 0}, "limit"), ({"limit": 201}, "limit"), ({"limit": "x"}, "limit"), ({"limit": "1_0"}, "limit"), ({"limit": "１"}, "limit"),
     ({"after": "a b"}, "after"), ({"after": "\x00"}, "after"), ({"statee": "open"}, "statee")],
)  # fmt: skip
def test_what_cannot_be_read_of_an_address_is_named(everything, query, field):
    answer = everything.get("lists/cases", **query)

    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["faults"]] == [field]


@pytest.mark.parametrize("after", ["x", "9" * 300])
def test_a_mark_that_no_page_gave_is_refused(everything, after):
    assert everything.get("lists/cases", after=after).status_code == 409


@pytest.mark.parametrize("number", ["0", "9" * 16, "9" * 5000, "x", "-1"])
def test_an_id_that_is_none_is_named(everything, number):
    assert everything.get(f"lists/cases/{number}").status_code in {404, 422}


def test_a_file_is_sent_in_pieces_and_claimed_by_an_act(everything, exhibit):
    bytes_ = b"What the laboratory found. " * 999
    sent = {"Authorization": f"Bearer {everything.token}", "Tus-Resumable": "1.0.0"}
    browser = Client(enforce_csrf_checks=True)
    began = browser.post("/api/v1/uploads/", headers={**sent, "Upload-Length": str(len(bytes_)), "Upload-Metadata": f"filename {base64.b64encode(b'found.raw').decode()}"})  # fmt: skip
    place = began.headers["Location"]
    assert place.startswith("/api/v1/uploads/")
    piece = {**sent, "Upload-Offset": "0"}
    put = browser.patch(place, bytes_, content_type="application/offset+octet-stream", headers=piece)
    assert put.status_code == 204, put.content

    digest = hashlib.sha256(bytes_).hexdigest()
    answer = everything.act("evidence.receive_copy", exhibit=exhibit.pk, staged=place.split("/")[-2], digest=digest)

    assert answer.status_code == 200, answer.content
    copy = Copy.objects.everything(because="the test looks").get()
    assert (copy.sha256, copy.received_by) == (digest, str(everything.system))


def test_a_systems_upload_is_nobody_elses(everything, program, exhibit, force, sign_in):
    other = program("receive copies", "see every case", name="Another link")
    sent = {"Authorization": f"Bearer {everything.token}", "Tus-Resumable": "1.0.0"}
    place = Client().post("/api/v1/uploads/", headers={**sent, "Upload-Length": "4"}).headers["Location"]

    theirs = {**sent, "Authorization": f"Bearer {other.token}"}
    assert Client().head(place, headers=theirs).status_code == 404
    assert Client().head(place, headers=sent).status_code == 200
    officer = sign_in(force.staff["exhibits_officer"])
    assert officer.head(place.replace("/api/v1", ""), headers={"Tus-Resumable": "1.0.0"}).status_code == 404
    assert officer.head(place, headers={"Tus-Resumable": "1.0.0"}).status_code == 403


def test_an_upload_that_was_never_sent_is_a_conflict_on_its_field(everything, exhibit):
    told = {"exhibit": exhibit.pk, "staged": "0b8f3a52-6c1e-4d8e-9a55-2f1f6a1f0c11"}

    answer = everything.act("evidence.receive_copy", **told)

    assert answer.status_code == 409
    assert [one["field"] for one in answer.json()["faults"]] == ["staged"]


def test_what_a_system_seizes_stands_in_nobodys_hands_so_it_seizes_nothing(everything, case, now):
    told = {name: str(value) for name, value in seizing(case, now).items()}

    assert everything.act("evidence.seize", **told).status_code == 404


def test_the_description_is_there_for_everybody_and_shows_no_record(client, db):
    answer = client.get("/api/v1/openapi.json")

    assert answer.json()["openapi"] == "3.1.0"
    assert answer.json()["components"]["securitySchemes"] == {"Bearer": {"type": "http", "scheme": "bearer"}}
