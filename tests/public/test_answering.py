"""What the public sent is taken in once, waits for a person, has an owner, and is wiped in time."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from longstone.kernel import holds
from longstone.kernel.alarms import open_alarms
from longstone.kernel.inbox import answering, jobs
from longstone.kernel.inbox.answering import LETTER_BOX
from longstone.kernel.inbox.arriving import Letter
from longstone.kernel.inbox.models import Enquiry, Inbox
from longstone.kernel.models import Entry
from longstone.kernel.promises import writing
from longstone.kernel.refusals import NotPermitted, NotVisible, Refusal
from tests.house import make_force
from tests.racing import in_thread, somebody_waits
from tests.server import SERVER

ADD = (
    "INSERT INTO kernel_inbox (key, form, version, title, force, reference, answers, keep_days) "
    "VALUES (%s, %s, 1, %s, %s, %s, %s, %s)"
)


@pytest.fixture
def house(fresh_house, now):
    """Give a house that is used as its worker uses it, with a force in it."""
    return make_force("northshire", now)


def leave(answers="[]", *, force="northshire", key=None, title="A talk", keep_days=10):
    """Leave something in the inbox, as the public's process may."""
    key = key or uuid.uuid4()
    url = SERVER.url("public", connection.settings_dict["NAME"])
    with psycopg.connect(url, autocommit=True) as public:
        public.execute(ADD, [key, "booking", title, force, "BK-2222-3333-4444", answers, keep_days])
    return key


def taken_in(**told):
    key = leave(**told)
    jobs.take_in_all(timestamp=0)
    return Enquiry.objects.everything(because="the test").get(key=key)


def test_what_arrived_is_taken_in_once_recorded_and_emptied(house):
    key = leave('[["Who?", "Nobody"]]')

    jobs.take_in_all(timestamp=0)
    jobs.take_in_all(timestamp=0)

    one = Enquiry.objects.everything(because="the test").get()
    assert (one.key, one.state, one.told, one.controller) == (key, "received", [("Who?", "Nobody")], house.controller)
    assert one.dispose_on == timezone.localdate(one.arrived_at) + timedelta(days=10)
    kept = Inbox.objects.get()
    assert (kept.answers, kept.taken_at is not None) == ("", True)
    [entry] = Entry.objects.filter(event="enquiry.received")
    assert (entry.by_name, "Nobody" in entry.facts) == ("the letter box", False)


def test_what_is_for_no_force_of_this_house_stays_and_is_an_alarm(house):
    leave(force="elsewhere")
    with psycopg.connect(SERVER.url("owner", connection.settings_dict["NAME"]), autocommit=True) as owner:
        owner.execute("UPDATE kernel_inbox SET arrived_at = now() - interval '11 minutes'")

    jobs.take_in_all(timestamp=0)

    assert Inbox.objects.get().taken_at is None
    assert [alarm.name for alarm in open_alarms() if "inbox" in alarm.name] == ["inbox not taken in"]
    with pytest.raises(NotPermitted, match="LONGSTONE_PUBLIC_FORCE"):
        answering.take_in(by=LETTER_BOX, at=timezone.now(), arrived=Inbox.objects.get())


HOSTILE = {
    "no list": "<script>alert(1)</script>",
    "another shape": '{"a": 1}',
    "three in a pair": '[["a", "b", "c"]]',
    "deep": "[" * 15_000,
    "large numbers": "[[1e999, 2]]",
    "half of a letter": '[["\\ud800", "\\u0000"]]',
    "nothing": "null",
}


@pytest.mark.parametrize("answers", HOSTILE.values(), ids=HOSTILE)
def test_what_no_form_of_ours_would_send_is_taken_in_and_shown_harmless(house, sign_in, answers):
    one = taken_in(answers=answers, title="<b>x</b>\u202e")

    page = sign_in(house.staff["engagement_officer"]).get(f"/inbox/{one.pk}/")

    told = page.content.decode()
    assert page.status_code == 200
    assert "<script>alert" not in told
    assert "<b>x" not in told
    assert "\u202e" not in told
    assert "\0" not in told


def test_one_that_cannot_be_taken_in_does_not_keep_the_others_out(house, monkeypatch):
    leave(force="elsewhere")
    key = leave()

    jobs.take_in_all(timestamp=0)

    assert [one.key for one in Enquiry.objects.everything(because="the test")] == [key]


