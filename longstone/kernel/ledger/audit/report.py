"""What did the audit find? Sound, not checked and failed are three different things, and none is ever shown as another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

SOUND, FAILED, NOT_CHECKED = 0, 1, 2


@dataclass(frozen=True)
class Fault:
    """One thing that is not what it was: of which kind, which one, and what is wrong with it."""

    kind: str
    item: str
    sentence: str

    def __str__(self) -> str:
        return f"FAILED {self.kind} {self.item}: {self.sentence}"


@dataclass
class Report:
    """Counts of what is sound, and every fault and gap, told as they are found; only the first thousand are kept."""

    tell: Callable[[str], object] = print
    sound: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)
    size: int = 0
    most: int = 1000

    def fault(self, kind: str, item: str, sentence: str) -> None:
        """Say what has failed, and name it."""
        found = Fault(kind, item, sentence)
        self.failed[kind] += 1
        if len(self.faults) < self.most:
            self.faults.append(found)
        self.tell(str(found))

    def gap(self, sentence: str) -> None:
        """Say what could not be checked."""
        if sentence not in self.gaps:
            self.gaps.append(sentence)
            self.tell(f"NOT CHECKED {sentence}")

    @property
    def code(self) -> int:
        """Give the exit code: 0 all sound, 1 something failed, 2 something could not be checked."""
        if self.failed:
            return FAILED
        return NOT_CHECKED if self.gaps else SOUND

    def verdict(self) -> str:
        """Say it in a line."""
        sound = ", ".join(f"{count} {kind}" for kind, count in self.sound.items() if count) or "nothing"
        if self.failed:
            failed = ", ".join(f"{count} {kind}" for kind, count in self.failed.items())
            return f"FAILED: {failed} (sound: {sound})"
        return f"{'NOT ALL CHECKED' if self.gaps else 'SOUND'}: {sound}"
