"""An offer to volunteer: from adults alone, in what they know and no more, and answered or declined by a person."""

from __future__ import annotations

import json

import pytest
from django.utils import timezone

from longstone.kernel.inbox import answering
from longstone.public import shelf
from tests.house import make_force
from tests.public.conftest import VOLUNTEER
from tests.public.test_answering import taken_in

NAME = "volunteer_application"


@pytest.fixture
def house(fresh_house, now):
    """Give a house that is used as its worker uses it, with a force in it."""
    return make_force("northshire", now)


def test_an_offer_arrives_with_its_answers_and_says_what_happens(site):
    answer = site.fill(NAME)

    assert answer.status == 200
    assert answer.reference.startswith("VA-")
    assert "Nobody works with us before they are vetted" in answer.said
    [(form, title, keep, told)] = site.rows("SELECT form, title, keep_days, answers FROM kernel_inbox")
    assert (form, title, keep) == (NAME, "Offer to volunteer", 180)
    answers = dict(json.loads(told))
    assert answers["What is your name?"] == "Pat Invented"
    assert answers["How old are you?"] == "I am 18 or over"
    assert answers["What can you do?"] == "Write software; Teach, or speak to groups"
    assert answers["Who do you work for, or whose business is it?"] == "Not answered"


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"adult": []}, "How old are you? Choose at least one."),
        ({"adult": ["I am 17"]}, "How old are you? Choose from these."),
        ({"email": "", "telephone": ""}, "E-mail Answer at least one of these, so that we can reach you."),
        ({"skills": []}, "What can you do? Choose at least one."),
        ({"name": ""}, "What is your name? Answer this."),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(site, told, sentence):
    answer = site.fill(NAME, **told)

    assert answer.status == 422
    assert sentence in answer.said
    assert "Ten years of evenings." in answer.said
    assert site.rows() == []


def test_it_asks_for_nothing_that_only_vetting_asks(site):
    page = site.get(f"/ask/{NAME}/").said

    asked = " ".join(one.ask for one in shelf.forms()[NAME].questions)
    assert not any(word in asked.casefold() for word in ("birth", "convict", "health", "address", "gender", "bank"))
    assert "You must be 18 or over" in page
    assert "Tell us nothing about your health" in page


def test_an_offer_that_cannot_be_taken_up_is_declined_in_its_own_words_and_wiped_in_time(house, sign_in):
    at, one = timezone.now(), taken_in(answers=json.dumps([["What is your name?", VOLUNTEER["name"]]]), keep_days=180)
    eve = house.actor("engagement_officer", at)

    drawn = sign_in(house.staff["engagement_officer"]).get(f"/inbox/{one.pk}/refuse/").content.decode()
    one = answering.turn_down(by=eve, at=at, enquiry=one, refused_for="declined")

    assert "It is an offer that we cannot take up" in drawn
    assert (one.state, one.moves.get(now="refused").refused_for) == ("refused", "declined")
    assert (one.dispose_on - timezone.localdate(at)).days == 28
