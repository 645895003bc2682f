"""The program's exit code never says more than was checked, and its words are safe to print."""

import base64
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from longstone.kernel.ledger import notes, tree
from tests.verifier.building import KEY, ORIGIN, OTHER, WITNESS, Force, entries
from verifier import __main__ as program
from verifier.tree import leaf_hash

ROOT = Path(program.__file__).resolve().parent.parent
COMMAND = [sys.executable, "-B", "-m", "verifier"]


def test_a_whole_bundle_verifies_and_tells_its_custody(desk):
    code, said = desk.check(Force().zip())

    assert code == 0
    assert said.endswith("VERIFIED against the key you supplied.\n")
    for told in ("ABC/1: A laptop", "offered to Dev Example", "reason: For interview", "Store A", f"{ORIGIN}, 28"):
        assert told in said


def test_without_a_key_nothing_is_called_verified(desk):
    code, said = desk.run(desk.file("bundle.zip", Force().zip()))

    assert code == 3
    assert "NOT AUTHENTICATED" in said
    assert "VERIFIED" not in said


def test_a_key_inside_the_bundle_is_never_trusted(desk):
    forged = Force(key=OTHER).zip()

    code, said = desk.check(forged)

    assert code == 1
    assert "data/ledger/checkpoint is not signed with the key you supplied" in said
    assert desk.run(desk.file("bundle.zip", forged))[0] == 3


def test_a_failure_names_the_item_and_says_what_was_still_in_order(desk):
    code, said = desk.check(Force().zip().replace(b"hello world", b"hello w0rld"))

    assert code == 1
    assert "data/objects/b94d27" in said
    assert "yes  The file is whole" in said


@pytest.mark.parametrize(
    "told",
    [
        [],
        ["--nonsense"],
        ["none.zip"],
        ["."],
        ["pipe"],
        [os.devnull],
        ["/proc/self/mem"],
        ["bundle.zip", "--key", "none.vkey"],
        ["bundle.zip", "--key", "bad.vkey"],
        ["bundle.zip", "--key", "witness.vkey"],
        ["bundle.zip", "--key", "force.vkey", "--witness", "force.vkey"],
        ["bundle.zip", "--key", "force.vkey", "--since", "bad.vkey"],
        ["bundle.zip", "--key", "force.vkey", "--since", "bundle.zip"],
        ["bundle.zip", "--key", "force.vkey", "--proof", "bad.vkey"],
        ["bundle.zip", "--key"],
        ["bundle.zip", "--ke", "force.vkey"],
        ["bundle\0.zip"],
        ["--help"],
        ["-h", "--key", "force.vkey"],
    ],
)
def test_what_could_not_be_checked_is_neither_passed_nor_failed(desk, monkeypatch, told):
    desk.file("bundle.zip", Force().zip())
    desk.file("bad.vkey", b"\xff\xfe not a key")
    os.mkfifo(desk.folder / "pipe")
    monkeypatch.chdir(desk.folder)

    code, said = desk.run(*told)

    assert code == 2
    assert "Traceback" not in said
    assert "COULD NOT CHECK" in said or "usage" in said


@pytest.mark.parametrize("told", [b"", b"PK", b"not a zip" * 100, b"\x00" * 5000])
def test_what_is_no_bundle_fails_at_a_named_byte(desk, told):
    code, said = desk.check(told)

    assert code == 1
    assert "at byte" in said


@pytest.mark.parametrize("old", [1, 2, 3, 4, 8, 15, 16, 27, 28])
def test_a_ledger_that_only_grew_is_the_one_that_was_seen(desk, old):
    force = Force(consistency=() if old == 28 else (old,))
    whole = force.zip()
    kept = desk.file("old", force.checkpoint(old))

    code, said = desk.check(whole, "--since", kept)

    assert code == 0
    assert f"The ledger only grew from {old} to 28 entries" in said


def written(proof):
    return b"".join(base64.b64encode(one) + b"\n" for one in proof)


def test_a_proof_can_be_given_beside_the_bundle(desk):
    force = Force()
    whole, kept = force.zip(), desk.file("old", force.checkpoint(5))
    proof = desk.file("proof", written(tree.consistency(5, 28, force.fetch)))

    code, said = desk.check(whole, "--since", kept)
    assert (code, "Ask the force for its consistency proof from 5 to 28 entries" in said) == (2, True)
    assert desk.check(whole, "--since", kept, "--proof", proof)[0] == 0
    assert desk.run(desk.file("bundle.zip", whole), "--since", kept, "--proof", proof)[0] == 3


def test_a_newer_checkpoint_than_the_bundles_is_joined_by_a_proof(desk):
    force = Force()
    whole = force.zip()
    force.nodes |= tree.append([leaf_hash(b"later")] * 5, 28, force.fetch)
    kept = desk.file("new", force.checkpoint(33))
    proof = desk.file("proof", written(tree.consistency(28, 33, force.fetch)))

    assert desk.check(whole, "--since", kept)[0] == 2
    assert desk.check(whole, "--since", kept, "--proof", proof)[0] == 0
    assert desk.check(whole, "--since", kept, "--proof", desk.file("proof", b""))[0] == 1


def test_a_history_that_was_rewritten_is_found(desk):
    force = Force(consistency=(5,))
    whole = force.zip()
    other = notes.sign_checkpoint(origin=ORIGIN, size=5, root=bytes(32), key=KEY)
    same = notes.sign_checkpoint(origin=ORIGIN, size=28, root=bytes(32), key=KEY)

    for kept in (other, same):
        code, said = desk.check(whole, "--since", desk.file("old", kept))

        assert code == 1
        assert "The ledger is not the one that you kept a checkpoint of" in said


