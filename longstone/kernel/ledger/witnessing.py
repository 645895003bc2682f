"""Who else has seen the ledger? Each witness is sent every checkpoint with its proof, after it is signed (C2SP tlog-witness).

LONGSTONE_WITNESS names the witnesses: an address and a vkey each, separated by spaces, such as `http://127.0.0.1:8101 w.example+id+key`.
It is done outside the sequencer's transaction. A witness that does not answer is said and never stops the ledger; one that has seen
more than is here does, until a person has found out why (D11).
"""

from __future__ import annotations

import base64
import hashlib
import urllib.request
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from longstone.kernel import promises
from longstone.kernel.ledger import outages, proofs
from longstone.kernel.ledger.asking import NoAnswer, answer
from longstone.kernel.ledger.entries import Checkpoint, Cosignature, Witnessed
from longstone.kernel.refusals import Refusal
from verifier import note

CONFLICT = 409


@dataclass(frozen=True)
class Witness:
    """A witness that the force has chosen."""

    url: str
    key: note.Key


def witnesses() -> list[Witness]:
    """Read who the witnesses are, strictly."""
    told = settings.LONGSTONE_WITNESS.split()
    if len(told) % 2:
        raise Refusal("LONGSTONE_WITNESS is an address and a vkey for each witness, separated by spaces. Correct it.")
    return [_witness(url, vkey) for url, vkey in zip(told[::2], told[1::2], strict=True)]


def _witness(url: str, vkey: str) -> Witness:
    try:
        key = note.parse_key(vkey)
    except note.BadNote as error:
        raise Refusal(f"LONGSTONE_WITNESS: {error}") from error
    if key.kind != note.COSIGNATURE or not url.startswith(("http://", "https://")):
        raise Refusal("LONGSTONE_WITNESS: a witness has a web address and a key of kind 4. Correct it.")
    return Witness(url.rstrip("/"), key)


def submit() -> None:
    """Send the newest checkpoint to every witness that has not cosigned it; what goes wrong with one is said."""
    last = Checkpoint.objects.order_by("-size").first()
    for one in witnesses() if last else []:
        if not Cosignature.objects.filter(checkpoint=last, witness=one.key.name).exists():
            _try(one, last)


def _try(one: Witness, last: Checkpoint | None) -> None:
    name = f"witness {one.key.name}"
    try:
        if last:
            _submit(one, last)
    except NoAnswer as why:
        outages.say(name, why.sentence)
    else:
        outages.over(name)


def _submit(one: Witness, last: Checkpoint) -> None:
    known = Cosignature.objects.filter(witness=one.key.name).order_by("-checkpoint").first()
    status, told = _send(one, known.checkpoint_id if known else 0, last)
    if status == CONFLICT:
        status, told = _send(one, _its_size(one, told, last), last)
    if status != 200:  # noqa: PLR2004
        raise NoAnswer(f"The witness refused the checkpoint of size {last.size}: {status} {_plain(told)}")
    _keep(one, last, told)


def _its_size(one: Witness, told: bytes, last: Checkpoint) -> int:
    """Read what size the witness has seen; a larger one than ours is kept, and from then on nothing smaller is signed."""
    text = told.decode("ascii", "replace").strip()
    if not note.NUMBER.fullmatch(text):
        raise NoAnswer("The witness does not say what size it has seen.")
    size = int(text)
    if size > last.size:
        with promises.writing("ledger"):
            Witnessed.objects.update_or_create(witness=one.key.name, defaults={"size": size})
        raise NoAnswer(f"The witness has cosigned {size} entries, and here are {last.size}. Nothing more is signed.")
    return size


def _send(one: Witness, old: int, last: Checkpoint) -> tuple[int, bytes]:
    proof = "".join(f"{base64.b64encode(step).decode()}\n" for step in proofs.consistency(old, last.size))
    body = f"old {old}\n{proof}\n{last.note}".encode()
    request = urllib.request.Request(f"{one.url}/add-checkpoint", data=body, method="POST")  # noqa: S310 - http(s) only
    return answer(request)


def _plain(told: bytes) -> str:
    return told.decode("utf-8", "replace").strip()[:200]


def _keep(one: Witness, last: Checkpoint, told: bytes) -> None:
    """Verify what the witness sent, and keep its own line alone."""
    try:
        whole = note.parse_note(last.note.encode() + told)
        line, at = _its_line(one, whole), note.cosigned_at(whole, one.key)
    except note.BadNote as error:
        raise NoAnswer(f"The witness sent what is not its cosignature: {error}") from error
    _write(one, last, line, at[-1])


def _its_line(one: Witness, whole: note.Note) -> str:
    mine = [sign for sign in whole.signatures if (sign.name, sign.id) == (one.key.name, one.key.id)]
    if not mine:
        raise NoAnswer("The witness answered without its own cosignature.")
    return f"{note.DASH}{mine[-1].name} {base64.b64encode(mine[-1].id + mine[-1].raw).decode()}\n"


def _write(one: Witness, last: Checkpoint, line: str, at: datetime) -> None:
    with promises.writing("ledger"), transaction.atomic():
        Cosignature.objects.get_or_create(checkpoint=last, witness=one.key.name, defaults={"line": line, "at": at})
        Witnessed.objects.update_or_create(witness=one.key.name, defaults={"size": last.size})


def ask() -> None:
    """Ask every witness what it has seen, before the first signature of a process: a restored house may know less than they."""
    for one in witnesses():
        try:
            _ask(one)
        except NoAnswer as why:
            outages.say(f"witness {one.key.name}", why.sentence)


def _ask(one: Witness) -> None:
    log = hashlib.sha256(settings.LONGSTONE_ORIGIN.encode()).hexdigest()
    status, told = answer(urllib.request.Request(f"{one.url}/{log}/checkpoint"))  # noqa: S310 - http(s) only
    if status == 404:  # noqa: PLR2004 - it has seen nothing of ours yet
        return
    try:
        seen = note.parse_note(told)
        size, known = note.parse_checkpoint(seen.text).size, note.verify(seen, one.key)
    except note.BadNote as error:
        raise NoAnswer(f"The witness sent what is not its checkpoint: {error}") from error
    if not known:
        raise NoAnswer("The witness sent a checkpoint that it has not cosigned.")
    with promises.writing("ledger"):
        Witnessed.objects.update_or_create(witness=one.key.name, defaults={"size": size})
