"""A small force of one exhibit, built by pure code with a throw-away key: whatever a test needs to spoil, it can spoil here."""

from __future__ import annotations

import hashlib
import io
import json
import re
import uuid
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from longstone.evidence import case_graph
from longstone.kernel import bundles
from longstone.kernel.ledger import notes, tree
from verifier import __main__ as program
from verifier import container, graph
from verifier.tree import leaf_hash

ORIGIN, WITNESS = "force.example/ledger", "witness.example/w1"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
COPY, CATALOGUE = b"hello world", b'{"files":1}\n'
ERIN, DEV = {"id": 1, "name": "Erin Example"}, {"id": 2, "name": "Dev Example"}
BAG, DAY = "ABC_1-7", "2026-01-02"


def text(value: Any) -> str:
    """Write canonical JSON, without asking the code under test."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha(told: bytes) -> str:
    """Give a digest in hex."""
    return hashlib.sha256(told).hexdigest()


def entry(number: int, event: str, by: dict[str, Any], **facts: Any) -> dict[str, Any]:
    """Make one entry about the exhibit, one minute after the last."""
    at = f"2026-01-02T09:{number:02}:00.000000Z"
    return {
        "at": at,
        "by": by,
        "controller": "1",
        "event": event,
        "facts": facts,
        "id": str(uuid.UUID(int=number + 1)),
        "on": {"id": "7", "kind": "exhibit", "label": "ABC/1"},
        "past": False,
        "recorded_at": at,
    }


def custody(seq: int, was: str, now: str, holder: Any = ERIN, offered: Any = None, **more: Any) -> dict[str, Any]:
    """Make the facts of one step of custody."""
    told = {"seq": seq, "from": was, "to": now, "holder": holder, "offered_to": offered}
    return {"custody": {**told, "place": None, "seal": "S100", "reason": None, **more}}


def entries(copy: bytes = COPY) -> list[dict[str, Any]]:
    """Make the exhibit's story: seized, copied, examined, offered, accepted, stored."""
    received = {"sha256": sha(copy), "size": len(copy), "name": "image.raw", "exhibit": "ABC/1"}
    found = {"copy": sha(copy), "catalogue": sha(CATALOGUE), "files": 1, "problems": 0, "complete": True}
    return [
        entry(0, "exhibit.seized", ERIN, **custody(1, "*", "held"), description="A laptop"),
        entry(1, "copy.received", ERIN, **received),
        entry(2, "examination.finished", {"id": None, "name": "the examiner"}, **found),
        entry(3, "exhibit.offered", ERIN, **custody(2, "held", "offered", ERIN, DEV, reason="For interview")),
        entry(4, "exhibit.accepted", DEV, **custody(3, "offered", "held", DEV)),
        entry(5, "exhibit.stored", DEV, **custody(4, "held", "stored", None, place="Store A")),
    ]


