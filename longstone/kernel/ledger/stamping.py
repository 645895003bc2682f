"""When did a checkpoint exist, by somebody else's clock? Time stamps (RFC 3161) over its text, from authorities that the force chose.

LONGSTONE_TSA names the authorities, separated by semicolons: `ADDRESS ROOT.pem`, or `ADDRESS ROOT.pem POLICY` to insist on a policy.

What is stamped is the SHA-256 of the checkpoint's text: the lines origin, size and root as in the note, each with its newline, and
nothing of the empty line and the signatures beneath. The answer is verified on receipt (nonce, policy, chain to the root, the time against
our own clock) and kept as it came; its digest becomes an entry, so that the ledger also shows that the token was there.
"""

from __future__ import annotations

import hashlib
import urllib.request
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from django.conf import settings
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from longstone.kernel import ledger
from longstone.kernel.actor import Actor, machine
from longstone.kernel.command import command, require
from longstone.kernel.ledger import notes, outages
from longstone.kernel.ledger.asking import NoAnswer, answer
from longstone.kernel.ledger.entries import LEEWAY, Checkpoint, Token
from longstone.kernel.refusals import Refusal
from longstone.kernel.verdict import YES, no

POWER = "stamp checkpoints"
KEEPER = machine("the time keeper", POWER)


class NoStamp(NoAnswer):
    """A token does not show what it should; the sentence says why."""


@dataclass(frozen=True)
class Authority:
    """A time stamp authority, the root that it must lead to, and perhaps the policy that it must follow."""

    url: str
    roots: tuple[x509.Certificate, ...]
    policy: x509.ObjectIdentifier | None


def authorities() -> list[Authority]:
    """Read who the authorities are, strictly."""
    return [_authority(told.split()) for told in settings.LONGSTONE_TSA.split(";") if told.strip()]


def _authority(told: list[str]) -> Authority:
    if not 2 <= len(told) <= 3 or not told[0].startswith(("http://", "https://")):  # noqa: PLR2004
        raise Refusal("LONGSTONE_TSA is a web address, a root certificate's file and perhaps a policy. Correct it.")
    try:
        roots = tuple(x509.load_pem_x509_certificates(Path(told[1]).read_bytes()))
        return Authority(told[0], roots, x509.ObjectIdentifier(told[2]) if told[2:] else None)
    except (OSError, ValueError) as error:
        raise Refusal(f"LONGSTONE_TSA: {told[1]} or the policy cannot be used: {error}") from error


def stamped_bytes(checkpoint: Checkpoint) -> bytes:
    """Give the bytes over whose SHA-256 a token is made: the text of the checkpoint's note."""
    return notes.body(checkpoint.note).encode()


def stamp(*, at: datetime) -> None:
    """Have the newest checkpoint stamped by every authority whose last token is old enough; what goes wrong is said."""
    last = Checkpoint.objects.order_by("-size").first()
    for one in authorities() if last else []:
        if last and _is_due(one, last, at):
            _try(one, last, at)


def stamp_this(checkpoint: Checkpoint, *, at: datetime) -> None:
    """Have one checkpoint stamped now, for what is handed out under it; what goes wrong is said, and it goes unstamped."""
    for one in authorities():
        if not Token.objects.filter(authority=one.url, checkpoint=checkpoint).exists():
            _try(one, checkpoint, at)


def _is_due(one: Authority, last: Checkpoint, at: datetime) -> bool:
    every = timedelta(minutes=settings.LONGSTONE_TSA_MINUTES)
    recent = Token.objects.filter(authority=one.url).filter(made_at__gt=at - every)
    return not recent.exists() and not Token.objects.filter(authority=one.url, checkpoint=last).exists()


def _try(one: Authority, last: Checkpoint, at: datetime) -> None:
    try:
        raw, said = ask(one, stamped_bytes(last), at=at)
    except NoAnswer as why:
        outages.say(f"time stamps of {one.url}", why.sentence)
    else:
        keep(by=KEEPER, at=at, checkpoint=last, authority=one.url, raw=raw, said=said)
        outages.over(f"time stamps of {one.url}")


def ask(one: Authority, told: bytes, *, at: datetime) -> tuple[bytes, datetime]:
    """Ask an authority to stamp some bytes, and give its verified answer and the time that it says."""
    asked = TimestampRequestBuilder().data(told).hash_algorithm(HashAlgorithm.SHA256).build()
    headers = {"Content-Type": "application/timestamp-query"}
    status, raw = answer(urllib.request.Request(one.url, data=asked.as_bytes(), headers=headers))  # noqa: S310 - http(s)
    if status != 200:  # noqa: PLR2004
        raise NoStamp(f"The authority answered {status} and no time stamp.")
    said = verify(raw, told, roots=one.roots, policy=one.policy, nonce=asked.nonce)
    if abs(said - at) > LEEWAY:
        raise NoStamp(
            f"The authority says it is {said:%d/%m/%Y %H:%M:%S} UTC, which is over five minutes from our own clock."
        )
    return raw, said


def verify(
    raw: bytes,
    told: bytes,
    *,
    roots: tuple[x509.Certificate, ...],
    policy: x509.ObjectIdentifier | None,
    nonce: int | None = None,
) -> datetime:
    """Check that a token is over some bytes and leads to a root, and give its time. Raises NoStamp."""
    try:
        found = decode_timestamp_response(raw)
        VerifierBuilder(policy_id=policy, roots=list(roots), nonce=nonce).build().verify_message(found, told)
        return _time_of(found)
    except (VerificationError, ValueError) as error:
        raise NoStamp(f"The time stamp is not sound: {error}.") from error


def _time_of(found: TimeStampResponse) -> datetime:
    return found.tst_info.gen_time


@command
def keep(*, by: Actor, at: datetime, checkpoint: Checkpoint, authority: str, raw: bytes, said: datetime) -> Token:
    """Keep a verified time stamp, and write its digest into the ledger."""
    require(YES if by.holds(POWER) else no("Only the time keeper keeps time stamps."))
    sha256 = hashlib.sha256(raw).hexdigest()
    told: dict[str, Any] = {"authority": authority, "sha256": sha256}
    token = Token.objects.create(checkpoint=checkpoint, raw=raw, at=said, **told)
    root = bytes(checkpoint.root).hex()
    ledger.record(
        "checkpoint.stamped", on=None, by=by, at=at, size=checkpoint.size, root=root, time=said.isoformat(), **told
    )
    return token
