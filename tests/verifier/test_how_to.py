"""What docs/how-to/verify.md tells a new user to type works as it stands, without the house and without a network."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from longstone.kernel.ledger import notes
from tests.verifier.building import BAG, KEY, ORIGIN, OTHER, WITNESS, Force
from tests.verifier.test_packed import ROOT, alone
from tests.verifier.time_stamper import Stamper
from verifier import packing

pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, ("openssl", "unzip", "sha256sum", "sh"))),
    reason="openssl, unzip or sha256sum is not here.",
)
PAGE = (ROOT / "docs" / "how-to" / "verify.md").read_text("utf-8")


@pytest.fixture
def desk_alone(tmp_path):
    """Give a folder with what a new user was given, and a way to type there."""
    stamper = Stamper(tmp_path / "authority")
    folder = tmp_path / "desk"
    folder.mkdir()
    force = Force(consistency=(5,), cosigned=True, stamped=lambda text: [stamper.stamp(text)])
    packing.pack(folder / "verifier.pyz")
    (folder / "bundle.zip").write_bytes(force.zip())
    (folder / "force.vkey").write_text(notes.vkey(ORIGIN, KEY) + "\n")
    (folder / "witness.vkey").write_text(notes.vkey(WITNESS, OTHER, kind=4) + "\n")
    (folder / "old-checkpoint").write_text(force.checkpoint(5))
    shutil.copy(stamper.root, folder / "root.pem")
    shutil.copy(stamper.root, tmp_path / "root.pem")
    (folder / "bin").mkdir()
    (folder / "bin" / "python").symlink_to(Path(sys.executable))

    def typed(command, below=""):
        env = {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "HOME": str(folder), "VIRTUAL_ENV": sys.prefix}
        told = [*alone(), "sh", "-c", command]
        return subprocess.run(told, cwd=folder / below, env=env, capture_output=True, text=True, check=False)

    return typed


def told(start):
    """Find a command on the page."""
    found = re.search(rf"^ *({re.escape(start)}.*?)(?:  +#.*)?$", PAGE, re.MULTILINE)
    assert found, f"The page no longer says {start!r}."
    return found[1]


def test_the_check_and_what_can_be_asked_beside_it(desk_alone):
    check = told("python verifier.pyz bundle.zip")
    more = "--since old-checkpoint", "--witness witness.vkey", "--tsa-root root.pem"

    assert desk_alone(check).returncode == 0
    assert all(one in PAGE for one in more)
    said = desk_alone(" ".join([check, *more]))
    assert (said.returncode, said.stdout.count("not checked")) == (0, 0)


def test_a_checkpoint_can_be_kept(desk_alone):
    keep = re.search(r"`(unzip -p [^`]*)`", PAGE)[1].replace("\n ", "")

    assert desk_alone(keep).returncode == 0
    assert desk_alone("python verifier.pyz bundle.zip --key force.vkey --since old-checkpoint").returncode == 0


def test_the_way_without_our_program(desk_alone):
    assert desk_alone(re.search(r"`(python -m zipfile [^`]*)`", PAGE)[1]).returncode == 0
    assert desk_alone(re.search(r"`(sha256sum -c [^`]*)`", PAGE)[1], BAG).returncode == 0

    assert desk_alone(told("sed "), BAG).returncode == 0
    shown = desk_alone(told("openssl ts -reply"), BAG).stdout
    assert shown.startswith("Time stamp: ")
    moment = shown.partition(": ")[2].strip()
    verify = re.sub(r"-d '[^']*'", f"-d '{moment}'", told("openssl ts -verify")).replace("root.pem", "../root.pem")
    assert "Verification: OK" in desk_alone(verify, BAG).stdout
