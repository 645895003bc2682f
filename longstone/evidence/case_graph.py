"""How is an exhibit's story told to other programs? As a CASE/UCO graph, the same for the same entries (docs/bundle.md)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from longstone.kernel.ledger import canonical
from longstone.kernel.refusals import Refusal
from verifier import graph
from verifier.records import Failed

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "longstone-bundle/2")

Node = dict[str, Any]


def text(header: dict[str, Any], entries: list[dict[str, Any]], tools: dict[str, str]) -> str:
    """Write the graph of a bundle's header, its entries, and the examiner's version by each catalogue's digest.

    It is checked as whoever gets the bundle will check it; a graph that would be refused there is refused here.
    """
    told = canonical.text(
        {"@context": graph.context(header["origin"]), "@graph": Story(header, entries, tools).nodes()}
    )
    try:
        graph.check(told.encode(), header, entries)
    except Failed as failed:
        raise Refusal(f"The exhibit's story cannot be told to other programs: {failed}") from failed
    return told


class Story:
    """The things and acts of one exhibit, each named after what the ledger calls it."""

    def __init__(self, header: dict[str, Any], entries: list[dict[str, Any]], tools: dict[str, str]) -> None:
        self.header, self.entries, self.tools = header, entries, tools
        self.first = next((one["id"] for one in entries if _records(one)), None)
        self.begun: dict[str, str] = {}

    def name(self, kind: str, *told: object) -> str:
        """Name a thing that has no number of its own in the ledger: UUIDv5 of what the ledger calls it."""
        called = canonical.text([self.header["origin"], kind, *(str(one) for one in told)])
        return graph.iri(kind, str(uuid.uuid5(NAMESPACE, called)))

    def nodes(self) -> list[Node]:
        """Give the investigation, the exhibit and its copies, who and what acted and where, and the acts in their order."""
        acts = list(self._acts())
        records = [self._record(one) for one in self.entries if _records(one)]
        found = [self._investigation(records), self._exhibit(), *(self._file(one) for one in self.header["copies"])]
        return [*found, *self._actors(), *self._tools(), *self._places(), *records, *acts]

    def _investigation(self, records: list[Node]) -> Node:
        case = self.header["exhibit"]["case"]
        return {
            "@id": self.name("investigation", case),
            "@type": "case-investigation:Investigation",
            "case-investigation:investigationForm": "case",
            "uco-core:name": case,
            "uco-core:object": [_to(one["@id"]) for one in records],
        }

    @property
    def exhibit(self) -> str:
        """Name the exhibit itself."""
        return self.name("exhibit", self.header["exhibit"]["id"])

    def _exhibit(self) -> Node:
        told = self.header["exhibit"]
        return {
            "@id": self.exhibit,
            "@type": "uco-observable:ObservableObject",
            "uco-core:description": told["description"],
            "uco-core:name": told["label"],
        }

    def _file(self, copy: dict[str, Any]) -> Node:
        sha256, size = copy["sha256"], {"@type": "xsd:integer", "@value": str(copy["size"])}
        value = {"@type": "xsd:hexBinary", "@value": sha256.upper()}
        digest = {"@type": graph.HASH, "uco-types:hashMethod": "SHA256", "uco-types:hashValue": value}
        facets = [
            {"@type": "uco-observable:FileFacet", "uco-observable:fileName": copy["name"], "uco-observable:sizeInBytes": size},
            {"@type": "uco-observable:ContentDataFacet", "uco-observable:hash": [{"@id": self.name("hash", sha256), **digest}]},
        ]  # fmt: skip
        kinds = ("file-facet", "content-data-facet")
        return {
            "@id": self.name("copy", sha256),
            "@type": graph.FILE,
            "uco-core:hasFacet": [{"@id": self.name(k, sha256), **f} for k, f in zip(kinds, facets, strict=True)],
            "uco-core:name": copy["name"],
        }

    def _who(self, by: dict[str, Any]) -> str:
        return self.name("machine" if by["id"] is None else "investigator", by["id"], by["name"])

    def _actors(self) -> Iterable[Node]:
        """Tell each who under the name that the ledger gave them then; a machine is a tool, everybody else a role."""
        for called, by in sorted({self._who(one["by"]): one["by"] for one in self.entries}.items()):
            kind = "uco-tool:Tool" if by["id"] is None else "case-investigation:Investigator"
            yield {"@id": called, "@type": kind, "uco-core:name": by["name"]}

    def _tool(self, version: str) -> str:
        return self.name("tool", "examiner", version)

    def _tools(self) -> Iterable[Node]:
        for version in sorted(set(self.tools.values())):
            told = {"@id": self._tool(version), "@type": "uco-tool:Tool", "uco-core:name": "Longstone examiner"}
            yield {**told, "uco-tool:version": version}

    def _places(self) -> Iterable[Node]:
        for place in sorted({place for one in self.entries if (place := _place(one))}):
            yield {"@id": self.name("place", place), "@type": "uco-location:Location", "uco-core:name": place}

    def _objects(self, entry: dict[str, Any]) -> list[Node]:
        copy = entry["facts"].get("copy") or entry["facts"].get("sha256")
        held = {one["sha256"] for one in self.header["copies"]}
        return [_to(self.exhibit), *([_to(self.name("copy", copy))] if copy in held else [])]

    def _record(self, entry: dict[str, Any]) -> Node:
        """Tell what stood after an act of custody, copying or examination; all of it goes back to the seizure."""
        derived = {"case-investigation:wasDerivedFrom": _to(graph.iri("provenance-record", str(self.first)))}
        return {
            "@id": graph.iri("provenance-record", entry["id"]),
            "@type": graph.RECORD,
            "case-investigation:exhibitNumber": self.header["exhibit"]["label"],
            "uco-core:description": entry["event"],
            "uco-core:object": self._objects(entry),
            **(derived if entry["id"] != self.first else {}),
        }

    def _acts(self) -> Iterable[Node]:
        before: Node = {}
        for entry in self.entries:
            called = graph.iri("action", entry["id"])
            yield {
                "@id": called,
                "@type": graph.ACTION,
                "uco-action:endTime": _time(entry["at"]),
                "uco-action:object": self._objects(entry),
                "uco-action:performer": _to(self._who(entry["by"])),
                "uco-action:startTime": _time(self._begin(entry)),
                "uco-core:name": entry["event"],
                **self._more(entry),
                **before,
            }
            before = {"case-investigation:wasInformedBy": _to(called)}

    def _begin(self, entry: dict[str, Any]) -> str:
        """Say when an act began: a seizure when the thing was seized, an examination when it was begun, else at once."""
        facts, at = entry["facts"], str(entry["at"])
        if entry["event"] == "examination.running":
            self.begun[facts.get("copy", "")] = at
        if entry["event"] == "examination.finished":
            return self.begun.pop(facts["copy"], at)
        seized = facts.get("seized_at")
        return canonical.moment(datetime.fromisoformat(seized).astimezone(UTC)) if seized else at

    def _more(self, entry: dict[str, Any]) -> Node:
        found: Node = {}
        if _records(entry):
            found["uco-action:result"] = [_to(graph.iri("provenance-record", entry["id"]))]
        if place := _place(entry):
            found["uco-action:location"] = _to(self.name("place", place))
        if version := self.tools.get(entry["facts"].get("catalogue", "")):
            found["uco-action:instrument"] = _to(self._tool(version))
        return found


def _to(called: str) -> Node:
    return {"@id": called}


def _time(moment: str) -> Node:
    return {"@type": "xsd:dateTime", "@value": moment}


def _records(entry: dict[str, Any]) -> bool:
    """Say whether an act leaves something to hold on to: a step of custody, a copy, an examination."""
    return _custody(entry) is not None or entry["event"] in {"copy.received", "examination.finished"}


def _custody(entry: dict[str, Any]) -> dict[str, Any] | None:
    told = entry["facts"].get("custody")
    return told if isinstance(told, dict) else None


def _place(entry: dict[str, Any]) -> str:
    return (_custody(entry) or {}).get("place") or ""
