"""The witness: it cosigns a log that only grew, and never one that shrank, forked or was signed by another."""

import base64
import hashlib
import os
import threading
import time
import urllib.request

import pytest

from tests.witness.conftest import NAME, ORIGIN, Log, ask, program, start
from verifier import note
from witness.judging import Refused
from witness.keyfile import make
from witness.serving import Witness
from witness.state import State


def test_a_log_that_only_grew_is_cosigned_and_the_cosignature_verifies(log, witness):
    before = int(time.time())

    status, line, _ = witness.post(log.request(0))
    log.grow(300)
    again, second, _ = witness.post(log.request(10))

    assert (status, again) == (200, 200)
    for size, told in ((10, line), (310, second)):
        whole = note.parse_note((log.note(size) + told).encode())
        assert note.cosigned_at(whole, witness.key)[0].timestamp() >= before
    assert second.startswith(f"— {NAME} ")
    assert second.endswith("\n")


def test_the_same_checkpoint_is_cosigned_again(log, witness):
    witness.post(log.request(0))

    assert witness.post(log.request(10))[0] == 200


def test_what_it_cosigned_last_can_be_read_back(log, witness):
    place = f"{witness.url}/{hashlib.sha256(ORIGIN.encode()).hexdigest()}/checkpoint"
    assert ask(place)[0] == 404
    _, line, _ = witness.post(log.request(0))

    status, told, kind = ask(place)

    assert (status, kind) == (200, "text/plain; charset=utf-8")
    assert told == log.note() + line
    assert note.verify(note.parse_note(told.encode()), note.parse_key(log.vkey))


def test_a_wrong_old_size_is_answered_with_the_right_one(log, witness):
    witness.post(log.request(0))
    log.grow(5)

    for old in (0, 9, 15):
        status, told, kind = witness.post(log.request(old))
        assert (status, told, kind) == (409, "10\n", "text/x.tlog.size")


def test_a_shrink_is_refused(log, witness):
    witness.post(log.request(0))

    assert witness.post(f"old 10\n\n{log.note(7)}")[0] == 400
    assert witness.post(f"old 7\n\n{log.note(7)}")[:2] == (409, "10\n")


def test_a_fork_signed_with_the_true_key_is_refused_and_nothing_is_forgotten(log, witness):
    witness.post(log.request(0))
    fork = Log(key=log.key).grow(10, "another story").grow(5)

    assert witness.post(fork.request(10))[0] == 422
    assert witness.post(f"old 10\n\n{fork.note(10)}")[0] == 422
    log.grow(5)
    assert witness.post(log.request(10))[0] == 200


def test_an_unknown_log_and_an_unknown_or_broken_signature_are_refused(log, witness):
    other = Log(origin="other.example/ledger").grow(3)
    assert witness.post(other.request(0))[0] == 404
    forged = Log().grow(10)
    assert witness.post(forged.request(0))[0] == 403
    text, _, line = log.note().rpartition("\n\n")
    raw = bytearray(base64.b64decode(line.split()[2]))
    raw[-1] ^= 1
    assert witness.post(f"old 0\n\n{text}\n\n— {ORIGIN} {base64.b64encode(raw).decode()}\n")[0] == 403


def test_a_proof_that_does_not_hold_or_is_not_due_is_refused(log, witness):
    step = base64.b64encode(bytes(32)).decode()
    assert witness.post(f"old 0\n{step}\n\n{log.note()}")[0] == 422
    witness.post(log.request(0))
    log.grow(5)
    proof = log.proof(10)

    assert witness.post("\n".join(["old 10", *proof[:-1], "", log.note()]))[0] == 422
    assert witness.post("\n".join(["old 10", *proof, step, "", log.note()]))[0] == 422
    assert witness.post(log.request(10))[0] == 200


@pytest.mark.parametrize(
    "spoil",
    [
        lambda told: told.replace("old 0", "old 00", 1),
        lambda told: told.replace("old 0", "old -1", 1),
        lambda told: told.replace("old 0", "new 0", 1),
        lambda told: told.replace("\n\n", "\n", 1),
        lambda told: told[:-1],
        lambda told: "",
        lambda told: told.replace("old 0\n", "old 0\n" + (base64.b64encode(bytes(32)).decode() + "\n") * 64, 1),
        lambda told: told.replace("old 0\n", "old 0\nAAAA\n", 1),
        lambda told: told.replace("\n10\n", "\n010\n", 1),
    ],
)
def test_what_is_malformed_is_refused(log, witness, spoil):
    assert witness.post(spoil(log.request(0)))[0] == 400


def test_base64_that_is_not_canonical_is_refused(log, witness):
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    text, _, line = log.note().rpartition("\n\n")
    told = line.strip().split()[2]
    at = len(told.rstrip("=")) - 1
    other = told[:at] + alphabet[alphabet.index(told[at]) ^ 1] + told[at + 1 :]
    assert base64.b64decode(other) == base64.b64decode(told)

    assert witness.post(f"old 0\n\n{text}\n\n— {ORIGIN} {other}\n")[0] == 400


