"""Sign-in as acts: secrets sealed for their row, one-time codes, locks, and who may do what."""

import json
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection

from longstone.kernel.keys import KeyFault
from longstone.kernel.models import Entry
from longstone.kernel.refusals import NotPermitted, NotVisible
from longstone.people import commands, factors, rules
from longstone.people.models import OneTimeCode, SignedIn
from tests.site.doorstep import SECRET, code_of, sessions, told, with_app

pytestmark = pytest.mark.django_db


@pytest.fixture
def dev(force):
    return force.staff["detective"]


@pytest.fixture
def ada(force, now):
    return force.actor("administrator", now)


def test_secrets_lie_sealed_and_open_for_their_own_row_alone(force, dev, now):
    with_app(force, now)
    with_app(force, now, "supervisor")
    with connection.cursor() as cursor:
        cursor.execute("SELECT data::text FROM mfa_authenticator")
        lying = " ".join(row for (row,) in cursor.fetchall())
    mine, theirs = (Authenticator.objects.get(user=force.staff[role], type=factors.APP) for role in ("detective", "supervisor"))  # fmt: skip

    assert SECRET not in lying
    assert factors.unseal(mine.data["secret"], row=factors.row_name(mine)) == SECRET
    with pytest.raises(KeyFault, match="belongs to another row"):
        factors.unseal(mine.data["secret"], row=factors.row_name(theirs))
    with pytest.raises(KeyFault, match="whose secret"):
        mine.wrap().validate_code(code_of(SECRET))
    mine.data["secret"] = theirs.data["secret"]
    mine.save()
    with pytest.raises(KeyFault, match="another row"):
        factors.opened_by(dev, code_of(SECRET))


def test_allauth_itself_can_keep_no_secret_unsealed(dev):
    from allauth.mfa.totp.internal.auth import TOTP

    with pytest.raises(KeyFault, match="kept by an act"):
        TOTP.activate(dev, SECRET)


def test_an_app_is_added_only_with_a_code_that_fits_and_once(force, dev, now):
    by = force.actor("detective", now)
    with pytest.raises(NotPermitted, match="does not fit"):
        commands.add_app(by=by, at=now, staff=dev, secret=SECRET, code="000000")
    with_app(force, now)

    with pytest.raises(NotPermitted, match="already"):
        commands.add_app(by=by, at=now, staff=dev, secret=SECRET, code=code_of(SECRET))
    assert [one["kind"] for one in told("factor.added")] == ["totp"]
    assert SECRET not in "".join(Entry.objects.values_list("facts", flat=True))


def test_a_code_opens_once_and_an_old_or_wrong_one_not_at_all(force, dev, now):
    codes = with_app(force, now)

    assert factors.opened_by(dev, code_of(SECRET)).type == factors.APP
    assert factors.opened_by(dev, code_of(SECRET)) is None
    assert factors.opened_by(dev, code_of(SECRET, steps=-5)) is None
    assert factors.opened_by(dev, codes[3]).type == factors.CODES
    assert factors.opened_by(dev, codes[3]) is None
    assert factors.codes_left(dev) == 9


def test_new_recovery_codes_shut_the_old_ones_out(force, dev, now):
    old = with_app(force, now)

    new = commands.make_recovery_codes(by=force.actor("detective", now), at=now, staff=dev)

    assert len(set(new)) == 10
    assert not set(new) & set(old)
    assert all(factors.opened_by(dev, one) is None for one in old)
    assert not any(one in "".join(Entry.objects.values_list("facts", flat=True)) for one in new)


def test_recovery_codes_stand_for_a_factor_and_go_with_the_last_one(force, dev, now):
    by = force.actor("detective", now)
    with pytest.raises(NotPermitted, match="Add one first"):
        commands.make_recovery_codes(by=by, at=now, staff=dev)
    with_app(force, now)

    commands.remove_factor(by=by, at=now, staff=dev, factor=factors.of(dev)[0].pk)

    assert not Authenticator.objects.filter(user=dev).exists()
    assert told("factor.removed")[0]["kind"] == "totp"


def test_taking_a_factor_off_ends_every_other_session(force, dev, now):
    with_app(force, now)
    by = force.actor("detective", now)
    here, _ = (commands.sign_in(by=by, at=now, staff=dev, address="", device=word) for word in ("here", "there"))

    commands.remove_factor(by=by, at=now, staff=dev, factor=factors.of(dev)[0].pk, here=here.uuid)

    assert list(sessions(dev)) == [here]


def test_nobody_touches_anothers_factors_but_to_take_them_all_off_for_a_reason(force, other_force, dev, ada, now):
    with_app(force, now)
    sam = force.actor("supervisor", now)
    factor = factors.of(dev)[0].pk
    for act, more in ((commands.remove_factor, {"factor": factor}), (commands.make_recovery_codes, {}), (commands.rename_key, {"factor": factor, "name": "x"})):  # fmt: skip
        with pytest.raises(NotPermitted, match="Only they themselves"):
            act(by=sam, at=now, staff=dev, **more)
    with pytest.raises(NotPermitted, match="keep the staff list"):
        commands.remove_all_factors(by=sam, at=now, staff=dev, reason="Lost")
    with pytest.raises(NotVisible):
        commands.remove_all_factors(by=other_force.actor("administrator", now), at=now, staff=dev, reason="Lost")

    commands.remove_all_factors(by=ada, at=now, staff=dev, reason="Telephone lost; known in person")

    assert factors.of(dev) == []
    assert told("factors.removed")[0]["reason"] == "Telephone lost; known in person"


