"""How does one key take over from another? Acts at the server's own command line, each written into the ledger that the keys sign."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from longstone.kernel import keys, ledger
from longstone.kernel.actor import Actor, machine
from longstone.kernel.command import command, require
from longstone.kernel.ledger import notes
from longstone.kernel.verdict import YES, Verdict, no

POWER = "keep keys"
KEEPER = machine("the keeper of the keys", POWER)


def may_keep_keys(*, by: Actor) -> Verdict:
    """Say whether the actor may make keys and retire them."""
    return (
        YES if by.holds(POWER) else no("Keys are kept at the server's command line. Ask the person who runs the house.")
    )


@command
def rotate(*, by: Actor, at: datetime, name: str) -> int:
    """Make a key's next version, and say in the ledger by which public key it is known; gives the version."""
    require(may_keep_keys(by=by))
    version = keys.rotate(name)
    known = vkeys().get(version, "") if name == "checkpoint" else ""
    ledger.record("key.rotated", on=None, by=by, at=at, key=name, version=version, vkey=known)
    return version


@command
def retire(*, by: Actor, at: datetime, name: str, version: int) -> int:
    """Let an older version of a signing key sign no more."""
    require(may_keep_keys(by=by))
    keys.retire(name, version)
    ledger.record("key.retired", on=None, by=by, at=at, key=name, version=version)
    return version


def vkeys() -> dict[int, str]:
    """Give the verifier key of every version of the key that signs checkpoints, also of those retired."""
    return {
        version: notes.vkey_of(settings.LONGSTONE_ORIGIN, key) for version, key in keys.verifying("checkpoint").items()
    }
