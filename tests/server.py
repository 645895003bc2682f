"""The test house's own server: said to the environment before Django reads its settings."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

os.environ["LONGSTONE_TEST"] = "1"
if "LONGSTONE_TEST_HOME" not in os.environ:
    os.environ["LONGSTONE_TEST_HOME"] = tempfile.mkdtemp(prefix="longstone-test-")
    Path(os.environ["LONGSTONE_TEST_HOME"]).chmod(0o755)
HOME = Path(os.environ["LONGSTONE_TEST_HOME"])
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
os.environ["LONGSTONE_HOME"] = str(HOME / f"house-{WORKER}")
os.environ["LONGSTONE_ROLE"] = "web"

from longstone.runner.postgres import Postgres  # noqa: E402

SERVER = Postgres(HOME, test=True)
os.environ["DATABASE_URL"] = SERVER.url("web", f"test_{WORKER}")


def pytest_configure(config: pytest.Config) -> None:
    """Start the database and migrate a template, once, before any worker begins."""
    if hasattr(config, "workerinput") or os.environ.get("LONGSTONE_NO_DATABASE"):
        return
    SERVER.start()
    SERVER.prepare()
    told = {**os.environ, "DATABASE_URL": SERVER.url("owner"), "LONGSTONE_ROLE": "owner"}
    done = subprocess.run(
        [sys.executable, "-m", "longstone", "migrate", "-v0"],
        env=told,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise pytest.UsageError(f"The database could not be migrated:\n{done.stderr[-3000:]}")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the database and leave nothing behind."""
    if hasattr(config, "workerinput") or os.environ.get("LONGSTONE_NO_DATABASE"):
        return
    SERVER.stop()
    shutil.rmtree(SERVER.home, ignore_errors=True)
    shutil.rmtree(HOME, ignore_errors=True)
