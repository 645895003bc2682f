"""Which bytes of the media are not to be trusted, and why?"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Flaw:
    """Bytes `start` to `end` (not included) of the media; `where` is the container's own word for the place."""

    start: int
    end: int
    where: str
    sentence: str


@dataclass
class Damage:
    """Flaws in the order of the media, without overlap, and sentences about the container as a whole.

    `truncated` is true when the container ends before it says it does.
    """

    flaws: list[Flaw] = field(default_factory=list)
    remarks: list[tuple[str, str]] = field(default_factory=list)
    truncated: bool = False

    def touched(self, start: int, length: int) -> Flaw | None:
        """The first flaw within these bytes of the media, if any."""
        at = bisect_right(self.flaws, start, key=lambda flaw: flaw.end)
        if at < len(self.flaws) and self.flaws[at].start < start + length:
            return self.flaws[at]
        return None

    def add(self, flaw: Flaw) -> None:
        """Keep a flaw; the media is verified from its start to its end, so flaws come in order."""
        self.flaws.append(flaw)

    def remark(self, *, where: str, sentence: str) -> None:
        self.remarks.append((where, sentence))
