"""Settle a restore: compare with what was signed, take the lost entries' places, and let the house sign again (D11)."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from longstone.kernel.ledger import reconciling, restorations
from longstone.kernel.models import Restoration
from longstone.kernel.refusals import Refusal
from longstone.people.queries import officer_named


class Command(BaseCommand):
    """Settles a restore, and says what was lost."""

    help = __doc__ or ""

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--by", required=True, help="the user name of whoever runs the house")
        parser.add_argument(
            "--checkpoint", type=Path, action="append", default=[], help="a checkpoint that somebody kept"
        )
        parser.add_argument("--unknown", action="store_true", help="no checkpoint was ever kept outside the house")
        parser.add_argument("--fork", action="store_true", help="go on although the lost entries' leaves are lost too")

    def handle(self, *_: Any, by: str, checkpoint: list[Path], unknown: bool, fork: bool, **__: Any) -> None:
        at = timezone.now()
        try:
            told = [_read(path) for path in checkpoint]
            settled = reconciling.reconcile(
                by=officer_named(by, at=at), at=at, checkpoints=told, unknown=unknown, fork=fork
            )
            restorations.keep_outside()
        except Refusal as refusal:
            raise CommandError(refusal.sentence, returncode=2) from refusal
        self.stdout.write(said(settled))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refusal(f"{path} cannot be read: {error.strerror}.") from error


def said(settled: Restoration) -> str:
    """Say what was lost, and that the house signs again."""
    if not settled.lost:
        return (
            f"Nothing was lost: the ledger holds all {settled.known_size} entries that were signed. It is signed again."
        )
    first, end = settled.kept_size, settled.known_size
    tree = "It goes on from there." if settled.bridged else "The tree is forked: see docs/how-to/restore.md."
    return (
        f"{settled.lost} entries of the ledger were lost, between number {first} and {end}. Their places are kept, and what was done "
        f"must be entered again. {tree} The signed note:\n\n{settled.note}"
    )
