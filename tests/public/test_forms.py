"""The shelf of forms: every file on it is sound, one file adds a form, and a misspelt one is an error that names it."""

from __future__ import annotations

import json
import uuid

import pytest
from django.utils import timezone

from longstone.kernel import shelves
from longstone.kernel.inbox.arriving import Letter
from longstone.public import shelf
from longstone.public.asking import Asked

FORMS = sorted(shelf.SHELF.glob("*.yaml"))
SMALL = """id: small
version: 1
title: A small form
called: A small thing
prefix: SM
about: One question.
anonymous: false
questions:
  - {id: thing, ask: "What?", kind: line, most: 40}
after: [Somebody reads it.]
keep_days: 30
keep_why: a month
"""


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_every_form_is_named_by_its_file_and_says_what_becomes_of_it(path):
    form = shelves.read_file(path, shelf.Form)

    assert path.name == f"{form.id}.v{form.version}.yaml"
    assert form.after
    assert form.keep_why
    assert not (form.anonymous and any(one.kind in {"email", "telephone"} for one in form.questions))


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_the_longest_answers_that_a_form_lets_through_fit_into_the_inbox(path):
    form = shelves.read_file(path, shelf.Form)
    longest = [(one.ask, "; ".join(one.choices) or "\U0001f600" * (one.most if one.kind in {"line", "text"} else 50)) for one in form.questions]  # fmt: skip
    letter = Letter(uuid.uuid4(), form.id, form.version, form.called, "x", form.prefix, longest, form.keep_days)

    assert len(json.dumps(letter.answers, ensure_ascii=False).encode()) <= 32768
    assert len(letter.reference) <= 20


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_form_with_nothing_in_it_names_every_question_that_must_be_answered(path):
    form = shelves.read_file(path, shelf.Form)
    asked = Asked(form, timezone.localdate(), {})

    assert not asked.is_valid()
    assert {one.id for one in form.questions if one.required} <= set(asked.errors)


BROKEN = {
    "a misspelt key": ("about:", "abuot:"),
    "a misspelt kind": ("kind: line", "kind: lime"),
    "a choice without choices": ("kind: line", "kind: choice"),
    "choices without a choice": ("most: 40", "choices: [a, b]"),
    "a name that the page needs": ("id: thing", "id: ticket"),
    "a question too long to keep": ("most: 40", "most: 5000"),
    "kept for ever": ("keep_days: 30", "keep_days: 30000"),
    "nothing happens with it": ("after: [Somebody reads it.]", "after: []"),
    "one of what is not asked": ("keep_days: 30", "keep_days: 30\none_of: [other]"),
    "a prefix that no table takes": ("prefix: SM", "prefix: s"),
    "the same key twice": ("keep_days: 30", "keep_days: 30\nkeep_days: 31"),
}


@pytest.mark.parametrize(("was", "now"), BROKEN.values(), ids=BROKEN)
def test_a_form_that_is_wrong_is_an_error_that_names_its_file(tmp_path, was, now):
    path = tmp_path / "small.v1.yaml"
    path.write_text(SMALL)
    assert shelves.read_file(path, shelf.Form).title == "A small form"
    assert SMALL.count(was) == 1

    path.write_text(SMALL.replace(was, now))

    with pytest.raises(shelves.BadShelf, match=r"small\.v1\.yaml"):
        shelves.read_file(path, shelf.Form)


def test_one_file_of_the_forces_own_adds_a_form(sites, tmp_path):
    (tmp_path / "forms").mkdir()
    (tmp_path / "forms" / "small.v1.yaml").write_text(SMALL)
    site = sites("own", LONGSTONE_PUBLIC_SHELVES=str(tmp_path))

    assert "A small form" in site.get("/").said
    told = {**hidden_of(site), "thing": "A lamp"}
    assert site.post("small", told).reference.startswith("SM-")
    assert site.rows("SELECT form, title, keep_days FROM kernel_inbox") == [("small", "A small thing", 30)]


def hidden_of(site):
    from tests.public.conftest import hidden

    return hidden(site.get("/ask/small/").text)
