"""Staff: who may take on, appoint, certify and let go, and that nobody does it for themselves."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from longstone.kernel.refusals import NotPermitted, NotVisible, Refusal
from longstone.people import commands, queries, rules
from longstone.people.models import Post, Staff
from tests.house import PASSWORD, installer


@pytest.fixture
def ada(force, now):
    """Give the force's administrator."""
    return force.actor("administrator", now)


def someone(force, **changed):
    told = {"username": "new.northshire", "name": "New Hand", "collar": "n99", "initials": "NHA", "password": PASSWORD}
    return {"controller": force.controller, **told, **changed}


def test_somebody_taken_on_signs_in_and_may_do_nothing_until_they_have_a_post(force, ada, now, client):
    staff = commands.take_on(by=ada, at=now, **someone(force))

    assert client.post(reverse("account_login"), {"login": "NEW.northshire", "password": PASSWORD}).status_code == 302
    assert queries.actor_for(staff, at=now).grants == frozenset()
    commands.appoint(by=ada, at=now, staff=staff, role="detective", from_on=now.date())
    assert queries.actor_for(staff, at=now).holds("open cases", controller=force.controller.pk)


@pytest.mark.parametrize(
    "role", ["detective", "supervisor", "exhibits_officer", "partner_officer", "forensic_examiner"]
)
def test_nobody_but_an_administrator_takes_anybody_on(force, now, role):
    with pytest.raises(NotPermitted, match="Ask your administrator"):
        commands.take_on(by=force.actor(role, now), at=now, **someone(force))


def test_an_administrator_keeps_no_other_forces_staff(force, other_force, ada, now):
    with pytest.raises(NotPermitted):
        commands.take_on(by=ada, at=now, **someone(other_force))
    with pytest.raises(NotVisible):
        commands.give_code(by=ada, at=now, staff=other_force.staff["detective"])


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"username": "Detective.Northshire"}, "Somebody has that username already"),
        ({"collar": "no1"}, "already has that number"),
        ({"password": "short"}, "at least 12 characters"),
        ({"password": "password123456"}, "too common"),
    ],
)
def test_a_name_number_or_password_that_will_not_do_is_refused(force, ada, now, changed, said):
    with pytest.raises(Refusal, match=said):
        commands.take_on(by=ada, at=now, **someone(force, **changed))

    assert not Staff.objects.filter(name="New Hand").exists()


def test_nobody_gives_themselves_a_post(force, ada, now):
    with pytest.raises(NotPermitted, match="Nobody gives themselves a post"):
        commands.appoint(by=ada, at=now, staff=force.staff["administrator"], role="supervisor", from_on=now.date())


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"role": "chief wizard"}, "There is no such role"),
        ({"to_on": date(2020, 1, 1)}, "ends before it begins"),
        ({"role": "detective"}, "already hold that post"),
    ],
)
def test_a_post_that_makes_no_sense_is_refused(force, ada, now, given, said):
    told = {"staff": force.staff["detective"], "role": "supervisor", "from_on": date(2021, 1, 1), **given}

    with pytest.raises(Refusal, match=said):
        commands.appoint(by=ada, at=now, **told)


def test_a_team_of_another_force_is_refused(force, other_force, ada, now):
    other = other_force.actor("administrator", now)
    team = commands.form_team(by=other, at=now, controller=other_force.controller, name="Theirs")

    with pytest.raises(NotPermitted, match="belongs to another force"):
        commands.appoint(
            by=ada, at=now, staff=force.staff["detective"], role="supervisor", from_on=now.date(), team=team
        )


def test_one_force_alone_gives_nobody_powers_over_a_whole_consortium(force, other_force, ada, now):
    both = commands.form_consortium(
        by=installer(), at=now, name="Two", members=[force.controller, other_force.controller]
    )
    told = {"staff": force.staff["detective"], "role": "supervisor", "from_on": now.date(), "consortium": both}

    with pytest.raises(NotPermitted, match="every force that the post reaches"):
        commands.appoint(by=ada, at=now, **told)

    assert not Post.objects.filter(consortium=both).exists()


def test_staff_of_a_consortium_see_each_others_names(force, other_force, now):
    theirs = other_force.staff["detective"]
    dev = force.actor("detective", now)
    assert theirs not in queries.staff_list(by=dev)

    commands.form_consortium(by=installer(), at=now, name="Two", members=[force.controller, other_force.controller])

    assert theirs in queries.staff_list(by=dev)
    assert [one.name for one in queries.consortia(by=dev)] == ["Two"]


def test_a_post_ends_today_or_later_and_only_once(force, ada, now):
    post = force.staff["detective"].posts.get()
    with pytest.raises(NotPermitted, match="today or later"):
        commands.end_post(by=ada, at=now, post=post, to_on=now.date() - timedelta(days=2))

    commands.end_post(by=ada, at=now, post=post, to_on=rules_today(now))

    assert queries.actor_for(force.staff["detective"], at=now).grants == frozenset()
    with pytest.raises(NotPermitted, match="ended already"):
        commands.end_post(by=ada, at=now, post=post, to_on=rules_today(now) + timedelta(days=9))


