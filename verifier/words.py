"""How is it said to somebody who has only the bundle, the key and this program?"""

from __future__ import annotations

import json
import unicodedata
from typing import Any

from verifier.custody import Step
from verifier.report import Report

UNSEEN = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
LONGEST, WIDEST = 500, 40
VERIFIED, FAILED, COULD_NOT, UNAUTHENTICATED = 0, 1, 2, 3
VERDICTS = {
    VERIFIED: "VERIFIED against the key you supplied.",
    FAILED: "FAILED. This bundle is not what it says it is.",
    COULD_NOT: "COULD NOT CHECK. Nothing is known about this bundle.",
    UNAUTHENTICATED: "NOT AUTHENTICATED. The bundle agrees with itself, but no key was given: anybody could have made it.\n"
    "Get the force's public key from the force itself, and run this again with --key.",
}
NAMES = {VERIFIED: "verified", FAILED: "failed", COULD_NOT: "could not check", UNAUTHENTICATED: "not authenticated"}


def plain(text: Any) -> str:
    """Make a text safe to print: what does not show, or turns the line about, becomes a question mark; 500 signs at most."""
    told = str(text)
    cut = told if len(told) <= LONGEST else told[:LONGEST] + "..."
    return "".join("?" if unicodedata.category(sign) in UNSEEN else sign for sign in cut)


def checks(report: Report) -> list[str]:
    """Say what was in order, and what was not looked at, one line each."""
    return [f"  yes  {plain(line)}" for line in report.checks] + [
        f"  not checked  {plain(line)}" for line in report.left
    ]


def summary(report: Report) -> list[str]:
    """Say who, what and when: the exhibit, its copies, its custody, and the ledger that tells of it."""
    header, exhibit = report.header, report.header["exhibit"]
    made = f" by {plain(header['made_by']['name'])}" if header["made_by"] else ""
    said = [
        f"Exhibit  {plain(exhibit['label'])}: {plain(exhibit['description'])}",
        f"Case     {plain(exhibit['case'])}",
        f"Bundle   {plain(header['bag'])}, made {_moment(header['made_at'])}{made}",
    ]
    return [*said, *_copies(header), *_ledger(report), "", "Custody (times in UTC)", *_table(report.steps)]


def _copies(header: dict[str, Any]) -> list[str]:
    said = []
    for copy in header["copies"]:
        where = "in this bundle" if copy["included"] else "not in this bundle"
        said += [f"Copy     {plain(copy['name'])}, {copy['size']} bytes, {where}", f"         SHA-256 {copy['sha256']}"]
    for one in header["catalogues"]:
        told = f"{one['files']} files, {one['problems']} problems; digest {one['digest']}"
        said.append(f"Contents of the copy {one['copy'][:12]}...: {told}")
    return said


def _ledger(report: Report) -> list[str]:
    times = sorted(entry["recorded_at"] for entry in report.entries)
    return [
        f"Ledger   {plain(report.checkpoint.origin)}, {report.checkpoint.size} entries when it was signed",
        f"         {len(times)} of them in this bundle, recorded {_moment(times[0])} to {_moment(times[-1])}",
    ]


def _moment(told: str) -> str:
    return f"{told[:10]} {told[11:19]}"


def _table(steps: list[Step]) -> list[str]:
    head = ("step", "when", "what", "by", "then with", "seal")
    rows = [head, *(_row(step) for step in steps)]
    widths = [min(max(len(row[n]) for row in rows), WIDEST) for n in range(len(head))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    said = lines[:1]
    for line, step in zip(lines[1:], steps, strict=True):
        said += [line, *(f"      {note}" for note in _notes(step))]
    return [*said, f"At the end the exhibit is {plain(steps[-1].told['to'])}: {_row(steps[-1])[4]}."]


def _row(step: Step) -> tuple[str, ...]:
    told, entry = step.told, step.entry
    act = entry["event"].rpartition(".")[2].replace("_", " ")
    where = [told["holder"]["name"] if told["holder"] else "", told["place"] or ""]
    whereabouts = ", ".join(one for one in where if one) or "nobody"
    cells = (step.seq, _moment(entry["at"]), act, entry["by"]["name"], whereabouts, told["seal"] or "none")
    return tuple(plain(cell) for cell in cells)


def _notes(step: Step) -> list[str]:
    """Say what does not fit the table: to whom it was offered, why, and when it was written down if that was later."""
    told, entry = step.told, step.entry
    offered = f"offered to {plain(told['offered_to']['name'])}" if told["offered_to"] else ""
    reason = f"reason: {plain(told['reason'])}" if told["reason"] else ""
    later = f"written down only on {_moment(entry['recorded_at'])}" if entry["past"] else ""
    return [note for note in (offered, reason, later) if note]


def as_json(report: Report, code: int, why: str) -> str:
    """Say it all to a program: one JSON object in ASCII, its `exit` and `verdict` as on the command line."""
    told: dict[str, Any] = {"exit": code, "verdict": NAMES[code], "why": why, "checks": report.checks}
    told["not_checked"] = report.left
    if code in {VERIFIED, UNAUTHENTICATED}:
        told |= {"bundle": report.header, "custody": [{**step.told, **_who(step)} for step in report.steps]}
        told |= {"ledger": {"origin": report.checkpoint.origin, "size": report.checkpoint.size}}
    return json.dumps(told, indent=1, sort_keys=True)


def _who(step: Step) -> dict[str, Any]:
    return {name: step.entry[name] for name in ("at", "by", "event", "id", "past", "recorded_at")}
