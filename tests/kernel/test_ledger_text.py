"""The text of an entry: one text, whoever writes it, and none that two different entries could share."""

import hashlib
import json
import uuid
from datetime import UTC, datetime

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from longstone.kernel.ledger import canonical, texts
from longstone.kernel.ledger.texts import COLUMNS, Row
from longstone.kernel.models import Entry, Leaf
from longstone.kernel.promises import writing

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20)
FACTS = st.dictionaries(TEXT, st.none() | st.booleans() | st.integers() | TEXT | st.lists(TEXT, max_size=3), max_size=4)
MOMENT = st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - given a zone here


@given(TEXT, TEXT, TEXT, TEXT, FACTS, st.none() | st.integers(0, 2**62), MOMENT, MOMENT, st.booleans())
def test_an_entry_is_written_as_plain_canonical_json(name, kind, subject, label, facts, by, at, recorded, past):
    row = Row(
        1, uuid.uuid4(), "a.b", "1", by, name, kind, subject, label, at, past, recorded, canonical.text(facts), b"salt"
    )
    on = {"id": subject, "kind": kind, "label": label} if kind else None
    plain = {
        "at": at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), "by": {"id": by, "name": name}, "controller": "1", "event": "a.b", "facts": facts,
        "id": str(row.uuid), "on": on, "past": past, "recorded_at": recorded.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
    }  # fmt: skip

    assert canonical.entry_text(row) == json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


NAMES = [
    "PC 7 Example",
    "Ærøskøbing",
    'A "quoted" name',
    "back\\slash",
    "line\nbreak",
    "tab\tand \x01",
    "",
    "🌊",
    "\u2028",
]


@pytest.mark.parametrize("name", NAMES)
def test_the_database_writes_the_same_text_where_there_is_nothing_to_quote(db, name):
    now = datetime.now(UTC)
    with writing("test"):
        made = Entry.objects.create(
            uuid=uuid.uuid4(), event="a.b", controller="1", by_id=None, by_name=name, on_kind="x" if name else "", on_id="1",
            on_label=name, at=now, facts='{"a":1}', salt=b"salt",
        )  # fmt: skip
    with connection.cursor() as cursor:
        plain = canonical.PLAIN.format(canonical.WORDS)
        cursor.execute(f"SELECT {canonical.SALTED_TEXT}, {plain}, {COLUMNS} FROM ledger_entry WHERE id = %s", [made.pk])
        told, said, *columns = cursor.fetchone()
    ours = b"salt" + canonical.entry_text(Row._make(columns)).encode()

    assert said == (not any(sign < " " or sign in '"\\' for sign in name))
    assert said == (bytes(told) == ours)
    assert texts.waiting(1) == ([made.pk], [hashlib.sha256(ours).digest()])


def test_no_text_of_one_column_passes_for_anothers(db):
    """Two entries of the same bytes, one of which holds the other's quotes in a column, do not commit to the same."""
    name = """x"},"controller":"1","event":"e","facts":{"a":{"b":1},"""
    first, second = ({"by_name": "x", "facts": "{}"}, {"by_name": name, "facts": "{}"})
    now = datetime.now(UTC)
    with writing("test"):
        for one in (first, second):
            Entry.objects.create(uuid=uuid.uuid4(), event="e", controller="1", at=now, salt=b"salt", **one)

    ids, told = texts.waiting(2)

    assert [canonical.commitment(Entry.objects.get(pk=one)) for one in ids] == told


def test_entries_are_read_by_their_numbers_in_whatever_order_they_were_written(fresh_house):
    now = datetime.now(UTC)
    with writing("test"):
        made = [
            Entry.objects.create(
                uuid=uuid.uuid4(), event="e", by_name='"' * (n % 3), at=now, facts=f'{{"n":{n}}}', salt=b"s" * n
            )
            for n in range(600)
        ]
        for place, one in enumerate(made[::-1]):
            Leaf.objects.create(index=place, entry=one, commitment=canonical.commitment(Entry.objects.get(pk=one.pk)))

    said = texts.numbered(5, 590)

    assert said.numbers == list(range(5, 590))
    assert said.ids == [one.pk for one in made[::-1]][5:590]
    assert said.told == b"".join(one or b"" for one in said.digests)
