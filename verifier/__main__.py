"""python -m verifier bundle.zip --key force.vkey: 0 verified, 1 failed, 2 could not check, 3 consistent but unauthenticated."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import BinaryIO, NoReturn

from verifier import bundle, history, note, words
from verifier.records import CannotCheck, Failed
from verifier.report import Report
from verifier.words import COULD_NOT, FAILED, UNAUTHENTICATED, VERIFIED, plain

LARGEST = 1 << 20


class Parser(argparse.ArgumentParser):
    """Arguments; nothing that is wrong with them, nor asking for help, ever ends as if a bundle had been verified."""

    def error(self, message: str) -> NoReturn:
        raise CannotCheck(f"{message}. Try --help")

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:  # noqa: ARG002 - argparse's own signature
        raise SystemExit(COULD_NOT)


def _arguments(told: list[str]) -> argparse.Namespace:
    about = "Checks a custody bundle without trusting the force that made it."
    codes = "Exit code: 0 verified against a key you supplied, 1 failed, 2 could not check, 3 consistent but unauthenticated."
    parser = Parser(prog="verifier", description=about, epilog=codes, allow_abbrev=False)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--key", type=Path, help="the force's public key, which you got from the force itself")
    parser.add_argument("--since", type=Path, help="a checkpoint of the same ledger that you kept from earlier")
    parser.add_argument("--proof", type=Path, help="the force's consistency proof from that checkpoint to this one")
    parser.add_argument("--witness", type=Path, help="the public key of a witness that must have cosigned")
    parser.add_argument(
        "--tsa-root", type=Path, help="the certificate (PEM) of whoever issued a time stamper's certificate"
    )
    parser.add_argument("--quiet", action="store_true", help="print the verdict alone")
    parser.add_argument("--json", action="store_true", help="print one JSON object for a program to read")
    return parser.parse_args(told)


def main(told: list[str] | None = None) -> int:
    """Check a bundle and say what was found; gives the exit code, or ends with it if no arguments are passed."""
    code = _run(sys.argv[1:] if told is None else told)
    if told is None:
        sys.exit(code)  # not left to the caller: a zipapp throws away what this returns, and would always end with 0
    return code


def _run(told: list[str]) -> int:
    report, given, why = Report(), argparse.Namespace(quiet=False, json="--json" in told), ""
    try:
        given = _arguments(told)
        code = _check(given, report)
    except Failed as failed:
        code, why = FAILED, str(failed)
    except SystemExit:
        return COULD_NOT
    except (KeyboardInterrupt, Exception) as missing:  # noqa: BLE001 - an expert is shown a sentence, never a traceback
        code, why = COULD_NOT, str(missing) or type(missing).__name__
    _say(given, report, code, why)
    return code


def _check(given: argparse.Namespace, report: Report) -> int:
    key = _key(given.key, note.ED25519) if given.key else None
    witness = _key(given.witness, note.COSIGNATURE) if given.witness else None
    old = note.parse_note(_bytes(given.since)) if given.since else None
    proof = note.parse_proof(_bytes(given.proof)) if given.proof else None
    root = _bytes(given.tsa_root) if given.tsa_root else None
    with _open(given.bundle) as stream:
        bundle.check(stream, key=key, report=report)
    if witness:
        history.check_witness(report, witness)
    if old:
        history.check_since(report, old, key, proof)
    if root is not None:
        history.check_stamps(report, root)
    report.left = history.left(report, witness=witness, old=old)
    return VERIFIED if report.signed else UNAUTHENTICATED


def _key(path: Path, kind: int) -> note.Key:
    key = note.parse_key(_bytes(path).decode("utf-8", "replace"))
    if key.kind != kind:
        raise CannotCheck(f"{path} is a key of the other kind: a force signs (1), a witness cosigns (4).")
    return key


def _open(path: Path) -> BinaryIO:
    try:
        if path.exists() and not path.is_file():
            raise CannotCheck(f"{path} is not a file.")
        return path.open("rb")
    except (OSError, ValueError) as error:
        raise CannotCheck(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}.") from error


def _bytes(path: Path) -> bytes:
    with _open(path) as stream:
        return stream.read(LARGEST + 1)


def _say(given: argparse.Namespace, report: Report, code: int, why: str) -> None:
    """Print it, on whatever terminal there is; a reader who has gone away changes nothing in the verdict."""
    said = [words.as_json(report, code, why)] if given.json else _lines(given, report, code, why)
    if sys.stdout is None:  # it was closed before we began; the exit code still tells
        return
    encoding = sys.stdout.encoding or "utf-8"
    try:
        for line in said:
            sys.stdout.write(line.encode(encoding, "replace").decode(encoding) + "\n")
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _lines(given: argparse.Namespace, report: Report, code: int, why: str) -> list[str]:
    told = [line for line in words.VERDICTS[code].split("\n") if line] + ([plain(why)] if why else [])
    if given.quiet:
        return told
    passed = ["Checks", *words.checks(report), ""] if report.checks else []
    about = [*words.summary(report), ""] if code in {VERIFIED, UNAUTHENTICATED} else []
    return [*about, *passed, *told]


if __name__ == "__main__":
    main()
