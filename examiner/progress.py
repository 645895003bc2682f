"""How far is the examination, for a person at a terminal or a program that reads lines?"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass, field
from typing import TextIO

from examiner.board import Reading

MEGABYTE = 1_000_000


@dataclass
class Reporter:
    """Writes progress to stderr at most once a second: one line that renews itself, or one JSON object a line."""

    as_json: bool
    to: TextIO = field(default_factory=lambda: sys.stderr)
    started: float = field(default_factory=time.monotonic)
    _last: float = 0.0
    _written: bool = False

    def __call__(self, reading: Reading) -> None:
        now = time.monotonic()
        if now - self._last < 1.0:
            return
        self._last, self._written = now, True
        seconds = now - self.started
        rate = (reading.read + reading.verified) / MEGABYTE / seconds if seconds else 0.0
        self.to.write(self._json(reading, rate, seconds) if self.as_json else self._line(reading, rate))
        self.to.flush()

    def _json(self, reading: Reading, rate: float, seconds: float) -> str:
        said = {
            "entries": reading.entries,
            "bytes_read": reading.read,
            "bytes_verified": reading.verified,
            "megabytes_a_second": round(rate, 1),
            "seconds": round(seconds, 1),
        }
        return json.dumps(said) + "\n"

    def _line(self, reading: Reading, rate: float) -> str:
        verified = f", image verified {reading.verified / MEGABYTE:,.0f} MB" if reading.verified else ""
        text = f"{reading.entries:,} entries, {reading.read / MEGABYTE:,.0f} MB read{verified}, {rate:,.0f} MB/s"
        return f"\r{text:<78}"

    def close(self) -> None:
        """End the line that renews itself."""
        if self._written and not self.as_json:
            self.to.write("\n")
