"""Does the gate shut? Each thing that does not belong is tracked on purpose, and found."""

from __future__ import annotations

import base64
import subprocess
import sys

import pytest

from docs.__main__ import out_of_date, pages, write
from tests import gate, planting
from tests.shape import ROOT

LETTERS = "aB3" * 16
SECRETS = {
    "a private key": ["-----BEGIN " + "PRIVATE KEY-----", "-----BEGIN OPENSSH " + "PRIVATE KEY-----"],
    "a signing key": ["PRIVATE" + "+KEY+force.example/ledger+1a2b3c4d+" + base64.b64encode(bytes(33)).decode()],
    "a cloud's key": ["AK" + "IA" + "ABCDEFGH12345678"],
    "a code host's token": ["ghp" + "_" + LETTERS[:36], "github" + "_pat_" + LETTERS[:30]],
    "a package registry's token": ["npm" + "_" + LETTERS[:36]],
    "a chat's token": ["xox" + "b-" + "123456789012-abc"],
    "a service's key": ["AI" + "za" + LETTERS[:35], "sk" + "_live_" + LETTERS[:24]],
    "a signed token": [".".join(["ey" + "J" + LETTERS[:20], "ey" + "J" + LETTERS[:20], LETTERS[:20]])],
    "a password in an address": ["postgresql://ann:" + "hunter22@db/longstone"],
    "a secret written out": ["SECRET" + '_KEY = "' + LETTERS[:32] + '"', "api" + '_key: "' + LETTERS[:32] + '"'],
}


def found(name, content):
    return list(gate.faults_of(name, content.encode() if isinstance(content, str) else content))


@pytest.mark.parametrize(("what", "text"), [(what, text) for what, texts in SECRETS.items() for text in texts])
def test_a_secret_is_found_and_named(what, text):
    assert found("docs/note.md", f"See this:\n{text}\n") == [
        f"docs/note.md holds {what}. Take it out, and change it where it is used."
    ]


def test_each_kind_of_secret_is_tried():
    assert set(SECRETS) == set(gate.SECRETS)


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://user:password@host/database", 'PASSWORD = "a lamp burns on the rock"', "--hash=sha256:" + "ab" * 32,
        'secret = os.environ["SECRET_KEY"]', "-----BEGIN PUBLIC KEY-----", "longstone.example/ledger+1a2b3c4d+AXyz",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_secret_is_left_alone(text):
    assert found("docs/note.md", text) == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("longstone/site/static/longstone/face.woff2", b"wOF2"), ("docs/shot.png", b"\x89PNG\r\n"), ("docs/letter.txt", b"\0\1\2"),
        ("docs/odd.md", b"\xff\xfe"), ("docs/crown.svg", b"<svg/>"), ("longstone/site/static/longstone/tus.min.js", b"var a"),
    ],
)  # fmt: skip
def test_what_somebody_else_made_is_found(name, content):
    assert found(name, content) == [
        f"{name} is not text of ours. Make it when it is needed, or fetch it from a locked package."
    ]


def test_our_own_drawing_is_ours():
    assert found("longstone/site/static/longstone/mark.svg", "<svg/>") == []


def test_a_host_in_what_is_locked_and_a_path_of_one_machine_are_found():
    assert found("requirements/run.txt", "--index-url ht" + "tps://packages.example/") == [
        "requirements/run.txt names a host."
    ]
    assert found("docs/note.md", "in /wo" + "rk/main") == ["docs/note.md names a path of one machine."]


def test_nothing_tracked_keeps_the_gate_shut():
    if not (gate.ROOT / ".git").exists():
        pytest.skip("This is no checkout: git keeps nothing here.")
    tracked = gate.tracked()

    assert len(tracked) > 200
    assert [fault for path in tracked for fault in found(str(path.relative_to(gate.ROOT)), path.read_bytes())] == []


def docs(root, *told):
    done = subprocess.run([sys.executable, "-m", "docs", *told], cwd=root, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def test_pages_that_are_as_the_code_says_are_left_alone():
    assert docs(ROOT, "--check") == (0, "", "")
    assert gate.pages() == []


def test_a_change_of_code_without_its_page_is_found_and_mended(tmp_path):
    copied = planting.copy(tmp_path)
    copied.change("longstone/cases/rules.py", '"closed": {"open"}', '"closed": set()')
    copied.change("longstone/people/roles/detective.v1.yaml", "  - record people\n", "")
    copied.plant("longstone/cases/queries.py", "\n\ndef q():\n    return Case.objects.everything(because='a trial')")

    code, said, _ = docs(tmp_path, "--check")

    assert code == 1
    assert said.splitlines() == [
        f"docs/made/{name}.md is out of date. Run make docs." for name in ("everything", "roles", "states")
    ]
    assert docs(tmp_path)[0] == 0
    assert "a trial" in (tmp_path / "docs/made/everything.md").read_text("utf-8")
    assert docs(tmp_path, "--check") == (0, "", "")


def test_a_page_that_is_missing_or_that_nothing_writes_is_found(tmp_path):
    made = pages()
    assert set(write(made, tmp_path)) == set(made) == {f"{name}.md" for name in WRITERS}

    (tmp_path / "states.md").unlink()
    (tmp_path / "old.md").write_text("gone")

    assert out_of_date(made, tmp_path) == ["old.md", "states.md"]
    write(made, tmp_path)
    assert out_of_date(made, tmp_path) == []


WRITERS = ("api", "clocks", "commands", "everything", "faults", "pages", "powers", "roles", "states")


def test_pages_are_made_alike_twice():
    assert pages() == pages()


def test_a_force_s_own_shelves_and_the_order_of_a_machine_change_no_page(tmp_path):
    (tmp_path / "roles").mkdir()
    (tmp_path / "roles" / "dog.v1.yaml").write_text(
        "id: dog\nversion: 1\ntitle: Dog\nfor_whom: A dog.\npowers: [bark]\n"
    )
    env = {"LONGSTONE_SHELVES": str(tmp_path), "PYTHONHASHSEED": "7", "PATH": ""}

    told = [sys.executable, "-m", "docs", "--check"]
    done = subprocess.run(told, cwd=ROOT, env=env, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, ""), done.stderr
