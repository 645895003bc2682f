"""python -m witness --log force.vkey --key FILE --state DIR --listen 127.0.0.1:PORT; python -m witness key --name NAME --out FILE."""

from __future__ import annotations

import argparse
import ipaddress
import signal
import sys
from pathlib import Path

from verifier import note
from witness import keyfile
from witness.judging import Logs
from witness.serving import Server, Witness
from witness.state import BadState, State


class Wrong(ValueError):
    """The witness was told something that it cannot do; the sentence says what."""


def _arguments(told: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="witness", description=__doc__, allow_abbrev=False)
    if told[:1] == ["key"]:
        parser.add_argument("key")
        parser.add_argument("--name", required=True, help="such as witness.example/w1; it stands in every cosignature")
        parser.add_argument("--out", required=True, type=Path, help="the file to make")
        return parser.parse_args(told)
    parser.add_argument(
        "--log", required=True, type=Path, action="append", help="a file of the force's vkeys, one a line"
    )
    parser.add_argument("--key", required=True, type=Path, help="this witness's key, made by `python -m witness key`")
    parser.add_argument("--state", required=True, type=Path, help="the folder of what it has cosigned")
    parser.add_argument("--listen", default="127.0.0.1:8101", help="HOST:PORT; another machine's only with --anywhere")
    parser.add_argument("--anywhere", action="store_true", help="listen on an address that others can reach")
    return parser.parse_args(told)


def main(told: list[str] | None = None) -> int:
    """Make a key, or witness until stopped."""
    given = _arguments(sys.argv[1:] if told is None else told)
    try:
        if isinstance(given.key, str):
            sys.stdout.write(f"{keyfile.make(given.out, given.name).vkey}\n")
            return 0
        return _serve(given)
    except (Wrong, keyfile.BadKeyFile, BadState, note.BadNote, OSError) as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    except KeyboardInterrupt:
        return 0


def logs(paths: list[Path]) -> Logs:
    """Read which keys sign which log: the key's name is the log's origin."""
    keys: dict[str, list[note.Key]] = {}
    for path in paths:
        for line in filter(None, path.read_text("utf-8").splitlines()):
            key = note.parse_key(line)
            if key.kind != note.ED25519:
                raise Wrong(f"{path} holds a witness's key. Give the key with which the force signs.")
            keys.setdefault(key.name, []).append(key)
    return keys


def address(told: str, *, anywhere: bool) -> tuple[str, int]:
    """Read where to listen: on this machine only, unless it is asked for."""
    host, _, port = told.rpartition(":")
    if not note.NUMBER.fullmatch(port) or int(port) > 65535:  # noqa: PLR2004 - the largest port
        raise Wrong(f"{told} is not an address such as 127.0.0.1:8101.")
    if not anywhere and not _is_here(host):
        raise Wrong(f"{host or 'Every address'} can be reached by others. Add --anywhere if that is meant.")
    return host, int(port)


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _serve(given: argparse.Namespace) -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    host, port = address(given.listen, anywhere=given.anywhere)
    witness = Witness(keyfile.read(given.key), logs(given.log), State(given.state))
    with Server(witness, host, port) as listening:
        told = f"http://{host}:{listening.server_address[1]}"
        sys.stdout.write(f"The witness {witness.signer.vkey} listens at {told}\n")
        sys.stdout.flush()
        listening.serve_forever(poll_interval=0.1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
