"""How does a copy go, and leave its tombstone? On two people's word, after a delay, beneath no hold, and never silently."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from longstone.evidence import rules, shelved
from longstone.evidence.models import Bundle, BundleMove, Copy, Disposal, DisposalMove
from longstone.kernel import holds, ledger, states, store
from longstone.kernel.acting import acting
from longstone.kernel.actor import THE_RECORD, Actor
from longstone.kernel.command import command, hold, require
from longstone.kernel.models import Tombstone
from longstone.kernel.store.locks import hold_digest
from longstone.kernel.verdict import YES, Verdict, no


@command
def propose_disposal(*, by: Actor, at: datetime, copy: Copy, reason: str, authority: str) -> Disposal:
    """Propose that a copy's bytes and what was found in them are removed, for a reason and on an authority."""
    copy = hold(copy, by=by)
    require(may_propose(by=by, copy=copy))
    require(_said(reason, authority))
    holds.refuse_if_held(above(copy))
    told = {"reason": reason.strip(), "authority": authority.strip(), "proposed_by_id": by.staff, "proposed_at": at}
    disposal = Disposal(controller_id=copy.controller_id, copy=copy, **told)
    states.begin(disposal, DisposalMove, rules.DISPOSAL, now="proposed", by=by, at=at, proposer=by.staff)
    facts = {"copy": copy.sha256, "reason": disposal.reason, "authority": disposal.authority}
    ledger.record("disposal.proposed", on=copy.exhibit, by=by, at=at, **facts)
    return disposal


def may_propose(*, by: Actor, copy: Copy) -> Verdict:
    """Say whether the actor may propose that this copy is disposed of."""
    proposed = Disposal.objects.visible_to(by).filter(copy=copy).exclude(state="withdrawn").exists()
    disposed = copy.disposed_at is not None
    return rules.may_propose_disposal(by=by, controller=copy.controller_id, disposed=disposed, proposed=proposed)


def _said(reason: str, authority: str) -> Verdict:
    if not reason.strip():
        return no("Say why the copy is to be disposed of: the reason stands in the record.")
    return (
        YES
        if authority.strip()
        else no("Say on whose authority: a policy's rule, a court's order, or a name and rank.")
    )


@command
def approve_disposal(*, by: Actor, at: datetime, disposal: Disposal) -> Disposal:
    """Approve somebody else's proposal; it is carried out after the delay, and can be stopped until then."""
    disposal = hold(disposal, by=by)
    require(rules.may_approve_disposal(by=by, disposal=disposal))
    holds.refuse_if_held(above(disposal.copy))
    disposal.approved_by_id, disposal.due_at = by.staff, at + timedelta(hours=settings.LONGSTONE_DISPOSAL_HOURS)
    return _step(disposal, "approved", by=by, at=at, due_at=disposal.due_at.isoformat())


@command
def withdraw_disposal(*, by: Actor, at: datetime, disposal: Disposal, reason: str) -> Disposal:
    """Stop a disposal that was proposed or approved, for a reason."""
    disposal = hold(disposal, by=by)
    require(rules.may_withdraw_disposal(by=by, disposal=disposal))
    return _step(disposal, "withdrawn", by=by, at=at, reason=reason)


def _step(disposal: Disposal, now: str, *, by: Actor, at: datetime, reason: str = "", **facts: Any) -> Disposal:
    told = {"proposer": disposal.proposed_by_id, "reason": reason}
    states.move(disposal, DisposalMove, rules.DISPOSAL, now=now, by=by, at=at, **told)
    facts = {"copy": disposal.copy.sha256, **facts, **({"reason": reason} if reason else {})}
    ledger.record(f"disposal.{now}", on=disposal.copy.exhibit, by=by, at=at, **facts)
    return disposal


@command
def dispose(*, by: Actor, at: datetime, disposal: Disposal) -> Disposal:
    """Carry a disposal out: the copy is gone for everybody, and a tombstone says so; its bytes are removed next."""
    disposal = hold(disposal, by=by)
    copy = hold(disposal.copy, by=by)
    require(may_dispose(by=by, disposal=disposal, at=at))
    holds.refuse_if_held(above(copy))
    copy.disposed_at = disposal.disposed_at = at
    copy.save(update_fields=["disposed_at"])
    stones = [_stone(disposal, one, at) for one in _objects(copy)]
    Bundle.objects.visible_to(by).filter(pk__in=[one.pk for one in _bundles(copy)]).update(disposed_at=at)
    removed = [{"holding": one.holding, "sha256": one.sha256, "size": one.size, "what": one.what} for one in stones]
    told = {
        "reason_given": disposal.reason,
        "authority": disposal.authority,
        "removed": removed,
        **_two_people(disposal),
    }
    return _step(disposal, "disposed", by=by, at=at, **told)


