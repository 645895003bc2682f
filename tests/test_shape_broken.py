"""Each check of the shape, broken on purpose: it, and no other, notices."""

from __future__ import annotations

import pytest

from tests import planting, shape
from tests.shape import House, Source

VIEWS = "longstone/cases/web/views.py"
COMMANDS = "longstone/cases/commands/cases.py"
QUERIES = "longstone/cases/queries.py"


def act(
    arguments="*, by: Actor, at: datetime, case: Case",
    body="    require(YES)",
    name="file_away",
    says='    """File it."""\n',
):
    """Write a command."""
    return f"\n\n@command\ndef {name}({arguments}) -> None:\n{says}{body}\n"


PLANTS = {
    "a 301-line file": ("files_are_short", "longstone/cases/long.py", '"""A question?"""\n' + "A = 1\n" * 299),
    "a 301-line template": ("files_are_short", "longstone/cases/web/templates/cases/long.html", "<p>\n" * 300),
    "a function of 41 lines": ("functions_are_short", QUERIES, "\n\ndef f(a):\n" + "    a += 1\n" * 41),
    "a drawer": ("nothing_is_a_drawer", "longstone/evidence/helpers.py", '"""A question?"""'),
    "a folder that is a drawer": ("nothing_is_a_drawer", "examiner/utils/names.py", '"""A question?"""'),
    "no question": ("modules_say_what_question_they_answer", "examiner/silent.py", "A = 1"),
    "a view saves": ("only_commands_write", VIEWS, "\n\ndef v(case):\n    case.save()"),
    "a view creates": ("only_commands_write", VIEWS, "\n\ndef v(case):\n    case.moves.create(episode=1)"),
    "a query changes rows": ("only_commands_write", QUERIES, "\n\ndef q(case):\n    case.moves.filter(seq=1).update(now='x')"),
    "a job deletes": ("only_commands_write", "longstone/evidence/jobs.py", "\n\ndef j(exhibit):\n    exhibit.delete()"),
    "a model writes its own statement": (
        "only_commands_write", "longstone/cases/models.py", '\n\nHIDE = "UPDATE cases_case SET restricted = false"',
    ),
    "a job opens the guard": (
        "only_named_parts_open_the_guard", "longstone/evidence/jobs.py", "\n\ndef j():\n    with promises.writing('x'):\n        pass",
    ),
    "a view reads all": ("pages_read_what_the_officer_may_see", VIEWS, "\n\ndef v(request):\n    return Case.objects.all()"),
    "a view filters first": (
        "pages_read_what_the_officer_may_see", VIEWS, "\n\ndef v(request):\n    return models.Case.objects.filter(pk=1)",
    ),
    "a view hands a manager on": (
        "pages_read_what_the_officer_may_see", VIEWS, "\n\ndef v(request):\n    return find(Case.objects, pk=1)",
    ),
    "a page of the site reads all": (
        "pages_read_what_the_officer_may_see", "longstone/site/pages.py", "\n\ndef v(request):\n    return Case.objects.count()",
    ),
    "a panel reads everything": (
        "pages_never_read_everything", "longstone/cases/web/panels/case.py",
        "\n\ndef p(case):\n    return case.exhibits.everything(because='a panel')",
    ),
    "no reason": ("whoever_reads_everything_says_why", QUERIES, "\n\ndef q():\n    return Case.objects.everything()"),
    "an empty reason": ("whoever_reads_everything_says_why", QUERIES, "\n\ndef q():\n    return Case.objects.everything(because=' ')"),
    "a reason that cannot be listed": (
        "whoever_reads_everything_says_why", QUERIES, "\n\ndef q(why):\n    return Case.objects.everything(because=why)",
    ),
    "the base manager": ("nothing_goes_around_the_scope", QUERIES, "\n\ndef q():\n    return Case._base_manager.all()"),
    "a raw query": ("nothing_goes_around_the_scope", QUERIES, "\n\ndef q():\n    return Case.objects.raw('SELECT 1')"),
    "no moment": ("commands_take_who_and_when_by_name", COMMANDS, act("*, by: Actor")),
    "no actor": ("commands_take_who_and_when_by_name", COMMANDS, act("*, at: datetime")),
    "an actor by position": ("commands_take_who_and_when_by_name", COMMANDS, act("by: Actor, *, at: datetime")),
    "a silent command": ("commands_say_what_they_are_for", COMMANDS, act(says="")),
    "no officer's word": ("commands_are_the_officers_verbs", COMMANDS, act(name="update_case")),
    "a function among the commands": ("whatever_acts_is_a_command", COMMANDS, "\n\ndef tidy(*, by, at, case):\n    return case"),
    "a function among the commands that writes": (
        "whatever_acts_is_a_command",
        COMMANDS,
        "\n\ndef tidy(case):\n    case.save()",
    ),
    "a command elsewhere": ("whatever_acts_is_a_command", QUERIES, act()),
    "a change before its verdict": (
        "the_beats_come_in_order", COMMANDS, act(body="    case = hold(case, by=by)\n    case.save()\n    require(YES)"),
    ),
    "a change without a verdict": ("the_beats_come_in_order", COMMANDS, act(body="    case.save()")),
    "a move before its verdict": (
        "the_beats_come_in_order", COMMANDS, act(body="    states.move(case, CaseMove, rules.CASE, now='closed')\n    require(YES)"),
    ),
    "a verdict on a stale row": ("the_beats_come_in_order", COMMANDS, act(body="    require(YES)\n    case = hold(case, by=by)")),
    "a refusal that is no sentence": ("refusals_are_sentences", "longstone/cases/rules.py", '\n\nNO = no("not permitted")'),
    "a constraint's refusal": (
        "refusals_are_sentences", "longstone/cases/models.py", '\n\nC = models.Q(violation_error_message="duplicate key")',
    ),
    "an event of one word": ("events_are_a_noun_and_a_participle", "longstone/cases/jobs.py", '"""A?"""\nledger.record("Closed")'),
    "a signal": ("signals_are_for_signing_in_alone", "longstone/cases/models.py", "\n\nfrom django.db.models.signals import post_save"),
    "a receiver": ("signals_are_for_signing_in_alone", "longstone/site/apps.py", "\n\nfrom django.dispatch import receiver"),
    "a model form": ("no_form_saves", "longstone/cases/web/forms.py", "\n\nclass F(forms.ModelForm):\n    pass"),
    "the examiner asks the web": ("examiner_and_verifier_know_no_network", "examiner/walk.py", "\n\nimport urllib.request"),
    "the examiner asks it in other words": (
        "examiner_and_verifier_know_no_network", "examiner/walk.py", "\n\nfrom urllib import request",
    ),
    "the examiner speaks http": ("examiner_and_verifier_know_no_network", "examiner/cli.py", "\n\nfrom http import client"),
    "the examiner hides a name": (
        "examiner_and_verifier_know_no_network", "examiner/cli.py", '\n\nimportlib.import_module("http.client")',
    ),
    "the verifier hides a name": ("examiner_and_verifier_know_no_network", "verifier/note.py", '\n\n__import__("socket")'),
    "a second file speaks to a cluster": ("one_file_speaks_to_a_cluster", "examiner/walk.py", "\n\nfrom distributed import Client"),
    "a rule reads the clock": ("rules_read_no_clock", "longstone/cases/rules.py", "\n\nTODAY = date.today()"),
    "the house imports its tests": ("nothing_shipped_rests_on_what_is_not", "longstone/cases/apps.py", "\n\nfrom tests import house"),
    "a room that no contract names": (
        "every_room_is_named_in_every_contract", "longstone/vehicles/models.py", '"""A question?"""',
    ),
    "a web that no contract names": (
        "every_room_is_named_in_every_contract", "longstone/vehicles/web/urls.py", '"""A question?"""',
    ),
}  # fmt: skip


