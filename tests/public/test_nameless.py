"""The nameless question: what would say who somebody is is refused, and nothing of it is kept."""

from __future__ import annotations

import pytest

from tests.public.conftest import SCHOOL, hidden


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("It was oliver who did it.", "a name"),
        ("A pupil called Wren Pattern.", "a name"),
        ("Write to head@school.example.", "an e-mail address"),
        ("Ring 01632 960001.", "a telephone number"),
        ("Born on 03/04/2011.", "a date of birth"),
    ],
)
def test_what_says_who_somebody_is_is_refused_and_not_kept(site, text, what):
    answer = site.fill("school_enquiry", seen=text)

    assert answer.status == 422
    assert f"This seems to hold {what}" in answer.said
    assert text in answer.said
    assert site.rows() == []
    assert text not in (site.home / "said").read_text()


def test_a_doubtful_word_is_asked_about_once_and_then_taken(site):
    told = site.open("school_enquiry", seen="They showed it to others on Tarquin at lunch.")

    asked = site.post("school_enquiry", told)

    assert asked.status == 422
    assert "Is any of these a person's name or nickname: Tarquin?" in asked.said
    assert site.rows() == []
    unsaid = site.post("school_enquiry", {**told, **hidden(asked.text)})
    assert unsaid.status == 422
    assert site.post("school_enquiry", {**told, **hidden(asked.text), "checked": "on"}).status == 200


def test_a_new_doubtful_word_is_asked_about_again(site):
    told = site.open("school_enquiry", seen="They showed it on Tarquin at lunch.")
    asked = site.post("school_enquiry", told)
    more = {**told, **hidden(asked.text), "checked": "on", "seen": "They showed it on Tarquin to Peregrin at lunch."}

    again = site.post("school_enquiry", more)

    assert again.status == 422
    assert "nickname: Peregrin?" in again.said
    assert site.rows() == []


def test_a_name_is_refused_though_somebody_says_that_it_is_none(site):
    told = site.open("school_enquiry", seen="It was Oliver.", checked="on", warned="Oliver It")

    assert site.post("school_enquiry", told).status == 422
    assert site.rows() == []


def test_the_form_asks_for_no_name_number_or_address(site):
    page = site.get("/ask/school_enquiry/")

    assert sorted(SCHOOL) == sorted(name for name in SCHOOL if f'name="{name}"' in page.text)
    assert not any(f'type="{kind}"' in page.text for kind in ("email", "tel", "date"))
    assert "ring 999" in page.said
    assert "Do not write anybody's name" in page.said


def test_what_was_said_to_be_no_name_stays_said_while_other_words_are_asked_about(site):
    told = site.open("school_enquiry", seen="They showed it on Tarquin at lunch.")
    first = site.post("school_enquiry", told)
    more = {**told, "seen": "They showed it on Tarquin to Peregrin at lunch."}
    second = site.post("school_enquiry", {**more, **hidden(first.text), "checked": "on"})

    third = site.post("school_enquiry", {**more, **hidden(second.text), "checked": "on"})

    assert "nickname: Peregrin?" in second.said
    assert "none of these words is a person's name or nickname: Tarquin, Peregrin." in second.said
    assert not ticked(second)
    assert third.status == 200


def test_the_tick_stays_while_something_else_is_mended(site):
    told = site.open("school_enquiry", seen="They showed it on Tarquin at lunch.")
    asked = site.post("school_enquiry", told)
    short = {**told, **hidden(asked.text), "checked": "on"}
    del short["harm"]

    wrong = site.post("school_enquiry", short)

    assert wrong.status == 422
    assert "Choose one." in wrong.said
    assert ticked(wrong)
    assert site.post("school_enquiry", {**told, **hidden(wrong.text), "checked": "on"}).status == 200


def test_every_odd_word_is_asked_about_however_many_there_are(site):
    words = [f"Q{first}{second}x" for first in "bcd" for second in "fghjklmnpqrst"]
    told = site.open("school_enquiry", seen=" and ".join(["They saw", *words]))

    asked = site.post("school_enquiry", told)

    named = asked.said.partition("person's name or nickname: ")[2].partition("? If so")[0]
    assert [word for word in words if word not in named] == []
    assert site.post("school_enquiry", {**told, **hidden(asked.text), "checked": "on"}).status == 200


def test_as_many_odd_words_as_the_form_takes_can_be_said_to_be_none(site):
    words = [f"Q{first}{second}x" for first in "bcdfghjklmnpqrst" for second in "bcdfghjklmnpqrst"]
    told = site.open("school_enquiry", seen=" so ".join(["It was", *words])[:1990])

    asked = site.post("school_enquiry", told)

    assert site.post("school_enquiry", {**told, **hidden(asked.text), "checked": "on"}).status == 200


def ticked(answer):
    """Say whether the page draws the statement that no word is a name as said already."""
    return 'name="checked" checked' in answer.text