def test_nobody_lets_themselves_in(force, ada, now):
    me = force.staff["administrator"]
    for act, more in ((commands.give_code, {}), (commands.unlock, {}), (commands.remove_all_factors, {"reason": "x"}), (commands.enter_in_directory, {"email": "a@b.example"})):  # fmt: skip
        with pytest.raises(NotPermitted, match="Nobody lets themselves in"):
            act(by=ada, at=now, staff=me, **more)


def choose(now, code, password="a longer lamp on a rock", name="detective.northshire"):
    found = commands.try_code(at=now, username=name, code=code, address="")
    return found and commands.choose_password(at=now, code=found, password=password)


def test_a_one_time_code_changes_the_password_once_and_ends_every_session(force, dev, ada, now):
    commands.sign_in(by=force.actor("detective", now), at=now, staff=dev, address="")
    code = commands.give_code(by=ada, at=now, staff=dev)

    assert choose(now, code.lower().replace("-", " ")) == dev
    assert choose(now, code) is None
    dev.refresh_from_db()
    assert dev.check_password("a longer lamp on a rock")
    assert not sessions(dev).exists()
    written = "".join(Entry.objects.values_list("facts", flat=True))
    assert code not in written
    assert "lamp" not in written


@pytest.mark.parametrize("spoilt", ["replaced", "old", "tried too often", "left"])
def test_a_code_that_is_spoilt_opens_nothing(force, dev, ada, now, spoilt):
    code, at = commands.give_code(by=ada, at=now, staff=dev), now
    if spoilt == "replaced":
        commands.give_code(by=ada, at=now, staff=dev)
    elif spoilt == "tried too often":
        assert [choose(now, "AAAA-AAAA-AAAA") for _ in range(5)] == [None] * 5
    elif spoilt == "left":
        commands.release(by=ada, at=now, staff=dev, left_on=now.date())
    else:
        from longstone.kernel.promises import writing

        with writing("the test"):
            OneTimeCode.objects.update(until=now - timedelta(seconds=1))

    assert choose(at, code) is None


def test_a_weak_password_is_refused_and_the_code_stays_good(force, dev, ada, now):
    code = commands.give_code(by=ada, at=now, staff=dev)
    with pytest.raises(NotPermitted, match="too short"):
        choose(now, code, "short")

    assert choose(now, code) == dev


def test_a_name_that_nobody_has_is_not_written_down(now):
    commands.fail_to_sign_in(at=now, username="my secret password", address="")
    commands.lock_out(at=now, username="my secret password", address="")

    assert "secret" not in json.dumps([*Entry.objects.values_list("facts", flat=True)])
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_lock WHERE username LIKE '%secret%'")
        assert cursor.fetchone() == (0,)


def test_leaving_ends_every_session(force, dev, ada, now):
    commands.sign_in(by=force.actor("detective", now), at=now, staff=dev, address="")

    commands.release(by=ada, at=now, staff=dev, left_on=now.date())

    assert SignedIn.objects.get(staff=dev).why_ended == "They are recorded as having left."
    assert len(told("sessions.ended")[0]["sessions"]) == 1


def test_only_oneself_and_who_keeps_the_staff_list_end_a_session(force, other_force, dev, ada, now):
    mine = [commands.sign_in(by=force.actor("detective", now), at=now, staff=dev, address="") for _ in range(2)]
    for by in (force.actor("supervisor", now), other_force.actor("administrator", now)):
        with pytest.raises(NotVisible):
            commands.end_session(by=by, at=now, session=mine[0])

    commands.end_session(by=ada, at=now, session=mine[0])
    with pytest.raises(NotPermitted, match="ended already"):
        commands.end_session(by=ada, at=now, session=mine[0])
    commands.end_session(by=force.actor("detective", now), at=now, session=mine[1])


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/604.1", "Safari on an iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox on Linux"),
        ("", "A browser on an unknown device"),
    ],
)  # fmt: skip
def test_a_device_is_said_in_words(agent, words):
    assert rules.device(agent) == words


def test_a_session_is_over_when_nothing_was_done_and_when_it_is_too_old(now):
    told = {"at": now, "idle": timedelta(hours=1), "longest": timedelta(hours=12)}

    assert rules.over(since=now - timedelta(hours=11), seen_at=now - timedelta(minutes=59), **told) == ""
    assert rules.over(since=now - timedelta(hours=2), seen_at=now - timedelta(minutes=61), **told) == rules.IDLE
    assert rules.over(since=now - timedelta(hours=13), seen_at=now, **told) == rules.TOO_LONG
