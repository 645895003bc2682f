"""What has the public sent to the demo's force, and what is published for them? Invented, like everything here."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from demo.forces import Force
from longstone.kernel.inbox import answering, arriving, publishing
from longstone.kernel.inbox.answering import LETTER_BOX
from longstone.kernel.inbox.models import Enquiry, Inbox
from longstone.public.shelf import forms

BOOKINGS = [
    ("Invented Primary School", "Primary school", "Northford", "Staying safe online", "60", "office@school.example"),
    ("Made-up Bakery", "Business with up to 9 people", "Saltby", "Fraud and false payments; Ransomware and backups", "8", "shop@bakery.example"),
    ("Pretend Football Club", "Charity or community group", "Northford", "Young people and gaming", "35", "club@football.example"),
    ("<b>Loud</b> & Sons", "Something else", "Saltby", "Something else", "2", "=cmd@loud.example"),
]  # fmt: skip
OFFER = ["Robin Imagined", "I am 18 or over", "Saltby", "robin@imagined.example", "Not answered", "Keep networks and servers running; Teach, or speak to groups", "Twelve years in a made-up shipping office, and evenings at the invented code club.", "Small businesses that want to be safer", "A few hours every month", "Made-up Shipping", "Not answered", "Not answered"]  # fmt: skip
SEEN = "The young person found a teacher's password on a note, and changed the timetable for a joke. They are proud of it, and good at it."
QUESTION = ["Designated safeguarding lead", "Secondary school", "14 to 15", SEEN, "Yes, a little", "No", "Within a week", "I will ring and give the reference number"]  # fmt: skip
WORDS = """Three things that keep a small business going:

1. Keep a copy of what you need on a disk that is not plugged in.
2. Ring back on a number that you know before you pay to a new account.
3. Use a long password that you use nowhere else, and a second step to sign in."""


def send(force: Force, at: datetime) -> None:
    """Let the public have sent a few things today, one of which is answered already and one refused."""
    booked = [_book(force, at, told) for told in BOOKINGS]
    _leave(force, "school_enquiry", QUESTION)
    _leave(force, "volunteer_application", OFFER)
    _take_in(at)
    eve = force.actor("eve", at)
    first, odd = (Enquiry.objects.visible_to(eve).get(reference=booked[place]) for place in (0, 3))
    answering.accept(by=eve, at=at, enquiry=first, reply="Thank you. We come on the first day that you named.")
    answering.turn_down(by=eve, at=at, enquiry=odd, refused_for="abuse", note="")
    _publish(force, at)


def _book(force: Force, at: datetime, told: tuple[str, ...]) -> str:
    organisation, place, town, topics, audience, email = told
    days = [f"{at + timedelta(days=ahead):%d/%m/%Y}" for ahead in (28, 35)]
    answers = [organisation, place, town, topics, *days, "Not answered", audience, "Not answered", email, "Not answered", "Not answered"]  # fmt: skip
    return _leave(force, "booking", answers)


def _leave(force: Force, name: str, answers: list[str]) -> str:
    form = forms()[name]
    asked = [(question.ask, answer) for question, answer in zip(form.questions, answers, strict=True)]
    letter = arriving.Letter(
        uuid.uuid4(), name, form.version, form.called, force.controller.slug, form.prefix, asked, form.keep_days
    )
    arriving.leave(letter)
    return letter.reference


def _take_in(at: datetime) -> None:
    for arrived in Inbox.objects.filter(taken_at=None).order_by("arrived_at"):
        answering.take_in(by=LETTER_BOX, at=at, arrived=arrived)


def _publish(force: Force, at: datetime) -> None:
    eve, sam = force.actor("eve", at), force.actor("sam", at)
    told = {"title": "Three things that keep a small business going", "kind": "material", "words": WORDS}
    poster = publishing.propose_publication(by=eve, at=at, file_name="poster.txt", body=WORDS.encode(), **told)
    publishing.publish(by=sam, at=at, publication=poster)
    paper = {
        "title": "How we spent the cyber-crime budget",
        "kind": "paper",
        "words": "A draft: the figures are invented.",
    }
    publishing.propose_publication(by=eve, at=at, file_name="paper.txt", body=b"Invented figures.\n", **paper)
