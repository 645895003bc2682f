"""How do bytes come before the act that claims them? In pieces, each safe on disk before it is acknowledged (D13).

Bytes wait in the staging folder until a command claims them; only then are they linked into the write-once store. So
what nobody claims can be removed. The row is locked until the commit, for bytes are acknowledged by the commit; the
file is locked too, for a writer whose database connection died may still be writing.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from longstone.kernel import promises, store
from longstone.kernel.actor import Actor
from longstone.kernel.refusals import Refusal
from longstone.kernel.store.disk import Stored, StoreFault, copy, digest_of, make_folder, spoken, sync_folder, write_all
from longstone.kernel.store.locks import hold_digest
from longstone.kernel.store.models import Staged
from longstone.kernel.store.source import opened

KEPT = timedelta(days=7)
HERE = "Receiving the file"


class Gone(Refusal):
    """There is no such upload, or it was used."""


class Busy(Refusal):
    """Another request is writing to this upload."""


class WrongOffset(Refusal):
    """The upload is at another place than the sender thinks."""


class TooLong(Refusal):
    """More bytes came than were announced."""


class WrongChecksum(Refusal):
    """A piece arrived damaged and was not kept."""


def _folder() -> Path:
    return Path(settings.LONGSTONE_HOME) / "staging"


def _path(staged_id: UUID) -> Path:
    return _folder() / str(staged_id)


def _label(name: str) -> str:
    """Make a sender's name for a file safe to print: no control or direction signs."""
    return "".join(sign for sign in name if sign.isprintable())[:255] or "unnamed"


def _update(staged: Staged, **changed: Any) -> Staged:
    with promises.writing("store"):
        Staged.objects.filter(pk=staged.pk).update(**changed)
    staged.refresh_from_db()
    return staged


def find(upload_id: UUID, *, by: Actor) -> Staged | None:
    """Find somebody's own upload that waits: nobody has claimed it, and its bytes were not given up."""
    found = Staged.objects.filter(pk=upload_id, claimed_at=None, **_whose(by)).first()
    return found if found and _path(found.pk).exists() else None


def _whose(by: Actor) -> dict[str, int | None]:
    """Say whose an upload is: a member of staff's, or a registered system's."""
    return {"by_id": by.id, "by_system": by.system}


def begin(*, by: Actor, at: datetime, name: str, size: int) -> Staged:
    """Make room for an upload."""
    with _new_file() as (staged_id, _):
        staged = _create(staged_id, by=by, at=at, name=name, size=size)
    return heal(staged, at=at)


def _create(staged_id: UUID, *, by: Actor, at: datetime, name: str, **told: Any) -> Staged:
    who = {"controller_id": by.controller, "by_name": by.name[:120], **_whose(by)}
    with promises.writing("store"):
        return Staged.objects.create(pk=staged_id, name=_label(name), created_at=at, **who, **told)


