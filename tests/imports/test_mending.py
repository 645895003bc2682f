"""What Excel made of a cell stays a fault until somebody says what is right; and nobody mends over what another has mended."""

from __future__ import annotations

import uuid

import pytest

from longstone.kernel.imports import commands, writing
from longstone.kernel.refusals import Stale
from tests.imports.specimens import as_csv, as_xlsx, good

SEAL = "1234567890123456"
KEPT = "The spreadsheet keeps this as a number"


def changed_by_excel(importing):
    """Send in a list whose one row has a seal that Excel keeps as a number, and a device of no kind."""
    row = [*good(0, importing.store)]
    row[3], row[5] = "Toaster", int(SEAL)
    return importing.send(as_xlsx([row]), name="queue.xlsx")


def faults(importing, sent):
    return {name: sentence for row in importing.rows(sent, "faulty") for name, sentence in row.faults}


def save(browser, sent, line=2, **typed):
    """Save a row as its page does: every cell is sent, and those that somebody typed in are changed."""
    address = f"/imports/{sent.pk}/line/{line}/"
    page = browser.get(address).context
    cells = {name: page["form"][name].value() for name in page["form"].fields if name not in {"once", "right"}}
    return browser.post(address, {**cells, "seen": page["seen"], "once": uuid.uuid4(), **typed}, follow=True)


def test_what_excel_changed_is_no_guess_when_another_cell_of_its_row_is_mended(importing, sign_in):
    sent, browser = changed_by_excel(importing), sign_in(importing.staff)
    assert set(faults(importing, sent)) == {"kind", "seal"}

    page = save(browser, sent, kind="Phone")

    assert list(faults(importing, sent)) == ["seal"]
    assert KEPT in page.content.decode()


def test_what_excel_kept_as_it_was_is_right_once_somebody_says_so(importing, sign_in):
    sent, browser = changed_by_excel(importing), sign_in(importing.staff)
    assert f"Seal: {SEAL}" in browser.get(f"/imports/{sent.pk}/line/2/").content.decode()

    save(browser, sent, kind="Phone", right=["seal"])

    (row,) = importing.rows(sent, "good")
    assert (row.text("seal"), row.odd.get("seal")) == (SEAL, None)


def test_what_excel_changed_is_mended_by_typing_it(importing, sign_in):
    sent, browser = changed_by_excel(importing), sign_in(importing.staff)

    save(browser, sent, kind="Phone", seal="N0012345")

    assert [row.text("seal") for row in importing.rows(sent, "good")] == ["N0012345"]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_excel_changed_stays_a_fault_when_the_sheet_comes_back_with_it_untouched(importing, kind):
    sent = changed_by_excel(importing)
    told = [list(row) for row in writing.faulty(sent.told, importing.rows(sent, "faulty"))]
    told[1][told[0].index("Device type")] = "Phone"

    sheet = importing.staged(writing.written(told, kind))
    commands.mend_with_sheet(by=importing.by, at=importing.now, imported=sent, staged=sheet)
    importing.work(sent)

    assert list(faults(importing, sent)) == ["seal"]


def test_a_formula_cannot_be_said_to_be_right(importing, sign_in):
    row = [*good(0, importing.store)]
    row[8] = "=1+1"
    sent = importing.send(as_xlsx([row]), name="queue.xlsx")

    page = save(sign_in(importing.staff), sent, right=["priority_note"])

    assert list(faults(importing, sent)) == ["priority_note"]
    assert "This cell holds a formula." in page.content.decode()


def test_a_window_that_opened_a_row_before_it_was_mended_does_not_mend_over_it(importing, sign_in):
    row = [*good(0, importing.store)]
    row[3], row[6] = "Toaster", "The old cupboard"
    sent, browser = importing.send(as_csv([row])), sign_in(importing.staff)
    save(browser, sent, kind="Phone")

    page = save(browser, sent, seen=1, kind="Toaster", location=importing.store)

    (still,) = importing.rows(sent, "faulty")
    assert (still.text("kind"), still.text("location")) == ("Phone", "The old cupboard")
    told = page.content.decode()
    assert f"{importing.by.name} changed this" in told
    assert "<dt>Device type</dt><dd>Phone</dd>" in told
    save(browser, sent, location=importing.store)
    assert [one.text("kind") for one in importing.rows(sent, "good")] == ["Phone"]


def test_a_row_that_was_left_out_or_came_back_in_a_sheet_was_changed_too(importing):
    sent = importing.send(as_csv([[*good(0, importing.store)[:6], "nowhere", *good(0, importing.store)[7:]]]))
    (row,) = importing.rows(sent, "faulty")
    sheet = importing.staged(writing.written(writing.faulty(sent.told, [row]), "csv"))
    commands.mend_with_sheet(by=importing.by, at=importing.now, imported=sent, staged=sheet)
    importing.work(sent)
    commands.leave_out(by=importing.by, at=importing.now, imported=importing.again(sent), reason="It is not ours.")

    told = {"by": importing.by, "at": importing.now, "row": row, "corrections": {"location": importing.store}}
    for seen in (1, 2):
        with pytest.raises(Stale, match="changed this"):
            commands.mend_row(**told, seen=seen)
    assert commands.mend_row(**told, seen=3).state == "good"
