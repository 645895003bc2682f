"""What the public reads was proposed by one person and published by another, is what its digest says, and can be withdrawn at once."""

from __future__ import annotations

import hashlib
import uuid

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from longstone.kernel.inbox import publishing, shown
from longstone.kernel.models import Entry, Publication
from longstone.kernel.refusals import NotPermitted, NotVisible, Refusal
from tests.house import make_force
from tests.server import SERVER

BODY = b"%PDF-1.7 invented\n"


@pytest.fixture
def house(fresh_house, now):
    """Give a house with real commits, and a force in it."""
    return make_force("northshire", now)


def propose(force, at, **changed):
    told = {"title": "Lock your door", "kind": "material", "words": "Lock <b>it</b>.", "file_name": "My Poster.PDF", "body": BODY, **changed}  # fmt: skip
    return publishing.propose_publication(by=force.actor("engagement_officer", at), at=at, **told)


def public_reads():
    url = SERVER.url("public", connection.settings_dict["NAME"])
    with psycopg.connect(url, autocommit=True) as public:
        return public.execute("SELECT force, slug, title, sha256, body FROM kernel_published").fetchall()


def test_the_public_sees_it_only_while_it_is_published(house, now):
    sam = house.actor("supervisor", now)

    one = propose(house, now)
    assert public_reads() == []
    one = publishing.publish(by=sam, at=now, publication=one)
    digest = hashlib.sha256(BODY).hexdigest()
    assert public_reads() == [("northshire", "lock-your-door", "Lock your door", digest, BODY)]
    publishing.withdraw_publication(by=sam, at=now, publication=one, reason="The number in it is old.")

    assert public_reads() == []
    events = Entry.objects.filter(event__startswith="publication.").order_by("pk").values_list("event", flat=True)
    assert list(events) == ["publication.proposed", "publication.published", "publication.withdrawn"]
    assert propose(house, now).state == "proposed"


def test_two_people_publish_and_the_database_says_so_too(house, now):
    one = propose(house, now)

    with pytest.raises(NotPermitted, match="Two people publish"):
        publishing.publish(by=house.actor("engagement_officer", now), at=now, publication=one)
    with pytest.raises(NotPermitted, match="does not let you propose"):
        publishing.propose_publication(by=house.actor("detective", now), at=now, title="x", kind="paper", words="x", file_name="x.pdf", body=BODY)  # fmt: skip
    with pytest.raises(NotVisible):
        publishing.publish(by=house.actor("detective", now), at=now, publication=one)
    with psycopg.connect(SERVER.url("web", connection.settings_dict["NAME"]), autocommit=True) as web:
        with pytest.raises(psycopg.errors.CheckViolation):
            web.execute("UPDATE kernel_publication SET published_by_id = proposed_by_id")
        with pytest.raises(psycopg.errors.CheckViolation):
            web.execute("UPDATE kernel_publication SET state = 'published'")
        with pytest.raises(psycopg.errors.CheckViolation):
            web.execute("UPDATE kernel_publication SET body = 'x'")
        with pytest.raises(psycopg.errors.CheckViolation):
            web.execute("UPDATE kernel_publication SET body = 'x', size = 1")


WRONG = {
    "nothing in it": ({"body": b""}, "something in it"),
    "too large": ({"body": b"%PDF-" + b"x" * (5 << 20)}, "at most 5 MB"),
    "a page": ({"file_name": "x.html"}, "Only PDF and plain text"),
    "no PDF": ({"body": b"<html>"}, "called .pdf and is none"),
    "another digest": ({"sha256": "0" * 64}, "is not this file's"),
    "a title of signs": ({"title": "???"}, "in letters"),
}


@pytest.mark.parametrize(("changed", "sentence"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_published_is_refused_in_a_sentence(house, now, changed, sentence):
    with pytest.raises(Refusal, match=sentence):
        propose(house, now, **changed)

    assert not Publication.objects.everything(because="the test").exists()


def test_a_title_is_taken_while_it_is_proposed_or_published(house, now):
    propose(house, now)

    with pytest.raises(Refusal, match="Give it another title"):
        propose(house, now, title="Lock your door!")


def test_the_right_digest_is_let_through_and_a_colleague_may_decline(house, now):
    one = propose(house, now, sha256=hashlib.sha256(BODY).hexdigest().upper())

    one = publishing.decline_publication(by=house.actor("supervisor", now), at=now, publication=one, reason="Not ours.")

    assert one.state == "declined"
    assert public_reads() == []


def test_it_is_published_by_pages(house, sign_in):
    told = {"title": "A poster", "kind": "material", "words": "What it says.", "once": uuid.uuid4()}
    file = SimpleUploadedFile("poster.txt", b"Text.\n")

    first = sign_in(house.staff["engagement_officer"]).post(
        reverse("publication_new"), {**told, "file": file}, follow=True
    )
    one = Publication.objects.everything(because="the test").get()
    second = sign_in(house.staff["supervisor"])
    page = second.get(reverse("publication", args=[one.pk])).content.decode()
    done = second.post(reverse("publication_publish", args=[one.pk]), {"once": uuid.uuid4()}, follow=True)

    assert "A colleague must publish it" in first.content.decode()
    assert "What it says." in page
    assert one.sha256 in page
    assert "The public&#x27;s pages show it now" in done.content.decode()
    assert second.get(reverse("publication_file", args=[one.pk])).content == b"Text.\n"
    assert len(public_reads()) == 1


def test_the_publics_pages_show_it_and_give_the_very_bytes(site):
    owner = (
        "WITH f AS (INSERT INTO kernel_controller (slug, name) VALUES ('northshire', 'Northshire Police') RETURNING id), "
        "p AS (INSERT INTO kernel_publication (controller_id, slug, title, kind, words, file_name, media_type, body, sha256, size, "
        "proposed_by_id, proposed_by, published_by_id, published_by, published_at, state, state_seq) "
        "SELECT id, 'lock', 'Lock <b>it</b>', 'paper', '<script>x</script>', 'lock.pdf', 'application/pdf', '%PDF-1', "
        "encode(sha256('%PDF-1'), 'hex'), 6, 1, 'a', 2, 'b', now(), 'published', 2 FROM f RETURNING id) "
        "INSERT INTO kernel_publicationmove (row_id, seq, was, now, at, by_name, reason) "
        "SELECT id, 1, '*', 'proposed', now(), 'a', '' FROM p UNION ALL SELECT id, 2, 'proposed', 'published', now(), 'b', '' FROM p"
    )
    site.rows(owner)

    listed, page, file = (site.get(path) for path in ("/published/", "/published/lock/", "/published/lock/file"))

    assert "Lock &lt;b&gt;it&lt;/b&gt;" in listed.text
    assert "<script>x" not in page.text
    assert hashlib.sha256(b"%PDF-1").hexdigest() in page.text
    assert (file.status, file.text, file.headers["Content-Type"]) == (200, "%PDF-1", "application/pdf")
    assert file.headers["Content-Disposition"] == 'attachment; filename="lock.pdf"'
    assert "sandbox" in file.headers["Content-Security-Policy"]
    assert site.get("/published/other/").status == 404
    assert shown.COLUMNS.count(",") == 8