def test_an_old_key_that_is_used_again_keeps_no_letter_behind_it_out(house):
    again = leave()
    jobs.take_in_all(timestamp=0)
    with psycopg.connect(SERVER.url("owner", connection.settings_dict["NAME"]), autocommit=True) as owner:
        owner.execute("UPDATE kernel_inbox SET taken_at = now() - interval '4 days'")
    jobs.forget_all(timestamp=0)
    leave(key=again)
    key = leave()

    jobs.take_in_all(timestamp=0)

    assert {one.key for one in Enquiry.objects.everything(because="the test")} == {again, key}
    assert not Inbox.objects.filter(taken_at=None).exists()
    assert Entry.objects.filter(event="enquiry.sent_again").count() == 1


def test_one_that_somebody_else_took_in_meanwhile_keeps_no_letter_behind_it_out(house, fresh_house):
    first, second = leave(), leave()

    with psycopg.connect(fresh_house) as other:
        other.execute("UPDATE kernel_inbox SET taken_at = now(), answers = '' WHERE key = %s", [first])
        taking = in_thread(lambda: jobs.take_in_all(timestamp=0))
        assert somebody_waits(fresh_house, taking)
    taking.join()

    assert [one.key for one in Enquiry.objects.everything(because="the test")] == [second]


def test_an_enquiry_goes_from_hand_to_hand_and_is_answered_by_its_owner(house):
    at, one = timezone.now(), taken_in()
    eve, sam = house.actor("engagement_officer", at), house.actor("supervisor", at)

    one = answering.accept(by=eve, at=at, enquiry=one, reply="We come on Tuesday.")
    assert (one.state, one.owner_name, one.reply) == ("accepted", eve.name, "We come on Tuesday.")
    with pytest.raises(NotPermitted, match="Take it over first"):
        answering.say_answered(by=sam, at=at, enquiry=one, how="email")
    with pytest.raises(NotPermitted, match="already"):
        answering.accept(by=sam, at=at, enquiry=one, reply="Me too")
    one = answering.take_over(by=sam, at=at, enquiry=one, reason="Eve is away.")
    one = answering.say_answered(by=sam, at=at, enquiry=one, how="telephone")

    assert (one.state, one.owner_name) == ("answered", sam.name)
    assert [(move.was, move.now) for move in one.moves.order_by("seq")] == [
        ("*", "received"), ("received", "accepted"), ("accepted", "accepted"), ("accepted", "answered"),
    ]  # fmt: skip
    with pytest.raises(NotPermitted, match="answered already"):
        answering.turn_down(by=sam, at=at, enquiry=one, refused_for="cannot")


def test_a_refusal_has_a_named_reason_and_shortens_how_long_it_is_kept(house):
    at, one = timezone.now(), taken_in(keep_days=3000)
    eve = house.actor("engagement_officer", at)

    with pytest.raises(NotPermitted, match="Choose why"):
        answering.turn_down(by=eve, at=at, enquiry=one, refused_for="because")
    one = answering.turn_down(by=eve, at=at, enquiry=one, refused_for="not_ours", note="Passed to Westmark")

    assert one.state == "refused"
    assert one.dispose_on == timezone.localdate(at) + timedelta(days=28)
    assert one.moves.get(now="refused").refused_for == "not_ours"


def test_one_that_says_who_somebody_is_loses_its_text_at_once(house):
    at, one = timezone.now(), taken_in(answers='[["What?", "Wren Pattern did it"]]')

    answering.turn_down(by=house.actor("engagement_officer", at), at=at, enquiry=one, refused_for="identifies")

    one.refresh_from_db()
    assert (one.answers, one.reply, one.wiped_at) == ("", "", at)
    assert not any("Wren" in entry.facts for entry in Entry.objects.all())


def test_only_those_who_answer_the_inbox_of_that_force_see_it(house, now):
    one, other = taken_in(), make_force("westmark", now)

    for actor in (house.actor("detective", now), other.actor("engagement_officer", now)):
        assert not Enquiry.objects.visible_to(actor).exists()
        with pytest.raises(NotVisible):
            answering.accept(by=actor, at=now, enquiry=one, reply="x")
    with pytest.raises(NotPermitted, match="worker"):
        answering.take_in(by=house.actor("engagement_officer", now), at=now, arrived=Inbox.objects.get())


def old(one, days=1):
    with writing("the test"):
        Enquiry.objects.everything(because="the test").filter(pk=one.pk).update(
            dispose_on=timezone.localdate() - timedelta(days=days)
        )


