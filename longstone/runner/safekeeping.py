"""make backup, make restore: `python -m longstone.runner backup TO`, `check FROM`, `restore FROM`, `reconcile --by`."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django

from longstone.kernel.refusals import Refusal
from longstone.runner import backup, house, restore
from longstone.runner.addresses import addresses
from longstone.runner.postgres import Postgres, PostgresFault
from longstone.runner.roles import ROLES

AMISS, REFUSED = 1, 2


def arguments(told: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="longstone.runner", description=__doc__)
    acts = parser.add_subparsers(dest="act", required=True)
    made = acts.add_parser("backup", help="copy everything the house keeps to another disk, while it runs")
    made.add_argument("place", type=Path, metavar="TO")
    made.add_argument(
        "--keys", type=Path, help="the folder for the keys, best on a third disk; else TO-keys, beside TO"
    )
    for name, about in (("check", "read a backup whole and compare every digest"), ("restore", "lay a backup down")):
        one = acts.add_parser(name, help=about)
        one.add_argument(
            "place", type=Path, metavar="FROM", help="a folder of backups (the newest is taken), or one of them"
        )
        one.add_argument("--keys", type=Path, help="the file of the keys, or its folder; else FROM-keys")
    one.add_argument("--over", action="store_true", help="move aside what the home holds")
    acts.add_parser(
        "addresses", help="prepare the database that DATABASE_URL administers, and print each role's address"
    )
    acts.add_parser("reconcile", help="settle a restore", add_help=False)
    given, rest = parser.parse_known_args(told)
    if rest and given.act != "reconcile":
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    given.rest = rest
    return given


def main(told: list[str]) -> int:
    """Do one of them; gives 0, 1 if a backup was made but something is amiss, 2 if it was refused."""
    given = arguments(told)
    home = Path(os.environ.get("LONGSTONE_HOME") or house.ROOT / "var").resolve()
    try:
        return ACTS[given.act](given, home)
    except (Refusal, PostgresFault, house.NotReady) as fault:
        sys.stderr.write(f"{getattr(fault, 'sentence', fault)}\n")
        return REFUSED


def _backup(given: argparse.Namespace, home: Path) -> int:
    restore.refuse_half(home)
    place = given.place.resolve()
    keys = given.keys.resolve() if given.keys else restore.beside(place)
    if place.is_relative_to(home) or keys.is_relative_to(place):
        raise Refusal("A backup lies outside the house, and its keys outside the backup. Name other folders.")
    with database(home) as urls:
        _as_worker(home, urls)
        name = backup.back_up(place, keys, owner=urls["owner"])
    amiss = restore.Backup(place / "backups" / name, keys).told["amiss"]
    _say(f"Backup {name} is whole in {place}. Its keys are in {keys}: keep them on another disk, under lock.")
    for line in amiss:
        sys.stderr.write(f"Amiss: {line}\n")
    return AMISS if amiss else 0


def _check(given: argparse.Namespace, home: Path) -> int:  # noqa: ARG001 - every act takes both
    found = restore.Backup(given.place.resolve(), given.keys)
    restore.refuse_faults(found)
    _say(f"Backup {found.folder.name} is whole: every digest was compared.")
    return 0


def _restore(given: argparse.Namespace, home: Path) -> int:
    found = restore.Backup(given.place.resolve(), given.keys)
    restore.refuse_faults(found)
    house.make_home(home)
    with _alone(home):
        restore.clear(home, over=given.over)
    removed = restore.removed_since(_outside())
    restore.lay_down(found, home, removed)
    with database(home) as urls:
        restore.refuse_used(urls["owner"])
        restore.put_back(found, urls["owner"])
        house.manage(house.environments(home, urls, demo=False)["owner"], "migrate", "-v0")
        restore.say_restored(found, urls["owner"])
        erased = restore.erase_again(urls["owner"], _outside())
    restore.finish(home)
    told = (
        f"of {found.told['backup_of'][:16].replace('T', ' ')} UTC, {found.told['ledger']['size']} entries of the ledger"
    )
    _say(f"Restored {home} from backup {found.folder.name} ({told}). The house signs nothing until it is reconciled:")
    _say(
        f"  python -m longstone.runner reconcile --by USERNAME\n{erased} entries were erased again; {len(removed)} objects that were disposed of stay away."
    )
    return 0


def _reconcile(given: argparse.Namespace, home: Path) -> int:
    restore.refuse_half(home)
    with database(home) as urls:
        if erased := restore.erase_again(urls["owner"], _outside()):
            _say(f"{erased} entries that were erased since the backup were erased again.")
        envs = house.environments(home, urls, demo=False)
        return house.run(envs["worker"], "reconcile", *given.rest)


def _addresses(given: argparse.Namespace, home: Path) -> int:  # noqa: ARG001 - every act takes both
    if not os.environ.get("DATABASE_URL"):
        raise Refusal("Set DATABASE_URL to an administrator's address of your server.")
    house.make_home(home)
    for role, url in addresses(home, None).items():
        _say(f"export DATABASE_URL_{role.upper()}={shlex.quote(url)}")
    return 0


def _outside() -> Path | None:
    told = os.environ.get("LONGSTONE_OUTSIDE")
    return Path(told) if told else None


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Hold a home that nobody runs from."""
    server = Postgres(home)
    server.hold()
    try:
        yield
    finally:
        server.stop()


@contextmanager
def database(home: Path) -> Iterator[dict[str, str]]:
    """Give each role's address: at the server that DATABASE_URL names, at the running house's own, or at one started for this."""
    if os.environ.get("DATABASE_URL"):
        yield addresses(home, None)
        return
    server = Postgres(home)
    if server.answers():
        yield {role: server.url(role) for role in ROLES}
        return
    try:
        yield addresses(home, server)
    finally:
        server.stop()


def _as_worker(home: Path, urls: dict[str, str]) -> None:
    os.environ.update(house.environments(home, urls, demo=False)["worker"])
    django.setup()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


ACTS = {"backup": _backup, "check": _check, "restore": _restore, "reconcile": _reconcile, "addresses": _addresses}
