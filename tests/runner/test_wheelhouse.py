"""What is carried to a machine without network says all that is in it, and nothing is installed from it if a byte has changed."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import zipfile

import pytest

from longstone.runner import installing, wheelhouse
from longstone.runner.house import ROOT

METADATA = "Metadata-Version: 2.1\nName: An_Example.Package\nVersion: 1.2\n{}\n"


def wheel(folder, more):
    path = folder / "an_example_package-1.2-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("an_example_package-1.2.dist-info/METADATA", METADATA.format(more))
    return path


@pytest.mark.parametrize(
    ("more", "licence"),
    [
        ("License-Expression: MIT OR Apache-2.0", {"expression": "MIT OR Apache-2.0"}),
        ("Classifier: License :: OSI Approved :: BSD License", {"license": {"name": "BSD License"}}),
        ("License: A licence of its own", {"license": {"name": "A licence of its own"}}),
        ("Summary: it does not say", {"license": {"name": "not said"}}),
    ],
)
def test_each_package_is_named_with_its_version_licence_and_digest(tmp_path, more, licence):
    path = wheel(tmp_path, more)

    told = wheelhouse.sbom("0.1.0", tmp_path, {"packages": {}})

    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.5")
    one = told["components"][0]
    assert one["purl"] == "pkg:pypi/an-example-package@1.2"
    assert one["licenses"] == [licence]
    assert one["hashes"] == [{"alg": "SHA-256", "content": hashlib.sha256(path.read_bytes()).hexdigest()}]


def test_what_the_pages_load_is_named_too(tmp_path):
    told = wheelhouse.sbom("0.1.0", tmp_path, json.loads((ROOT / "package-lock.json").read_text()))

    assert any(one["purl"].startswith("pkg:npm/govuk-frontend@") for one in told["components"])
    assert all(len(one["hashes"][0]["content"]) == 128 for one in told["components"])


@pytest.fixture
def bundle(tmp_path):
    """Give a small folder with its digests and its installer."""
    place = tmp_path / "longstone-0.1.0"
    (place / "source" / "requirements").mkdir(parents=True)
    (place / "source" / "requirements" / "run.txt").write_text("")
    (place / "wheels").mkdir()
    wheel(place / "wheels", "")
    (place / "install.py").write_text((ROOT / "longstone" / "runner" / "installing.py").read_text())
    (place / "SHA256SUMS").write_text(wheelhouse.sums(place))
    return place


def install(bundle, to):
    return subprocess.run(
        [sys.executable, str(bundle / "install.py"), str(to)], capture_output=True, text=True, check=False
    )


def test_the_digests_are_what_sha256sum_reads(bundle):
    done = subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=bundle, check=False)

    assert done.returncode == 0
    assert installing.faults(bundle) == []


def test_whatever_was_changed_added_or_taken_away_is_named_and_nothing_is_installed(bundle, tmp_path):
    whole = next((bundle / "wheels").iterdir())
    told = bytearray(whole.read_bytes())
    told[20] ^= 1
    whole.write_bytes(told)
    (bundle / "source" / "extra").write_text("x")
    (bundle / "source" / "requirements" / "run.txt").unlink()

    done = install(bundle, tmp_path / "to")

    assert done.returncode == 1
    for name in (
        f"wheels/{whole.name} is damaged",
        "source/extra is not on the list",
        "requirements/run.txt is missing",
    ):
        assert name in done.stderr
    assert not (tmp_path / "to").exists()


def test_a_folder_that_holds_anything_is_not_installed_over(bundle, tmp_path):
    done = install(bundle, tmp_path)

    assert done.returncode == 1
    assert "is not empty" in done.stderr


def test_what_only_checks_the_house_is_left_out_and_what_runs_it_is_there(tmp_path):
    wheelhouse.source(tmp_path)

    assert not (tmp_path / "tests").exists()
    for name in (
        "longstone/site/templates/frame.html",
        "requirements/run.txt",
        "Makefile",
        "longstone/site/static/built/stamp",
    ):
        assert (tmp_path / name).is_file()