def test_it_remembers_over_a_kill(log, witness, tmp_path):
    witness.post(log.request(0))
    witness.kill()

    again = start(tmp_path, log.vkey)
    try:
        assert again.vkey == witness.vkey
        assert again.post(log.request(0))[:2] == (409, "10\n")
    finally:
        again.stop()


def own(log, folder):
    """Give a witness in this process, and its state."""
    state = State(folder / "state")
    return Witness(make(folder / "key", NAME), {ORIGIN: [note.parse_key(log.vkey)]}, state), state


def test_it_is_on_disk_before_it_is_answered(log, tmp_path, monkeypatch):
    order = []
    for name in ("fsync", "replace", "rename"):
        call = getattr(os, name)
        monkeypatch.setattr(os, name, lambda *told, name=name, call=call: (order.append(name), call(*told))[1])
    one, state = own(log, tmp_path)
    order.clear()

    one.add(log.request(0).encode())
    order.append("answered")
    with pytest.raises(Refused):
        one.add(log.request(0).encode())

    state.close()
    assert [word.replace("rename", "replace") for word in order] == ["fsync", "replace", "fsync", "answered"]


def test_a_disk_that_fails_leaves_no_cosignature_and_the_old_memory(log, tmp_path, monkeypatch):
    one, state = own(log, tmp_path)
    one.add(log.request(0).encode())
    log.grow(5)

    def full(handle):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            one.add(log.request(10).encode())

    assert state.latest(ORIGIN).size == 10
    one.add(log.request(10).encode())
    assert state.latest(ORIGIN).size == 15
    state.close()


def test_many_who_ask_at_once_never_roll_it_back(log, witness):
    witness.post(log.request(0))
    log.grow(40)
    answers = []
    hands = [
        threading.Thread(target=lambda n=n: answers.append(witness.post(log.request(10, n))[0])) for n in range(11, 31)
    ]

    for one in hands:
        one.start()
    for one in hands:
        one.join()

    assert sorted(answers) == [200, *[409] * 19]


def test_what_it_remembers_damaged_is_said_and_nothing_is_cosigned(log, witness, tmp_path):
    witness.post(log.request(0))
    kept = next((tmp_path / "state").glob("*.checkpoint"))
    kept.write_bytes(kept.read_bytes().replace(b"\n10\n", b"\n1x\n"))

    status, told, _ = witness.post(log.request(10))

    assert status == 500
    assert "is damaged" in told


def test_two_keys_of_one_log_are_both_known_while_one_takes_over(tmp_path, log):
    new = Log(nodes=log.nodes, size=log.size)
    running = start(tmp_path, f"{log.vkey}\n{new.vkey}\n")
    try:
        assert running.post(log.request(0))[0] == 200
        assert running.post(new.request(10))[0] == 200
    finally:
        running.stop()


def test_two_witnesses_do_not_share_a_memory(log, witness, tmp_path):
    done = program(*witness.told)

    assert done.returncode == 1
    assert "Another witness uses" in done.stderr


@pytest.mark.parametrize("address", ["0.0.0.0:0", "[::]:0", ":0", "192.0.2.1:0"])
def test_it_listens_to_this_machine_alone_unless_it_is_asked(log, witness, tmp_path, address):
    told = [
        "--log",
        str(tmp_path / "force.vkey"),
        "--key",
        str(tmp_path / "witness.key"),
        "--state",
        str(tmp_path / "s"),
    ]

    done = program(*told, "--listen", address)

    assert done.returncode == 1
    assert "can be reached by others" in done.stderr


def test_its_key_is_for_it_alone_and_is_never_written_over(tmp_path):
    path = tmp_path / "key"
    made = program("key", "--name", NAME, "--out", str(path))
    kept = path.read_bytes()

    again = program("key", "--name", NAME, "--out", str(path))

    assert note.parse_key(made.stdout).kind == note.COSIGNATURE
    assert path.stat().st_mode & 0o777 == 0o600
    assert again.returncode == 1
    assert "never written over" in again.stderr
    assert path.read_bytes() == kept
    path.chmod(0o644)
    (tmp_path / "force.vkey").write_text("")
    done = program("--log", str(tmp_path / "force.vkey"), "--key", str(path), "--state", str(tmp_path / "s"))
    assert "Others can read" in done.stderr


def test_a_request_without_a_length_or_too_long_is_refused(log, witness):
    huge = urllib.request.Request(f"{witness.url}/add-checkpoint", data=b"x", headers={"Content-Length": str(1 << 30)})

    assert ask(huge)[0] == 413
    assert witness.post(log.request(0))[0] == 200
