"""Which files can a bundle hold, and which of them can be derived from the others? (BagIt 1.0, RFC 8493)"""

from __future__ import annotations

import re

from verifier.container import Container
from verifier.records import HEADER, Failed, record
from verifier.report import Report

BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
INFO, MANIFESTS = "bag-info.txt", ("manifest-sha256.txt", "tagmanifest-sha256.txt")
ALLOWED = re.compile(
    r"bagit\.txt|bag-info\.txt|(tag)?manifest-sha256\.txt|data/(bundle\.json|about\.txt|case\.jsonld"
    r"|objects/[0-9a-f]{64}|catalogues/[0-9a-f]{64}/manifest\.json|ledger/(entries\.jsonl|checkpoint"
    r"|consistency/[1-9][0-9]{0,18}|proofs/[0-9a-f-]{36}\.tlog-proof|tokens/[1-9][0-9]?\.tsr|restorations/[1-9][0-9]?))"
)
OBJECTS = (
    "data/objects/"  # data/bundle.json tells their CRC-32, so that a large copy is read at the speed of its digest
)
MIB = 1 << 20


def allowed(path: str) -> bool:
    """Say whether a bundle can hold a file of this path (below its one folder)."""
    return ALLOWED.fullmatch(path) is not None


def lines(digests: dict[str, str], *, data: bool) -> bytes:
    """Write the manifest of the payload, or of the tag files (RFC 8493, 2.1.3 and 2.2.1).

    No path that a bundle can hold has a character that BagIt would have percent-encoded.
    """
    chosen = sorted(n for n in digests if n.startswith("data/") == data and n != MANIFESTS[1])
    return "".join(f"{digests[name]}  {name}\n" for name in chosen).encode()


def info(sizes: dict[str, int], day: str) -> bytes:
    """Write bag-info.txt: the day (YYYY-MM-DD), and the payload's bytes and files (RFC 8493, 2.2.2)."""
    payload = [size for path, size in sizes.items() if path.startswith("data/")]
    oxum = f"{sum(payload)}.{len(payload)}"
    return f"Bag-Software-Agent: Longstone\nBagging-Date: {day}\nPayload-Oxum: {oxum}\n".encode()


def check(bag: Container, report: Report) -> str:
    """Read every file once, check what can be derived, read the header; give the name of the one folder."""
    top = _files(bag, report)
    if bag.small(f"{top}/bagit.txt", MIB) != BAGIT:
        raise Failed("bagit.txt has changed.")
    for name, data in zip(MANIFESTS, (True, False), strict=True):
        found, wanted = bag.small(f"{top}/{name}", 64 * MIB), lines(report.digests, data=data)
        if found != wanted:
            raise Failed(f"{_differs(found, wanted)} does not have the digest that {name} gives.")
    report.checks.append("Every file has the digest that the bag's manifests give.")
    _header(bag, top, report)
    return top


def _files(bag: Container, report: Report) -> str:
    tops = {name.partition("/")[0] for name in bag.members}
    if len(tops) != 1:
        raise Failed("A bundle holds one folder, and this file does not.")
    top = tops.pop()
    paths = [name[len(top) + 1 :] for name in bag.members]
    if strange := [path or top for path in paths if not allowed(path)]:
        raise Failed(f"{strange[0]} is not a file that a bundle can hold.")
    members = {path: bag.members[f"{top}/{path}"] for path in paths}
    report.digests = {path: bag.digest(one.name, crc=not path.startswith(OBJECTS)) for path, one in members.items()}
    report.sizes = {path: one.size for path, one in members.items()}
    report.crcs = {path: f"{one.crc:08x}" for path, one in members.items() if path.startswith(OBJECTS)}
    return top


def _differs(found: bytes, wanted: bytes) -> str:
    """Name the first file of which a manifest tells something else than it should."""
    told, known = set(found.split(b"\n")), set(wanted.split(b"\n"))
    names = [line[66:].decode("utf-8", "replace") for line in (known - told) or (told - known)]
    return min((name for name in names if name), default="A file that is not there")


def _header(bag: Container, top: str, report: Report) -> None:
    header = record(bag.small(f"{top}/data/bundle.json", 16 * MIB), HEADER, "data/bundle.json")
    if header["bag"] != top:
        raise Failed("data/bundle.json names another bag than its folder does.")
    if bag.small(f"{top}/{INFO}", MIB) != info(report.sizes, header["made_at"][:10]):
        raise Failed(f"{INFO} does not give the day, bytes and files of this bag.")
    report.header = header
