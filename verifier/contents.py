"""Is what lies in the bundle what the ledger says was received, made and handed out? (docs/bundle.md)"""

from __future__ import annotations

import hashlib
from typing import Any

from verifier import custody, graph
from verifier.records import Failed
from verifier.report import Report

PLAIN = ("data/about.txt", "data/bundle.json", "data/case.jsonld")


def payload_digest(digests: dict[str, str]) -> str:
    """Give SHA-256, in hex, over the sorted `digest  path` lines of every file under data/ but the ledger's own."""
    chosen = sorted(n for n in digests if n.startswith("data/") and not n.startswith("data/ledger/"))
    return hashlib.sha256("".join(f"{digests[name]}  {name}\n" for name in chosen).encode()).hexdigest()


def check(report: Report, case: bytes) -> None:
    """Check that the last entry names this payload, these entries and this custody, all of one exhibit. Raises Failed."""
    if not report.entries:
        raise Failed("data/ledger/entries.jsonl tells of nothing that was not erased.")
    made, others = report.entries[-1], report.entries[:-1]
    for entry in report.entries:
        if (entry["on"]["kind"], entry["on"]["id"]) != ("exhibit", report.header["exhibit"]["id"]):
            raise Failed(f"Entry {entry['id']} is about something else than this exhibit.")
    _listed(made, report.ids)
    _copies(others, report)
    _catalogues(others, report)
    graph.check(case, report.header, others)
    _payload(made, report)
    report.checks.append("The graph for other programs, data/case.jsonld, tells the same acts, copies and digests.")
    report.checks.append("The ledger says that just these files and these entries were handed out.")
    inside = sum(copy["included"] for copy in report.header["copies"])
    told = f"{inside} of {len(report.header['copies'])} copies lie in this bundle, byte for byte as they were received."
    report.checks.append(told if inside else "No copy lies in this bundle; the ledger says which were received.")
    _custody(made, report)


def _custody(made: dict[str, Any], report: Report) -> None:
    report.steps = custody.steps_of(report.entries)
    custody.check(report.steps)
    if made["facts"]["custody"] != len(report.steps):
        raise Failed(
            f"Entry {made['id']} handed out {made['facts']['custody']} steps of custody, not {len(report.steps)}."
        )
    report.checks.append(f"The custody is unbroken: {len(report.steps)} steps.")


def _listed(made: dict[str, Any], ids: list[str]) -> None:
    if made["event"] != "bundle.made" or ids[-1] != made["id"]:
        raise Failed(f"The last entry, {made['id']}, is not the one that says what was handed out.")
    listed, found = made["facts"]["entries"], ids[:-1]
    if listed != found:
        odd = next(iter([*set(listed) ^ set(found), *found]), "none")
        raise Failed(
            f"The entries are not those that were handed out: see {odd}, which is missing, added or out of order."
        )


def _payload(made: dict[str, Any], report: Report) -> None:
    """Check the digest of all files; each copy and catalogue was checked by itself, so only the rest can be meant."""
    if made["facts"]["payload"] == payload_digest(report.digests):
        return
    absent = {f"data/catalogues/{told['digest']}/manifest.json" for told in report.header["catalogues"]}
    doubtful = [*PLAIN, *sorted(absent - set(report.digests))]
    raise Failed(
        f"The files of the bundle are not those that entry {made['id']} says were handed out: see {', '.join(doubtful)}."
    )


def _copies(entries: list[dict[str, Any]], report: Report) -> None:
    copies = report.header["copies"]
    told = [one["facts"] for one in entries if one["event"] == "copy.received"]
    received = {(one["sha256"], one["size"], one["name"]) for one in told}
    if odd := sorted(received ^ {(copy["sha256"], copy["size"], copy["name"]) for copy in copies}):
        raise Failed(
            f"The copy {odd[0][2]!r} ({odd[0][0]}) is not both in data/bundle.json and received in the ledger."
        )
    for copy in copies:
        _copy(copy, report)
    wanted = {copy["path"] for copy in copies}
    if extra := sorted(path for path in report.digests if path.startswith("data/objects/") and path not in wanted):
        raise Failed(f"{extra[0]} is not a copy that data/bundle.json names.")


def _copy(copy: dict[str, Any], report: Report) -> None:
    path = f"data/objects/{copy['sha256']}"
    if copy["path"] != (path if copy["included"] else None):
        raise Failed(f"data/bundle.json does not say rightly where the copy {copy['sha256']} lies.")
    found = (report.digests.get(path), report.sizes.get(path))
    if copy["included"] and found != (copy["sha256"], copy["size"]):
        raise Failed(f"{path} is missing, or is not the copy that was received.")
    if report.crcs.get(path) != copy["crc32"]:
        raise Failed(f"{path} has another CRC-32 in the zip than data/bundle.json says.")


def _catalogues(entries: list[dict[str, Any]], report: Report) -> None:
    named = {f"data/catalogues/{told['digest']}/manifest.json" for told in report.header["catalogues"]}
    facts = [one["facts"] for one in entries if one["event"] == "examination.finished"]
    finished = {(one["catalogue"], one["copy"], one["files"], one["problems"]) for one in facts}
    for told in report.header["catalogues"]:
        if (told["digest"], told["copy"], told["files"], told["problems"]) not in finished:
            raise Failed(f"The catalogue {told['digest']} is not one that the ledger says was made.")
    for path in sorted(one for one in report.digests if one.startswith("data/catalogues/")):
        if path not in named or report.digests[path] != path.split("/")[2]:
            raise Failed(f"{path} is not the catalogue that the ledger says was made.")
