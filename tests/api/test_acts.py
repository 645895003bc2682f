"""Acts by a program: with the same guard and the same record as an officer's, done once for a key, refused in the officer's sentence."""

from __future__ import annotations

import json
import uuid
from importlib import import_module
from pkgutil import walk_packages

import pytest

import longstone
from longstone.cases import commands as cases
from longstone.cases.models import Case
from longstone.kernel.api import acts, name_of, told_why_not
from longstone.kernel.command import COMMANDS
from longstone.kernel.models import Entry, OneUseKey
from longstone.people.models import Person
from longstone.people.queries import powers_for_systems
from longstone.site.api import api

OPENING = {"reference": "NS/7/26", "title": "A theft of data", "offence": "Computer misuse"}


def operations():
    schema = api.get_openapi_schema(path_prefix="/api/v1/")
    return {one["operationId"]: one for path in schema["paths"].values() for one in path.values()}


def test_no_command_is_without_an_operation_or_a_written_reason():
    for told in walk_packages(longstone.__path__, "longstone."):
        if ".migrations" not in told.name and ".management" not in told.name and told.name != "longstone.__main__":
            import_module(told.name)
    ours = {name_of(name) for name in COMMANDS if name.startswith("longstone.")}
    done, kept = (
        {name for name in operations() if name.split(".")[0] in {"people", "cases", "evidence", "kernel"}},
        told_why_not(),
    )

    assert ours == done | set(kept)
    assert not done & set(kept)
    assert all(why.endswith(".") and len(why) > 20 for why in kept.values())
    assert set(acts()) == done


def test_nobody_tells_who_acts_or_when():
    told = {word for act in acts().values() for word in act.body.model_json_schema()["properties"]}

    assert "case" in told
    assert "copy" in told
    assert not told & {"by", "at", "by_", "at_"}


def test_every_operation_is_described_from_its_command():
    found = operations()
    for name, act in acts().items():
        told = found[name]
        assert told["summary"] == act.summary.rstrip()
        assert set(told["responses"]) >= {200, 400, 401, 403, 404, 409, 422, 429}
        assert any(one["name"] == "Idempotency-Key" and one["required"] for one in told["parameters"])
        assert act.body.model_json_schema()["additionalProperties"] is False


def test_a_system_acts_under_its_own_name(everything):
    answer = everything.act("cases.open_case", **OPENING)

    assert answer.status_code == 200, answer.content
    opened = Case.objects.everything(because="the test looks").get()
    assert answer.json() == {"kind": "case", "id": opened.pk, "version": 1, "state": "open"}
    entry = Entry.objects.get(event="case.opened")
    assert (entry.by_id, entry.by_name) == (None, str(everything.system))
    assert opened.officer is None


def test_what_it_makes_is_found_again_by_its_id(everything, now):
    case = everything.act("cases.open_case", **OPENING).json()["id"]
    person = everything.act("people.record_person", family_name="Invented", born_on="1990-02-28").json()["id"]

    answer = everything.act("cases.involve", case=case, person=person, role="victim")

    assert answer.status_code == 200, answer.content
    assert Entry.objects.filter(event="person.involved", on_id=str(case)).count() == 1


def test_without_the_power_it_is_refused_in_the_officers_sentence(program, case):
    mine = program("see every case", "withhold material")

    answer = mine.act("cases.close", case=case.pk, outcome="charged", reason="Done")

    assert answer.status_code == 403
    assert answer.json() == {"refusal": "Only a supervisor can close a case.", "faults": []}
    refused = Entry.objects.get(event="act.refused", by_name=str(mine.system))
    assert "Only a supervisor" in refused.facts


def test_what_another_force_has_is_not_there(everything, other_force, now):
    by = other_force.actor("detective", now)
    theirs = cases.open_case(by=by, at=now, reference="WM/1/26", title="Theirs", offence="Theft")

    answer = everything.act("cases.close", case=theirs.pk, outcome="charged", reason="Done")

    assert answer.status_code == 404
    assert answer.json()["refusal"] == "There is no such record, or you may not see it."
    assert f"case {theirs.pk}" in Entry.objects.get(event="act.refused", by_name=str(everything.system)).facts


def test_an_edit_of_what_somebody_changed_meanwhile_is_a_conflict(everything, case):
    told = {"case": case.pk, "title": "New", "offence": "Theft", "marking": "OFFICIAL"}
    everything.act("cases.correct", seen=1, **told)

    answer = everything.act("cases.correct", seen=1, **{**told, "title": "Newer"})

    assert answer.status_code == 409
    assert "after you opened it" in answer.json()["refusal"]


def test_what_the_database_refuses_is_a_conflict_with_its_sentence(everything):
    everything.act("cases.open_case", **OPENING)

    answer = everything.act("cases.open_case", **OPENING)

    assert answer.status_code == 409
    assert answer.json()["refusal"] == "Your force already has a case with that reference."


def test_the_same_key_gives_the_same_answer_and_nothing_is_done_twice(everything):
    key = str(uuid.uuid4())

    first, second = (everything.act("cases.open_case", key=key, **OPENING) for _ in range(2))

    assert first.status_code == second.status_code == 200
    assert first.content == second.content
    assert Entry.objects.filter(event="case.opened").count() == 1


def test_the_answer_stays_the_same_when_the_thing_has_changed_since(everything):
    key = str(uuid.uuid4())
    first = everything.act("cases.open_case", key=key, **OPENING)
    told = {"case": first.json()["id"], "title": "New", "offence": "Theft", "marking": "OFFICIAL"}
    everything.act("cases.correct", seen=1, **told)

    again = everything.act("cases.open_case", key=key, **OPENING)

    assert again.content == first.content
    assert again.json()["version"] == 1


