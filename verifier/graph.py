"""Does the graph that other programs read tell what the ledger tells? (CASE/UCO 1.5, as JSON-LD; docs/bundle.md)"""

from __future__ import annotations

from typing import Any

from verifier.records import MOMENT, MORE, Failed, fit, record

PATH = "data/case.jsonld"
CASE, UCO = "https://ontology.caseontology.org/case/", "https://ontology.unifiedcyberontology.org/uco/"
VOCABULARIES = {
    "case-investigation": f"{CASE}investigation/",
    **{
        f"uco-{name}": f"{UCO}{name}/" for name in ("action", "core", "location", "observable", "role", "tool", "types")
    },
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
ACTION, RECORD = "case-investigation:InvestigativeAction", "case-investigation:ProvenanceRecord"
FILE, FACET, HASH = "uco-observable:File", "uco-observable:FileFacet", "uco-types:Hash"
DIGITS = {"MD5": 32, "SHA1": 40, "SHA256": 64, "SHA384": 96, "SHA512": 128}

IRI = {"@id": str}
TIME = {"@type": str, "@value": MOMENT}
FORMS: dict[str, Any] = {
    ACTION: {
        "uco-action:startTime": TIME,
        "uco-action:endTime": TIME,
        "uco-action:performer": IRI,
        "uco-core:name": str,
        MORE: None,
    },
    RECORD: {"case-investigation:exhibitNumber": str, MORE: None},
    FACET: {"uco-observable:fileName": str, "uco-observable:sizeInBytes": {"@type": str, "@value": str}, MORE: None},
    HASH: {"uco-types:hashMethod": str, "uco-types:hashValue": {"@type": str, "@value": str}, MORE: None},
}
GRAPH = {"@context": {MORE: None}, "@graph": [{"@id": str, "@type": str, MORE: None}]}

Node = dict[str, Any]


def context(origin: str) -> dict[str, str]:
    """Give the meaning of the graph's short names: the vocabularies, and `kb` for what this ledger's force speaks of."""
    return {"kb": f"https://{origin}/kb/", **VOCABULARIES}


def iri(kind: str, uuid: str) -> str:
    """Name a thing of the graph."""
    return f"kb:{kind}-{uuid}"


def check(raw: bytes, header: dict[str, Any], entries: list[dict[str, Any]]) -> None:
    """Check that the graph tells just these acts, in this order, and just these copies. Raises Failed."""
    told = record(raw, GRAPH, PATH)
    if told["@context"] != context(header["origin"]):
        raise Failed(f"{PATH} gives other meanings to its words than docs/bundle.md does.")
    nodes = {one["@id"]: one for one in told["@graph"]}
    if len(nodes) != len(told["@graph"]):
        raise Failed(f"{PATH} names two things alike.")
    for one in _all(told["@graph"]):
        _sound(one)
    _acts(told["@graph"], nodes, entries)
    _copies(told["@graph"], header["copies"])
    for one in told["@graph"]:
        if one["@type"] == RECORD and one["case-investigation:exhibitNumber"] != header["exhibit"]["label"]:
            raise Failed(f"{PATH}: {one['@id']} is about another exhibit.")


def _all(value: Any) -> list[Node]:
    """Give every thing of the graph, with those that lie inside others, however deep."""
    found, waiting = [], [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict) and isinstance(one.get("@type"), str):
            found.append(one)
        waiting += one.values() if isinstance(one, dict) else one if isinstance(one, list) else []
    return found


def _sound(node: Node) -> None:
    """Check what the ontology's own validator does not: that a digest has the length of its kind, that time runs forward."""
    what = f"{PATH}: {node.get('@id')}"
    fit(node, FORMS.get(node["@type"], {MORE: None}), what)
    if node["@type"] == HASH:
        method, value = node["uco-types:hashMethod"], node["uco-types:hashValue"]["@value"]
        if len(value) != DIGITS.get(method) or set(value) - set("0123456789ABCDEF"):
            raise Failed(f"{what} is not a digest of the kind {method!r}.")
    if node["@type"] == ACTION and node["uco-action:endTime"]["@value"] < node["uco-action:startTime"]["@value"]:
        raise Failed(f"{what} ends before it begins.")


def _acts(graph: list[Node], nodes: dict[str, Node], entries: list[dict[str, Any]]) -> None:
    actions = [one for one in graph if one["@type"] == ACTION]
    if [one["@id"] for one in actions] != [iri("action", entry["id"]) for entry in entries]:
        raise Failed(f"{PATH} does not tell just the acts that the ledger tells, in their order.")
    before = None
    for action, entry in zip(actions, entries, strict=True):
        who = nodes.get(action["uco-action:performer"]["@id"], {})
        told = (action["uco-core:name"], action["uco-action:endTime"]["@value"], who.get("uco-core:name"))
        if told != (entry["event"], entry["at"], entry["by"]["name"]):
            raise Failed(f"{PATH}: {action['@id']} is not what entry {entry['id']} tells.")
        if action.get("case-investigation:wasInformedBy") != before:
            raise Failed(f"{PATH}: {action['@id']} does not follow the act before it.")
        before = {"@id": action["@id"]}


def _copies(graph: list[Node], copies: list[dict[str, Any]]) -> None:
    found = sorted(_copy(one) for one in graph if one["@type"] == FILE)
    if found != sorted([copy["sha256"], str(copy["size"]), copy["name"]] for copy in copies):
        raise Failed(f"{PATH} does not tell just the copies that data/bundle.json tells, with their digests.")


def _copy(file: Node) -> list[str]:
    """Give digest, size and name as a file's facets tell them; a file without just one of each is no copy's."""
    inner = _all(file)
    digests = [one["uco-types:hashValue"]["@value"].lower() for one in inner if one["@type"] == HASH]
    facets = [one for one in inner if one["@type"] == FACET]
    told = [(one["uco-observable:sizeInBytes"]["@value"], one["uco-observable:fileName"]) for one in facets]
    return [*digests, *(part for one in told for part in one)]
