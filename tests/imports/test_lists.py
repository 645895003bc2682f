"""A list comes in whole or not at all, and twice never."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from longstone.cases.models import Case
from longstone.evidence import commands as evidence
from longstone.evidence.models import Exhibit, OwnerRole
from longstone.kernel import promises
from longstone.kernel.imports import UNKNOWN, commands, headings, working, writing
from longstone.kernel.imports.models import Import
from longstone.kernel.models import Entry
from longstone.kernel.refusals import NotPermitted, NotVisible, Refusal
from longstone.people import commands as people
from tests.house import installer, seizing
from tests.imports.specimens import HEADINGS, as_csv, as_xlsx, good, rows


def exhibits(importing):
    return Exhibit.objects.visible_to(importing.by).order_by("pk")


def acts():
    return Entry.objects.exclude(event__in=["act.refused"]).count()


def test_trying_a_list_brings_nothing_in_and_says_of_each_bad_row_what_to_do(importing):
    before = acts()

    sent = importing.send(as_csv(rows(40, 8, importing.store)))

    assert (sent.state, sent.rows_read, sent.good, sent.faulty, sent.how) == ("tried", 40, 32, 8, "UTF-8")
    assert not exhibits(importing).exists()
    assert not Case.objects.visible_to(importing.by).exists()
    told = {row.line: [name for name, _ in row.faults] for row in importing.rows(sent, "faulty")}
    assert told == {6: ["seized_on"], 11: ["seized_on"], 16: ["kind"], 21: ["owner_role"], 26: ["location"], 31: ["reference"], 36: ["submitted_on"], 41: ["case_reference"]}  # fmt: skip
    assert acts() == before + 3  # sent in, read, tried; nothing of the trial itself


def test_nothing_comes_in_while_a_row_is_faulty(importing):
    sent = importing.send(as_csv(rows(10, 1, importing.store)))

    with pytest.raises(NotPermitted, match="1 row is still to be mended"):
        commands.ask_to_bring_in(by=importing.by, at=importing.now, imported=sent)


def test_a_list_comes_in_as_it_was_with_both_times(importing):
    sent = importing.bring_in(importing.send(as_xlsx(rows(6, 0, importing.store)), name="queue.xlsx"))

    first = exhibits(importing)[0]
    assert (sent.state, exhibits(importing).count(), Case.objects.visible_to(importing.by).count()) == ("in", 6, 2)
    assert (first.reference, first.case.reference, first.kind, first.owner_role) == (
        "ABA/1",
        "NQ/0/23",
        "phone",
        "suspect",
    )
    assert (first.state, first.location, first.holder, first.seal) == ("stored", importing.force.store, None, "Q000000")
    assert (first.power, first.seized_at_place, first.only_the_day) == (UNKNOWN, UNKNOWN, True)
    assert first.waiting.submitted_on == date(2023, 2, 1)
    assert first.case.officer == importing.force.staff["forensic_examiner"]  # whom the list names by number 2
    entry = Entry.objects.get(event="exhibit.brought_in", on_id=str(first.pk))
    assert entry.at == datetime(2023, 2, 1, tzinfo=UTC) < entry.recorded_at - timedelta(days=300)
    move = first.custody.get()
    assert move.is_past
    assert (
        OwnerRole.objects.as_at(datetime(2023, 6, 1, tzinfo=UTC), datetime.now(UTC)).get(row=first).value == "suspect"
    )


def test_a_case_that_is_there_takes_what_is_its_own_and_none_is_opened_unasked(importing, case):
    row = [*good(0, importing.store)]
    row[1] = case.reference

    sent = importing.send(as_csv([row, good(3, importing.store)]), open_cases=False)

    assert [(row.line, row.faults) for row in importing.rows(sent, "faulty")] == [(3, [["case_reference", "Your force has no case NQ/1/23 that you may see. Correct it, or choose that missing cases are opened."]])]  # fmt: skip
    commands.leave_out(by=importing.by, at=importing.now, imported=sent, reason="It is not ours.")
    importing.bring_in(importing.again(sent))
    assert [one.case for one in exhibits(importing)] == [case]


def test_the_same_list_twice_brings_nothing_in_twice_and_says_so(importing):
    content = as_csv(rows(6, 0, importing.store))
    importing.bring_in(importing.send(content))

    again = importing.send(content)

    assert (again.good, again.faulty, again.already) == (0, 0, 6)
    with pytest.raises(NotPermitted, match="There is nothing to bring in"):
        commands.ask_to_bring_in(by=importing.by, at=importing.now, imported=again)
    assert exhibits(importing).count() == 6


def test_a_list_that_comes_in_after_another_was_tried_brings_a_row_in_once(importing):
    content = as_csv(rows(3, 0, importing.store))
    one, other = importing.send(content), importing.send(content)
    importing.bring_in(one)

    other = importing.bring_in(other)

    assert (other.state, other.already, other.why[:43]) == ("tried", 3, "Something has changed since the list was tr")
    assert exhibits(importing).count() == 3


@pytest.mark.parametrize(("change", "column", "said"), [
    ({0: "ABA/1", 1: "NQ/0/23"}, "reference", "Line 2 has the same case reference and exhibit reference."),
    ({5: "Q000000"}, "", "That seal number has been used before."),
])  # fmt: skip
def test_two_rows_that_cannot_both_come_in_are_found_before_either_does(importing, change, column, said):
    second = good(4, importing.store)
    for at, text in change.items():
        second[at] = text

    sent = importing.send(as_csv([good(0, importing.store), second]))

    assert [(row.line, row.faults[0][0], row.faults[0][1][: len(said)]) for row in importing.rows(sent, "faulty")] == [
        (3, column, said)
    ]


def test_a_row_that_somebody_made_impossible_after_the_trial_keeps_the_whole_list_out(importing, case):
    sent = importing.send(as_csv(rows(6, 0, importing.store)))
    evidence.seize(by=importing.by, **seizing(case, importing.now, seal="Q000004"))

    sent = importing.bring_in(sent)

    assert (sent.state, sent.good, sent.faulty) == ("tried", 5, 1)
    assert exhibits(importing).count() == 1
    assert importing.rows(sent, "faulty")[0].faults[0][1].startswith("That seal number has been used before")


def test_a_row_is_mended_by_hand_and_tried_at_once(importing):
    sent = importing.send(as_csv(rows(4, 1, importing.store)))
    row = importing.rows(sent, "faulty")[0]

    still = commands.mend_row(by=importing.by, at=importing.now, row=row, corrections={"seized_on": "30/02/2024"})
    assert still.faults == [["seized_on", "There is no 30/02/2024: that month has no such day. Check the date."]]
    right = commands.mend_row(by=importing.by, at=importing.now, row=row, corrections={"seized_on": "01/02/2023"})

    assert (right.state, right.cells["seized_on"], right.mended["seized_on"]) == ("good", "31/02/2024", "01/02/2023")
    sent = importing.bring_in(importing.again(sent))
    assert (sent.state, exhibits(importing).count()) == ("in", 4)


@pytest.mark.parametrize("seized_on", ["01/02/2023", "31/12/9999"])
def test_a_day_at_the_end_of_time_is_refused_in_a_sentence_and_so_by_hand(importing, seized_on):
    one = [*good(0, importing.store)]
    one[2], one[7] = seized_on, "31/12/9999"

    sent = importing.send(as_csv([one]))
    row = importing.rows(sent, "faulty")[0]
    still = commands.mend_row(by=importing.by, at=importing.now, row=row, corrections={"seal": "Q000001"})

    assert [row.faults, still.faults] == [[["submitted_on", "That day lies in the future. Check the date."]]] * 2
    right = {"seized_on": "01/02/2023", "submitted_on": "02/02/2023"}
    assert commands.mend_row(by=importing.by, at=importing.now, row=row, corrections=right).state == "good"


def test_a_device_in_a_locker_is_not_brought_in_as_one_in_store(importing):
    row = [*good(0, importing.store)]
    row[6] = str(importing.force.locker)

    sent = importing.send(as_csv([row]))

    assert [row.faults for row in importing.rows(sent, "faulty")] == [
        [["location", "northshire locker 1 is not a store."]]
    ]


def test_a_row_mended_into_another_rows_twin_is_not_right(importing):
    sent = importing.send(as_csv(rows(4, 1, importing.store)))
    row = importing.rows(sent, "faulty")[0]

    told = {"reference": "ABA/1", "case_reference": "NQ/0/23", "seized_on": "01/02/2023"}
    row = commands.mend_row(by=importing.by, at=importing.now, row=row, corrections=told)

    assert row.faults[0][1].startswith("Line 2 has the same case reference")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_sheet_of_faulty_rows_says_what_to_mend_and_comes_back_mended(importing, kind):
    sent = importing.send(as_csv(rows(20, 4, importing.store)))
    told = writing.faulty(sent.told, importing.rows(sent, "faulty"))
    assert told[0][0] == headings.LINE
    assert told[0][-1] == headings.MEND
    assert told[1][-1] == "Seized on: There is no 31/02/2024: that month has no such day. Check the date."

    mended = [list(row) for row in told]
    mended[1][3] = mended[2][3] = "01/02/2023"
    mended[3][4], mended[4][5] = "Phone", "Witness"
    mended.append(["999", *mended[1][1:]])
    commands.mend_with_sheet(
        by=importing.by, at=importing.now, imported=sent, staged=importing.staged(writing.written(mended, kind))
    )
    importing.work(sent)

    sent = importing.again(sent)
    assert (sent.state, sent.good, sent.faulty) == ("tried", 20, 0)
    assert sent.why.startswith("Of the mended sheet these lines were passed over: 6.")
    assert importing.bring_in(sent).state == "in"


def test_a_mended_sheet_that_cannot_be_read_leaves_the_list_as_it_was(importing):
    sent = importing.send(as_csv(rows(20, 4, importing.store)))

    commands.mend_with_sheet(by=importing.by, at=importing.now, imported=sent, staged=importing.staged(b"a,b\n\x00\n"))
    importing.work(sent)

    sent = importing.again(sent)
    assert (sent.state, sent.faulty, sent.why[:24]) == ("tried", 4, "Line 2, byte 1, is a NUL")


def test_a_list_that_cannot_be_read_is_refused_with_its_sentence(importing):
    sent = importing.send(b"\xd0\xcf\x11\xe0 an old workbook")

    assert (sent.state, sent.why[:32]) == ("refused", "This is an old workbook (.xls) o")
    assert commands.give_up(by=importing.by, at=importing.now, imported=sent, reason="Saved anew.").state == "given_up"


def test_a_formula_is_kept_as_text_and_never_written_as_one(importing):
    row = good(0, importing.store)
    row[8] = '=HYPERLINK("http://x.example","y")'
    row[3] = "@SUM(A1)"

    sent = importing.send(as_csv([row]))

    kept = importing.rows(sent, "faulty")[0]
    assert kept.text("priority_note").startswith("=HYPERLINK")
    sheet = writing.written(writing.faulty(sent.told, [kept]), "csv").decode("utf-8-sig")
    assert "'=HYPERLINK" in sheet
    assert "'@SUM" in sheet
    book = writing.written(writing.faulty(sent.told, [kept]), "xlsx")
    assert b"<f>" not in book


def test_who_has_lost_the_power_meanwhile_brings_nothing_in(importing):
    sent = importing.send(as_csv(rows(3, 0, importing.store)))
    commands.ask_to_bring_in(by=importing.by, at=importing.now, imported=sent)
    post = importing.staff.posts.get(role="importer")
    people.end_post(by=installer(importing.force.controller), at=importing.now, post=post, to_on=importing.now.date())

    importing.work(sent)

    sent = Import.objects.everything(because="the test looks at it").get(pk=sent.pk)
    assert (sent.state, sent.why[:40]) == ("tried", "Only an importer of old records can do t")
    assert not Exhibit.objects.everything(because="the test looks at it").exists()


def test_only_importers_send_lists_in_and_see_them(importing, other_force):
    sent = importing.send(as_csv(rows(3, 0, importing.store)))

    for by in (
        importing.force.actor("supervisor", importing.now),
        other_force.actor("exhibits_officer", importing.now),
    ):
        assert not Import.objects.visible_to(by).exists()
        with pytest.raises(NotVisible):
            commands.give_up(by=by, at=importing.now, imported=sent, reason="No.")
    with pytest.raises(NotPermitted, match="Only an importer"):
        commands.send_in(
            by=importing.force.actor("supervisor", importing.now),
            at=importing.now,
            definition="existing_queue",
            staged=sent.pk,
            options={},
        )


def test_a_list_read_by_an_older_definition_is_sent_in_again(importing, monkeypatch):
    sent = importing.send(as_csv(rows(3, 0, importing.store)))
    commands.ask_to_bring_in(by=importing.by, at=importing.now, imported=sent)
    told = sent.told.model_copy(update={"version": 2})
    monkeypatch.setattr(Import, "told", property(lambda _: told))

    importing.work(sent)

    assert (
        importing.again(sent).why == "How such lists are read was changed since this one was sent in. Send it in again."
    )


def test_the_template_is_read_as_a_list_without_rows(importing):
    told = writing.template(working.Import(definition="existing_queue").told)
    sent = importing.send(
        writing.written(
            [*told, ["ABC/1", "NS/4/24", "24/11/2023", "Phone", "Victim", "N1", importing.store, "02/12/2023"]], "xlsx"
        )
    )

    assert (sent.state, sent.rows_read, sent.good) == ("tried", 1, 1)
    with pytest.raises(Refusal, match="needs no mending"):
        commands.mend_row(by=importing.by, at=importing.now, row=importing.rows(sent, "good")[0], corrections={})
    assert (
        importing.send(writing.written(told, "csv")).why
        == "There is no row beneath the headings. Is it the right sheet?"
    )
    assert len(HEADINGS) == 10


def test_a_list_whose_definition_left_the_shelf_says_so(importing, sign_in):
    sent = importing.send(as_csv(rows(3, 1, importing.store)))
    with promises.writing("the test"):
        Import.objects.visible_to(importing.by).update(definition="gone")

    answer = sign_in(importing.staff).get(f"/imports/{sent.pk}/")

    assert answer.status_code == 403
    assert "is not on the shelf. Put it back." in answer.content.decode()


def test_an_old_device_is_completed_once_and_shown_with_both_its_times(importing, sign_in):
    importing.bring_in(importing.send(as_csv(rows(1, 0, importing.store))))
    one = exhibits(importing).get()
    page = sign_in(importing.staff)
    assert '01/02/2023</time> <span class="ls-late">written down' in page.get(f"/exhibit/{one.pk}/").content.decode()
    assert "Seized at: 1" in page.get("/imports/unknown/").content.decode()

    told = {"power": "pace_s18", "seized_at_place": "1 Example Street"}
    one = evidence.complete(by=importing.by, at=importing.now, exhibit=one, **told)

    assert (one.power, one.seized_at_place) == ("pace_s18", "1 Example Street")
    assert "Seized at: 0" in page.get("/imports/unknown/").content.decode()
    with pytest.raises(NotPermitted, match="are known already"):
        evidence.complete(by=importing.by, at=importing.now, exhibit=one, **told)