@pytest.mark.parametrize(("name", "changed"), [("cases.open_case", {"title": "Another"}), ("people.form_team", {})])
def test_a_key_that_was_used_for_something_else_is_refused(everything, name, changed):
    key = str(uuid.uuid4())
    everything.act("cases.open_case", key=key, **OPENING)

    told = {**OPENING, **changed} if changed else {"controller": everything.system.controller_id, "name": "Team"}
    answer = everything.act(name, key=key, **told)

    assert answer.status_code == 409
    assert "used for something else" in answer.json()["refusal"]


def test_another_systems_key_gives_nothing_away(everything, program):
    key, other = str(uuid.uuid4()), program(*powers_for_systems(), name="Another link")
    everything.act("cases.open_case", key=key, **OPENING)

    answer = other.act("cases.open_case", key=key, **OPENING)

    assert answer.status_code == 409
    assert "id" not in answer.json()


def test_a_refused_act_does_not_use_its_key_up(everything, case):
    key = str(uuid.uuid4())
    told = {"case": case.pk, "reason": "Found more"}
    assert everything.act("cases.reopen", key=key, **told).status_code == 403
    everything.act("cases.close", case=case.pk, outcome="charged", reason="Done")

    assert everything.act("cases.reopen", key=key, **told).status_code == 200
    assert OneUseKey.objects.get(key=key).by_system == everything.system.pk


BAD = {
    "no title": ({"title": ...}, "title"),
    "an empty title": ({"title": ""}, "title"),
    "a title of spaces": ({"title": " \t "}, "title"),
    "a title too long": ({"title": "x" * 201}, "title"),
    "a title with NUL": ({"title": "a\x00b"}, "title"),
    "half a letter": ({"title": "\ud800"}, "title"),
    "a number for a title": ({"title": 5}, "title"),
    "a huge team": ({"team": 2**63}, "team"),
    "a hugest team": ({"team": 10**400}, "team"),
    "no team at all": ({"team": 0}, "team"),
    "a team before all": ({"team": -1}, "team"),
    "a yes for a team": ({"team": True}, "team"),
    "a text for a team": ({"team": "1"}, "team"),
    "half a team": ({"team": 1.5}, "team"),
    "a marking above the ceiling": ({"marking": "SECRET"}, "marking"),
    "who acts": ({"by": 1}, "by"),
    "when": ({"at": "2020-01-01T00:00:00Z"}, "at"),
    "a misspelt name": ({"titel": "x"}, "titel"),
}


@pytest.mark.parametrize(("changed", "field"), BAD.values(), ids=BAD)
def test_a_body_that_cannot_be_read_names_its_field_and_does_nothing(everything, changed, field):
    told = {name: value for name, value in {**OPENING, **changed}.items() if value is not ...}

    answer = everything.act("cases.open_case", **told)

    assert answer.status_code == 422, answer.content
    assert [one["field"] for one in answer.json()["faults"]] == [field]
    assert not Entry.objects.filter(event="case.opened").exists()


@pytest.mark.parametrize(
    "day", ["2026-02-29", "2100-02-29", "1899-12-31", "2200-01-01", "24/11/2026", "2026-11-24T00:00:00Z", 0, "", "2026-11-31", "２０２６-11-01"]
)  # fmt: skip
def test_a_day_that_is_none_is_named(everything, day):
    answer = everything.act("people.record_person", family_name="Invented", born_on=day)

    assert answer.status_code == 422
    assert {one["field"].split(".")[0] for one in answer.json()["faults"]} == {"born_on"}


@pytest.mark.parametrize("day", ["1904-02-29", "2000-02-29"])
def test_a_leap_day_is_a_day(everything, day):
    assert everything.act("people.record_person", family_name="Invented", born_on=day).status_code == 200


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b"[]", b"null", b'"AAA"', b'{"title": 1, "title": 2}', b'{"reference": NaN}', b"[" * 100_000, b"1" * 5000],
    ids=lambda body: repr(body[:20]),
)  # fmt: skip
def test_a_body_that_is_no_object_is_refused_and_says_so(everything, body):
    answer = everything.send("cases.open_case", body)

    assert answer.status_code in {400, 422}
    assert answer.json()["refusal"].startswith("The request cannot be read")


@pytest.mark.parametrize(
    "key", ["", "x", "0" * 36, "{0b8f3a52-6c1e-4d8e-9a55-2f1f6a1f0c11}", "0B8F3A52-6C1E-4D8E-9A55-2F1F6A1F0C11"]
)
def test_a_key_must_be_a_uuid(everything, key):
    sent = {"Authorization": f"Bearer {everything.token}", **({"Idempotency-Key": key} if key else {})}

    answer = everything.client.post(
        "/api/v1/acts/cases.open_case", json.dumps(OPENING), content_type="application/json", headers=sent
    )

    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["faults"]] == ["Idempotency-Key"]


def test_an_act_that_only_people_do_is_not_there(everything):
    assert everything.act("people.appoint", staff=1, role="supervisor").status_code == 404


def test_text_is_kept_as_it_was_sent_without_the_space_around_it(everything):
    everything.act("people.record_person", family_name="  O’Invented\u202e ")

    assert Person.objects.everything(because="the test looks").get().family_name == "O’Invented\u202e"
