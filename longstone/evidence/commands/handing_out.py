"""How does an exhibit's proof leave the house? As a bundle that anyone can check without it."""

from __future__ import annotations

from datetime import datetime

from longstone.evidence import rules
from longstone.evidence.models import Bundle, BundleMove, Exhibit
from longstone.kernel import ledger, states
from longstone.kernel.actor import Actor
from longstone.kernel.command import command, hold, require
from longstone.kernel.models import Entry


@command
def hand_out(*, by: Actor, at: datetime, exhibit: Exhibit, with_copies: bool = True) -> Bundle:
    """Have a custody bundle made of an exhibit."""
    exhibit = hold(exhibit, by=by)
    require(rules.may_hand_out(by=by, exhibit=exhibit))
    bundle = Bundle(controller_id=exhibit.controller_id, exhibit=exhibit, with_copies=with_copies, asked_at=at)
    states.begin(bundle, BundleMove, rules.BUNDLE, now="preparing", by=by, at=at)
    ledger.record("bundle.asked", on=exhibit, by=by, at=at, with_copies=with_copies)
    return bundle


@command
def name_contents(*, by: Actor, at: datetime, bundle: Bundle, payload: str, entries: list[str], custody: int) -> Entry:
    """Bind a bundle's contents to the ledger: the digest of its payload, and every entry that it carries."""
    bundle = hold(bundle, by=by)
    require(rules.may_run(by=by))
    return ledger.record(
        "bundle.made", on=bundle.exhibit, by=by, at=at, payload=payload, entries=entries, custody=custody
    )


@command
def bundle_ready(*, by: Actor, at: datetime, bundle: Bundle, name: str, sha256: str, size: int) -> Bundle:
    """Record that a bundle lies in the store, ready to be downloaded."""
    bundle = hold(bundle, by=by)
    require(rules.may_run(by=by))
    bundle.name, bundle.sha256, bundle.size = name, sha256, size
    states.move(bundle, BundleMove, rules.BUNDLE, now="ready", by=by, at=at)
    ledger.record("bundle.ready", on=bundle.exhibit, by=by, at=at, sha256=sha256, size=size)
    return bundle


@command
def bundle_failed(*, by: Actor, at: datetime, bundle: Bundle, why: str) -> Bundle:
    """Record that a bundle could not be made, and why."""
    bundle = hold(bundle, by=by)
    require(rules.may_run(by=by))
    bundle.why_failed = why[:300]
    states.move(bundle, BundleMove, rules.BUNDLE, now="failed", by=by, at=at)
    ledger.record("bundle.failed", on=bundle.exhibit, by=by, at=at, why=why[:300])
    return bundle
