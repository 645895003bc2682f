"""An exhibit that came in with an old list can be handed out, and its bundle verifies without the house."""

from __future__ import annotations

import io
from datetime import UTC, datetime

from django.conf import settings

from longstone.evidence import commands, jobs
from longstone.evidence.models import Bundle, Exhibit
from longstone.kernel import keys, store
from longstone.kernel.ledger import notes
from tests.imports.specimens import as_csv, rows
from verifier import bundle as bundles
from verifier import note


def test_its_custody_begins_in_store_and_the_verifier_follows_it(importing_house):
    importing = importing_house
    importing.bring_in(importing.send(as_csv(rows(1, 0, importing.store))))
    one = Exhibit.objects.visible_to(importing.by).get()
    one = commands.take_out(by=importing.by, at=datetime.now(UTC), exhibit=one, reason="For the lab")

    asked = commands.hand_out(by=importing.by, at=datetime.now(UTC), exhibit=one)
    jobs.make_bundle(bundle_id=asked.pk)

    made = Bundle.objects.visible_to(importing.by).get()
    assert made.state == "ready", made.why_failed
    key = note.parse_key(notes.vkey(settings.LONGSTONE_ORIGIN, keys.signing("checkpoint")[1]))
    report = bundles.check(io.BytesIO(b"".join(store.blocks(made.sha256))), key=key)
    assert report.signed
    assert [entry["event"] for entry in report.entries][:2] == ["exhibit.brought_in", "exhibit.taken_out"]
