"""The verifier is one file, the same bytes each time, that needs a Python with `cryptography` and nothing else."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import cryptography
import pytest

from tests.verifier.building import Force
from verifier import packing

ROOT = packing.HERE.parent


@pytest.fixture
def packed(tmp_path):
    out = tmp_path / "dist" / "verifier.pyz"
    packing.pack(out)
    return out


def test_the_packed_program_is_the_same_bytes_each_time(packed, tmp_path):
    source = tmp_path / "elsewhere" / "verifier"
    shutil.copytree(ROOT / "verifier", source)
    for path in source.glob("*.py"):
        os.utime(path, (1, 1))

    subprocess.run([sys.executable, "-m", "verifier.packing", "again.pyz"], cwd=source.parent, check=True)

    assert (source.parent / "again.pyz").read_bytes() == packed.read_bytes()
    assert b"verifier/packing.py" not in packed.read_bytes()


def alone():
    """Give the command that takes the network away, or nothing if this machine does not permit it."""
    told = ["unshare", "--map-root-user", "--net"]
    permitted = (
        shutil.which("unshare") and subprocess.run([*told, "true"], capture_output=True, check=False).returncode == 0
    )
    return told if permitted else []


@pytest.fixture
def bare(packed, tmp_path):
    """Give a way to run the packed program by a Python that has `cryptography` and nothing else, elsewhere, with no network."""
    lone = tmp_path / "lone"
    lone.mkdir()
    installed = Path(cryptography.__file__).parent.parent
    for path in [installed / "cryptography", *installed.glob("_cffi_backend*")]:
        (lone / path.name).symlink_to(path)

    def run(*told):
        command = [*alone(), sys.executable, "-S", "-s", "-B", *told]
        env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(lone), "PYTHONUTF8": "1"}
        done = subprocess.run(command, cwd=lone, env=env, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    return run


def test_the_packed_program_runs_where_there_is_only_python_and_cryptography(desk, packed, bare):
    whole, bad = desk.file("bundle.zip", Force().zip()), desk.file("bad.zip", Force().zip()[:-1])

    ended = [bare(packed, one, "--key", desk.key) for one in (whole, bad, desk.folder / "none.zip")]

    assert [code for code, _ in ended] == [0, 1, 2]
    assert ended[0][1].endswith("VERIFIED against the key you supplied.\n")
    assert bare(packed, whole)[0] == 3


@pytest.mark.parametrize("name", ["longstone", "django", "verifier", "rfc3161_client"])
def test_that_python_has_indeed_nothing_else(bare, name):
    code, said = bare("-c", f"import {name}")

    assert code == 1
    assert "ModuleNotFoundError" in said


@pytest.mark.skipif(not alone(), reason="unshare may not take the network away here: those tests ran with it.")
def test_that_python_has_indeed_no_network(bare):
    code, said = bare("-c", "import socket; socket.create_connection(('127.0.0.1', 9), 1)")

    assert code == 1
    assert "unreachable" in said
