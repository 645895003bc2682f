"""python -m verifier bundle.zip --key force.vkey: 0 verified, 1 failed, 2 could not check, 3 consistent but unauthenticated."""

from __future__ import annotations

import argparse
import sys
import unicodedata
from pathlib import Path
from typing import Any, NoReturn

from verifier import bundle, note
from verifier.container import Container

VERIFIED, FAILED, COULD_NOT, UNAUTHENTICATED = 0, 1, 2, 3
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def plain(text: Any) -> str:
    """Make a text of the bundle safe to print: what does not show, shows as a question mark."""
    return "".join("?" if unicodedata.category(sign) in UNSEEN else sign for sign in str(text))[:2000]


class Parser(argparse.ArgumentParser):
    """Arguments, with errors as exit code 2."""

    def error(self, message: str) -> NoReturn:
        raise bundle.CannotCheck(message)


def arguments(told: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = Parser(prog="verifier", description="Checks a custody bundle without trusting the force that made it.")
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--key", type=Path, help="the force's public key, got from the force itself")
    parser.add_argument("--since", type=Path, help="a checkpoint of the same ledger that you kept from earlier")
    parser.add_argument("--proof", type=Path, help="the force's consistency proof from that checkpoint to this one")
    parser.add_argument("--witness", type=Path, help="the public key of a witness that must have cosigned")
    parser.add_argument("--quiet", action="store_true", help="print the verdict alone")
    return parser.parse_args(told)


def main(told: list[str] | None = None) -> int:
    """Check, and say in plain words what was found."""
    try:
        given = arguments(sys.argv[1:] if told is None else told)
        return _verdict(given)
    except bundle.Failed as failed:
        say(f"FAILED. {plain(failed)}")
        return FAILED
    except (bundle.CannotCheck, OSError, note.BadNote) as missing:
        say(f"COULD NOT CHECK. {plain(missing)}")
        return COULD_NOT


def _verdict(given: argparse.Namespace) -> int:
    key = note.parse_key(_text(given.key)) if given.key else None
    witness = note.parse_key(_text(given.witness)) if given.witness else None
    with given.bundle.open("rb") as stream:
        report = bundle.check(stream, key=key)
        if witness:
            _witnessed(stream, report, witness)
    if given.since:
        proof = [note.unbase64(line) for line in _text(given.proof).split()] if given.proof else None
        bundle.check_since(report, note.parse_note(given.since.read_bytes()), key, proof)
    if not given.quiet:
        _print(report)
    return _last_word(report)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise bundle.CannotCheck(f"{path} is not a text file.") from error


def _witnessed(stream: Any, report: bundle.Report, witness: note.Key) -> None:
    opened = Container(stream)
    signed = note.parse_note(opened.small(f"{report.header['bag']}/data/ledger/checkpoint"))
    try:
        found = note.verify(signed, witness)
    except note.BadSignature as error:
        raise bundle.Failed(str(error)) from error
    if not found:
        raise bundle.Failed(f"The witness {witness.name} has not cosigned this checkpoint.")
    report.checks.append(f"The witness {witness.name} has cosigned the ledger.")


def _print(report: bundle.Report) -> None:
    exhibit = report.header["exhibit"]
    say(f"Exhibit {plain(exhibit['label'])}: {plain(exhibit['description'])}")
    say(f"Case {plain(exhibit['case'])}. Ledger {plain(report.header['origin'])}.")
    for copy in report.header["copies"]:
        where = "in this bundle" if copy["included"] else "not in this bundle"
        say(f"Copy {plain(copy['name'])}: {copy['size']} bytes, SHA-256 {plain(copy['sha256'])}, {where}.")
    say("\nCustody:")
    for step in report.steps:
        _print_step(step.seq, step.entry, step.custody)
    say("\nChecks:")
    for line in report.checks:
        say(f"  yes  {plain(line)}")


def _print_step(seq: int, entry: dict[str, Any], told: dict[str, Any]) -> None:
    holder, place = told.get("holder"), told.get("place")
    where = holder["name"] if holder else place or "nobody"
    act = entry["event"].split(".")[-1].replace("_", " ")
    offered = f", offered to {told['offered_to']['name']}" if told.get("offered_to") else ""
    why = f" ({told['reason']})" if told.get("reason") else ""
    say(
        plain(
            f"  {seq:>3}  {entry['at'][:19]}Z  {act:<10} by {entry['by']['name']}: with {where}{offered}, seal {told.get('seal')}{why}"
        )
    )


def _last_word(report: bundle.Report) -> int:
    if report.signed:
        say("\nVERIFIED against the key you supplied.")
        return VERIFIED
    say("\nNOT AUTHENTICATED. The bundle agrees with itself, but no key was given: anybody could have made it.")
    say("Get the force's public key from the force itself, and run this again with --key.")
    return UNAUTHENTICATED


def say(text: str) -> None:
    """Print a line, whatever the terminal can show."""
    sys.stdout.write(
        text.encode(sys.stdout.encoding or "utf-8", "replace").decode(sys.stdout.encoding or "utf-8") + "\n"
    )


if __name__ == "__main__":
    sys.exit(main())
