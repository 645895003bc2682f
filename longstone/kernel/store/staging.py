"""How do bytes come before the act that claims them? In pieces, each safe on disk before it is acknowledged (D13)."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.conf import settings

from longstone.kernel import promises, store
from longstone.kernel.actor import Actor
from longstone.kernel.refusals import Refusal
from longstone.kernel.store.models import Staged
from longstone.kernel.store.posix import Stored, digest_of, fsync_folder

KEPT = timedelta(days=7)


class Busy(Refusal):
    """Another request is writing to this upload."""


class WrongOffset(Refusal):
    """The upload is at another place than the sender thinks."""


class WrongChecksum(Refusal):
    """A piece arrived damaged and was not kept."""


def _folder() -> Path:
    folder = Path(settings.LONGSTONE_HOME) / "staging"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _path(staged_id: UUID) -> Path:
    return _folder() / str(staged_id)


def begin(*, by: Actor, at: datetime, name: str, size: int) -> Staged:
    """Make room for an upload."""
    label = "".join(sign for sign in name if sign.isprintable())[:255] or "unnamed"
    with promises.writing("store"):
        staged = Staged.objects.create(
            controller_id=by.controller, by_id=by.id, by_name=by.name, name=label, size=size, created_at=at
        )
    _path(staged.pk).touch(mode=0o600, exist_ok=False)
    fsync_folder(_folder())
    if size == 0:
        finish(staged, at=at)
    return staged


@contextmanager
def _locked(staged: Staged) -> Iterator[BinaryIO]:
    with _path(staged.pk).open("r+b", buffering=0) as out:
        try:
            fcntl.flock(out, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy("Another window is sending this file. Wait for it, or close it.") from error
        yield out


def append(staged: Staged, blocks: Iterable[bytes], *, offset: int, at: datetime, checksum: bytes = b"") -> Staged:
    """Add a piece at an offset; a piece that fails its checksum leaves the upload as it was."""
    with _locked(staged) as out:
        staged.refresh_from_db()
        if offset != staged.offset:
            raise WrongOffset(f"This upload stands at {staged.offset} bytes, not at {offset}.")
        end = _receive(out, staged, blocks, checksum)
        with promises.writing("store"):
            Staged.objects.filter(pk=staged.pk).update(offset=end)
    staged.offset = end
    return finish(staged, at=at) if end == staged.size else staged


def _receive(out: BinaryIO, staged: Staged, blocks: Iterable[bytes], checksum: bytes) -> int:
    sha, end = hashlib.sha256(), staged.offset
    out.truncate(staged.offset)
    out.seek(staged.offset)
    for block in blocks:
        end += len(block)
        if end > staged.size:
            out.truncate(staged.offset)
            raise WrongOffset(f"More bytes came than the {staged.size} that were announced.")
        sha.update(block)
        out.write(block)
    if checksum and sha.digest() != checksum:
        out.truncate(staged.offset)
        raise WrongChecksum("A piece of the file arrived damaged. It is being sent again.")
    os.fsync(out.fileno())
    return end


def finish(staged: Staged, *, at: datetime) -> Staged:
    """Hash a whole upload and link it into the store."""
    path = _path(staged.pk)
    with path.open("rb", buffering=0) as stream:
        found = digest_of(stream)
    path.chmod(0o440)
    store.current().adopt(path, found)
    with promises.writing("store"):
        Staged.objects.filter(pk=staged.pk).update(sha256=found.sha256, finished_at=at, offset=found.size)
    path.unlink()
    staged.sha256, staged.finished_at, staged.offset = found.sha256, at, found.size
    return staged


def heal(staged: Staged) -> Staged:
    """Finish what a killed process left: every byte is here, but nobody hashed them yet."""
    if staged.sha256 or staged.offset != staged.size or not _path(staged.pk).exists():
        return staged
    return finish(staged, at=staged.created_at)


def take_in(path: Path, *, by: Actor, at: datetime, expected: str = "") -> Staged:
    """Take a file of this machine into the store, as an upload that is whole."""
    with path.open("rb", buffering=0) as stream:
        kept: Stored = store.put(stream, expected=expected)
    with promises.writing("store"):
        return Staged.objects.create(
            controller_id=by.controller, by_id=by.id, by_name=by.name, name=path.name[:255], size=kept.size,
            offset=kept.size, sha256=kept.sha256, created_at=at, finished_at=at,
        )  # fmt: skip


def claim(staged_id: UUID, *, by: Actor, expected_sha256: str | None = None) -> Staged:
    """Give whole bytes to the command that links them, once, and only to the one who sent them."""
    staged = Staged.objects.select_for_update().filter(pk=staged_id, by_id=by.id).first()
    if staged is None:
        raise Refusal("There is no such upload of yours. Choose the file again.", field="staged")
    if staged.claimed_at is not None:
        raise Refusal("That upload has been used already. Choose the file again.", field="staged")
    staged = heal(staged)
    if not staged.sha256:
        raise Refusal("That upload is not whole yet. Wait until it is finished.", field="staged")
    if expected_sha256 and expected_sha256 != staged.sha256:
        sentence = (
            f"The file that arrived has the digest {staged.sha256}, not the one you gave. Check both, or send it again."
        )
        raise Refusal(sentence, field="digest")
    staged.claimed_at = staged.finished_at
    staged.save(update_fields=["claimed_at"])
    return staged


def sweep(at: datetime) -> list[Staged]:
    """Remove what nobody claimed for seven days; give what was removed."""
    old = list(Staged.objects.filter(claimed_at=None, created_at__lt=at - KEPT))
    with promises.writing("store"):
        for staged in old:
            _path(staged.pk).unlink(missing_ok=True)
            Staged.objects.filter(pk=staged.pk).delete()
    return old
