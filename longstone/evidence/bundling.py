"""What goes into a custody bundle? The exhibit's own ledger entries with their proofs, and its bytes (docs/bundle.md)."""

from __future__ import annotations

import json
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from longstone.evidence import case_graph, commands
from longstone.evidence.catalogue import folder
from longstone.evidence.models import Bundle, Exhibit
from longstone.kernel import bundles, keys, store
from longstone.kernel.actor import Actor
from longstone.kernel.ledger import canonical, notes, proofs, restorations, sequencer, stamping, witnessing
from longstone.kernel.models import Checkpoint, Entry
from longstone.kernel.refusals import Refusal

TRIES, PAUSE = 60, 0.5  # half a minute until a sequencer that is at work elsewhere must have numbered everything


def make(bundle: Bundle, *, by: Actor, at: datetime) -> dict[str, Any]:
    """Bind a bundle's contents to the ledger, write it into the store, and give its name, digest and size."""
    exhibit = bundle.exhibit
    name = f"{exhibit.reference.replace('/', '_')}-{bundle.pk}"
    entries = _numbered(exhibit)
    payload = _payload(bundle, name, at, entries)
    last = commands.name_contents(
        by=by, at=at, bundle=bundle, payload=bundles.payload_digest(payload),
        entries=[str(entry.uuid) for entry in entries], custody=sum(map(_is_custody, entries)),
    )  # fmt: skip
    _wait_for(Entry.objects.filter(pk=last.pk))
    stored = bundles.keep(
        name, payload, day=canonical.moment(at)[:10], ledger=_proved([*entries, last], at),
        key=notes.vkey(settings.LONGSTONE_ORIGIN, keys.signing("checkpoint")[1]),
        folder=settings.LONGSTONE_HOME, put=store.put,
    )  # fmt: skip
    return {"name": f"{name}.zip", "sha256": stored.sha256, "size": stored.size}


def _is_custody(entry: Entry) -> bool:
    """Say whether an entry is a step of custody; an earlier `bundle.made` only counts them."""
    return not _is_erased(entry) and isinstance(json.loads(entry.facts).get("custody"), dict)


def _is_erased(entry: Entry) -> bool:
    """Say whether only an entry's leaf is left: facts are never an empty text otherwise."""
    return entry.facts == ""


def _numbered(exhibit: Exhibit) -> list[Entry]:
    """Give every act on the exhibit, numbered; reads are the force's own business and stay in the house."""
    acts = Entry.objects.filter(on_kind="exhibit", on_id=str(exhibit.pk)).exclude(event__endswith=".read")
    _wait_for(acts)
    return list(acts.filter(leaf__isnull=False).select_related("leaf").order_by("leaf__index"))


def _wait_for(acts: QuerySet[Entry]) -> None:
    """Have some entries numbered; another sequencer that is at work at this moment is waited for."""
    for _ in range(TRIES):
        sequencer.catch_up()
        if not acts.filter(leaf=None).exists():
            return
        time.sleep(PAUSE)
    raise Refusal("The ledger's sequencer is at work elsewhere. Ask for the bundle again in a minute.")


def _proved(entries: list[Entry], at: datetime) -> bundles.Ledger:
    checkpoint = _witnessed(at)
    for entry in entries:
        entry.refresh_from_db()
    lines = [_line(entry, checkpoint.size) for entry in entries]
    return bundles.Ledger(
        lines=lines, checkpoint=proofs.cosigned(checkpoint), tokens=proofs.tokens(checkpoint), restorations=restorations.notes()
    )  # fmt: skip


def _witnessed(at: datetime) -> Checkpoint:
    """Have the newest checkpoint cosigned and stamped, as far as those whom the force has chosen answer now."""
    witnessing.submit()
    checkpoint = proofs.latest_checkpoint()
    stamping.stamp_this(checkpoint, at=at)
    return checkpoint


