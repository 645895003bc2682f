"""What somebody sends arrives whole, once, or is refused in a sentence with nothing lost."""

from __future__ import annotations

import json
import re
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from tests.public.conftest import ahead, hidden
from tests.server import SERVER


def answers(site):
    return dict(json.loads(site.rows("SELECT answers FROM kernel_inbox")[0][0]))


def test_a_booking_arrives_with_its_answers_and_gives_a_number_back(site):
    answer = site.fill("booking", access="A hearing loop")

    assert answer.status == 200
    assert re.fullmatch(r"BK(-[2-9A-HJKMNP-TV-Z]{4}){3}", answer.reference)
    [(form, force, reference, keep)] = site.rows("SELECT form, force, reference, keep_days FROM kernel_inbox")
    assert (form, force, reference, keep) == ("booking", "northshire", answer.reference, 365)
    told = answers(site)
    assert told["What is your organisation called?"] == "Invented Bakery"
    assert told["What should it be about?"] == "Passwords and accounts; Ransomware and backups"
    assert told["Which day would suit you best?"] == ahead(40)
    assert told["Work telephone"] == "Not answered"
    assert "5 working days" in answer.said


def test_a_nameless_question_arrives_without_any_address_or_name(site):
    answer = site.fill("school_enquiry")

    assert answer.status == 200
    row = " ".join(str(value) for value in site.rows()[0])
    assert "127.0.0.1" not in row
    assert not any(word in site.get("/ask/school_enquiry/").text for word in ('name="email"', 'name="telephone"'))
    assert answers(site)["About how old is the young person?"] == "14 to 15"


def test_a_double_click_and_a_reload_are_taken_once(site):
    told = site.open("booking")

    first, second = site.post("booking", told), site.post("booking", told)

    assert len(site.rows()) == 1
    assert first.reference == second.reference
    assert "We have it" in first.said
    assert "It was taken once" in second.said


def test_ten_clicks_at_one_moment_are_taken_once(site):
    told = site.open("booking")

    with ThreadPoolExecutor(10) as many:
        found = list(many.map(lambda _: site.post("booking", told), range(10)))

    assert {one.status for one in found} == {200}
    assert len({one.reference for one in found}) == 1
    assert len(site.rows()) == 1


def test_what_was_taken_in_and_emptied_is_still_known_as_sent(site):
    told = site.open("booking")
    first = site.post("booking", told)
    site.rows("UPDATE kernel_inbox SET taken_at = now(), answers = ''")

    again = site.post("booking", told)

    assert "We had this already" in again.said
    assert again.reference == first.reference
    assert site.rows("SELECT answers FROM kernel_inbox") == [("",)]


MISTAKES = {
    "nothing at all": ({"organisation": ""}, "Answer this."),
    "no way to answer": ({"email": "", "telephone": ""}, "Answer at least one of these"),
    "an e-mail that is none": ({"email": "nobody"}, "like name@organisation.example"),
    "a telephone that is none": ({"telephone": "call me"}, "with its area code"),
    "too many people": ({"audience": "5000000"}, "from 1 to 2000"),
    "a number that is none": ({"audience": "=1+1"}, "from 1 to 2000"),
    "a day that is past": ({"first_day": "01/01/2020"}, "Choose a day from"),
    "a day that is none": ({"first_day": "31/02/2027"}, "Write a day such as"),
    "a choice that is not there": ({"place": "<script>"}, "Choose one of these."),
    "choices that are not there": ({"topics": ["Passwords and accounts", "x"]}, "Choose from these."),
    "too long": ({"more": "x" * 1501}, "at most 1500 characters"),
    "a NUL": ({"organisation": "Bad\0ery"}, "Null characters are not allowed."),
}


