"""Print the consistency proof from a checkpoint that somebody kept, for `python -m verifier --since … --proof …`."""

import base64
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from longstone.kernel.ledger import proofs
from longstone.kernel.refusals import Refusal
from verifier import note


class Command(BaseCommand):
    """Prints a proof, one base64 hash a line."""

    help = __doc__ or ""

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("old", type=Path, help="the checkpoint that was kept")
        parser.add_argument(
            "--to", type=Path, help="the checkpoint to prove it to, such as a bundle's; else the newest"
        )

    def handle(self, *_: Any, old: Path, to: Path | None, **__: Any) -> None:
        try:
            for step in proofs.since(_read(old), _read(to) if to else None):
                self.stdout.write(base64.b64encode(step).decode())
        except (Refusal, note.BadNote, OSError) as why:
            raise CommandError(str(why), returncode=2) from why


def _read(path: Path) -> note.Checkpoint:
    return note.parse_checkpoint(note.parse_note(path.read_bytes()).text)