def test_what_was_kept_long_enough_is_wiped_and_what_is_held_is_not(house, now):
    gone, held, kept = (taken_in(answers='[["a", "b"]]') for _ in range(3))
    old(gone)
    old(held)
    with writing("the test"):
        holds.Hold.objects.create(
            controller=house.controller, on_kind="enquiry", on_id=str(held.pk), on_label="x", reason="An appeal",
            by_name="x", since=now,
        )  # fmt: skip

    assert jobs.forget_all(timestamp=0) == 1

    for one in (gone, held, kept):
        one.refresh_from_db()
    assert [bool(one.answers) for one in (gone, held, kept)] == [False, True, True]
    assert Entry.objects.filter(event="enquiry.forgotten").count() == 1
    assert ["hold" in one.facts for one in Entry.objects.filter(event="act.refused")] == [True]


def test_spent_keys_go_after_the_page_that_they_belong_to_is_no_good_any_more(house):
    taken_in()
    with psycopg.connect(SERVER.url("owner", connection.settings_dict["NAME"]), autocommit=True) as owner:
        owner.execute("UPDATE kernel_inbox SET taken_at = now() - interval '2 days'")
    jobs.forget_all(timestamp=0)
    assert Inbox.objects.count() == 1
    with psycopg.connect(SERVER.url("owner", connection.settings_dict["NAME"]), autocommit=True) as owner:
        owner.execute("UPDATE kernel_inbox SET taken_at = now() - interval '4 days'")

    jobs.forget_all(timestamp=0)

    assert Inbox.objects.count() == 0
    assert Entry.objects.filter(event="inbox.emptied").count() == 1


def test_an_illegal_move_and_an_ownerless_acceptance_are_refused_by_the_database(house):
    one = taken_in()
    with psycopg.connect(SERVER.url("web", connection.settings_dict["NAME"]), autocommit=True) as web:
        for told, fault in (
            ("UPDATE kernel_enquiry SET state = 'answered', owner_id = 1, owner_name = 'x' WHERE id = %s", psycopg.errors.ForeignKeyViolation),
            ("UPDATE kernel_enquiry SET state = 'accepted' WHERE id = %s", psycopg.errors.CheckViolation),
            ("UPDATE kernel_enquiry SET wiped_at = now(), answers = 'x' WHERE id = %s", psycopg.errors.CheckViolation),
        ):  # fmt: skip
            with pytest.raises(fault):
                web.execute(told, [one.pk])


def test_the_number_of_an_enquiry_is_the_same_for_the_same_key_and_tells_nothing_of_it():
    one, other = uuid.uuid4(), uuid.uuid4()

    def number(key):
        return Letter(key, "booking", 1, "t", "northshire", "BK", [], 1).reference

    assert number(one) == number(one) != number(other)
    assert one.hex[:4].upper() not in number(one).replace("-", "")[2:6]


def test_hostile_text_in_a_whole_answer_is_spelled_out_on_the_page(house, sign_in):
    text = '=HYPERLINK("x")<img src=x onerror=alert(1)>\u202egnp.exe\u2066\u0007 ' + "y" * 25_000
    one = taken_in(answers=json.dumps([["What?", text]]))

    told = sign_in(house.staff["engagement_officer"]).get(f"/inbox/{one.pk}/").content.decode()

    assert "⟨U+202E⟩gnp.exe⟨U+2066⟩⟨U+0007⟩" in told
    assert "&lt;img src=x" in told
    assert "<img src=x" not in told
    assert "(cut here:" in told


def test_whoever_answers_does_it_by_pages(house, sign_in):
    one = taken_in()
    browser = sign_in(house.staff["engagement_officer"])

    def send(page, **told):
        answer = browser.post(f"/inbox/{one.pk}/{page}/", {"once": uuid.uuid4(), **told}, follow=True)
        return answer.content.decode()

    home = browser.get("/").content.decode()
    assert "1 enquiry that nobody has taken" in home, home[home.index("<main") :]
    assert one.reference in browser.get("/inbox/").content.decode()
    assert "It is yours." in send("accept", reply="We come.")
    assert f"Answer {one.reference}" in browser.get("/").content.decode()
    assert one.reference in browser.get("/inbox/?which=mine").content.decode()
    assert "It is answered." in send("answered", how="email")
    assert "Nothing waits." in browser.get("/inbox/?which=nonsense").content.decode()
    reads = Entry.objects.filter(event="enquiry.read", on_id=str(one.pk))
    assert reads.count() >= 2


def test_a_reason_is_asked_for(house):
    with pytest.raises(Refusal):
        answering.turn_down(by=house.actor("engagement_officer", timezone.now()), at=timezone.now(), enquiry=taken_in(), refused_for="")  # fmt: skip