@pytest.mark.parametrize(
    "kept",
    [
        notes.sign_checkpoint(origin="other.example/log", size=5, root=bytes(32), key=KEY),
        notes.sign_checkpoint(origin=ORIGIN, size=5, root=bytes(32), key=OTHER),
        notes.sign_checkpoint(origin=ORIGIN, size=0, root=bytes(32), key=KEY),
        notes.sign_checkpoint(origin=ORIGIN, size=5, root=bytes(32), key=KEY).replace("\n5\n", "\n6\n"),
    ],
)
def test_a_checkpoint_that_is_not_this_ledgers_shows_nothing(desk, kept):
    assert desk.check(Force(consistency=(5, 6)).zip(), "--since", desk.file("old", kept))[0] == 2


@pytest.mark.parametrize(("origin", "size"), [("other.example/log", 5), (ORIGIN, 0)])
def test_an_old_checkpoint_that_shows_nothing_is_not_held_against_the_force(desk, origin, size):
    whole = desk.file("bundle.zip", Force(consistency=(5,)).zip())
    kept = desk.file("old", notes.sign_checkpoint(origin=origin, size=size, root=bytes(32), key=KEY))

    for more in ([], ["--proof", desk.file("proof", b"")]):
        assert desk.run(whole, "--since", kept, *more)[0] == 2


def test_a_witness_must_have_cosigned(desk):
    assert desk.check(Force(cosigned=True).zip(), "--witness", desk.witness)[0] == 0

    code, said = desk.check(Force().zip(), "--witness", desk.witness)

    assert code == 1
    assert f"The witness {WITNESS} has not cosigned data/ledger/checkpoint" in said


def test_a_witness_does_not_stand_in_for_the_force(desk):
    whole = desk.file("bundle.zip", Force(cosigned=True).zip())

    assert desk.run(whole, "--witness", desk.witness)[0] == 3


def test_a_cosignature_for_another_checkpoint_fails(desk):
    force = Force()
    force.zip()
    moved = notes.cosign(force.checkpoint(5), name=WITNESS, key=OTHER, at=datetime(2026, 1, 2, tzinfo=UTC))
    line = moved.splitlines()[-1]
    force.checkpoint = lambda size: Force.checkpoint(force, size) + line + "\n"

    code, said = desk.check(force.zip(), "--witness", desk.witness)

    assert code == 1
    assert f"The signature of {WITNESS} does not fit" in said


def test_what_the_bundle_says_cannot_take_over_the_terminal(desk):
    nasty = "\x1b[2J\x1b]0;owned\x07VERIFIED\u202egpj.exe\u2066\u200b\n\r\x9b1mA\u2028B"
    told = entries()
    told[0]["by"] = {"id": 1, "name": nasty}
    told[0]["facts"]["custody"]["reason"] = nasty
    exhibit = {"id": "7", "label": nasty, "description": nasty * 50, "case": nasty}

    for more in ([], ["--json"]):
        code, said = desk.check(Force(story=told, header={"exhibit": exhibit}).zip(), *more)

        assert code == 0
        assert all(sign.isprintable() or sign == "\n" for sign in said)
        assert not set(said) & set("\x1b\x07\x9b\u202e\u2066\u200b\u2028\r")


def test_quiet_prints_the_verdict_alone(desk):
    assert desk.check(Force().zip(), "--quiet") == (0, "VERIFIED against the key you supplied.\n")


@pytest.mark.parametrize(("name", "code"), [("force.vkey", 0), ("other.vkey", 1), ("none.vkey", 2), (None, 3)])
def test_a_program_can_read_the_same(desk, name, code):
    desk.file("other.vkey", notes.vkey(ORIGIN, OTHER))
    whole = desk.file("bundle.zip", Force().zip())

    found, said = desk.run(whole, "--json", *(["--key", desk.folder / name] if name else []))

    told = json.loads(said)
    assert found == told["exit"] == code
    assert ("custody" in told) is (code in {0, 3})


def test_wrong_arguments_are_told_to_a_program_too(desk):
    code, said = desk.run("--json", "--nonsense")

    assert (code, json.loads(said)["exit"]) == (2, 2)


def ended(command, whole, *more, **env):
    told = {"PATH": os.environ["PATH"], **env}
    done = subprocess.run([*command, whole, *more], cwd=ROOT, env=told, capture_output=True, check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(("spoil", "code"), [(b"hello world", 0), (b"hello w0rld", 1)])
def test_the_process_ends_with_the_verdict(desk, spoil, code):
    whole = desk.file("bundle.zip", Force().zip().replace(b"hello world", spoil))

    for env in ({}, {"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0"}):
        found, _, error = ended(COMMAND, whole, "--key", desk.key, **env)

        assert (found, error) == (code, b"")


def test_a_reader_who_goes_away_does_not_change_the_verdict(desk):
    whole = desk.file("bundle.zip", Force().zip()[:-1])
    read, write = os.pipe()
    os.close(read)

    done = subprocess.run(
        [*COMMAND, whole, "--key", desk.key], cwd=ROOT, stdout=write, stderr=subprocess.PIPE, check=False
    )
    os.close(write)

    assert (done.returncode, done.stderr) == (1, b"")


def test_the_verifier_loads_nothing_that_knows_a_network():
    asked = "import sys, verifier.__main__; print(*sorted({name.partition('.')[0] for name in sys.modules}))"

    loaded = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert not set(loaded.split()) & {"longstone", "django", "socket", "_socket", "ssl", "requests", "http"}
