"""How is a small file written so that nobody ever reads half of it? Under another name first, safe on disk, then renamed."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable
from pathlib import Path

from longstone.kernel.store.disk import Stored, digest_of, sync_folder, write_all


def write(path: Path, blocks: bytes | Iterable[bytes], *, mode: int = 0o600) -> Stored:
    """Write a file whole, or leave what was there before; it is safe on disk when this returns."""
    temporary = path.with_name(f".{uuid.uuid4().hex}.new")
    handle = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
    try:
        try:
            for block in [blocks] if isinstance(blocks, bytes) else blocks:
                write_all(handle, block)
            os.fsync(handle)
        finally:
            os.close(handle)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
    with path.open("rb", buffering=0) as written:
        return digest_of(written)