def may_dispose(*, by: Actor, disposal: Disposal, at: datetime) -> Verdict:
    """Say whether a disposal can be carried out now."""
    verdict = rules.may_dispose(by=by, disposal=disposal, at=at, busy=_busy(disposal.copy))
    return verdict and holds.held(above(disposal.copy))


def _two_people(disposal: Disposal) -> dict[str, Any]:
    two = {"proposed_by": disposal.proposed_by, "approved_by": disposal.approved_by}
    return {word: {"id": one.pk, "name": str(one)} for word, one in two.items() if one}


def _busy(copy: Copy) -> bool:
    because = "a disposal waits until nobody is at work on the bytes"
    examined = copy.examinations.everything(because=because).filter(state__in=["queued", "running"]).exists()
    bundled = copy.exhibit.bundles.everything(because=because).filter(state="preparing").exists()
    return examined or bundled


def _bundles(copy: Copy) -> list[Bundle]:
    """Name the bundles that hold the copy's bytes: those that were made with copies, after it had come."""
    ready = BundleMove.objects.filter(now="ready", at__gte=copy.received_at).values("row")
    found = copy.exhibit.bundles.everything(because="a bundle holds the bytes too, and must go with them")
    return list(found.filter(state="ready", with_copies=True, disposed_at=None, pk__in=ready))


def _objects(copy: Copy) -> Iterator[tuple[str, str, int | None, str]]:
    """Name everything that holds the copy's bytes or what was found in them."""
    yield shelved.STORE, copy.sha256, copy.size, f"copy of exhibit {copy.exhibit}"
    for bundle in _bundles(copy):
        yield shelved.STORE, bundle.sha256, bundle.size, f"bundle of exhibit {copy.exhibit} that held the copy"
    done = copy.examinations.everything(because="what was found in the bytes goes with them").filter(state="finished")
    for digest in set(done.exclude(catalogue="").values_list("catalogue", flat=True)):
        yield shelved.CATALOGUES, digest, None, f"catalogue of a copy of exhibit {copy.exhibit}"


def _stone(disposal: Disposal, one: tuple[str, str, int | None, str], at: datetime) -> Tombstone:
    holding, sha256, size, what = one
    approved = disposal.approved_by
    assert approved
    return Tombstone.objects.create(
        holding=holding, sha256=sha256, size=size, what=what, reason=disposal.reason, authority=disposal.authority,
        proposed_by_id=disposal.proposed_by_id, proposed_by=str(disposal.proposed_by), approved_by_id=approved.pk,
        approved_by=str(approved), at=at, disposal=disposal.pk, bytes_since=at,
    )  # fmt: skip


@command
def remove_bytes(*, by: Actor, at: datetime, stone: Tombstone) -> Tombstone:
    """Remove what a tombstone stands for, unless another record needs the same bytes; doing it twice does no harm."""
    hold_digest(stone.sha256)
    stone = Tombstone.objects.select_for_update().get(pk=stone.pk)
    require(rules.may_run(by=by))
    stone.bytes_are = "shared" if shelved.wanted(stone.holding, stone.sha256) else "removed"
    if stone.bytes_are == "removed":
        _discard(stone)
    same = Tombstone.objects.filter(holding=stone.holding, sha256=stone.sha256).exclude(bytes_are="removed")
    same.update(bytes_are=stone.bytes_are, bytes_since=at, why_not="")
    ledger.record("bytes.removed", on=None, by=by, at=at, **_about(stone), kept=stone.bytes_are == "shared")
    return stone


def _discard(stone: Tombstone) -> None:
    if stone.holding == shelved.CATALOGUES:
        shelved.Catalogues().discard(stone.sha256)
    else:
        store.current().discard(stone.sha256)


def _about(stone: Tombstone) -> dict[str, Any]:
    return {"disposal": stone.disposal, "holding": stone.holding, "sha256": stone.sha256, "size": stone.size}


@command
def not_removed(*, by: Actor, at: datetime, stone: Tombstone, why: str) -> None:
    """Write down that bytes could not be removed, and why; it is tried again."""
    require(rules.may_run(by=by))
    Tombstone.objects.filter(pk=stone.pk).update(why_not=why[:300])
    ledger.record("bytes.not_removed", on=None, by=by, at=at, **_about(stone), why=why[:300])


@acting(THE_RECORD)
def above(copy: Copy) -> list[tuple[str, str]]:
    """Name a copy and everything above it: the exhibits it comes from, their case, and the persons of the case."""
    named = [("copy", str(copy.pk))]
    exhibit = copy.exhibit
    while exhibit is not None:
        named.append(("exhibit", str(exhibit.pk)))
        exhibit = exhibit.parent  # type: ignore[assignment]  # the whole, or nothing above
    case = copy.exhibit.case
    persons = case.involvements.everything(because="a hold on a person binds, whoever asks").values_list(
        "person_id", flat=True
    )
    return [*named, ("case", str(case.pk)), *(("person", str(one)) for one in persons)]
