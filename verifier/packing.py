"""How is the verifier packed into one file, the same bytes each time? (make verifier; not part of that file)"""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
START = b"#!/usr/bin/env python3\n"
MAIN = b"from verifier.__main__ import main\n\nmain()\n"
DATE = (1980, 1, 1, 0, 0, 0)


def pack(out: Path) -> None:
    """Write the program's modules, in the order of their names and without dates, as one file that Python runs."""
    sources = {f"verifier/{one.name}": one.read_bytes() for one in HERE.glob("*.py") if one != Path(__file__).resolve()}
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("wb") as stream:
        stream.write(START)
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as packed:
            for name, told in sorted({**sources, "__main__.py": MAIN}.items()):
                packed.writestr(_member(name), told)
    out.chmod(0o755)


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, DATE)
    member.create_system, member.external_attr = 3, 0o100644 << 16
    return member


if __name__ == "__main__":
    pack(Path(sys.argv[1]))
