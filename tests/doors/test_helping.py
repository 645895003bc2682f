"""Help in place: every page that is a page has its own, in few sentences, and the words are those of docs/words.md."""

import re
from pathlib import Path

import pytest
from django.urls import reverse

from longstone.kernel import shelves
from longstone.site import helping
from tests.site.table import FILE, FILES, LEDGER, PAGES, TAKE

WITHOUT = {
    name for name, (kind, _) in PAGES.items() if kind in {LEDGER, FILE, TAKE}
} | FILES  # files, for programs or to be kept
SENTENCES = re.compile(r"[.?!](?:\s|$)")


def test_every_page_has_its_help_and_no_help_is_of_a_page_that_is_not_there():
    told = set(helping.helps())

    assert sorted(set(PAGES) - WITHOUT - told) == []
    assert sorted(told - set(PAGES)) == []


@pytest.mark.parametrize("name", sorted(set(PAGES) - WITHOUT))
def test_a_help_is_one_to_three_sentences_and_says_who_can_help(name):
    one = helping.helps()[name]

    for said in (one.what, one.do):
        assert len(SENTENCES.findall(said)) <= 3, said
        assert not said or said[-1] in ".?!", said
    assert one.what
    assert one.who[-1] == "."


def test_the_words_are_read_from_the_one_place_where_they_stand():
    text = (Path(helping.WORDS)).read_text("utf-8")

    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert len(helping.words()) == len(rows) - 1  # the heading; the line beneath it has no blank
    assert helping.words()["offer, accept"].startswith("how an exhibit passes")
    assert list(helping.words()) == sorted(helping.words())


def test_a_page_has_its_help_closed_at_its_head_with_what_its_words_mean(force, sign_in):
    page = sign_in(force.staff["supervisor"]).get(reverse("cases:list")).content.decode()

    head = page[: page.index("<main")]
    assert "<details><summary>What is this page?</summary>" in head
    assert "Every case that you may see" in head
    assert f"<dt>case</dt><dd>{helping.words()['case']}</dd>" in head
    assert "<script" not in head[head.index("<details") :]


def test_the_help_page_has_every_word_and_every_help(force, sign_in):
    page = sign_in(force.staff["administrator"]).get(reverse("help")).content.decode()

    assert page.count("<dt>") - page[: page.index("<main")].count("<dt>") == len(helping.words()) + sum(
        len(room.pages) for room in helping.rooms().values()
    )


def test_a_help_with_an_unknown_word_or_two_for_one_page_is_a_mistake_that_is_named(monkeypatch):
    one = helping.PageHelp(title="Cases", of=["cases:list"], what="It.", words=["lighthouse"])
    monkeypatch.setattr(helping, "rooms", lambda: {"cases": helping.RoomHelp(who="Sam.", pages=[one])})
    with pytest.raises(shelves.BadShelf, match="does not say what “lighthouse” is"):
        helping.helps.__wrapped__()

    twice = [helping.PageHelp(title=word, of=["cases:list"], what=f"{word}.") for word in ("One", "Two")]
    monkeypatch.setattr(helping, "rooms", lambda: {"cases": helping.RoomHelp(who="Sam.", pages=twice)})
    with pytest.raises(shelves.BadShelf, match="cases:list has two helps"):
        helping.helps.__wrapped__()


def test_whoever_has_not_signed_in_is_told_no_help(client, db):
    assert "What is this page?" not in client.get(reverse("account_login")).content.decode()