@dataclass
class Force:
    """A ledger with the exhibit's entries among others', and the bundle that it hands out."""

    story: list[dict[str, Any]] = field(default_factory=entries)
    key: Ed25519PrivateKey = KEY
    origin: str = ORIGIN
    noise: int = 3
    copies: bool = True
    copy: bytes = COPY
    header: dict[str, Any] = field(default_factory=dict)
    extra: list[bundles.Member] = field(default_factory=list)
    made: dict[str, Any] = field(default_factory=dict)
    catalogue: bytes = CATALOGUE
    consistency: tuple[int, ...] = ()
    cosigned: bool = False
    stamped: Callable[[bytes], list[bytes]] = lambda text: []
    restored: tuple[str, ...] = ()
    erased: tuple[int, ...] = ()
    graph: Callable[[dict[str, Any]], dict[str, Any]] = lambda told: told
    nodes: dict[tuple[int, int], bytes] = field(default_factory=dict)

    def fetch(self, level: int, index: int) -> bytes:
        """Give a node of the tree."""
        return self.nodes[(level, index)]

    def payload(self) -> list[bundles.Member]:
        """Make the files."""
        copy = {"sha256": sha(self.copy), "size": len(self.copy), "name": "image.raw", "included": self.copies}
        copy["crc32"] = f"{zlib.crc32(self.copy):08x}" if self.copies else None
        catalogue = {"digest": sha(CATALOGUE), "copy": sha(self.copy), "files": 1, "problems": 0}
        header = {
            "format": "longstone-bundle/2",
            "bag": BAG,
            "origin": self.origin,
            "made_at": "2026-01-02T10:00:00.000000Z",
            "made_by": ERIN,
            "exhibit": {"id": "7", "label": "ABC/1", "description": "A laptop", "case": "C/1"},
            "copies": [{**copy, "path": f"data/objects/{sha(self.copy)}" if self.copies else None}],
            "catalogues": [catalogue],
        }
        header |= self.header
        files = [
            bundles.text_member("data/bundle.json", text(header)),
            bundles.text_member("data/about.txt", "A laptop.\n"),
            bundles.text_member("data/case.jsonld", text(self.case(header))),
            bundles.bytes_member(f"data/catalogues/{sha(CATALOGUE)}/manifest.json", self.catalogue),
        ]
        objects = [bundles.bytes_member(f"data/objects/{sha(self.copy)}", self.copy)] if self.copies else []
        return [*files, *objects, *self.extra]

    def case(self, header: dict[str, Any]) -> dict[str, Any]:
        """Tell the story to other programs, as far as it can be told."""
        try:
            story = [one for number, one in enumerate(self.story) if number not in self.erased]
            nodes = case_graph.Story(header, story, {sha(CATALOGUE): "0.1.0"}).nodes()
        except (AttributeError, KeyError, TypeError):  # the test spoiled the story
            nodes = []
        return self.graph({"@context": graph.context(self.origin), "@graph": nodes})

    def leaves(self, told: list[dict[str, Any]]) -> tuple[list[bytes], list[tuple[str, int, bytes]]]:
        """Put each entry into the log, with others' entries between them."""
        leaves, lines = [], []
        for one in told:
            leaves += [leaf_hash(sha(b"%d" % (len(leaves) + n)).encode()) for n in range(self.noise)]
            salt = hashlib.sha256(one["id"].encode()).digest()
            lines.append((text(one), len(leaves), salt))
            leaves.append(leaf_hash(hashlib.sha256(salt + text(one).encode()).digest()))
        return leaves, lines

    def checkpoint(self, size: int) -> str:
        """Sign the tree at a size."""
        return notes.sign_checkpoint(origin=self.origin, size=size, root=tree.root(size, self.fetch), key=self.key)

    def line(self, number: int, told: str, index: int, salt: bytes, size: int) -> bundles.Line | bundles.Erased:
        """Tell of an entry, or of what is left of it."""
        proof = tree.inclusion(index, size, self.fetch)
        if number in self.erased:
            return bundles.Erased(json.loads(told)["id"], index, proof, hashlib.sha256(salt + told.encode()).digest())
        return bundles.Line(told, index, proof, salt)

    def parts(self) -> tuple[list[bundles.Member], bundles.Ledger]:
        """Give the files to hand out, and what the ledger says of them."""
        payload = self.payload()
        facts = {
            "payload": bundles.payload_digest(payload),
            "entries": [one["id"] for one in self.story],
            "custody": sum("custody" in one["facts"] for one in self.story),
        }
        last = entry(50, "bundle.made", ERIN, **{**facts, **self.made})
        leaves, lines = self.leaves([*self.story, last])
        self.nodes = tree.append(leaves, 0, self.fetch)
        size = len(leaves)
        signed = self.checkpoint(size)
        if self.cosigned:
            signed = notes.cosign(signed, name=WITNESS, key=OTHER, at=datetime(2026, 1, 2, 11, tzinfo=UTC))
        told = [self.line(number, *one, size) for number, one in enumerate(lines)]
        proofs = {old: tree.consistency(old, size, self.fetch) for old in self.consistency}
        tokens = self.stamped((signed.rpartition("\n\n")[0] + "\n").encode())
        return payload, bundles.Ledger(told, signed, proofs, tokens, list(self.restored))

    def zip(self) -> bytes:
        """Hand out the bundle."""
        payload, ledger = self.parts()
        out = io.BytesIO()
        bundles.write(out, BAG, payload, day=DAY, ledger=ledger)
        return out.getvalue()


def unpack(whole: bytes) -> dict[str, bytes]:
    """Give a bundle's files by their paths in the bag."""
    with zipfile.ZipFile(io.BytesIO(whole)) as opened:
        return {name.partition("/")[2]: opened.read(name) for name in opened.namelist()}


def pack(files: dict[str, bytes], *, info: bool = False, **manifests: bytes) -> bytes:
    """Write files as a forger without the force's key would: manifests (unless given) and container all in order."""
    files = {path: raw for path, raw in files.items() if "manifest-" not in path}
    if "bag-info.txt" in files and not info:
        payload = [len(raw) for path, raw in files.items() if path.startswith("data/")]
        oxum = f"Payload-Oxum: {sum(payload)}.{len(payload)}"
        files["bag-info.txt"] = re.sub(rb"Payload-Oxum: .*", oxum.encode(), files["bag-info.txt"])
    for name, data in (("manifest-sha256.txt", True), ("tagmanifest-sha256.txt", False)):
        chosen = sorted(path for path in files if path.startswith("data/") == data)
        files[name] = "".join(f"{sha(files[path])}  {path}\n" for path in chosen).encode()
    files |= {f"{name}-sha256.txt": raw for name, raw in manifests.items()}
    body, directory = b"", b""
    for path in sorted(files):
        member = container.Member(f"{BAG}/{path}", zlib.crc32(files[path]), len(files[path]), len(body))
        body += container.local_header(member) + files[path]
        directory += container.central_header(member)
    return body + directory + container.tail(len(files), len(directory), len(body))


class Desk:
    """The desk of somebody who checks: files in a folder, and the program's answers."""

    def __init__(self, folder: Path, capsys: Any) -> None:
        self.folder, self.capsys = folder, capsys
        self.key = self.file("force.vkey", notes.vkey(ORIGIN, KEY) + "\n")
        self.witness = self.file("witness.vkey", notes.vkey(WITNESS, OTHER, kind=4) + "\n")

    def file(self, name: str, told: bytes | str) -> Path:
        """Lay a file on the desk."""
        path = self.folder / name
        path.write_bytes(told.encode() if isinstance(told, str) else told)
        return path

    def run(self, *told: Any) -> tuple[int, str]:
        """Run the program; give its exit code and what it said."""
        code = program.main([str(one) for one in told])
        return code, self.capsys.readouterr().out

    def check(self, whole: bytes, *more: Any) -> tuple[int, str]:
        """Check a bundle against the force's key."""
        return self.run(self.file("bundle.zip", whole), "--key", self.key, *more)
