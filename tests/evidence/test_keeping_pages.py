"""The pages of disposal and of the store: who gets them, what they do and what they say."""

import io
import uuid

import pytest
from django.core.management import call_command
from django.urls import reverse

from longstone.evidence import commands, jobs
from longstone.evidence.models import Bundle, Disposal
from longstone.kernel import store
from longstone.kernel.models import Entry, Tombstone
from longstone.kernel.promises import writing
from longstone.people import commands as people
from tests.house import installer, make_force


@pytest.fixture
def keeper(room):
    """Let the force have somebody who looks after the store."""
    told = {"by": installer(room.force.controller), "at": room.now, "role": "administrator", "from_on": room.now.date()}
    people.appoint(**told, staff=room.force.staff["forensic_examiner"])
    return room.force.staff["forensic_examiner"]


def send(browser, url, **told):
    return browser.post(url, {"once": uuid.uuid4(), **told}, follow=True).content.decode()


def test_a_copy_goes_by_two_peoples_pages_and_the_exhibit_says_so(room, sign_in):
    first = sign_in(room.force.staff["exhibits_officer"])
    told = {"reason": "The review is done.", "authority": "Schedule 4.2"}
    said = send(first, reverse("evidence:disposal-propose", args=[room.copy.pk]), **told)
    assert "Somebody else must approve it" in said
    assert "Disposal proposed" in said
    disposal = Disposal.objects.everything(because="the test").get()
    approve = reverse("evidence:disposal-approve", args=[disposal.pk])
    assert "takes two people" in first.get(approve).content.decode()

    second = sign_in(room.force.staff["supervisor"])
    assert "Schedule 4.2" in second.get(approve).content.decode()
    assert "To be disposed of" in send(second, approve)
    jobs.dispose_due(timestamp=0)

    page = second.get(reverse("exhibit", args=[room.copy.exhibit_id])).content.decode()
    assert "Disposed of" in page
    assert f"approved by {room.force.staff['supervisor']}" in page
    assert "Examine it" not in page


def test_a_disposal_is_stopped_by_a_page(room, sign_in):
    disposal = room.propose()

    said = send(
        sign_in(room.force.staff["supervisor"]),
        reverse("evidence:disposal-withdraw", args=[disposal.pk]),
        reason="An appeal.",
    )

    assert "The copy stays" in said
    disposal.refresh_from_db()
    assert disposal.state == "withdrawn"


def test_what_waits_is_listed_for_those_who_see_it(room, sign_in):
    room.propose()

    assert (
        "The review is done."
        in sign_in(room.force.staff["supervisor"]).get(reverse("evidence:disposals")).content.decode()
    )
    assert (
        "No disposal waits"
        in sign_in(make_force("westmark", room.now).staff["supervisor"])
        .get(reverse("evidence:disposals"))
        .content.decode()
    )


@pytest.mark.parametrize("page", ["disposal-propose", "disposal-approve", "disposal-withdraw"])
def test_the_same_role_in_another_force_finds_nothing(room, sign_in, page):
    disposal = room.propose()
    browser = sign_in(make_force("westmark", room.now).staff["supervisor"])

    answer = browser.get(
        reverse(f"evidence:{page}", args=[room.copy.pk if page == "disposal-propose" else disposal.pk])
    )

    assert answer.status_code == 404


def test_the_state_of_the_store_is_for_those_who_keep_it(room, keeper, sign_in):
    assert sign_in(room.force.staff["supervisor"]).get(reverse("evidence:kept")).status_code == 403

    page = sign_in(keeper).get(reverse("evidence:kept"))

    assert page.status_code == 200
    assert "Not called write-once" in page.content.decode()
    assert "within 30 days" in page.content.decode()
    assert Entry.objects.filter(event="store.read").count() == 1


def test_a_difference_stands_on_the_front_page_and_by_name_on_the_stores(room, keeper, sign_in, capsys):
    store.local(room.copy.sha256).unlink()
    with pytest.raises(SystemExit):
        call_command("store", "count")
    assert f"missing {room.copy.sha256}" in capsys.readouterr().out

    home = sign_in(room.force.staff["exhibits_officer"]).get("/").content.decode()
    page = sign_in(keeper).get(reverse("evidence:kept")).content.decode()

    assert "The store differs from the records: 1 missing." in home
    assert room.copy.sha256 not in home
    assert room.copy.sha256 in page


def test_the_person_who_keeps_the_store_sees_to_it_by_hand(room, capsys):
    for do in ("count", "verify", "try", "sweep"):
        call_command("store", do)
    with pytest.raises(SystemExit):
        call_command("store", "rewrap", stderr=io.StringIO())

    said = capsys.readouterr().out
    assert "store: 1 found, 1 recorded, 0 differences" in said
    assert "store: 1 verified, 0 could not be read" in said
    assert "Not write-once: what was just written could be deleted at once" in said
    assert "0 half-written pieces removed" in said


def test_a_disposed_bundle_is_not_given_out(room, sign_in):
    bundle = commands.hand_out(by=room.officer, at=room.now, exhibit=room.exhibit)
    jobs.make_bundle(bundle_id=bundle.pk)
    with writing("the test"):
        Bundle.objects.everything(because="the test").update(disposed_at=room.now)

    page = sign_in(room.force.staff["exhibits_officer"]).get(
        reverse("evidence:download", args=[bundle.pk]), follow=True
    )

    assert "was disposed of with a copy that it held" in page.content.decode()
    assert not Tombstone.objects.exists()
