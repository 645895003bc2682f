"""Count, verify, try or sweep the store now, and say what was found: for the person who keeps it."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from longstone.evidence import shelved
from longstone.evidence.jobs import SWEEPER
from longstone.kernel import store
from longstone.kernel.store import encrypted, watching


class Command(BaseCommand):
    """Sees to the store; ends with 1 if anything is wrong."""

    help = __doc__ or ""

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("do", choices=["count", "verify", "try", "sweep", "rewrap"])

    def handle(self, *_: Any, do: str, **__: Any) -> None:
        acts = {
            "count": self._count,
            "verify": self._verify,
            "try": self._try,
            "sweep": self._sweep,
            "rewrap": self._rewrap,
        }
        if not acts[do]():
            raise SystemExit(1)

    def _count(self) -> bool:
        made = [watching.take_inventory(one, by=SWEEPER, at=timezone.now()) for one in shelved.holdings()]
        for one in made:
            self.stdout.write(
                f"{one.holding}: {one.found} found, {one.expected} recorded, {one.differences} differences"
            )
            for wrong in one.found_wrong.order_by("kind", "name"):
                self.stdout.write(f"  {wrong.kind} {wrong.name} {wrong.said}")
        return not any(one.differences for one in made)

    def _verify(self) -> bool:
        done = {one.name: watching.verify(one, by=SWEEPER, at=timezone.now()) for one in shelved.holdings()}
        for name, found in done.items():
            self.stdout.write(f"{name}: {found.verified} verified, {len(found.unread)} could not be read")
            self.stdout.write("".join(f"  wrong {sha256}\n" for sha256 in found.wrong), ending="")
        return not any(found.wrong or found.unread for found in done.values())

    def _try(self) -> bool:
        watching.probe(by=SWEEPER, at=timezone.now(), store=store.current())
        self.stdout.write(watching.label(store.current().address))
        return True

    def _sweep(self) -> bool:
        self.stdout.write(f"{store.current().sweep_incoming()} half-written pieces removed")
        return True

    def _rewrap(self) -> bool:
        kept = store.current()
        if not isinstance(kept, encrypted.Encrypted):
            self.stderr.write("This store is not encrypted: it has no keys to wrap again.")
            return False
        self.stdout.write(f"{encrypted.rewrap(kept.key)} keys wrapped again")
        return True
