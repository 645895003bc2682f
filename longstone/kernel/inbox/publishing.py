"""How does something reach the public's pages? One person proposes it with its bytes, another publishes it; either withdraws it at once."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.utils.text import slugify

from longstone.kernel import ledger, states
from longstone.kernel.actor import Actor
from longstone.kernel.command import command, hold, require
from longstone.kernel.inbox import rules
from longstone.kernel.inbox.models import Publication, PublicationMove
from longstone.kernel.verdict import YES, Verdict, no


@command
def propose_publication(
    *, by: Actor, at: datetime, title: str, kind: str, words: str, file_name: str, body: bytes, sha256: str = ""
) -> Publication:
    """Propose that a paper or a material be published; a colleague looks at it first."""
    require(rules.may_propose(by=by))
    require(rules.sound_file(name=file_name, size=len(body), begins=body[:8]))
    found = hashlib.sha256(body).hexdigest()
    require(rules.same_digest(told=sha256, found=found))
    require(YES if slugify(title) else no("Give it a title in letters: its address is made of them."))
    made = Publication(controller_id=by.force, title=title, kind=kind, words=words, body=body, sha256=found)
    made.slug, made.size, made.proposed_by_id, made.proposed_by = slugify(title)[:80], len(body), by.staff, by.name
    made.file_name = f"{made.slug}.{file_name.rpartition('.')[2].lower()}"
    made.media_type = rules.MEDIA[file_name.rpartition(".")[2].lower()]
    states.begin(made, PublicationMove, rules.PUBLICATION, now="proposed", by=by, at=at)
    ledger.record("publication.proposed", on=made, by=by, at=at, sha256=found, size=len(body))
    return made


@command
def publish(*, by: Actor, at: datetime, publication: Publication) -> Publication:
    """Publish what a colleague proposed: the public's pages show it from then on."""
    publication = hold(publication, by=by)
    require(rules.may_decide(by=by, publication=publication))
    require(_whole(publication))
    publication.published_by_id, publication.published_by, publication.published_at = by.staff, by.name, at
    states.move(publication, PublicationMove, rules.PUBLICATION, now="published", by=by, at=at)
    ledger.record("publication.published", on=publication, by=by, at=at, sha256=publication.sha256)
    return publication


@command
def decline_publication(*, by: Actor, at: datetime, publication: Publication, reason: str) -> Publication:
    """Decline to publish what a colleague proposed, for a reason."""
    publication = hold(publication, by=by)
    require(rules.may_decide(by=by, publication=publication))
    states.move(publication, PublicationMove, rules.PUBLICATION, now="declined", by=by, at=at, reason=reason)
    ledger.record("publication.declined", on=publication, by=by, at=at, reason=reason)
    return publication


@command
def withdraw_publication(*, by: Actor, at: datetime, publication: Publication, reason: str) -> Publication:
    """Take something off the public's pages at once, for a reason."""
    publication = hold(publication, by=by)
    require(rules.may_withdraw(by=by, publication=publication))
    states.move(publication, PublicationMove, rules.PUBLICATION, now="withdrawn", by=by, at=at, reason=reason)
    ledger.record("publication.withdrawn", on=publication, by=by, at=at, sha256=publication.sha256, reason=reason)
    return publication


def _whole(publication: Publication) -> Verdict:
    found = hashlib.sha256(bytes(publication.body)).hexdigest()
    return YES if found == publication.sha256 else no("Its bytes are not those that were proposed. Propose it again.")
