"""What are the examiner's tests given? A function that examines an input as a person would."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.examiner.examination import Examined, run


@pytest.fixture
def examine(tmp_path: Path) -> Callable[..., Examined]:
    """Give a function that examines an input into a new folder."""
    numbers = iter(range(1000))

    def act(given: Path, *options: str) -> Examined:
        out = tmp_path / f"catalogue-{next(numbers)}"
        done = run("open", given, "--out", out, "--quiet", *options)
        return Examined(done.returncode, done.stderr, out)

    return act
