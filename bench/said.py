"""What does a measurement say? One line for each figure, with its gate and the load; and whether all gates were met."""

from __future__ import annotations

import os

MISSED: list[str] = []


def said(name: str, value: float, limit: str, *, ok: bool | None = None) -> None:
    """Print one line; without a verdict it is not gated."""
    verdict = "not gated" if ok is None else "ok" if ok else "NOT MET"
    print(f"{name}: {value:,.2f} ({limit}) {verdict}; load {os.getloadavg()[0]:.1f}", flush=True)
    if ok is False:
        MISSED.append(name)


def ended() -> int:
    """Give a process's exit code: 1 if a gate was missed."""
    return 1 if MISSED else 0
