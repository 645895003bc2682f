"""The graph that other programs read tells what the ledger tells, and what their validator lets pass is refused here."""

import copy
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from longstone.evidence import case_graph
from longstone.kernel.ledger import notes
from longstone.kernel.refusals import Refusal
from tests.verifier.building import CATALOGUE, COPY, DEV, KEY, ORIGIN, Force, entries, entry, pack, sha, unpack
from verifier import bundle, note
from verifier.records import Failed

VKEY = note.parse_key(notes.vkey(ORIGIN, KEY))
VALIDATE = Path(sys.executable).with_name("case_validate")
ALONE = ["unshare", "-rn"] if shutil.which("unshare") else []
NASTY = "a\r\nb%0Ac\u202e\u00e9e\u0301'\"<>\\{}.raw"


def told(force=None):
    return json.loads(unpack((force or Force()).zip())["data/case.jsonld"])


def failure(change):
    """Change the graph, have it rightly logged and signed, and give why the bundle fails."""

    def changed(graph):
        graph = copy.deepcopy(graph)
        change(graph["@graph"])
        return graph

    with pytest.raises(Failed) as failed:
        bundle.check(io.BytesIO(Force(graph=changed).zip()), key=VKEY)
    return str(failed.value)


def of(graph, kind):
    """Give the things of a kind, those inside others included."""
    found, waiting = [], [graph]
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, dict) and one.get("@type", "").endswith(f":{kind}"):
            found.append(one)
        waiting += list(one.values()) if isinstance(one, dict) else one if isinstance(one, list) else []
    return found


def test_the_same_entries_make_the_same_graph():
    assert told() == told()
    assert len({one["@id"] for one in told()["@graph"]}) == len(told()["@graph"])


def test_it_tells_the_acts_in_a_chain_and_the_copies_with_their_digests():
    graph = told()

    actions = of(graph, "InvestigativeAction")
    assert [one["@id"] for one in actions] == [f"kb:action-{one['id']}" for one in entries()]
    assert [one.get("case-investigation:wasInformedBy", {}).get("@id") for one in actions[1:]] == [
        one["@id"] for one in actions[:-1]
    ]
    assert [one["uco-types:hashValue"]["@value"] for one in of(graph, "Hash")] == [sha(COPY).upper()]
    assert {one["uco-core:name"] for one in of(graph, "Investigator")} == {"Erin Example", "Dev Example"}
    assert {one["case-investigation:exhibitNumber"] for one in of(graph, "ProvenanceRecord")} == {"ABC/1"}


def test_a_name_stays_as_the_ledger_gave_it_then():
    story = entries()
    story[5] = {**story[5], "by": {**DEV, "name": "Dev Example-Smith"}}

    names = [one["uco-core:name"] for one in of(told(Force(story=story)), "Investigator")]

    assert sorted(names) == ["Dev Example", "Dev Example-Smith", "Erin Example"]


def test_an_act_that_took_time_says_when_it_began():
    story = [entry(0, "exhibit.seized", DEV, **entries()[0]["facts"], seized_at="2026-01-01T22:10:00+00:00")]
    story += [entries()[1], entry(2, "examination.running", DEV, copy=sha(COPY))]
    story += [
        {**entry(7, "examination.finished", DEV), "facts": entries()[2]["facts"], "id": entries()[2]["id"][:-1] + "f"}
    ]

    begun = [one["uco-action:startTime"]["@value"] for one in of(told(Force(story=story)), "InvestigativeAction")]

    assert [begun[0], begun[3]] == ["2026-01-01T22:10:00.000000Z", "2026-01-02T09:02:00.000000Z"]


def put(kind, number, name, value):
    return lambda graph: of(graph, kind)[number].update({name: value})


