"""Any program that knows C2SP tlog-proof can check one entry: here is one, written from the specification alone."""

import base64
import hashlib
import io

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tests.verifier.building import KEY, ORIGIN, Force, entries, pack, text, unpack
from verifier import bundle
from verifier.records import Failed

FORCE = Force(cosigned=True)
WHOLE = FORCE.zip()
PROOFS = {path: raw for path, raw in unpack(WHOLE).items() if path.endswith(".tlog-proof")}


class Wrong(Exception):
    """The proof does not hold."""


def subtree(leaf, index, size, hashes):
    """Compute a root from an audit path as RFC 6962, 2.1.1 defines it: recursively, from the root's side."""
    if size == 1:
        return leaf
    split = 1 << (size - 1).bit_length() - 1
    if not hashes:
        raise Wrong("too short")
    if index < split:
        left, right = subtree(leaf, index, split, hashes[:-1]), hashes[-1]
    else:
        left, right = hashes[-1], subtree(leaf, index - split, size - split, hashes[:-1])
    return hashlib.sha256(b"\x01" + left + right).digest()


def checked(proof, public):
    """Check a proof against the log's key; give the data that was logged."""
    head, _, checkpoint = proof.decode().partition("\n\n")
    magic, extra, index, *path = head.split("\n")
    if magic != "c2sp.org/tlog-proof@v1" or not extra.startswith("extra ") or not index.startswith("index "):
        raise Wrong("not a proof")
    body, _, signatures = checkpoint.rpartition("\n\n")
    origin, size, root = body.split("\n")[:3]
    marked = next(line for line in signatures.split("\n") if line.startswith(f"— {origin} "))
    Ed25519PublicKey.from_public_bytes(public).verify(base64.b64decode(marked.split(" ")[2])[4:], f"{body}\n".encode())
    opening = base64.b64decode(extra[6:])
    leaf = hashlib.sha256(b"\x00" + hashlib.sha256(opening).digest()).digest()
    found = subtree(leaf, int(index[6:]), int(size), [base64.b64decode(one) for one in path])
    if found != base64.b64decode(root):
        raise Wrong("another root")
    return opening[32:]


def test_every_entry_has_a_proof_that_another_program_accepts():
    public = KEY.public_key().public_bytes_raw()

    said = [checked(raw, public) for _, raw in sorted(PROOFS.items())]

    assert said[:-1] == [text(one).encode() for one in entries()]
    assert b'"event":"bundle.made"' in said[-1]
    assert set(PROOFS) == {f"data/ledger/proofs/{n:08}-0000-0000-0000-{m:012x}.tlog-proof" for n, m in numbers()}
    assert ORIGIN.encode() in PROOFS[min(PROOFS)]


def numbers():
    return [(0, number) for number in (1, 2, 3, 4, 5, 6, 51)]


@pytest.mark.parametrize(
    ("part", "far"), [(b"extra ", 50), (b"index ", 0), (b"\n28", -1), (b"force.example/ledger F", 20)]
)
def test_that_program_refuses_a_proof_that_was_changed(part, far):
    raw = PROOFS[min(PROOFS)]
    place = raw.index(part) + len(part) + far
    changed = raw[:place] + (b"4" if raw[place : place + 1] != b"4" else b"5") + raw[place + 1 :]

    with pytest.raises((Wrong, InvalidSignature, StopIteration, ValueError)):
        checked(changed, KEY.public_key().public_bytes_raw())


def failure(change):
    files = unpack(WHOLE)
    change(files)
    with pytest.raises(Failed) as failed:
        bundle.check(io.BytesIO(pack(files)), key=None)
    return str(failed.value)


def test_a_proof_has_one_spelling():
    path = min(PROOFS)

    for changed in (PROOFS[path] + b"\n", PROOFS[path].replace(b"index 3", b"index 03"), PROOFS[max(PROOFS)]):
        assert f"{path} is missing, or is not the proof of that entry" in failure(
            lambda files, c=changed: files.update({path: c})
        )


def test_a_missing_proof_is_named():
    path = min(PROOFS)

    assert f"{path} is missing" in failure(lambda files: files.pop(path))


def test_a_proof_of_no_entry_is_named():
    path = min(PROOFS).replace("1.tlog", "9.tlog")

    assert f"{path} is the proof of no entry" in failure(lambda files: files.update({path: PROOFS[min(PROOFS)]}))
