"""A desk to check bundles at."""

from pathlib import Path
from typing import Any

import pytest

from tests.verifier.building import Desk


@pytest.fixture
def desk(tmp_path: Path, capsys: Any) -> Desk:
    """Give a desk with the force's key and the witness's on it."""
    return Desk(tmp_path, capsys)