def _line(entry: Entry, size: int) -> bundles.Line | bundles.Erased:
    index = int(entry.leaf_index or 0)
    proof = proofs.inclusion(index, size)
    if _is_erased(entry):
        return bundles.Erased(str(entry.uuid), index, proof, entry.commitment)
    return bundles.Line(canonical.entry_text(entry), index, proof, bytes(entry.salt))


def _payload(bundle: Bundle, name: str, at: datetime, entries: list[Entry]) -> list[bundles.Member]:
    exhibit = bundle.exhibit
    copies = list(exhibit.copies.everything(because="a bundle holds every copy of its exhibit").order_by("pk"))
    told = _header(bundle, name, at, copies)
    members = [
        bundles.text_member("data/bundle.json", canonical.text(told)),
        bundles.text_member("data/about.txt", _about(exhibit, told)),
        bundles.text_member("data/case.jsonld", _graph(told, entries)),
    ]
    if bundle.with_copies:
        kept = [c for c in copies if c.disposed_at is None]
        members += [bundles.file_member(f"data/objects/{c.sha256}", store.local(c.sha256), c.sha256) for c in kept]
    return members + [_manifest(one["digest"]) for one in told["catalogues"]]


def _graph(told: dict[str, Any], entries: list[Entry]) -> str:
    tools = {one["digest"]: _examiner(one["digest"]) for one in told["catalogues"]}
    return case_graph.text(
        told, [json.loads(canonical.entry_text(entry)) for entry in entries if not _is_erased(entry)], tools
    )


def _examiner(digest: str) -> str:
    """Say which version of the examiner made a catalogue."""
    told = json.loads((folder() / digest / "manifest.json").read_bytes())
    return str(told["tools"]["examiner"])


def _manifest(digest: str) -> bundles.Member:
    path: Path = folder() / digest / "manifest.json"
    return bundles.file_member(f"data/catalogues/{digest}/manifest.json", path, digest)


def _header(bundle: Bundle, name: str, at: datetime, copies: list[Any]) -> dict[str, Any]:
    exhibit = bundle.exhibit
    first = bundle.moves.order_by("seq").first()
    done = [
        e
        for c in copies
        if c.disposed_at is None
        for e in c.examinations.everything(because="a bundle names its catalogues")
        if e.catalogue
    ]
    return {
        "format": "longstone-bundle/2",
        "bag": name,
        "origin": settings.LONGSTONE_ORIGIN,
        "made_at": canonical.moment(at),
        "made_by": {"id": first.by_id, "name": first.by_name} if first else None,
        "exhibit": {
            "id": str(exhibit.pk),
            "label": exhibit.reference,
            "description": exhibit.description,
            "case": exhibit.case.reference,
        },
        "copies": [_copy(c, included=bundle.with_copies and c.disposed_at is None) for c in copies],
        "catalogues": [_catalogue(e) for e in done],
    }


def _copy(copy: Any, *, included: bool) -> dict[str, Any]:
    path = f"data/objects/{copy.sha256}" if included else None
    crc = bundles.crc_of(store.local(copy.sha256), copy.sha256) if included else None
    told = {"sha256": copy.sha256, "crc32": crc, "size": copy.size, "name": copy.name}
    return {**told, "included": included, "path": path}


def _catalogue(done: Any) -> dict[str, Any]:
    told = {"digest": done.catalogue, "copy": done.copy.sha256}
    return {**told, "files": done.files, "problems": done.problems}


def _about(exhibit: Exhibit, told: dict[str, Any]) -> str:
    copies = "".join(f"  {c['name']}: {c['size']} bytes, SHA-256 {c['sha256']}\n" for c in told["copies"])
    copies = copies or "  none\n"
    return (
        f"Exhibit {exhibit.reference}: {exhibit.description}\n"
        f"Case {exhibit.case.reference}\n"
        f"Copies:\n{copies}"
        "Check this bundle with the verifier and the force's public key; see docs/bundle.md of Longstone.\n"
    )
