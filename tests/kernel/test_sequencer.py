"""The sequencer: everything committed is numbered once, signed, and proved."""

import pytest
from django.db import connection
from django.db.utils import ProgrammingError

from longstone.kernel import keys, ledger
from longstone.kernel.actor import Actor
from longstone.kernel.ledger import canonical, notes
from longstone.kernel.models import Entry
from longstone.kernel.promises import writing
from verifier import note

BY = Actor(id=7, name="PC 7 Example", controller=1)


def test_pages_use_the_webs_role_which_owns_nothing(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")

        assert cursor.fetchone() == ("longstone_web", False, False)


def write(count):
    return [ledger.read("cases", by=BY, number=n) for n in range(count)]


def test_the_web_cannot_number_or_change_an_entry(db):
    entry = write(1)[0]

    with pytest.raises(ProgrammingError, match="permission denied"), writing("an attack"):
        Entry.objects.filter(pk=entry.pk).update(facts="{}")


@pytest.mark.parametrize(
    "attack",
    [
        "INSERT INTO ledger_leaf VALUES (0, %s, sha256('x'))",
        "INSERT INTO ledger_waiting VALUES (%s)",
        "DELETE FROM ledger_waiting WHERE entry_id = %s",
    ],
)
def test_the_web_gives_no_number_and_takes_nobody_out_of_the_queue(db, attack):
    entry = write(1)[0]

    with pytest.raises(ProgrammingError, match="permission denied"), writing("an attack"):
        connection.cursor().execute(attack, [entry.pk])


def test_an_entry_reads_the_same_when_it_is_numbered(db):
    entry = write(1)[0]

    again = Entry.objects.get(pk=entry.pk)

    assert canonical.entry_text(again) == canonical.entry_text(Entry.objects.get(pk=entry.pk))
    assert again.recorded_at.tzinfo is not None


def test_a_checkpoint_is_signed_as_c2sp_says(db):
    version, key = keys.signing("checkpoint")

    told = notes.sign_checkpoint(origin="example.org/log", size=3, root=b"r" * 32, key=key)

    parsed = note.parse_note(told.encode())
    assert version == 1
    assert note.verify(parsed, note.parse_key(notes.vkey("example.org/log", key)))
    assert note.parse_checkpoint(parsed.text) == note.Checkpoint("example.org/log", 3, b"r" * 32)


def test_the_published_example_note_verifies():
    key = note.parse_key("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
    told = (
        "This is an example message.\n\n\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERY"
        "NZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
    )

    assert note.verify(note.parse_note(told.encode()), key)