@pytest.mark.parametrize(("told", "sentence"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_a_sentence_and_nothing_typed_is_lost(site, told, sentence):
    answer = site.fill("booking", **{"more": "Ring the bell twice", **told})

    assert answer.status == 422
    assert sentence in answer.said
    assert "Nothing was sent yet" in answer.said
    assert "Error: Ask for a talk" in answer.text
    assert ("Ring the bell twice" in answer.text) is ("more" not in told)
    assert site.rows() == []


def test_a_form_mended_after_a_mistake_keeps_its_key(site):
    wrong = site.open("booking", audience="")
    answer = site.post("booking", wrong)
    told = {**wrong, **hidden(answer.text), "audience": "3"}

    first, second = site.post("booking", told), site.post("booking", {**wrong, "audience": "3"})

    assert first.reference == second.reference
    assert len(site.rows()) == 1


def test_a_machine_that_fills_every_field_is_told_and_takes_nothing_in(site):
    answer = site.fill("booking", website="http://spam.example")

    assert answer.status == 422
    assert "A field that people do not see was filled in" in answer.said
    assert 'value="http://spam.example"' not in answer.text
    assert site.rows() == []


@pytest.mark.parametrize("ticket", ["", "x", "a:b:c", "\0", "x" * 4000])
def test_a_ticket_that_is_no_good_is_asked_for_again(site, ticket):
    answer = site.fill("booking", ticket=ticket)

    assert answer.status == 422
    assert "This page was not sent whole" in answer.said
    assert 'value="Invented Bakery"' in answer.text
    assert site.post("booking", site.open("booking", **hidden(answer.text))).status == 200


def test_a_ticket_of_another_form_is_none(site):
    told = site.open("booking", ticket=site.open("school_enquiry")["ticket"])

    assert "This page was not sent whole" in site.post("booking", told).said


def test_a_form_sent_from_another_site_is_refused(site):
    told = site.open("booking")

    assert site.post("booking", told, **{"Sec-Fetch-Site": "cross-site"}).status == 403
    assert site.post("booking", told, Origin="https://elsewhere.example").status == 403
    assert site.post("booking", told, Origin="null").status == 403
    assert site.rows() == []
    assert site.post("booking", told, Origin=site.address, **{"Sec-Fetch-Site": "same-origin"}).status == 200


def test_a_megabyte_is_refused_whole_and_the_site_goes_on(site):
    told = site.open("booking", more="x" * (1 << 20))

    answer = site.post("booking", told)

    assert answer.status == 413
    assert "This is too much to send" in answer.said
    assert site.post("booking", {f"x{number}": "y" for number in range(300)}).status == 413
    assert site.rows() == []
    assert site.get("/").status == 200


def test_a_file_is_not_taken(site):
    told = site.open("booking")
    parts = [f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in told.items()]
    parts.append('--b\r\nContent-Disposition: form-data; name="more"; filename="x.exe"\r\n\r\nMZ\r\n--b--\r\n')
    request = urllib.request.Request(f"{site.address}/ask/booking/", "".join(parts).encode())
    request.add_header("Content-Type", "multipart/form-data; boundary=b")

    assert site.send(request).status == 413
    assert site.rows() == []


HOSTILE = (
    '<script>alert(1)</script> =HYPERLINK("x") {{ 7*7 }} \'; DROP TABLE kernel_inbox; -- \u202egnp.exe \ud83d\ude00'
)


def test_hostile_text_arrives_as_it_was_typed_and_comes_back_as_text(site):
    typed = HOSTILE.encode("utf-16", "surrogatepass").decode("utf-16")

    assert site.fill("booking", more=typed).status == 200
    back = site.fill("booking", more=typed, audience="")

    assert answers(site)["Is there anything else we should know?"] == typed
    assert "<script>alert" not in back.text
    assert "&lt;script&gt;alert" in back.text
    assert "49" not in back.said.split("HYPERLINK")[1][:20]


def test_too_many_from_one_network_are_told_to_wait_and_lose_nothing(sites):
    site = sites("few", LONGSTONE_PUBLIC_TRIES="3")
    for _ in range(3):
        assert site.fill("booking").status == 200

    answer = site.fill("booking")

    assert answer.status == 429
    assert answer.headers["Retry-After"] == "600"
    assert 'value="Invented Bakery"' in answer.text
    assert "Too much was sent from your network" in answer.said
    assert len(site.rows()) == 3
    assert site.get("/ask/booking/").status == 200


def test_behind_a_proxy_each_network_is_counted_by_what_the_proxy_saw(sites):
    site = sites("proxied", LONGSTONE_PUBLIC_TRIES="1", LONGSTONE_PUBLIC_PROXY="1")
    told = site.open("booking")

    assert site.post("booking", told, **{"X-Forwarded-For": "6.6.6.6, 192.0.2.1"}).status == 200
    assert site.post("booking", told, **{"X-Forwarded-For": "7.7.7.7, 192.0.2.1"}).status == 429
    assert site.post("booking", told, **{"X-Forwarded-For": "192.0.2.2"}).status == 200


def test_a_form_sent_sooner_than_a_person_reads_is_asked_for_again_and_then_taken(sites):
    site = sites("quick", LONGSTONE_PUBLIC_QUICKEST="3600")
    told = site.open("booking")

    first = site.post("booking", told)

    assert first.status == 422
    assert "sooner than a person can read" in first.said
    assert site.post("booking", {**told, **hidden(first.text)}).status == 200


def test_a_full_inbox_says_so_and_loses_nothing(site):
    with psycopg.connect(SERVER.url("owner", site.database), autocommit=True) as owner:
        owner.execute(
            "INSERT INTO kernel_inbox (key, form, version, title, force, reference, answers, keep_days, arrived_at) SELECT "
            "gen_random_uuid(), 'booking', 1, 't', 'northshire', 'X', '[]', 1, now() - interval '2 hours' FROM generate_series(1, 5000)"
        )

    answer = site.fill("booking")

    assert answer.status == 503
    assert "We cannot take more at this moment" in answer.said
    assert 'value="Invented Bakery"' in answer.text
    assert len(site.rows("SELECT key FROM kernel_inbox")) == 5000