def rules_today(now):
    from django.utils.timezone import localdate

    return localdate(now)


def test_somebody_who_left_is_out_at_once_and_their_posts_end(force, ada, now, sign_in):
    dev = force.staff["detective"]
    browser = sign_in(dev)

    commands.release(by=ada, at=now, staff=dev, left_on=rules_today(now))

    assert browser.get(reverse("home")).status_code == 302
    assert [one.when for one in queries.posts_of(dev, at=now)] == ["ended"]
    with pytest.raises(NotPermitted, match="recorded as having left"):
        commands.release(by=ada, at=now, staff=dev, left_on=rules_today(now))


def test_nobody_records_their_own_leaving_or_somebody_elses_before_the_day(force, ada, now):
    with pytest.raises(NotPermitted, match="their own leaving"):
        commands.release(by=ada, at=now, staff=force.staff["administrator"], left_on=rules_today(now))
    with pytest.raises(NotPermitted, match="on the day itself"):
        commands.release(by=ada, at=now, staff=force.staff["detective"], left_on=rules_today(now) + timedelta(days=1))


@pytest.mark.parametrize(("old", "status"), [("wrong", 200), (PASSWORD, 302)])
def test_an_officer_changes_their_own_password_and_stays_signed_in(force, sign_in, old, status):
    browser, page = sign_in(force.staff["detective"]), reverse("people:password")
    once = browser.get(page).context["form"]["once"].value()

    answer = browser.post(page, {"once": once, "old": old, "password": "some lamp on a rock"})

    assert answer.status_code == status
    assert browser.get(reverse("home")).status_code == 200
    assert force.staff["detective"].check_password("some lamp on a rock") is False  # the row in hand is the old one
    assert Staff.objects.get(pk=force.staff["detective"].pk).check_password("some lamp on a rock") is (status == 302)


def test_nobody_else_changes_what_is_ones_own(force, now):
    dev, sam = force.staff["detective"], force.actor("supervisor", now)

    with pytest.raises(NotPermitted, match="Only they themselves"):
        commands.change_password(by=sam, at=now, staff=dev, old=PASSWORD, password="some lamp on a rock")
    with pytest.raises(NotPermitted, match="Only they themselves"):
        commands.change_reach(by=sam, at=now, staff=dev, telephone="1", email="")


def test_vetting_is_read_by_its_holder_their_supervisor_and_their_administrator(force, other_force, now):
    dev, force_id = force.staff["detective"].pk, force.controller.pk
    may = {
        role: bool(rules.may_see_competence(by=force.actor(role, now), holder=dev, controller=force_id))
        for role in force.staff
    }

    assert {role for role, yes in may.items() if yes} == {"detective", "supervisor", "administrator"}
    assert not rules.may_see_competence(by=other_force.actor("supervisor", now), holder=dev, controller=force_id)


def test_a_role_that_is_not_on_the_shelf_gives_nothing_and_says_so(force, now, sign_in):
    from longstone.kernel.promises import writing

    with writing("the test"):
        force.staff["detective"].posts.update(role="forgotten")

    assert queries.actor_for(force.staff["detective"], at=now).grants == frozenset()
    assert (
        "This role is not known any more"
        in sign_in(force.staff["detective"]).get(reverse("people:me")).content.decode()
    )


@pytest.mark.parametrize("role", list(queries.roles()))
def test_every_role_can_be_read_by_a_person(role, force, sign_in):
    told = sign_in(force.staff["detective"]).get(reverse("people:roles")).content.decode()

    assert queries.roles()[role].title.replace("'", "&#x27;") in told
    assert queries.roles()[role].for_whom.replace("'", "&#x27;") in told
    assert all(power in told for power in queries.roles()[role].powers)


def test_a_list_says_why_its_button_is_not_there(force, sign_in):
    told = sign_in(force.staff["detective"]).get(reverse("people:staff")).content.decode()

    assert reverse("people:take-on") not in told
    assert "<strong>Take somebody on:</strong> Only those who keep the staff list" in told


def test_one_who_works_for_no_force_sees_no_staff(force):
    from longstone.kernel.actor import NOBODY

    assert not Staff.objects.visible_to(NOBODY).exists()


def test_a_team_counts_people_and_not_their_posts(force, ada, now):
    team = commands.form_team(by=ada, at=now, controller=force.controller, name="Cyber team")
    for role, more in (("detective", "exhibits_officer"), ("supervisor", None)):
        for one in filter(None, (role, more)):
            commands.appoint(by=ada, at=now, staff=force.staff[role], role=one, team=team, from_on=date(2020, 1, 1))

    assert [(one.name, one.people) for one in queries.teams(by=ada)] == [("Cyber team", 2)]
