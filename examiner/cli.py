"""What can be done with the examiner from a command line?

Exit codes: 0 the catalogue is complete (or `check` found it whole); 1 it is not complete, or `check` found a fault;
2 nothing could be started, and a sentence on stderr says why.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from examiner.refusals import Refused
from examiner.version import VERSION

WHOLE, AT_FAULT, NOT_STARTED = 0, 1, 2


def main(arguments: Sequence[str]) -> int:
    """Do what the arguments ask and give the exit code."""
    asked = _parser().parse_args(arguments)
    act: Callable[[argparse.Namespace], int] = asked.act
    try:
        return act(asked)
    except Refused as said:
        print(f"Not started. {said}", file=sys.stderr)  # noqa: T201 - a sentence for the person at the terminal
        return NOT_STARTED
    except KeyboardInterrupt:
        print("Stopped. What was begun is left in the .partial folder; the next run replaces it.", file=sys.stderr)  # noqa: T201
        return AT_FAULT
    except BrokenPipeError:
        return AT_FAULT


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m examiner", description=__doc__)
    parser.add_argument("--version", action="version", version=f"examiner {VERSION}")
    acts = parser.add_subparsers(required=True, metavar="open | check | find | serve")
    _open_parser(acts.add_parser("open", help="examine an image or a folder and write its catalogue"))
    check = acts.add_parser("check", help="check that a catalogue is whole and adds up")
    check.add_argument("catalogue", type=Path)
    check.set_defaults(act=_check)
    find = acts.add_parser("find", help="find files by a part of their path")
    find.add_argument("catalogue", type=Path)
    find.add_argument("name")
    find.add_argument("--limit", type=int, default=100, help="rows to show, at most 500 (100)")
    find.set_defaults(act=_find)
    serve = acts.add_parser("serve", help="answer questions about catalogues, one JSON line each, on stdin and stdout")
    serve.add_argument("root", type=Path, help="only catalogues beneath this folder are opened")
    serve.set_defaults(act=_serve)
    return parser


def _open_parser(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "input", type=Path, help="a raw image (or its first part), an E01 (its first segment), or a folder"
    )
    parser.add_argument("--out", type=Path, required=True, help="the new folder for the catalogue")
    parser.add_argument("--progress", choices=("line", "json"), default="line", help="one renewed line, or JSON lines")
    parser.add_argument("--quiet", action="store_true", help="say nothing but faults")
    parser.add_argument(
        "--no-input-digest", action="store_true", help="leave out the SHA-256 of a raw input and its files"
    )
    parser.add_argument("--no-deleted-content", action="store_true", help="list deleted files without reading them")
    parser.add_argument(
        "--weak-sandbox", action="store_true", help="go on even where no wall can be set; it is recorded"
    )
    parser.set_defaults(act=_open)


def _open(asked: argparse.Namespace) -> int:
    import pyarrow as pa

    from examiner.opening import open_image
    from examiner.progress import Reporter
    from examiner.settings import Settings

    pa.set_memory_pool(pa.system_memory_pool())  # a short run: Arrow's own pool costs more than it saves
    settings = Settings(
        digest_input=not asked.no_input_digest,
        read_deleted=not asked.no_deleted_content,
        weak_sandbox=asked.weak_sandbox,
    )
    reporter = None if asked.quiet else Reporter(as_json=asked.progress == "json")
    opened = open_image(asked.input, asked.out, settings, reporter)
    if reporter:
        reporter.close()
    _tell(opened.counts, opened.manifest_sha256, quiet=asked.quiet)
    for sentence in opened.unfinished:
        print(f"Not complete. {sentence}", file=sys.stderr)  # noqa: T201
    return WHOLE if opened.complete else AT_FAULT


def _tell(counts: dict[str, int], digest: str, *, quiet: bool) -> None:
    if quiet:
        return
    streams = f"{counts['streams read']} streams read, {counts['streams not read']} not read"
    print(f"{counts['entries']} entries in {counts['volumes']} volumes; {streams}; {counts['problems']} problems.")  # noqa: T201
    print(f"manifest sha256 {digest}")  # noqa: T201


def _check(asked: argparse.Namespace) -> int:
    from examiner.catalogue.check import check, read_manifest

    wrong = check(asked.catalogue)
    said = read_manifest(asked.catalogue)
    for sentence in [*wrong, *(f"Not complete. {why}" for why in said.get("unfinished", []))]:
        print(sentence)  # noqa: T201
    if wrong or not said.get("complete"):
        return AT_FAULT
    print("The catalogue is whole and its counts add up.")  # noqa: T201
    return WHOLE


def _find(asked: argparse.Namespace) -> int:
    from examiner.catalogue.check import read_manifest
    from examiner.query import Catalogues, Question

    read_manifest(asked.catalogue)
    place = asked.catalogue.resolve()
    ask = Question(catalogue=place.name, table="files", search=asked.name, limit=max(1, min(500, asked.limit)))
    found = Catalogues(place.parent).page(ask)
    for row in found["rows"]:
        stream = f":{row['stream']}" if row["stream"] else ""
        print(f"{row['row']}\t{row['sha256'] or row['state']}\t{row['size']}\t{_shown(row['path'] + stream)}")  # noqa: T201
    return WHOLE


def _shown(path: str) -> str:
    """A path for a terminal: letters that steer it or turn the text round are written as escapes."""
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in path)


def _serve(asked: argparse.Namespace) -> int:
    from examiner.serve import serve

    return serve(root=asked.root, questions=sys.stdin.buffer, answers=sys.stdout.buffer)