def faults(house: House) -> dict[str, list[str]]:
    """Give what each check finds, of those that find anything."""
    found = {name: list(check(house)) for name, check in shape.SHAPES.items()}
    return {name: told for name, told in found.items() if told}


@pytest.mark.parametrize(("check", "name", "text"), PLANTS.values(), ids=PLANTS)
def test_what_is_made_wrong_is_noticed_by_its_own_check(tmp_path, check, name, text):
    copied = planting.copy(tmp_path)

    copied.plant(name, text)

    found = faults(shape.read(copied.root))
    assert list(found) == [check]
    assert all(name in told or "longstone.vehicles" in told for told in found[check])


def test_a_copy_with_nothing_made_wrong_has_no_fault(tmp_path):
    assert faults(shape.read(planting.copy(tmp_path).root)) == {}


def test_who_may_write_and_is_gone_is_noticed(tmp_path):
    copied = planting.copy(tmp_path)
    (copied.root / "longstone/kernel/history.py").unlink()

    assert list(faults(shape.read(copied.root))) == ["who_may_write_is_still_there"]


def test_a_house_of_long_functions_is_noticed(tmp_path):
    long = "\n\n".join(f"def f{number}(a):\n" + "    a += 1\n" * 9 for number in range(3))
    house = House(tmp_path, [Source("longstone/x.py", f'"""A?"""\n{long}')])

    assert len(list(shape.SHAPES["most_functions_are_very_short"](house))) == 1


def test_each_check_is_broken_here():
    alone = {"who_may_write_is_still_there", "most_functions_are_very_short"}

    assert {check for check, _, _ in PLANTS.values()} | alone == set(shape.SHAPES)


def test_what_is_right_is_left_alone(tmp_path):
    copied = planting.copy(tmp_path)
    copied.plant(
        VIEWS,
        "\n\ndef v(request):\n    sha.update(b'a')\n    told.update(a=1)\n    return Case.objects.visible_to(request.actor)",
    )
    copied.plant(QUERIES, "\n\nWHY = 'a trial'\n\n\ndef q():\n    return Case.objects.everything(because=WHY)")
    copied.plant("longstone/kernel/holds.py", '"""Update what?"""' + act(body="    require(YES)\n    hold.save()"))
    copied.plant(COMMANDS, "\n\ndef may_tidy(*, by, at):\n    return no(f'Wait: {why}')")
    copied.plant(COMMANDS, act(body="    case = hold(case, by=by)\n    require(YES)\n    case.save()"))

    assert faults(shape.read(copied.root)) == {}
