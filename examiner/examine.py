"""What does the limited process do with an image, from its first byte to its last row?"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from examiner.board import Board
from examiner.content import Budget
from examiner.rows import Full, Problem, Rows
from examiner.settings import Settings
from examiner.sources import Source, Unreadable, ewf, open_source
from examiner.volumes import Media, Volume, volumes
from examiner.walk import Walk

PIECE = 1 << 20
FULL = "The walk stopped at its limit of entries or problems: what comes after is not in this catalogue."
HASHES = ("md5", "sha1")


@dataclass
class Examination:
    """One input, read once: the container's digests, the media's digests, the volumes, the rows."""

    parts: Sequence[int]
    settings: Settings
    rows: Rows
    board: Board
    unfinished: list[str] = field(default_factory=list)

    def run(self) -> dict[str, str]:
        """Send every row and give the facts for the manifest."""
        facts: dict[str, str] = {}
        try:
            self._open(facts)
        except Unreadable as said:
            self._problem("unreadable", str(said))
            self._digest_parts(facts)
        self.rows.flush()
        counted = {f"count_{name}": str(count) for name, count in sorted(self.rows.counts.items())}
        return facts | counted | {"finished": " ".join(self.unfinished) or "yes"}

    def _open(self, facts: dict[str, str]) -> None:
        source = open_source(self.parts)
        packed = source.kind == ewf.Ewf.kind  # a raw image's own digest is that of its files
        digests = threading.Thread(target=self._digest_parts, args=(facts,))
        if packed:
            digests.start()
        facts |= {"input_kind": source.kind} | source.verify(board=self.board, wanted=self.settings.digest_input)
        self._container(source, facts)
        try:
            self._walk(source)
        except Full:
            self.unfinished.append(FULL)
        if packed:
            digests.join()

    def _walk(self, source: Source) -> None:
        budget = Budget.of(self.settings, media=source.size)
        found = list(volumes(source=source, media=Media(source, board=self.board)))
        for volume in found:
            self._volume(volume)
        for volume in found:
            if volume.system:
                self._one(volume, source, budget)

    def _one(self, volume: Volume, source: Source, budget: Budget) -> None:
        """Walk one volume; what breaks the walk of one is told and does not keep the others from being walked."""
        try:
            walk = Walk(
                volume=volume, source=source, budget=budget, settings=self.settings, rows=self.rows, board=self.board
            )
            walk.run()
        except (Full, MemoryError):
            raise
        except Exception as error:  # noqa: BLE001 - whatever hostile bytes cause becomes a sentence
            said = (
                f"The walk of volume {volume.number} stopped at what it could not understand ({type(error).__name__})."
            )
            self.unfinished.append(said)
            self.rows.problem(Problem(volume.number, None, None, "walk stopped", said, self.board.look().path or None))

    def _volume(self, volume: Volume) -> None:
        self.rows.volume(volume.row())
        where = f"bytes {volume.start} to {volume.start + volume.length - 1} of the media"
        if volume.cut_short:
            said = f"The image is cut short: volume {volume.number} says it is longer than the image that holds it."
            self.unfinished.append(said)
            self.rows.problem(Problem(volume.number, None, None, "short", said, where))
        if volume.why:
            sentence = f"The volume was not read. {volume.why}"
            self.rows.problem(Problem(volume.number, None, None, "volume not read", sentence, where))

    def _container(self, source: Source, facts: dict[str, str]) -> None:
        """Say all that is wrong with the container itself, before anything in it."""
        for where, sentence in source.damage.remarks:
            self.rows.problem(Problem(None, None, None, "damaged image", sentence, where))
        for flaw in source.damage.flaws:
            self.rows.problem(Problem(None, None, None, "damaged image", flaw.sentence, flaw.where))
        for name in HASHES:
            self._compare(name, facts)
        if source.damage.truncated:
            self.unfinished.append("The image is cut short.")

    def _compare(self, name: str, facts: dict[str, str]) -> None:
        stored = facts.get(f"stored_{name}")
        if stored and (now := facts.get(f"media_{name}")) != stored:
            word = name.upper().replace("SHA1", "SHA-1")
            why = (
                "The image has changed since it was made." if now else "It cannot be compared: the image is not whole."
            )
            said = f"The {word} stored in the image is {stored}; that of its media now is {now or 'not to be had'}."
            self._problem("digest differs" if now else "digest not compared", f"{said} {why}")

    def _problem(self, kind: str, sentence: str) -> None:
        self.rows.problem(Problem(None, None, None, kind, sentence))

    def _digest_parts(self, facts: dict[str, str]) -> None:
        """The SHA-256 of each file of the input; of an E01 in a second thread, while its chunks are verified."""
        if not self.settings.digest_input:
            return
        for number, part in enumerate(self.parts):
            digest, at = hashlib.sha256(), 0
            while piece := os.pread(part, PIECE, at):
                digest.update(piece)
                at += len(piece)
            facts[f"part_size:{number}"], facts[f"part_sha256:{number}"] = str(at), digest.hexdigest()