SHORT = {"@type": "xsd:hexBinary", "@value": "AB" * 20}
LATE = {"@type": "xsd:dateTime", "@value": "2026-01-02T12:00:00.000000Z"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (put("Hash", 0, "uco-types:hashValue", SHORT), "is not a digest of the kind 'SHA256'"),
        (put("Hash", 0, "uco-types:hashMethod", "SHA512"), "is not a digest of the kind 'SHA512'"),
        (put("Hash", 0, "uco-types:hashMethod", "ROT13"), "is not a digest of the kind 'ROT13'"),
        (
            put("Hash", 0, "uco-types:hashValue", {**SHORT, "@value": "AB" * 32}),
            "just the copies that data/bundle.json",
        ),
        (put("InvestigativeAction", 2, "uco-action:startTime", LATE), "ends before it begins"),
        (
            put("InvestigativeAction", 2, "uco-action:endTime", LATE),
            "is not what entry 00000000-0000-0000-0000-000000000003",
        ),
        (put("InvestigativeAction", 2, "uco-action:endTime", {**LATE, "@value": "noon"}), "form that it must have"),
        (put("InvestigativeAction", 2, "uco-action:performer", {"@id": "kb:x"}), "is not what entry"),
        (put("InvestigativeAction", 2, "uco-core:name", "exhibit.lost"), "is not what entry"),
        (put("InvestigativeAction", 3, "case-investigation:wasInformedBy", {"@id": "kb:x"}), "does not follow the act"),
        (put("InvestigativeAction", 0, "case-investigation:wasInformedBy", {"@id": "kb:x"}), "does not follow the act"),
        (put("Investigator", 0, "uco-core:name", "Somebody Else"), "is not what entry"),
        (put("ProvenanceRecord", 0, "case-investigation:exhibitNumber", "ABC/2"), "is about another exhibit"),
        (put("FileFacet", 0, "uco-observable:fileName", "other.raw"), "just the copies that data/bundle.json"),
        (put("FileFacet", 0, "uco-observable:sizeInBytes", {"@type": "xsd:integer", "@value": "1"}), "just the copies"),
        (put("File", 0, "uco-core:hasFacet", []), "just the copies that data/bundle.json"),
        (lambda graph: graph.remove(of(graph, "File")[0]), "just the copies that data/bundle.json"),
        (lambda graph: graph.pop(), "just the acts that the ledger tells"),
        (lambda graph: graph.reverse(), "just the acts that the ledger tells"),
        (lambda graph: graph.append(graph[0]), "names two things alike"),
        (lambda graph: graph.append({"@id": "kb:x"}), "form that it must have, at @graph"),
    ],
)
def test_a_graph_that_tells_anything_else_fails_though_it_is_signed(change, said):
    found = failure(change)

    assert said in found
    assert "data/case.jsonld" in found


def test_a_graph_whose_words_mean_something_else_fails():
    force = Force(graph=lambda graph: {**graph, "@context": {**graph["@context"], "uco-core": "https://example.org/"}})

    with pytest.raises(Failed, match="gives other meanings to its words"):
        bundle.check(io.BytesIO(force.zip()), key=VKEY)


@pytest.mark.parametrize("depth", [300, 100_000])
def test_a_graph_of_great_depth_is_refused_or_read_but_never_crashes(depth):
    files = unpack(Force().zip())
    files["data/case.jsonld"] = b'{"@context":' + b"[" * depth + b"]" * depth + b',"@graph":[]}'

    with pytest.raises(Failed):
        bundle.check(io.BytesIO(pack(files)), key=VKEY)


def test_the_house_refuses_to_tell_a_story_that_would_be_refused(desk):
    header = json.loads(unpack(Force().zip())["data/bundle.json"])
    header["copies"][0]["sha256"] = "AB"

    with pytest.raises(Refusal, match=r"cannot be told to other programs: data/case\.jsonld"):
        case_graph.text(header, entries(), {})


def validated(path):
    """Ask the ontology's own validator, without a network; its exit code is its verdict."""
    done = subprocess.run([*ALONE, VALIDATE, path], capture_output=True, text=True, check=False, timeout=300)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.skipif(not VALIDATE.exists(), reason="case_validate is not here.")
def test_the_ontologys_own_validator_passes_it_and_can_fail(tmp_path):
    story = entries()
    story[1]["facts"]["name"] = NASTY
    story[3]["facts"]["custody"]["reason"] = NASTY
    force = Force(story=story, header={"copies": [{**copies()[0], "name": NASTY}]})
    good, bad = tmp_path / "case.jsonld", tmp_path / "bad.jsonld"
    good.write_bytes(unpack(force.zip())["data/case.jsonld"])
    bad.write_text(good.read_text().replace("uco-core:description", "uco-core:descripton"))

    assert bundle.check(io.BytesIO(force.zip()), key=VKEY).signed
    code, said = validated(good)
    assert code == 0, said
    assert validated(bad)[0] == 1


def copies():
    return json.loads(unpack(Force().zip())["data/bundle.json"])["copies"]


def test_the_examiner_is_named_with_the_version_that_made_the_catalogue():
    tools = {one["uco-core:name"]: one.get("uco-tool:version") for one in of(told(), "Tool")}
    finished = next(one for one in of(told(), "InvestigativeAction") if one["uco-core:name"] == "examination.finished")

    assert tools["Longstone examiner"] == "0.1.0"
    assert "uco-action:instrument" in finished
    assert sha(CATALOGUE) in unpack(Force().zip())["data/bundle.json"].decode()