@contextmanager
def _new_file() -> Iterator[tuple[UUID, int]]:
    """Give a new, open file whose name is safe on disk; it goes again if its row cannot be made."""
    staged_id = uuid4()
    with spoken(HERE):
        make_folder(_folder())
        handle = os.open(_path(staged_id), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            sync_folder(_folder())
            yield staged_id, handle
        except BaseException:
            _path(staged_id).unlink(missing_ok=True)
            raise
        finally:
            os.close(handle)


@contextmanager
def _held(staged: Staged) -> Iterator[Staged]:
    """Hold an upload that nobody has claimed, read afresh, until the commit."""
    with transaction.atomic():
        row = Staged.objects.select_for_update(skip_locked=True).filter(pk=staged.pk, claimed_at=None).first()
        if row is None:
            raise _missing(staged)
        yield row


def _missing(staged: Staged) -> Refusal:
    if Staged.objects.filter(pk=staged.pk, claimed_at=None).exists():
        return Busy("Another window is sending this file. Wait for it, or close it.")
    return Gone("There is no such upload any more. Choose the file again.")


@contextmanager
def _file(staged: Staged) -> Iterator[int]:
    """Give an upload's file to write to, alone."""
    with spoken(HERE), _path(staged.pk).open("r+b", buffering=0) as out:
        try:
            fcntl.flock(out, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy("Another window is sending this file. Wait for it, or close it.") from error
        yield out.fileno()


def append(staged: Staged, blocks: Iterable[bytes], *, offset: int, at: datetime, checksum: bytes = b"") -> Staged:
    """Add a piece at an offset; a piece that fails its checksum leaves the upload as it was."""
    with _held(staged) as row:
        if offset != row.offset:
            raise WrongOffset(f"This upload stands at {row.offset} bytes, not at {offset}.")
        if row.sha256:
            _nothing_more(row, blocks)
            return row
        with _file(row) as out:
            end = _receive(out, row, blocks, checksum)
        _update(row, offset=end)
        return _finish(row, at=at) if end == row.size else row


def _nothing_more(row: Staged, blocks: Iterable[bytes]) -> None:
    if any(blocks):
        raise TooLong(f"This upload has its {row.size} bytes already.")


def _receive(out: int, row: Staged, blocks: Iterable[bytes], checksum: bytes) -> int:
    """Write a piece and sync it; give the new offset. Whatever goes wrong, the old offset stands."""
    os.ftruncate(out, row.offset)  # what a killed process wrote was never acknowledged
    os.lseek(out, row.offset, os.SEEK_SET)
    try:
        end = _write(out, row, blocks, checksum)
        os.fsync(out)
    except BaseException:
        with suppress(OSError):
            os.ftruncate(out, row.offset)
        raise
    return end


def _write(out: int, row: Staged, blocks: Iterable[bytes], checksum: bytes) -> int:
    sha, end = hashlib.sha256(), row.offset
    for block in blocks:
        end += len(block)
        if end > row.size:
            raise TooLong(f"More bytes came than the {row.size} that were announced.")
        sha.update(block)
        write_all(out, block)
    if checksum and sha.digest() != checksum:
        raise WrongChecksum("A piece of the file arrived damaged. It is being sent again.")
    return end


def finish(staged: Staged, *, at: datetime) -> Staged:
    """Hash an upload whose bytes are all here; it can then be claimed."""
    with _held(staged) as row:
        return _finish(row, at=at)


def _finish(row: Staged, *, at: datetime | Now) -> Staged:
    path = _path(row.pk)
    with spoken(HERE), path.open("rb", buffering=0) as stream:
        found = digest_of(stream)
        os.fchmod(stream.fileno(), 0o440)
        os.fsync(stream.fileno())
    if found.size != row.size:
        raise StoreFault(f"{found.size} bytes are here and {row.size} were announced. Send the file again.")
    return _update(row, sha256=found.sha256, finished_at=at, offset=found.size)


def heal(staged: Staged, *, at: datetime) -> Staged:
    """Finish what a fault or a killed process left: every byte is here, but nobody hashed them yet."""
    if staged.sha256 or staged.offset != staged.size:
        return staged
    return finish(staged, at=at)


def take_in(path: Path, *, by: Actor, at: datetime, expected: str = "") -> Staged:
    """Take a file of this machine in, as an upload that is whole."""
    with _new_file() as (staged_id, handle):
        with opened(path) as source:
            kept = copy(source, handle)
        if expected and expected != kept.sha256:
            raise StoreFault(f"{path} has the digest {kept.sha256}, not {expected}. It was not kept.")
        os.fchmod(handle, 0o440)
        os.fsync(handle)
        told = {"size": kept.size, "offset": kept.size, "sha256": kept.sha256, "finished_at": at}
        return _create(staged_id, by=by, at=at, name=path.name, **told)


def claim(staged_id: UUID, *, by: Actor, expected_sha256: str | None = None) -> Staged:
    """Link whole bytes into the store for the command that claims them, once, and only for the one who sent them."""
    with transaction.atomic():
        row = _claimable(staged_id, by=by)
        if expected_sha256 and expected_sha256 != row.sha256:
            sentence = f"The file that arrived has the digest {row.sha256}, not the one you gave. Check both, or send it again."
            raise Refusal(sentence, field="digest")
        hold_digest(row.sha256)  # whoever disposes of the same bytes waits, and then sees that they are wanted
        store.current().adopt(_path(row.pk), Stored(row.sha256, row.size))
        transaction.on_commit(partial(_remove, row.pk))
        return _update(row, claimed_at=Now())


def _claimable(staged_id: UUID, *, by: Actor) -> Staged:
    row = Staged.objects.select_for_update().filter(pk=staged_id, **_whose(by)).first()
    if row is None or not by.known:
        raise Refusal("There is no such upload of yours. Choose the file again.", field="staged")
    if row.claimed_at is not None:
        raise Refusal("That upload has been used already. Choose the file again.", field="staged")
    if row.offset != row.size:
        raise Refusal("That upload is not whole yet. Wait until it is finished.", field="staged")
    return row if row.sha256 else _finish(row, at=Now())


def give_up(staged: Staged) -> None:
    """Remove the bytes of an upload that its sender no longer wants; the sweep removes its row, and writes that down."""
    with _held(staged) as row:
        _update(row, offset=0, sha256="", finished_at=None)
        transaction.on_commit(partial(_remove, row.pk))


def sweep(at: datetime) -> list[Staged]:
    """Remove what nobody claimed for seven days; give what was removed."""
    with transaction.atomic(), promises.writing("store"):
        old = Staged.objects.select_for_update(skip_locked=True).filter(claimed_at=None, created_at__lt=at - KEPT)
        gone = list(old)
        Staged.objects.filter(pk__in=[row.pk for row in gone]).delete()
        for row in gone:
            transaction.on_commit(partial(_remove, row.pk))
        transaction.on_commit(partial(_tidy, at))
    return gone


def _remove(staged_id: UUID) -> None:
    with suppress(OSError):  # the next sweep finds what stays
        _path(staged_id).unlink(missing_ok=True)


def _tidy(at: datetime) -> None:
    """Remove bytes that no row waits for: a killed process left them, before the row or after the claim."""
    waiting = {str(pk) for pk in Staged.objects.filter(claimed_at=None).values_list("pk", flat=True)}
    for path in _folder().glob("*"):
        if path.name not in waiting and path.stat().st_mtime < (at - KEPT).timestamp():
            path.unlink(missing_ok=True)
    store.current().sweep_incoming()
