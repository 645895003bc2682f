"""Which size was signed or witnessed already? The sequencer never signs beneath it, whatever the tables say (D11).

What the tables say goes back with a restored backup. So the size last signed is also kept in the house's folder, and a witness tells
what it has cosigned. After a restore `restored` forgives what was lost: only `ledger reconcile` calls it, when it has recorded the loss.
"""

from __future__ import annotations

import json
import os
import uuid
from pathlib import Path

from longstone.kernel.ledger.entries import Witnessed
from longstone.kernel.refusals import Refusal


class NotSigned(AssertionError):
    """What stands in the tables does not follow from what was signed before; nothing is signed."""


class NotKept(Refusal):
    """The size that was signed could not be kept outside the database."""


def _place() -> Path:
    from django.conf import settings

    return Path(settings.LONGSTONE_HOME) / "ledger-signed.json"


def _kept() -> tuple[int, int]:
    """Give the size last signed and the size up to which witnesses are forgiven."""
    try:
        told = json.loads(_place().read_text())
        return int(told["signed"]), int(told["forgiven"])
    except FileNotFoundError:
        return 0, 0
    except (ValueError, KeyError, TypeError) as error:
        raise NotSigned(
            f"{_place().name} is damaged. Restore it from the backup, or run `longstone audit` first."
        ) from error


def already_signed() -> int:
    """Give the largest size that the house is known to have signed or a witness to have cosigned."""
    signed, forgiven = _kept()
    told = Witnessed.objects.filter(size__gt=forgiven).order_by("-size").values_list("size", flat=True).first()
    return max(signed, told or 0)


def refuse_below(size: int) -> None:
    """Refuse to go on from a size beneath one that was signed or witnessed."""
    bound = already_signed()
    if size < bound:
        raise NotSigned(
            f"A ledger of {bound} entries was signed or witnessed, but here are {size}. If a backup was restored, "
            "run `longstone ledger reconcile`. Nothing is signed until then."
        )


def remember(size: int) -> None:
    """Keep the size last signed outside the database; never a smaller one."""
    signed, forgiven = _kept()
    if size > signed:
        _keep(size, forgiven)


def restored(size: int) -> None:
    """Start again from a smaller size, after a restore whose loss is recorded; what was signed before is forgiven."""
    _keep(size, max(already_signed(), _kept()[1]))


def _keep(signed: int, forgiven: int) -> None:
    try:
        _write(signed, forgiven)
    except OSError as error:
        raise NotKept(
            f"What was signed could not be kept in {_place().name}: the disk answered “{error.strerror}”. "
            "Look at the folder LONGSTONE_HOME."
        ) from error


def _write(signed: int, forgiven: int) -> None:
    _place().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = _place().with_name(f"{uuid.uuid4().hex}.new")
    with os.fdopen(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as out:
        json.dump({"signed": signed, "forgiven": forgiven}, out)
        out.flush()
        os.fsync(out.fileno())
    temporary.replace(_place())
    folder = os.open(_place().parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
