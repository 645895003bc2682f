"""Check that everything kept is still what it was: 0 all sound, 1 something failed and is named, 2 something was not checked."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from longstone.kernel import ledger
from longstone.kernel.actor import machine
from longstone.kernel.ledger.audit import Report, audit

AUDITOR = machine("the audit")


class Command(BaseCommand):
    """Runs the full audit."""

    help = __doc__ or ""

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--ledger-only", action="store_true", help="leave the stored bytes for another time")
        parser.add_argument("--since", type=Path, help="a checkpoint that you kept: the ledger must continue it")

    def handle(self, *_: Any, ledger_only: bool, since: Path | None, **__: Any) -> None:
        report = Report(tell=self.stdout.write)
        audit(report, ledger_only=ledger_only, since=since.read_text("utf-8") if since else "")
        ledger.read(
            "ledger.audit", by=AUDITOR, size=report.size, sound=dict(report.sound), failed=dict(report.failed),
            not_checked=len(report.gaps), ledger_only=ledger_only,
        )  # fmt: skip
        if ledger_only:
            self.stdout.write("The stored objects were not asked for.")
        self.stdout.write(report.verdict())
        sys.exit(report.code)
